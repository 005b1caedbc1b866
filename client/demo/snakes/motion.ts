// Motion turns views that come some twenty times a second into pictures for every frame.
import type { Snake, World } from "../../src/gen/arcade.snakes.v1";

const stallMs = 400; // after such a gap the snakes are put where they are, without gliding
const leap = 60; // units that a head cannot move in a view: it is another life
const overrun = 1.25; // of a period: so far a late view is made up for

/**
 * Each view is glided to from what was on the screen when it came. So nothing ever jumps:
 * a view that is late or early only changes the pace.
 */
export class Motion {
  world: World | undefined;

  private from = new Map<number, number[]>(); // bodies by seat, as they were seen
  private cameAt = 0;
  private period = 50;

  push(world: World, now: number, period: number): void {
    const fresh = now - this.cameAt > stallMs;
    const from = new Map<number, number[]>();
    for (const snake of world.snakes) {
      const old = this.world && this.world.snakes.find((each) => each.seat === snake.seat);
      if (old && !fresh && near(old, snake)) from.set(snake.seat, this.body(old, now));
    }
    this.from = from;
    this.world = world;
    this.cameAt = now;
    this.period = period;
  }

  clear(): void {
    this.world = undefined;
    this.from.clear();
  }

  /** Where a snake of the newest view is seen at that time: x, y, x, y, ... from the head. */
  body(snake: Snake, now: number): number[] {
    const to = snake.body;
    const from = this.from.get(snake.seat);
    if (!from || !from.length) return to.slice();
    const part = Math.max(0, Math.min((now - this.cameAt) / this.period, overrun));
    const last = from.length - 2;
    const seen: number[] = new Array(to.length);
    for (let i = 0; i < to.length; i += 2) {
      const j = Math.min(i, last); // a tail that grew comes out of its end
      seen[i] = from[j] + (to[i] - from[j]) * part;
      seen[i + 1] = from[j + 1] + (to[i + 1] - from[j + 1]) * part;
    }
    return seen;
  }
}

function near(old: Snake, snake: Snake): boolean {
  return old.body.length > 0 && snake.body.length > 0 &&
    Math.abs(old.body[0] - snake.body[0]) < leap && Math.abs(old.body[1] - snake.body[1]) < leap;
}
