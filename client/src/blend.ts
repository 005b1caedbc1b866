// Blend draws between two views: the numbers that move, as the schema's lerp option says. What
// does not move stands as in the view before, until the view after.
import type { Row } from "./plan";
import { repeated, typeOf } from "./protobuf";
import type { Codec, Field } from "./protobuf";

const angle = 3; // parlor.sync.v1.Lerp
const mostEntered = 16; // points, from one view to the next

/** Moving is what moves in a message, and in the rows of its lists. */
interface Moving {
  readonly key?: string;
  readonly fields: readonly Field[];
  readonly lists: readonly { readonly name: string; readonly rows: Moving }[];
}

export class Blend<V> {
  private readonly moving: Moving;

  constructor(codec: Codec<V>, private readonly snap: number) {
    this.moving = movingOf(codec as Codec<unknown>, true);
  }

  /** The view at part of the way from a to b; past b, if part is over 1. */
  between(a: V, b: V, part: number): V {
    const view = this.row(this.moving, a as never, b as never, part);
    for (const { name, rows } of this.moving.lists) {
      view[name] = this.list(rows, (a as Row)[name] as Row[], (b as Row)[name] as Row[], part);
    }
    return view as never;
  }

  private list(rows: Moving, a: Row[], b: Row[], part: number): Row[] {
    if (a === b || !rows.fields.length) return part < 1 ? a : b;
    const [base, other] = part < 1 ? [a, b] : [b, a];
    return base.map((row, i) => {
      const twin = twinOf(row, i, rows.key, other);
      if (!twin || twin === row) return row;
      return part < 1 ? this.row(rows, row, twin, part) : this.row(rows, twin, row, part);
    });
  }

  private row({ fields }: Moving, a: Row, b: Row, part: number): Row {
    const row = Object.assign({}, part < 1 ? a : b);
    let far = 0;
    for (const [, name, , , sync = {}] of fields) {
      if (sync.queue) {
        row[name] = slide(a[name] as number[], b[name] as number[], sync.queue, part);
        continue;
      }
      const from = a[name] as number;
      const way = (b[name] as number) - from;
      const { wrap } = sync;
      if (sync.lerp === angle && wrap) {
        row[name] = around(from + part * (around(way + wrap / 2, wrap) - wrap / 2), wrap);
      } else {
        row[name] = from + part * way;
        far += way * way;
      }
    }
    return far > this.snap * this.snap ? (part < 1 ? a : b) : row;
  }
}

function movingOf(codec: Codec<unknown>, deep: boolean): Moving {
  const fields = codec.fields.filter((field) => field[4] && field[4].lerp && (!field[3] || field[4].queue));
  const tables = codec.fields.filter((field) => deep && field[3] === repeated && "fields" in typeOf(field));
  const lists = tables.map((field) => ({ name: field[1], rows: movingOf(typeOf(field) as Codec<unknown>, false) }));
  return { key: codec.key, fields, lists };
}

/** Rows are mostly at the same place in both views. */
function twinOf(row: Row, i: number, key: string | undefined, rows: Row[]): Row | undefined {
  if (!key || (rows[i] && rows[i][key] === row[key])) return rows[i];
  return rows.find((other) => other[key] === row[key]);
}

function around(value: number, wrap: number): number {
  return ((value % wrap) + wrap) % wrap;
}

/**
 * Draws a queue of points, which is a body that follows its head: it slides along the path that
 * its own points make, and so never leaves it, not even where several points enter at once.
 */
function slide(a: number[], b: number[], stride: number, part: number): number[] {
  const entered = enteredOf(a, b, stride);
  if (entered < 0) return part < 1 ? a : b;
  const path = b.slice(0, entered * stride).concat(a);
  const end = path.length / stride - 1;
  const back = Math.max(-1, entered * (1 - part)); // points from the head of b to what is shown as head
  const tail = (a.length + (b.length - a.length) * Math.min(part, 1)) / stride - 1;
  const shown: number[] = [];
  for (let i = 0; i < tail + 1; i++) {
    const at = Math.min(Math.min(i, tail) + back, end);
    const one = Math.max(0, Math.min(Math.floor(at), end - 1)) * stride;
    for (let axis = 0; axis < stride; axis++) {
      const from = path[one + axis];
      const to = end ? path[one + stride + axis] : from;
      shown.push(from + (to - from) * (at - one / stride));
    }
  }
  return shown;
}

/** How many points entered b after a; -1 if b does not go on from a. */
function enteredOf(a: number[], b: number[], stride: number): number {
  if (!a.length) return -1;
  for (let n = 0; n <= mostEntered && n * stride < b.length; n++) {
    const same = Math.min(2 * stride, a.length, b.length - n * stride);
    let i = 0;
    while (i < same && b[n * stride + i] === a[i]) i++;
    if (i === same) return n;
  }
  return -1;
}
