// GROUP BY of a column that is a session further below, `SELECT session_window(t, gap) AS w`: it still is one, so sessions are merged. Plain references,
// joins, sets and aggregates hand it on; any other expression makes it a plain struct.
// source: Spark's MergingSessions, which goes by a mark that the column of session_window() has.

import { sessionsOf } from '../plan/properties.js';
import type { Span } from '../spans.js';
import type { BoundApply, BoundColumn, LogicalPlan, NamedExpr, OutputColumn, PlanOf } from '../tree.js';
import { DAY_TIME, INT, type TypeOf } from '../types.js';
import { constant, need } from './coerce.js';
import type { AnalysisEnv } from './context.js';
import { pass, ref } from './binder.js';

type SessionAggregate = Pick<PlanOf<'aggregate'>, 'grouping' | 'session'>;

/** Each different row once. */
export const distinctRows = (input: LogicalPlan, columns: readonly OutputColumn[], env: AnalysisEnv, span?: Span): LogicalPlan =>
  ({ kind: 'aggregate', input, grouping: columns.map(pass), aggregates: [], ...(span && { span }), ...selectedSession(input, columns.map(pass), env) });

/** What is grouped by a session from below, as an aggregate of sessions. */
export function selectedSession(input: LogicalPlan, grouping: readonly NamedExpr[], env: AnalysisEnv): SessionAggregate | undefined {
  const sessions = sessionsOf(input);
  const key = grouping.find((g) => g.expr.kind === 'column' && g.expr.type.kind === 'struct' && sessions.has(g.expr.id));
  if (!key) return undefined;
  const bounds = key.expr as BoundColumn & { readonly type: TypeOf<'struct'> };
  const bound = (i: number): BoundApply => {
    const { name, type } = bounds.type.fields[i]!;
    return { kind: 'apply', fn: need(env, 'getfield'), name: 'getfield', args: [bounds, constant(i, INT, undefined, name)], type, nullable: true };
  };
  const column: OutputColumn = { id: env.freshId(), name: key.name, type: bounds.type, nullable: false };
  const gap: BoundApply = { kind: 'apply', fn: need(env, 'subtract_timestamps'), name: 'subtract_timestamps', args: [bound(1), bound(0)], type: DAY_TIME, nullable: true };
  return { session: { time: { ...bound(0), session: true }, gap, column }, grouping: grouping.map((g) => g === key ? { ...g, expr: ref(column) } : g) };
}
