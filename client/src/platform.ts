// Platform is all that the client asks of the place it runs in. A super-app's sandbox has
// no WebSocket, no localStorage and no document, and each names what it has in its own
// way; so nothing in this folder but an adapter (browser.ts is one) reaches outside.

/** Socket is one WebSocket connection. */
export interface Socket {
  /** Sends one binary message. It may throw, or do nothing, once the connection is gone. */
  send(message: ArrayBuffer): void;
  close(): void;
}

/** What a socket reports. Late reports of a socket that was closed do no harm. */
export interface SocketEvents {
  opened(): void;
  received(message: ArrayBuffer): void;
  /** The connection is gone or never came to be. 1006 where the platform tells no code. */
  closed(code: number): void;
}

/** What happens to the app as a whole. */
export interface AppEvents {
  /** It came to the foreground. Some platforms say so before they report dead sockets. */
  shown(): void;
  /** It goes to the background and may be frozen within seconds. */
  hidden(): void;
  /** The network came back. */
  online(): void;
}

export interface Platform {
  /** A short name for the operator: "browser", "wx", "tt". */
  readonly name: string;
  /** Opens a connection with that subprotocol. It may throw instead of reporting. */
  connect(url: string, protocol: string, events: SocketEvents): Socket;
  /** Milliseconds, from any beginning, that never run backwards. */
  now(): number;
  /** Calls run once, after ms milliseconds. What it returns calls that off. */
  after(ms: number, run: () => void): () => void;
  /** A number in [0, 1). */
  random(): number;
  /** What was saved under key, on this device and for this game; undefined if nothing. */
  load(key: string): string | undefined;
  save(key: string, value: string): void;
  /** Reports to events until the returned function is called. */
  watch(events: AppEvents): () => void;
}
