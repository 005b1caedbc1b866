// Protobuf's binary form, read and written by tables; the tables are in gen/, made from
// the .proto files. It is small because it travels inside every mini-game, and it leans
// on nothing that some super-app's sandbox lacks: no eval, no BigInt, no TextEncoder.
//
//	message = (tag value)*      tag = varint of number << 3 | wire
//	wire 0  varint              seven bits a byte, low bits first, at most ten bytes
//	wire 1  eight bytes         wire 5  four bytes, both little-endian
//	wire 2  varint length, then that many bytes: text, bytes, a message, or a packed list
//
// Where protobuf leaves a choice, this does as the server's library does: a known field
// with an unexpected wire is skipped like an unknown one, a message that comes twice is
// merged, text must be UTF-8. Groups (wires 3 and 4) are refused: proto3 has none.
import { fail, join, put, readSpan, readVarint, skip, take, two31, two32, two53, whole, within, write64, writeBytes, writeSpan, writeVarint } from "./octets";
import type { Reader, Writer } from "./octets";
import { decodeText, encodeText } from "./utf8";

/** What encode takes: a message of which any field, at any depth, may be left out. */
export type Init<M> = M extends Uint8Array
  ? M
  : M extends readonly (infer E)[]
    ? readonly Init<E>[]
    : M extends object
      ? { readonly [K in keyof M]?: Init<M[K]> | undefined }
      : M;

/** Type is how values of one kind are read and written, without their tag. */
export interface Type<T> {
  readonly wire: number;
  /** What a plain field has when it is absent; a message has no such value. */
  readonly zero?: T;
  /** What a 32-bit integer in a delta's table stands for: one of signed, unsigned, zigzag, truth. */
  readonly int?: number;
  read(from: Reader, old?: T): T;
  write(to: Writer, value: Init<T>): void;
}

/** Codec turns messages of one type into bytes and back. */
export interface Codec<M> extends Type<M> {
  /** The table it was made of, and of a row in a list the field that tells it from others. */
  readonly fields: readonly Field[];
  readonly key?: string;
  /**
   * Reads a whole message. It throws an Error on bytes that are no message, and on a
   * 64-bit integer that a number cannot hold. It takes time and memory in proportion to
   * the bytes, and the result shares no memory with them.
   */
  decode(bytes: Uint8Array): M;
  /**
   * Writes a message into an array of exactly its size. It throws an Error on a value
   * that does not fit its field; half a surrogate pair in a text becomes U+FFFD. Where a
   * runtime wants an exact ArrayBuffer, send `encode(m).slice().buffer`: nothing is
   * promised about what else the buffer of this array holds.
   */
  encode(message: Init<M>): Uint8Array;
}

/** Field is a line of a message's table: number, name, type and, unless plain, label and Sync. */
export type Field = readonly [number, string, Type<unknown> | (() => Type<unknown>), number?, Sync?];

/** Member is a Field that is known to have values of one type, for a message put together of such. */
export type Member<T> = readonly [number, string, Type<T> | (() => Type<T>), number?];

/** Sync is what the schema says about how a field travels in deltas, and moves between views. */
export interface Sync {
  /** Every value is a multiple of it. */
  readonly quantum?: number;
  /** Values are 0 to wrap - 1, on a circle. */
  readonly wrap?: number;
  /** It goes on changing as it did. */
  readonly linear?: boolean;
  /** A list whose points enter at the front and leave at the back: integers a point. */
  readonly queue?: number;
  /** Between two views, it is drawn on the straight line (2) or the shortest way round (3). */
  readonly lerp?: number;
  /** A list of a map's entries. */
  readonly map?: boolean;
}

// The labels. Members of a message's first oneof have oneof, of its second oneof + 1.
export const optional = 1;
export const repeated = 2; // packed, where the type allows
export const unpacked = 3;
export const oneof = 4;

// The kinds of 32-bit integers, as descriptions of plans have them.
export const signed = 1;
export const unsigned = 2;
export const zigzag = 3;
export const truth = 4;

const maxDepth = 100; // of messages in messages; a cycle in what is encoded ends here too

type Values = { [name: string]: unknown };

// ---------------------------------------------------------------- messages

/** Makes a codec of a table, whose fields are in the order in which they are written. */
export function message<M>(fields: readonly Field[], key?: string): Codec<M> {
  const byNumber = new Map(fields.map((field) => [field[0], field] as [number, Field]));

  function read(r: Reader, old?: M): M {
    const values = (old || fresh(fields)) as Values;
    if (++r.depth > maxDepth) fail("nested too deep");
    while (r.at < r.end) {
      const tag = readVarint(r);
      if (r.high || tag < 8) fail("bad field number");
      const field = byNumber.get(tag >>> 3);
      if (!field || !readField(r, fields, field, tag & 7, values)) skip(r, tag & 7);
    }
    r.depth--;
    return values as unknown as M;
  }

  function write(w: Writer, value: Init<M>): void {
    if (++w.depth > maxDepth) fail("nested too deep");
    if (!value || typeof value !== "object") fail(w.field + " is no message");
    const seen: string[] = [];
    for (const field of fields) writeField(w, field, (value as Values)[field[1]], seen);
    w.depth--;
  }

  return {
    wire: 2,
    fields,
    key,
    read: (r, old) => within(r, () => read(r, old)),
    write: (w, value) => writeSpan(w, () => write(w, value)),
    decode(bytes) {
      if (bytes.BYTES_PER_ELEMENT !== 1) fail("decode wants a Uint8Array");
      return read({ bytes, at: 0, end: bytes.length, high: 0, depth: 0 });
    },
    encode(value) {
      const w = { bytes: new Uint8Array(128), at: 0, depth: 0, field: "it" };
      write(w, value);
      return w.bytes.slice(0, w.at);
    },
  };
}

/** A message's type is behind a function, since messages name each other in any order. */
export function typeOf(field: Field): Type<unknown> {
  const type = field[2];
  return typeof type === "function" ? type() : type;
}

function isList(label?: number): boolean {
  return label === repeated || label === unpacked;
}

function fresh(fields: readonly Field[]): Values {
  const values: Values = {};
  for (const field of fields) {
    const zero = typeOf(field).zero;
    if (isList(field[3])) values[field[1]] = [];
    else if (!field[3] && zero !== undefined) values[field[1]] = zero;
  }
  return values;
}

/** Reports false, having read nothing, when the field cannot have that wire. */
function readField(r: Reader, fields: readonly Field[], field: Field, wire: number, values: Values): boolean {
  const [, name, , label] = field;
  const type = typeOf(field);
  if (isList(label)) {
    const list = values[name] as unknown[];
    if (wire === type.wire) list.push(type.read(r));
    else if (wire === 2) within(r, () => { while (r.at < r.end) list.push(type.read(r)); });
    else return false;
    return true;
  }
  if (wire !== type.wire) return false;
  if (label && label >= oneof) {
    for (const other of fields) if (other !== field && other[3] === label) delete values[other[1]];
  }
  values[name] = type.read(r, values[name]);
  return true;
}

function writeField(w: Writer, field: Field, value: unknown, seen: string[]): void {
  const [number, name, , label] = field;
  if (value === undefined || value === null) return;
  const type = typeOf(field);
  const tag = (wire: number): void => writeVarint(w, ((number << 3) | wire) >>> 0, 0);
  w.field = name;
  if (isList(label)) {
    const list = value as unknown[];
    if (label === unpacked || type.wire === 2) {
      for (const one of list) tag(type.wire), type.write(w, one);
    } else if (list.length) {
      tag(2);
      writeSpan(w, () => { for (const one of list) type.write(w, one); });
    }
    return;
  }
  if (label && label >= oneof) {
    if (seen[label]) fail(seen[label] + " and " + name + " exclude each other");
    seen[label] = name;
  } else if (!label && type.zero !== undefined) {
    if (Object.is(value, type.zero) || (value as Uint8Array).length === 0) return;
  }
  tag(type.wire);
  type.write(w, value);
}

// ---------------------------------------------------------------- scalars

/** Scalar types are marked pure, so that a bundle holds only those its tables name. */
function scalar<T>(wire: number, zero: T, read: (r: Reader) => T, write: (w: Writer, v: T) => void, int?: number): Type<T> {
  return { wire, zero, read, write, int } as Type<T>;
}

function varint(read: (low: number, high: number) => number, write: (w: Writer, v: number) => void, int?: number): Type<number> {
  return scalar(0, 0, (r) => {
    const low = readVarint(r);
    return read(low, r.high);
  }, write, int);
}

/** A number of size bytes, in a form that DataView knows. */
function fixed(size: number, get: (d: DataView) => number, set: (d: DataView, v: number, w: Writer) => void): Type<number> {
  return scalar(
    size === 4 ? 5 : 1,
    0,
    (r) => get(new DataView(r.bytes.buffer, r.bytes.byteOffset + take(r, size), size)),
    (w, v) => {
      const at = put(w, size);
      set(new DataView(w.bytes.buffer, at, size), v, w);
    },
  );
}

/** Also what an enum travels as. */
export const int32 = /* @__PURE__ */ varint((low) => low | 0, (w, v) => write64(w, whole(w, v, -two31, two31)), signed);

export const uint32 = /* @__PURE__ */ varint((low) => low, (w, v) => writeVarint(w, whole(w, v, 0, two32), 0), unsigned);

export const sint32 = /* @__PURE__ */ varint(
  (low) => (low >>> 1) ^ -(low & 1),
  (w, v) => writeVarint(w, ((whole(w, v, -two31, two31) << 1) ^ (v >> 31)) >>> 0, 0),
  zigzag,
);

export const int64 = /* @__PURE__ */ varint((low, high) => join(high | 0, low), write64);

export const uint64 = /* @__PURE__ */ varint((low, high) => join(high, low), (w, v) => write64(w, whole(w, v, 0, two53)));

export const sint64 = /* @__PURE__ */ varint(
  (low, high) => {
    const half = join(high >>> 1, ((low >>> 1) | (high << 31)) >>> 0);
    return low & 1 ? join(0, -half - 1) : half;
  },
  (w, v) => {
    const half = whole(w, v, 1 - two53, two53) < 0 ? -v - 1 : v;
    const high = Math.floor(half / two32) * 2 + ((half >>> 0) >>> 31);
    writeVarint(w, ((half << 1) | (v < 0 ? 1 : 0)) >>> 0, high);
  },
);

export const bool = /* @__PURE__ */ scalar(0, false, (r) => readVarint(r) + r.high > 0, (w, v) => writeVarint(w, v ? 1 : 0, 0), truth);

export const fixed32 = /* @__PURE__ */ fixed(4, (d) => d.getUint32(0, true), (d, v, w) => d.setUint32(0, whole(w, v, 0, two32), true));

export const sfixed32 = /* @__PURE__ */ fixed(4, (d) => d.getInt32(0, true), (d, v, w) => d.setInt32(0, whole(w, v, -two31, two31), true));

export const fixed64 = /* @__PURE__ */ fixed(8, (d) => join(d.getUint32(4, true), d.getUint32(0, true)), (d, v, w) => {
  d.setUint32(0, whole(w, v, 0, two53), true);
  d.setUint32(4, v / two32, true);
});

export const sfixed64 = /* @__PURE__ */ fixed(8, (d) => join(d.getInt32(4, true), d.getUint32(0, true)), (d, v, w) => {
  d.setUint32(0, whole(w, v, 1 - two53, two53), true);
  d.setInt32(4, Math.floor(v / two32), true);
});

export const float = /* @__PURE__ */ fixed(4, (d) => d.getFloat32(0, true), (d, v) => d.setFloat32(0, v, true));

export const double = /* @__PURE__ */ fixed(8, (d) => d.getFloat64(0, true), (d, v) => d.setFloat64(0, v, true));

export const string = /* @__PURE__ */ scalar<string>(
  2,
  "",
  (r) => {
    const start = readSpan(r);
    const text = decodeText(r.bytes, start, r.at);
    return text === undefined ? fail("text is not UTF-8") : text;
  },
  (w, v) => (typeof v === "string" ? writeBytes(w, encodeText(v)) : fail(w.field + " is no text")),
);

export const bytes = /* @__PURE__ */ scalar<Uint8Array>(
  2,
  /* @__PURE__ */ new Uint8Array(0),
  (r) => new Uint8Array(r.bytes.subarray(readSpan(r), r.at)),
  (w, v) => (v.BYTES_PER_ELEMENT === 1 ? writeBytes(w, v) : fail(w.field + " is no Uint8Array")),
);
