// The session against docs/PROTOCOL.md: a scripted server, a clock that the test moves.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Code, Parlor, Phase } from "../dist/parlor.mjs";
import { FakePlatform, listen, settle } from "./fake.mjs";

const url = "wss://example.test/ws";
const playing = { id: "r1", game: "snakes", match: "m1", phase: Phase.PLAYING, rate: 20, sendEvery: 1 };

function setup(options = {}) {
  const platform = options.platform || new FakePlatform();
  const parlor = new Parlor(platform, { url, client: "test/1", name: "Ann" });
  return { platform, parlor, heard: listen(parlor) };
}

/** Connected and welcomed; what was said until then is forgotten. */
function open(fields) {
  const all = setup();
  all.parlor.start();
  all.platform.socket.welcome({ secret: "x", ...fields });
  all.platform.socket.take();
  all.heard.take();
  return all;
}

/** In a match, from item 1. */
function seated() {
  const all = open();
  all.platform.socket.frame({ firstItem: 1, items: [{ room: playing }] });
  all.platform.pass(250);
  all.platform.socket.take();
  all.heard.take();
  return all;
}

/** The server takes the newest socket's resume. */
function resumed(platform, fields) {
  platform.socket.welcome({ resumed: true, token: "t2", ...fields });
}

const bytes = (...values) => new Uint8Array(values);
const inputsIn = (frames) => frames.filter((frame) => frame.inputs).map(({ inputs }) => [inputs.firstSeq, inputs.body.map((body) => body[0])]);

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
    minor: 0, client: "test/1", platform: "fake", name: "Ann", guest: { player: "", secret: "" }, checkViews: false,
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
  assert.equal(parlor.send(bytes(7)), true);
  assert.deepEqual(inputsIn(platform.socket.take()), [[42, [7]]]);
});

// ---------------------------------------------------------------- calls and items

test("a call made early is sent after the welcome, and answered once", async () => {
  const { platform, parlor } = setup();
  const answer = parlor.joinQueue("snakes");
  parlor.start();
  platform.socket.welcome({ secret: "x" });
  const calls = platform.socket.take().flatMap((frame) => frame.calls);
  assert.deepEqual(calls.map(({ id, joinQueue }) => [id, { ...joinQueue }]), [[1, { game: "snakes", mode: "" }]]);
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
  assert.deepEqual(heard[1][2], { tick: 9, step: 4 });
  assert.equal(parlor.room.id, "r1");
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
});

// ---------------------------------------------------------------- inputs

test("inputs that were not acknowledged are sent again, before newer ones", () => {
  const { platform, parlor } = seated();
  for (const value of [1, 2, 3]) parlor.send(bytes(value));
  assert.deepEqual(inputsIn(platform.socket.take()), [[1, [1]], [2, [2]], [3, [3]]]);
  platform.socket.frame({ tick: 3, view: bytes(1), acked: 1 });
  assert.equal(parlor.unacknowledged, 2);
  platform.socket.drop();
  assert.equal(parlor.send(bytes(4)), true, "an input was refused for want of a connection");
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
  for (let i = 0; i < 64; i++) assert.equal(parlor.send(bytes(i)), true);
  assert.equal(parlor.send(bytes(99)), false);
  platform.socket.take();
  platform.socket.frame({ tick: 1, view: bytes(1), acked: 1 });
  assert.equal(parlor.send(bytes(65)), true);
  assert.deepEqual(inputsIn(platform.socket.take()), [[65, [65]]]);
});

test("an input needs a match, and the size that the server takes", () => {
  const { parlor } = open();
  assert.equal(parlor.send(bytes(1)), false);
  assert.throws(() => seated().parlor.send(new Uint8Array(513)), /512/);
});

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
  assert.equal(parlor.send(bytes(1)), true);
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
