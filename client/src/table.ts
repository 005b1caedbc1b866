// Table is the root of a view or one of its lists, taken apart; docs/DELTA.md is the law.
//
// Next to the columns of the base stand those of older, brought to the base's rows: where
// older lacks a row, they have its base's value, which predicts just that. Tables are never
// changed once they are made; columns and rows that stay the same are shared.
import { Bits, fail } from "./bits";
import type { Column, Row, TablePlan } from "./plan";
import { int, queue, raw } from "./plan";
import { truth, unsigned } from "./protobuf";

const most = 65536; // rows of a table, points of a queue
const few = 8; // so many rows are best put in and out one by one

/** A column's value in each row: integers, or queues in the units of the view. */
type Cells = unknown[];

export class Table {
  private ids: number[] = [];
  private base: Cells[];
  private older: Cells[]; // used of linear columns
  private fresh?: Uint8Array; // rows that no earlier view has, while the table is made

  /** Rows are the messages, as the application sees them. */
  private constructor(
    readonly plan: TablePlan,
    public rows: Row[],
  ) {
    this.base = this.older = plan.columns.map(({ kind }) => rows.map(() => (kind === int ? 0 : kind === queue ? [] : undefined)));
  }

  /** Reads a table that follows from nothing. */
  static whole(plan: TablePlan, bits: Bits): Table {
    const table = new Table(plan, plan.root ? [blank(plan)] : []).next(bits);
    table.older = table.base;
    return table;
  }

  /** Reads the table that follows from this one. */
  next(bits: Bits): Table {
    const { plan } = this;
    const touched = plan.root || bits.flag();
    if (!touched && !plan.linear) return this;
    const next = new Table(plan, this.rows);
    next.ids = this.ids;
    next.base = this.base.slice();
    next.older = this.older.slice();
    let came: Table | undefined;
    if (touched && !plan.root) {
      next.remove(bits);
      came = this.came(bits);
      if (plan.linear && next.rows.length < this.rows.length) came.remember(this);
    }
    next.rows = next.rows.slice();
    next.fresh = new Uint8Array(next.rows.length);
    if (plan.linear) next.predict();
    if (touched && bits.flag()) next.change(bits);
    next.fresh = undefined;
    if (came && came.rows.length) next.insert(came);
    if (!plan.root && !plan.key && next.ids.some((id, i) => id !== i)) fail();
    return next;
  }

  private remove(bits: Bits): void {
    const n = bits.count(0, this.rows.length);
    if (!n) return;
    const gone = indexes(bits, n, bits.take(4), this.rows.length);
    this.ids = without(this.ids, gone);
    this.rows = without(this.rows, gone);
    this.plan.columns.forEach(({ linear }, c) => {
      this.base[c] = without(this.base[c], gone);
      if (linear) this.older[c] = without(this.older[c], gone);
    });
  }

  /** Reads the rows that are new. */
  private came(bits: Bits): Table {
    const { columns, key } = this.plan;
    const came = new Table(this.plan, []);
    const n = bits.count(0, most);
    if (!n) return came;
    const none = blank(this.plan);
    const last = this.ids.length - 1;
    const k = bits.take(4);
    let id = last < 0 ? 0 : this.ids[last] + 1;
    for (let i = 0; i < n; i++) {
      const gap = bits.rice(k);
      id = i ? id + gap : (id + unzigzag(gap)) >>> 0;
      if (id > 0xffffffff) fail();
      const row = Object.assign({}, none);
      if (key) put(row, key, key.type === unsigned ? id : id | 0);
      came.ids.push(id++);
      came.rows.push(row);
    }
    came.base = came.older = columns.map((column, c) => came.whole(bits, column, (this.base[c][last] as number) || 0));
    return came;
  }

  /** A row that went and came in one delta is one that older has, too. */
  private remember(old: Table): void {
    const places = new Map(old.ids.map((id, i) => [id, i] as [number, number]));
    this.older = this.base.map((cells, c) => cells.map((cell, i) => {
      const was = places.get(this.ids[i]);
      return was === undefined ? cell : old.base[c][was];
    }));
  }

  /** Reads a column of rows that are new; above the first of them stands above. */
  private whole(bits: Bits, column: Column, above: number): Cells {
    const { kind, stride } = column;
    const ks = divisors(bits, column);
    return this.rows.map((row) => {
      if (kind === int) {
        above = moved(column, above, unzigzag(bits.rice(ks[0])));
        put(row, column, shown(column, above));
        return above;
      }
      if (kind === raw) return this.unpack(bits, row, column);
      const points = entering(bits, column, ks, bits.count(4, most, stride), []);
      put(row, column, points.slice());
      return points;
    });
  }

  /** Makes every row what it was to become. */
  private predict(): void {
    this.plan.columns.forEach((column, c) => {
      const base = this.base[c] as number[];
      const older = this.older[c] as number[];
      this.older[c] = base;
      if (!column.linear || base === older) return;
      const cells = base.slice();
      for (let i = 0; i < cells.length; i++) {
        const value = base[i];
        if (value === older[i]) continue;
        const by = column.wrap ? (value >>> 0) - (older[i] >>> 0) : value - older[i];
        cells[i] = moved(column, value, by);
        put(this.own(i), column, shown(column, cells[i]));
      }
      this.base[c] = cells;
    });
  }

  /** Reads what is not as predicted, column by column. */
  private change(bits: Bits): void {
    const { columns, root } = this.plan;
    const mask = columns.map(() => bits.flag());
    columns.forEach((column, c) => {
      if (!mask[c]) return;
      const rows = root ? [0] : named(bits, this.rows.length);
      const ks = divisors(bits, column);
      const { kind } = column;
      const cells = (this.base[c] = this.base[c].slice());
      for (let r = 0; r < rows.length; r++) {
        const i = rows[r];
        const row = this.own(i);
        if (kind === int) {
          const value = moved(column, cells[i] as number, unzigzag(bits.rice(ks[0]) + 1));
          cells[i] = value;
          put(row, column, shown(column, value));
        } else if (kind === queue) {
          const points = (cells[i] = step(bits, column, ks, cells[i] as number[]));
          put(row, column, points.slice());
        } else {
          this.unpack(bits, row, column);
        }
      }
    });
  }

  /** Reads a field as it stands in a message. */
  private unpack(bits: Bits, row: Row, { field }: Column): void {
    const value = this.plan.codec.decode(bits.bytes())[field];
    if (value === undefined) delete row[field];
    else row[field] = value;
  }

  /** Returns a row that may be changed: no earlier view shows it. */
  private own(i: number): Row {
    const fresh = this.fresh as Uint8Array;
    if (!fresh[i]) {
      fresh[i] = 1;
      this.rows[i] = Object.assign({}, this.rows[i]);
    }
    return this.rows[i];
  }

  private insert(came: Table): void {
    const { length } = this.ids;
    const ids = this.ids.concat(came.ids);
    if (ids.length > most) fail();
    // Mostly, new ids are the highest.
    const order = ids[length - 1] >= ids[length] ? ids.map((_, i) => i).sort((a, b) => ids[a] - ids[b]) : undefined;
    const join = <T>(old: T[], more: T[]): T[] => {
      const all = old.concat(more);
      return order ? order.map((i) => all[i]) : all;
    };
    this.ids = join(this.ids, came.ids);
    if (order && this.ids.some((id, i) => id === this.ids[i - 1])) fail();
    this.rows = join(this.rows, came.rows);
    this.plan.columns.forEach(({ linear }, c) => {
      this.base[c] = join(this.base[c], came.base[c]);
      if (linear) this.older[c] = join(this.older[c], came.older[c]);
    });
  }
}

// ---------------------------------------------------------------- values

/** A row before anything of it is read. */
function blank({ codec }: TablePlan): Row {
  return codec.decode(new Uint8Array(0));
}

function put(row: Row, { field }: Column, value: unknown): void {
  if (field) row[field] = value;
}

/** What stands in a view for a table's integer. */
function shown(column: Column, value: number): number | boolean {
  const n = column.quantum > 1 ? Math.imul(value, column.quantum) : value;
  return column.type === unsigned ? n >>> 0 : column.type === truth ? n !== 0 : n;
}

function moved(column: Column, value: number, by: number): number {
  const { wrap } = column;
  return wrap ? ((((value >>> 0) + by) % wrap) + wrap) % wrap | 0 : (value + by) | 0;
}

function unzigzag(z: number): number {
  return (z >>> 1) ^ -(z & 1);
}

// ---------------------------------------------------------------- queues

/** Reads the k of a changed column's numbers, for each axis of a queue. */
function divisors(bits: Bits, column: Column): number[] {
  const ks: number[] = [];
  if (column.kind !== raw) for (let axis = 0; axis < column.stride; axis++) ks.push(bits.take(4));
  return ks;
}

/** Reads what a queue became. */
function step(bits: Bits, column: Column, ks: number[], was: number[]): number[] {
  const { stride } = column;
  let entered = 1;
  let left = 1;
  if (!bits.flag()) {
    entered = bits.count(1, most, stride);
    left = bits.rice(1);
  }
  const stay = was.length / stride - left;
  if (stay < 0 || stay + entered > most) fail();
  return entering(bits, column, ks, entered, was).concat(left ? was.slice(0, stay * stride) : was);
}

/** Reads points that enter before those of a queue, from the one next to them outwards. */
function entering(bits: Bits, column: Column, ks: number[], count: number, was: number[]): number[] {
  const { stride, quantum } = column;
  const size = count * stride;
  const points: number[] = new Array(size);
  // The last two points are behind what enters, for a while, to predict from.
  for (let i = 0; i < 2 * stride && i < was.length; i++) points.push((was[i] / quantum) | 0);
  for (let start = size - stride; start >= 0; start -= stride) {
    for (let axis = 0; axis < stride; axis++) {
      const one = start + stride + axis;
      const two = one + stride;
      const ahead = two < points.length ? 2 * points[one] - points[two] : one < points.length ? points[one] : 0;
      points[start + axis] = (ahead + unzigzag(bits.rice(ks[axis]))) | 0;
    }
  }
  points.length = size;
  if (column.type === unsigned || quantum > 1) {
    for (let i = 0; i < size; i++) points[i] = shown(column, points[i]) as number;
  }
  return points;
}

// ---------------------------------------------------------------- rows

/** Reads n rising indexes below count. */
function indexes(bits: Bits, n: number, k: number, count: number): number[] {
  const list: number[] = [];
  let at = 0;
  for (; n > 0; n--) {
    at += bits.rice(k);
    if (at >= count) fail();
    list.push(at++);
  }
  return list;
}

/** Reads which of count rows are spoken of. */
function named(bits: Bits, count: number): number[] {
  const listed = !bits.flag();
  const all = bits.flag(); // but those that are listed
  const some = listed ? indexes(bits, bits.count(1, count), 3, count) : [];
  if (listed && !all) return some;
  const rows: number[] = [];
  let next = 0;
  for (let i = 0; i < count; i++) {
    if (i === some[next]) next++;
    else if (all || bits.flag()) rows.push(i);
  }
  return rows;
}

/** Returns the list without what stands at the rising indexes. */
function without<T>(list: T[], gone: number[]): T[] {
  if (gone.length <= few) {
    const rest = list.slice();
    for (let k = gone.length - 1; k >= 0; k--) rest.splice(gone[k], 1);
    return rest;
  }
  let k = 0;
  return list.filter((_, i) => i !== gone[k] || !++k);
}
