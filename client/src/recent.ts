// Recent holds the numbers of the last while.
export class Recent {
  private list: { at: number; value: number }[] = [];

  constructor(private readonly windowMs: number) {}

  add(value: number, now: number): void {
    this.list.push({ at: now, value });
    while (this.list[0].at < now - this.windowMs) this.list.shift();
  }

  /** The number that the part q of them are not above, or just above it; 0 if there are none. */
  quantile(q: number): number {
    const values = this.list.map(({ value }) => value).sort((a, b) => a - b);
    return values.length ? values[Math.min(values.length - 1, Math.floor(q * values.length))] : 0;
  }

  /** Adds to each of them. */
  shift(by: number): void {
    for (const one of this.list) one.value += by;
  }
}
