// percentile, percentile_cont, percentile_disc, median and mode, from the values of the group with their counts.
//
// source: Spark's Percentile (linear interpolation between neighbours), PercentileDisc, Mode.

import { raise } from '../../../planner/errors/index.js';
import { valueText } from '../../../planner/expr/literals.js';
import { ordinalWord, sqlExpr, sqlType } from '../../../planner/expr/print.js';
import { isFoldable } from '../../../planner/expr/walk.js';
import type { Accepts, Call, Param } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { collationForm } from '../../columnar/collation.js';
import { valueComparator } from '../../columnar/compare.js';
import { keyOf } from '../../columnar/encode.js';
import { decimalToDouble } from '../../formats/decimal.js';
import { type Accumulator, aggregate, type AggregateCall, type AggregateFunction } from '../define.js';
import { constantOf } from './collect.js';
import { objectAccumulator } from './object.js';
import { openHashOrder } from './hash-order.js';

interface Entry { readonly value: Value; count: bigint }
type Bag = Map<unknown, Entry>;

/** Keeps counts of values, so it takes retractions by itself: `weight` rows of each value. */
function bagAccumulator(type: DataType, argument: number, weight: { readonly argument: number; readonly text: string } | undefined, resultType: DataType, result: (entries: Entry[], total: bigint) => Value): Accumulator {
  const key = keyOf(type);
  const compare = valueComparator(type);
  const put = (bag: Bag, value: Value, count: bigint): void => {
    const id = key(value);
    const entry = bag.get(id);
    if (entry) entry.count += count; else bag.set(id, { value, count });
  };
  return objectAccumulator<Bag>({
    init: () => new Map(), type: resultType, stateType: T.array(T.struct([T.field('value', type), T.field('count', T.BIGINT)])), skipNulls: [argument],
    add: (bag, row) => {
      const count = weight === undefined ? 1n : row[weight.argument] === null ? 0n : BigInt(row[weight.argument] as number | bigint);
      if (count < 0n) raise('NEGATIVE_VALUES_IN_FREQUENCY_EXPRESSION', { frequencyExpression: weight!.text, negativeValue: `${count}L` }, { nowhere: true });
      if (count > 0n) put(bag, row[argument]!, count);
      return bag;
    },
    merge: (bag, other) => { for (const { value, count } of other.values()) put(bag, value, count); return bag; },
    result: (bag) => {
      let total = 0n;
      const entries = [...bag.values()].sort((a, b) => compare(a.value, b.value));
      for (const e of entries) total += e.count;
      return total === 0n ? null : result(entries, total);
    },
    save: (bag) => Array.from(bag.values(), (e) => [e.value, e.count]),
    load: (v) => { const bag: Bag = new Map(); for (const [value, count] of v as readonly (readonly [Value, bigint])[]) put(bag, value, count); return bag; },
  });
}

/** The value at a position from 0 in the sorted rows. */
function at(entries: readonly Entry[], position: bigint): Value {
  let seen = 0n;
  for (const e of entries) { seen += e.count; if (position < seen) return e.value; }
  return entries.at(-1)!.value;
}

const toNumber = (type: DataType): (v: Value) => number => {
  if (type.kind !== 'decimal') return Number;
  const read = decimalToDouble(type.scale);
  return (v) => read(v as bigint);
};

type Pick = (entries: readonly Entry[], total: bigint, fraction: number) => Value;
function interpolate(type: DataType): Pick {
  const number = toNumber(type);
  const back = fromNumber(type);
  return (entries, total, fraction) => {
    const position = Number(total - 1n) * fraction;
    const lower = Math.floor(position);
    const low = number(at(entries, BigInt(lower)));
    const high = number(at(entries, BigInt(Math.ceil(position))));
    return back(low === high ? low : low + (position - lower) * (high - low));
  };
}
const fromNumber = (type: DataType): (v: number) => Value =>
  type.kind === 'year_month_interval' ? (v) => Math.trunc(v) : type.kind === 'day_time_interval' || type.kind === 'time' ? (v) => BigInt(Math.trunc(v)) : (v) => v;
function discrete(type: DataType): Pick {
  const number = toNumber(type);
  const back = fromNumber(type);
  return (entries, total, fraction) => back(number(nearestRank(entries, total, fraction)));
}
const nearestRank: Pick = (entries, total, fraction) => at(entries, BigInt(Math.max(1, Math.ceil(Number(total) * fraction)) - 1));

/** One fraction gives one value, an array of them an array. */
const forFractions = (fractions: Value, pick: Pick) => (entries: Entry[], total: bigint): Value =>
  Array.isArray(fractions) ? fractions.length === 0 ? null : fractions.map((f) => pick(entries, total, Number(f))) : pick(entries, total, Number(fractions));

const NUMBERS: Accepts = { kind: 'one_of', options: [{ kind: 'class', class: 'numeric' }, { kind: 'class', class: 'interval' }, { kind: 'type', type: T.TIME }] };
/** As Spark nests what it takes. */
const REQUIRED = '(("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH") or "TIME")';
const FRACTION: Accepts = { kind: 'one_of', options: [{ kind: 'type', type: T.DOUBLE }, { kind: 'array', element: { kind: 'type', type: T.DOUBLE } }] };
/** What percentile_approx and histogram_numeric take. */
export const ANY_ORDERED = '("NUMERIC" or "DATE" or "TIMESTAMP" or "TIMESTAMP_NTZ" or "INTERVAL YEAR TO MONTH" or "INTERVAL DAY TO SECOND" or "TIME")';
const valueParam: Param = { name: 'expr', accepts: NUMBERS, requires: REQUIRED };
export const fractionParam: Param = { name: 'percentage', accepts: FRACTION, constant: true };
/** Of a double, or a type of time as it is. */
const resultOf = (t: DataType): DataType => t.kind === 'year_month_interval' ? T.YEAR_MONTH : t.kind === 'day_time_interval' ? T.DAY_TIME : t.kind === 'time' ? t : T.DOUBLE;
export const perFraction = (call: Call, index: number, element: DataType): DataType => call.types[index]?.kind === 'array' ? T.array(element, false) : element;

/** Fractions are constants between 0 and 1; an array of them has no NULL and nothing that could become one. `requires`: as the refusal names the type. */
export function checkFraction(call: Call, index: number, requires = '"ARRAY<DOUBLE>"'): void {
  let given = call.args[index]!;
  while (given.kind === 'cast' && given.origin === 'implicit') given = given.arg;
  // An array of doubles needs no cast, and is only looked at as a constant.
  const untouched = given.type.kind === 'array' && given.type.element.kind === 'double' && !isFoldable(given);
  if (given.type.kind === 'array' && !untouched && (given.type.containsNull || given.type.element.kind === 'string')) {
    raise('DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { paramIndex: ordinalWord(index), requiredType: requires, inputSql: sqlExpr(given), inputType: sqlType(given.type) });
  }
  const value = call.constant(index);
  if (value === undefined) return;
  if (value === null) raise('DATATYPE_MISMATCH.UNEXPECTED_NULL', { exprName: 'percentage' });
  const fractions = Array.isArray(value) ? value as readonly Value[] : [value];
  if (fractions.some((f) => Number(f) < 0 || Number(f) > 1)) {
    raise('DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { exprName: 'percentage', valueRange: '[0.0, 1.0]', currentValue: fractions.map((f) => f === null ? 'null' : valueText(f, T.DOUBLE)).join(',') });
  }
}

export const percentile: AggregateFunction = aggregate('percentile(any, double) -> double', {
  doc: 'The value below which the given fraction of the values lies, interpolated; for an array of fractions an array. The third argument says how often a value counts.',
  examples: ['(SELECT percentile(a, array(0.5, 1)) FROM VALUES (1), (2), (4), (9) AS t(a)) = array(3.0D, 9.0D)'],
  params: [valueParam, fractionParam, { name: 'frequency', accepts: { kind: 'class', class: 'integral' }, default: { type: T.INT, value: 1 } }],
  result: (call) => perFraction(call, 1, resultOf(call.types[0]!)), nullable: () => true, check: (call) => { checkFraction(call, 1); }, retract: 'multiset',
  accumulator: (call) => bagAccumulator(call.types[0]!, 0, call.args[2] && { argument: 2, text: sqlExpr(call.args[2]) }, call.type, forFractions(constantOf(call, 1), interpolate(call.types[0]!))),
});

export const median: AggregateFunction = aggregate('median(any) -> double', {
  doc: 'The middle value, interpolated.', examples: ['(SELECT median(a) FROM VALUES (1), (2), (4), (9) AS t(a)) = 3.0D'], params: [valueParam],
  result: (call) => resultOf(call.types[0]!), nullable: () => true, retract: 'multiset',
  accumulator: (call) => bagAccumulator(call.types[0]!, 0, undefined, call.type, forFractions(0.5, interpolate(call.types[0]!))),
});

/** WITHIN GROUP (ORDER BY x): x comes after the arguments. */
function ordered(call: AggregateCall, pick: (type: DataType) => Pick): Accumulator {
  const order = call.orderBy[0];
  if (!order) return raise('NOT_SUPPORTED_YET', { feature: `${call.name} without WITHIN GROUP` });
  const finish = forFractions(constantOf(call, 0), pick(order.expr.type));
  return bagAccumulator(order.expr.type, call.types.length, undefined, call.type, order.ascending ? finish : (entries, total) => finish([...entries].reverse(), total));
}
/** The binder asks for the result with the ordered expressions after the arguments. */
const orderedPercentile = (name: string, doc: string, example: string, pick: (type: DataType) => Pick): AggregateFunction => aggregate(`${name}(double) -> double`, {
  doc, examples: [example], params: [fractionParam], ordered: valueParam, result: (call) => perFraction(call, 0, resultOf(call.types[1] ?? T.DOUBLE)), nullable: () => true, check: (call) => { checkFraction(call, 0); }, retract: 'multiset',
  accumulator: (call) => ordered(call, pick),
});
export const percentileCont = orderedPercentile('percentile_cont', 'The value at the fraction of the order of WITHIN GROUP, interpolated.',
  '(SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a) FROM VALUES (1), (2), (4), (9) AS t(a)) = 3.0D', interpolate);
export const percentileDisc = orderedPercentile('percentile_disc', 'The first value whose place in the order of WITHIN GROUP is at or above the fraction.',
  '(SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY a) FROM VALUES (1), (2), (4), (9) AS t(a)) = 2.0D', discrete);

export const mode: AggregateFunction = aggregate('mode(any) -> double', {
  doc: 'The most frequent value that is not NULL; of several the first in the order of WITHIN GROUP, with `true` the least, else the first in Spark\'s hash table.',
  examples: ["(SELECT mode(a) FROM VALUES ('x'), ('y'), ('x') AS t(a)) = 'x'"],
  check: (call) => {
    const given = call.args[1];
    if (given && !isFoldable(given)) raise('NON_FOLDABLE_ARGUMENT', { funcName: '`mode`', paramName: '`deterministic`', paramType: '"BOOLEAN"' });
    if (given?.type.kind === 'void') raise('DATATYPE_MISMATCH.UNEXPECTED_NULL', { exprName: '`deterministic`' });
    if (given && given.type.kind !== 'boolean') raise('UNEXPECTED_INPUT_TYPE', { functionName: '`mode`', paramIndex: 'second', requiredType: '"BOOLEAN"', inputSql: sqlExpr(given), inputType: sqlType(given.type) });
  },
  print: ([value], call) => call.args.length === 0 ? 'mode()' : call.constant(1) === true ? `mode() WITHIN GROUP (ORDER BY ${value} DESC)` : `mode(${value})`,
  params: [{ name: 'expr', accepts: { kind: 'class', class: 'any' }, optional: true }, { name: 'deterministic', accepts: { kind: 'class', class: 'any' }, optional: true }],
  result: (call) => call.types[0] ?? T.VOID, nullable: () => true, retract: 'multiset',
  accumulator: (call) => {
    const order = call.orderBy[0];
    const type = order ? order.expr.type : call.types[0]!;
    const descending = order !== undefined && !order.ascending;
    const compare = valueComparator(type);
    const form = collationForm(type);
    /** Values that the collation holds equal count together, as the first of them. */
    const together = (entries: readonly Entry[]): readonly Entry[] => {
      if (!form) return entries;
      const found = new Map<Value, Entry>();
      for (const { value, count } of entries) { const key = form(value); const entry = found.get(key); if (entry) entry.count += count; else found.set(key, { value, count }); }
      return [...found.values()];
    };
    const lowest = !order && call.constant(1) === true;
    const hashed = openHashOrder(type);
    const arranged = (entries: readonly Entry[]): readonly Entry[] => order ? entries : lowest ? [...entries].sort((a, b) => compare(a.value, b.value)) : hashed(entries);
    return bagAccumulator(type, order ? call.types.length : 0, undefined, type, (entries) => {
      const all = together(arranged(entries));
      let best = all[0]!;
      for (const e of all) if (e.count > best.count || (descending && e.count === best.count)) best = e;
      // Spark's table of the counts knows one zero.
      return best.value === 0 ? 0 : best.value;
    });
  },
});
