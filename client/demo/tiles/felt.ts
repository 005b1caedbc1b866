// The table while a match is played, and after it: the players, the tile on top, the own hand.
import { Action, Table } from "../../src/gen/arcade.tiles.v1";
import type { Player } from "../../src/gen/arcade.tiles.v1";
import type { Member, Result, Room } from "../../src/parlor";
import { make, part, say } from "../page/dom";
import { teamNames } from "../page/lobby";
import { clockText, ms } from "../page/turnclock";
import type { TurnClock } from "../page/turnclock";
import { face, fits, nameOf } from "./face";

const hurryMs = 5000;
const said: { [action: number]: string } = { [Action.PLAY]: "played", [Action.DRAW]: "drew", [Action.PASS]: "passed", [Action.LATE]: "was late" };

export class Felt {
  private shownHand = "";
  private shownPlayers = "";
  private shownTop = -1;

  /** play is called with the tile that the person has chosen. */
  constructor(private readonly play: (tile: number) => void) {}

  draw(table: Table, room: Room, result: Result | undefined): void {
    const mine = !result && table.turn === room.seat;
    say(part("bag"), String(table.bag));
    if (table.top !== this.shownTop) part("top-tile").replaceChildren(face("span", (this.shownTop = table.top)));
    this.drawPlayers(table, room, result);
    this.drawHand(table, mine);
    part("moves").hidden = room.seat < 0 || !!result;
    part<HTMLButtonElement>("draw").disabled = !mine || table.drew || !table.bag;
    part<HTMLButtonElement>("pass").disabled = !mine || (!table.drew && table.bag > 0);
  }

  /** The time for the turn runs first, then the bank of who is to move. */
  drawTimer(table: Table, clock: TurnClock, over: boolean): void {
    const timer = part("timer");
    const [big, small] = Array.from(timer.children) as HTMLElement[];
    const mover = table.players.find(({ seat }) => seat === table.turn);
    if (over || !mover) return say(big, ""), say(small, "");
    const left = clock.until(table.turnEnd);
    const bank = ms(mover.bank);
    timer.dataset.hurry = String(left < hurryMs);
    say(big, clockText(left > 0 ? left : bank + left));
    say(small, left > 0 ? (bank ? "+ " + clockText(bank) : "") : "bank");
  }

  private drawPlayers(table: Table, room: Room, result: Result | undefined): void {
    const from = Math.max(0, room.seat);
    const order = table.players.slice().sort((a, b) => turnsFrom(from, a, table) - turnsFrom(from, b, table));
    const rows = order.map((player) => this.player(player, table, room, result));
    const now = rows.map((row) => row.outerHTML).join("");
    if (now === this.shownPlayers) return;
    this.shownPlayers = now;
    part("players").replaceChildren(...rows);
  }

  private player({ seat, tiles, last, gone }: Player, table: Table, room: Room, result: Result | undefined): HTMLElement {
    const member = room.members.find((each) => each.seat === seat);
    const won = !!result && result.standings.some((standing) => standing.seat === seat && standing.won);
    const row = make("li", "plate");
    row.dataset.testid = "player-" + seat;
    row.dataset.turn = String(!result && table.turn === seat);
    row.dataset.won = String(won);
    row.dataset.away = String(gone || (!!member && member.away));
    if (room.teams) row.dataset.team = String(seat % room.teams);
    const words = [seat === room.seat ? "you" : kind(member, gone), room.teams ? teamNames[seat % room.teams] : "", won ? "won" : said[last] || ""];
    const who = make("span", "");
    who.append(make("b", "who", (member && member.name) || "…"), make("small", "what", words.filter(Boolean).join(", ")));
    const count = make("span", "count", String(tiles));
    count.setAttribute("aria-label", `${tiles} tiles`);
    row.append(who, count);
    return row;
  }

  private drawHand(table: Table, mine: boolean): void {
    const now = JSON.stringify([table.hand, table.top, mine]);
    if (now === this.shownHand) return;
    this.shownHand = now;
    const hand = part("hand");
    const focused = document.activeElement instanceof HTMLElement && hand.contains(document.activeElement) ? document.activeElement.dataset.tile : "";
    hand.replaceChildren(...table.hand.map((tile) => {
      const button = face("button", tile) as HTMLButtonElement;
      button.type = "button";
      button.dataset.testid = "tile-" + tile;
      button.dataset.fits = String(mine && fits(tile, table.top));
      button.setAttribute("aria-label", nameOf(tile) + (mine && fits(tile, table.top) ? ", fits" : ""));
      button.addEventListener("click", () => this.play(tile));
      return button;
    }));
    const again = focused && hand.querySelector<HTMLElement>(`[data-tile="${focused}"]`);
    if (again) again.focus();
  }
}

/** How many turns after seat from a player comes. */
function turnsFrom(from: number, { seat }: Player, { players }: Table): number {
  return (seat - from + players.length) % players.length;
}

function kind(member: Member | undefined, gone: boolean): string {
  if (gone || !member) return "left";
  if (member.standIn) return "away, a bot plays";
  return member.away ? "away" : member.bot ? "bot" : "";
}
