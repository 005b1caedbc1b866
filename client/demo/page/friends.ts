// Friends are the players whom this browser has met as such: at a table with a code, or in the person's party.
import { browser } from "../../src/browser";
import type { Parlor } from "../../src/parlor";
import { slot } from "./dom";

const storage = browser(slot);
const key = "parlor.friends";
const most = 49; // a read of a board names 50, and one is the person himself

/** Their ids, those met last first. */
export function friends(): string[] {
  try {
    return [].concat(JSON.parse(storage.load(key) || "[]")).map(String);
  } catch {
    return []; // what is there was not written by us
  }
}

/** Notes whom the person meets; met is called when there is somebody new. */
export function meetFriends<V>(parlor: Parlor<V>, met: () => void): void {
  const meet = (people: { player: string }[]): void => {
    const known = friends();
    const fresh = people.map(({ player }) => player).filter((id) => id && id !== parlor.player && !known.includes(id));
    if (!fresh.length) return;
    storage.save(key, JSON.stringify(fresh.concat(known).slice(0, most)));
    met();
  };
  // Who comes to a public table may be a stranger.
  parlor.on("room", ({ code, public: open, seat, members }) => {
    if (code && !open && seat >= 0) meet(members);
  });
  parlor.on("party", ({ members }) => meet(members));
}
