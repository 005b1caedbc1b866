// Sparks are what flashes up and goes: shots, hits, points. They are read off what is shown of the
// players, which keep the last of each, and drawn by paint.ts.
import { body, guarded, reach, reload, stunTicks } from "./step";
import type { Avatar } from "./step";

export type Kind = "shot" | "hit" | "point";

export interface Spark {
  kind: Kind;
  x: number;
  y: number;
  heading: number;
  far: number; // of a shot
  seat: number; // whose colour it has
  born: number;
}

export const lives: { readonly [kind in Kind]: number } = { shot: 260, hit: 460, point: 700 };

/** Someone as he is shown now. */
export interface Figure extends Avatar {
  seat: number;
  hurtBy: number;
  points: number;
}

export class Sparks {
  all: Spark[] = [];

  private last = new Map<number, Figure>();

  clear(): void {
    this.all = [];
    this.last.clear();
  }

  /** Notes what is new about a figure, shown in the tick of that number. */
  see(figure: Figure, tick: number, now: number, others: readonly Figure[]): void {
    const { seat, x, y } = figure;
    const was = this.last.get(seat);
    this.last.set(seat, figure);
    if (!was) return;
    const add = (kind: Kind, heading = 0, far = 0, by = seat): void => {
      this.all.push({ kind, x, y, heading, far, seat: by, born: now });
    };
    // One that was told long after it fell, as after a stall, is not shown.
    if (figure.fireAt > was.fireAt && tick < figure.fireAt - reload + 6) {
      add("shot", figure.aim, lengthOf(figure, others));
    }
    if (figure.stunEnd > was.stunEnd && tick < figure.stunEnd) add("hit", 0, 0, figure.hurtBy - 1);
    if (figure.points > was.points) add("point");
  }

  /** Forgets what has burnt out. */
  age(now: number): void {
    this.all = this.all.filter((spark) => now - spark.born < lives[spark.kind]);
  }
}

/** A shot ends at the first whom it meets, as the rules judge it. */
function lengthOf({ seat, x, y, aim, fireAt }: Figure, others: readonly Figure[]): number {
  const fell = fireAt - reload;
  const cos = Math.cos((aim / 128) * Math.PI), sin = Math.sin((aim / 128) * Math.PI);
  let far = reach;
  for (const other of others) {
    const dx = other.x - x, dy = other.y - y;
    const ahead = dx * cos + dy * sin;
    const hit = other.hurtBy === seat + 1 && other.stunEnd === fell + 1 + stunTicks; // as is known already
    if (other.seat === seat || (guarded(other, fell) && !hit) || Math.abs(dx * sin - dy * cos) > body) continue;
    if (ahead > 0 && ahead < far) far = ahead;
  }
  return far;
}
