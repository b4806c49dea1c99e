// As-of joins: each left row with that right row of the same keys whose time is the nearest one before it (or after it, as the inequality says).
// Nothing below knows of them. Two tables or two streams become one relation in the order of time, over which a window function tells every left
// row the right row it has passed last; so lateness, state and restarts are those of window functions in the order of event time. A stream
// beside a table probes the table's rows, each with the time up to which it counts; a table beside a stream begins the union.
//
// Right rows with NULL in a key or in their time match nothing; of right rows with one time the last counts. A left row without a time
// matches nothing.
//
// source: DuckDB's and ClickHouse's ASOF JOIN, Snowflake's MATCH_CONDITION; the union with a window is how Databricks' tempo does it.

import { invariant } from '../errors/index.js';
import type { Span } from '../spans.js';
import { conjunctsOf } from '../expr/conjuncts.js';
import { printExpr } from '../expr/print.js';
import { columnIds } from '../plan/columns.js';
import { isStreaming, outputOf } from '../plan/properties.js';
import type { BoundAggregate, BoundApply, BoundExpr, BoundSort, LogicalPlan, NamedExpr, NamedWindow, OutputColumn, UnresolvedPlan } from '../tree.js';
import { BOOLEAN, INT } from '../types.js';
import { type Binder, constant, fail, type Place, project, ref, type Relation, type ScopeColumn } from './binder.js';
import { checkJoinCondition } from './check-query.js';
import { QueryScope } from './scope.js';

type Node = UnresolvedPlan & { readonly kind: 'join' };
interface Pair { readonly left: BoundExpr; readonly right: BoundExpr; readonly op: string }
/** The condition: keys that are equal, and the one inequality, read from left to right. */
interface Match { readonly keys: readonly Pair[]; readonly time: Pair; readonly condition: BoundExpr }
interface Sides { readonly binder: Binder; readonly place: Place; readonly left: LogicalPlan; readonly right: LogicalPlan; readonly outer: boolean; readonly span: Span | undefined }

/** @throws AS_OF_JOIN.INVALID_CONDITION */
export function bindAsOfJoin(binder: Binder, node: Node, place: Place): Relation {
  const [left, right] = [binder.bind(node.left, place), binder.bind(node.right, place)];
  const hidden = [...left.hidden ?? [], ...right.hidden ?? []];
  const condition = binder.expr(node.on!, new QueryScope(binder.env, [...left.columns, ...right.columns], { hidden, outer: place.outer }), 'join', place);
  checkJoinCondition(condition, node.span);
  const match = matchOf(condition, left.plan, right.plan, node);
  const sides: Sides = { binder, place, left: left.plan, right: right.plan, outer: node.type === 'left', span: node.span };
  const plan = isStreaming(left.plan) && !isStreaming(right.plan) ? probed(sides, match) : inOrder(sides, match);
  const output = new Map(outputOf(plan).map((c) => [c.id, c]));
  const shown = (c: ScopeColumn): ScopeColumn => ({ ...c, nullable: output.get(c.id)!.nullable });
  return { plan: node.span ? { ...plan, span: node.span } : plan, columns: [...left.columns, ...right.columns].map(shown), ...(hidden.length > 0 && { hidden: hidden.map(shown) }) };
}

const MIRRORED: Readonly<Record<string, string>> = { '=': '=', '<=>': '<=>', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

function matchOf(condition: BoundExpr, left: LogicalPlan, right: LogicalPlan, node: Node): Match {
  const ids = [left, right].map((p) => new Set(outputOf(p).map((c) => c.id)));
  const within = (e: BoundExpr, side: 0 | 1): boolean => { const used = columnIds(e); return used.size > 0 && [...used].every((id) => ids[side]!.has(id)); };
  const refuse = (reason: string): never => fail('AS_OF_JOIN.INVALID_CONDITION', { condition: `"${printExpr(condition)}"`, reason }, node.span);
  const pairs = conjunctsOf(condition).map((e): Pair => {
    const mirrored = e.kind === 'apply' ? MIRRORED[e.fn.name] : undefined;
    if (e.kind !== 'apply' || mirrored === undefined) return refuse(`"${printExpr(e)}" compares no column of one side with one of the other`);
    const [a, b] = [e.args[0]!, e.args[1]!];
    if (within(a, 0) && within(b, 1)) return { left: a, right: b, op: e.fn.name };
    return within(a, 1) && within(b, 0) ? { left: b, right: a, op: mirrored } : refuse(`"${printExpr(e)}" compares no column of one side with one of the other`);
  });
  const keys = pairs.filter((p) => p.op === '=' || p.op === '<=>');
  const times = pairs.filter((p) => !keys.includes(p));
  if (times.length !== 1) refuse(`it has ${times.length === 0 ? 'no inequality' : `${times.length} inequalities`}`);
  return { keys, time: times[0]!, condition };
}

const backwards = ({ time: { op } }: Match): boolean => op.startsWith('>');
const inclusive = ({ time: { op } }: Match): boolean => op.endsWith('=');
/** Time in the direction in which the nearest right row is the last one passed. Rows without a time come first. */
const sorted = (expr: BoundExpr, match: Match): BoundSort => ({ expr, ascending: backwards(match), nullsFirst: true });

/** The right rows that can match: those without NULL where NULL matches nothing. */
function matching({ binder, place, right }: Sides, { keys, time }: Match): LogicalPlan {
  const strict = [...keys.filter((k) => k.op === '='), time].map((k) => k.right).filter((e) => e.nullable);
  if (strict.length === 0) return right;
  return { kind: 'filter', input: right, predicate: strict.map((e) => binder.call('isnotnull', [e], place)).reduce((a, b) => binder.call('and', [a, b], place, true)) };
}

/** Both sides as one relation, in order: every right row is carried along until the next one. */
function inOrder(sides: Sides, match: Match): LogicalPlan {
  const { binder: { env }, binder, place, left, outer } = sides;
  const [own, other] = [outputOf(left), outputOf(sides.right)];
  const nothing = (c: OutputColumn): BoundExpr => constant(null, c.type);
  // The left column that says the time is the time of both, so that it goes on as event time.
  const { left: at } = match.time;
  const timeColumn = at.kind === 'column' ? own.findIndex((c) => c.id === at.id) : -1;
  // The right column that says the time is in it already: a second one would carry event time a second time.
  const { right: since } = match.time;
  const shared = timeColumn >= 0 && since.kind === 'column' ? other.findIndex((c) => c.id === since.id) : -1;
  const extra = timeColumn < 0 ? [...match.keys, match.time] : match.keys;
  const rows = [
    [...own.map((c) => ref(c)), ...other.map(nothing), ...extra.map((k) => k.left), constant(false, BOOLEAN)],
    [...own.map((c, i) => i === timeColumn ? match.time.right : nothing(c)), ...other.map((c, i) => i === shared ? nothing(c) : ref(c)), ...extra.map((k) => k.right), constant(true, BOOLEAN)],
  ];
  const names = [...own, ...other].map((c) => c.name).concat(extra.map((_, i) => `key${i}`), 'right');
  const named = (side: readonly BoundExpr[]): readonly NamedExpr[] => side.map((expr, i) => ({ id: env.freshId(), name: names[i]!, expr }));
  const columns = rows[0]!.map((e, i): OutputColumn => ({ id: env.freshId(), name: names[i]!, type: e.type, nullable: e.nullable || rows[1]![i]!.nullable }));
  const all: LogicalPlan = { kind: 'union', inputs: [project(left, named(rows[0]!)), project(matching(sides, match), named(rows[1]!))], columns };
  const column = (i: number): BoundExpr => ref(columns[i]!);
  const base = own.length + other.length;
  const isRight = column(columns.length - 1);
  const partitionBy = match.keys.map((_, i) => column(base + i));
  const orderBy = [sorted(timeColumn < 0 ? column(base + match.keys.length) : column(timeColumn), match), { expr: isRight, ascending: !inclusive(match), nullsFirst: true }];
  const last = (arg: BoundExpr, name: string): NamedWindow => ({ id: env.freshId(), name, window: passed(binder, arg, isRight, partitionBy, orderBy) });
  const found = last(isRight, 'found');
  const carried = other.map((c, i) => last(column(i === shared ? timeColumn : own.length + i), c.name));
  const window: LogicalPlan = { kind: 'window', input: all, functions: [...carried, found], partitionBy, orderBy, ...(sides.span && { span: sides.span }) };
  const value = (w: NamedWindow): BoundExpr => ({ kind: 'column', id: w.id, name: w.name, type: w.window.type, nullable: true });
  const isLeft = binder.call('not', [isRight], place, true);
  const predicate = outer ? isLeft : binder.call('and', [isLeft, binder.call('isnotnull', [value(found)], place)], place, true);
  const kept: LogicalPlan = { kind: 'filter', input: window, predicate };
  return project(kept, [...own.map((c, i): NamedExpr => ({ id: c.id, name: c.name, expr: column(i) })), ...other.map((c, i): NamedExpr => ({ id: c.id, name: c.name, expr: value(carried[i]!) }))]);
}

/** The argument's value at the last right row up to here. */
function passed(binder: Binder, arg: BoundExpr, isRight: BoundExpr, partitionBy: readonly BoundExpr[], orderBy: readonly BoundSort[]): NamedWindow['window'] {
  const spec = binder.env.functions.lookup('last');
  invariant(spec, 'last is a function');
  const fn: BoundAggregate = { kind: 'aggregate', fn: spec, name: 'last', args: [arg], distinct: false, filter: isRight, type: arg.type, nullable: true };
  return { kind: 'window', fn, partitionBy, orderBy, frame: { unit: 'rows', start: { kind: 'unbounded_preceding' }, end: { kind: 'current_row' } }, type: arg.type, nullable: true };
}

/** The left rows look for the table's row that counts at their time: each counts up to the next one. */
function probed(sides: Sides, match: Match): LogicalPlan {
  const { binder: { env }, binder, place, left, outer } = sides;
  const { time } = match;
  const spec = env.functions.lookup('lead');
  invariant(spec, 'lead is a function');
  const one = constant(1, INT);
  const fn: BoundApply = { kind: 'apply', fn: spec, name: 'lead', args: [time.right, one, constant(null, time.right.type)], type: time.right.type, nullable: true };
  const next: OutputColumn = { id: env.freshId(), name: 'next', type: time.right.type, nullable: true };
  const partitionBy = match.keys.map((k) => k.right);
  const orderBy = [sorted(time.right, match)];
  const bound = { kind: 'following' as const, offset: one };
  const ranges: LogicalPlan = {
    kind: 'window', input: matching(sides, match), partitionBy, orderBy,
    functions: [{ id: next.id, name: next.name, window: { kind: 'window', fn, partitionBy, orderBy, frame: { unit: 'rows', start: bound, end: bound }, type: fn.type, nullable: true } }],
  };
  const within = binder.call('or', [binder.call('isnull', [ref(next)], place), binder.call(`${backwards(match) ? '<' : '>'}${inclusive(match) ? '' : '='}`, [time.left, ref(next)], place, true)], place, true);
  return { kind: 'join', left, right: ranges, type: outer ? 'left' : 'inner', condition: binder.call('and', [match.condition, within], place, true) };
}
