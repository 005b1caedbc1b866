// Views follows what a seat sees as it travels: whole at first, then by what changed.
import { Bits, fail } from "./bits";
import type { Row, TablePlan } from "./plan";
import { planOf } from "./plan";
import type { Codec } from "./protobuf";
import { Table } from "./table";

/**
 * A view is to be looked at, not to be changed: parts of it that stay the same are shared with
 * the next one.
 */
export class Views<M> {
  private plan?: TablePlan[];
  private first?: Uint8Array; // a whole view, while no delta followed it
  private tables?: Table[]; // what the last delta led to
  private view?: M;

  constructor(private readonly codec: Codec<M>) {}

  /** Decodes a whole view, which the next delta will be about. */
  whole(bytes: Uint8Array): M {
    this.forget();
    this.view = this.codec.decode(bytes);
    this.first = bytes;
    return this.view;
  }

  /**
   * Returns the view that a delta leads to from the one before. It throws an Error on what is
   * no such delta, takes time and memory in proportion to the view and the bytes, and is
   * good for another try after that; but what the server sent then is lost.
   */
  delta(bytes: Uint8Array): M {
    const bits = new Bits(bytes);
    const tables = this.base().map((table) => table.next(bits));
    bits.done();
    this.tables = tables;
    this.first = undefined;
    const view = Object.assign({}, tables[0].rows[0]);
    const plan = this.plan as TablePlan[];
    for (let i = 1; i < plan.length; i++) view[plan[i].list] = tables[i].rows.slice();
    return (this.view = view as unknown as M);
  }

  /** The canonical bytes of the newest view. */
  bytes(): Uint8Array {
    return this.codec.encode(this.view as never);
  }

  /** Forgets all views: the next one must be whole. */
  forget(): void {
    this.first = this.tables = this.view = undefined;
  }

  /** Most games without a rate never see a delta, so a whole view is taken apart late. */
  private base(): Table[] {
    if (this.tables) return this.tables;
    const plan = (this.plan = this.plan || planOf(this.codec));
    if (!plan) return fail("the message has no plan");
    if (!this.first) return fail("no view to begin from");
    const view = this.codec.decode(this.first) as unknown as Row; // the application has the other
    return plan.map((table) => Table.of(table, table.list ? (view[table.list] as Row[]) : [view]));
  }
}
