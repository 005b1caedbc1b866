// A plan says how views of one message are taken apart into tables: docs/DELTA.md, sections 1 and
// 6. It is read from its description, that of the own message as well as one that a server sends
// who knows another version of it.
import { readVarint } from "./octets";
import type { Codec, Field } from "./protobuf";
import { message, oneof, repeated, typeOf } from "./protobuf";

const mostColumns = 32;
const mostLists = 32;
const mostStride = 8;

/** What a field of a description is: its type, 0 for raw, and these. */
const types = 7;
const isQueue = 8;
const isKey = 16;
const isLinear = 32;
const hasQuantum = 64;
const hasWrap = 128;
const hasStride = 256;

/** The kinds of columns. */
export const int = 1;
export const queue = 2;
export const raw = 3;

export type Row = { [field: string]: unknown };

export interface Column {
  /** Of the own message; "" if it has none like it, and what is read goes nowhere. */
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

/** TablePlan is the part of a plan about the root or about a list. */
export interface TablePlan {
  readonly root: boolean;
  readonly codec: Codec<Row>;
  /** The field that has the rows; "" as in columns. */
  readonly list: string;
  /** What the rows' ids are; without it, their indexes. */
  readonly key?: Column;
  readonly columns: readonly Column[];
  readonly linear: boolean; // any column is
}

const unknown = /* @__PURE__ */ message<Row>([]);

/**
 * Describes the plan of a message; undefined when it always travels whole. What the options say
 * makes sense: proto/gen refuses them otherwise.
 */
export function describe(codec: Codec<unknown>): Uint8Array | undefined {
  const out: number[] = [];
  const put = (value: number): void => {
    for (; value > 127; value >>>= 7) out.push((value & 127) | 128);
    out.push(value);
  };
  const table = (number: number, { fields, key }: Codec<unknown>, columns = fields): boolean => {
    put(number);
    put(columns.length);
    for (const field of columns) {
      const [at, name, , label, { queue: stride = 0, quantum = 1, wrap = 0, linear = false } = {}] = field;
      const type = typeOf(field).int || 0;
      const plain = type > 0 && !label;
      put(at);
      if (number && name === key) put(type | isKey);
      else if (!plain && !stride) put(0);
      else {
        put(type | (plain ? 0 : isQueue) | (linear ? isLinear : 0) | (quantum > 1 ? hasQuantum : 0) | (wrap ? hasWrap : 0) | (stride > 1 ? hasStride : 0));
        if (quantum > 1) put(quantum);
        if (wrap) put(wrap);
        if (stride > 1) put(stride);
      }
    }
    return columns.length <= mostColumns + (number && key ? 1 : 0) && !fields.some((field) => (field[3] || 0) >= oneof);
  };
  const lists = codec.fields.filter(isTable);
  const good = table(0, codec, codec.fields.filter((field) => !isTable(field))) &&
    lists.every((field) => table(field[0], typeOf(field) as Codec<unknown>));
  return good && lists.length <= mostLists ? new Uint8Array(out) : undefined;
}

/** The hash of a plan: CRC-32 of its description. */
export function schemaOf(description: Uint8Array): number {
  let crc = -1;
  for (let i = 0; i < description.length; i++) {
    crc ^= description[i];
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0 || 1;
}

/** Reads a plan for a message, the root first. What the message does not have is read and dropped. */
export function readPlan(description: Uint8Array, codec: Codec<unknown>): TablePlan[] {
  const r = { bytes: description, at: 0, end: description.length, high: 0, depth: 0 };
  const tables: TablePlan[] = [];
  do {
    const number = readVarint(r);
    const root = !tables.length;
    const list = codec.fields.find((field) => field[0] === number && isTable(field));
    const rows = (root ? codec : list ? typeOf(list) : unknown) as Codec<Row>;
    const columns: Column[] = [];
    let key: Column | undefined;
    for (let n = readVarint(r); n > 0; n--) {
      const at = readVarint(r);
      const kind = readVarint(r);
      const column = {
        field: own(rows, at, kind),
        kind: kind & types ? (kind & isQueue ? queue : int) : raw,
        type: kind & types,
        quantum: kind & hasQuantum ? readVarint(r) : 1,
        wrap: kind & hasWrap ? readVarint(r) : 0,
        linear: (kind & isLinear) > 0,
        stride: kind & hasStride ? readVarint(r) : 1,
      };
      column.wrap /= column.quantum || NaN;
      if (column.wrap % 1 !== 0 || column.stride < 1 || column.stride > mostStride) throw new Error("delta: no plan");
      if (kind & isKey) key = column;
      else columns.push(column);
    }
    if (columns.length > mostColumns || tables.length > mostLists) throw new Error("delta: no plan");
    tables.push({ root, codec: rows, list: list && !root ? list[1] : "", key, columns, linear: columns.some((each) => each.linear) });
  } while (r.at < r.end);
  return tables;
}

/** Names the field of a message that holds what a field of a description says. */
function own(codec: Codec<Row>, number: number, kind: number): string {
  const field = codec.fields.find((each) => each[0] === number);
  if (!field) return "";
  const same = !(kind & types) || ((kind & types) === typeOf(field).int && !field[3] === !(kind & isQueue));
  return same ? field[1] : "";
}

function isTable(field: Field): boolean {
  return field[3] === repeated && "fields" in typeOf(field) && !(field[4] && field[4].map);
}
