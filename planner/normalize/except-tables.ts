// A stream EXCEPT a static table. Distinct: the rows that have no equal in the table, an anti join below a DISTINCT. EXCEPT ALL under
// compatSpark: each row counts 1 on the left and -1 on the right, in every epoch, for the table is read in each; a row comes as often as its
// sum. By default EXCEPT ALL is the operator that keeps both counts.
//
// source: Spark's ReplaceExceptWithAntiJoin and RewriteExceptAll.

import type { Calls } from '../expr/conjuncts.js';
import { invariant } from '../errors/index.js';
import { isStreaming, outputOf } from '../plan/properties.js';
import { transformUp } from '../plan/walk.js';
import type { BoundAggregate, BoundColumn, BoundExpr, BoundGenerator, FunctionSpec, LogicalPlan, OutputColumn, PlanOf, Settings } from '../tree.js';
import { BIGINT, field, struct } from '../types.js';
import type { RewriteEnv } from './decorrelate.js';

export function exceptTables(plan: LogicalPlan, calls: Calls, env: RewriteEnv & { readonly settings: Settings }): LogicalPlan {
  return transformUp(plan, (node) => {
    if (node.kind !== 'set_operation' || node.op !== 'except' || !isStreaming(node.left) || isStreaming(node.right)) return node;
    return !node.all ? antiJoin(node, calls) : env.settings.compatSpark ? byCounts(node, calls, env) : node;
  });
}

function antiJoin(node: PlanOf<'set_operation'>, calls: Calls): LogicalPlan {
  const [left, right] = [outputOf(node.left).map(columnRef), outputOf(node.right).map(columnRef)];
  const condition = calls.and(left.map((l, i) => ({ ...calls.predicate('<=>', [l, right[i]!]), nullable: false })));
  const input: LogicalPlan = { kind: 'join', left: node.left, right: node.right, type: 'left_anti', condition };
  return { kind: 'aggregate', input, grouping: node.columns.map((c, i) => ({ id: c.id, name: c.name, expr: left[i]! })), aggregates: [] };
}

function byCounts(node: PlanOf<'set_operation'>, calls: Calls, env: RewriteEnv): LogicalPlan {
  const column = (name: string, nullable = false): OutputColumn => ({ id: env.freshId(), name, type: BIGINT, nullable });
  const side = (input: LogicalPlan, count: bigint): LogicalPlan => ({
    kind: 'project', input,
    items: [...outputOf(input).map((c) => ({ id: env.freshId(), name: c.name, expr: columnRef(c) })), { id: env.freshId(), name: 'vcol', expr: constant(count) }],
  });
  const rows = node.columns.map((c) => ({ ...c, id: env.freshId() }));
  const [vcol, total, copy] = [column('vcol'), column('sum', true), column('col')];
  const union: LogicalPlan = { kind: 'union', inputs: [side(node.left, 1n), side(node.right, -1n)], columns: [...rows, vcol] };
  const sum: BoundAggregate = { kind: 'aggregate', fn: known(env, 'sum'), name: 'sum', args: [columnRef(vcol)], distinct: false, type: BIGINT, nullable: true };
  const input: LogicalPlan = {
    kind: 'aggregate', input: union, grouping: rows.map((c, i) => ({ id: node.columns[i]!.id, name: c.name, expr: columnRef(c) })),
    aggregates: [{ id: total.id, name: total.name, aggregate: sum }],
  };
  const times: LogicalPlan = { kind: 'filter', input, predicate: calls.predicate('>', [columnRef(total), constant(0n)]) };
  const copies = [field('col', BIGINT, false)];
  const numbers: BoundExpr = {
    kind: 'apply', fn: known(env, 'sequence'), name: 'sequence', args: [constant(1n), columnRef(total)], type: { kind: 'array', element: BIGINT, containsNull: false }, nullable: true,
  };
  const generator: BoundGenerator = { kind: 'generator', fn: known(env, 'explode'), name: 'explode', args: [numbers], columns: copies, type: struct(copies), nullable: false };
  const repeated: LogicalPlan = { kind: 'generate', input: times, generator, outer: false, columns: [copy] };
  return { kind: 'project', input: repeated, items: node.columns.map((c) => ({ id: c.id, name: c.name, expr: columnRef(c) })) };
}

const constant = (value: bigint): BoundExpr => ({ kind: 'const', type: BIGINT, nullable: false, value });
const columnRef = (c: OutputColumn): BoundColumn => ({ kind: 'column', id: c.id, name: c.name, type: c.type, nullable: c.nullable });
function known(env: RewriteEnv, name: string): FunctionSpec {
  const fn = env.functions.lookup(name);
  invariant(fn, `the function ${name} exists`);
  return fn;
}
