// Pen writes bits as docs/DELTA.md, section 2, has them, for deltas made by hand.
export class Pen {
  #bits = [];

  /** An N-bit number, low bit first. */
  u(value, n) {
    for (let i = 0; i < n; i++) this.#bits.push(Math.floor(value / 2 ** i) % 2);
    return this;
  }
  /** Each character is a bit; others are for the eye. */
  say(bits) {
    for (const bit of bits.replace(/[^01]/g, "")) this.u(Number(bit), 1);
    return this;
  }
  rice(k, value) {
    const ones = Math.floor(value / 2 ** k);
    if (ones < 12) return this.say("1".repeat(ones) + "0").u(value % 2 ** k, k);
    const length = value.toString(2).length;
    return this.say("1".repeat(12)).u(length, 6).u(value, length);
  }
  /** A signed number by way of zigzag; less is what the grammar takes off it. */
  zz(k, value, less = 0) {
    return this.rice(k, (value < 0 ? -2 * value - 1 : 2 * value) - less);
  }
  done() {
    const bytes = new Uint8Array(Math.ceil(this.#bits.length / 8));
    this.#bits.forEach((bit, i) => (bytes[i >> 3] |= bit << (i & 7)));
    return bytes;
  }
}

export const pen = () => new Pen();
