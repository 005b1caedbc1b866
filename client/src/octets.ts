// The bytes under protobuf.ts: varints, spans behind their length, and where the ends are.
export const two31 = 2147483648;
export const two32 = 4294967296;
export const two53 = 9007199254740992;

export interface Reader {
  readonly bytes: Uint8Array;
  at: number;
  end: number; // of the innermost message or packed list
  high: number; // the upper 32 bits of the varint read last
  depth: number;
}

export interface Writer {
  bytes: Uint8Array;
  at: number;
  depth: number;
  field: string; // being written, for an error to name
}

export function fail(why: string): never {
  throw new Error("protobuf: " + why);
}

// ---------------------------------------------------------------- reading

/** Moves over size bytes and tells where they began. */
export function take(r: Reader, size: number): number {
  const start = r.at;
  if (size > r.end - start) fail("cut short");
  r.at = start + size;
  return start;
}

/** Returns the lower 32 bits, unsigned, and leaves the upper ones in r.high. */
export function readVarint(r: Reader): number {
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    if (r.at >= r.end) fail("cut short");
    const byte = r.bytes[r.at++];
    const bits = byte & 127;
    if (shift < 32) low |= bits << shift;
    if (shift > 27) high |= shift > 28 ? bits << (shift - 32) : bits >> 4;
    if (byte < 128) {
      if (shift === 63 && byte > 1) break;
      r.high = high >>> 0;
      return low >>> 0;
    }
  }
  return fail("varint over 64 bits");
}

/** Moves over a length and the bytes it counts, and tells where those began. */
export function readSpan(r: Reader): number {
  const size = readVarint(r);
  return take(r, r.high ? Infinity : size);
}

/** Runs body with a length's bytes as all there is to read. */
export function within<T>(r: Reader, body: () => T): T {
  const end = r.end;
  const start = readSpan(r);
  r.end = r.at;
  r.at = start;
  const result = body();
  r.end = end;
  return result;
}

export function skip(r: Reader, wire: number): void {
  if (wire === 0) readVarint(r);
  else if (wire === 1) take(r, 8);
  else if (wire === 2) readSpan(r);
  else if (wire === 5) take(r, 4);
  else fail("bad wire");
}

/** Returns what high and low are together, if a number can hold it. */
export function join(high: number, low: number): number {
  const value = high * two32 + low;
  return Number.isSafeInteger(value) ? value : fail("integer beyond 2^53");
}

// ---------------------------------------------------------------- writing

/** Moves over size bytes, growing the array where needed, and tells where they begin. */
export function put(w: Writer, size: number): number {
  const start = w.at;
  w.at = start + size;
  if (w.at > w.bytes.length) {
    const old = w.bytes;
    w.bytes = new Uint8Array(w.at * 2);
    w.bytes.set(old);
  }
  return start;
}

export function writeVarint(w: Writer, low: number, high: number): void {
  while (high || low > 127) {
    const at = put(w, 1);
    w.bytes[at] = low | 128;
    low = ((low >>> 7) | (high << 25)) >>> 0;
    high >>>= 7;
  }
  const at = put(w, 1);
  w.bytes[at] = low;
}

export function writeBytes(w: Writer, value: Uint8Array): void {
  writeVarint(w, value.length, 0);
  const at = put(w, value.length);
  w.bytes.set(value, at);
}

/** Writes what body writes, behind its length; one byte is left for that at first. */
export function writeSpan(w: Writer, body: () => void): void {
  const start = put(w, 1);
  body();
  const size = w.at - start - 1;
  for (let rest = size >>> 7; rest; rest >>>= 7) put(w, 1);
  w.bytes.copyWithin(w.at - size, start + 1, start + 1 + size);
  w.at = start;
  writeVarint(w, size, 0);
  w.at += size;
}

/** Returns value, once it is known to be whole, at least least, and below bound. */
export function whole(w: Writer, value: number, least: number, bound: number): number {
  if (!Number.isInteger(value) || value < least || value >= bound) fail(w.field + " cannot be " + value);
  return value;
}

/** Writes 64 bits of a number, in two's complement. */
export function write64(w: Writer, value: number): void {
  whole(w, value, 1 - two53, two53);
  writeVarint(w, value >>> 0, Math.floor(value / two32) >>> 0);
}
