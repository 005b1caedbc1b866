// Views follows what a seat sees as it travels: all of it at first, then by what changed.
import { Bits, fail } from "./bits";
import type { TablePlan } from "./plan";
import { describe, readPlan, schemaOf } from "./plan";
import type { Codec } from "./protobuf";
import { Table } from "./table";

/**
 * A view is to be looked at, not to be changed: parts of it that stay the same are shared with
 * the next one.
 */
export class Views<M> {
  /** The hash of the message's plan; 0: it has none, and always travels as it is. */
  readonly schema: number;

  private readonly plans: { [schema: number]: TablePlan[] } = {};
  private tables?: Table[]; // none: the next view must be all of it
  private view?: M;

  constructor(private readonly codec: Codec<M>) {
    const description = describe(codec);
    this.schema = description ? this.learn(description) : 0;
  }

  /** Decodes a view that travels as it is. No delta leads from it. */
  whole(bytes: Uint8Array): M {
    this.forget();
    return (this.view = this.codec.decode(bytes));
  }

  /**
   * Decodes a view that the next delta will be about, packed by the plan with the hash schema. A server
   * with another plan than ours describes it, once.
   */
  packed(bytes: Uint8Array, schema: number, plan?: Uint8Array): M {
    this.forget();
    if (plan && plan.length) this.learn(plan);
    const tables = this.plans[schema] || fail("a plan that was not told");
    const bits = new Bits(bytes);
    return this.show(tables.map((table) => Table.whole(table, bits)), bits);
  }

  /**
   * Returns the view that a delta leads to from the one before. It throws an Error on what is
   * no such delta, takes time and memory in proportion to the view and the bytes, and is
   * good for another try after that; but what the server sent then is lost.
   */
  delta(bytes: Uint8Array): M {
    const bits = new Bits(bytes);
    return this.show((this.tables || fail("no view to begin from")).map((table) => table.next(bits)), bits);
  }

  /** The canonical bytes of the newest view. */
  bytes(): Uint8Array {
    return this.codec.encode(this.view as never);
  }

  /** Forgets all views: the next one must be all of it. */
  forget(): void {
    this.tables = this.view = undefined;
  }

  private learn(description: Uint8Array): number {
    const schema = schemaOf(description);
    this.plans[schema] = this.plans[schema] || readPlan(description, this.codec);
    return schema;
  }

  private show(tables: Table[], bits: Bits): M {
    bits.done();
    this.tables = tables;
    const view = Object.assign({}, tables[0].rows[0]);
    for (const { plan, rows } of tables) if (plan.list) view[plan.list] = rows.slice();
    return (this.view = view as unknown as M);
  }
}
