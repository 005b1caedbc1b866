// PartyPanel is the people who stay together from match to match: ?party=CODE leads to them.
import { Code, createParty, joinParty, leaveParty } from "../../src/parlor";
import type { Party } from "../../src/parlor";
import { button, make, mark } from "./dom";
import { invitedTo, keepCode, linkField, linkTo } from "./invite";
import type { Visit } from "./visit";

export class PartyPanel<V> {
  private readonly members = make("ol", "rows");
  private readonly buttons = make("div", "actions");
  private readonly link: ReturnType<typeof linkField>;

  constructor(
    root: HTMLElement,
    private readonly visit: Visit<V>,
  ) {
    const { parlor } = visit;
    this.link = linkField("party-link", "Link to this party", (word) => visit.toast(word));
    this.members.dataset.testid = "party-members";
    root.append(this.link.root, this.members, this.buttons);
    parlor.on("welcome", (_, same) => {
      if (!same) void this.come(invitedTo("party"));
    });
    parlor.on("party", (party) => {
      if (party.error) visit.toast(party.error.code === Code.FORBIDDEN ? "You were sent away from the party." : "The party is over.");
      keepCode("party", party.code);
      this.draw();
    });
    this.draw();
  }

  /** Whoever is in a party and does not lead it goes where its leader goes. */
  get follows(): boolean {
    const { party, player } = this.visit.parlor;
    return !!party && party.members[0].player !== player;
  }

  private async come(code: string): Promise<void> {
    const { parlor } = this.visit;
    if (!code) return;
    let fault = await joinParty(parlor, code);
    if (fault && fault.code === Code.WRONG_PHASE && parlor.party && parlor.party.code !== code.toUpperCase()) {
      await leaveParty(parlor);
      fault = await joinParty(parlor, code);
    }
    if (!fault || parlor.party) return;
    keepCode("party", "");
    this.visit.toast(fault.code === Code.ROOM_FULL ? "That party is full." : fault.code === Code.NOT_FOUND ? "That party is no more." : fault.message);
  }

  private draw(): void {
    const { party } = this.visit.parlor;
    mark("party", party ? party.members.length : 0);
    this.link.root.hidden = !party;
    if (party) this.link.show(linkTo("party", party.code));
    this.members.replaceChildren(...(party ? this.rows(party) : [make("li", "note", "A party waits together and plays together, on one side.")]));
    this.buttons.replaceChildren(party
      ? button("party-leave", "Leave the party", () => void leaveParty(this.visit.parlor))
      : button("party-make", "Make a party", () => void this.make()));
  }

  private rows({ members }: Party): HTMLElement[] {
    const { parlor } = this.visit;
    return members.map(({ player, name, away }, i) => {
      const mine = player === parlor.player;
      const row = make("li", mine ? "row me" : "row");
      row.dataset.testid = "party-member";
      row.append(make("span", "who", name));
      if (i === 0 || away) row.append(make("span", "tag", away ? "away" : "leads"));
      if (!this.follows && !mine) row.append(button("party-kick", "Send away", () => void leaveParty(parlor, player), "small"));
      return row;
    });
  }

  private async make(): Promise<void> {
    const fault = await createParty(this.visit.parlor);
    if (fault) this.visit.toast(fault.message);
  }
}
