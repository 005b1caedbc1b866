// Playout turns views that come some times a second, early or late, into one for every frame,
// a little behind the newest. It is handed the time and does nothing by itself.
import { Blend } from "./blend";
import type { Clock, Follower } from "./clock";
import type { Codec } from "./protobuf";
import { Recent } from "./recent";
import { Slew } from "./slew";

const windowMs = 10000; // of which lateness is known
const measureMs = 250;
const share = 0.98; // of views shall come in time
const leastDelay = 1.3; // in views
const mostDelay = 8;
const mostFrames = 64;
const extra = 0.25; // of a view's time: so far a missing one is made up for
const extraMs = 100;

export interface PlayoutOptions {
  /** The delay is not longer than that, however late views come; 150 by default. */
  maxDelayMs?: number;
  /** What moves farther than that from view to view is not drawn between; by default, nothing does. */
  snap?: number;
}

interface Frame<V> {
  tick: number;
  view: V;
}

export class Playout<V> implements Follower {
  /** How often the views have run out. */
  starved = 0;
  /** Which tick was shown last, with its fraction. */
  tick = -Infinity;

  private readonly blend: Blend<V>;
  private readonly maxDelayMs: number;
  private frames: Frame<V>[] = [];
  private late = new Recent(windowMs); // when views came, as if each had been of tick 0
  private measured = -Infinity;
  private lag = new Slew(); // of what is shown behind the server's time, as views show that
  private dry = false;
  private period = 0;
  private interval = 0; // ticks from view to view

  constructor(codec: Codec<V>, clock: Clock, { maxDelayMs = 150, snap = Infinity }: PlayoutOptions = {}) {
    clock.admit(this);
    this.blend = new Blend(codec, snap);
    this.maxDelayMs = maxDelayMs;
  }

  /** Begins anew with a match. The clock says when. */
  begin(rate: number, sendEvery: number): void {
    this.period = rate ? 1000 / rate : 0;
    this.interval = sendEvery || 1;
    this.frames = [];
    this.late = new Recent(windowMs);
    this.measured = this.tick = -Infinity;
    this.lag = new Slew();
    this.dry = false;
  }

  /** Takes a view when it comes. One that is not newer than all before is left out. */
  add(tick: number, view: V, now: number): void {
    const { frames, late } = this;
    const newest = frames[frames.length - 1];
    if (newest && tick <= newest.tick) return;
    frames.push({ tick, view });
    if (frames.length > mostFrames) frames.shift();
    late.add(now - tick * this.period, now);
    if (now - this.measured < measureMs) return;
    this.measured = now;
    const first = late.quantile(0);
    this.lag.aim(first + this.wanted(late.quantile(share) - first), now);
  }

  /** All views to come are later by so many ticks. The clock says when. */
  slip(ticks: number): void {
    this.late.shift(ticks * this.period);
    this.lag.shift(ticks * this.period);
  }

  /** What to show now; undefined before the first view. It is to be looked at only. */
  at(now: number): V | undefined {
    const { frames, period } = this;
    if (!frames.length) return undefined;
    const newest = frames[frames.length - 1];
    if (!period) return newest.view;
    const reach = newest.tick + Math.min(extra * this.interval, extraMs / period);
    const head = (now - this.lag.at(now)) / period;
    if (head > reach && !this.dry) this.starved++;
    this.dry = head > reach;
    this.tick = Math.max(this.tick, Math.min(head, reach), frames[0].tick);
    while (frames.length > 2 && frames[1].tick <= this.tick) frames.shift();
    if (frames.length < 2) return newest.view;
    const [a, b] = frames;
    return this.blend.between(a.view, b.view, (this.tick - a.tick) / (b.tick - a.tick));
  }

  /** The moment that was shown last, in 1/16 ticks: what a shooter tells with a shot. */
  get moment(): number {
    return Math.max(0, Math.floor(this.tick * 16));
  }

  /** How far what is shown is behind a view that comes at once. */
  delayMs(now: number): number {
    return this.lag.at(now) - this.late.quantile(0);
  }

  private wanted(lateMs: number): number {
    const view = this.interval * this.period;
    const most = Math.min(mostDelay * view, this.maxDelayMs);
    return Math.max(leastDelay * view, Math.min(lateMs + view, most));
  }
}
