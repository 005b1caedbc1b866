// What stands over the arena: points, time, the room's best, the map, and the panel.
import type { World } from "../../src/gen/arcade.dash.v1";
import type { Result, Room } from "../../src/parlor";
import { make, mark, part, say } from "../page/dom";
import type { Place } from "../page/visit";
import { colours } from "./paint";
import { dashCooldown, radius, reload } from "./step";
import type { Figure } from "./sparks";

export type Names = readonly string[]; // by seat

const hurryAt = 10; // seconds before the end

export function showScores(world: World, names: Names, seat: number): void {
  const order = world.players.slice().sort((a, b) => b.points - a.points || a.seat - b.seat);
  part("leaders").replaceChildren(...order.map((player, i) => {
    const row = make("li", player.seat === seat ? "me" : "");
    const swatch = make("i", "swatch");
    swatch.style.background = colours(player.seat, seat).main;
    const tied = i > 0 && order[i - 1].points === player.points;
    row.append(
      make("span", "rank", tied ? "" : String(i + 1)), swatch,
      make("span", "who", names[player.seat] || ""), make("span", "points", String(player.points)),
    );
    return row;
  }));
}

export function showOwn(figure: Figure, world: World, rate: number): void {
  say(part("score"), String(figure.points));
  mark("score", figure.points);
  const left = Math.max(0, Math.ceil((world.end - world.tick) / rate));
  say(part("time"), `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`);
  part("time").dataset.hurry = String(left <= hurryAt);
}

/** The buttons for thumbs fill up as what they do can be done again. */
export function showPads(figure: Figure, tick: number): void {
  for (const [id, left] of [["dash", (figure.dashAt - tick) / dashCooldown], ["fire", (figure.fireAt - tick) / reload]] as const) {
    part(id).style.setProperty("--left", String(Math.max(0, Math.min(1, left)).toFixed(2)));
  }
}

/** The whole arena in the corner. */
export function drawMap(canvas: HTMLCanvasElement, figures: readonly Figure[], seat: number): void {
  const c = canvas.getContext("2d") as CanvasRenderingContext2D;
  const density = Math.min(devicePixelRatio || 1, 2);
  const side = canvas.clientWidth * density;
  if (canvas.width !== side) canvas.width = canvas.height = side;
  c.clearRect(0, 0, side, side);
  const disc = (x: number, y: number, far: number): void => {
    c.beginPath();
    c.arc(side / 2 + (x / radius) * (side / 2 - 1), side / 2 + (y / radius) * (side / 2 - 1), far, 0, 7);
  };
  disc(0, 0, side / 2 - 1);
  c.fillStyle = "rgba(10, 13, 19, 0.6)";
  c.fill();
  c.strokeStyle = "rgba(138, 180, 255, 0.28)";
  c.stroke();
  for (const figure of figures) {
    disc(figure.x, figure.y, (figure.seat === seat ? 3.4 : 2.4) * density);
    c.fillStyle = colours(figure.seat, seat).main;
    c.fill();
  }
}

/** Shows how it stands when nobody plays, and nothing while somebody does. */
export function showPanel(place: Place, room: Room | undefined, result: Result | undefined, botsAt: number): void {
  const panel = part("panel");
  const over = place === "ended" && !!result;
  const kind = place === "playing" ? "" : over ? "over" : place === "idle" ? "idle" : "finding";
  if (panel.dataset.kind !== kind) panel.dataset.kind = kind;
  panel.hidden = !kind;
  part("rematch").hidden = !over;
  part("again").hidden = kind !== "over" && kind !== "idle";
  part("standings").hidden = !over;
  if (over) return showResult(result as Result, room);
  const seconds = Math.ceil((botsAt - performance.now()) / 1000);
  say(part("panel-title"), kind === "idle" ? "This match has closed" : "Finding you a match");
  say(part("panel-text"), kind === "idle" ? "There are others." : botsAt && seconds > 0 ? `Bots join in ${seconds} s.` : "It takes a moment.");
}

function showResult({ standings }: Result, room: Room | undefined): void {
  const own = standings.find((standing) => room && standing.seat === room.seat);
  const title = !own ? "Over" : own.won ? "You won" : `${ordinal(own.place)} of ${standings.length}`;
  const votes = room ? room.rematchVotes : 0;
  say(part("panel-title"), title);
  say(part("panel-text"), votes ? "Waiting for the others" : own ? `${own.score} ${own.score === 1 ? "point" : "points"}` : "");
  mark("result", own ? own.score : "");
  mark("place", own ? own.place : "");
  const rows = standings.slice().sort((a, b) => a.place - b.place || a.seat - b.seat).map((standing) => {
    const row = make("li", standing === own ? "me" : "");
    row.append(make("span", "rank", String(standing.place)), make("span", "who", standing.name), make("span", "points", String(standing.score)));
    return row;
  });
  const list = part("standings");
  if (list.childElementCount !== rows.length || list.textContent !== rows.map((row) => row.textContent).join("")) list.replaceChildren(...rows);
}

function ordinal(n: number): string {
  return n + (["th", "st", "nd", "rd"][n < 4 ? n : 0] || "th");
}
