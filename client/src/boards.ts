// Boards: who is best, and where the player himself stands. The posted event names those on which results of
// his are by now, to be read again.
import { Board, callReadBoard } from "./gen/parlor.v1";
import type { ReadBoard } from "./gen/parlor.v1";
import type { Fault, Parlor } from "./parlor";
import type { Init } from "./protobuf";

/**
 * The best of a board, or those around the player, or some by their ids; none, and why, if they are not to be had.
 * Code.NOT_FOUND with around: he has no entry there.
 */
export function readBoard<V>(parlor: Parlor<V>, what: Init<ReadBoard>): Promise<{ board?: Board; fault?: Fault }> {
  const asked = parlor.reply(callReadBoard, what);
  return asked.then(({ board, error }) => ({ board: board && Board.decode(board), fault: error as Fault }));
}
