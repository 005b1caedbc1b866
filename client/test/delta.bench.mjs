// How long a delta takes to decode, with a compiler and without one, as on iOS. It is no test:
// `node client/test/delta.bench.mjs`.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { codecOf, unhex, vectors, Views } from "./sample.mjs";

const rounds = 9;
const wholeRounds = 9;

/** The best of some rounds, in microseconds a call. */
function best(times, run, calls) {
  let least = Infinity;
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    run();
    least = Math.min(least, performance.now() - start);
  }
  return (1000 * least) / calls;
}

function measure(label) {
  for (const message of new Set(vectors.map((vector) => vector.message))) {
    const codec = codecOf(message);
    const connections = vectors.filter((vector) => vector.message === message).map(({ hash, packed, deltas }) => ({
      hash,
      packed: unhex(packed),
      deltas: deltas.map(({ delta }) => unhex(delta)),
      views: deltas.map(({ view }) => unhex(view)),
    }));
    const count = connections.reduce((sum, { deltas }) => sum + deltas.length, 0);
    const mean = (what) => Math.round(connections.reduce((sum, each) => sum + each[what].reduce((n, { length }) => n + length, 0), 0) / count);
    const repeat = Math.ceil(2000 / count);
    let first = 0;
    const follow = (from) => () => {
      for (let i = 0; i < repeat; i++) {
        for (const { hash, packed, deltas } of connections) {
          const views = new Views(codec);
          views.packed(packed, hash);
          const start = performance.now();
          for (let k = 0; k < deltas.length; k++) views.delta(deltas[k]);
          first += performance.now() - start;
        }
      }
    };
    let least = Infinity;
    for (let i = 0; i < rounds; i++) {
      first = 0;
      follow()();
      least = Math.min(least, first);
    }
    const delta = (1000 * least) / repeat / count;
    const unpack = best(wholeRounds, () => {
      for (let i = 0; i < repeat; i++) for (const { hash, packed } of connections) new Views(codec).packed(packed, hash);
    }, repeat * connections.length);
    const decode = best(wholeRounds, () => {
      for (let i = 0; i < repeat; i++) for (const { views } of connections) for (const view of views) codec.decode(view);
    }, repeat * count);
    console.log(`${label}  ${message.padEnd(26)} delta ${delta.toFixed(1).padStart(6)} us of ${mean("deltas")} B, packed ${unpack.toFixed(1).padStart(6)} us,` +
      ` whole ${decode.toFixed(1).padStart(6)} us of ${mean("views")} B`);
  }
}

if (process.argv[2]) {
  measure(process.argv[2]);
} else {
  const here = fileURLToPath(import.meta.url);
  for (const flags of [[], ["--jitless", "--no-warnings"]]) {
    spawnSync(process.execPath, [...flags, here, flags.length ? "jitless" : "jit    "], { stdio: "inherit" });
  }
}
