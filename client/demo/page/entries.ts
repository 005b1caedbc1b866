// The entries of a board as the pages show them, from wherever a page has them.
import type { Entry } from "../../src/parlor";
import { make } from "./dom";

export type Row = Pick<Entry, "rank" | "player" | "name" | "score">;

export const nobody = "Nobody yet. The first place is free.";

/** The best, and below them those near the person me, unless he is one of the best. News stands beside him. */
export function rowsOf(best: Row[], near: Row[], me: string, news = ""): HTMLElement {
  const list = make("ol", "rows");
  list.append(...best.map((entry) => row(entry, me, news)));
  // The first of those near may be the last of the best: then nobody stands between.
  const rest = near.filter(({ player }) => !best.some((entry) => entry.player === player));
  if (rest.length && rest.length === near.length) list.append(make("li", "gap", "⋯"));
  list.append(...rest.map((entry) => row(entry, me, news)));
  return list;
}

function row({ rank, player, name, score }: Row, me: string, news: string): HTMLElement {
  const mine = player === me;
  const made = make("li", mine ? "row me" : "row");
  made.dataset.testid = mine ? "board-me" : "board-row";
  made.dataset.player = player;
  made.dataset.rank = String(rank);
  made.dataset.score = String(score);
  if (mine) made.setAttribute("aria-current", "true");
  made.append(make("span", "rank", String(rank)), make("span", "who", name || "Somebody"));
  if (mine && news) made.append(make("span", "tag news", news));
  made.append(make("span", "points", score.toLocaleString("en")));
  return made;
}
