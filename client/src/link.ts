// Link keeps a way to the server: one socket at a time, and the next one after a while
// when it is lost. It knows nothing of what travels.
//
// A socket that was given up still reports: a late close, or messages that a frozen app
// had waiting. Each socket therefore has a generation, and only the newest is listened to.
import type { Platform, Socket } from "./platform";

const protocol = "parlor.v1";
const firstWaitMs = 300;
const growth = 1.7;
const mostWaitMs = 8000;
const spread = 0.3; // so that a server's return is not met by everybody at once

export interface LinkEvents {
  dialing(): void;
  opened(): void;
  received(message: ArrayBuffer): void;
  /** The socket is gone. Nothing more happens until dial or retry is called. */
  lost(code: number): void;
}

export class Link {
  private generation = 0;
  private socket?: Socket;
  private attempts = 0;
  private notBefore = -Infinity;
  private cancelRetry?: () => void;

  constructor(
    private readonly platform: Platform,
    private readonly url: string,
    private readonly events: LinkEvents,
  ) {}

  get connected(): boolean {
    return this.socket !== undefined;
  }

  /** Opens a new socket now, in place of the present one. */
  dial(): void {
    this.drop();
    const generation = this.generation;
    const guard = <A extends unknown[]>(handle: (...args: A) => void) => (...args: A) => {
      if (generation === this.generation) handle(...args);
    };
    this.events.dialing();
    try {
      this.socket = this.platform.connect(this.url, protocol, {
        opened: guard(() => this.events.opened()),
        received: guard((message: ArrayBuffer) => this.events.received(message)),
        closed: guard((code: number) => this.lose(code)),
      });
    } catch {
      this.lose(1006);
    }
  }

  /** Dials after the next wait. */
  retry(): void {
    const now = this.platform.now();
    const wait = Math.min(firstWaitMs * Math.pow(growth, this.attempts++), mostWaitMs);
    const jitter = 1 + spread * (2 * this.platform.random() - 1);
    if (this.cancelRetry) this.cancelRetry();
    this.cancelRetry = this.platform.after(Math.max(wait * jitter, this.notBefore - now), () => this.dial());
  }

  /** No retry comes sooner than that. */
  hold(ms: number): void {
    this.notBefore = this.platform.now() + ms;
  }

  /** Waits begin from the shortest again. */
  calm(): void {
    this.attempts = 0;
  }

  send(bytes: Uint8Array): void {
    try {
      // Some sockets take only a buffer of exactly the message's size.
      if (this.socket) this.socket.send(bytes.slice().buffer);
    } catch {
      this.lose(1006);
    }
  }

  /** Gives the present socket up, silently, and any wait. */
  drop(): void {
    const socket = this.socket;
    this.generation++;
    this.socket = undefined;
    if (this.cancelRetry) this.cancelRetry();
    this.cancelRetry = undefined;
    try {
      if (socket) socket.close();
    } catch {
      // It was closed already.
    }
  }

  /** Gives the present socket up as if it had closed with that code. */
  lose(code: number): void {
    this.drop();
    this.events.lost(code);
  }
}
