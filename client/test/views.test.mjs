// How views reach the application: whole or as deltas, in bytes or decoded; docs/PROTOCOL.md,
// section 5.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Views } from "../dist/parlor.mjs";
import { codecOf, hex, pb, unhex, vectors } from "./sample.mjs";
import { bytes, playing, resumed, seated, setup } from "./table.mjs";

const [{ message, hash, plan, packed, whole, deltas }] = vectors; // of snakes
const World = codecOf(message);
const first = { tick: 100, packed: unhex(packed), schema: hash };
const delta = (n, fields) => ({ delta: unhex(deltas[n].delta), ...fields });

/** In a match of snakes, at a client that knows its views. */
const watching = () => seated({ views: { snakes: new Views(World) } });
const shown = (heard) => heard.take("view").map(([, view, { tick }]) => [tick, hex(World.encode(view))]);

test("the hello asks for deltas if there is somebody to decode them", () => {
  for (const views of [undefined, { snakes: new Views(World) }]) {
    const { platform, parlor } = setup({ views });
    parlor.start();
    platform.socket.events.opened();
    const { hello } = platform.socket.take()[0];
    assert.deepEqual([hello.deltas, hello.schemas], [!!views, views ? [hash] : []]);
  }
});

test("views come decoded, each from the one before, with their ticks", () => {
  const { platform, heard } = watching();
  platform.socket.frame(first);
  platform.socket.frame(delta(0));
  platform.socket.frame(delta(1, { tickStep: 5, firstItem: 2, items: [{ room: { ...playing, sendEvery: 3 } }] }));
  platform.socket.frame(delta(2));
  assert.deepEqual(shown(heard), [[100, whole], [101, deltas[0].view], [106, deltas[1].view], [109, deltas[2].view]]);
  platform.pass(250);
  assert.equal(platform.socket.take().pop().ackTick, 109);
  platform.socket.frame(first);
  platform.socket.frame(delta(0));
  assert.deepEqual(shown(heard), [[100, whole], [103, deltas[0].view]]);
});

test("a delta that does not fit is answered with a new connection, and in the end without deltas", () => {
  const { platform, parlor, heard } = watching();
  for (const deltasNext of [true, false]) {
    platform.socket.frame(first);
    platform.socket.frame({ delta: bytes(255, 255, 255) });
    assert.equal(parlor.state, "waiting");
    assert.deepEqual(shown(heard), [[100, whole]]);
    platform.pass(600);
    platform.socket.events.opened();
    assert.deepEqual({ ...platform.socket.take()[0].hello.resume }.session, "s1");
    assert.equal(platform.socket.sent.length, 0);
    platform.socket.drop();
    platform.pass(1100);
    platform.socket.events.opened();
    assert.equal(platform.socket.take()[0].hello.deltas, deltasNext);
    resumed(platform);
  }
  platform.socket.frame(first);
  assert.deepEqual(shown(heard), [[100, whole]]);
});

test("a server with another plan describes it, once", () => {
  const Old = pb.message(World.fields.filter(([, name]) => name !== "food"));
  const { platform, parlor, heard } = seated({ views: { snakes: new Views(Old) } });
  platform.socket.frame({ ...first, plan: unhex(plan) });
  platform.socket.frame(delta(0));
  platform.socket.frame(first);
  const views = heard.take("view").map(([, view]) => view);
  assert.deepEqual(views, [whole, deltas[0].view, whole].map((view) => Old.decode(unhex(view))));
  platform.socket.frame({ ...first, schema: hash + 1 });
  assert.deepEqual([heard.take("view").length, parlor.state], [0, "waiting"]);
});

test("a view that travels as it is comes too, and nothing leads from it", () => {
  const { platform, parlor, heard } = watching();
  platform.socket.frame({ tick: 100, view: unhex(whole) });
  assert.deepEqual(shown(heard), [[100, whole]]);
  platform.socket.frame(delta(0));
  assert.deepEqual([shown(heard).length, parlor.state], [0, "waiting"]);
});

test("a new connection and a new match begin with a whole view", () => {
  for (const begin of [
    (platform) => {
      platform.socket.drop();
      platform.pass(300);
      resumed(platform);
    },
    (platform) => platform.socket.frame({ firstItem: 2, items: [{ room: { ...playing, match: "m2" } }] }),
  ]) {
    const { platform, parlor, heard } = watching();
    platform.socket.frame(first);
    begin(platform);
    heard.take();
    platform.socket.frame(delta(0));
    assert.deepEqual([shown(heard).length, parlor.state], [0, "waiting"]);
  }
});

test("news of the same match is no reason to forget", () => {
  const { platform, heard } = watching();
  platform.socket.frame(first);
  platform.socket.frame(delta(0, { firstItem: 2, items: [{ room: { ...playing, members: [{ seat: 1 }] } }] }));
  assert.deepEqual(shown(heard).map(([tick]) => tick), [100, 101]);
});

test("views of a game that is not known are not shown, and do no harm", () => {
  const { platform, parlor, heard } = seated({ views: { chess: new Views(World) } });
  platform.socket.frame(first);
  platform.socket.frame({ delta: bytes(255) });
  assert.deepEqual([heard.take("view").length, parlor.state], [0, "open"]);
});

test("a game may see bytes, which come whole", () => {
  const { platform, parlor, heard } = seated();
  platform.socket.frame({ tick: 100, view: unhex(whole) });
  platform.socket.frame({ delta: bytes(255) }); // nobody asked for it
  assert.deepEqual(heard.take("view").map(([, view]) => hex(view)), [whole]);
  assert.equal(parlor.state, "open");
});
