// The few words of DOM that the pages share.

/** The element with that id, which the page's HTML must have. */
export function part<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error("the page has no #" + id);
  return found as T;
}

export function make(tag: string, className: string, text = ""): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** A button that does something; id is what tests find it by. */
export function button(id: string, text: string, pressed: () => void, className = ""): HTMLButtonElement {
  const made = make("button", className, text) as HTMLButtonElement;
  made.type = "button";
  made.dataset.testid = id;
  made.addEventListener("click", pressed);
  return made;
}

/** Sets text only when it changes: what is read aloud is read once. */
export function say(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * What a test, or a curious person, reads off document.body.dataset:
 *
 *   state    connecting, idle, queued, found, lobby, playing, ended, watching; offline while the connection is lost
 *   game     played, waited for, or chosen      looking   how many look on      party   how many are in it; 0: there is none
 *   link     the connection: the client's State
 *   latency  ms        player  id        match  id        seat  the own one
 *   tick     of the newest view
 *   result   dash: points; snakes: the points of the last life; others: won, lost, draw, aborted, over for who looks on, or ""
 *   score, best, alive   snakes: of this life, since sitting down, true or false
 *   place, truths, wrong, starved, delay   dash: in the result; truths predicted, and not as predicted,
 *                        though nobody had hurt the own avatar; times that views ran out; ms shown behind
 *   turn, step           tictactoe, gomoku, tiles: mine, theirs or ""; steps the match has taken
 *   phase                gomoku, tiles: the room's, while somebody looks on: lobby, playing, ended; else ""
 */
export function mark(name: string, value: string | number | boolean): void {
  const text = String(value);
  if (document.body.dataset[name] !== text) document.body.dataset[name] = text;
}

/** ?player=2 makes this page another person than the other pages of this browser. */
export const slot = new URLSearchParams(location.search).get("player") || "";

/** Links between the pages stay with the same person. */
export function keepSlot(): void {
  for (const link of Array.from(document.querySelectorAll<HTMLAnchorElement>("a[href]"))) {
    link.search = slot && "?player=" + encodeURIComponent(slot);
  }
}
