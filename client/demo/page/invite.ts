// The invitation in a page's address, which leads there after a reload too: ?room=CODE to a table,
// ?party=CODE to a party.
import { Code } from "../../src/parlor";
import type { Fault } from "../../src/parlor";
import { button, make } from "./dom";

type Kind = "room" | "party";

export function invitedTo(kind: Kind): string {
  return new URLSearchParams(location.search).get(kind) || "";
}

/** Keeps the code in the address, or takes it out where that is "". */
export function keepCode(kind: Kind, code: string): void {
  const url = new URL(location.href);
  if ((url.searchParams.get(kind) || "") === code) return;
  if (code) url.searchParams.set(kind, code);
  else url.searchParams.delete(kind);
  history.replaceState(null, "", url.href);
}

/** What to send to a friend: this page, without what is the person's own in its address. */
export function linkTo(kind: Kind, code: string): string {
  const url = new URL(location.href);
  url.search = "?" + kind + "=" + code;
  url.hash = "";
  return url.href;
}

const canShare = !!navigator.share;

/** Hands the link to the device, or copies it, and returns what to tell the person. */
async function share(link: string): Promise<string> {
  try {
    if (canShare) await navigator.share({ url: link });
    else await navigator.clipboard.writeText(link);
    return canShare ? "" : "Link copied";
  } catch {
    return canShare ? "" : "Copy the link by hand: this browser does not let the page do it.";
  }
}

/** Why the table is not to be had. */
export function excuse(fault: Fault): string {
  switch (fault.code) {
    case Code.ROOM_FULL:
      return "That table is full.";
    case Code.WRONG_PHASE:
      return "They are playing already.";
    case Code.FORBIDDEN:
      return "That table is locked.";
    case Code.NOT_FOUND:
    case Code.ROOM_CLOSED:
    case Code.EXPIRED:
      return "That table is no more.";
  }
  return fault.message;
}

/** A field with the link, and the button that hands it on. */
export function linkField(id: string, label: string, said: (word: string) => void): { root: HTMLElement; show(link: string): void } {
  const root = make("div", "invite");
  const field = make("input", "") as HTMLInputElement;
  field.readOnly = true;
  field.dataset.testid = id;
  field.setAttribute("aria-label", label);
  field.addEventListener("focus", () => field.select());
  root.append(field, button(id + "-share", canShare ? "Share link" : "Copy link", async () => {
    const word = await share(field.value);
    if (word) said(word);
  }, "main"));
  return { root, show: (link) => { if (field.value !== link) field.value = link; } };
}
