// Bits reads what docs/DELTA.md, section 2, says of bits: least significant first, in bytes.
//
//	rice(k)  q ones, a zero, k low bits: q << k | low     or, from 12 ones on:
//	         12 ones, u6 n, n bits
//
// It looks at 32 bits at a time, through an Int32Array: everything that runs JavaScript keeps
// those with the low byte first, too.

const escape = 12; // ones
const escapeLength = 6;

/** One text for whatever is wrong: nobody can do more about it than ask for a whole view. */
export function fail(why = "the bytes do not fit"): never {
  throw new Error("delta: " + why);
}

export class Bits {
  private readonly words: Int32Array;
  private readonly end: number;
  private at = 0;

  constructor(bytes: Uint8Array) {
    const words = new Int32Array((bytes.length >> 2) + 3); // room to look beyond the end
    new Uint8Array(words.buffer).set(bytes);
    this.words = words;
    this.end = bytes.length * 8;
  }

  get left(): number {
    return this.end - this.at;
  }

  flag(): boolean {
    const { at } = this;
    if (at >= this.end) fail();
    this.at = at + 1;
    return ((this.words[at >>> 5] >>> (at & 31)) & 1) !== 0;
  }

  /** Reads n bits, 0 to 32, as an unsigned number. */
  take(n: number): number {
    const { at } = this;
    if (n > this.end - at) fail();
    this.at = at + n;
    return n ? (this.peek(at) << (32 - n)) >>> (32 - n) : 0;
  }

  rice(k: number): number {
    const { at } = this;
    let rest = this.peek(at);
    let ones = 0;
    while (rest & 1 && ones < escape) {
      rest >>>= 1;
      ones++;
    }
    if (ones === escape) {
      this.at = at + escape; // the next read fails if that is too far
      const n = this.take(escapeLength);
      return n > 32 ? fail() : this.take(n);
    }
    // 11 ones, the zero and 15 low bits are fewer than 32.
    if ((this.at = at + ones + 1 + k) > this.end) fail();
    return (ones << k) | ((rest >>> 1) & ((1 << k) - 1));
  }

  /** Reads how many of something follow, each of which takes at least so many bits. */
  count(k: number, most: number, each = 1): number {
    const n = this.rice(k);
    return n > most || n * each > this.left ? fail() : n;
  }

  bytes(): Uint8Array {
    const bytes = new Uint8Array(this.count(4, Infinity, 8));
    for (let i = 0; i < bytes.length; i++) bytes[i] = this.take(8);
    return bytes;
  }

  /** All has been read: what is left are the zeros that fill the last byte. */
  done(): void {
    if (this.left > 7 || this.take(this.left)) fail();
  }

  private peek(at: number): number {
    const { words } = this;
    const i = at >>> 5;
    const shift = at & 31;
    return (words[i] >>> shift) | ((words[i + 1] << 1) << (31 - shift));
  }
}
