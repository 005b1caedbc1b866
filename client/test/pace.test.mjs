// Clock, playout and prediction, held against what their twins in Go did: net/client/vectors_test.go.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Blend, Clock, Playout, Predictor } from "../dist/pace.mjs";
import { codecOf, unhex } from "./sample.mjs";

const vectors = JSON.parse(readFileSync(new URL("../testdata/pace.json", import.meta.url), "utf8"));

function near(got, want, what) {
  assert.equal(got.length, want.length, what);
  got.forEach((one, i) => assert.ok(one === want[i] || Math.abs(one - want[i]) < 2e-6, `${what}: ${got}, want ${want}`));
}

/** Makes the calls of a run; those that answer do so with a list. */
function replay(run, does) {
  let answers = 0;
  run.forEach(([name, ...rest], i) => {
    const got = does[name](...rest);
    if (!got) return;
    answers++;
    near(got, rest.slice(-got.length), `call ${i}, ${name}(${rest})`);
  });
  assert.ok(answers > 50, `${answers} answers: the test is weak`);
}

test("a clock tells the time that Go's tells", () => {
  for (const run of vectors.clock) {
    const clock = new Clock();
    replay(run, {
      begin: (rate) => clock.begin(rate, 1),
      sample: (...pong) => clock.sample(...pong),
      slip: (lost) => clock.slip(lost),
      forget: () => clock.forget(),
      tick: (now) => [clock.tick(now), clock.rtt],
    });
  }
});

test("playout shows what Go's shows", () => {
  for (const run of vectors.playout) {
    const clock = new Clock();
    let blended;
    const playout = new Playout(codecOf("arcade.dash.v1.World"), clock, { maxDelayMs: 400 });
    playout.blend = { between: (a, b, part) => (blended = [a, b, part]) };
    let lost = 0;
    replay(run, {
      begin: (...match) => clock.begin(...match),
      add: (tick, now) => playout.add(tick, tick, now),
      slip: (ticks) => clock.slip((lost += ticks)),
      at: (now) => {
        blended = undefined;
        const view = playout.at(now);
        return [...(blended || [view, view, 0]), playout.moment, playout.starved, playout.delayMs(now)];
      },
    });
  }
});

test("a predictor predicts what Go's predicts", () => {
  const rules = {
    step({ x, y }, input, tick, fresh) {
      if (!input) return { x, y };
      return { x: x + input.dx + (fresh && input.leap ? 40 : 0), y: y + input.dy + (tick % 3) };
    },
    place: ({ x, y }) => [x, y],
    snap: 60,
  };
  for (const run of vectors.predict) {
    const clock = new Clock();
    const p = new Predictor(rules, clock);
    replay(run, {
      begin: (rate) => clock.begin(rate, 1),
      sample: (...pong) => clock.sample(...pong),
      advance: (now) => (p.advance(now), [p.tick, p.due]),
      give: (seq, dx, dy, leap, now) => p.give(seq, { dx, dy, leap }, now),
      lead: (...lead) => clock.lead(...lead),
      correct: (tick, x, y, acked, now) => p.correct(tick, { x, y }, acked, now),
      at: (now) => [...p.at(now), p.truths, p.corrections, p.correction(0.5), p.correction(0.95)],
    });
  }
});

test("between two views all moves as Go moves it, and stays where it stays", () => {
  for (const { message, a, b, part, snap, picture } of vectors.blend) {
    const codec = codecOf(message);
    const [from, to] = [a, b].map((view) => codec.decode(unhex(view)));
    const view = new Blend(codec, snap).between(from, to, part);
    for (const [list, rows] of Object.entries(picture)) {
      assert.equal(view[list].length, rows.length, list);
      rows.forEach((row, i) => {
        for (const [name, want] of Object.entries(row)) {
          near([].concat(view[list][i][name]), [].concat(want ?? []), `${list}[${i}].${name} at ${part}`);
        }
      });
    }
    assert.deepEqual([codec.encode(from), codec.encode(to)].map((bytes) => Buffer.from(bytes).toString("hex")), [a, b]);
  }
});

test("a body slides along its own path, and never off it", () => {
  const codec = codecOf("arcade.snakes.v1.World");
  const blend = new Blend(codec, Infinity);
  const at = (a, b, part) => blend.between({ snakes: [{ seat: 1, body: a }] }, { snakes: [{ seat: 1, body: b }] }, part).snakes[0].body;
  const was = [0, 0, 10, 0, 20, 0];
  assert.deepEqual(at(was, [0, 20, 0, 10, 0, 0], 0.5), [0, 10, 0, 0, 10, 0]); // two points entered, round a corner
  assert.deepEqual(at(was, [0, 20, 0, 10, 0, 0], 0.25), [0, 5, 5, 0, 15, 0]);
  assert.deepEqual(at(was, [-10, 0, 0, 0, 10, 0, 20, 0], 0.5), [-5, 0, 5, 0, 15, 0, 20, 0]); // its tail grows
  assert.deepEqual(at(was, [-10, 0, 0, 0, 10, 0], 1.25), [-12.5, 0, -2.5, 0, 7.5, 0]); // made up for
  assert.deepEqual(at(was, [500, 500, 500, 510], 0.5), was); // another life
  assert.deepEqual(at([], [500, 500], 0.5), []);
});

test("rows come and go with the later view", () => {
  const blend = new Blend(codecOf("arcade.dash.v1.World"), 100);
  const world = (...seats) => ({ players: seats.map(([seat, x]) => ({ seat, x, y: 0, heading: 0 })) });
  const seen = (a, b, part) => blend.between(a, b, part).players.map(({ seat, x }) => [seat, x]);
  const [a, b] = [world([0, 0], [1, 10], [3, 50]), world([1, 20], [2, 70], [3, 950])];
  assert.deepEqual(seen(a, b, 0.5), [[0, 0], [1, 15], [3, 50]]);
  assert.deepEqual(seen(a, b, 1), [[1, 20], [2, 70], [3, 950]]);
});
