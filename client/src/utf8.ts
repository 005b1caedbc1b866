// Text as UTF-8: the sandboxes of several super-apps have no TextEncoder or TextDecoder.

/** Encodes a text; half a surrogate pair, such as a cut emoji leaves, becomes U+FFFD. */
export function encodeText(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    let point = text.codePointAt(i) as number;
    if (point > 0xffff) i++;
    if (point >> 11 === 27) point = 0xfffd;
    const more = point < 128 ? 0 : point < 2048 ? 1 : point < 65536 ? 2 : 3;
    for (let k = more; k > 0; k--) {
      bytes[at + k] = (point & 63) | 128;
      point >>= 6;
    }
    bytes[at] = more ? point | (0xff00 >> (more + 1)) : point;
    at += more + 1;
  }
  return bytes.subarray(0, at);
}

/** Decodes the bytes from at to end, or returns undefined when they are not UTF-8. */
export function decodeText(bytes: Uint8Array, at: number, end: number): string | undefined {
  let text = "";
  while (at < end) {
    let point = bytes[at++];
    if (point > 127) {
      const more = point < 194 ? 4 : point < 224 ? 1 : point < 240 ? 2 : point < 245 ? 3 : 4;
      if (more > end - at || more > 3) return undefined;
      point &= 63 >> more;
      for (let k = 0; k < more; k++) {
        if (bytes[at] >> 6 !== 2) return undefined;
        point = (point << 6) | (bytes[at++] & 63);
      }
      // What fewer bytes could hold, half a surrogate pair, and what is beyond Unicode.
      if (point < 1 << (5 * more + 1) || point >> 11 === 27 || point > 0x10ffff) return undefined;
    }
    text += String.fromCodePoint(point);
  }
  return text;
}
