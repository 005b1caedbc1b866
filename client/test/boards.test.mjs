// Boards against docs/PROTOCOL.md, section 4: a scripted server, as in session.test.mjs.
import assert from "node:assert/strict";
import { test } from "node:test";

import { parlor_v1 } from "../dist/codec.mjs";
import * as sdk from "../dist/parlor.mjs";
import { plain } from "./fake.mjs";
import { open, resumed } from "./table.mjs";

const { Code } = sdk;
const entry = { rank: 7, player: "p1", name: "Ann", score: -3, atMs: 1764190000000, region: "eu", match: "m1" };
const board = { board: "snakes", startMs: 1764115200000, endMs: 1764201600000, count: 5000000000, entries: [entry, { ...entry, player: "p2" }], next: "c2" };
const reply = (id, what) => ({ items: [{ reply: { id, ...what } }], firstItem: id });

test("a read of a board says what it was told to", () => {
  const { platform, parlor } = open();
  const bare = { board: "snakes", region: "", periodMs: 0, limit: 0, after: "", around: false, players: [] };
  const reads = [
    {}, { region: "eu", periodMs: 1764190000000, limit: 50 }, { limit: 10, after: "c2" }, { around: true, limit: 3 }, { players: ["p1", "p2"] },
  ];
  for (const read of reads) sdk.readBoard(parlor, { board: "snakes", ...read });
  assert.deepEqual(platform.socket.asked(), reads.map((read) => ["readBoard", { ...bare, ...read }]));
});

test("a board comes whole, or with the reason that it did not", async () => {
  const { platform, parlor } = open();
  const asked = sdk.readBoard(parlor, { board: "snakes" });
  platform.socket.frame(reply(1, { board: parlor_v1.Board.encode(board) }));
  const answer = await asked;
  assert.deepEqual([plain(answer.board), answer.fault], [board, undefined]);

  const empty = sdk.readBoard(parlor, { board: "snakes" });
  platform.socket.frame(reply(2, { board: parlor_v1.Board.encode({ board: "snakes" }) }));
  assert.deepEqual((await empty).board.entries, []);

  const refused = sdk.readBoard(parlor, { board: "snakes", around: true });
  platform.socket.frame(reply(3, { error: { code: Code.UNAVAILABLE, retryMs: 1000 } }));
  const { board: none, fault } = await refused;
  assert.deepEqual([none, fault.code, fault.retryMs], [undefined, Code.UNAVAILABLE, 1000]);

  const stopped = sdk.readBoard(parlor, { board: "snakes" });
  parlor.stop();
  assert.equal((await stopped).fault.code, Code.EXPIRED);
});

test("a read that was on its way when the line was cut is asked again", async () => {
  const { platform, parlor } = open();
  const asked = sdk.readBoard(parlor, { board: "snakes" });
  platform.socket.drop();
  platform.pass(300);
  resumed(platform);
  assert.deepEqual(platform.socket.asked().map(([kind, { board }]) => [kind, board]), [["readBoard", "snakes"]]);
  platform.socket.frame(reply(1, { board: parlor_v1.Board.encode(board) }));
  assert.equal((await asked).board.count, 5000000000);
});

test("news of boards come once", () => {
  const { platform, heard } = open();
  const news = { firstItem: 1, items: [{ posted: { boards: ["snakes", "weekly"] } }] };
  platform.socket.frame(news);
  platform.socket.frame(news);
  assert.deepEqual(plain(heard.take()), [["posted", { boards: ["snakes", "weekly"] }]]);
});
