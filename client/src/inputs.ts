// Inputs numbers what the player does and keeps it until the server says that it was
// applied, so that nothing is lost when a connection is.

/** How many may be unacknowledged: more than a server lets wait for one seat is no use. */
export const mostInputs = 64;

const overhead = 16; // bytes that a frame needs beside its inputs, at most; see batches
const bodyOverhead = 3; // tag and length of one input

export interface Batch {
  firstSeq: number;
  body: Uint8Array[];
  /** They are meant for; 0: the next one. */
  tick?: number;
}

export class Inputs {
  /** The number of the last one. */
  newest = 0;

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

  /** The number of the last one that the server has applied or refused. */
  get done(): number {
    return this.newest - this.kept.length;
  }

  get size(): number {
    return this.kept.length;
  }

  /** Forgets what the server has applied or refused. False: it was known. */
  acked(seq: number): boolean {
    const done = this.kept.length - (this.newest - seq);
    if (done > 0) this.kept.splice(0, done);
    return done > 0;
  }

  /** Forgets everything: the session is another one, in which acked was the last. */
  restart(acked: number): void {
    this.newest = acked;
    this.kept = [];
  }

  last(tick: number): Batch {
    return { firstSeq: this.newest, body: this.kept.slice(-1), tick };
  }

  /** All that is unacknowledged, oldest first, in parts that each fit a frame. Their ticks are past. */
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
