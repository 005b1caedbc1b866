// The TypeScript codec against the server's: client/testdata/codec.json has what Go reads
// and writes. It needs nothing but node: `node --test client/test/codec.test.mjs`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import * as codec from "../dist/codec.mjs";
import { FullClientFrame } from "./frames.mjs";

const { pb } = codec;
const wire = { ...codec.parlor_v1, ClientFrame: FullClientFrame };
const vectors = JSON.parse(readFileSync(new URL("../testdata/codec.json", import.meta.url), "utf8"));

// The types and labels that the schema does not use, as net/wire/codec_test.go has them.
const types = "int32 uint32 sint32 bool int64 uint64 sint64 fixed32 sfixed32 float fixed64 sfixed64 double string bytes";
const kinds = {
  All: pb.message(types.split(" ").map((type, i) => [i + 1, "a" + type[0].toUpperCase() + type.slice(1), pb[type]])),
  Lists: pb.message([
    [1, "packed", pb.sint64, pb.repeated],
    [2, "unpacked", pb.sint32, pb.unpacked],
    [3, "doubles", pb.double, pb.repeated],
    [4, "texts", pb.string, pb.repeated],
    [536870911, "far", pb.bool, pb.repeated],
  ]),
  Deep: pb.message([[1, "deeper", () => kinds.Deep]]),
};

function named(message) {
  const dot = message.lastIndexOf(".");
  const module = { ...codec, kinds, parlor_v1: wire }[message.slice(0, dot).replaceAll(".", "_")];
  return module[message.slice(dot + 1)];
}

function unhex(text) {
  return Uint8Array.from(text.match(/../g) || [], (byte) => parseInt(byte, 16));
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Values in the vectors have bytes as {hex}, in JSON's way.
function plain(value) {
  if (value instanceof Uint8Array) return { hex: hex(value) };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
}

for (const { name, message, hex: text, value, again } of vectors.valid) {
  test(`reads ${name} as Go does, and writes the same bytes`, () => {
    const decoded = named(message).decode(unhex(text));
    assert.deepEqual(plain(decoded), value);
    const encoded = named(message).encode(decoded);
    assert.equal(hex(encoded), again === undefined ? text : again);
  });
}

for (const { name, message, hex: text } of vectors.malformed) {
  test(`refuses ${name}`, () => {
    assert.throws(() => named(message).decode(unhex(text)), /^Error: protobuf: /);
  });
}

test("a message may leave out any field, and its codec fills in the defaults", () => {
  const bytes = wire.ClientFrame.encode({ calls: [{ joinQueue: {} }], ping: undefined, hello: null });
  assert.equal(hex(bytes), "2a021200");
  assert.deepEqual(wire.ClientFrame.decode(bytes), {
    ackTick: 0,
    ackItem: 0,
    calls: [{ id: 0, joinQueue: { game: "", mode: "", latencies: [], attributes: [], blocked: [] } }],
  });
});

test("what encode returns has exactly the message's size, however large it is", () => {
  for (const size of [0, 1, 127, 128, 255, 16383, 16384, 70000, 2097152]) {
    const body = new Uint8Array(size).fill(7);
    const bytes = wire.ClientFrame.encode({ inputs: { body: [body] } });
    assert.equal(bytes.slice().buffer.byteLength, bytes.length);
    assert.deepEqual(wire.ClientFrame.decode(bytes).inputs.body, [body]);
  }
});

test("what decode returns shares no memory with the bytes, not even node's own", () => {
  for (const bytes of [Uint8Array.of(0x12, 1, 9), Buffer.from([0x12, 1, 9])]) {
    const { view } = wire.ServerFrame.decode(bytes);
    bytes[2] = 8;
    assert.deepEqual(view, Uint8Array.of(9));
  }
});

test("bytes that are a part of a larger buffer are read where they lie", () => {
  const whole = Uint8Array.of(0xff, 0x2d, 1, 2, 3, 4, 0xff);
  assert.equal(wire.ServerFrame.decode(whole.subarray(1, 6)).hash, 0x04030201);
});

test("half a surrogate pair is written as U+FFFD", () => {
  const bytes = wire.Hello.encode({ name: "a\ud83d", client: "\ude00b" });
  assert.equal(wire.Hello.decode(bytes).name, "a\ufffd");
  assert.equal(wire.Hello.decode(bytes).client, "\ufffdb");
});

test("-0 is a default for an integer, and is not for a double", () => {
  assert.equal(hex(kinds.All.encode({ aDouble: -0 })), "690000000000000080");
  assert.equal(kinds.All.decode(kinds.All.encode({ aInt32: -0, aSint64: -0, aFixed32: -0 })).aInt32, 0);
});

test("a value that does not fit its field is refused, and the error names the field", () => {
  const refused = [
    [wire.Ping, { t: -1 }],
    [wire.Ping, { t: 4294967296 }],
    [wire.Ping, { t: 1.5 }],
    [wire.Ping, { t: NaN }],
    [wire.Ping, { t: "1" }],
    [wire.Room, { seat: 2147483648 }],
    [wire.Room, { phase: -2147483649 }],
    [wire.Standing, { score: 9007199254740992 }],
    [wire.Standing, { score: -9007199254740992 }],
    [wire.Welcome, { serverTimeMs: -9007199254740992 }],
    [wire.Hello, { name: 5 }],
    [wire.ServerFrame, { view: [1] }],
    [wire.ServerFrame, { view: "x" }],
    [wire.ClientFrame, { ping: 5 }],
    [wire.ClientFrame, { calls: [null] }],
    [kinds.All, { aUint64: -1 }],
    [kinds.All, { aFixed64: -1 }],
    [kinds.All, { aSfixed64: 9007199254740992 }],
  ];
  for (const [message, value] of refused) {
    assert.throws(() => message.encode(value), new RegExp("^Error: protobuf: " + Object.keys(value)[0] + " "));
  }
});

test("two members of a oneof are refused", () => {
  assert.throws(() => wire.Call.encode({ rematch: {}, leaveRoom: {} }), /leaveRoom and rematch exclude each other/);
});

test("a message that holds itself is refused", () => {
  const deep = {};
  deep.deeper = deep;
  assert.throws(() => kinds.Deep.encode(deep), /nested too deep/);
});

test("an ArrayBuffer is refused, not read as an empty message", () => {
  assert.throws(() => wire.Ping.decode(new ArrayBuffer(2)), /wants a Uint8Array/);
});

test("what is left of cut and changed bytes is an Error or a message, of bounded size", () => {
  let seed = 1;
  const random = (below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 4294967296) * below);
  };
  let threw = 0;
  let read = 0;
  for (const { message, hex: text } of vectors.valid) {
    for (let round = 0; round < 300; round++) {
      const bytes = unhex(text);
      for (let changes = random(4); changes > 0 && bytes.length; changes--) bytes[random(bytes.length)] = random(256);
      const part = bytes.subarray(0, random(bytes.length + 1));
      try {
        const value = named(message).decode(part);
        // A byte makes at most one element of a list, a message of two bytes at most ten fields.
        assert.ok(count(value) <= 20 + 20 * part.length, `${count(value)} values from ${part.length} bytes`);
        named(message).encode(value);
        read++;
      } catch (error) {
        assert.match(String(error), /^Error: protobuf: /);
        threw++;
      }
    }
  }
  assert.ok(read > 1000 && threw > 1000, `${read} read, ${threw} refused`);
});

function count(value) {
  if (typeof value !== "object" || value instanceof Uint8Array) return 1;
  return Object.values(value).reduce((sum, one) => sum + count(one), 1);
}

test("random bytes that promise much are refused without making room for it", () => {
  const before = process.memoryUsage().arrayBuffers;
  for (const promise of ["12ffffff7f", "3affffffff0f", "3a8080808008", "12ffffffff07"]) {
    for (let i = 0; i < 1000; i++) assert.throws(() => wire.ServerFrame.decode(unhex(promise)), /cut short/);
  }
  assert.ok(process.memoryUsage().arrayBuffers - before < 16 << 20);
});
