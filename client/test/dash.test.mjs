// The browser's twin of the rules' step, held against what Go did: game/arcade/dash/step_test.go.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import * as dash from "../dist/dash.mjs";

const golden = JSON.parse(readFileSync(new URL("../../game/arcade/dash/testdata/step.json", import.meta.url), "utf8"));
const camel = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
const named = (names, values) => Object.fromEntries(names.map((name, i) => [camel(name), values[i]]));

test("an avatar moves in the browser as it does on the server", () => {
  let steps = 0;
  for (const { name, now, start, steps: run } of golden.runs) {
    let state = named(golden.state, start);
    run.forEach(([act, after], i) => {
      const wish = named(golden.act, act);
      state = dash.step(state, { ...wish, go: !!wish.go, dash: !!wish.dash, fire: !!wish.fire }, now + i);
      assert.deepEqual(state, named(golden.state, after), `${name}: step ${i}`);
      steps++;
    });
  }
  assert.ok(steps > 3000, `${steps} steps: the test is weak`);
});

test("both know the same constants", () => {
  const own = { radius: dash.radius, body: dash.body, dash_ticks: dash.dashTicks, dash_cooldown: dash.dashCooldown, reload: dash.reload, stun_ticks: dash.stunTicks };
  for (const [name, value] of Object.entries(own)) assert.equal(value, golden.constants[name], name);
});
