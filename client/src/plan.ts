// A plan says how views of one message are taken apart into tables: docs/DELTA.md, section 1.
import type { Codec, Field } from "./protobuf";
import { oneof, repeated, typeOf } from "./protobuf";

const mostColumns = 32;

/** The kinds of columns. */
export const int = 1;
export const queue = 2;
export const raw = 3;

export type Row = { [field: string]: unknown };

export interface Column {
  readonly field: string;
  readonly kind: number;
  /** What its integers are in a view; see protobuf.ts. */
  readonly type: number;
  readonly quantum: number;
  /** Steps of the circle, in units of the table; 0: no circle. */
  readonly wrap: number;
  readonly linear: boolean;
  readonly stride: number;
}

/** TablePlan is the part of a plan about the root, which has no list, or about a list. */
export interface TablePlan {
  readonly codec: Codec<Row>;
  /** The root's field that has the rows. */
  readonly list: string;
  /** What the rows' ids are; without it, their indexes. */
  readonly key?: Column;
  readonly columns: readonly Column[];
  readonly linear: boolean; // any column is
}

/**
 * Returns the plan of a message, the root first; undefined when it always travels whole. What
 * the options say makes sense: proto/gen refuses them otherwise.
 */
export function planOf(codec: Codec<unknown>): TablePlan[] | undefined {
  const lists = codec.fields.filter(isTable);
  const tables = [
    tablePlan(codec as Codec<Row>, "", codec.fields.filter((field) => !isTable(field))),
    ...lists.map((field) => {
      const row = typeOf(field) as Codec<Row>;
      return tablePlan(row, field[1], row.fields);
    }),
  ];
  return tables.every((table) => table) ? (tables as TablePlan[]) : undefined;
}

function isTable(field: Field): boolean {
  return field[3] === repeated && "fields" in typeOf(field) && !(field[4] && field[4].map);
}

function tablePlan(codec: Codec<Row>, list: string, fields: readonly Field[]): TablePlan | undefined {
  const name = list ? codec.key : undefined;
  const all = fields.map(column);
  const key = all.find((each) => each.field === name);
  const columns = all.filter((each) => each !== key);
  const bad = columns.length > mostColumns || codec.fields.some((field) => (field[3] || 0) >= oneof);
  return bad ? undefined : { codec, list, key, columns, linear: columns.some((each) => each.linear) };
}

function column(field: Field): Column {
  const [, name, , label, sync = {}] = field;
  const type = typeOf(field).int || 0;
  const quantum = sync.quantum || 1;
  return {
    field: name,
    kind: type && !label ? int : sync.queue ? queue : raw,
    type,
    quantum,
    wrap: (sync.wrap || 0) / quantum,
    linear: !!sync.linear,
    stride: sync.queue || 1,
  };
}
