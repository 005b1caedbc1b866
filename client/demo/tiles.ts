// The tiles page: a table for two to four, each for himself or two against two.
import { Action, Move, Table } from "../src/gen/arcade.tiles.v1";
import { Clock, Ending, Phase, Views } from "../src/parlor";
import type { Result, Room } from "../src/parlor";
import { mark, part, say } from "./page/dom";
import { Lobby, lookingText, teamNames } from "./page/lobby";
import { PartyPanel } from "./page/party";
import { Tables } from "./page/tables";
import { TopList } from "./page/toplist";
import { TurnClock } from "./page/turnclock";
import { Visit } from "./page/visit";
import { Found, waitText } from "./page/waiting";
import { Felt } from "./tiles/felt";

const clockMs = 200;
const games = ["tiles", "tiles-pairs"];

let match = "";
let table: Table | undefined;
let result: Result | undefined;
let voted = false;

const clock = new Clock();
const turns = new TurnClock(clock);
const visit = new Visit(games, new Views(Table), draw, { browses: true, asksReady: true, looksOn: true, clock });
const { parlor } = visit;
const felt = new Felt((tile) => move({ action: Action.PLAY, tile }));
const lobby = new Lobby(part("lobby"), visit);
const found = new Found(visit);
const tables = new Tables(part("tables"), visit);
const party = new PartyPanel(part("party"), visit);
const top = new TopList(part("top"), parlor, visit.game);

// -------------------------------------------------------------- what happens

parlor.on("room", (room) => {
  if (room.match !== match) {
    match = room.match;
    table = result = undefined;
    voted = false;
    say(part("refusal"), "");
  }
  draw();
});

parlor.on("view", (view, { tick, step }) => {
  table = view;
  turns.see(tick);
  mark("tick", tick);
  mark("step", step);
  draw();
});

parlor.on("refused", ({ reason }) => say(part("refusal"), reason));

parlor.on("result", (news) => {
  result = news;
  draw();
});

parlor.on("left", () => {
  table = result = undefined;
  match = "";
  draw();
});

function move(what: { action: number; tile?: number }): void {
  say(part("refusal"), "");
  if (visit.place === "playing" && !result) parlor.send(Move.encode(what));
}

function choose(game: string): void {
  visit.game = game;
  draw();
}

for (const game of games) part("mode-" + game).addEventListener("click", () => choose(game));
part("play").addEventListener("click", () => void visit.play());
part("private").addEventListener("click", () => void visit.host());
part("open").addEventListener("click", () => void visit.host({ public: true }));
part("draw").addEventListener("click", () => move({ action: Action.DRAW }));
part("pass").addEventListener("click", () => move({ action: Action.PASS }));
part("cancel").addEventListener("click", () => void visit.rest());
part("rematch").addEventListener("click", () => {
  voted = true;
  void parlor.rematch();
  draw();
});

// -------------------------------------------------------------- what is seen

function draw(): void {
  const room = parlor.room;
  const { place } = visit;
  const idle = place === "idle";
  part("menu").hidden = !idle;
  part("felt").hidden = !table || !room;
  if (table && room) felt.draw(table, room, result);
  lobby.draw();
  found.draw();
  tables.draw();
  top.show(visit.game);
  for (const game of games) part("mode-" + game).setAttribute("aria-pressed", String(game === visit.game));
  part<HTMLButtonElement>("play").disabled = party.follows;
  part("rematch").hidden = place !== "ended" || voted;
  const leaves = place === "ended" || (!!room && place === "watching" && room.phase !== Phase.LOBBY);
  part("cancel").hidden = place !== "queued" && !leaves;
  say(part("cancel"), place === "queued" ? "Stop looking" : place === "watching" ? "Stop looking on" : "Leave the table");
  say(part("headline"), headline(room));
  say(part("detail"), detail(room));
  const mine = !!table && !!room && !result && table.turn === room.seat;
  mark("result", outcome(room));
  mark("turn", table && place === "playing" ? (mine ? "mine" : "theirs") : "");
  mark("seat", room ? room.seat : "");
  mark("match", room ? room.match : "");
}

function drawTimer(): void {
  if (table) felt.drawTimer(table, turns, !!result);
}

function outcome(room: Room | undefined): string {
  if (!result || !room) return "";
  if (result.ending === Ending.ABORTED) return "aborted";
  const winners = result.standings.filter((standing) => standing.won);
  if (!winners.length) return "draw";
  return room.seat < 0 ? "over" : winners.some(({ seat }) => seat === room.seat) ? "won" : "lost";
}

function headline(room: Room | undefined): string {
  const words: { [outcome: string]: string } = {
    won: "You won", lost: "You lost", draw: "A draw", aborted: "The match was called off",
    connecting: "Connecting", idle: "Tiles", queued: "Looking for others", found: "A match is found", lobby: "Before the match",
  };
  const end = outcome(room);
  if (end === "over" && result) return result.standings.filter(({ won }) => won).map(({ name }) => name).join(" and ") + " won";
  const known = words[end] || words[visit.place];
  if (known) return known;
  if (!room || room.phase === Phase.LOBBY) return "Before the match";
  if (!table) return "Here we go";
  if (table.turn === room.seat) return "Your turn";
  const mover = room.members.find(({ seat }) => seat === (table as Table).turn);
  return `${(mover && mover.name) || "Somebody"} is to move`;
}

function detail(room: Room | undefined): string {
  const { place } = visit;
  if (place === "idle") return party.follows ? "The leader of your party finds the match." : "Play a tile of the colour or the number on top. Who has none left wins.";
  if (place === "queued") return waitText(visit, "Bots join");
  if (!room) return "";
  const text: string[] = [];
  if (place === "lobby") text.push(`It begins when ${room.readyStarts || "all"} are ready.`);
  if (place === "playing" && room.teams) text.push(`You play for ${teamNames[room.seat % room.teams]}.`);
  if (place === "ended") text.push(voted ? "Waiting for the others." : room.rematchVotes ? "Somebody wants a rematch." : "");
  if (place === "watching" || place === "playing") text.push(lookingText(room));
  return text.filter(Boolean).join(" ");
}

setInterval(drawTimer, clockMs);
visit.start();
