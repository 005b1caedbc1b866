// The session against docs/PROTOCOL.md, sections 3, 6 and 8: what happens when lines die, apps
// freeze and servers say no.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Code } from "../dist/parlor.mjs";
import { bytes, inputsIn, open, playing, resumed, seated, setup } from "./table.mjs";

// ---------------------------------------------------------------- resume

test("a lost connection is resumed with the newest token and the last item", () => {
  const { platform, parlor, heard } = seated();
  platform.socket.drop(1000);
  assert.equal(parlor.state, "waiting");
  platform.pass(300);
  platform.socket.events.opened();
  assert.deepEqual({ ...platform.socket.sent[0].hello.resume }, { session: "s1", token: "t1", lastItem: 1 });
  platform.socket.drop(); // this Welcome is lost, so the token stays
  platform.pass(600);
  platform.socket.events.opened();
  assert.equal(platform.socket.sent[0].hello.resume.token, "t1");
  platform.socket.frame({ welcome: { session: "s1", token: "t2", player: "p1", resumed: true, pingMs: 10000, deadMs: 25000 } });
  assert.deepEqual(heard.take("welcome").map(([, , same]) => same), [true]);
  assert.equal(parlor.room.id, "r1", "the room was forgotten");
  platform.socket.drop();
  platform.pass(1000);
  platform.socket.events.opened();
  assert.equal(platform.socket.sent[0].hello.resume.token, "t2");
});

test("the waits grow by 1.7 from 300 ms to 8 s", () => {
  for (const [dice, factor] of [[0.5, 1], [0, 0.7], [0.999999, 1.3]]) {
    const { platform } = open();
    platform.dice = dice;
    for (let n = 0; n < 10; n++) {
      const wait = Math.min(300 * 1.7 ** n, 8000) * factor;
      platform.socket.drop();
      const before = platform.sockets.length;
      platform.pass(wait - 1);
      assert.equal(platform.sockets.length, before, `wait ${n} was shorter than ${wait} ms`);
      platform.pass(2);
      assert.equal(platform.sockets.length, before + 1, `wait ${n} was longer than ${wait} ms`);
    }
  }
});

test("a good connection, the foreground and the network start the waits anew", () => {
  const { platform } = open();
  const lose = (times) => {
    for (let i = 0; i < times; i++) {
      platform.socket.drop();
      platform.pass(8001);
    }
  };
  const waits = (ms) => {
    const before = platform.sockets.length;
    platform.pass(ms - 1);
    const early = platform.sockets.length > before;
    platform.pass(2);
    return !early && platform.sockets.length > before;
  };
  lose(3);
  resumed(platform);
  platform.pass(5001);
  platform.socket.drop();
  assert.ok(waits(300), "not after a good connection");
  lose(3);
  platform.socket.drop();
  platform.show();
  assert.ok(waits(300), "not after show");
  lose(3);
  platform.socket.drop();
  platform.online();
  assert.ok(waits(300), "not after the network came back");
  lose(2);
  resumed(platform);
  platform.socket.drop();
  assert.ok(!waits(300), "a connection that is lost at once was taken for a good one");
});

test("late events of a socket that was given up change nothing", () => {
  const { platform, parlor, heard } = open();
  const dead = platform.socket;
  platform.hide();
  platform.show();
  platform.pass(2500);
  assert.notEqual(platform.socket, dead);
  resumed(platform);
  heard.take();
  dead.frame({ firstItem: 1, items: [{ left: { room: "r1" } }] });
  dead.frame({ error: { code: Code.REPLACED } });
  dead.events.opened();
  dead.drop(1000);
  dead.drop(4107);
  platform.pass(1000);
  assert.deepEqual([heard.length, parlor.state, platform.sockets.length], [0, "open", 2]);
});

test("a connection that cannot be opened, or says nothing, is tried again", () => {
  const { platform, parlor } = setup();
  platform.refuses = true;
  parlor.start();
  assert.equal(parlor.state, "waiting");
  platform.refuses = false;
  platform.pass(300);
  assert.equal(platform.sockets.length, 1);
  platform.pass(10250); // no open, no Welcome
  assert.equal(platform.socket.closed, true);
  platform.pass(600);
  assert.equal(platform.sockets.length, 2);
  platform.socket.events.opened();
  platform.socket.events.received(new Uint8Array([255]).buffer); // no message
  assert.equal(parlor.state, "waiting");
});

test("a socket that throws when it is written to is given up", () => {
  const { platform, parlor } = seated();
  platform.socket.closed = true;
  assert.ok(parlor.send(bytes(1)));
  assert.equal(parlor.state, "waiting");
  platform.pass(300);
  resumed(platform);
  assert.deepEqual(inputsIn(platform.socket.take()), [[1, [1]]]);
});

// ---------------------------------------------------------------- codes

test("REPLACED stops, and start takes the player back as a guest", () => {
  for (const tell of [(s) => s.frame({ error: { code: Code.REPLACED, message: "elsewhere" } }), (s) => s.drop(4107)]) {
    const { platform, parlor, heard } = open();
    tell(platform.socket);
    assert.equal(parlor.state, "replaced");
    assert.equal(heard.take("state")[0][2].code, Code.REPLACED);
    platform.show();
    platform.online();
    platform.pass(60000);
    assert.deepEqual([platform.sockets.length, platform.timers, platform.watched], [1, 0, 0]);
    parlor.start();
    platform.socket.events.opened();
    assert.deepEqual({ ...platform.socket.sent[0].hello.guest }, { player: "p1", secret: "x" });
  }
});

test("41xx stops with the error", () => {
  const { platform, parlor, heard } = open();
  platform.socket.frame({ error: { code: Code.UPGRADE_REQUIRED, message: "too old" } });
  assert.deepEqual(heard.take("state").map(([, state, fault]) => [state, fault.code, fault.message]), [["failed", 106, "too old"]]);
  platform.pass(60000);
  assert.deepEqual([platform.sockets.length, parlor.state], [1, "failed"]);
});

test("EXPIRED says hello as a guest, and tells that what was asked and the room are gone", async () => {
  const { platform, parlor, heard } = seated();
  parlor.send(bytes(1));
  platform.socket.drop();
  const answer = parlor.leaveRoom();
  platform.pass(300);
  platform.socket.events.opened();
  platform.socket.frame({ error: { code: Code.EXPIRED } });
  platform.socket.drop(4202); // late
  assert.equal((await answer).code, Code.EXPIRED);
  platform.pass(600);
  heard.take();
  platform.socket.welcome({ session: "s2", token: "u1" });
  const [hello, ...rest] = platform.socket.take();
  assert.deepEqual({ ...hello.hello.guest }, { player: "p1", secret: "x" });
  assert.deepEqual(inputsIn(rest), [], "inputs of the old session were sent in the new one");
  assert.deepEqual(rest.flatMap((frame) => frame.calls), []);
  assert.deepEqual(heard.take().map(([kind, what]) => [kind, kind === "left" ? what.error.code : 0]).slice(1), [["welcome", 0], ["left", 202]]);
  assert.equal(parlor.room, undefined);
  platform.socket.frame({ firstItem: 1, items: [{ room: playing }] });
  assert.equal(heard.take("room").length, 1, "items do not begin at 1 again");
});

test("43xx comes back with resume, not before retry_ms, whatever happens", () => {
  const { platform } = open();
  platform.socket.frame({ error: { code: Code.DRAINING, retryMs: 5000 } });
  platform.show();
  platform.online();
  platform.pass(4999);
  assert.equal(platform.sockets.length, 1);
  platform.pass(2);
  platform.socket.events.opened();
  assert.equal(platform.socket.sent[0].hello.resume.token, "t1");
});

// ---------------------------------------------------------------- keeping alive

test("pings are sent every ping_ms and tell the latency", () => {
  const { platform, parlor } = open({ pingMs: 5000 });
  platform.socket.frame({ pong: { t: platform.now() - 34 } });
  assert.equal(parlor.latencyMs, 34);
  platform.pass(20000);
  const pings = platform.socket.take().filter((frame) => frame.ping);
  assert.equal(pings.length, 4);
});

test("the first ping goes with the welcome", () => {
  const { platform, parlor } = setup();
  parlor.start();
  platform.socket.welcome();
  assert.ok(platform.socket.take().pop().ping);
});

test("dead_ms of silence is a dead line", () => {
  const { platform, parlor } = open();
  platform.pass(24000);
  platform.socket.frame({ pong: { t: 1 } });
  platform.pass(24900);
  assert.equal(parlor.state, "open");
  platform.pass(1000);
  assert.deepEqual([platform.sockets[0].closed, platform.sockets.length], [true, 2]);
});

test("an app that stood still asks before it calls the line dead", () => {
  const { platform, parlor } = open();
  platform.freeze(60000);
  platform.pass(1);
  assert.equal(parlor.state, "open");
  const { ping } = platform.socket.take().pop();
  platform.pass(2000); // it has 2.5 s to answer
  platform.socket.frame({ pong: { t: ping.t } });
  platform.pass(5000);
  assert.deepEqual([parlor.state, platform.sockets.length], ["open", 1]);
});

test("hide says away; show says back and replaces a line without pong after 2.5 s", () => {
  const { platform, parlor } = open();
  platform.hide();
  assert.deepEqual(platform.socket.take().map(({ away }) => ({ ...away })), [{ back: false }]);
  platform.pass(4000);
  platform.show();
  const back = platform.socket.take();
  assert.deepEqual({ ...back[0].away }, { back: true });
  // What had waited in the platform proves nothing; only this ping's pong does.
  platform.socket.frame({ pong: { t: 3 } });
  platform.pass(2499);
  assert.equal(platform.sockets.length, 1);
  platform.pass(1);
  assert.equal(platform.sockets.length, 2);
  assert.equal(platform.sockets[0].closed, true);
  resumed(platform);
  platform.socket.take();

  platform.hide();
  platform.show();
  const { ping } = platform.socket.take().pop();
  platform.socket.frame({ pong: { t: ping.t } });
  platform.pass(5000);
  assert.deepEqual([platform.sockets.length, parlor.state], [2, "open"]);
});

test("the network's return asks whether the line is alive, and does not end being away", () => {
  const { platform } = open();
  platform.hide();
  platform.socket.take();
  platform.online();
  assert.deepEqual(platform.socket.take().map((frame) => [!!frame.ping, frame.away]), [[true, undefined]]);
});

test("onShow may come before the close that had waited", () => {
  const { platform, parlor, heard } = seated();
  parlor.send(bytes(1));
  platform.hide();
  platform.freeze(60000);
  platform.show(); // the client believes that it is connected still
  assert.equal(parlor.state, "open");
  platform.socket.drop(1000);
  assert.equal(parlor.state, "waiting");
  platform.pass(300);
  resumed(platform);
  platform.pass(3000); // the probe of the dead socket is over as well
  assert.deepEqual([platform.sockets.length, parlor.state], [2, "open"]);
  assert.deepEqual(inputsIn(platform.socket.take()), [[1, [1]]]);
  assert.deepEqual(heard.take("state").map(([, state]) => state), ["waiting", "connecting", "open"]);
});

test("connecting too early on show is tried again soon", () => {
  const { platform, parlor } = open();
  platform.hide();
  platform.socket.drop(1000);
  platform.freeze(90000);
  platform.refuses = true;
  platform.show();
  platform.pass(300);
  assert.equal(parlor.state, "waiting");
  platform.refuses = false;
  platform.pass(510);
  assert.equal(platform.sockets.length, 2);
});

test("a hidden app does not connect until it is shown", () => {
  const { platform } = open();
  platform.hide();
  platform.socket.drop();
  platform.pass(60000);
  platform.online();
  platform.pass(60000);
  assert.equal(platform.sockets.length, 1);
  platform.show();
  platform.pass(300);
  assert.equal(platform.sockets.length, 2);
});

test("an app hidden while it connects says away once it is welcome", () => {
  const { platform, parlor } = setup();
  parlor.start();
  platform.hide();
  platform.socket.welcome();
  assert.ok(platform.socket.take().some((frame) => frame.away && !frame.away.back));
});

test("stop leaves nothing behind, and answers what was asked", async () => {
  const { platform, parlor } = open();
  const answer = parlor.joinQueue("snakes");
  parlor.stop();
  assert.equal((await answer).code, Code.EXPIRED);
  assert.deepEqual([parlor.state, platform.timers, platform.watched, platform.socket.closed], ["idle", 0, 0, true]);
  parlor.start();
  parlor.start();
  assert.equal(platform.sockets.length, 2, "a second start opened a second socket");
});
