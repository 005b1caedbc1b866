// The Platform of a browser. It is the only file here that may use what only browsers have.
import type { AppEvents, Platform, Socket, SocketEvents } from "./platform";

/**
 * Two pages of one browser are the same player, unless their slots differ: what is saved
 * under one slot is not seen under another.
 */
export function browser(slot = ""): Platform {
  return {
    name: "browser",
    connect,
    now: () => performance.now(),
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    random: Math.random,
    load: (key) => attempt(() => localStorage.getItem(key + slot)) || undefined,
    save: (key, value) => void attempt(() => localStorage.setItem(key + slot, value)),
    watch,
  };
}

function connect(url: string, protocol: string, events: SocketEvents): Socket {
  const socket = new WebSocket(url, protocol);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => events.opened();
  socket.onmessage = (event) => {
    if (event.data instanceof ArrayBuffer) events.received(event.data);
  };
  socket.onclose = (event) => events.closed(event.code);
  return {
    send: (message) => socket.send(message),
    close: () => socket.close(),
  };
}

function watch(events: AppEvents): () => void {
  const visible = () => (document.visibilityState === "hidden" ? events.hidden() : events.shown());
  const online = () => events.online();
  document.addEventListener("visibilitychange", visible);
  window.addEventListener("online", online);
  return () => {
    document.removeEventListener("visibilitychange", visible);
    window.removeEventListener("online", online);
  };
}

/** Storage throws where the person has forbidden it; the game works all the same. */
function attempt<T>(use: () => T): T | undefined {
  try {
    return use();
  } catch {
    return undefined;
  }
}
