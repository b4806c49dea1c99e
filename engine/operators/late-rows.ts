// Late rows: those whose event time (a timestamp, or a window's end) is at or before the operator's late watermark. Counted twice: each
// row, exactly, and for Spark's metric each distinct key in an epoch. Whoever wants to look at them gets them (EpochContext.aside).

import type { Field } from '../../planner/types.js';
import { type Column, type Delta, isValid } from '../columnar/column.js';
import { KeyedTable } from '../state/table.js';
import type { EpochContext, RowCounts } from './operator.js';


/** The microseconds of a column with event time, and what says that they are NULL. */
function timesOf(column: Column): { readonly micros: BigInt64Array; readonly valid: readonly (Uint8Array | null)[] } {
  const inner = column.children.length > 0 ? column.children[1]! : column;
  return { micros: inner.values as BigInt64Array, valid: inner === column ? [column.validity] : [column.validity, inner.validity] };
}

/** The rows of the selection that are late, or null if there are none. */
export function lateRows(column: Column, length: number, selection: Int32Array | null, watermarkMillis: number): { readonly late: Int32Array; readonly kept: Int32Array } | null {
  const { micros, valid } = timesOf(column);
  const limit = BigInt(watermarkMillis) * 1000n;
  const n = selection === null ? length : selection.length;
  let first = 0;
  for (; first < n; first++) if (micros[selection === null ? first : selection[first]!]! <= limit) break;
  if (first === n) return null;
  const late: number[] = [];
  const kept = new Int32Array(n);
  let count = 0;
  for (let k = 0; k < n; k++) {
    const i = selection === null ? k : selection[k]!;
    if (micros[i]! <= limit && valid.every((v) => isValid(v, i))) late.push(i);
    else kept[count++] = i;
  }
  return late.length === 0 ? null : { late: Int32Array.from(late), kept: kept.subarray(0, count) };
}

/** A delta without its late rows, which are counted and set aside; null if none is late. In a static query none is. */
export function dropLate(input: Delta, port: number, time: Column, context: EpochContext, counts: RowCounts): { readonly late: Int32Array; readonly kept: Int32Array } | null {
  const found = context.final ? null : lateRows(time, input.length, input.selection, context.lateWatermark);
  if (found === null) return null;
  counts.late += found.late.length;
  context.aside?.late(input, port, found.late, time);
  return found;
}

export class LateRows {
  private readonly keys: readonly Field[];
  private readonly eventTime: number | undefined;
  private seen: KeyedTable | undefined;
  constructor(keys: readonly Field[], eventTime: number | undefined) { this.keys = keys; this.eventTime = eventTime; }

  begin(): void { this.seen = undefined; }
  /** Distinct keys of late rows in this epoch. */
  get groups(): number { return this.seen?.size ?? 0; }

  /** The selection without late rows; the rows are counted as in, late or used. */
  drop(input: Delta, keys: readonly Column[], context: EpochContext, counts: RowCounts): Int32Array | null {
    const n = input.selection === null ? input.length : input.selection.length;
    counts.in += n;
    const found = this.eventTime === undefined ? null : dropLate(input, 0, keys[this.eventTime]!, context, counts);
    if (found === null) { counts.used += n; return input.selection; }
    counts.used += found.kept.length;
    this.seen ??= new KeyedTable({ name: 'late', key: this.keys, value: [] });
    this.seen.resolve(found.late.length, found.late, keys);
    return found.kept;
  }
}
