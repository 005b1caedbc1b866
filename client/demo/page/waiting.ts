// What is said to somebody who waits for a match: how long it takes, and, where the queue asks, whether he is
// still there once it is found.
import { button, make, say } from "./dom";
import type { Visit, Wait } from "./visit";

/** "About 8 s. A bot joins in 12 s." As far as it is known. */
export function waitText({ wait }: { wait: Wait | undefined }, bots = "A bot joins"): string {
  if (!wait) return "";
  const now = performance.now();
  const text: string[] = [];
  // Half of those before had waited no longer: past that it says nothing.
  const about = wait.since + wait.estimateMs - now;
  if (about > 0) text.push(`About ${Math.ceil(about / 1000)} s.`);
  if (wait.botsAt > now) text.push(`${bots} in ${Math.ceil((wait.botsAt - now) / 1000)} s.`);
  else if (wait.botsAt) text.push(bots + ".");
  return text.join(" ");
}

/** Found asks over all whether the person takes the match that is found. */
export class Found<V> {
  private readonly root = make("section", "notice");
  private readonly title = make("h2", "", "A match is found");
  private readonly text = make("p", "");
  private readonly yes: HTMLButtonElement;
  private said: Wait | undefined; // what he has answered, until there is news of it

  constructor(private readonly visit: Visit<V>) {
    this.yes = button("accept", "Play", () => this.answer(true), "main");
    const card = make("div", "card");
    card.append(this.title, this.text, this.yes, button("decline", "Not now", () => this.answer(false), "plain"));
    this.root.append(card);
    this.root.hidden = true;
    this.root.dataset.testid = "found";
    this.root.setAttribute("role", "alertdialog");
    this.root.setAttribute("aria-label", "A match is found");
    document.body.append(this.root);
  }

  draw(): void {
    const { place, wait } = this.visit;
    const open = place === "found" && !!wait;
    const opens = open && this.root.hidden;
    this.root.hidden = !open;
    if (!open) return;
    const answered = wait.answered || this.said === wait;
    const left = Math.max(0, Math.ceil((wait.acceptBy - performance.now()) / 1000));
    say(this.text, answered ? `Waiting for the others: ${wait.accepted} of ${wait.found} are here.` : `It waits for you for ${left} s.`);
    this.yes.disabled = answered;
    if (opens) this.yes.focus();
  }

  private answer(yes: boolean): void {
    this.said = this.visit.wait;
    this.visit.answer(yes);
  }
}
