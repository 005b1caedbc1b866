// Session is a player's connected life, across sockets: it says hello, resumes, hands out
// each reliable item once, sends again what was not acknowledged, and notices when the
// line is dead. docs/PROTOCOL.md is the law; the sections named here are its.
import { callId, ClientFrame, Code, ServerFrame } from "./gen/parlor.v1";
import type { Error as Fault, Hello, Item, Limits, Pong, Reply, Welcome } from "./gen/parlor.v1";
import type { Clock } from "./clock";
import { recall, remember } from "./identity";
import { Inputs } from "./inputs";
import { Link } from "./link";
import type { Platform } from "./platform";
import { message } from "./protobuf";
import type { Init, Member } from "./protobuf";

export type { Fault };

const tendMs = 250; // so acknowledgements come well within the second they may take
const frozenMs = 2000; // timers this late mean the app stood still
const helloMs = 10000; // from dialing to Welcome
const quickMs = 75; // the first pings come as soon one after the other, or up to twice that
const quickPings = 3;
const probeMs = 2500; // for a pong, after the app came to the foreground
const steadyMs = 5000; // a connection that lived so long was a good one
const mostMisfits = 2; // deltas that do not fit, before all views come whole

/**
 * - idle: not started, or stopped.
 * - connecting: a socket is being opened, or waits for its Welcome.
 * - open: the server answers.
 * - waiting: the socket was lost; the next one comes by itself.
 * - replaced: the same player connected elsewhere; start() takes him back.
 * - failed: the server refused in a way that trying again will not change.
 */
export type State = "idle" | "connecting" | "open" | "waiting" | "replaced" | "failed";

/** Viewer decodes what a seat of one game sees: `new Views(World)`. */
export interface Viewer<V> {
  /** The hash of its plan; 0: it has none. */
  readonly schema: number;
  whole(bytes: Uint8Array): V;
  /** Throws an Error when the plan with that hash is not known. */
  packed(bytes: Uint8Array, schema: number, plan: Uint8Array): V;
  /** Throws an Error when the bytes do not fit what came before. */
  delta(bytes: Uint8Array): V;
  /** What comes next is whole. */
  forget(): void;
}

export interface Options<V = unknown> {
  /** Of the server: "wss://host/ws". */
  url: string;
  /** The game's name and version, for the operator. */
  client: string;
  /** What others see, at most 24 characters; the server makes one up when it is empty. */
  name?: string;
  /**
   * By game. With it, view events bring messages of these games and of no other, and most of
   * them travel as deltas; without it, they bring bytes, always whole.
   */
  views?: { readonly [game: string]: Viewer<V> };
  /** It is kept at the server's time, for playout and prediction. */
  clock?: Clock;
}

export interface SessionEvents {
  state(state: State, fault?: Fault): void;
  /** same: the session goes on where it was; nothing needs to be asked for again. */
  welcome(welcome: Welcome, same: boolean): void;
  item(item: Item): void;
  /** A view, packed or not, or a delta, and its tick. False: it cannot be understood. */
  view(frame: ServerFrame, tick: number): boolean;
}

interface Pending {
  id: number;
  call: Uint8Array;
  done: (reply: Init<Reply>) => void;
}

export class Session {
  state: State = "idle";
  /** The newest round trip; 0 before the first. */
  latencyMs = 0;
  player: string;
  readonly inputs = new Inputs();

  private readonly link: Link;
  private unwatch?: () => void;
  private cancelTend?: () => void;
  private hidden = false;

  private secret: string;
  private session = "";
  private token = "";
  private resuming = false; // the hello on this socket was a resume
  private limits: Limits | undefined;
  private pingMs = 0;
  private deadMs = 0;

  private dialedAt = 0;
  private welcomedAt = 0;
  private heardAt = 0;
  private pingedAt = 0;
  private quick = 0; // pings to come soon, for a clock to choose the best answer
  private tendedAt = 0;
  private probe = -1; // t of the ping that must be answered soon; -1: none

  private item = 0; // highest number handled
  private tick = 0; // of the newest view
  private sendEvery = 0; // ticks from view to view, as the room has it
  private match = "";
  private misfits = 0;
  private ackedItem = 0;
  private ackedTick = 0;

  private calls: Pending[] = [];
  private newestCall = 0;

  constructor(
    private readonly platform: Platform,
    readonly options: Options,
    private readonly events: SessionEvents,
  ) {
    this.link = new Link(platform, options.url, {
      dialing: () => this.dialing(),
      opened: () => this.hello(),
      received: (message) => this.received(message),
      lost: (code) => this.lost(code),
    });
    ({ player: this.player, secret: this.secret } = recall(platform));
  }

  /** Connects, as a guest: a session of this player that still lives is taken over. */
  start(): void {
    if (this.unwatch) return;
    this.unwatch = this.platform.watch({
      shown: () => this.shown(),
      hidden: () => this.hide(),
      online: () => this.hurry(),
    });
    this.link.calm();
    this.link.dial();
  }

  /** Closes the socket. The seat is held, as after any loss of it. */
  stop(): void {
    this.end("idle");
  }

  /** Forgets who the player is on this device; the next start makes a new one. */
  forget(): void {
    this.stop();
    this.player = this.secret = "";
    remember(this.platform, "", "");
  }

  /** Asks for something; done gets what the server answered. */
  call<T>(kind: Member<T>, what: Init<T>, done: (reply: Init<Reply>) => void): void {
    const most = (this.limits && this.limits.callsPending) || 16;
    if (this.calls.length >= most) {
      return done({ error: { code: Code.RATE_LIMITED, message: most + " calls wait", retryMs: 0 } });
    }
    const id = ++this.newestCall;
    const call = message([callId, kind]).encode({ id, [kind[1]]: what });
    this.calls.push({ id, call, done });
    if (this.state === "open") this.send({ calls: [call] });
  }

  /** Numbers an input and sends it, now or after the next Welcome; 0: see Inputs.add. */
  input(body: Uint8Array, tick: number): number {
    const most = (this.limits && this.limits.inputBytes) || 512;
    if (body.length > most) throw new Error("parlor: an input may have " + most + " bytes");
    if (!this.inputs.add(body)) return 0;
    if (this.state === "open") this.send({ inputs: this.inputs.last(tick) });
    return this.inputs.newest;
  }

  // -------------------------------------------------------------- connecting (2, 6)

  private dialing(): void {
    this.dialedAt = this.platform.now();
    this.probe = -1;
    this.become("connecting");
    this.tendLater();
  }

  private hello(): void {
    const { client, name, views } = this.options;
    const deltas = !!views && this.misfits < mostMisfits;
    const schemas = Object.keys(views || {}).map((game) => (views as { [game: string]: Viewer<unknown> })[game].schema);
    this.resuming = this.token !== "";
    // No object is spread here or below: in ES2017 that is a library of its own.
    const hello: Init<Hello> = {
      client, name, platform: this.platform.name, deltas, schemas: deltas ? schemas : [],
      resume: this.resuming ? { session: this.session, token: this.token, lastItem: this.item } : undefined,
      guest: this.resuming ? undefined : { player: this.player, secret: this.secret },
    };
    this.link.send(ClientFrame.encode({ hello }));
  }

  private welcomed(welcome: Welcome): void {
    const same = this.resuming && welcome.resumed;
    this.session = welcome.session;
    this.token = welcome.token;
    this.limits = welcome.limits;
    this.pingMs = welcome.pingMs;
    this.deadMs = welcome.deadMs;
    this.welcomedAt = this.platform.now();
    this.player = welcome.player;
    if (welcome.secret) remember(this.platform, this.player, (this.secret = welcome.secret));
    this.ackedTick = this.tick = 0;
    if (same) {
      this.inputs.acked(welcome.acked);
    } else {
      this.item = 0;
      this.inputs.restart(welcome.acked);
    }
    this.ackedItem = this.item;
    this.repeat();
    if (!this.link.connected) return;
    this.become("open");
    this.events.welcome(welcome, same);
  }

  /**
   * Sends what the server may have missed; it ignores what it did not. This comes before
   * anybody hears of the Welcome: a new input must not overtake the older ones.
   */
  private repeat(): void {
    const frameBytes = (this.limits && this.limits.frameBytes) || 4096;
    for (const batch of this.inputs.batches(frameBytes)) this.send({ inputs: batch });
    if (this.calls.length) this.send({ calls: this.calls.map((pending) => pending.call) });
    if (this.hidden) this.send({ away: {} });
    this.ping();
    if (this.options.clock) this.quick = quickPings;
  }

  private lost(code: number, fault?: Fault): void {
    const kind = code - 4000;
    if (kind >= 100 && kind < 200) {
      const reason = fault || { code: kind as Code, message: "", retryMs: 0 };
      return this.end(kind === Code.REPLACED ? "replaced" : "failed", reason);
    }
    if (kind >= 200 && kind < 300) this.expire({ code: Code.EXPIRED, message: "the session is over", retryMs: 0 });
    if (this.state === "open" && this.platform.now() - this.welcomedAt > steadyMs) this.link.calm();
    if (fault && fault.retryMs) this.link.hold(fault.retryMs);
    if (this.cancelTend) this.cancelTend();
    // A hidden app may not connect, and a person who is not looking does not need it to.
    if (!this.hidden) this.link.retry();
    this.become("waiting");
  }

  /** The session is over; whatever was asked in it is answered by that. */
  private expire(fault: Fault): void {
    this.session = this.token = "";
    for (const pending of this.calls.splice(0)) pending.done({ error: fault });
  }

  private end(state: State, fault?: Fault): void {
    if (this.unwatch) this.unwatch();
    this.unwatch = undefined;
    if (this.cancelTend) this.cancelTend();
    this.link.drop();
    this.hidden = false;
    this.expire(fault || { code: Code.EXPIRED, message: "stopped", retryMs: 0 });
    this.become(state, fault);
  }

  private become(state: State, fault?: Fault): void {
    if (state === this.state) return;
    this.state = state;
    this.events.state(state, fault);
  }

  // -------------------------------------------------------------- receiving (4, 5)

  private received(message: ArrayBuffer): void {
    const { clock } = this.options;
    let frame: ServerFrame;
    try {
      frame = ServerFrame.decode(new Uint8Array(message));
    } catch {
      return this.link.lose(1002);
    }
    this.heardAt = this.platform.now();
    if (frame.error) {
      this.link.drop();
      return this.lost(4000 + frame.error.code, frame.error);
    }
    if (frame.welcome) this.welcomed(frame.welcome);
    // Items go first: a Room says which match the view beside it belongs to.
    if (frame.acked && this.inputs.acked(frame.acked) && clock) clock.lead(frame.lead, frame.acked, this.heardAt);
    if (frame.items.length && frame.firstItem > this.item + 1) return this.link.lose(1002); // ask for the gap again
    for (let i = 0; i < frame.items.length; i++) this.handle(frame.firstItem + i, frame.items[i]);
    if (frame.slipped && clock) clock.slip(frame.slipped);
    const all = frame.view || frame.packed;
    if (all) {
      this.tick = frame.tick;
      this.ackedTick = 0; // it may be one that was acknowledged before
    } else if (frame.delta) {
      this.tick += frame.tickStep || this.sendEvery;
    }
    if ((all || frame.delta) && !this.events.view(frame, this.tick)) {
      this.misfits++;
      return this.link.lose(1002); // a new connection begins with a whole view
    }
    if (frame.pong) this.ponged(frame.pong);
  }

  private handle(number: number, item: Item): void {
    if (number <= this.item) return; // it was replayed, and handled before
    const { clock } = this.options;
    this.item = number;
    const { room } = item;
    if (room && room.match !== this.match) {
      this.match = room.match;
      if (clock) clock.begin(room.rate, room.sendEvery);
      if (clock) this.quick = quickPings;
    }
    if (room) this.sendEvery = room.sendEvery;
    if (item.reply) this.replied(item.reply);
    else this.events.item(item);
  }

  private replied(reply: Reply): void {
    const at = this.calls.findIndex((pending) => pending.id === reply.id);
    if (at >= 0) this.calls.splice(at, 1)[0].done(reply);
  }

  // -------------------------------------------------------------- keeping alive (3)

  private shown(): void {
    const { clock } = this.options;
    if (this.hidden && this.state === "open") this.send({ away: { back: true } });
    this.hidden = false;
    if (clock) clock.forget();
    this.hurry();
  }

  private hurry(): void {
    this.link.calm();
    if (this.state === "open") this.check();
    else if (this.state === "waiting" && !this.hidden) this.link.retry();
  }

  private hide(): void {
    this.hidden = true;
    if (this.state === "open") this.send({ away: {} });
  }

  /**
   * Proves that the line is alive, or replaces it. Only the pong to this very ping
   * counts: what else arrives may have waited in the platform while the app was frozen.
   */
  private check(): void {
    const t = this.ping();
    this.probe = t;
    if (this.options.clock) this.quick = quickPings;
    this.platform.after(probeMs, () => {
      if (this.probe === t && this.state === "open") this.link.dial();
    });
  }

  private ping(): number {
    this.pingedAt = this.platform.now();
    const t = Math.floor(this.pingedAt) >>> 0;
    this.send({ ping: { t } });
    return t;
  }

  private ponged({ t, tick, fraction, heldMs }: Pong): void {
    const now = this.platform.now();
    const rtt = (this.latencyMs = Math.max(0, ((Math.floor(now) - t) >>> 0) - heldMs));
    if (t === this.probe) this.probe = -1;
    if (this.options.clock) this.options.clock.sample(now - rtt, now, tick, fraction);
  }

  private tendLater(): void {
    if (this.cancelTend) this.cancelTend();
    this.tendedAt = this.platform.now();
    // Quick pings are not evenly spaced, or each might wait equally long for the server's tick.
    const ms = this.quick ? quickMs * (1 + this.platform.random()) : tendMs;
    this.cancelTend = this.platform.after(ms, () => this.tend());
  }

  private tend(): void {
    const now = this.platform.now();
    const frozen = now - this.tendedAt > frozenMs; // then silence proves nothing
    const quick = this.quick && this.quick--;
    this.tendLater();
    if (this.state === "connecting") {
      if (now - this.dialedAt > helloMs) this.link.lose(1006);
    } else if (this.state === "open") {
      if (this.deadMs && now - this.heardAt > this.deadMs && this.probe < 0) {
        if (!frozen) return this.link.lose(1006);
        this.check();
      }
      if (quick || (this.pingMs && now - this.pingedAt >= this.pingMs)) this.ping();
      else if (this.item !== this.ackedItem || this.tick !== this.ackedTick) this.send({});
    }
  }

  private send(frame: Init<ClientFrame>): void {
    const { item, tick } = this;
    const ackItem = item === this.ackedItem ? 0 : item;
    const ackTick = tick === this.ackedTick ? 0 : tick;
    this.ackedItem = item;
    this.ackedTick = tick;
    this.link.send(ClientFrame.encode(Object.assign({ ackItem, ackTick }, frame)));
  }
}
