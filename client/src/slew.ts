// Slew is a number, of milliseconds, that follows a target so slowly that a time made of it
// never runs backwards.

const pace = 0.05; // of the time that passes: so fast it moves
const snapMs = 500; // a target farther off than that is not followed, but taken
const deadMs = 2; // one as near as that is left alone

export class Slew {
  private value = 0;
  private target = 0;
  private since = 0;

  /** Any target is set. Until then the value is 0. */
  known = false;

  /** Of a target farther off than halveMs, half the way is taken at once. */
  constructor(private readonly halveMs = Infinity) {}

  at(now: number): number {
    const most = pace * Math.max(0, now - this.since);
    const way = this.target - this.value;
    return this.value + Math.max(-most, Math.min(way, most));
  }

  aim(target: number, now: number): void {
    const value = this.known ? this.at(now) : target;
    const way = target - value;
    const off = Math.abs(way);
    this.known = true;
    this.since = now;
    this.value = off > snapMs ? target : off > this.halveMs ? value + way / 2 : value;
    this.target = off < deadMs ? value : target;
  }

  /** Where it goes to in the end. */
  get end(): number {
    return this.target;
  }

  /** Moves the value and its target at once. */
  shift(by: number): void {
    this.value += by;
    this.target += by;
  }
}
