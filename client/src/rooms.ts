// Rooms with a code: tables that players make, find, arrange and look on at. The room event tells
// what became of it.
import {
  callCreateRoom, callJoinCode, callJoinRoom, callKick, callListRooms, callPassOwner, callQuickRoom, callReady, callSetProp, callSetRoom,
  callStart, callTakeSeat, callWatch, RoomCard,
} from "./gen/parlor.v1";
import type { CreateRoom, ListRooms, Prop, SetRoom, Watch } from "./gen/parlor.v1";
import type { Asked, Fault, Parlor } from "./parlor";
import type { Init } from "./protobuf";

// ---------------------------------------------------------------- ways in

/** Makes a room and sits down in it, as its owner; without seats it has all those of the game. */
export function createRoom<V>(parlor: Parlor<V>, game: string, options?: Omit<Init<CreateRoom>, "game">): Asked {
  return parlor.ask(callCreateRoom, Object.assign({ game }, options));
}

/** Takes a seat in a public room of the game that has these props, or makes one. */
export function quickRoom<V>(parlor: Parlor<V>, game: string, props: Init<Prop[]> = []): Asked {
  return parlor.ask(callQuickRoom, { game, props });
}

/** The public rooms of a game, the fullest first; none, and why, if they are not to be had. */
export function listRooms<V>(
  parlor: Parlor<V>, game: string, options?: Omit<Init<ListRooms>, "game">,
): Promise<{ rooms: RoomCard[]; fault?: Fault }> {
  const asked = parlor.reply(callListRooms, Object.assign({ game }, options));
  return asked.then(({ rooms = [], error }) => ({ rooms: rooms.map((card) => RoomCard.decode(card)), fault: error as Fault }));
}

/** Takes a seat in a room of a queue that plays already, or in a public one. */
export function joinRoom<V>(parlor: Parlor<V>, room: string): Asked {
  return parlor.ask(callJoinRoom, { room });
}

export function joinCode<V>(parlor: Parlor<V>, code: string): Asked {
  return parlor.ask(callJoinCode, { code });
}

/** Looks on, without a seat: room.seat is -1. By the room's code, or by its id where it may be had by that. */
export function watch<V>(parlor: Parlor<V>, where: Init<Watch>): Asked {
  return parlor.ask(callWatch, where);
}

// ---------------------------------------------------------------- in a lobby

/** The match begins when as many are ready as the room says. */
export function ready<V>(parlor: Parlor<V>, on = true): Asked {
  return parlor.ask(callReady, { on });
}

export function takeSeat<V>(parlor: Parlor<V>, seat: number): Asked {
  return parlor.ask(callTakeSeat, { seat });
}

/** Sets a prop; with was, only if that is its value now: else the answer is Code.CONFLICT. */
export function setProp<V>(parlor: Parlor<V>, name: string, value: string, was?: string): Asked {
  return parlor.ask(callSetProp, { prop: { name, value }, was });
}

// ---------------------------------------------------------------- the owner's to say

/** Begins without waiting for that. */
export function startMatch<V>(parlor: Parlor<V>, bots = false): Asked {
  return parlor.ask(callStart, { bots });
}

/** Lists the room or not, locks it or not. */
export function setRoom<V>(parlor: Parlor<V>, change: Init<SetRoom>): Asked {
  return parlor.ask(callSetRoom, change);
}

export function passOwner<V>(parlor: Parlor<V>, player: string): Asked {
  return parlor.ask(callPassOwner, { player });
}

/** Sends somebody away for good. */
export function kick<V>(parlor: Parlor<V>, player: string): Asked {
  return parlor.ask(callKick, { player });
}
