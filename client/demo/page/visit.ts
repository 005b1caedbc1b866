// Visit is one person's being on a game's page: the connection, and the way to a match of that
// game, whatever he did before: a queue, a table, or a place among those who look on.
import { browser } from "../../src/browser";
import { Code, createRoom, joinCode, joinRoom, Parlor, Phase, ready, watch } from "../../src/parlor";
import type { Clock, Fault, Queued, Room, Viewer } from "../../src/parlor";
import { Bar } from "./bar";
import { keepSlot, mark, part, slot } from "./dom";
import { excuse, invitedTo, keepCode } from "./invite";
import { nameField, savedName } from "./name";

const glanceMs = 500;
const newsMs = 800;
const answerMs = 4000; // for a room to say whether it takes somebody

/** idle: in no queue and no room. found: a match waits for the person's word. */
export type Place = "connecting" | "idle" | "queued" | "found" | "lobby" | "playing" | "ended" | "watching";

export interface VisitOptions {
  /** For games that play views out, or predict. */
  clock?: Clock;
  /** Whoever opens the page looks around first; else he is put into the queue. */
  browses?: boolean;
  /** In a lobby people say that they are ready; else whoever sits there is. */
  asksReady?: boolean;
  /** Where a link's table cannot be joined, the person looks on. */
  looksOn?: boolean;
}

/** Wait is what is known of a queue, in performance.now() and ms; 0 is for what is not. */
export interface Wait {
  since: number;
  botsAt: number;
  estimateMs: number;
  /** A match is found, and this is how long it waits for everybody's word. */
  acceptBy: number;
  found: number;
  accepted: number;
  /** By the person too. */
  answered: boolean;
}

type Ask = () => Promise<Fault | undefined>;

export class Visit<V> {
  readonly parlor: Parlor<V>;
  readonly bar: Bar<V>;
  place: Place = "connecting";
  /** The game that is played, waited for, or would be. */
  game: string;
  wait: Wait | undefined;

  private readonly games: string[];
  private code = invitedTo("room"); // of the table that the page is for; "": for any match
  private wanted: boolean; // the person wants to play, not just to look
  private joining = false;
  private ticket = ""; // the game in whose queue the person is
  private turned: Fault | undefined; // the room that was asked for a place did not take him

  /**
   * Views decodes what these games show; changed is called when the place may have changed, and
   * twice a second besides.
   */
  constructor(
    games: string | string[],
    views: Viewer<V>,
    private readonly changed: () => void,
    private readonly options: VisitOptions = {},
  ) {
    this.games = ([] as string[]).concat(games);
    this.game = this.games[0];
    this.wanted = !options.browses || this.code !== "";
    const url = new URL("ws", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const all: { [game: string]: Viewer<V> } = {};
    for (const game of this.games) all[game] = views;
    this.parlor = new Parlor(browser(slot), {
      url: url.href,
      client: "parlor-demo/0.1",
      name: savedName(),
      views: all,
      clock: options.clock,
    });
    this.bar = new Bar(this.parlor, () => this.again());
    this.listen();
    keepSlot();
    nameField(part<HTMLInputElement>("name"), (name) => void this.rename(name));
    setInterval(() => this.glance(), glanceMs);
  }

  /** What others see, as far as this page knows. */
  get name(): string {
    const { value, placeholder } = part<HTMLInputElement>("name");
    return value || placeholder;
  }

  /** When bots fill the match that is being found, by performance.now(); 0: they do not. */
  get botsAt(): number {
    return this.wait ? this.wait.botsAt : 0;
  }

  get asksReady(): boolean {
    return !!this.options.asksReady;
  }

  start(): void {
    this.parlor.start();
  }

  // -------------------------------------------------------------- ways

  /** Looks for a match; a room that the person is still in is left first. */
  play(): Promise<void> {
    this.invite("");
    return this.go(this.queue(), () => this.at() === this.game);
  }

  /** Makes a table, to which friends have the code, and if it is public others find a way. */
  host(options: { public?: boolean } = {}): Promise<void> {
    return this.change(() => createRoom(this.parlor, this.game, options));
  }

  /** Takes a seat at a public table, or looks on there. */
  enter(room: string, looking = false): Promise<void> {
    return this.change(() => (looking ? watch(this.parlor, { room }) : joinRoom(this.parlor, room)));
  }

  /** Takes a seat at the table where the person looks on. */
  sit(): Promise<void> {
    return this.go(() => this.seat(() => joinCode(this.parlor, this.code)), () => !!this.parlor.room && this.parlor.room.seat >= 0);
  }

  /** Stops looking for a match, and leaves the table. */
  async rest(): Promise<void> {
    this.wanted = false;
    await (this.parlor.room ? this.leave() : this.parlor.cancelQueue());
    this.invite("");
    if (!this.parlor.room) this.become("idle");
  }

  /** Answers a match that was found. */
  answer(yes: boolean): void {
    this.wanted = yes;
    void this.parlor.accept(yes);
    this.glance();
  }

  private invite(code: string): void {
    this.code = code;
    keepCode("room", code);
  }

  private async change(ask: Ask): Promise<void> {
    await until(() => !this.joining);
    this.invite("");
    return this.go(() => this.seat(ask), () => false);
  }

  /** Goes where ask leads, by itself to what the page is for. There tells whether the person is there already. */
  private async go(ask = this.usual(), there = () => this.arrived()): Promise<void> {
    this.wanted = true;
    if (this.joining) return;
    this.joining = true;
    this.become("queued");
    let fault = await this.join(ask, there);
    if (fault && this.code && this.options.looksOn && mayLookOn(fault)) fault = await this.lookOn(fault);
    this.joining = false;
    const { room } = this.parlor;
    if (room && (!fault || this.games.includes(room.game))) return this.room(room);
    if (!fault || this.at() === this.game || fault.code === Code.EXPIRED) return;
    this.toast((this.code ? excuse(fault) : fault.message) || "There is no match to be had just now.");
    this.invite("");
    this.become("idle");
  }

  /** After a welcome, whose frame says where the person is: often that is where the page leads, and to ask costs a try. */
  private async arrive(): Promise<void> {
    await Promise.resolve();
    if (!this.arrived()) await this.go();
  }

  private usual(): Ask {
    const { code } = this;
    return code ? () => this.seat(() => joinCode(this.parlor, code)) : this.queue();
  }

  private queue(): Ask {
    return () => this.parlor.joinQueue(this.game);
  }

  private arrived(): boolean {
    const { room } = this.parlor;
    return this.code ? !!room && room.code === this.code : this.at() === this.game;
  }

  private async join(ask: Ask, there: () => boolean): Promise<Fault | undefined> {
    const parlor = this.parlor;
    if (parlor.room) await this.leave();
    const fault = await ask();
    if (!fault || fault.code !== Code.WRONG_PHASE || fault === this.turned) return fault;
    // A ticket or a seat is in the way, maybe one that another page of this person left. The
    // server tells of it by itself, but perhaps after this answer.
    await until(() => this.at() !== "");
    if (there()) return undefined;
    await (parlor.room ? this.leave() : parlor.cancelQueue());
    return ask();
  }

  /** The reply to ask means only that the room was asked: what it says comes by itself. */
  private async seat(ask: Ask): Promise<Fault | undefined> {
    this.turned = undefined;
    const fault = await ask();
    if (fault) return fault;
    await until(() => !!this.turned || !!this.parlor.room, answerMs);
    return this.turned;
  }

  /** The link's table cannot be joined for the reason why, so the person looks on. */
  private async lookOn(why: Fault): Promise<Fault | undefined> {
    const fault = await this.seat(() => watch(this.parlor, { code: this.code }));
    if (fault) return why;
    this.toast(excuse(why) + " You look on.");
    return undefined;
  }

  /** The game that the person plays or waits for. */
  private at(): string {
    return this.parlor.room ? this.parlor.room.game : this.ticket;
  }

  // -------------------------------------------------------------- what comes

  private listen(): void {
    const parlor = this.parlor;
    parlor.on("welcome", (welcome, same) => {
      mark("player", welcome.player);
      part<HTMLInputElement>("name").placeholder = welcome.name;
      if (same) return;
      this.ticket = "";
      if (this.wanted) void this.arrive();
      else if (this.place === "connecting") this.become("idle");
    });
    parlor.on("queued", (queued) => this.queued(queued));
    parlor.on("room", (room) => this.room(room));
    parlor.on("left", ({ error }) => this.left(error));
    parlor.on("party", () => this.glance());
    parlor.on("draining", () => this.toast("This server restarts soon. What you have reached counts."));
  }

  private queued(queued: Queued): void {
    const { game, cancelled, botsInMs, estimateMs, waitedMs, acceptMs, found, accepted, answered, error } = queued;
    this.ticket = cancelled ? "" : game;
    if (!this.games.includes(game)) {
      if (this.ticket && this.wanted) void this.go();
      return;
    }
    const now = performance.now();
    const after = (ms: number): number => (ms ? now + ms : 0);
    this.wait = cancelled ? undefined : { since: now - waitedMs, botsAt: after(botsInMs), estimateMs, acceptBy: after(acceptMs), found, accepted, answered };
    if (!cancelled) {
      this.game = game;
      this.become(acceptMs ? "found" : "queued");
    } else if (!this.joining && !this.parlor.room) {
      if (error) this.toast(error.code === Code.EXPIRED ? "The match did not wait for you." : error.message);
      this.become("idle");
    }
  }

  private room(room: Room): void {
    this.ticket = "";
    if (!this.games.includes(room.game)) {
      if (this.joining || !this.wanted) return;
      this.invite(""); // a code may lead to another game's room
      void this.go();
      return;
    }
    this.game = room.game;
    this.wait = undefined;
    if (!this.joining) this.settle(room);
    this.become(placeIn(room));
  }

  private left(error?: Fault): void {
    this.turned = error;
    if (this.joining) return;
    const turnedAway = !!error && !!this.code;
    if (turnedAway) this.toast(error.code === Code.FORBIDDEN ? "The owner of the table has sent you away." : excuse(error));
    if (turnedAway) this.invite("");
    if (this.options.browses) this.wanted = false;
    this.become("idle");
  }

  private settle(room: Room): void {
    this.invite(room.code);
    const own = room.members.find(({ seat }) => seat === room.seat);
    if (room.phase === Phase.LOBBY && own && !own.ready && !this.options.asksReady) void ready(this.parlor);
  }

  private become(place: Place): void {
    this.place = place;
    this.glance();
  }

  private glance(): void {
    // An hour ago or just now: only the first connecting is not a loss.
    this.bar.show(this.place !== "connecting");
    mark("state", this.parlor.state === "open" || this.place === "connecting" ? this.place : "offline");
    mark("game", this.game);
    this.changed();
  }

  /** Shows a line at the foot of the page for a moment. */
  toast(text: string): void {
    this.bar.toast(text);
  }

  private again(): void {
    this.place = "connecting";
    this.wanted = !this.options.browses || this.code !== "";
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

function placeIn(room: Room): Place {
  if (room.seat < 0) return "watching";
  return room.phase === Phase.LOBBY ? "lobby" : room.phase === Phase.ENDED ? "ended" : "playing";
}

/** A table that is full, plays or is locked may be looked at. */
function mayLookOn({ code }: Fault): boolean {
  return code === Code.ROOM_FULL || code === Code.WRONG_PHASE || code === Code.FORBIDDEN;
}

/** Waits for news to make something true, but not for long. */
async function until(come: () => boolean, ms = newsMs): Promise<void> {
  const end = performance.now() + ms;
  while (!come() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
}
