// Predictor shows what the player does before the server's answer comes: it runs the game's own
// step ahead of the server, and again from each truth that the server tells. It is handed the
// time and does nothing by itself.
import type { Clock, Follower } from "./clock";
import { Recent } from "./recent";
import { Slew } from "./slew";

const halfLifeMs = 80; // of what a correction leaves to be smoothed
const mostAhead = 64; // ticks after the newest truth
const mostAheadMs = 750; // the server lets no input wait for more than a second
const leastLead = 1; // ticks; inputs shall come so early,
const mostLead = 2; // and not earlier
const leadWindowMs = 5000;
const leadShare = 0.05; // of inputs may come later than that
const rememberedMs = 60000; // corrections are

/** Rules are what a game tells of the state that a player predicts: his own avatar. */
export interface Rules<S, I> {
  /**
   * Returns the state after tick, and changes nothing. The input is the newest that the player gave
   * until then, fresh in the one tick that it is for.
   */
  step(state: S, input: I | undefined, tick: number, fresh: boolean): S;
  /** The numbers that move smoothly: x and y. */
  place(state: S): number[];
  /** A correction farther than that is shown at once. */
  readonly snap: number;
}

interface Given<I> {
  seq: number;
  tick: number; // it is for
  input: I;
  aheadMs: number;
}

export class Predictor<S, I> implements Follower {
  /** The newest state, of the tick of that number; undefined before the first truth. */
  state: S | undefined;
  tick = 0;
  /** How many truths were told, and how many of them were not as predicted. */
  truths = 0;
  corrections = 0;

  private before: S | undefined; // the state one tick earlier
  private truth: { tick: number; state: S } | undefined;
  private held: I | undefined; // the newest input that the truth knows of
  private given: Given<I>[] = []; // those after it
  private error: number[] = []; // what is shown besides the state's place, at errorAt
  private errorAt = 0;
  private readonly sizes = new Recent(rememberedMs); // of corrections
  private ahead = new Slew(); // ms before the server's clock
  private slack = new Recent(leadWindowMs); // what inputs' leads were, had they not been sent ahead

  constructor(
    private readonly rules: Rules<S, I>,
    private readonly clock: Clock,
  ) {
    clock.admit(this);
  }

  /** Begins anew with a match. The clock says when. */
  begin(): void {
    this.state = this.before = this.truth = this.held = undefined;
    this.tick = 0;
    this.given = [];
    this.error = [];
    this.slack = new Recent(leadWindowMs);
    this.ahead = new Slew();
  }

  /** Steps as far as the time has come. Then inputs can be given. */
  advance(now: number): void {
    if (!this.truth || !this.clock.known) return;
    if (!this.ahead.known) this.ahead.aim(this.clock.rtt / 2 + ((leastLead + mostLead) / 2) * this.clock.period, now);
    const goal = Math.floor(this.head(now));
    while (this.tick < goal && this.tick < this.truth.tick + mostAhead) this.next();
  }

  /** The tick that an input given now is for: `parlor.send(bytes, predictor.due)`. 0: none can be predicted. */
  get due(): number {
    const { given, tick } = this;
    const last = given[given.length - 1];
    // One input a tick: the server lets no more through on average.
    return this.state === undefined || !this.ahead.known || (last && last.tick > tick) ? 0 : tick + 1;
  }

  /** Takes an input that was sent for the tick that is due, and the number that it was sent with. */
  give(seq: number, input: I, now: number): void {
    this.given.push({ seq, tick: this.tick + 1, input, aheadMs: this.ahead.at(now) });
  }

  /**
   * Takes what the server says about a tick: the state, as a view shows it, and the last input that
   * was applied by then.
   */
  correct(tick: number, state: S, acked: number, now: number): void {
    const known = this.given.filter((one) => one.seq <= acked && one.tick <= tick);
    if (known.length) this.held = known[known.length - 1].input;
    this.given = this.given.filter((one) => one.seq > acked || one.tick > tick);
    const ran = this.state !== undefined && tick <= this.tick;
    const shown = this.state === undefined ? undefined : this.raw(now);
    const goal = Math.max(this.tick, tick);
    this.truth = { tick, state };
    this.state = state;
    if (tick !== this.tick) this.before = state;
    this.tick = tick;
    while (this.tick < goal) this.next();
    if (!shown) return;
    const place = this.raw(now);
    const off = shown.map((value, axis) => value - place[axis]);
    const size = Math.sqrt(off.reduce((sum, one) => sum + one * one, 0));
    const error = this.rest(now);
    this.error = size > this.rules.snap ? [] : off.map((one, axis) => one + (error[axis] || 0));
    this.errorAt = now;
    if (!ran) return; // the server was ahead: nothing had been predicted
    this.truths++;
    if (!size) return;
    this.corrections++;
    this.sizes.add(size, now);
  }

  /** Takes how early, in 1/4 ticks, inputs came, acked the last of them. The clock tells. */
  lead(quarters: number, acked: number, now: number): void {
    const { given, slack, clock } = this;
    const last = given.filter((one) => one.seq <= acked).pop();
    if (!last || !this.ahead.known) return;
    slack.add((quarters * clock.period) / 4 - last.aheadMs, now);
    const worst = slack.quantile(leadShare);
    const least = leastLead * clock.period - worst;
    const most = mostLead * clock.period - worst;
    this.ahead.aim(Math.max(0, Math.min(Math.max(this.ahead.end, least), most, mostAheadMs)), now);
  }

  /** What is known of leads was about another schedule. The clock says when. */
  slip(): void {
    this.slack = new Recent(leadWindowMs);
  }

  /** Where to draw the avatar; undefined before the first truth. */
  at(now: number): number[] | undefined {
    if (this.state === undefined) return undefined;
    const error = this.rest(now);
    return this.raw(now).map((value, axis) => value + (error[axis] || 0));
  }

  /** How far predictions were off in the last minute, where they were, at that quantile. */
  correction(quantile: number): number {
    return this.sizes.quantile(quantile);
  }

  /** The tick to be shown, with its fraction. */
  private head(now: number): number {
    return this.clock.tick(now) + this.ahead.at(now) / this.clock.period;
  }

  /** The place between the last two states. */
  private raw(now: number): number[] {
    const to = this.rules.place(this.state as S);
    const from = this.rules.place(this.before as S);
    const part = this.ahead.known ? Math.max(0, Math.min(this.head(now) - this.tick, 1)) : 1;
    return to.map((value, axis) => from[axis] + (value - from[axis]) * part);
  }

  private rest(now: number): number[] {
    const left = Math.pow(0.5, Math.max(0, now - this.errorAt) / halfLifeMs);
    return this.error.map((one) => one * left);
  }

  private next(): void {
    const tick = ++this.tick;
    const { given } = this;
    const late = (this.truth as { tick: number }).tick + 1; // inputs from before are applied then at the soonest
    let input = this.held;
    let fresh = false;
    for (const one of given) {
      const applied = Math.max(one.tick, late);
      if (applied > tick) break;
      input = one.input;
      fresh = applied === tick;
    }
    this.before = this.state;
    this.state = this.rules.step(this.state as S, input, tick, fresh);
  }
}
