// What stands over the arena: points, the room's best, the map, and the panel of the dead.
import type { Snake, World } from "../../src/gen/arcade.snakes.v1";
import { make, mark, part, say } from "../page/dom";
import { own, paletteOf } from "../page/palette";

const leaders = 5;
const blipGrid = 40; // units between the places where a blip can be

interface Leader {
  seat: number;
  score: number;
}

export type Names = (seat: number) => string;

/** The room's best by the points of this life; the own line is always there, and exact. */
export function showLeaders(world: World, seat: number, names: Names): void {
  const mine = world.snakes.filter((snake) => snake.seat === seat);
  const all: Leader[] = [...mine, ...world.blips.filter((blip) => blip.seat !== seat)];
  all.sort((a, b) => b.score - a.score || a.seat - b.seat);
  const shown = all.filter((leader, place) => place < leaders || leader.seat === seat);
  part("leaders").replaceChildren(...shown.map((leader) => line(leader, all.indexOf(leader) + 1, seat, names)));
}

function line({ seat, score }: Leader, place: number, mine: number, names: Names): HTMLElement {
  const row = make("li", seat === mine ? "me" : "");
  const swatch = make("i", "swatch");
  swatch.style.background = (seat === mine ? own : paletteOf(seat)).main;
  row.append(
    make("span", "rank", String(place)),
    swatch,
    make("span", "who", names(seat)),
    make("span", "points", String(score)),
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

/** The whole world in the corner: everybody's head, as it was within the last second; the own one bright. */
export function drawMap(canvas: HTMLCanvasElement, world: World, seat: number): void {
  const c = canvas.getContext("2d") as CanvasRenderingContext2D;
  const density = Math.min(devicePixelRatio || 1, 2);
  const side = canvas.clientWidth * density;
  if (canvas.width !== side) canvas.width = canvas.height = side;
  c.clearRect(0, 0, side, side);
  const dot = (x: number, y: number, radius: number, style: string): void => {
    c.beginPath();
    c.arc((x / world.size) * side, (y / world.size) * side, radius * density, 0, 7);
    c.fillStyle = style;
    c.fill();
  };
  for (const blip of world.blips) if (blip.seat !== seat) dot(blip.x + blipGrid / 2, blip.y + blipGrid / 2, 1.7, "rgba(190, 205, 235, 0.5)");
  for (const { body } of world.snakes.filter((snake) => snake.seat === seat && snake.body.length)) dot(body[0], body[1], 3, own.main);
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
