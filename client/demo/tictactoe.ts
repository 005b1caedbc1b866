// The tictactoe page.
import { Board, Mark } from "../src/gen/arcade.tictactoe.v1";
import { Ending, Phase, Views } from "../src/parlor";
import type { Member, Result, Room } from "../src/parlor";
import { mark, part, say } from "./page/dom";
import { linkField, linkTo } from "./page/invite";
import { TopList } from "./page/toplist";
import { Visit } from "./page/visit";
import { waitText } from "./page/waiting";

const lines = [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]];
const shapes = ["#shape-x", "#shape-o"]; // by seat; in the page's HTML
const marks = ["X", "O"];

let match = "";
let board: Board | undefined;
let result: Result | undefined;
let asked = -1; // the cell that was tapped and not answered yet
let voted = false;

const cells = Array.from(part("grid").querySelectorAll<HTMLButtonElement>("button"));
const visit = new Visit("tictactoe", new Views(Board), draw, { looksOn: true });
const { parlor } = visit;
new TopList(part("top"), parlor, "tictactoe");
const link = linkField("link", "Link to this table", (word) => visit.toast(word));

// -------------------------------------------------------------- what happens

parlor.on("room", (room) => {
  if (room.match !== match) {
    match = room.match;
    board = result = undefined;
    asked = -1;
    voted = false;
    say(part("refusal"), "");
  }
  draw();
});

parlor.on("view", (view, { tick, step }) => {
  board = view;
  if (asked >= 0 && board.cells[asked]) asked = -1;
  mark("tick", tick);
  mark("step", step);
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

function tap(cell: number): void {
  if (visit.place !== "playing" || result) return;
  say(part("refusal"), "");
  // Whose turn it is and what is free is the server's to say; a move out of turn is refused.
  if (parlor.send(Mark.encode({ cell }))) asked = cell;
  draw();
}

cells.forEach((button, cell) => button.addEventListener("click", () => tap(cell)));

document.addEventListener("keydown", (event) => {
  const cell = "123456789".indexOf(event.key);
  if (cell < 0 || event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
  tap(cell);
});

part("rematch").addEventListener("click", () => {
  voted = true;
  void parlor.rematch();
  draw();
});
part("fresh").addEventListener("click", () => void visit.play());
part("cancel").addEventListener("click", () => void visit.rest());
part("friend").addEventListener("click", () => void visit.host());
part("invite").append(link.root);

// -------------------------------------------------------------- what is seen

function draw(): void {
  const room = parlor.room;
  drawCells(room);
  drawPlates(room);
  say(part("headline"), headline(room));
  say(part("detail"), detail(room));
  const { place } = visit;
  part("rematch").hidden = place !== "ended" || voted;
  part("fresh").hidden = place !== "ended" && place !== "idle" && place !== "watching";
  part("cancel").hidden = place !== "queued" && place !== "lobby";
  part("friend").hidden = place !== "queued" && place !== "ended" && place !== "idle";
  part("invite").hidden = place !== "lobby";
  if (place === "lobby" && room) link.show(linkTo("room", room.code));
  part("cancel").textContent = place === "lobby" ? "Leave the table" : "Stop looking";
  part("fresh").textContent = place !== "ended" ? "Find an opponent" : "New opponent";
  mark("result", outcome(room));
  mark("turn", board && room && place === "playing" ? (board.turn === room.seat ? "mine" : "theirs") : "");
  if (!room) return;
  mark("seat", room.seat);
  mark("match", room.match);
}

function drawCells(room: Room | undefined): void {
  const row = board && lines.find(([a, b, c]) => full(a) && full(a) === full(b) && full(a) === full(c));
  part("grid").dataset.over = String(!!result);
  part("grid").dataset.turn = String(!!board && !!room && !result && board.turn === room.seat);
  cells.forEach((button, cell) => {
    const pending = asked === cell && !full(cell) && room;
    const seat = pending ? room.seat : full(cell) - 1;
    const shape = button.querySelector("use") as SVGUseElement;
    const href = seat >= 0 ? shapes[seat] : "";
    if (shape.getAttribute("href") !== href) shape.setAttribute("href", href);
    button.dataset.mark = seat >= 0 ? marks[seat] : "";
    button.dataset.side = seat < 0 ? "" : room && seat === near(room) ? "mine" : "theirs";
    button.dataset.pending = String(!!pending);
    button.dataset.line = String(!!row && row.includes(cell));
    button.setAttribute("aria-label", `Cell ${cell + 1}, ${seat >= 0 ? marks[seat] : "free"}`);
  });
}

function full(cell: number): number {
  return (board && board.cells[cell]) || 0;
}

function drawPlates(room: Room | undefined): void {
  const own = near(room);
  [own, 1 - own].forEach((seat, side) => {
    const plate = part(side ? "them" : "me");
    const member = room && room.members.find((each) => each.seat === seat);
    plate.dataset.turn = String(!!board && !result && !!room && board.turn === seat);
    plate.dataset.away = String(!!member && member.away);
    (plate.querySelector("use") as SVGUseElement).setAttribute("href", room ? shapes[seat] : "");
    say(plate.querySelector(".who") as HTMLElement, (member && member.name) || (side || visit.place === "watching" ? "…" : visit.name));
    say(plate.querySelector(".what") as HTMLElement, room && seat === room.seat ? "you" : room && room.phase === Phase.LOBBY ? "" : kind(member));
  });
}

/** The seat whose side is the left one: the own, and X to somebody who looks on. */
function near(room: Room | undefined): number {
  return room ? Math.max(0, room.seat) : 0;
}

function kind(member: Member | undefined): string {
  if (!member) return "";
  if (member.standIn) return "away, a bot plays";
  if (member.away) return "away";
  return member.bot ? "bot" : member.player ? "" : "left";
}

function outcome(room: Room | undefined): string {
  if (!result || !room) return "";
  if (result.ending === Ending.ABORTED) return "aborted";
  const mine = result.standings.find((standing) => standing.seat === room.seat);
  if (mine && mine.won) return "won";
  if (!mine) return result.standings.some((standing) => standing.won) ? "over" : "draw";
  return result.standings.some((standing) => standing.won) ? "lost" : "draw";
}

function headline(room: Room | undefined): string {
  const ends: { [outcome: string]: string } = {
    won: "You won", lost: "You lost", draw: "A draw", aborted: "The match was called off",
  };
  const end = ends[outcome(room)];
  if (end) return end;
  const winner = result && result.standings.find((standing) => standing.won);
  if (winner) return winner.name + " won";
  switch (visit.place) {
    case "connecting":
      return "Connecting";
    case "idle":
      return "Ready when you are";
    case "queued":
      return "Looking for an opponent";
    case "lobby":
      return "Waiting for your friend";
  }
  if (!board || !room) return "Here we go";
  if (room.seat < 0) return marks[board.turn] + " to move";
  return board.turn === room.seat ? "Your turn" : "Their turn";
}

function detail(room: Room | undefined): string {
  if (visit.place === "lobby") return "The match begins when the link is opened.";
  if (visit.place === "queued") return waitText(visit);
  if (visit.place === "watching") return "You look on.";
  if (visit.place === "ended" && room) {
    if (voted) return "Waiting for the other";
    if (result && result.ending === Ending.LEFT) return "Somebody gave up the seat";
    if (room.rematchVotes) return "The other wants a rematch";
  }
  return "";
}

visit.start();
