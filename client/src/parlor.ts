// The public side: what a game talks to. The rest of this folder is behind it.
//
//	const views = { snakes: new Views(World) };
//	const parlor = new Parlor(browser(), { url: "wss://host/ws", client: "my-game/1.0", views });
//	parlor.on("view", (world) => draw(world));
//	parlor.start();
//	await parlor.joinQueue("snakes");
import type { Draining, Left, Members, Party, Posted, Queued, Refused, Result, Room, Scored, Welcome } from "./gen/parlor.v1";
import { callAccept, callCancelQueue, callJoinQueue, callLeaveRoom, callRematch, Code, Ending, Phase } from "./gen/parlor.v1";
import type { Item, JoinQueue, Reply, ServerFrame } from "./gen/parlor.v1";
import type { Platform } from "./platform";
import type { Init, Member as Kind } from "./protobuf";
import { Session } from "./session";
import type { Fault, Options, State, Viewer } from "./session";

export { Views } from "./delta";
export { Clock } from "./clock";
export { Playout } from "./playout";
export { Predictor } from "./predict";
export * from "./boards";
export * from "./parties";
export * from "./rooms";
export { Code, Ending, Phase };
export type { Draining, Fault, Left, Options, Party, Platform, Posted, Queued, Refused, Result, Room, Scored, State, Viewer, Welcome };
export type { Attribute, Board, Entry, Latency, Member, PartyMember, Prop, RoomCard, Standing } from "./gen/parlor.v1";
export type { PlayoutOptions } from "./playout";
export type { Rules } from "./predict";
export type { AppEvents, Socket, SocketEvents } from "./platform";

/** Moment says which state of the match a view shows. */
export interface Moment {
  tick: number;
  /** Steps the match has taken; only in games without a rate. */
  step: number;
  /** The last input that it shows. */
  acked: number;
}

export interface Events<V> {
  /** The connection; fault tells why it is "failed" or "replaced". */
  state(state: State, fault?: Fault): void;
  /**
   * The server knows the player. Unless same, this is another session than before: join
   * again, if no room follows.
   */
  welcome(welcome: Welcome, same: boolean): void;
  queued(queued: Queued): void;
  /** Everybody in the party, each time that any of it changes; without a code: there is none any more. */
  party(party: Party): void;
  /** Everything about the room, each time that any of it changes. With seat -1 the player looks on. */
  room(room: Room): void;
  /**
   * All that the seat sees now, in place of the view before: a message of the game. It is to
   * be looked at only, since what stays the same is shared with the next view.
   */
  view(view: V, moment: Moment): void;
  refused(refused: Refused): void;
  scored(scored: Scored): void;
  /** Results of the player's are on these boards by now, and his rank may be another one. */
  posted(posted: Posted): void;
  result(result: Result): void;
  left(left: Left): void;
  draining(draining: Draining): void;
}

type Listeners<V> = { [K in keyof Events<V>]?: Events<V>[K][] };

/** Asked is undefined if it was done, else why not. It is never rejected. */
export type Asked = Promise<Fault | undefined>;

/** QueueOptions is for queues whose rule looks at it. */
export type QueueOptions = Pick<Init<JoinQueue>, "latencies" | "attributes" | "blocked">;

/** V is what view events bring: the messages that options.views decodes to, or bytes. */
export class Parlor<V = Uint8Array> {
  /** The room the player sits or looks on in, if any. */
  room: Room | undefined;
  /** The party that the player is in, if any. */
  party: Party | undefined;

  private readonly session: Session;
  private readonly views: Options<V>["views"];
  private readonly listeners: Listeners<V> = {};

  /** Connects nothing yet: start does. */
  constructor(platform: Platform, options: Options<V>) {
    this.views = options.views;
    this.session = new Session(platform, options, {
      state: (state, fault) => this.emit("state", state, fault),
      welcome: (welcome, same) => this.welcome(welcome, same),
      item: (item) => this.item(item),
      view: (frame, tick) => this.view(frame, tick),
    });
  }

  get state(): State {
    return this.session.state;
  }

  /** The player's id; "" until a server gave one. */
  get player(): string {
    return this.session.player;
  }

  /** The newest round trip to the server; 0 before the first. */
  get latencyMs(): number {
    return this.session.latencyMs;
  }

  /** Inputs that the server has not applied yet; see send. */
  get unacknowledged(): number {
    return this.session.inputs.size;
  }

  /** What others see. The server hears of a change with the next start. */
  set name(name: string) {
    this.session.options.name = name;
  }

  /** Calls listener on each event of that kind, until the returned function is called. */
  on<K extends keyof Events<V>>(kind: K, listener: Events<V>[K]): () => void {
    const all = (this.listeners[kind] = (this.listeners[kind] || []) as Listeners<V>[K]) as Events<V>[K][];
    all.push(listener);
    return () => {
      all.splice(all.indexOf(listener), 1);
    };
  }

  /** Connects, and stays connected until stop, or until state is "replaced" or "failed". */
  start(): void {
    this.session.start();
  }

  /** Disconnects. The seat is held, as if the phone had gone into a tunnel. */
  stop(): void {
    this.session.stop();
  }

  /** Stops, and makes this device forget its player for good. */
  forget(): void {
    this.session.forget();
  }

  // What is asked outlives a lost connection. More can be asked by the functions of rooms.ts, parties.ts
  // and boards.ts, which a game carries only if it uses them.

  /** Waits for a match, alone or with the party that the player leads. */
  joinQueue(game: string, mode = "", options?: QueueOptions): Asked {
    return this.ask(callJoinQueue, Object.assign({ game, mode }, options));
  }

  cancelQueue(): Asked {
    return this.ask(callCancelQueue, {});
  }

  /** Answers queued.acceptMs: a match is found, and waits for everybody's word. */
  accept(yes = true): Asked {
    return this.ask(callAccept, { yes });
  }

  leaveRoom(): Asked {
    return this.ask(callLeaveRoom, {});
  }

  /** Asks for another match in the same room; it begins when all there have asked. */
  rematch(): Asked {
    return this.ask(callRematch, {});
  }

  /** Makes any call: the functions are made of it. */
  ask<T>(kind: Kind<T>, what: Init<T>): Asked {
    return this.reply(kind, what).then(({ error }) => error as Fault | undefined);
  }

  reply<T>(kind: Kind<T>, what: Init<T>): Promise<Init<Reply>> {
    return new Promise((resolve) => this.session.call(kind, what, resolve));
  }

  /**
   * Sends an input, a message of the game, and returns its number. It is kept until the server
   * has it, across lost connections. 0: there is no match to play, or the player looks on, or 64 are
   * unacknowledged, and it was dropped; a game that steers asks again with its newest wish. With a tick,
   * the server applies it in that one, if it comes in time.
   */
  send(input: Uint8Array, tick = 0): number {
    const room = this.room;
    return room && room.phase === Phase.PLAYING && room.seat >= 0 ? this.session.input(input, tick) : 0;
  }

  private welcome(welcome: Welcome, same: boolean): void {
    const { room, party } = this;
    // After a takeover, the server says where the player is.
    if (!same) this.room = this.party = undefined;
    this.forgetViews();
    this.emit("welcome", welcome, same);
    // A game that waits for news of its room or party would wait for ever: they are gone.
    if (welcome.resumed) return;
    const error = { code: Code.EXPIRED, message: "the session is over", retryMs: 0 };
    if (room) this.emit("left", { room: room.id, error });
    if (party) this.emit("party", { code: "", members: [], error });
  }

  private item(item: Item): void {
    if (item.room && (!this.room || this.room.match !== item.room.match)) this.forgetViews();
    if (item.room) this.room = item.room;
    if (item.left) this.room = undefined;
    if (item.party) this.party = item.party.code ? item.party : undefined;
    if (item.members) return this.members(item.members);
    // An item has one field, and the events have those fields' names.
    for (const kind of Object.keys(item)) this.emit(kind as never, ...([item[kind as never]] as never));
  }

  /** News of some seats, and of how many look on: to a page it is the room again. */
  private members({ changed, watchers = this.room && this.room.watchers }: Members): void {
    if (!this.room) return;
    const members = this.room.members.map((old) => changed.find((one) => one.seat === old.seat) || old);
    this.emit("room", (this.room = Object.assign({}, this.room, { members, watchers })));
  }

  private view(frame: ServerFrame, tick: number): boolean {
    // A view that was on its way when the player left shows a match that is not his.
    if (!this.room) return true;
    let view = frame.view as V | undefined;
    if (this.views) {
      const viewer = this.views[this.room.game];
      if (!viewer) return true;
      try {
        if (frame.packed) view = viewer.packed(frame.packed, frame.schema, frame.plan);
        else view = frame.view ? viewer.whole(frame.view) : viewer.delta(frame.delta as Uint8Array);
      } catch {
        return false;
      }
    }
    if (view) this.emit("view", view, { tick, step: frame.step, acked: this.session.inputs.done });
    return true;
  }

  private forgetViews(): void {
    for (const game of Object.keys(this.views || {})) (this.views as { [game: string]: Viewer<V> })[game].forget();
  }

  private emit<K extends keyof Events<V>>(kind: K, ...what: Parameters<Events<V>[K]>): void {
    for (const listener of (this.listeners[kind] || []).slice()) {
      (listener as (...what: unknown[]) => void)(...what);
    }
  }
}
