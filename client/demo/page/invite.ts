// The invitation in a page's address: ?room=CODE leads to that private room, after a reload too.
import { Code } from "../../src/parlor";
import type { Fault } from "../../src/parlor";

const name = "room";

export function invitedTo(): string {
  return new URLSearchParams(location.search).get(name) || "";
}

/** Keeps the code in the address, or takes it out where that is "". */
export function keepCode(code: string): void {
  const url = new URL(location.href);
  if ((url.searchParams.get(name) || "") === code) return;
  if (code) url.searchParams.set(name, code);
  else url.searchParams.delete(name);
  history.replaceState(null, "", url.href);
}

/** What to send to a friend: this page, without what is the person's own in its address. */
export function linkTo(code: string): string {
  const url = new URL(location.href);
  url.search = "?" + name + "=" + code;
  url.hash = "";
  return url.href;
}

export const canShare = !!navigator.share;

/** Hands the link to the device, or copies it, and returns what to tell the person. */
export async function share(link: string): Promise<string> {
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
    case Code.NOT_FOUND:
    case Code.ROOM_CLOSED:
    case Code.EXPIRED:
      return "That table is no more.";
  }
  return fault.message;
}
