// A Platform whose clock, sockets and storage a test holds in its hands. Nothing here waits.
import { parlor_v1 } from "../dist/codec.mjs";
import { FullClientFrame } from "./frames.mjs";

const { ServerFrame } = parlor_v1;

export class FakePlatform {
  name = "fake";
  sockets = [];
  saved = new Map();
  dice = 0.5; // the middle: no jitter
  refuses = false; // connect throws, as some platforms do when suspended
  frozen = false;
  #now = 1000;
  #timers = [];
  #watchers = new Set();

  connect(url, protocol, events) {
    if (this.refuses) throw new Error("network api interrupted in suspend state");
    const socket = new FakeSocket(url, protocol, events);
    this.sockets.push(socket);
    return socket;
  }
  now() {
    return this.#now;
  }
  after(ms, run) {
    const timer = { at: this.#now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }
  random() {
    return this.dice;
  }
  load(key) {
    return this.saved.get(key);
  }
  save(key, value) {
    this.saved.set(key, value);
  }
  watch(events) {
    this.#watchers.add(events);
    return () => this.#watchers.delete(events);
  }

  /** Lets time pass; timers run when due, those set meanwhile too. */
  pass(ms) {
    const end = this.#now + ms;
    for (;;) {
      const due = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.#now = Math.max(this.#now, due.at);
      due.run();
    }
    this.#now = end;
  }
  /** Lets time pass with the script standing still: what was due runs late. */
  freeze(ms) {
    this.#now += ms;
  }
  show() {
    for (const events of [...this.#watchers]) events.shown();
  }
  hide() {
    for (const events of [...this.#watchers]) events.hidden();
  }
  online() {
    for (const events of [...this.#watchers]) events.online();
  }
  get socket() {
    return this.sockets[this.sockets.length - 1];
  }
  get timers() {
    return this.#timers.length;
  }
  get watched() {
    return this.#watchers.size;
  }
}

export class FakeSocket {
  sent = []; // decoded
  sizes = [];
  closed = false;

  constructor(url, protocol, events) {
    Object.assign(this, { url, protocol, events });
  }
  send(message) {
    if (!(Object.prototype.toString.call(message) === "[object ArrayBuffer]")) throw new Error("only an ArrayBuffer");
    if (this.closed) throw new Error("the socket is closed");
    this.sizes.push(message.byteLength);
    this.sent.push(FullClientFrame.decode(new Uint8Array(message)));
  }
  close() {
    this.closed = true;
  }

  // What the server and the network do.

  frame(frame) {
    this.events.received(ServerFrame.encode(frame).slice().buffer);
  }
  /** Opens, and answers the hello. */
  welcome(fields = {}) {
    this.events.opened();
    this.frame({ welcome: { ...welcome, ...fields } });
    return this;
  }
  drop(code = 1006) {
    this.events.closed(code);
  }
  /** Takes what was sent since the last take. */
  take() {
    return this.sent.splice(0);
  }
  /** Takes that, and gives its calls as [kind, what]. */
  asked() {
    return this.take().flatMap((frame) => frame.calls).map((call) => {
      const kind = Object.keys(call).find((key) => key !== "id");
      return [kind, plain(call[kind])];
    });
  }
}

export const limits = { frameBytes: 4096, inputBytes: 512, framesPerSecond: 60, framesBurst: 300, callsPending: 16 };
export const welcome = {
  session: "s1", token: "t1", player: "p1", name: "Ann",
  limits, pingMs: 10000, deadMs: 25000, games: ["snakes"],
};

/** Writes down every event that a Parlor reports, as [kind, what]. */
export function listen(parlor) {
  const heard = [];
  for (const kind of ["state", "welcome", "queued", "party", "room", "view", "refused", "scored", "posted", "result", "left", "draining"]) {
    parlor.on(kind, (...what) => heard.push([kind, ...what]));
  }
  heard.take = (kind) => {
    const found = heard.filter((each) => !kind || each[0] === kind);
    heard.length = 0;
    return found;
  };
  return heard;
}

/** As a test writes it down. */
export const plain = (message) => JSON.parse(JSON.stringify(message));

/** Lets promises that are settled tell. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));
