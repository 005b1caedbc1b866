// What is shipped: its size, and that a mini-game's sandbox, which lacks much, can run it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { gzipSync } from "node:zlib";

import { FakePlatform } from "./fake.mjs";
import { codecOf, hex, unhex, vectors } from "./sample.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const read = (path) => readFileSync(here(path), "utf8");
const scripts = ["../dist/parlor.mjs", ...readdirSync(here("../demo")).filter((name) => name.endsWith(".js")).map((name) => "../demo/" + name)];

test("the client stays under 8 KB, and under 14 KB with all that there is", () => {
  const size = (name) => gzipSync(read(`../dist/${name}.mjs`), { level: 9 }).length;
  // With its codec and the browser's Platform, but without what only some games bring in.
  const [least, whole, all] = [size("least"), size("whole"), size("all")];
  assert.ok(least <= 8192, `${least} bytes`);
  assert.ok(whole <= 13376, `with deltas, clock, playout and prediction: ${whole} bytes`);
  assert.ok(whole - least <= 6656, `deltas, clock, playout and prediction: ${whole - least} bytes`);
  assert.ok(all <= 14336, `with rooms, parties and boards too: ${all} bytes`);
  assert.ok(all - whole <= 1024, `rooms, parties and boards: ${all - whole} bytes`);
  for (const name of readdirSync(here("../demo")).filter((each) => each.endsWith(".js"))) {
    const size = gzipSync(read(`../demo/${name}`), { level: 9 }).length;
    // All games have a board; these bring playout in, and prediction; or rooms and parties.
    const most = { "snakes.js": 21504, "dash.js": 25088, "gomoku.js": 20480, "tiles.js": 21504 }[name] || 17408;
    assert.ok(size <= most, `${name}: ${size} bytes`);
  }
});

test("no code is made of text, and nothing comes from elsewhere", () => {
  assert.ok(scripts.length >= 4, `${scripts.length} scripts: the test looks in the wrong place`);
  for (const path of scripts) {
    assert.doesNotMatch(read(path), /\beval\s*\(|\bFunction\s*\(|\bimport\s*\(/, path);
  }
  for (const name of readdirSync(here("../demo")).filter((each) => /\.(html|css|js)$/.test(each))) {
    assert.doesNotMatch(read("../demo/" + name), /(https?|wss?):\/\/(?!www\.w3\.org)/, name);
  }
});

/** Runs the module as a script, in a world that holds ECMAScript of 2017 and nothing else. */
function sandbox() {
  const exported = /\nexport \{([^}]*)\};\s*$/;
  const text = read("../dist/parlor.mjs");
  const names = exported.exec(text)[1];
  const context = vm.createContext({}, { codeGeneration: { strings: false, wasm: false } });
  vm.runInContext(
    `for (const name of ["console", "BigInt", "BigInt64Array", "BigUint64Array", "WebAssembly", "Intl", "WeakRef", "SharedArrayBuffer", "Atomics"]) delete globalThis[name];`,
    context,
  );
  vm.runInContext(`"use strict"; var sdk = (() => { ${text.replace(exported, "")}; return { ${names} }; })();`, context);
  return context;
}

test("it runs where there is no BigInt, text codec, WebSocket, URL or timer", async () => {
  const context = sandbox();
  const missing = "BigInt TextEncoder TextDecoder WebSocket URL setTimeout fetch document localStorage console crypto".split(" ");
  for (const name of missing) assert.equal(vm.runInContext(`typeof ${name}`, context), "undefined", name);
  assert.throws(() => vm.runInContext(`eval("1")`, context), /Code generation from strings/);

  const platform = new FakePlatform();
  const parlor = new context.sdk.Parlor(platform, { url: "wss://example.test/ws", client: "test/1", name: "Änn 🐍" });
  const views = [];
  parlor.on("view", (view) => views.push([...view]));
  parlor.start();
  platform.socket.welcome({ secret: "x" });
  assert.equal(platform.socket.take()[0].hello.name, "Änn 🐍");
  const answer = parlor.joinQueue("snakes");
  platform.socket.frame({ firstItem: 1, items: [{ reply: { id: 1 } }, { room: { id: "r", match: "m", phase: 1 } }], tick: 1, view: new Uint8Array([1, 2, 3]) });
  assert.equal(await answer, undefined);
  assert.deepEqual(views, [[1, 2, 3]]);
  assert.equal(parlor.send(new Uint8Array([5])), 1);
  platform.socket.drop(1000);
  platform.pass(300);
  platform.socket.welcome({ resumed: true, token: "t2" });
  assert.deepEqual([...platform.socket.take().find((frame) => frame.inputs).inputs.body[0]], [5]);
});

test("deltas need no more than that", () => {
  const [{ message, hash, plan, packed, deltas }] = vectors;
  const views = new (sandbox().sdk.Views)(codecOf(message));
  views.packed(unhex(packed), hash, unhex(plan));
  for (const { delta, view } of deltas) {
    views.delta(unhex(delta));
    assert.equal(hex(views.bytes()), view);
  }
});

test("it runs without a compiler, as on iOS", () => {
  for (const tests of ["session.test.mjs", "rooms.test.mjs", "boards.test.mjs", "resume.test.mjs", "views.test.mjs"]) {
    const env = { ...process.env, NODE_TEST_CONTEXT: "" };
    const done = spawnSync(process.execPath, ["--jitless", "--no-warnings", here(tests)], { encoding: "utf8", env });
    assert.equal(done.status, 0, done.stdout + done.stderr);
  }
});
