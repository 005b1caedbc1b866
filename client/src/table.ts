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
    private readonly plan: TablePlan,
    public rows: Row[],
  ) {
    this.base = this.older = plan.columns.map(() => []);
  }

  /** Takes messages apart. It throws an Error if they cannot be a base. */
  static of(plan: TablePlan, rows: Row[]): Table {
    const table = new Table(plan, rows);
    const { key } = plan;
    rows.forEach((row, i) => {
      const id = key ? (row[key.field] as number) >>> 0 : i;
      if (i && id <= table.ids[i - 1]) fail("rows out of order");
      table.ids.push(id);
      plan.columns.forEach((column, c) => table.base[c].push(cell(column, row[column.field])));
    });
    return table;
  }

  /** Reads the table that follows from this one. */
  next(bits: Bits): Table {
    const { plan } = this;
    const touched = bits.flag();
    if (!touched && !plan.linear) return this;
    const next = new Table(plan, this.rows);
    next.ids = this.ids;
    next.base = this.base.slice();
    next.older = this.older.slice();
    let added: Table | undefined;
    if (touched && plan.list) {
      next.remove(bits);
      added = next.added(bits);
    }
    next.rows = next.rows.slice();
    next.fresh = new Uint8Array(next.rows.length);
    if (plan.linear) next.predict();
    if (touched && bits.flag()) next.change(bits);
    next.fresh = undefined;
    if (added && added.rows.length) next.insert(added);
    if (plan.list && !plan.key && next.ids.some((id, i) => id !== i)) fail("a gap among indexes");
    return next;
  }

  private remove(bits: Bits): void {
    const gone = indexes(bits, bits.count(0, this.rows.length), this.rows.length);
    if (!gone.length) return;
    this.ids = without(this.ids, gone);
    this.rows = without(this.rows, gone);
    this.plan.columns.forEach(({ kind, linear }, c) => {
      if (kind !== raw) this.base[c] = without(this.base[c], gone);
      if (linear) this.older[c] = without(this.older[c], gone);
    });
  }

  /** Reads the rows that come new. */
  private added(bits: Bits): Table {
    const { codec, columns, key } = this.plan;
    const added = new Table(this.plan, []);
    const blank = codec.decode(new Uint8Array(0));
    let next = 0;
    for (let n = bits.count(0, most - this.rows.length); n > 0; n--) {
      const id = next + bits.rice(1);
      if (id > 0xffffffff) fail("an id of " + id);
      next = id + 1;
      const row = Object.assign({}, blank);
      if (key) row[key.field] = key.type === unsigned ? id : id | 0;
      for (let c = 0; c < columns.length; c++) added.base[c].push(this.first(bits, row, columns[c]));
      added.ids.push(id);
      added.rows.push(row);
    }
    return added;
  }

  /** Reads a column of a new row, into it; and returns the table's value. */
  private first(bits: Bits, row: Row, column: Column): unknown {
    const { field, kind } = column;
    if (kind === int) {
      const value = unzigzag(bits.rice(4));
      row[field] = shown(column, value);
      return value;
    }
    if (kind === raw) return this.unpack(bits, row, field);
    const count = bits.count(4, most, column.stride);
    const points = entering(bits, column, divisors(bits, column), count, []);
    row[field] = points.slice();
    return points;
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
        this.own(i)[column.field] = shown(column, cells[i]);
      }
      this.base[c] = cells;
    });
  }

  /** Reads what in these rows is not as predicted. */
  private change(bits: Bits): void {
    const rows = named(bits, this.rows.length);
    const columns: Column[] = [];
    const cells: Cells[] = [];
    this.plan.columns.forEach((column, c) => {
      if (!bits.flag()) return;
      columns.push(column);
      cells.push((this.base[c] = this.base[c].slice()));
    });
    const ks = columns.map((column) => divisors(bits, column));
    const alone = columns.length === 1;
    for (let r = 0; r < rows.length; r++) {
      const i = rows[r];
      for (let c = 0; c < columns.length; c++) {
        if (alone || bits.flag()) this.changeOne(bits, columns[c], ks[c], cells[c], i);
      }
    }
  }

  private changeOne(bits: Bits, column: Column, ks: number[], cells: Cells, i: number): void {
    const { field, kind } = column;
    const row = this.own(i);
    if (kind === int) {
      const value = moved(column, cells[i] as number, unzigzag(bits.rice(ks[0]) + 1));
      cells[i] = value;
      row[field] = shown(column, value);
    } else if (kind === queue) {
      const points = (cells[i] = step(bits, column, ks, cells[i] as number[]));
      row[field] = points.slice();
    } else {
      this.unpack(bits, row, field);
    }
  }

  /** Reads a field as it stands in a message. */
  private unpack(bits: Bits, row: Row, field: string): void {
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

  private insert(added: Table): void {
    const { ids } = this;
    let at = 0;
    const places = added.ids.map((id) => {
      at = place(ids, id, at);
      if (ids[at] === id) fail("a row twice");
      return at;
    });
    this.ids = within(ids, added.ids, places);
    this.rows = within(this.rows, added.rows, places);
    this.plan.columns.forEach(({ kind, linear }, c) => {
      if (kind === raw) return;
      const same = this.base[c] === this.older[c];
      this.base[c] = within(this.base[c], added.base[c], places);
      if (linear) this.older[c] = same ? this.base[c] : within(this.older[c], added.base[c], places);
    });
  }
}

// ---------------------------------------------------------------- values

/** What of a view's field stands in the table. */
function cell(column: Column, value: unknown): unknown {
  if (column.kind === raw) return undefined;
  if (column.kind === int) return units(column, value as number);
  const points = value as number[];
  if (points.length % column.stride || points.length > most * column.stride) fail("half a point");
  for (const one of points) units(column, one);
  return points.slice();
}

function units(column: Column, value: number): number {
  const { quantum, wrap } = column;
  const n = +value / quantum;
  if (n !== Math.floor(n) || (wrap && !(n >= 0 && n < wrap))) fail(column.field + " cannot be " + value);
  return n | 0;
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
  if (stay < 0 || stay + entered > most) fail("a queue of " + stay);
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
function indexes(bits: Bits, n: number, count: number): number[] {
  const list: number[] = [];
  let at = 0;
  for (; n > 0; n--) {
    at += bits.rice(3);
    if (at >= count) fail("no row " + at);
    list.push(at++);
  }
  return list;
}

/** Reads which of count rows are spoken of. */
function named(bits: Bits, count: number): number[] {
  if (!bits.flag()) return indexes(bits, bits.count(1, count), count);
  const all = bits.flag();
  const list: number[] = [];
  for (let i = 0; i < count; i++) if (all || bits.flag()) list.push(i);
  return list;
}

/** Returns the first index from at on whose id is not below id. */
function place(ids: number[], id: number, at: number): number {
  let end = ids.length;
  if (at < end && ids[end - 1] < id) return end; // the usual case: new ids are the highest
  while (at < end) {
    const middle = (at + end) >> 1;
    if (ids[middle] < id) at = middle + 1;
    else end = middle;
  }
  return at;
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

/** Returns the list with each of extra before what stands at its rising place. */
function within<T>(list: T[], extra: T[], places: number[]): T[] {
  if (places[0] === list.length) return list.concat(extra);
  let all = list.slice();
  if (extra.length <= few) {
    for (let k = extra.length - 1; k >= 0; k--) all.splice(places[k], 0, extra[k]);
    return all;
  }
  all = list.slice(0, places[0]);
  for (let k = 0; k < extra.length; k++) {
    all.push(extra[k]);
    const end = k + 1 < extra.length ? places[k + 1] : list.length;
    for (let i = places[k]; i < end; i++) all.push(list[i]);
  }
  return all;
}
