// sequence(start, stop[, step]): whole numbers, dates or timestamps.
// source: Spark Sequence; each element is start + i · step, so that months do not drift.

import { raise } from '../../../planner/errors/index.js';
import { commonType } from '../../../planner/coercion.js';
import { sqlExpr } from '../../../planner/expr/print.js';
import type { BoundExpr, Call, RawCall } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { CalendarInterval, Value } from '../../../planner/values.js';
import { DAY, floorDiv, HOUR } from '../../formats/micros.js';
import { UTC, zoneOf } from '../../formats/zone.js';
import { type RowFunction, scalar, type ScalarFunction } from '../define.js';
import { addMonths, addToTimestamp } from '../operators/datetime.js';
import { roomFor } from './shared.js';

const isTime = (t: T.DataType): boolean => t.kind === 'date' || t.kind === 'timestamp' || t.kind === 'timestamp_ntz';

function resolve(call: RawCall): BoundExpr | undefined {
  const { types } = call;
  if (types.length < 2 || types.length > 3) return undefined;
  const step = types[2];
  // What is no interval is as much a number as the ends, so that a text beside a number becomes one.
  const alike = step && !T.isInterval(step) ? types : types.slice(0, 2);
  const common = commonType(alike, { strings: true });
  const node = (args: readonly BoundExpr[], type: T.DataType): BoundExpr => ({ kind: 'apply', fn: call.fn, name: call.name, args, type, nullable: args.some((a) => a.nullable), span: call.span });
  const numbers = common && (T.isIntegral(common) || common.kind === 'void') && alike.length === types.length;
  const times = common && isTime(common) && (!step || T.isInterval(step) || step.kind === 'void');
  if (!common || !(numbers || times)) {
    raise('DATATYPE_MISMATCH.SEQUENCE_WRONG_INPUT_TYPES', { functionName: '`sequence`', startType: '("TIMESTAMP" or "TIMESTAMP_NTZ" or "DATE")',
      stepType: '("INTERVAL" or "INTERVAL YEAR TO MONTH" or "INTERVAL DAY TO SECOND")', otherStartType: '"INTEGRAL"', sqlExpr: sqlExpr(node(call.args, T.VOID)) }, { span: call.span });
  }
  return node(call.args.map((a, i) => i < 2 || numbers ? call.cast(a, common) : a), T.array(common, false));
}

/** Elements from 0 on until one passes `stop`; `sign` is the step's direction. */
function collect<V extends number | bigint>(start: V, stop: V, sign: number, at: (i: number) => V): V[] {
  const out: V[] = [];
  for (let i = 0; ; i++) {
    const v = at(i);
    if (sign > 0 ? v > stop : v < stop) return out;
    roomFor(i, 'sequence');
    out.push(v);
    if (v === start && i > 0) return out;
  }
}
const boundaries = (start: Value, stop: Value, step: Value): never => raise('ILLEGAL_SEQUENCE_BOUNDARIES', { start: String(start), stop: String(stop), step: String(step) });

function bind(call: Call): RowFunction {
  const element = call.types[0]!;
  if (T.isIntegral(element)) {
    const big = element.kind === 'bigint';
    return (start: number | bigint, stop: number | bigint, given?: number | bigint) => {
      const [from, to] = [BigInt(start), BigInt(stop)];
      const step = given === undefined ? from <= to ? 1n : -1n : BigInt(given);
      if (from === to && step === 0n) return [start];
      if (step === 0n || (step > 0n ? from > to : from < to)) boundaries(start, stop, step);
      const count = (to - from) / step + 1n;
      roomFor(count, 'sequence');
      const out = new Array<number | bigint>(Number(count));
      if (big) for (let i = 0, v = from; i < out.length; i++, v += step) out[i] = v;
      else for (let i = 0, v = Number(from); i < out.length; i++, v += Number(step)) out[i] = v;
      return out;
    };
  }
  const zone = element.kind === 'timestamp' ? zoneOf(call.settings.timeZone) : UTC;
  const kind = call.types[2]?.kind;
  const parts = (step: Value): { months: number; days: number; micros: bigint } => {
    if (kind === 'year_month_interval') return { months: step as number, days: 0, micros: 0n };
    if (kind === 'day_time_interval') return { months: 0, days: Number((step as bigint) / DAY), micros: (step as bigint) % DAY };
    return step as CalendarInterval;
  };
  const date = element.kind === 'date';
  return (start: number | bigint, stop: number | bigint, given?: Value) => {
    const step = given === undefined ? { months: 0, days: start <= stop ? 1 : -1, micros: 0n } : parts(given);
    const { months, days, micros } = step;
    // A date has no time of day to go on by.
    if (date && months === 0 && days === 0 && micros !== 0n) boundaries(start, stop, String(given));
    const sign = Math.sign(months * 31 + days) || (micros > 0n ? 1 : micros < 0n ? -1 : 0);
    if (start === stop && sign === 0) return [start];
    if (sign === 0 || (sign > 0 ? start > stop : start < stop)) boundaries(start, stop, String(given));
    // Before any is made: there are at least as many as longest steps (a month has 31 days at most, a day 25 hours) within the ends.
    const longest = BigInt(Math.abs(months) * 31 + Math.abs(days)) * 25n * HOUR + (micros < 0n ? -micros : micros);
    const span = BigInt(stop) - BigInt(start);
    roomFor((span < 0n ? -span : span) * (date ? DAY : 1n) / longest, 'sequence');
    if (date) return collect(start as number, stop as number, sign, (i) => (months === 0 ? start as number : addMonths(start as number, months * i)) + days * i + Number(floorDiv(micros * BigInt(i), DAY)));
    return collect(start as bigint, stop as bigint, sign, (i) => addToTimestamp(start as bigint, months * i, days * i, micros * BigInt(i), zone));
  };
}

export const sequences: readonly ScalarFunction[] = [
  scalar('sequence(any, any, any?) -> void', { doc: 'The numbers, dates or times from a start to an end, by a step.', examples: ['sequence(1, 5, 2) = array(1, 3, 5)'], resolve, bind }),
];
