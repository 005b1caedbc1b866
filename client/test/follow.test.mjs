// How a clock, and what lives by it, hears of the server's time; docs/PROTOCOL.md, sections 3 and 5.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Clock } from "../dist/parlor.mjs";
import { bytes, playing, setup } from "./table.mjs";

/** In a match of 20 ticks a second, with a clock that a follower lives by. */
function following() {
  const clock = new Clock();
  const told = [];
  clock.admit({
    begin: (...match) => told.push(["begin", ...match]),
    slip: (ticks) => told.push(["slip", ticks]),
    lead: (...lead) => told.push(["lead", ...lead]),
  });
  const all = setup({ clock });
  all.parlor.start();
  all.platform.socket.welcome({ pingMs: 2000, deadMs: 15000 });
  all.platform.socket.take();
  sit(all.platform, "m1");
  return { clock, told, ...all };
}

let items = 0;
function sit(platform, match) {
  if (match === "m1") items = 0;
  platform.socket.frame({ firstItem: ++items, items: [{ room: { ...playing, match, rate: 20, sendEvery: 2 } }] });
}

const pings = (platform) => platform.socket.take().filter(({ ping }) => ping).map(({ ping }) => ping.t);

test("a match begins with three pings in a row, and then they come as the server asked", () => {
  const { platform, told } = following();
  assert.deepEqual(told, [["begin", 20, 2]]);
  platform.pass(700);
  assert.equal(pings(platform).length, 3);
  platform.pass(6000);
  assert.equal(pings(platform).length, 3);
});

test("a pong sets the clock, and a new match begins it anew", () => {
  const { platform, clock, told } = following();
  platform.pass(600);
  const t = pings(platform).pop();
  platform.pass(40 - (platform.now() - t));
  assert.equal(clock.known, false);
  platform.socket.frame({ pong: { t, tick: 100, fraction: 128 } });
  assert.equal(clock.tick(platform.now() - 20), 100.5); // in the middle between ping and pong
  assert.equal(clock.tick(platform.now() + 30), 101.5);
  sit(platform, "m2");
  assert.deepEqual([clock.known, told.pop()], [false, ["begin", 20, 2]]);
});

test("a slip sets it back once, however often it is told", () => {
  const { platform, clock, told } = following();
  platform.pass(600);
  platform.socket.frame({ pong: { t: pings(platform).pop(), tick: 100, fraction: 0 } });
  const before = clock.tick(platform.now());
  for (const slipped of [3, 3, 5]) platform.socket.frame({ slipped });
  assert.equal(clock.tick(platform.now()), before - 5);
  assert.deepEqual(told.slice(1), [["slip", 3], ["slip", 2]]);
});

test("an input is sent for its tick, and its lead is told once", () => {
  const { platform, parlor, told } = following();
  assert.equal(parlor.send(bytes(1), 77), 1);
  assert.equal(parlor.send(bytes(2)), 2);
  assert.deepEqual(platform.socket.take().map(({ inputs }) => [inputs.firstSeq, inputs.tick]), [[1, 77], [2, 0]]);
  for (let i = 0; i < 2; i++) platform.socket.frame({ acked: 1, lead: -3 });
  assert.deepEqual(told.slice(1), [["lead", -3, 1, platform.now()]]);
});

test("an app that comes to the foreground believes no pong from before", () => {
  const { platform, clock } = following();
  platform.pass(600);
  platform.socket.frame({ pong: { t: pings(platform).pop(), tick: 100, fraction: 0 } });
  assert.ok(clock.rtt > 0);
  platform.hide();
  platform.show();
  assert.deepEqual([clock.rtt, clock.known], [0, true]);
  assert.equal(pings(platform).length, 1);
  platform.pass(700);
  assert.ok(pings(platform).length >= 3);
});
