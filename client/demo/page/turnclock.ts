// TurnClock tells how long it is until a tick of a match without a rate: the server says in which it is.
import type { Clock } from "../../src/parlor";

const tickMs = 50;

export class TurnClock {
  private tick = 0;
  private at = 0; // when the view of that tick came

  constructor(private readonly clock: Clock) {}

  /** Notes the tick of a view that has just come, for as long as the server has not said which it is in. */
  see(tick: number): void {
    if (tick === this.tick) return;
    this.tick = tick;
    this.at = performance.now();
  }

  /** Milliseconds until that tick; below 0: since. */
  until(tick: number): number {
    const now = performance.now();
    return (tick - (this.clock.known ? this.clock.tick(now) : this.tick + (now - this.at) / tickMs)) * tickMs;
  }
}

export const ms = (ticks: number): number => ticks * tickMs;

/** "1:05", in whole seconds that have begun. */
export function clockText(left: number): string {
  const seconds = Math.max(0, Math.ceil(left / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
