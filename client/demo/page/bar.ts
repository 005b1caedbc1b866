// Bar is what every page says about the connection: the mark in its head, the notice over all when the
// server has said no, and the line at its foot.
import { Code } from "../../src/parlor";
import type { Fault, Parlor, State } from "../../src/parlor";
import { mark, part, say } from "./dom";

const offlineMs = 6000; // reconnecting takes a moment; being offline takes longer

export class Bar<V> {
  private lostAt = 0;
  private stranger = false; // the server refused who this browser says the person is

  /** again is called when the person wants back what the server has refused, before that is tried. */
  constructor(
    private readonly parlor: Parlor<V>,
    again: () => void,
  ) {
    parlor.on("state", (state, fault) => this.connection(state, fault));
    part("notice-button").addEventListener("click", () => {
      again();
      if (this.stranger) parlor.forget();
      this.stranger = false;
      parlor.start();
    });
  }

  /** wasOpen: there is a connection to lose. */
  show(wasOpen: boolean): void {
    const { state, latencyMs } = this.parlor;
    const chip = part("status");
    const words = this.words(state, wasOpen);
    chip.dataset.link = words === "Offline" ? "offline" : state;
    say(part("status-text"), words);
    say(part("latency"), state === "open" && latencyMs ? latencyMs + " ms" : "");
    mark("link", state);
    mark("latency", latencyMs);
  }

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
  }

  private words(state: State, wasOpen: boolean): string {
    if (state === "open") return "Connected";
    if (state === "replaced") return "Elsewhere";
    const gone = !navigator.onLine || (this.lostAt > 0 && performance.now() - this.lostAt > offlineMs);
    if (state === "failed" || state === "idle" || gone) return "Offline";
    return wasOpen ? "Reconnecting" : "Connecting";
  }
}
