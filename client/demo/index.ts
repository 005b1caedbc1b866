// The landing page: the games, and who is best at them. It opens no connection, which would take the person
// from the page where he plays, so it reads the boards over HTTP.
import { browser } from "../src/browser";
import { recall } from "../src/identity";
import { keepSlot, make, part, slot } from "./page/dom";
import { nobody, rowsOf } from "./page/entries";
import type { Row } from "./page/entries";
import { nameField } from "./page/name";

const refreshMs = 15000;
const boards = ["dash", "snakes", "tictactoe", "gomoku", "tiles"];

const { player } = recall(browser(slot));

function refresh(): void {
  if (document.visibilityState === "hidden") return;
  for (const board of boards) void show(board);
}

async function show(board: string): Promise<void> {
  const root = part("top-" + board);
  try {
    const best = await read(board + "?limit=10");
    const asks = player && best.length && !best.some((entry) => entry.player === player);
    const own = asks ? await read(`${board}/players?id=${encodeURIComponent(player)}`) : [];
    root.replaceChildren(best.length ? rowsOf(best, own, player) : make("p", "note", nobody));
  } catch {
    root.replaceChildren(make("p", "note", "The board does not answer just now."));
  }
}

async function read(path: string): Promise<Row[]> {
  const answer = await fetch("v1/boards/" + path, { cache: "no-store" });
  if (!answer.ok) throw new Error(path + ": " + answer.status);
  return (await answer.json()).entries || [];
}

keepSlot();
nameField(part<HTMLInputElement>("name"), () => undefined);
refresh();
setInterval(refresh, refreshMs);
document.addEventListener("visibilitychange", refresh);
