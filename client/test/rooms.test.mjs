// Queues, parties and rooms against docs/PROTOCOL.md, section 4: a scripted server, as in session.test.mjs.
import assert from "node:assert/strict";
import { test } from "node:test";

import { parlor_v1 } from "../dist/codec.mjs";
import * as sdk from "../dist/parlor.mjs";
import { plain } from "./fake.mjs";
import { bytes, open, playing, resumed } from "./table.mjs";

const { Code, Phase } = sdk;
const lobby = { id: "r1", game: "gomoku", phase: Phase.LOBBY, code: "ABC234" };
const party = { code: "XYZ234", members: [{ player: "p1", name: "Ann" }, { player: "p2", name: "Bob", away: true }] };

/** Hands the parlor items, numbered on from those before. */
function telling({ platform }) {
  let number = 1;
  return (...items) => {
    platform.socket.frame({ firstItem: number, items });
    number += items.length;
  };
}

// ---------------------------------------------------------------- calls

test("every call of rooms and parties says what it was told to", () => {
  const { platform, parlor } = open({ limits: { callsPending: 32 } });
  const asked = (...calls) => assert.deepEqual(platform.socket.asked(), calls);
  const bare = { game: "gomoku", seats: 0, public: false, readyStarts: 0, props: [], openProps: false, keepS: 0 };
  const props = [{ name: "map", value: "sea" }];

  sdk.createRoom(parlor, "gomoku");
  sdk.createRoom(parlor, "gomoku", { seats: 2, public: true, readyStarts: 2, props, openProps: true, keepS: 60 });
  sdk.quickRoom(parlor, "gomoku");
  sdk.quickRoom(parlor, "gomoku", props);
  asked(
    ["createRoom", bare], ["createRoom", { game: "gomoku", seats: 2, public: true, readyStarts: 2, props, openProps: true, keepS: 60 }],
    ["quickRoom", { game: "gomoku", props: [] }], ["quickRoom", { game: "gomoku", props }],
  );
  sdk.joinRoom(parlor, "r1");
  sdk.joinCode(parlor, "ABC234");
  sdk.watch(parlor, { room: "r1" });
  sdk.watch(parlor, { code: "ABC234" });
  asked(["joinRoom", { room: "r1" }], ["joinCode", { code: "ABC234" }], ["watch", { room: "r1", code: "" }], ["watch", { room: "", code: "ABC234" }]);
  sdk.ready(parlor);
  sdk.ready(parlor, false);
  sdk.takeSeat(parlor, 3);
  sdk.setProp(parlor, "map", "sky");
  sdk.setProp(parlor, "map", "", "sky");
  asked(
    ["ready", { on: true }], ["ready", { on: false }], ["takeSeat", { seat: 3 }],
    ["setProp", { prop: { name: "map", value: "sky" } }], ["setProp", { prop: { name: "map", value: "" }, was: "sky" }],
  );
  sdk.startMatch(parlor, true);
  sdk.setRoom(parlor, { locked: true });
  sdk.setRoom(parlor, { public: false });
  sdk.passOwner(parlor, "p2");
  sdk.kick(parlor, "p2");
  asked(["start", { bots: true }], ["setRoom", { locked: true }], ["setRoom", { public: false }], ["passOwner", { player: "p2" }], ["kick", { player: "p2" }]);
});

test("every call of queues and parties does too", () => {
  const { platform, parlor } = open();
  const rest = { latencies: [{ region: "eu", ms: 20 }], attributes: [{ name: "deck", text: "red", number: 0 }], blocked: ["p9"] };
  parlor.joinQueue("gomoku");
  parlor.joinQueue("gomoku", "blitz", rest);
  parlor.cancelQueue();
  parlor.accept();
  parlor.accept(false);
  sdk.createParty(parlor);
  sdk.joinParty(parlor, "XYZ234");
  sdk.leaveParty(parlor);
  sdk.leaveParty(parlor, "p2");
  assert.deepEqual(platform.socket.asked(), [
    ["joinQueue", { game: "gomoku", mode: "", latencies: [], attributes: [], blocked: [] }], ["joinQueue", { game: "gomoku", mode: "blitz", ...rest }],
    ["cancelQueue", {}], ["accept", { yes: true }], ["accept", { yes: false }],
    ["createParty", {}], ["joinParty", { code: "XYZ234" }], ["leaveParty", { player: "" }], ["leaveParty", { player: "p2" }],
  ]);
});

test("a list of rooms comes as cards, or with the reason that it did not", async () => {
  const all = open();
  const tell = telling(all);
  const asked = sdk.listRooms(all.parlor, "gomoku", { free: true, limit: 5 });
  assert.deepEqual(all.platform.socket.asked(), [["listRooms", { game: "gomoku", props: [], free: true, limit: 5 }]]);
  const card = { id: "r1", game: "gomoku", phase: Phase.LOBBY, players: 1, seats: 2, free: 1, watchers: 3, props: [{ name: "map", value: "sea" }] };
  tell({ reply: { id: 1, rooms: [card, { ...card, id: "r2" }].map((each) => parlor_v1.RoomCard.encode(each)) } });
  const { rooms, fault } = await asked;
  assert.deepEqual([plain(rooms), fault], [[card, { ...card, id: "r2" }], undefined]);

  const refused = sdk.listRooms(all.parlor, "gomoku");
  tell({ reply: { id: 2, error: { code: Code.RATE_LIMITED, message: "slower" } } });
  assert.deepEqual([(await refused).rooms, (await refused).fault.code], [[], Code.RATE_LIMITED]);
  const stopped = sdk.listRooms(all.parlor, "gomoku");
  all.parlor.stop();
  assert.equal((await stopped).fault.code, Code.EXPIRED);
});

test("a prop that is not what it was is told by its code", async () => {
  const all = open();
  const asked = sdk.setProp(all.parlor, "red", "p1", "");
  telling(all)({ reply: { id: 1, error: { code: Code.CONFLICT } } });
  assert.equal((await asked).code, Code.CONFLICT);
});

// ---------------------------------------------------------------- looking on

test("who looks on sees, and plays nothing", () => {
  const all = open();
  telling(all)({ room: { ...playing, seat: -1, watchers: 1, watchDelay: 20 } });
  all.platform.socket.frame({ tick: 3, view: bytes(1, 2) });
  assert.deepEqual(all.heard.take("view").map(([, view]) => [...view]), [[1, 2]]);
  assert.equal(all.parlor.send(bytes(1)), 0);
  assert.deepEqual(all.platform.socket.take().filter((frame) => frame.inputs), []);
});

test("how many look on comes with news of members, and stays when it does not", () => {
  const all = open();
  const tell = telling(all);
  tell({ room: { ...lobby, members: [{ seat: 0 }], watchers: 2 } });
  tell({ members: { changed: [{ seat: 0, player: "p1", ready: true }] } });
  tell({ members: { watchers: 3 } });
  tell({ members: { watchers: 0 } });
  assert.deepEqual(all.heard.take("room").map(([, room]) => [room.watchers, room.members[0].ready]), [[2, false], [2, true], [3, true], [0, true]]);
});

// ---------------------------------------------------------------- parties

test("the party is known for as long as there is one", () => {
  const all = open();
  const tell = telling(all);
  tell({ party });
  assert.deepEqual(all.parlor.party.members.map(({ player, away }) => [player, away]), [["p1", false], ["p2", true]]);
  tell({ party: { error: { code: Code.FORBIDDEN } } });
  assert.equal(all.parlor.party, undefined);
  assert.deepEqual(all.heard.take("party").map(([, news]) => [news.code, news.error && news.error.code]), [["XYZ234", undefined], ["", Code.FORBIDDEN]]);
});

test("a resume keeps the party, and its news are not missed", () => {
  const all = open();
  const { platform, parlor, heard } = all;
  telling(all)({ party });
  platform.socket.drop();
  platform.pass(300);
  resumed(platform);
  assert.equal(parlor.party.code, "XYZ234");
  heard.take();
  platform.socket.frame({ firstItem: 1, items: [{ party }, { party: { ...party, members: party.members.slice(0, 1) } }] });
  assert.deepEqual(heard.take("party").map(([, news]) => news.members.length), [1], "the item that was handled came again");
});

test("after a takeover the server says whether there is a party", () => {
  for (const items of [[{ party: { ...party, code: "NEW234" } }], []]) {
    const all = open();
    const { platform, parlor, heard } = all;
    telling(all)({ party });
    platform.socket.drop(4107);
    parlor.start();
    heard.take();
    platform.socket.events.opened();
    platform.socket.frame({ welcome: { session: "s1", token: "t2", player: "p1", resumed: true }, firstItem: items.length, items });
    assert.deepEqual(heard.take("party").map(([, news]) => news.code), items.length ? ["NEW234"] : []);
    assert.equal(parlor.party && parlor.party.code, items.length ? "NEW234" : undefined);
  }
});

test("a party that ended with its session is told of as gone", () => {
  const all = open();
  const { platform, parlor, heard } = all;
  telling(all)({ party });
  heard.take();
  platform.socket.drop(4202);
  platform.pass(300);
  platform.socket.welcome({ session: "s2" });
  assert.deepEqual(heard.take("party").map(([, news]) => [news.code, news.error.code]), [["", Code.EXPIRED]]);
  assert.equal(parlor.party, undefined);
});

// ---------------------------------------------------------------- queues

test("a match that is found is accepted, also over a lost line, and the wait may go on", async () => {
  const all = open();
  const { platform, parlor, heard } = all;
  const tell = telling(all);
  tell({ queued: { ticket: "t", game: "gomoku", found: 1, needed: 2, estimateMs: 8000, waitedMs: 1000 } });
  tell({ queued: { ticket: "t", game: "gomoku", found: 2, needed: 2, acceptMs: 10000, accepted: 1 } });
  assert.deepEqual(heard.take("queued").map(([, { estimateMs, acceptMs, accepted }]) => [estimateMs, acceptMs, accepted]), [[8000, 0, 0], [0, 10000, 1]]);

  const accepted = parlor.accept();
  platform.socket.drop();
  platform.pass(300);
  resumed(platform);
  assert.deepEqual(platform.socket.asked(), [["accept", { yes: true }]]);
  tell({ reply: { id: 1 } }, { queued: { ticket: "t", game: "gomoku", found: 1, needed: 2 } });
  assert.equal(await accepted, undefined);
  assert.deepEqual(heard.take("queued").map(([, { acceptMs, cancelled }]) => [acceptMs, cancelled]), [[0, false]]);

  tell({ queued: { ticket: "t", game: "gomoku", cancelled: true, error: { code: Code.EXPIRED } } });
  assert.equal(heard.take("queued")[0][1].error.code, Code.EXPIRED);
});
