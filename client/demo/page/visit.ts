// Visit is one person's being on a game's page: the connection, the way into that game's
// queue whatever he did before, and what the page says about both.
import { browser } from "../../src/browser";
import { Code, createRoom, joinCode, Parlor, Phase, ready } from "../../src/parlor";
import type { Clock, Fault, Queued, Room, State, Viewer } from "../../src/parlor";
import { keepSlot, mark, part, say, slot } from "./dom";
import { excuse, invitedTo, keepCode } from "./invite";
import { nameField, savedName } from "./name";

const offlineMs = 6000; // reconnecting takes a moment; being offline takes longer
const glanceMs = 500;
const newsMs = 800;

/** idle: in no queue and no room, because the person wanted it so. */
export type Place = "connecting" | "idle" | "queued" | "lobby" | "playing" | "ended";

export class Visit<V> {
  readonly parlor: Parlor<V>;
  place: Place = "connecting";
  /** When bots fill the match that is being found, by performance.now(); 0: they do not. */
  botsAt = 0;

  private code = invitedTo(); // of the private room that the page is for; "": for any match
  private wanted = true; // the person wants to play, not just to look
  private joining = false;
  private ticket = ""; // the game in whose queue the person is
  private stranger = false; // the server refused who this browser says the person is
  private lostAt = 0;

  /**
   * Views decodes what that game shows; changed is called when the place may have changed, and
   * twice a second besides. The clock is for games that play views out, or predict.
   */
  constructor(
    private readonly game: string,
    views: Viewer<V>,
    private readonly changed: () => void,
    clock?: Clock,
  ) {
    const url = new URL("ws", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    this.parlor = new Parlor(browser(slot), {
      url: url.href,
      client: "parlor-demo/0.1",
      name: savedName(),
      views: { [game]: views },
      clock,
    });
    this.listen();
    keepSlot();
    nameField(part<HTMLInputElement>("name"), (name) => void this.rename(name));
    part("notice-button").addEventListener("click", () => this.again());
    setInterval(() => this.glance(), glanceMs);
  }

  /** What others see, as far as this page knows. */
  get name(): string {
    const { value, placeholder } = part<HTMLInputElement>("name");
    return value || placeholder;
  }

  start(): void {
    this.parlor.start();
  }

  /** Looks for a match; a room that the person is still in is left first. */
  play(): Promise<void> {
    this.invite("");
    return this.go();
  }

  /** Makes a private room, whose code friends need. */
  async host(): Promise<void> {
    await until(() => !this.joining);
    this.invite("");
    return this.go(() => createRoom(this.parlor, this.game), () => false);
  }

  private invite(code: string): void {
    this.code = code;
    keepCode(code);
  }

  /** Goes where ask leads, by itself to what the page is for. There tells whether the person is there already. */
  private async go(ask = this.usual(), there = () => this.arrived()): Promise<void> {
    this.wanted = true;
    if (this.joining) return;
    this.joining = true;
    this.move("queued");
    const fault = await this.join(ask, there);
    this.joining = false;
    const { room } = this.parlor;
    if (room && (!fault || room.game === this.game)) return this.room(room);
    if (!fault || this.at() === this.game || fault.code === Code.EXPIRED) return;
    this.toast((this.code ? excuse(fault) : fault.message) || "There is no match to be had just now.");
    this.invite("");
    this.move("idle");
  }

  private usual(): () => Promise<Fault | undefined> {
    const { code, game, parlor } = this;
    return () => (code ? joinCode(parlor, code) : parlor.joinQueue(game));
  }

  private arrived(): boolean {
    const { room } = this.parlor;
    return this.code ? !!room && room.code === this.code : this.at() === this.game;
  }

  private async join(ask: () => Promise<Fault | undefined>, there: () => boolean): Promise<Fault | undefined> {
    const parlor = this.parlor;
    if (parlor.room) await this.leave();
    const fault = await ask();
    if (!fault || fault.code !== Code.WRONG_PHASE) return fault;
    // A ticket or a seat is in the way, maybe one that another page of this person left. The
    // server tells of it by itself, but perhaps after this answer.
    await until(() => this.at() !== "");
    if (there()) return undefined;
    await (parlor.room ? this.leave() : parlor.cancelQueue());
    return ask();
  }

  /** The game that the person plays or waits for. */
  private at(): string {
    return this.parlor.room ? this.parlor.room.game : this.ticket;
  }

  /** Stops looking for a match, or waiting for a friend. */
  async rest(): Promise<void> {
    this.wanted = false;
    await (this.place === "lobby" ? this.leave() : this.parlor.cancelQueue());
    this.invite("");
    if (!this.parlor.room) this.move("idle");
  }

  private listen(): void {
    const parlor = this.parlor;
    parlor.on("state", (state, fault) => this.connection(state, fault));
    parlor.on("welcome", (welcome, same) => {
      mark("player", welcome.player);
      part<HTMLInputElement>("name").placeholder = welcome.name;
      if (!same) this.ticket = "";
      if (!same && this.wanted) void this.go();
    });
    parlor.on("queued", (queued) => this.queued(queued));
    parlor.on("room", (room) => this.room(room));
    parlor.on("left", ({ error }) => {
      const turnedAway = !!error && !!this.code;
      if (turnedAway) {
        this.toast(excuse(error as Fault));
        this.invite("");
      }
      if (turnedAway || !this.joining) this.move("idle");
    });
    parlor.on("draining", () => this.toast("This server restarts soon. What you have reached counts."));
  }

  private queued(queued: Queued): void {
    this.ticket = queued.cancelled ? "" : queued.game;
    if (queued.game !== this.game) {
      if (this.ticket) void this.go();
      return;
    }
    this.botsAt = queued.botsInMs && !queued.cancelled ? performance.now() + queued.botsInMs : 0;
    if (!queued.cancelled) this.move("queued");
  }

  private room(room: Room): void {
    this.ticket = "";
    if (room.game !== this.game) {
      if (this.joining) return;
      this.invite(""); // a code may lead to another game's room
      void this.go();
      return;
    }
    if (!this.joining) this.settle(room);
    this.move(room.phase === Phase.LOBBY ? "lobby" : room.phase === Phase.ENDED ? "ended" : "playing");
  }

  /** Whoever opens a page to play is ready. */
  private settle(room: Room): void {
    this.invite(room.code);
    const own = room.members.find(({ seat }) => seat === room.seat);
    if (room.phase === Phase.LOBBY && own && !own.ready) void ready(this.parlor);
  }

  private move(place: Place): void {
    this.place = place;
    this.glance();
  }

  // -------------------------------------------------------------- what the page says

  /** Shows a line at the foot of the page for a moment. */
  toast(text: string): void {
    const toast = part("toast");
    say(toast, text);
    toast.classList.remove("shown");
    void toast.offsetWidth; // so that the same text twice is seen to come twice
    toast.classList.add("shown");
  }

  private connection(state: State, fault?: Fault): void {
    if (state === "open") this.lostAt = 0;
    else if (!this.lostAt) this.lostAt = performance.now();
    const notice = part("notice");
    notice.hidden = state !== "replaced" && state !== "failed";
    if (state === "replaced") {
      say(part("notice-title"), "Opened elsewhere");
      say(part("notice-text"), "You play in another window now.");
      say(part("notice-button"), "Play here");
    } else if (state === "failed") {
      const stranger = (this.stranger = !!fault && fault.code === Code.UNAUTHENTICATED);
      say(part("notice-title"), stranger ? "The server does not know you" : "The server said no");
      say(part("notice-text"), (fault && fault.message) || "");
      say(part("notice-button"), stranger ? "Start as a new player" : "Try again");
    }
    if (!notice.hidden) part("notice-button").focus();
    this.glance();
  }

  private glance(): void {
    const { state, latencyMs } = this.parlor;
    const chip = part("status");
    const words = this.words(state);
    chip.dataset.link = words === "Offline" ? "offline" : state;
    say(part("status-text"), words);
    say(part("latency"), state === "open" && latencyMs ? latencyMs + " ms" : "");
    mark("link", state);
    mark("latency", latencyMs);
    mark("state", state === "open" || !this.wasOpen() ? this.place : "offline");
    this.changed();
  }

  /** An hour ago or just now: only the first connecting is not a loss. */
  private wasOpen(): boolean {
    return this.place !== "connecting";
  }

  private words(state: State): string {
    if (state === "open") return "Connected";
    if (state === "replaced") return "Elsewhere";
    const gone = !navigator.onLine || (this.lostAt > 0 && performance.now() - this.lostAt > offlineMs);
    if (state === "failed" || state === "idle" || gone) return "Offline";
    return this.wasOpen() ? "Reconnecting" : "Connecting";
  }

  private again(): void {
    this.place = "connecting";
    this.wanted = true;
    if (this.stranger) this.parlor.forget();
    this.stranger = false;
    this.parlor.start();
  }

  /**
   * A name travels only in a hello, so the connection is made anew; and a room takes it only
   * with a new seat. Where leaving would lose the match, he is renamed for the next one.
   */
  private async rename(name: string): Promise<void> {
    const parlor = this.parlor;
    parlor.name = name;
    if (parlor.state !== "open" && parlor.state !== "connecting" && parlor.state !== "waiting") return;
    if (parlor.room && parlor.room.rate) await this.leave();
    else if (parlor.room) this.toast("Others see your new name from the next opponent on.");
    parlor.stop();
    parlor.start();
  }

  private async leave(): Promise<void> {
    if (!(await this.parlor.leaveRoom())) await until(() => !this.parlor.room);
  }
}

/** Waits for news to make something true, but not for long. */
async function until(come: () => boolean): Promise<void> {
  const end = performance.now() + newsMs;
  while (!come() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
}
