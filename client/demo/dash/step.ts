// How an avatar moves: the twin of game/arcade/dash/step.go, in whole numbers, so that it can be shown
// before the server's answer comes. dash.test.mjs holds it against what Go did.
import type { Act, Player } from "../../src/gen/arcade.dash.v1";

export const radius = 1600; // of the arena, whose middle is 0, 0
export const body = 64; // radius of an avatar
const walkSpeed = 16; // units a tick
const dashSpeed = 60;
export const dashTicks = 5;
export const dashCooldown = 40;
export const reload = 30;
const slideSpeed = 24;
const slideTicks = 6;
export const stunTicks = 12;
export const protectTicks = 20; // after a stun, and as the match begins
export const reach = 900; // of a shot

const one = 1024;
const quarter = [
  0, 25, 50, 75, 100, 125, 150, 175, 200, 224, 249, 273, 297, 321, 345, 369,
  392, 415, 438, 460, 483, 505, 526, 548, 569, 590, 610, 630, 650, 669, 688, 706,
  724, 742, 759, 775, 792, 807, 822, 837, 851, 865, 878, 891, 903, 915, 926, 936,
  946, 955, 964, 972, 980, 987, 993, 999, 1004, 1009, 1013, 1016, 1019, 1021, 1023, 1024,
  1024,
];

export type Avatar = Pick<Player, "x" | "y" | "heading" | "dashAt" | "fireAt" | "aim" | "stunEnd">;
export type Wish = Pick<Act, "heading" | "go" | "dash" | "fire" | "aim">;

/** The avatar as a view shows it. */
export function seen({ x, y, heading, dashAt, fireAt, aim, stunEnd }: Player): Avatar {
  return { x, y, heading, dashAt, fireAt, aim, stunEnd };
}

export const stunned = (a: Avatar, now: number): boolean => now < a.stunEnd;
export const dashing = (a: Avatar, now: number): boolean => now < a.dashAt - dashCooldown + dashTicks && !stunned(a, now);
export const guarded = (a: Avatar, now: number): boolean => now < a.stunEnd + protectTicks;

/** The avatar after tick now, if nobody hurts it. */
export function step(a: Avatar, w: Wish, now: number): Avatar {
  let { x, y, heading, dashAt, fireAt, aim } = a;
  let speed = 0;
  if (stunned(a, now)) {
    if (now < a.stunEnd - stunTicks + slideTicks) speed = slideSpeed;
  } else if (dashing(a, now)) {
    speed = dashSpeed;
  } else {
    heading = w.heading;
    if (w.go) speed = walkSpeed;
    if (w.dash && now >= dashAt) {
      dashAt = now + dashCooldown;
      speed = dashSpeed;
    }
  }
  if (w.fire && now >= fireAt && !stunned(a, now)) {
    fireAt = now + reload;
    aim = w.aim;
  }
  [x, y] = within(radius - body, x + along(speed, sin(heading + 64)), y + along(speed, sin(heading)));
  return { x, y, heading, dashAt, fireAt, aim, stunEnd: a.stunEnd };
}

function sin(heading: number): number {
  const h = heading & 127;
  const value = quarter[h > 64 ? 128 - h : h];
  return heading & 128 ? -value : value;
}

/** The part of a way that goes along one axis, rounded to whole units (halves up). */
function along(way: number, part: number): number {
  return (way * part + one / 2) >> 10;
}

/** The place, or the one towards it from the middle that is just within the circle. */
function within(limit: number, x: number, y: number): [number, number] {
  const square = x * x + y * y;
  if (square <= limit * limit) return [x, y];
  const way = Math.floor(Math.sqrt(square - 1)) + 1;
  return [Math.trunc((x * limit) / way), Math.trunc((y * limit) / way)];
}
