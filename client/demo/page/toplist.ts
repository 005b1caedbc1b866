// TopList shows a game's board: its best ten and those around the person, or him among his friends. It
// reads it anew whenever the server says that a result of his is on it.
import { Code, readBoard } from "../../src/parlor";
import type { Fault, Parlor } from "../../src/parlor";
import { button, make, say } from "./dom";
import { nobody, rowsOf } from "./entries";
import type { Row } from "./entries";
import { friends, meetFriends } from "./friends";

const bestRows = 10;
const nearRows = 3; // the person, one above and one below
const settleMs = 1200; // what others have won is on the board a moment after the match says so
const againMs = 10000; // after the server had no answer

export class TopList<V> {
  private readonly tabs: HTMLButtonElement[];
  private readonly list = make("div", "");
  private readonly note = make("p", "note");
  private among = false; // friends
  private stale = false; // something has happened since the read that is on its way
  private reading = false;
  private timer = 0;
  private known = false; // own was read
  private own: Row | undefined;
  private news = ""; // what has become of it

  constructor(
    root: HTMLElement,
    private readonly parlor: Parlor<V>,
    private board: string,
  ) {
    this.tabs = [button("board-all", "Everybody", () => this.choose(false)), button("board-friends", "Friends", () => this.choose(true))];
    const tabs = make("div", "tabs");
    tabs.append(...this.tabs);
    // A click must not take the keys from the game.
    tabs.addEventListener("mousedown", (event) => event.preventDefault());
    root.append(tabs, this.list, this.note);
    this.tell("One moment: the board is on its way.");
    this.choose(false);
    meetFriends(parlor, () => this.refresh());
    parlor.on("welcome", () => this.refresh());
    parlor.on("posted", ({ boards }) => boards.includes(this.board) && this.refresh());
    parlor.on("result", () => this.later(settleMs));
  }

  /** Shows another board, unless it is this one. */
  show(board: string): void {
    if (board === this.board) return;
    this.board = board;
    this.known = false;
    this.news = "";
    this.refresh();
  }

  private choose(among: boolean): void {
    this.among = among;
    this.tabs.forEach((tab, i) => tab.setAttribute("aria-pressed", String(among === i > 0)));
    this.refresh();
  }

  private later(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), ms);
  }

  /** Without a connection it waits for the next welcome. */
  private refresh(): void {
    this.stale = true;
    if (!this.reading && this.parlor.state === "open") void this.read();
  }

  /** Reads, one time after the other: the last answer is the newest. */
  private async read(): Promise<void> {
    this.reading = true;
    while (this.stale) {
      this.stale = false;
      await this.readOnce();
    }
    this.reading = false;
  }

  private async readOnce(): Promise<void> {
    const { parlor, board, among } = this;
    const me = parlor.player;
    const { board: page, fault } = await readBoard(parlor, among ? { board, players: [me].concat(friends()) } : { board, limit: bestRows });
    let own: Row | undefined = page && page.entries.find(({ player }) => player === me);
    let near: Row[] = [];
    let missing = fault;
    if (page && page.entries.length && !own && !among) {
      const around = await readBoard(parlor, { board, around: true, limit: nearRows });
      if (around.board) near = around.board.entries;
      else if (around.fault && around.fault.code !== Code.NOT_FOUND) missing = around.fault;
      own = near.find(({ player }) => player === me);
    }
    if (board !== this.board || among !== this.among) return; // another read follows
    if (!page || missing) return missing && this.missed(missing);
    this.compare(own);
    this.list.replaceChildren(rowsOf(page.entries, near, me, this.news));
    this.tell(page.entries.length ? "" : among ? "Nobody yet. Whom you play with by a link is here." : nobody);
  }

  /** What is there stays, and is asked for again: at once only where this page has asked too often. */
  private missed({ code, retryMs }: Fault): void {
    const often = code === Code.RATE_LIMITED;
    if (!often) this.tell("The board does not answer just now. We ask again in a while.");
    this.later(Math.max(often ? settleMs : againMs, retryMs));
  }

  private tell(text: string): void {
    say(this.note, text);
    this.note.hidden = !text;
  }

  /** What the person has reached stands beside him until there is more. */
  private compare(own: Row | undefined): void {
    const { own: before, known } = this;
    this.own = own;
    this.known = true;
    if (!known || !own) return;
    if (!before) this.news = "new";
    else if (own.rank < before.rank) this.news = "up " + (before.rank - own.rank);
    else if (own.score > before.score) this.news = "new best";
    else if (own.rank > before.rank) this.news = "";
  }
}
