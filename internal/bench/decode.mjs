// Decodes a trace as the TypeScript client does: on standard input {message, schema, packed, deltas} with bytes
// in hexadecimal. Prints the microseconds that a delta takes, the least of some rounds. Run it with
// --jitless for what iOS does inside super-apps, where scripts have no compiler.
import { readFileSync } from "node:fs";

import * as codec from "../../client/dist/codec.mjs";

const rounds = 15;

const unhex = (text) => Uint8Array.from(Buffer.from(text, "hex"));
const trace = JSON.parse(readFileSync(0, "utf8"));
const dot = trace.message.lastIndexOf(".");
const type = codec[trace.message.slice(0, dot).replaceAll(".", "_")][trace.message.slice(dot + 1)];
const packed = unhex(trace.packed);
const deltas = trace.deltas.map(unhex);
let least = Infinity;
for (let round = 0; round < rounds; round++) {
  const views = new codec.Views(type);
  views.packed(packed, trace.schema);
  const start = performance.now();
  for (const delta of deltas) views.delta(delta);
  least = Math.min(least, performance.now() - start);
}
console.log((1000 * least) / deltas.length);
