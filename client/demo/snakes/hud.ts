// What stands over the arena: points, the room's best, the map, and the panel of the dead.
import type { Snake, World } from "../../src/gen/arcade.snakes.v1";
import { make, mark, part, say } from "../page/dom";
import { own, paletteOf } from "../page/palette";

const leaders = 5;

export type Names = (seat: number) => string;

/** The room's best by the points of this life; the own line is always there. */
export function showLeaders(world: World, seat: number, names: Names): void {
  const alive = world.snakes.filter((snake) => snake.body.length || snake.seat === seat);
  alive.sort((a, b) => b.score - a.score || a.seat - b.seat);
  const shown = alive.filter((snake, place) => place < leaders || snake.seat === seat);
  part("leaders").replaceChildren(...shown.map((snake) => line(snake, alive.indexOf(snake) + 1, seat, names)));
}

function line(snake: Snake, place: number, seat: number, names: Names): HTMLElement {
  const row = make("li", snake.seat === seat ? "me" : "");
  const swatch = make("i", "swatch");
  swatch.style.background = (snake.seat === seat ? own : paletteOf(snake.seat)).main;
  row.append(
    make("span", "rank", String(place)),
    swatch,
    make("span", "who", names(snake.seat)),
    make("span", "points", String(snake.score)),
  );
  return row;
}

export function showPoints(snake: Snake): void {
  const best = Math.max(snake.best, snake.score);
  say(part("score"), String(snake.score));
  say(part("best"), String(best));
  mark("score", snake.score);
  mark("best", best);
  mark("alive", snake.body.length > 0);
}

/** The whole world in the corner: everybody's head, the own one bright. */
export function drawMap(canvas: HTMLCanvasElement, world: World, seat: number): void {
  const c = canvas.getContext("2d") as CanvasRenderingContext2D;
  const density = Math.min(devicePixelRatio || 1, 2);
  const side = canvas.clientWidth * density;
  if (canvas.width !== side) canvas.width = canvas.height = side;
  c.clearRect(0, 0, side, side);
  for (const snake of world.snakes) {
    if (!snake.body.length) continue;
    const mine = snake.seat === seat;
    c.beginPath();
    c.arc((snake.body[0] / world.size) * side, (snake.body[1] / world.size) * side, (mine ? 3 : 1.7) * density, 0, 7);
    c.fillStyle = mine ? own.main : "rgba(190, 205, 235, 0.5)";
    c.fill();
  }
}

export interface Panel {
  kind: "finding" | "dead" | "closed";
  eyebrow: string;
  title: string;
  text: string;
}

/** Shows the panel, or hides it when there is none. */
export function showPanel(panel: Panel | undefined): void {
  const root = part("panel");
  const kind = panel ? panel.kind : "";
  if (root.dataset.kind !== kind) root.dataset.kind = kind;
  root.hidden = !panel;
  if (!panel) return;
  say(part("panel-eyebrow"), panel.eyebrow);
  say(part("panel-title"), panel.title);
  say(part("panel-text"), panel.text);
  part("again").hidden = panel.kind !== "closed";
}
