// Tables is the list of public tables of the game that the person has chosen, while he plays none.
import { listRooms, Phase } from "../../src/parlor";
import type { RoomCard } from "../../src/parlor";
import { button, make } from "./dom";
import type { Visit } from "./visit";

const refreshMs = 2500;

export class Tables<V> {
  private game = ""; // that is listed
  private askedAt = 0; // by performance.now()
  private shown = "";

  constructor(
    private readonly root: HTMLElement,
    private readonly visit: Visit<V>,
  ) {}

  /** Asks anew when what is shown is old, or of another game. */
  draw(): void {
    const { parlor, place, game } = this.visit;
    const now = performance.now();
    if (place !== "idle" || parlor.state !== "open" || document.visibilityState === "hidden") return;
    if (game === this.game && now - this.askedAt < refreshMs) return;
    if (game !== this.game) {
      this.game = game;
      this.shown = "";
      this.root.replaceChildren();
    }
    this.askedAt = now;
    void this.refresh(game);
  }

  private async refresh(game: string): Promise<void> {
    const { rooms, fault } = await listRooms(this.visit.parlor, game);
    if (fault || game !== this.game) return; // what is there stays, or the next list is on its way
    const now = JSON.stringify(rooms);
    if (now === this.shown) return;
    this.shown = now;
    if (!rooms.length) return this.root.replaceChildren(make("p", "note", "None just now. Make one."));
    const list = make("ol", "tables");
    list.append(...rooms.map((room) => this.row(room)));
    this.root.replaceChildren(list);
  }

  private row({ id, phase, players, seats, free, watchers }: RoomCard): HTMLElement {
    const row = make("li", "public");
    row.dataset.testid = "public-table";
    row.dataset.room = id;
    const words = phase === Phase.LOBBY ? "waits" : phase === Phase.ENDED ? "between matches" : "plays";
    row.append(make("span", "who", `${players} of ${seats}`), make("small", "what", words + (watchers ? `, ${watchers} look on` : "")));
    if (free) row.append(button("join-table", "Join", () => void this.visit.enter(id), "small main"));
    row.append(button("watch-table", "Look on", () => void this.visit.enter(id, true), "small"));
    return row;
  }
}
