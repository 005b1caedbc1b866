// The session against docs/PROTOCOL.md, sections 2, 4 and 5: a scripted server, a clock that
// the test moves.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Code, Phase } from "../dist/parlor.mjs";
import { FakePlatform, settle } from "./fake.mjs";
import { bytes, inputsIn, open, playing, resumed, seated, setup, url } from "./table.mjs";

// ---------------------------------------------------------------- hello

test("a new guest says hello, and is known from then on", () => {
  const { platform, parlor, heard } = setup();
  assert.equal(parlor.state, "idle");
  parlor.start();
  const { socket } = platform;
  assert.deepEqual([socket.url, socket.protocol, parlor.state], [url, "parlor.v1", "connecting"]);
  assert.equal(socket.sent.length, 0, "something was sent before the socket was open");
  socket.welcome({ secret: "x" });
  const [first] = socket.take();
  assert.deepEqual({ ...first.hello }, {
    minor: 0, client: "test/1", platform: "fake", name: "Ann", guest: { player: "", secret: "" }, checkViews: false, deltas: false, schemas: [],
  });
  assert.deepEqual([first.ackItem, first.ackTick, first.inputs, first.calls.length], [0, 0, undefined, 0]);
  assert.equal(parlor.player, "p1");
  assert.deepEqual(heard.map(([kind, what]) => (kind === "state" ? what : kind)), ["connecting", "open", "welcome"]);

  const later = setup({ platform: Object.assign(new FakePlatform(), { saved: platform.saved }) });
  assert.equal(later.parlor.player, "p1");
  later.parlor.start();
  later.platform.socket.events.opened();
  assert.deepEqual({ ...later.platform.socket.sent[0].hello.guest }, { player: "p1", secret: "x" });
});

test("what was saved by somebody else is as good as nothing", () => {
  for (const text of ["", "no json", "null", "7", '{"player":3}']) {
    const platform = new FakePlatform();
    platform.load = () => text;
    const { parlor } = setup({ platform });
    assert.doesNotThrow(() => parlor.start());
  }
});

test("forget makes a new player of this device", () => {
  const { platform, parlor } = open();
  parlor.forget();
  parlor.start();
  platform.socket.events.opened();
  assert.deepEqual({ ...platform.socket.sent[0].hello.guest }, { player: "", secret: "" });
});

test("a session that was taken over counts items anew, and inputs on", () => {
  const { platform, parlor, heard } = setup();
  parlor.start();
  platform.socket.welcome({ resumed: true, acked: 41 });
  platform.socket.frame({ firstItem: 1, items: [{ room: playing }] });
  assert.equal(heard.take("room").length, 1);
  assert.ok(parlor.send(bytes(7)));
  assert.deepEqual(inputsIn(platform.socket.take()), [[42, [7]]]);
});

// ---------------------------------------------------------------- calls and items

test("a call made early is sent after the welcome, and answered once", async () => {
  const { platform, parlor } = setup();
  const answer = parlor.joinQueue("snakes");
  parlor.start();
  platform.socket.welcome({ secret: "x" });
  const [{ id, joinQueue }, ...more] = platform.socket.take().flatMap((frame) => frame.calls);
  assert.deepEqual([id, joinQueue.game, joinQueue.mode, more.length], [1, "snakes", "", 0]);
  platform.socket.frame({ firstItem: 1, items: [{ reply: { id: 1 } }, { reply: { id: 1, error: { code: 105 } } }] });
  assert.equal(await answer, undefined);

  const refused = parlor.leaveRoom();
  platform.socket.frame({ firstItem: 3, items: [{ reply: { id: 2, error: { code: Code.WRONG_PHASE, message: "no" } } }] });
  assert.deepEqual({ ...(await refused) }, { code: 105, message: "no", retryMs: 0 });
});

test("a call without an answer is asked again after a resume", async () => {
  const { platform, parlor } = open();
  const answer = parlor.rematch();
  platform.socket.drop();
  platform.pass(300);
  resumed(platform);
  assert.deepEqual(platform.socket.take().flatMap((frame) => frame.calls).map((call) => call.id), [1]);
  platform.socket.frame({ firstItem: 1, items: [{ reply: { id: 1 } }] });
  assert.equal(await answer, undefined);
});

test("in a lobby there is nothing to play, and who is ready is news of members", () => {
  const { platform, parlor, heard } = open();
  const members = [{ seat: 0, player: "p1", owner: true }, { seat: 1 }];
  platform.socket.frame({ firstItem: 1, items: [{ room: { ...playing, match: "", phase: Phase.LOBBY, code: "ABC234", members } }] });
  assert.equal(parlor.send(bytes(1)), 0);
  platform.socket.frame({ firstItem: 2, items: [{ members: { changed: [{ seat: 1, player: "p2", ready: true }] } }] });
  const [, room] = heard.take("room").pop();
  assert.deepEqual([room.code, room.members.map(({ player, owner, ready }) => [player, owner, ready])], ["ABC234", [["p1", true, false], ["p2", false, true]]]);
  platform.socket.frame({ firstItem: 3, items: [{ room: playing }] });
  assert.equal(parlor.send(bytes(1)), 1);
});

test("no more calls wait than the server allows", async () => {
  const { parlor } = open({ limits: { callsPending: 2 } });
  parlor.rematch();
  parlor.rematch();
  assert.equal((await parlor.rematch()).code, Code.RATE_LIMITED);
});

test("an item that comes twice is handled once", () => {
  const { platform, heard } = open();
  const scored = (score) => ({ scored: { match: "m1", score } });
  platform.socket.frame({ firstItem: 1, items: [scored(1), scored(2)] });
  platform.socket.frame({ firstItem: 1, items: [scored(1), scored(2), scored(3)] });
  assert.deepEqual(heard.take("scored").map(([, what]) => what.score), [1, 2, 3]);
});

test("items of an unknown kind count", () => {
  const { platform, heard } = open();
  platform.socket.frame({ firstItem: 1, items: [{}] });
  platform.socket.frame({ firstItem: 2, items: [{ left: { room: "r1" } }] });
  assert.equal(heard.take("left").length, 1);
  platform.pass(250);
  assert.equal(platform.socket.take().pop().ackItem, 2);
});

test("a gap among the items is asked for again", () => {
  const { platform, heard } = open();
  platform.socket.frame({ firstItem: 1, items: [{}] });
  platform.socket.frame({ firstItem: 3, items: [{ left: {} }] });
  assert.equal(heard.take("left").length, 0);
  platform.pass(300);
  platform.socket.events.opened();
  assert.equal(platform.socket.sent[0].hello.resume.lastItem, 1);
});

test("items go before the view in the same frame", () => {
  const { platform, heard, parlor } = open();
  platform.socket.frame({ tick: 9, view: bytes(1, 2), step: 4, firstItem: 1, items: [{ room: playing }] });
  assert.deepEqual(heard.map(([kind]) => kind), ["room", "view"]);
  assert.deepEqual([...heard[1][1]], [1, 2]);
  assert.deepEqual(heard[1][2], { tick: 9, step: 4, acked: 0 });
  assert.equal(parlor.room.id, "r1");
});

test("news of members goes into the room, whatever seats it names", () => {
  const { platform, heard, parlor } = open();
  const members = [{ seat: 0, player: "p1", name: "Ann" }, { seat: 1, player: "p2", name: "Bob" }, { seat: 2 }];
  const names = () => parlor.room.members.map(({ seat, name, away }) => `${seat} ${name}${away ? " away" : ""}`);
  platform.socket.frame({ firstItem: 1, items: [{ members: { changed: members } }] });
  assert.deepEqual([parlor.room, heard.take("room").length], [undefined, 0], "there was no room yet");

  platform.socket.frame({ firstItem: 2, items: [{ room: Object.assign({ members }, playing) }] });
  const [[, before]] = heard.take("room");
  platform.socket.frame({ firstItem: 3, items: [{ members: { changed: [{ seat: 1, player: "p2", name: "Bob", away: true }, { seat: 2, name: "Bot 3", bot: true }] } }] });
  const [[, after]] = heard.take("room");
  assert.equal(after, parlor.room);
  assert.deepEqual([names(), after.match, after.rate], [["0 Ann", "1 Bob away", "2 Bot 3"], "m1", 20]);
  assert.equal(before.members[1].away, false, "what a page was given has changed under it");

  platform.socket.frame({ firstItem: 4, items: [{ members: { changed: [{ seat: 4294967295, name: "Eve" }, { seat: 3 }] } }, { members: {} }] });
  assert.deepEqual(names(), ["0 Ann", "1 Bob away", "2 Bot 3"]);
  platform.socket.frame({ firstItem: 6, items: [{ left: { room: "r1" } }, { members: { changed: members } }] });
  assert.equal(parlor.room, undefined);
});

test("an empty view is a view, and one that comes after the seat was left is not", () => {
  const { platform, heard } = seated();
  platform.socket.frame({ tick: 2, view: bytes() });
  assert.equal(heard.take("view").length, 1);
  platform.socket.frame({ firstItem: 2, items: [{ left: { room: "r1" } }] });
  platform.socket.frame({ tick: 3, view: bytes(1) });
  assert.equal(heard.take("view").length, 0);
});

test("ticks and items are acknowledged in time, once, and with what is sent anyway", () => {
  const { platform, parlor } = seated();
  platform.socket.frame({ tick: 5, view: bytes(1) });
  parlor.send(bytes(9));
  assert.equal(platform.socket.take()[0].ackTick, 5, "the input did not carry it");
  platform.socket.frame({ tick: 6, view: bytes(1), firstItem: 2, items: [{ scored: {} }] });
  platform.pass(999);
  const [ack, ...more] = platform.socket.take();
  assert.deepEqual([ack.ackTick, ack.ackItem, more.length], [6, 2, 0]);
  platform.pass(5000);
  assert.equal(platform.socket.take().length, 0, "it said more than it had to");
  parlor.send(bytes(9));
  assert.deepEqual(platform.socket.take().map(({ ackTick, ackItem }) => [ackTick, ackItem]), [[0, 0]]);
});

// ---------------------------------------------------------------- inputs

test("inputs that were not acknowledged are sent again, before newer ones", () => {
  const { platform, parlor } = seated();
  for (const value of [1, 2, 3]) parlor.send(bytes(value));
  assert.deepEqual(inputsIn(platform.socket.take()), [[1, [1]], [2, [2]], [3, [3]]]);
  platform.socket.frame({ tick: 3, view: bytes(1), acked: 1 });
  assert.equal(parlor.unacknowledged, 2);
  platform.socket.drop();
  assert.ok(parlor.send(bytes(4)), "an input was refused for want of a connection");
  platform.pass(300);
  parlor.on("welcome", () => parlor.send(bytes(5)));
  resumed(platform, { acked: 2 });
  assert.deepEqual(inputsIn(platform.socket.take()), [[3, [3, 4]], [5, [5]]]);
});

test("what is sent again fits the server's frames", () => {
  const { platform, parlor } = seated();
  platform.socket.drop();
  for (let i = 0; i < 64; i++) parlor.send(new Uint8Array(512).fill(i + 1));
  platform.pass(300);
  resumed(platform);
  const { sizes } = platform.socket;
  assert.ok(Math.max(...sizes) <= 4096, `a frame of ${Math.max(...sizes)} bytes`);
  const seqs = platform.socket.take().filter((frame) => frame.inputs).flatMap(({ inputs }) => inputs.body.map((_, i) => inputs.firstSeq + i));
  assert.deepEqual(seqs, Array.from({ length: 64 }, (_, i) => i + 1));
});

test("past 64 unacknowledged inputs the next is refused, until some are applied", () => {
  const { platform, parlor } = seated();
  for (let i = 0; i < 64; i++) assert.ok(parlor.send(bytes(i)));
  assert.equal(parlor.send(bytes(99)), 0);
  platform.socket.take();
  platform.socket.frame({ tick: 1, view: bytes(1), acked: 1 });
  assert.ok(parlor.send(bytes(65)));
  assert.deepEqual(inputsIn(platform.socket.take()), [[65, [65]]]);
});

test("an input needs a match, and the size that the server takes", () => {
  const { parlor } = open();
  assert.equal(parlor.send(bytes(1)), 0);
  assert.throws(() => seated().parlor.send(new Uint8Array(513)), /512/);
});

test("a listener can be taken off, also while it is called", async () => {
  const { platform, parlor } = open();
  let heard = 0;
  const off = parlor.on("draining", () => {
    heard++;
    off();
  });
  parlor.on("draining", () => heard++);
  platform.socket.frame({ firstItem: 1, items: [{ draining: {} }, { draining: {} }] });
  await settle();
  assert.equal(heard, 3);
});
