// The messages of net/wire/sample_test.go, with every kind of column and every option, as tables;
// and the golden deltas that Go wrote.
import { readFileSync } from "node:fs";

import * as codec from "../dist/codec.mjs";

export const { pb, Views } = codec;

const Bare = pb.message([[1, "a", pb.int32], [2, "t", pb.string]]);
const Row = pb.message([
  [1, "x", pb.sint32, 0, { linear: true }],
  [2, "id", pb.uint32],
  [3, "y", pb.int32, 0, { linear: true, quantum: 2 }],
  [4, "dir", pb.uint32, 0, { wrap: 255, linear: true }],
  [5, "trail", pb.sint32, pb.repeated, { queue: 2, quantum: 4 }],
  [6, "name", pb.string],
  [7, "on", pb.bool],
  [8, "cards", pb.uint32, pb.repeated, { queue: 3 }],
], "id");
export const View = pb.message([
  [1, "i", pb.int32],
  [2, "u", pb.uint32, 0, { linear: true }],
  [3, "s", pb.sint32, 0, { linear: true }],
  [4, "b", pb.bool],
  [5, "e", pb.int32],
  [6, "angle", pb.uint32, 0, { wrap: 256 }],
  [7, "hand", pb.uint32, 0, { wrap: 360, quantum: 5, linear: true }],
  [8, "coarse", pb.sint32, 0, { quantum: 25 }],
  [9, "log", pb.sint32, pb.repeated, { queue: 1 }],
  [10, "text", pb.string],
  [11, "blob", pb.bytes],
  [12, "fixed", pb.fixed32],
  [13, "long", pb.int64],
  [14, "maybe", pb.int32, pb.optional],
  [15, "plain", pb.uint32, pb.repeated],
  [16, "inner", () => Bare],
  [17, "rows", () => Row, pb.repeated],
  [18, "bare", () => Bare, pb.repeated],
  [19, "real", pb.double],
  [20, "circle", pb.uint32, 0, { wrap: 4294967295, linear: true }],
]);

export function codecOf(message) {
  const dot = message.lastIndexOf(".");
  const module = { ...codec, sample: { View } }[message.slice(0, dot).replaceAll(".", "_")];
  return module[message.slice(dot + 1)];
}

export const unhex = (text) => Uint8Array.from(text.match(/../g) || [], (byte) => parseInt(byte, 16));
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Each is a connection: a whole view, and the deltas that follow on it. */
export const vectors = JSON.parse(readFileSync(new URL("../testdata/delta.json", import.meta.url), "utf8"));
