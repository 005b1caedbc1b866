// Parties: players who wait in queues together and play together, match after match. The party event
// and parlor.party say who is in it; the leader's joinQueue is for all of them.
import { callCreateParty, callJoinParty, callLeaveParty } from "./gen/parlor.v1";
import type { Asked, Parlor } from "./parlor";

/** Makes a party; the party event brings its code. */
export function createParty<V>(parlor: Parlor<V>): Asked {
  return parlor.ask(callCreateParty, {});
}

export function joinParty<V>(parlor: Parlor<V>, code: string): Asked {
  return parlor.ask(callJoinParty, { code });
}

/** Leaves the party, or, said by its leader, sends a player away. */
export function leaveParty<V>(parlor: Parlor<V>, player = ""): Asked {
  return parlor.ask(callLeaveParty, { player });
}
