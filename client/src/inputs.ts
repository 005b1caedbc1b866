// Inputs numbers what the player does and keeps it until the server says that it was
// applied, so that nothing is lost when a connection is.

/** How many may be unacknowledged: more than a server lets wait for one seat is no use. */
export const mostInputs = 64;

const overhead = 16; // bytes that a frame needs beside its inputs, at most; see batches
const bodyOverhead = 3; // tag and length of one input

export interface Batch {
  firstSeq: number;
  body: Uint8Array[];
}

export class Inputs {
  private newest = 0; // seq of the last one numbered
  private kept: Uint8Array[] = []; // unacknowledged, oldest first; the last has seq newest

  /**
   * Numbers and keeps an input. When too many are unacknowledged it is refused, with
   * false, and nothing is kept: a game sends its newest wish again once the line is back,
   * and replacing an older one would renumber what the server may have applied already.
   */
  add(body: Uint8Array): boolean {
    if (this.kept.length >= mostInputs) return false;
    this.newest++;
    this.kept.push(body);
    return true;
  }

  get size(): number {
    return this.kept.length;
  }

  /** Forgets what the server has applied or refused. */
  acked(seq: number): void {
    const done = this.kept.length - (this.newest - seq);
    if (done > 0) this.kept.splice(0, done);
  }

  /** Forgets everything: the session is another one, in which acked was the last. */
  restart(acked: number): void {
    this.newest = acked;
    this.kept = [];
  }

  last(): Batch {
    return { firstSeq: this.newest, body: this.kept.slice(-1) };
  }

  /** All that is unacknowledged, oldest first, in parts that each fit a frame. */
  batches(frameBytes: number): Batch[] {
    const batches: Batch[] = [];
    let seq = this.newest - this.kept.length;
    let room = 0;
    for (const body of this.kept) {
      seq++;
      const size = body.length + bodyOverhead;
      if (size > room) {
        batches.push({ firstSeq: seq, body: [] });
        room = frameBytes - overhead;
      }
      batches[batches.length - 1].body.push(body);
      room -= size;
    }
    return batches;
  }
}
