// approx_percentile: from a summary of the numbers in bounded memory. The rows of an epoch make a summary of their own, which is merged with what was
// there when the state is saved, as in Spark: what an answer says does not depend on when it is asked for.
//
// source: Spark's ApproximatePercentile.

import { raise } from '../../../planner/errors/index.js';
import type { Call } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { type Column, isWideDecimal } from '../../columnar/column.js';
import { validReader } from '../../columnar/read.js';
import { decimalToDouble, parseDigits, toScale } from '../../formats/decimal.js';
import { aggregate, type AggregateFunction } from '../define.js';
import { saturatedLong } from '../cast/convert.js';
import { constantOf } from './collect.js';
import { columnAccumulator } from './object.js';
import { ANY_ORDERED, checkFraction, fractionParam, perFraction } from './percentile.js';
import { QuantileSummary } from './quantile-summary.js';

interface State { readonly before: QuantileSummary; fresh: QuantileSummary }

/** A value of a column as the nearest double. */
function doubleReader(column: Column): (i: number) => number {
  const { type, values } = column;
  if (values instanceof BigInt64Array && !isWideDecimal(type)) {
    if (type.kind === 'decimal') { const read = decimalToDouble(type.scale); return (i) => read(values[i]!); }
    const halves = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
    return (i) => halves[2 * i + 1]! * 4294967296 + (halves[2 * i]! >>> 0);
  }
  if (type.kind !== 'decimal') return (i) => values[i] as number;
  const wide = validReader(column);
  const read = decimalToDouble(type.scale);
  return (i) => read(wide(i) as bigint);
}

/** A double as a value of the type that it came from. */
function fromDouble(type: DataType): (x: number) => Value {
  switch (type.kind) {
    case 'float': case 'double': case 'tinyint': case 'smallint': case 'int': case 'date': case 'year_month_interval': return (x) => x;
    case 'decimal': return (x) => toScale(parseDigits(String(x))!, type) ?? null;
    default: return saturatedLong;
  }
}

const MAX_INT = 2_147_483_647;
function checkAccuracy(call: Call): void {
  const v = call.constant(2);
  if (v === null) raise('DATATYPE_MISMATCH.UNEXPECTED_NULL', { exprName: 'accuracy' });
  if (v !== undefined && (Number(v) <= 0 || Number(v) > MAX_INT)) raise('DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { exprName: 'accuracy', valueRange: '(0, 2147483647]', currentValue: `${String(v)}L` });
}
const TIMES = [T.DATE, T.TIMESTAMP, T.TIMESTAMP_NTZ].map((type) => ({ kind: 'type' as const, type }));
const DEFAULT_ACCURACY = 10_000;

export const approxPercentile: AggregateFunction = aggregate('approx_percentile(any, double) -> double', {
  doc: 'A value of the group below which about the given fraction of the values lies, for an array of fractions an array. The error of its rank is at most 1/accuracy (third argument, 10000) of the number of values.',
  examples: ['(SELECT approx_percentile(a, 0.5) FROM VALUES (1), (2), (9) AS t(a)) = 2'], aliases: ['percentile_approx'],
  params: [{ name: 'expr', accepts: { kind: 'one_of', options: [{ kind: 'class', class: 'numeric' }, ...TIMES, { kind: 'class', class: 'interval' }, { kind: 'type', type: T.TIME }] }, requires: ANY_ORDERED },
    fractionParam, { name: 'accuracy', accepts: { kind: 'class', class: 'integral' }, constant: true, default: { type: T.INT, value: DEFAULT_ACCURACY } }],
  result: (call) => perFraction(call, 1, call.types[0]!), nullable: () => true, check: (call) => { checkFraction(call, 1, '("DOUBLE" or "ARRAY<DOUBLE>")'); checkAccuracy(call); }, retract: 'multiset',
  accumulator: (call) => {
    const error = 1 / Number(call.constant(2) ?? DEFAULT_ACCURACY);
    const wanted = constantOf(call, 1);
    const many = Array.isArray(wanted);
    const fractions = (many ? wanted : [wanted]).map(Number);
    const back = fromDouble(call.types[0]!);
    const settle = (state: State): QuantileSummary => {
      state.before.merge(state.fresh);
      state.fresh = new QuantileSummary(error);
      return state.before;
    };
    const found = (state: State): readonly number[] | undefined => {
      if (state.before.total === 0) return state.fresh.query(fractions);
      const both = new QuantileSummary(error);
      both.merge(state.before);
      both.merge(state.fresh);
      return both.query(fractions);
    };
    return columnAccumulator<State>({
      init: () => ({ before: new QuantileSummary(error), fresh: new QuantileSummary(error) }), type: call.type, stateType: T.BINARY,
      add: ([column]) => { const read = doubleReader(column!); return ({ fresh }, i) => { fresh.insert(read(i)); }; },
      merge: (into, other) => { settle(into).merge(settle(other)); return into; },
      result: (state) => {
        const answers = fractions.length === 0 ? undefined : found(state)?.map(back);
        return answers === undefined ? null : many ? answers : answers[0]!;
      },
      save: (state) => settle(state).encode(),
      load: (v) => ({ before: QuantileSummary.decode(v as Uint8Array, error), fresh: new QuantileSummary(error) }),
    });
  },
});
