// The dash page. The own avatar is shown before the server's answer comes; the others as they were a
// moment ago, and that moment goes with each shot, so that the server judges what was seen.
import { Act, World } from "../src/gen/arcade.dash.v1";
import { Clock, Code, Playout, Predictor, Views } from "../src/parlor";
import type { Result, Rules } from "../src/parlor";
import { Controls } from "./dash/controls";
import { drawMap, showOwn, showPads, showPanel, showScores } from "./dash/hud";
import { Paint } from "./dash/paint";
import { Sparks } from "./dash/sparks";
import type { Figure } from "./dash/sparks";
import { body, guarded, reach, seen, step, stunned } from "./dash/step";
import type { Avatar, Wish } from "./dash/step";
import { mark, part } from "./page/dom";
import { TopList } from "./page/toplist";
import { Visit } from "./page/visit";

const leap = 400; // units that nobody moves between two views
const pull = 0.85; // the eye is drawn to the middle of the arena, where more is to be seen
const hintMs = 4000; // after the first steering

/** The newest wish holds, but a dash and a shot are for one tick. */
const rules: Rules<Avatar, Wish> = {
  step: (avatar, wish, tick, fresh) => step(avatar, {
    heading: wish ? wish.heading : avatar.heading,
    go: !!wish && wish.go,
    dash: !!wish && fresh && wish.dash,
    fire: !!wish && fresh && wish.fire,
    aim: wish ? wish.aim : 0,
  }, tick),
  place: ({ x, y }) => [x, y],
  snap: leap,
};

const still = matchMedia("(prefers-reduced-motion: reduce)");
const canvas = part<HTMLCanvasElement>("arena");
const paint = new Paint(canvas);
const sparks = new Sparks();
const clock = new Clock();
const playout = new Playout(World, clock, { snap: leap });
const predictor = new Predictor(rules, clock);
const visit = new Visit("dash", new Views(World), glance, { clock });
const { parlor } = visit;
new TopList(part("top"), parlor, "dash");
const controls = new Controls(canvas, part("dash"), part("fire"), {
  own: () => paint.onScreen(me.x, me.y),
  target,
});

let match = "";
let names: string[] = []; // by seat
let me = { x: 0, y: 0 }; // as shown
let world: World | undefined; // the newest
let figures: Figure[] = []; // as shown, the own one last
let result: Result | undefined;
let sent: Wish | undefined;
let wrong = 0; // predictions, not counting those that somebody's blow has spoilt
let hurt = 0; // end of the own last stun
let hinted = false;

// -------------------------------------------------------------- what happens

parlor.on("room", (room) => {
  names = room.members.map((member) => member.name);
  mark("seat", room.seat);
  mark("match", room.match);
  if (room.match === match) return;
  match = room.match;
  sparks.clear();
  world = result = sent = undefined;
  figures = [];
  hurt = 0;
  mark("result", "");
});

parlor.on("view", (view, { tick, acked }) => {
  const { room } = parlor;
  const now = performance.now();
  const first = !world;
  world = view;
  playout.add(tick, view, now);
  if (first) glance();
  const mine = room && view.players[room.seat];
  if (!mine) return;
  const before = predictor.corrections;
  predictor.correct(tick, seen(mine), acked, now);
  if (predictor.corrections > before && mine.stunEnd === hurt) wrong++;
  hurt = mine.stunEnd;
  mark("tick", tick);
});

parlor.on("result", (news) => {
  result = news;
  glance();
});

parlor.on("left", ({ error }) => {
  world = undefined;
  if (error && error.code !== Code.EXPIRED) glance();
});

part("rematch").addEventListener("click", () => void parlor.rematch());
part("again").addEventListener("click", () => void visit.play());
part("top-button").addEventListener("click", () => {
  const open = part("top-box").classList.toggle("open");
  part("top-button").setAttribute("aria-expanded", String(open));
});

// -------------------------------------------------------------- what is done

/** Sends what the person wants for the tick that is due, if it is not what he wanted before. */
function act(now: number): void {
  const { due, state } = predictor;
  if (!due || !state || !controls.used) return;
  controls.follow();
  const lies = stunned(state, due);
  const dash = due >= state.dashAt && !lies && controls.takeDash(now);
  const shot = due >= state.fireAt && !lies ? controls.takeShot(now) : -1;
  const heading = controls.heading < 0 ? state.heading : controls.heading;
  const wish = { heading, go: controls.go, dash, fire: shot >= 0, aim: Math.max(0, shot) };
  if (sent && sent.heading === heading && sent.go === wish.go && !dash && !wish.fire) return;
  const seq = parlor.send(Act.encode({ ...wish, view: wish.fire ? playout.moment : 0 }), due);
  if (!seq) return;
  sent = wish;
  predictor.give(seq, wish, now);
}

/** The nearest whom a shot can hit, on the screen: thumbs and keys cannot point. */
function target(): { x: number; y: number } | undefined {
  const { room } = parlor;
  let found: Figure | undefined;
  let least = reach;
  for (const figure of figures) {
    const far = Math.hypot(figure.x - me.x, figure.y - me.y) - body;
    if (room && figure.seat !== room.seat && far < least && !guarded(figure, playout.tick)) {
      least = far;
      found = figure;
    }
  }
  return found && paint.onScreen(found.x, found.y);
}

// -------------------------------------------------------------- what is seen

/** What need not be shown every frame. */
function glance(): void {
  const { room } = parlor;
  showPanel(visit.place, room, result, visit.botsAt);
  const playing = !!room && !!world;
  part("hud").hidden = !playing;
  document.body.classList.toggle("over", visit.place === "ended");
  if (!room || !world) return;
  showScores(world, names, room.seat);
  drawMap(part<HTMLCanvasElement>("map"), figures, room.seat);
  mark("truths", predictor.truths);
  mark("wrong", wrong);
  mark("starved", playout.starved);
  mark("delay", Math.round(playout.delayMs(performance.now())));
  if (controls.used && !hinted) {
    hinted = true;
    setTimeout(() => part("hint").classList.add("gone"), hintMs);
  }
}

/** Everybody as shown now: the others from the played out view, oneself from the prediction. */
function look(now: number): Figure[] {
  const { room } = parlor;
  const view = playout.at(now);
  if (!view || !room) return [];
  const others = view.players.filter((player) => player.seat !== room.seat);
  const truth = world && world.players[room.seat];
  const place = predictor.at(now);
  if (!truth || !place || !predictor.state) return others;
  return others.concat(Object.assign({}, truth, predictor.state, { x: place[0], y: place[1] }));
}

function frame(now: number): void {
  requestAnimationFrame(frame);
  const { room } = parlor;
  predictor.advance(now);
  act(now);
  figures = look(now);
  const own = room && figures.find((figure) => figure.seat === room.seat);
  if (own) me = { x: own.x, y: own.y };
  for (const figure of figures) sparks.see(figure, figure === own ? predictor.tick : playout.tick, now, figures);
  sparks.age(now);
  if (own && world && room) {
    showOwn(own, world, room.rate);
    showPads(own, predictor.tick);
  }
  paint.draw({
    figures, pellets: world ? world.pellets : [], sparks: sparks.all, names, seat: room ? room.seat : -1,
    tick: playout.tick, ownTick: predictor.tick, eye: { x: me.x * pull, y: me.y * pull }, stick: visit.place === "playing" ? controls.stick : undefined, now, still: still.matches,
  });
}

requestAnimationFrame(frame);
visit.start();
