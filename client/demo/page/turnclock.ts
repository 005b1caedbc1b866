// TurnClock tells the ticks of a match without a rate, between its views: a view says in which tick it was
// made, and a tick is 50 ms.

const tickMs = 50;
const key = "parlor.turn";

export class TurnClock {
  private match = "";
  private tick = 0;
  private at = 0; // when that tick was, by Date.now()

  /**
   * Notes the tick of a view that has just come. One that comes again, with a new connection, is as old as it
   * was, also when the page was loaded anew; the server does not say how old.
   */
  see(match: string, tick: number): void {
    if (!this.at) [this.match, this.tick, this.at] = saved();
    if (match === this.match && tick === this.tick) return;
    [this.match, this.tick, this.at] = [match, tick, Date.now()];
    try {
      sessionStorage.setItem(key, JSON.stringify([match, tick, this.at]));
    } catch {
      // then a reload forgets it
    }
  }

  /** Milliseconds until that tick; below 0: since. */
  until(tick: number): number {
    return (tick - this.tick) * tickMs - (Date.now() - this.at);
  }
}

function saved(): [string, number, number] {
  try {
    return JSON.parse(sessionStorage.getItem(key) || "") as [string, number, number];
  } catch {
    return ["", 0, 0];
  }
}

export const ms = (ticks: number): number => ticks * tickMs;

/** "1:05", in whole seconds that have begun. */
export function clockText(left: number): string {
  const seconds = Math.max(0, Math.ceil(left / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
