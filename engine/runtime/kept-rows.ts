// The rows that a query counts as late or rejected, kept to be looked at: the newest epochs' ones, up to a number of rows that the session
// sets, and a number of bytes. The counts of progress are exact whatever is kept. Rows of an epoch become visible when it has been committed, and a row that many operators
// judge is here once for each that dropped it, as it came to that operator.

import { type Field, field } from '../../planner/types.js';
import * as T from '../../planner/types.js';
import type { Row, Value, VariantValue } from '../../planner/values.js';
import { batchOf } from '../columnar/build.js';
import { type Column, type Delta, isValid, type RecordBatch } from '../columnar/column.js';
import { reader } from '../columnar/read.js';
import type { RejectedRecord } from '../connect/contract.js';
import { UTC } from '../formats/zone.js';
import { renderer } from '../formats/render.js';
import { toVariant } from '../functions/cast/variant.js';
import { type Aside, type EpochContext, operatorId, type PhysicalPlan } from '../operators/operator.js';

export const LATE_COLUMNS: readonly Field[] = [
  field('epoch', T.BIGINT, false), field('operator', T.STRING, false), field('watermark', T.TIMESTAMP, false), field('event_time', T.TIMESTAMP), field('row', T.VARIANT, false),
];
export const REJECTED_COLUMNS: readonly Field[] = [
  field('epoch', T.BIGINT, false), field('operator', T.STRING, false), field('source', T.STRING), field('position', T.STRING), field('reason', T.STRING, false),
  field('event_time', T.TIMESTAMP), field('row', T.VARIANT), field('raw', T.STRING),
];
export type Dropped = 'late' | 'rejected';
export const columnsOf = (dropped: Dropped): readonly Field[] => dropped === 'late' ? LATE_COLUMNS : REJECTED_COLUMNS;

/** Longest text of a record that is kept, in UTF-16 units. */
const RAW_LENGTH = 4096;

/** At most `limit` rows and about KEPT_BYTES bytes, the oldest ones given up first; those of the open epoch apart, as it may yet fail. */
class Shelf {
  private readonly limit: number;
  private kept: Kept[] = [];
  private open: Kept[] = [];
  private openBytes = 0;
  constructor(limit: number) { this.limit = limit; }

  begin(): void { this.open = []; this.openBytes = 0; }
  /** How many more rows of this epoch are wanted. */
  get room(): number { return this.openBytes >= KEPT_BYTES ? 0 : this.limit - this.open.length; }
  add(row: Row): void {
    const bytes = sizeOf(row);
    this.open.push({ row, bytes });
    this.openBytes += bytes;
  }
  commit(): void {
    if (this.open.length === 0) return;
    const all = [...this.kept, ...this.open];
    let from = all.length;
    for (let bytes = 0; from > 0 && all.length - from < this.limit && bytes < KEPT_BYTES; from--) bytes += all[from - 1]!.bytes;
    this.kept = all.slice(from);
    this.begin();
  }
  get rows(): readonly Row[] { return this.kept.map((k) => k.row); }
  get opened(): readonly Row[] { return this.open.map((k) => k.row); }
}
interface Kept { readonly row: Row; readonly bytes: number }
/** Of each kind of rows: a few rows may be very long. */
const KEPT_BYTES = 16 << 20;
/** About how much memory a value takes. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return 2 * value.length;
  if (value instanceof Uint8Array) return value.length;
  if (Array.isArray(value)) return value.reduce<number>((sum, v) => sum + sizeOf(v), 16);
  if (typeof value !== 'object' || value === null) return 8;
  return Object.values(value).reduce<number>((sum, v) => sum + sizeOf(v), 16);
}

export class KeptRows {
  private readonly plan: PhysicalPlan;
  private readonly shelves: Readonly<Record<Dropped, Shelf>>;

  /** `limit`: rows kept of each kind. */
  constructor(plan: PhysicalPlan, limit: number) {
    this.plan = plan;
    this.shelves = { late: new Shelf(limit), rejected: new Shelf(limit) };
  }

  /** An epoch starts; what one that failed left behind is forgotten. */
  begin(): void { this.shelves.late.begin(); this.shelves.rejected.begin(); }
  commit(): void { this.shelves.late.commit(); this.shelves.rejected.commit(); }

  /** Rows of the open epoch so far. */
  opened(dropped: Dropped): readonly Row[] { return this.shelves[dropped].opened; }
  /** A row that was kept by an earlier run, into the open epoch. */
  restore(dropped: Dropped, row: Row): void { if (this.shelves[dropped].room > 0) this.shelves[dropped].add(row); }
  /** The oldest epoch that a kept row is of. */
  get oldestEpoch(): number | undefined {
    const firsts = Object.values(this.shelves).flatMap((shelf) => shelf.rows.length === 0 ? [] : [Number(shelf.rows[0]![0])]);
    return firsts.length === 0 ? undefined : Math.min(...firsts);
  }

  /** The rows as columns of `columnsOf`. */
  batches(dropped: Dropped): readonly RecordBatch[] {
    const { rows } = this.shelves[dropped];
    return rows.length === 0 ? [] : [batchOf(columnsOf(dropped).map((f) => f.type), rows)];
  }

  /** What operator `node` of the plan puts its rows into during an epoch. */
  aside(node: number, { epoch, lateWatermark }: Pick<EpochContext, 'epoch' | 'lateWatermark'>): Aside {
    const { late, rejected } = this.shelves;
    const operator = operatorId(this.plan, node);
    const head = [BigInt(epoch), operator] as const;
    return {
      late: (input, port, rows, time) => {
        this.take(late, node, input, port, rows, time, (at, row) => [...head, BigInt(lateWatermark) * 1000n, at, row]);
      },
      rejected: (input, port, rows, time, reason) => {
        this.take(rejected, node, input, port, rows, time, (at, row) => [...head, null, null, reason, at, row, null]);
      },
    };
  }

  /** A record that a source could make no row of. */
  reject(node: number, epoch: number, source: string, { position, reason, raw }: RejectedRecord): void {
    const { rejected } = this.shelves;
    if (rejected.room <= 0) return;
    const text = raw();
    rejected.add([BigInt(epoch), operatorId(this.plan, node), source, position, reason, null, null, text.length > RAW_LENGTH ? `${text.slice(0, RAW_LENGTH)}…` : text]);
  }

  private take(shelf: Shelf, node: number, input: Delta, port: number, rows: Int32Array, time: Column, make: (at: bigint | null, row: VariantValue) => Row): void {
    const count = Math.min(rows.length, shelf.room);
    if (count <= 0) return;
    const { output } = this.plan.nodes[this.plan.nodes[node]!.inputs[port]!]!;
    const row = rowReader(output, input.columns);
    const at = timeReader(time);
    for (let k = 0; k < count; k++) shelf.add(make(at(rows[k]!), row(rows[k]!)));
  }
}

/** The event time of a row, µs: of a window its end. */
function timeReader(time: Column): (i: number) => bigint | null {
  const column = time.type.kind === 'struct' ? time.children[1]! : time;
  const micros = column.values as BigInt64Array;
  return (i) => isValid(time.validity, i) && isValid(column.validity, i) ? micros[i]! : null;
}

/** A row as an object. Of columns with one name each has its number; what a VARIANT cannot hold is text. */
function rowReader(output: readonly { readonly name: string; readonly type: T.DataType }[], columns: readonly Column[]): (i: number) => VariantValue {
  const used = new Map<string, number>();
  const entries = output.map(({ name, type }, c) => {
    const before = used.get(name) ?? 0;
    used.set(name, before + 1);
    const read = reader(columns[c]!);
    const text = holds(type) ? undefined : renderer(type, { zone: UTC, nullText: 'NULL' });
    const value = (v: Value): VariantValue => text === undefined || v === null ? toVariant(v, type) : { kind: 'scalar', type: T.STRING, value: text(v) };
    return { name: before === 0 ? name : `${name}_${before + 1}`, value: (i: number) => value(read(i)) };
  }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return (i) => ({ kind: 'object', entries: entries.map((e) => [e.name, e.value(i)] as const) });
}
const holds = (type: T.DataType): boolean => {
  switch (type.kind) {
    case 'array': return holds(type.element);
    case 'map': return type.key.kind === 'string' && holds(type.value);
    case 'struct': return type.fields.every((f) => holds(f.type));
    case 'interval': return false;
    default: return true;
  }
};
