// TopList shows a board's best ten, and the person's own place when it is further down.
import { browser } from "../../src/browser";
import { make, slot } from "./dom";

const storage = browser(slot);

interface Entry {
  rank: number;
  player: string;
  name: string;
  score: number;
}

const shownRows = 10;
const settleMs = [150, 1200]; // a score is on the board a moment after the match says so

export class TopList {
  private asked = 0;
  private readonly key: string;

  /** root gets the rows; me tells the person's player id, "" while there is none. */
  constructor(
    private readonly root: HTMLElement,
    private readonly board: string,
    private readonly me: () => string,
  ) {
    this.key = "parlor.ranked." + board;
  }

  /** The person has a new score: refreshes once it had time to arrive. */
  refreshSoon(): void {
    storage.save(this.key, this.me());
    for (const ms of settleMs) setTimeout(() => void this.refresh(), ms);
  }

  async refresh(): Promise<void> {
    const asked = ++this.asked;
    try {
      const page = await read<{ entries: Entry[] | null }>(`v1/boards/${this.board}?limit=${shownRows}`);
      const entries = (page && page.entries) || [];
      const me = this.me();
      // Somebody who never had a score is not asked for: he is not there.
      const ranked = me !== "" && storage.load(this.key) === me;
      const own = ranked && !entries.some((entry) => entry.player === me)
        ? await read<Entry>(`v1/boards/${this.board}/players/${encodeURIComponent(me)}`)
        : undefined;
      if (asked === this.asked) this.show(entries, own);
    } catch {
      if (asked === this.asked) this.note("The board does not answer just now.");
    }
  }

  private show(entries: Entry[], own: Entry | undefined): void {
    if (!entries.length) return this.note("Nobody yet. The first place is free.");
    const list = make("ol", "rows");
    for (const entry of entries) list.append(this.row(entry));
    if (own) {
      list.append(make("li", "gap", "⋯"), this.row(own));
      (list.lastChild as HTMLLIElement).value = own.rank;
    }
    this.root.replaceChildren(list);
  }

  private row(entry: Entry): HTMLElement {
    const mine = entry.player === this.me();
    const row = make("li", mine ? "row me" : "row");
    row.dataset.testid = mine ? "board-me" : "board-row";
    row.dataset.player = entry.player;
    row.dataset.rank = String(entry.rank);
    row.dataset.score = String(entry.score);
    if (mine) row.setAttribute("aria-current", "true");
    row.append(
      make("span", "rank", String(entry.rank)),
      make("span", "who", entry.name || "Somebody"),
      make("span", "points", entry.score.toLocaleString("en")),
    );
    return row;
  }

  private note(text: string): void {
    this.root.replaceChildren(make("p", "note", text));
  }
}

/** undefined when there is no such thing. */
async function read<T>(path: string): Promise<T | undefined> {
  const answer = await fetch(path, { cache: "no-store" });
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(path + ": " + answer.status);
  return (await answer.json()) as T;
}
