// What a join condition says about event times: whether a watermark column is among the equality keys, and from which ON conjuncts a side
// can be cleaned up. A conjunct `x < y` bounds a column of one side from below if x − y is a sum of terms in which the column stands
// once, with minus, and the other columns carry the other side's watermark.
//
// source: Spark StreamingJoinHelper; that a bound needs the side's own event time and a watermark column is ours (`strict`): Spark takes any number.

import { conjunctsOf } from '../expr/conjuncts.js';
import type { BoundConst, BoundExpr, ColumnId, LogicalPlan, PlanOf } from '../tree.js';
import type { CalendarInterval } from '../values.js';
import { eachColumn } from './columns.js';
import { type EventTimes, eventTimesOf, isStreaming, outputOf } from './properties.js';

const idsOf = (plan: LogicalPlan): ReadonlySet<ColumnId> => new Set(outputOf(plan).map((c) => c.id));

/** The `l = r` and `l <=> r` conjuncts with one side's columns on each side: left key, right key; `operators`: or only some of them. */
export function equalityKeys(join: PlanOf<'join'>, operators: readonly string[] = ['=', '<=>']): readonly (readonly [BoundExpr, BoundExpr])[] {
  const [left, right] = [idsOf(join.left), idsOf(join.right)];
  const within = (expr: BoundExpr, ids: ReadonlySet<ColumnId>): boolean => { let some = false; let all = true; eachColumn(expr, (c) => { some = true; all &&= ids.has(c.id); }); return some && all; };
  return conjunctsOf(join.condition).flatMap((e): (readonly [BoundExpr, BoundExpr])[] => {
    if (e.kind !== 'apply' || !operators.includes(e.fn.name)) return [];
    const [a, b] = [e.args[0]!, e.args[1]!];
    if (within(a, left) && within(b, right)) return [[a, b]];
    return within(a, right) && within(b, left) ? [[b, a]] : [];
  });
}

/** Whether some key is a bare column with a watermark. To Spark the key of `l <=> r` is an expression over the column. */
export function watermarkInKeys(join: PlanOf<'join'>, compatSpark: boolean): boolean {
  const [left, right] = [eventTimesOf(join.left), eventTimesOf(join.right)];
  return equalityKeys(join, compatSpark ? ['='] : undefined).some(([l, r]) => (l.kind === 'column' && left.has(l.id)) || (r.kind === 'column' && right.has(r.id)));
}

/** State of a side at or before (coefficient × watermark + offset) can go. */
export interface StateBound { readonly column: ColumnId; readonly offsetMicros: number; readonly watermarks: number; /** The column may equal the bound and still match: 1 ms less. */ readonly inclusive: boolean }

interface Terms { own: { readonly id: ColumnId; readonly sign: 1 | -1 }[]; watermarks: number; offsetMicros: number }

/** How much counts as a bound. strict: the side's own event time against a watermark, or, of a side that
 *  has no event time, a timestamp of its rows (ours). run: any numeric column, as Spark evicts by.
 *  check: casts of timestamps too, which pass Spark's check at the start but evict nothing. */
export type BoundRules = 'strict' | 'run' | 'check';
/** Bounds of the state of `side`, one for each conjunct that gives one. */
export function stateBounds(join: PlanOf<'join'>, side: 'left' | 'right', rules: BoundRules): readonly StateBound[] {
  const [own, other] = side === 'left' ? [join.left, join.right] : [join.right, join.left];
  const ids = idsOf(own);
  const ownTimes = eventTimesOf(own);
  const otherTimes = eventTimesOf(other);
  const timestamps = new Set(outputOf(own).filter((c) => c.type.kind === 'timestamp').map((c) => c.id));
  if (otherTimes.size === 0) return [];
  const out: StateBound[] = [];
  for (const e of conjunctsOf(join.condition)) {
    if (e.kind !== 'apply' || !['<', '<=', '>', '>='].includes(e.fn.name)) continue;
    const [x, y] = e.fn.name.startsWith('<') ? [e.args[0]!, e.args[1]!] : [e.args[1]!, e.args[0]!];
    const terms: Terms = { own: [], watermarks: 0, offsetMicros: 0 };
    if (!collect(x, 1, terms, ids, otherTimes, rules) || !collect(y, -1, terms, ids, otherTimes, rules)) continue;
    const [column] = terms.own;
    if (terms.own.length !== 1 || column!.sign !== -1) continue;
    if (rules === 'strict' && (terms.watermarks === 0 || !(ownTimes.size === 0 ? timestamps.has(column!.id) : ownTimes.has(column!.id)))) continue;
    out.push({ column: column!.id, offsetMicros: terms.offsetMicros, watermarks: terms.watermarks, inclusive: e.fn.name.endsWith('=') });
  }
  return out;
}

/** Adds the terms of an expression; false if it is no sum of terms that say something. */
function collect(e: BoundExpr, sign: 1 | -1, terms: Terms, own: ReadonlySet<ColumnId>, times: EventTimes, rules: BoundRules): boolean {
  switch (e.kind) {
    case 'column':
      if (own.has(e.id)) { terms.own.push({ id: e.id, sign }); return true; }
      if (!times.has(e.id)) return false;
      terms.watermarks += sign;
      return true;
    case 'const': {
      const micros = constantMicros(e.value, e.type.kind);
      if (micros === undefined) return false;
      terms.offsetMicros += sign * micros;
      return true;
    }
    // A cast of a timestamp passes Spark's check at the start, but gives no bound.
    case 'cast': return numeric(e.type.kind) && (numeric(e.arg.type.kind) || (rules === 'check' && e.arg.type.kind === 'timestamp')) && collect(e.arg, sign, terms, own, times, rules);
    case 'apply': {
      const [a, b] = e.args;
      if (e.fn.name === 'negative' && a) return collect(a, sign === 1 ? -1 : 1, terms, own, times, rules);
      if (!SUMS.has(e.fn.name) || e.args.length !== 2) return false;
      const minus = DIFFERENCES.has(e.fn.name);
      return collect(a!, sign, terms, own, times, rules) && collect(b!, minus ? (sign === 1 ? -1 : 1) : sign, terms, own, times, rules);
    }
    default: return false;
  }
}
/** Of numbers, and of a timestamp and an interval. A difference of two timestamps is not among them: Spark finds no bound in it. */
const DIFFERENCES: ReadonlySet<string> = new Set(['-', 'timestamp_sub_interval']);
const SUMS: ReadonlySet<string> = new Set(['+', 'timestamp_add_interval', ...DIFFERENCES]);
const numeric = (kind: string): boolean => ['tinyint', 'smallint', 'int', 'bigint', 'float', 'double', 'decimal'].includes(kind);

function constantMicros(value: BoundConst['value'], kind: string): number | undefined {
  if (kind === 'interval' && typeof value === 'object' && value !== null && 'micros' in value) {
    const { months, days, micros } = value as CalendarInterval;
    return months === 0 ? days * 86_400_000_000 + Number(micros) : undefined;
  }
  if (kind === 'day_time_interval' && typeof value === 'bigint') return Number(value);
  return numeric(kind) && (typeof value === 'number' || typeof value === 'bigint') ? Number(value) : undefined;
}

/** A stream held against a table: each of its rows is settled when it comes, as no row of the result is the table's alone. */
export function probesTable({ left, right, type }: PlanOf<'join'>): boolean {
  return type === 'inner' || (type === 'right' ? isStreaming(right) && !isStreaming(left) : type !== 'full' && isStreaming(left) && !isStreaming(right));
}
