// The landing page: the games, and who is best at them. It opens no connection.
import { browser } from "../src/browser";
import { recall } from "../src/identity";
import { keepSlot, part, slot } from "./page/dom";
import { nameField } from "./page/name";
import { TopList } from "./page/toplist";

const refreshMs = 15000;

const { player } = recall(browser(slot));
const lists = ["dash", "snakes", "tictactoe", "gomoku", "tiles"].map((board) => new TopList(part("top-" + board), board, () => player));

function refresh(): void {
  if (document.visibilityState === "hidden") return;
  for (const list of lists) void list.refresh();
}

keepSlot();
nameField(part<HTMLInputElement>("name"), () => undefined);
refresh();
setInterval(refresh, refreshMs);
document.addEventListener("visibilitychange", refresh);
