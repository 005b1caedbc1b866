// The gomoku page.
import { Board, Ending as How, Move } from "../src/gen/arcade.gomoku.v1";
import { Clock, Ending, Phase, Views } from "../src/parlor";
import type { Member, Result, Room } from "../src/parlor";
import { colours, Grid } from "./gomoku/board";
import { mark, part, say } from "./page/dom";
import { Lobby, lookingText } from "./page/lobby";
import { TopList } from "./page/toplist";
import { clockText, ms, TurnClock } from "./page/turnclock";
import { Visit } from "./page/visit";
import { Found, waitText } from "./page/waiting";

const clockMs = 200;
const hurryMs = 10000;
const sureMs = 3000; // to say again that he resigns

let match = "";
let board: Board | undefined;
let result: Result | undefined;
let asked = -1; // the cell that was chosen and not answered yet
let voted = false;
let resignAt = 0; // when he said it first

const clock = new Clock();
const turns = new TurnClock(clock);
const visit = new Visit("gomoku", new Views(Board), draw, { looksOn: true, clock });
const { parlor } = visit;
new TopList(part("top"), parlor, "gomoku");
const grid = new Grid(part("board"), place);
const lobby = new Lobby(part("lobby"), visit);
const found = new Found(visit);

// -------------------------------------------------------------- what happens

parlor.on("room", (room) => {
  if (room.match !== match) {
    match = room.match;
    board = result = undefined;
    asked = -1;
    voted = false;
    resignAt = 0;
    say(part("refusal"), "");
  }
  draw();
});

parlor.on("view", (view, { tick, step }) => {
  board = view;
  turns.see(tick);
  if (board.stones.includes(asked)) asked = -1;
  mark("tick", tick);
  mark("step", step);
  mark("stones", board.stones.length);
  draw();
});

parlor.on("refused", ({ reason }) => {
  asked = -1;
  say(part("refusal"), reason);
  draw();
});

parlor.on("result", (news) => {
  result = news;
  draw();
});

parlor.on("left", () => {
  board = result = undefined;
  match = "";
  draw();
});

function place(cell: number): void {
  const room = parlor.room;
  if (visit.place !== "playing" || result || !room) return;
  say(part("refusal"), "");
  // Whose turn it is and what is free is the server's to say; a move out of turn is refused.
  if (parlor.send(Move.encode({ cell })) && board && board.turn === room.seat) asked = cell;
  draw();
}

part("rematch").addEventListener("click", () => {
  voted = true;
  void parlor.rematch();
  draw();
});
part("resign").addEventListener("click", () => {
  const sure = performance.now() - resignAt < sureMs;
  resignAt = sure ? 0 : performance.now();
  if (sure) parlor.send(Move.encode({ resign: true }));
  draw();
});
part("fresh").addEventListener("click", () => void visit.play());
part("friend").addEventListener("click", () => void visit.host());
part("cancel").addEventListener("click", () => void visit.rest());

// -------------------------------------------------------------- what is seen

function draw(): void {
  const room = parlor.room;
  const mine = !!board && !!room && !result && visit.place === "playing" && board.turn === room.seat;
  grid.draw({ stones: board ? board.stones : [], row: board ? board.row : [], hand: mine && room ? colours[room.seat] : "", asked });
  drawPlates(room);
  drawActions(room);
  lobby.draw();
  found.draw();
  say(part("headline"), headline(room));
  say(part("detail"), detail(room));
  mark("result", outcome(room));
  mark("turn", board && room && visit.place === "playing" ? (mine ? "mine" : "theirs") : "");
  mark("seat", room ? room.seat : "");
  mark("match", room ? room.match : "");
}

function drawActions(room: Room | undefined): void {
  const { place } = visit;
  const rests = place === "ended" || place === "idle";
  part("rematch").hidden = place !== "ended" || voted;
  part("fresh").hidden = !rests;
  part("friend").hidden = !rests && place !== "queued";
  part("resign").hidden = place !== "playing" || !!result;
  part("cancel").hidden = place !== "queued" && (place !== "watching" || !room || room.phase === Phase.LOBBY);
  say(part("cancel"), place === "watching" ? "Stop looking on" : "Stop looking");
  say(part("fresh"), place === "idle" ? "Find an opponent" : "New opponent");
  say(part("resign"), performance.now() - resignAt < sureMs && resignAt ? "Sure? Resign" : "Resign");
}

/** The seat whose plate comes first: the own, and black to somebody who looks on. */
function near(room: Room | undefined): number {
  return room ? Math.max(0, room.seat) : 0;
}

function drawPlates(room: Room | undefined): void {
  const own = near(room);
  [own, 1 - own].forEach((seat, side) => {
    const plate = part(side ? "them" : "me");
    const member = room && room.members.find((each) => each.seat === seat);
    plate.dataset.turn = String(moves(seat));
    plate.dataset.away = String(!!member && member.away);
    plate.dataset.stone = room && room.match ? colours[seat] : "";
    say(plate.querySelector(".who") as HTMLElement, (member && member.name) || (room || side ? "…" : visit.name));
    say(plate.querySelector(".what") as HTMLElement, kind(member, room));
  });
  drawClocks();
}

function moves(seat: number): boolean {
  return !!board && !result && board.turn === seat && !!parlor.room && parlor.room.phase === Phase.PLAYING;
}

/** The time for the move runs first, then the bank; the other's bank waits. */
function drawClocks(): void {
  const own = near(parlor.room);
  [own, 1 - own].forEach((seat, side) => {
    const plate = part(side ? "them" : "me");
    const [big, small] = Array.from(plate.querySelectorAll<HTMLElement>(".clock > *"));
    if (!board || !board.banks.length) return say(big, ""), say(small, "");
    const bank = ms(board.banks[seat]);
    const left = moves(seat) ? turns.until(board.turnEnd) : 0;
    const inBank = moves(seat) && left <= 0;
    plate.dataset.hurry = String(moves(seat) && (inBank || left < hurryMs));
    say(big, clockText(left > 0 ? left : inBank ? bank + left : bank));
    say(small, left > 0 ? "+ " + clockText(bank) : "bank");
  });
}

function kind(member: Member | undefined, room: Room | undefined): string {
  if (!member || !room) return "";
  if (member.seat === room.seat) return "you";
  if (member.standIn) return "away, a bot plays";
  if (member.away) return "away";
  return member.bot ? "bot" : member.player || room.phase === Phase.LOBBY ? "" : "left";
}

function outcome(room: Room | undefined): string {
  if (!result || !room) return "";
  if (result.ending === Ending.ABORTED) return "aborted";
  const won = result.standings.find((standing) => standing.won);
  if (!won) return "draw";
  return room.seat < 0 ? "over" : won.seat === room.seat ? "won" : "lost";
}

function headline(room: Room | undefined): string {
  const words: { [outcome: string]: string } = {
    won: "You won", lost: "You lost", draw: "A draw", aborted: "The match was called off",
    connecting: "Connecting", idle: "Ready when you are", queued: "Looking for an opponent", found: "A match is found", lobby: "Waiting for your friend",
  };
  const end = outcome(room);
  if (end === "over" && result) return ((result.standings.find((standing) => standing.won) || {}).name || "Somebody") + " won";
  const known = words[end] || words[visit.place];
  if (known) return known;
  if (!room || room.phase === Phase.LOBBY) return "Before the match";
  if (!board) return "Here we go";
  if (room.seat < 0) return colours[board.turn] === "black" ? "Black to move" : "White to move";
  return board.turn === room.seat ? "Your turn" : "Their turn";
}

function detail(room: Room | undefined): string {
  const { place } = visit;
  if (place === "lobby") return "The match begins when the link is opened.";
  if (place === "queued") return waitText(visit);
  const text: string[] = [];
  if (result && board) text.push(how());
  if (place === "ended" && room) text.push(voted ? "Waiting for the other." : room.rematchVotes ? "The other wants a rematch." : "");
  if (place === "playing" && grid.aiming) text.push("Tap again to place the stone.");
  if (room) text.push(lookingText(room));
  return text.filter(Boolean).join(" ");
}

function how(): string {
  switch (board && board.ending) {
    case How.ROW:
      return "Five in a row.";
    case How.FULL:
      return "The board is full.";
    case How.RESIGNED:
      return "By giving up.";
    case How.TIME:
      return "On time.";
  }
  return result && result.ending === Ending.LEFT ? "Somebody gave up the seat." : "";
}

setInterval(drawClocks, clockMs);
document.addEventListener("click", () => draw()); // a finger may have aimed
visit.start();
