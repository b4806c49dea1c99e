// The watermark node: passes rows on and observes their event times, from which the epoch's next watermark is made. NULL counts as 0, as
// Spark's accumulator reads it; a window counts by its end. With a bound on the future a row beyond the epoch's timestamp and that bound is
// rejected: it neither goes on nor moves the watermark.
//
// source: Spark EventTimeWatermarkExec, EventTimeStats.

import { TIMESTAMP } from '../../planner/types.js';
import { type Column, type Delta, fixedColumn, isValid, rowCount } from '../columnar/column.js';
import { type EpochContext, type Millis, noCounts, type WatermarkOperator } from './operator.js';
import { withSelection } from './stateless.js';

/** `futureSkewMillis`: how far ahead of the epoch's timestamp an event time may be. `compatSpark`: Spark takes the word that a struct begins with in its
 *  row, where it lies and how long it is, for a time. */
export function watermarkOperator(ordinal: number, futureSkewMillis?: Millis, compatSpark = false): WatermarkOperator {
  const counts = noCounts();
  let max = 0n;
  let min = 0n;
  let sum = 0;
  let count = 0;
  let epoch = -1;

  /** The rows that are not too far ahead, once they have been observed. */
  function observe(input: Delta, column: Column, context: EpochContext): Delta {
    if (rowCount(input) === 0) return input;
    const seen = look(input, column);
    const bound = futureSkewMillis === undefined ? undefined : BigInt(Math.trunc(context.timestampMillis + futureSkewMillis)) * 1000n;
    if (bound === undefined || seen.high <= bound) { note(seen, rowCount(input)); return input; }
    const { within, beyond } = split(input, column, bound);
    counts.rejected += beyond.length;
    context.aside?.rejected(input, 0, beyond, column, BEYOND);
    const rest = withSelection(input, within);
    if (within.length > 0) note(look(rest, column), within.length);
    return rest;
  }
  function note(seen: Seen, n: number): void {
    max = count === 0 || seen.high > max ? seen.high : max;
    min = count === 0 || seen.low < min ? seen.low : min;
    sum += seen.millis;
    count += n;
  }

  return {
    counts,
    process(input, _port, context, emit) {
      if (context.epoch !== epoch) { epoch = context.epoch; count = 0; sum = 0; }
      const column = input.columns[ordinal]!;
      counts.in += rowCount(input);
      const rest = observe(input, column.type.kind !== 'struct' ? column : compatSpark ? structWords(column) : windowEnd(column), context);
      const n = rowCount(rest);
      counts.used += n; counts.out += n;
      emit(rest);
    },
    finish(context) {
      if (context.epoch !== epoch) { epoch = context.epoch; count = 0; sum = 0; }
      return undefined;
    },
    observed() { return count === 0 ? undefined : { max: floorMillis(max), min: floorMillis(min), sum, count }; },
  };
}

const BEYOND = 'its event time is further ahead of the clock than MAX FUTURE SKEW allows';

/** Rows up to a time and rows beyond it; rows without a time are within. */
function split({ selection, length }: Delta, { values, validity }: Column, bound: bigint): { readonly within: Int32Array; readonly beyond: Int32Array } {
  const times = values as BigInt64Array;
  const n = selection === null ? length : selection.length;
  const within = new Int32Array(n);
  const beyond: number[] = [];
  let count = 0;
  for (let k = 0; k < n; k++) {
    const i = selection === null ? k : selection[k]!;
    if (times[i]! > bound && isValid(validity, i)) beyond.push(i); else within[count++] = i;
  }
  return { within: within.subarray(0, count), beyond: Int32Array.from(beyond) };
}

const look = (input: Delta, column: Column): Seen => inDoubles(input, column) ?? inBigInts(input, column);
/** Greatest and least event time in microseconds, and the sum of all in whole milliseconds. A NULL counts as 0. */
interface Seen { readonly high: bigint; readonly low: bigint; readonly millis: number }

/** 2^20 times 2^32 microseconds, of the years 1827 to 2112: as a double such a time is exact. */
const NEAR = 1 << 20;
/** By the halves of the times, without a bigint a row; undefined if a time is too far away to be an exact double. */
function inDoubles({ selection, length }: Delta, { values, validity }: Column): Seen | undefined {
  const times = values as BigInt64Array;
  const halves = new Int32Array(times.buffer, times.byteOffset, times.length * 2);
  const n = selection === null ? length : selection.length;
  let [high, low, sum, base] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0];
  for (let k = 0; k < n; k++) {
    const i = selection === null ? k : selection[k]!;
    let t = 0;
    if (validity === null || isValid(validity, i)) {
      const upper = halves[2 * i + 1]!;
      if (upper >= NEAR || upper < -NEAR) return undefined;
      t = upper * 4294967296 + (halves[2 * i]! >>> 0);
    }
    if (t > high) high = t;
    if (t < low) low = t;
    const millis = Math.trunc(t / 1000);
    if (k === 0) base = millis;
    sum += millis - base; // Small enough to stay exact.
  }
  return { high: BigInt(high), low: BigInt(low), millis: base * n + sum };
}
function inBigInts({ selection, length }: Delta, { values, validity }: Column): Seen {
  const times = values as BigInt64Array;
  const n = selection === null ? length : selection.length;
  let [high, low, sum] = [-(1n << 63n), (1n << 63n) - 1n, 0n];
  for (let k = 0; k < n; k++) {
    const i = selection === null ? k : selection[k]!;
    const t = validity === null || isValid(validity, i) ? times[i]! : 0n;
    if (t > high) high = t;
    if (t < low) low = t;
    sum = BigInt.asIntN(64, sum + t / 1000n);
  }
  return { high, low, millis: Number(sum) };
}

/** The end of a window struct; NULL where the struct is. */
const windowEnd = (column: Column): Column => {
  const end = column.children[1]!;
  return { ...end, validity: column.validity ?? end.validity };
};

const structWords = (column: Column): Column => fixedColumn(TIMESTAMP, column.length, new BigInt64Array(column.length).fill(structWord(1, column.children.length)), column.validity);
/** The word that a struct of fixed fields has in a row of `columns`, the first of those that are not fixed: where it lies and how long it is, in bytes.
 *  source: UnsafeRow */
export const structWord = (columns: number, fields: number): bigint => (BigInt(rowBytes(columns)) << 32n) | BigInt(rowBytes(fields));
const rowBytes = (columns: number): number => 8 * (Math.ceil(columns / 64) + columns);

export const floorMillis = (micros: bigint): Millis => Number(micros >= 0n ? micros / 1000n : (micros - 999n) / 1000n);
