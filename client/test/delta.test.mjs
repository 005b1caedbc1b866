// The client's deltas against the server's, which client/testdata/delta.json has, and against
// docs/DELTA.md, whose sections are named here.
import assert from "node:assert/strict";
import { test } from "node:test";

import { pen } from "./pen.mjs";
import { codecOf, hex, pb, unhex, vectors, View, Views } from "./sample.mjs";

// ---------------------------------------------------------------- what Go wrote

vectors.forEach(({ message, plan, hash, packed, whole, deltas }, n) => {
  test(`follows connection ${n}, of ${message}, as Go does`, () => {
    const codec = codecOf(message);
    const views = new Views(codec);
    assert.equal(views.schema, hash);
    const seen = [views.packed(unhex(packed), hash)];
    assert.deepEqual(seen[0], codec.decode(unhex(whole)));
    for (const { delta, view } of deltas) {
      seen.push(views.delta(unhex(delta)));
      assert.deepEqual(seen[seen.length - 1], codec.decode(unhex(view)));
      assert.equal(hex(views.bytes()), view);
    }
    // Later deltas left the views alone that the application holds.
    [whole, ...deltas.map(({ view }) => view)].forEach((view, i) => assert.equal(hex(codec.encode(seen[i])), view));
  });

  test(`follows connection ${n}, of ${message}, with another version of it`, () => {
    for (const codec of versions(codecOf(message))) {
      const views = new Views(codec);
      const seen = [views.packed(unhex(packed), hash, unhex(plan))];
      for (const { delta } of deltas) seen.push(views.delta(unhex(delta)));
      [whole, ...deltas.map(({ view }) => view)].forEach((view, i) => assert.deepEqual(seen[i], codec.decode(unhex(view))));
      if (views.schema !== hash) assert.throws(() => new Views(codec).packed(unhex(packed), hash), /was not told/);
    }
  });
});

/** What a client may have in place of a message: each field, also in rows, missing in turn; and others. */
function versions(codec) {
  const without = (codec, number) => pb.message(codec.fields.filter((field) => field[0] !== number), codec.key);
  const list = codec.fields.map((field) => without(codec, field[0]));
  for (const [number, name, type, label, sync] of codec.fields) {
    const inner = typeof type === "function" && type();
    for (const row of inner ? inner.fields : []) {
      const changed = [number, name, () => without(inner, row[0]), label, sync];
      list.push(pb.message(codec.fields.map((field) => (field[0] === number ? changed : field))));
    }
  }
  // All of it is new to the server, or of another type, or has other options.
  list.push(pb.message([[90, "fresh", pb.uint32], [91, "more", () => codec, pb.repeated]]));
  list.push(pb.message(codec.fields.map(([number, name]) => [number, name, pb.double])));
  list.push(pb.message(codec.fields.map(([number, name, type, label]) => [number, name, type, label])));
  return list;
}

test("rows that stay the same are the same objects", () => {
  const { message, hash, packed, deltas } = vectors[1];
  const views = new Views(codecOf(message));
  views.packed(unhex(packed), hash);
  const [one, two] = [views.delta(unhex(deltas[0].delta)), views.delta(unhex(deltas[1].delta))];
  assert.ok(two.food.filter((piece) => one.food.includes(piece)).length > 100);
  one.food.length = one.snakes.length = 0; // and yet the lists are the application's
  views.delta(unhex(deltas[2].delta));
  assert.equal(hex(views.bytes()), deltas[2].view);
});

// ---------------------------------------------------------------- by hand (3)

const Piece = pb.message([[1, "id", pb.uint32], [2, "x", pb.sint32, 0, { linear: true }]], "id");
const Table = pb.message([
  [1, "n", pb.uint32, 0, { linear: true }],
  [2, "pieces", () => Piece, pb.repeated],
  [3, "tail", pb.uint32, pb.repeated, { queue: 2 }],
]);

/** A table whose pieces are at 10 times their id, packed. */
function packed(ids) {
  // n is 5, and the tail from the back 2, 3 and 4, 4.
  const p = pen().say("1 11").u(0, 4).zz(0, 5, 1).u(0, 8).say("0").rice(1, 2).rice(1, 0).zz(0, 2).zz(0, 3).zz(0, 2).zz(0, 1);
  if (!ids.length) return p.say("0").done();
  p.say("1").rice(0, 0).rice(0, ids.length).u(1, 4);
  ids.forEach((id, i) => (i ? p.rice(1, id - ids[i - 1] - 1) : p.zz(1, id)));
  p.u(4, 4);
  ids.forEach((id, i) => p.zz(4, 10 * (id - (i ? ids[i - 1] : 0))));
  return p.say("0").done();
}
function table(ids) {
  const views = new Views(Table);
  views.packed(packed(ids), views.schema);
  return views;
}
const idsOf = ({ pieces }) => pieces.map(({ id }) => id);

test("a linear column goes on as it did, said or not", () => {
  const views = table([]);
  // The root's changes, its mask, column n: k 0, the residual 3; the list is untouched.
  assert.equal(views.delta(pen().say("1 10").u(0, 4).zz(0, 3, 1).say("0").done()).n, 8);
  assert.equal(views.delta(pen().say("0 0").done()).n, 11);
  assert.equal(views.delta(pen().say("0 0").done()).n, 14);
  assert.deepEqual(views.packed(packed([3]), views.schema), { n: 5, tail: [4, 4, 2, 3], pieces: [{ id: 3, x: 30 }] });
  assert.equal(views.delta(pen().say("0 0").done()).n, 5, "older outlived a whole view");
});

test("rows go and come, in the order of their ids", () => {
  const views = table([2, 4, 6]);
  const went = pen().say("0 1").rice(0, 1).u(3, 4).rice(3, 1) // gone: index 1
    .rice(0, 2).u(1, 4).zz(1, -4).rice(1, 5) // came: 7 - 4 = 3 and 3 + 1 + 5 = 9
    .u(2, 4).zz(2, -30).zz(2, 60).say("0").done(); // at 60 - 30 and 30 + 60
  assert.deepEqual(views.delta(went).pieces.map((piece) => ({ ...piece })), [
    { id: 2, x: 20 }, { id: 3, x: 30 }, { id: 6, x: 60 }, { id: 9, x: 90 },
  ]);
  assert.deepEqual(idsOf(views.delta(pen().say("0 0").done())), [2, 3, 6, 9]);
});

test("a row that went and came in one delta goes on from where it was", () => {
  const views = table([2, 4]);
  const p = pen().say("0 1").rice(0, 1).u(0, 4).rice(0, 0).rice(0, 1).u(1, 4).zz(1, -3).u(0, 4).zz(0, 10).say("0");
  assert.deepEqual(views.delta(p.done()).pieces.map(({ x }) => x), [50, 40]);
  assert.deepEqual(views.delta(pen().say("0 0").done()).pieces.map(({ x }) => x), [80, 40]);
});

test("many rows go and come at once", () => {
  const views = table(Array.from({ length: 100 }, (_, i) => 2 * i));
  const p = pen().say("0 1").rice(0, 50).u(0, 4);
  for (let i = 0; i < 50; i++) p.rice(0, i ? 1 : 0); // each second one
  p.rice(0, 40).u(1, 4).zz(1, 1 - 199);
  for (let i = 1; i < 40; i++) p.rice(1, 3);
  p.u(0, 4);
  for (let i = 0; i < 40; i++) p.zz(0, 0);
  const want = [...Array(50).keys()].map((i) => 4 * i + 2).concat([...Array(40).keys()].map((i) => 4 * i + 1));
  assert.deepEqual(idsOf(views.delta(p.say("0").done())), want.sort((a, b) => a - b));
});

test("the rows that changed are named in four ways", () => {
  for (const [rows, want] of [["11", [1, 1, 1]], ["10 101", [1, 0, 1]], ["00 0 0 0 1 000", [0, 0, 0]], ["01", [1, 1, 0]]]) {
    const p = pen().say("0 1 0 0 1 1");
    if (rows.startsWith("00")) p.say("00").rice(1, 0);
    else p.say(rows);
    if (rows === "01") p.rice(1, 1).rice(3, 2);
    p.u(0, 4);
    for (const changed of want) if (changed) p.zz(0, 1, 1);
    const xs = table([1, 2, 3]).delta(p.done()).pieces.map(({ x }) => x);
    assert.deepEqual(xs, [10, 20, 30].map((x, i) => x + want[i]), rows);
  }
});

test("points enter a queue in front and leave it at the back", () => {
  const views = table([]);
  // One entered, on the straight line from (2, 3) through (4, 4), and one left.
  assert.deepEqual(views.delta(pen().say("1 01").u(0, 8).say("1").zz(0, 0).zz(0, 1).say("0").done()).tail, [6, 6, 4, 4]);
  // None entered, all left.
  assert.deepEqual(views.delta(pen().say("1 01").u(0, 8).say("0").rice(1, 0).rice(1, 2).say("0").done()).tail, []);
  // From nothing: the first point is what it says, the second the same and one more.
  const two = pen().say("1 01").u(2, 4).u(2, 4).say("0").rice(1, 2).rice(1, 0);
  assert.deepEqual(views.delta(two.zz(2, 7).zz(2, 9).zz(2, 1).zz(2, 0).say("0").done()).tail, [8, 9, 7, 9]);
});

test("a map travels as it stands", () => {
  const Entry = pb.message([[1, "key", pb.uint32], [2, "value", pb.bool]]);
  const Maps = pb.message([[1, "map", () => Entry, pb.repeated, { map: true }]]);
  const views = new Views(Maps);
  assert.deepEqual(views.packed(pen().say("0").done(), views.schema), { map: [] });
  const p = pen().say("1 1").rice(4, 6);
  for (const byte of [10, 4, 8, 3, 16, 1]) p.u(byte, 8);
  assert.deepEqual(views.delta(p.done()), { map: [{ key: 3, value: true }] });
});

// ---------------------------------------------------------------- refusals (5)

test("bytes that are no delta for the base are refused, and the base stays", () => {
  const root = () => pen().say("0");
  const list = () => pen().say("0 1");
  const queue = () => pen().say("1 01").u(0, 8).say("0");
  const cases = {
    "a read past the end": root().say("1").rice(0, 0).rice(0, 3).done(),
    "nothing": new Uint8Array(0),
    "a number of 33 bits": list().say("1".repeat(12)).u(33, 6).u(0, 33).done(),
    "more removed rows than there are": list().rice(0, 4).u(0, 4).say("000000000").done(),
    "a row beyond the last that goes": list().rice(0, 1).u(0, 4).rice(0, 3).say("000").done(),
    "a row beyond the last that changed": list().rice(0, 0).rice(0, 0).say("1 1 00").rice(1, 1).rice(3, 3).u(0, 8).done(),
    "a row that there is": list().rice(0, 0).rice(0, 1).u(1, 4).zz(1, -3).u(0, 4).zz(0, 0).say("0").done(),
    "ids beyond 2^32": list().rice(0, 0).rice(0, 2).u(1, 4).zz(1, -8).rice(1, 0).u(0, 4).zz(0, 0).zz(0, 0).say("0").done(),
    "more rows than bits": list().rice(0, 0).rice(0, 60000).u(1, 4).zz(1, 0).done(),
    "more points than bits": queue().rice(1, 60000).rice(1, 0).done(),
    "more than leave": queue().rice(1, 0).rice(1, 3).say("0").done(),
    "a byte too many": root().say("0 000000 0").done(),
    "a one too many": root().say("0 1").done(),
  };
  const views = table([2, 4, 6]);
  for (const [what, bytes] of Object.entries(cases)) {
    assert.throws(() => views.delta(bytes), /^Error: delta: /, what);
  }
  assert.deepEqual(idsOf(views.delta(pen().say("0 0").done())), [2, 4, 6]);
});

test("a list without a key has no gaps", () => {
  const Bare = pb.message([[1, "list", () => pb.message([[1, "a", pb.int32]]), pb.repeated]]);
  const views = new Views(Bare);
  const two = pen().say("0 1").rice(0, 0).rice(0, 2).u(0, 4).rice(0, 0).rice(0, 0).u(0, 4).zz(0, 1).zz(0, 1).say("0");
  assert.deepEqual(views.packed(two.done(), views.schema), { list: [{ a: 1 }, { a: 2 }] });
  assert.throws(() => views.delta(pen().say("0 1").rice(0, 1).u(0, 4).rice(0, 0).rice(0, 0).say("0").done()), /^Error: delta: /);
  assert.deepEqual(views.delta(pen().say("0 1").rice(0, 1).u(0, 4).rice(0, 1).rice(0, 0).say("0").done()), { list: [{ a: 1 }] });
});

test("a message without a plan is shown whole, and from what is whole nothing leads", () => {
  const Choice = pb.message([[1, "a", pb.int32, pb.oneof], [2, "b", pb.int32, pb.oneof]]);
  const Wide = pb.message(Array.from({ length: 33 }, (_, i) => [i + 1, "f" + i, pb.int32]));
  for (const codec of [Choice, Wide, pb.message([[1, "list", () => Choice, pb.repeated]])]) {
    const views = new Views(codec);
    assert.equal(views.schema, 0);
    assert.doesNotThrow(() => views.whole(new Uint8Array(0)));
    assert.throws(() => views.packed(new Uint8Array(1), 0), /was not told/);
    assert.throws(() => views.delta(new Uint8Array(1)), /no view/);
  }
  const views = table([]);
  views.whole(Table.encode({ n: 1 }));
  assert.throws(() => views.delta(pen().say("0 0").done()), /no view/);
});

// ---------------------------------------------------------------- noise

const hangMs = 10000; // nothing here takes a hundredth of it on an idle machine

/** A small generator, so that a failure comes again. */
function dice(seed) {
  return (below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 4294967296) * below);
  };
}

/** How much there is in a view: numbers, characters, bytes, objects. */
function size(value) {
  if (typeof value === "string" || value instanceof Uint8Array) return 1 + value.length;
  if (typeof value !== "object") return 1;
  return Object.values(value).reduce((sum, each) => sum + size(each), 1);
}

/** Whatever the bytes, a delta ends soon, in an error or in a view of a size in proportion. */
function withstand(base, before, bytes) {
  const views = Object.assign(new Views(Table), base); // what a Views has is never changed, only replaced
  const start = performance.now();
  let view;
  try {
    view = views.delta(bytes);
  } catch (error) {
    assert.match(String(error), /^Error: (delta|protobuf): /);
  }
  assert.ok(performance.now() - start < hangMs, "it took long");
  if (!view) return;
  assert.ok(size(view) <= before + 16 * 8 * bytes.length + 16, `${size(view)} of ${before} and ${bytes.length} bytes`);
}

test("what is mutated, cut or made up does no harm", () => {
  const roll = dice(7);
  for (const { message, hash, packed, deltas } of vectors) {
    const base = new Views(codecOf(message));
    let view = base.packed(unhex(packed), hash);
    for (const { delta } of deltas.slice(0, 12)) {
      const before = size(view);
      const good = unhex(delta);
      for (let i = 0; i < 60; i++) {
        const bytes = i % 3 ? good.slice() : good.slice(0, roll(good.length));
        for (let n = i % 3; n > 0 && bytes.length; n--) bytes[roll(bytes.length)] ^= 1 << roll(8);
        withstand(base, before, i % 10 ? bytes : bytes.map(() => roll(256)));
      }
      view = base.delta(good);
    }
  }
});

test("the largest counts that are believed end soon", () => {
  const views = table(Array.from({ length: 30000 }, (_, i) => 2 * i + 1));
  const p = pen().say("0 1").rice(0, 0).rice(0, 30000).u(1, 4).zz(1, -60000);
  for (let i = 1; i < 30000; i++) p.rice(1, 1); // one between each two
  p.u(0, 4);
  for (let i = 0; i < 30000; i++) p.zz(0, 0);
  const start = performance.now();
  assert.equal(views.delta(p.say("0").done()).pieces.length, 60000);
  assert.ok(performance.now() - start < hangMs);
});

test("what is no description is refused, and ends soon", () => {
  const roll = dice(9);
  for (const { message, hash, plan, packed } of vectors) {
    for (let i = 0; i < 300; i++) {
      const bytes = unhex(plan).slice(0, i % 3 ? undefined : roll(plan.length / 2));
      for (let n = 1 + (i % 3); n > 0 && bytes.length; n--) bytes[roll(bytes.length)] ^= 1 << roll(8);
      const start = performance.now();
      try {
        new Views(codecOf(message)).packed(unhex(packed), hash + 1, bytes);
        assert.fail("by another hash");
      } catch (error) {
        assert.match(String(error), /^Error: (delta|protobuf): /);
      }
      assert.ok(performance.now() - start < hangMs, "it took long");
    }
  }
});

test("a view of every kind of column is as good as its bytes", () => {
  // So that sample.mjs keeps to net/wire/sample_test.go: its columns are in its vectors' views.
  const seen = new Set(vectors.filter(({ message }) => message === "sample.View").flatMap(({ deltas }) =>
    deltas.flatMap(({ view }) => Object.entries(View.decode(unhex(view))).filter(([, value]) => value && value.length !== 0).map(([name]) => name))));
  assert.deepEqual([...seen].sort(), View.fields.map(([, name]) => name).sort());
});
