// Clock tells which tick of the match the server is in, from what its pongs say. It is handed
// the time, in milliseconds of any clock that goes on, and does nothing by itself.
import { Slew } from "./slew";

const kept = 16; // pongs
const halveMs = 100;

/** Follower is what lives by a clock: a Playout, a Predictor. */
export interface Follower {
  /** A match begins, of rate ticks a second; a view comes every so many of them. */
  begin(rate: number, sendEvery: number): void;
  /** The match has lost that many ticks' time: all to come are due later. */
  slip?(ticks: number): void;
  /** So early, in 1/4 ticks, inputs came, acked the last of them. */
  lead?(quarters: number, acked: number, now: number): void;
}

interface Sample {
  rtt: number;
  origin: number; // when tick 0 was due, by this pong
}

export class Clock {
  /** Milliseconds of a tick; 0: no match is played. */
  period = 0;

  private samples: Sample[] = [];
  private origin = new Slew(halveMs);
  private lost = 0; // ticks' time of this match
  private readonly followers: Follower[] = [];

  /** It can tell the tick. */
  get known(): boolean {
    return this.origin.known;
  }

  /** Lets one more hear of all that comes. */
  admit(follower: Follower): void {
    this.followers.push(follower);
  }

  /** Begins anew with a match of rate ticks a second; without a rate its ticks are 50 ms. */
  begin(rate: number, sendEvery: number): void {
    this.period = 1000 / (rate || 20);
    this.samples = [];
    this.origin = new Slew(halveMs);
    this.lost = 0;
    for (const follower of this.followers) follower.begin(rate, sendEvery);
  }

  /**
   * Takes a pong, which came at received and answers the ping of sent; fraction is in 1/256.
   * What counts is the one with the shortest round trip: on TCP, one packet lost makes a round
   * trip of any length, so that no mean is of use.
   */
  sample(sent: number, received: number, tick: number, fraction: number): void {
    const { samples, period } = this;
    if (!period || received < sent || !(tick || fraction)) return;
    const rtt = received - sent;
    samples.push({ rtt, origin: sent + rtt / 2 - (tick + fraction / 256) * period });
    if (samples.length > kept) samples.shift();
    this.origin.aim(this.best().origin, received);
  }

  /** The match has lost that many ticks' time, in all: what is new of it makes all to come due later. */
  slip(lost: number): void {
    const ticks = lost - this.lost;
    if (!ticks) return;
    this.lost = lost;
    for (const sample of this.samples) sample.origin += ticks * this.period;
    this.origin.shift(ticks * this.period);
    for (const follower of this.followers) if (follower.slip) follower.slip(ticks);
  }

  /** Inputs came so early, in 1/4 ticks, acked the last of them. */
  lead(quarters: number, acked: number, now: number): void {
    for (const follower of this.followers) if (follower.lead) follower.lead(quarters, acked, now);
  }

  /** Forgets all pongs, since the app stood still. It goes on as it went until the next. */
  forget(): void {
    this.samples = [];
  }

  /** The tick that the server is in, with its fraction. */
  tick(now: number): number {
    return this.known ? (now - this.origin.at(now)) / this.period : 0;
  }

  /** The shortest round trip of late; 0 before any. */
  get rtt(): number {
    return this.samples.length ? this.best().rtt : 0;
  }

  private best(): Sample {
    return this.samples.reduce((best, sample) => (sample.rtt <= best.rtt ? sample : best));
  }
}
