// The snakes page: it looks for a room as soon as it is open.
import { Steer, World } from "../src/gen/arcade.snakes.v1";
import type { Snake } from "../src/gen/arcade.snakes.v1";
import { Clock, Code, Playout, Views } from "../src/parlor";
import { mark, part, say } from "./page/dom";
import { TopList } from "./page/toplist";
import { Visit } from "./page/visit";
import { drawMap, showLeaders, showPanel, showPoints } from "./snakes/hud";
import type { Panel } from "./snakes/hud";
import { Paint } from "./snakes/paint";
import { Steering } from "./snakes/steering";

const againMs = 1000;
const hintMs = 3000; // after the first steering

const still = matchMedia("(prefers-reduced-motion: reduce)");
const canvas = part<HTMLCanvasElement>("arena");
const map = part<HTMLCanvasElement>("map");
const paint = new Paint(canvas);
const clock = new Clock();
const playout = new Playout(World, clock);
const visit = new Visit("snakes", new Views(World), glance, { clock });
const { parlor } = visit;
new TopList(part("top"), parlor, "snakes");
const steering = new Steering(canvas, (wish) => parlor.send(Steer.encode(wish)) > 0);

let match = "";
let world: World | undefined; // the newest
let names: string[] = []; // by seat
let eye = { x: 0, y: 0 };
let lived = false; // the own snake was seen alive in this match
let hinted = false;

function mine(): Snake | undefined {
  const { room } = parlor;
  return room && world && world.snakes.find((snake) => snake.seat === room.seat);
}

// -------------------------------------------------------------- what happens

parlor.on("room", (room) => {
  names = room.members.map((member) => member.name);
  mark("seat", room.seat);
  mark("match", room.match);
  if (room.match === match) return;
  match = room.match;
  world = undefined;
  steering.forget();
  lived = false;
});

parlor.on("view", (view, { tick }) => {
  const before = mine();
  world = view;
  playout.add(tick, view, performance.now());
  mark("tick", tick);
  const now = mine();
  if (!now) return;
  showPoints(now);
  if (now.body.length) lived = true;
  else if (before && before.body.length) mark("result", now.score);
  showPanel(panel());
});

parlor.on("scored", ({ score }) => mark("result", score));

parlor.on("left", ({ error }) => {
  world = undefined;
  // A session that is over is followed by a new one, which looks for a room by itself.
  if (error && error.code !== Code.EXPIRED) setTimeout(() => void visit.play(), againMs);
});

part("top-button").addEventListener("click", () => {
  const open = part("top-box").classList.toggle("open");
  part("top-button").setAttribute("aria-expanded", String(open));
});
part("again").addEventListener("click", () => void visit.play());

// -------------------------------------------------------------- what is seen

function panel(): Panel | undefined {
  if (visit.place === "connecting" || visit.place === "queued") {
    return { kind: "finding", eyebrow: "Snakes", title: "Finding you a place", text: "It takes a moment." };
  }
  if (visit.place !== "playing") {
    return { kind: "closed", eyebrow: "Snakes", title: "This arena has closed", text: "There are others." };
  }
  const snake = mine();
  if (!snake || snake.body.length || !lived) return undefined;
  const { room } = parlor;
  const seconds = Math.ceil(snake.reborn / ((room && room.rate) || 20));
  const best = snake.score < snake.best ? `Your best here: ${snake.best}` : "Your best here";
  return {
    kind: "dead",
    eyebrow: snake.best ? best : "That was quick",
    title: `${snake.score} ${snake.score === 1 ? "point" : "points"}`,
    text: seconds > 0 ? `Back in ${seconds} s` : "Back now",
  };
}

/** What need not be shown every frame. */
function glance(): void {
  showPanel(panel());
  const { room } = parlor;
  part("hud").hidden = !room || !world;
  if (!room || !world) return;
  showLeaders(world, room.seat, (seat) => names[seat] || "");
  drawMap(map, world, room.seat);
  if (steering.used && !hinted) {
    hinted = true;
    setTimeout(() => part("hint").classList.add("gone"), hintMs);
  }
  say(part("crowd"), `${world.blips.length} here`);
}

function frame(now: number): void {
  requestAnimationFrame(frame);
  const { room } = parlor;
  const shown = world && playout.at(now);
  if (!shown || !room) return;
  const bodies = shown.snakes
    .filter((snake) => snake.body.length)
    .map((snake) => ({ snake, points: snake.body, name: names[snake.seat] || "" }));
  const own = bodies.find((body) => body.snake.seat === room.seat);
  const snake = mine();
  if (snake) steering.pump(now, snake.heading);
  if (own) {
    eye = { x: own.points[0], y: own.points[1] };
  } else if (!lived) {
    eye = { x: shown.size / 2, y: shown.size / 2 };
  }
  paint.draw({ world: shown, bodies, seat: room.seat, eye, stick: steering.stick, now, still: still.matches });
}

requestAnimationFrame(frame);
visit.start();
