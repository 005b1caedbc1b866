// Lobby is a table that people have made, before a match and between two: who sits where, who is ready, and
// what its owner may say.
import { kick, passOwner, Phase, ready, setRoom, startMatch, takeSeat } from "../../src/parlor";
import type { Fault, Member, Room } from "../../src/parlor";
import { button, make, mark, say } from "./dom";
import { linkField, linkTo } from "./invite";
import type { Visit } from "./visit";

export const teamNames = ["Green", "Blue", "Amber", "Rose"];

/** Who looks on, to somebody at the table or among them. */
export function lookingText({ seat, watchers }: Room): string {
  if (seat >= 0) return watchers ? `Looking on: ${watchers}.` : "";
  return watchers > 1 ? `You look on, with ${watchers - 1} more.` : "You look on.";
}

export class Lobby<V> {
  private readonly seats = make("ol", "seats");
  private readonly switches = make("div", "switches");
  private readonly looking = make("p", "looking");
  private readonly buttons = make("div", "actions");
  private readonly link: ReturnType<typeof linkField>;
  private shown = ""; // what was drawn last: what is the same keeps its focus

  constructor(
    private readonly root: HTMLElement,
    private readonly visit: Visit<V>,
  ) {
    this.link = linkField("link", "Link to this table", (word) => visit.toast(word));
    this.seats.dataset.testid = "seats";
    this.looking.dataset.testid = "looking";
    root.append(this.link.root, this.seats, this.switches, this.looking, this.buttons);
  }

  /** Shows the table that the person is at; none, where a queue has made it or a match is on. */
  draw(): void {
    const { room } = this.visit.parlor;
    const open = !!room && room.code !== "" && room.phase !== Phase.PLAYING;
    mark("looking", room ? room.watchers : 0);
    mark("phase", room && room.seat < 0 ? (room.phase === Phase.LOBBY ? "lobby" : room.phase === Phase.ENDED ? "ended" : "playing") : "");
    this.root.hidden = !open;
    if (!open) return;
    const now = JSON.stringify(room);
    if (now === this.shown) return;
    this.shown = now;
    this.link.show(linkTo("room", room.code));
    const own = room.members.find(({ seat }) => seat === room.seat);
    this.seats.replaceChildren(...room.members.map((member) => this.seat(room, member, own)));
    this.switches.replaceChildren(...this.settings(room, own));
    say(this.looking, room.watchers ? `Looking on: ${room.watchers}` : "");
    this.buttons.replaceChildren(...this.acts(room, own));
  }

  private seat(room: Room, member: Member, own: Member | undefined): HTMLElement {
    const row = make("li", "seat");
    const { seat, player, name, bot } = member;
    const mine = seat === room.seat;
    row.dataset.testid = "seat-" + seat;
    row.dataset.state = player ? (member.away ? "away" : member.ready ? "ready" : "taken") : bot ? "bot" : "free";
    row.dataset.mine = String(mine);
    if (room.teams) row.dataset.team = String(seat % room.teams);
    row.append(make("i", "dot"), make("span", "who", player || bot ? name : "Free"));
    if (room.teams) row.append(make("span", "tag team", teamNames[seat % room.teams]));
    if (member.owner) row.append(make("span", "tag owner", "owner"));
    const news = mine ? "you" : member.away ? "away" : bot ? "bot" : "";
    if (news) row.append(make("span", "tag", news));
    if (player && this.visit.asksReady && room.phase === Phase.LOBBY) row.append(make("span", "tag ready", member.ready ? "ready" : "not ready"));
    if (!player && own && !bot) row.append(button("sit-" + seat, "Sit here", () => this.ask(takeSeat(this.visit.parlor, seat)), "small"));
    if (player && !mine && own && own.owner) {
      row.append(
        button("owner-" + seat, "Make owner", () => this.ask(passOwner(this.visit.parlor, player)), "small"),
        button("kick-" + seat, "Send away", () => this.ask(kick(this.visit.parlor, player)), "small"),
      );
    }
    return row;
  }

  /** What the owner sets, and everybody reads. */
  private settings(room: Room, own: Member | undefined): HTMLElement[] {
    const { parlor } = this.visit;
    const line = (id: string, text: string, on: boolean, set: () => Promise<Fault | undefined>): HTMLElement => {
      const label = make("label", "switch", text);
      const box = make("input", "") as HTMLInputElement;
      box.type = "checkbox";
      box.checked = on;
      box.disabled = !own || !own.owner;
      box.dataset.testid = id;
      box.addEventListener("change", () => this.ask(set()));
      label.prepend(box);
      return label;
    };
    return [
      line("public", "Public: anybody finds this table", room.public, () => setRoom(parlor, { public: !room.public })),
      line("locked", "Locked: nobody sits down", room.locked, () => setRoom(parlor, { locked: !room.locked })),
    ];
  }

  private acts(room: Room, own: Member | undefined): HTMLElement[] {
    const { visit } = this;
    const { parlor } = visit;
    const free = room.members.some(({ player, bot }) => !player && !bot);
    const people = room.members.filter(({ player }) => player).length;
    const acts: HTMLElement[] = [];
    if (own && room.phase === Phase.LOBBY) {
      if (visit.asksReady && own.ready) acts.push(button("ready", "Not ready", () => this.ask(ready(parlor, false))));
      else if (visit.asksReady) acts.push(button("ready", "I am ready", () => this.ask(ready(parlor)), "main"));
      if (own.owner && people > 1) acts.push(button("start", "Start", () => this.ask(startMatch(parlor))));
      if (own.owner && free) acts.push(button("start-bots", "Start with bots", () => this.ask(startMatch(parlor, true))));
    }
    const joins = !room.locked && (free || (room.phase === Phase.ENDED && people < room.seats));
    if (!own && joins) acts.push(button("sit", "Take a seat", () => void visit.sit(), "main"));
    if (room.phase === Phase.LOBBY) acts.push(button("leave", own ? "Leave the table" : "Stop looking on", () => void visit.rest()));
    return acts;
  }

  /** What the server did not do, it says why. */
  private async ask(asked: Promise<Fault | undefined>): Promise<void> {
    const fault = await asked;
    this.shown = ""; // a switch that was not turned turns back
    this.draw();
    if (fault) this.visit.toast(fault.message || "That cannot be done now.");
  }
}
