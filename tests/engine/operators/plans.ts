// Hand-made bound plans for tests of operators: no analyzer in between.

import { lower } from '../../../engine/lowering/lower.js';
import { rows } from '../../../engine/columnar/read.js';
import { catalog } from '../../../engine/functions/index.js';
import { realHost } from '../../../engine/host/real.js';
import { makeEngine, settingsOf } from '../../../engine/session/environment.js';
import { runStatic } from '../../../engine/runtime/static.js';
import type { BoundColumn, BoundExpr, LogicalPlan, OutputColumn } from '../../../planner/tree.js';
import { BOOLEAN, type DataType, INT } from '../../../planner/types.js';
import type { Row, Value } from '../../../planner/values.js';

export const settings = settingsOf(new Map());
export const { compiler } = makeEngine();
export const column = (id: number, type: DataType = INT): OutputColumn => ({ id, name: `c${id}`, type, nullable: true });
export const col = (id: number, type: DataType = INT): BoundColumn => ({ kind: 'column', id, name: `c${id}`, type, nullable: true });
export const constant = (value: Value, type: DataType = INT): BoundExpr => ({ kind: 'const', value, type, nullable: value === null });
export function call(name: string, args: readonly BoundExpr[], type: DataType = BOOLEAN): BoundExpr {
  const fn = catalog.lookup(name);
  if (!fn) throw new Error(`no function ${name}`);
  return { kind: 'apply', fn, name, args, type, nullable: true };
}
export const values = (columns: readonly OutputColumn[], data: readonly Row[]): LogicalPlan => ({ kind: 'values', columns, rows: data });

const env = {
  lowering: { settings, compiler }, clock: realHost.clock, timestampMillis: 0,
  read: (): never => { throw new Error('no sources here'); },
};
export async function run(plan: LogicalPlan): Promise<Row[]> {
  const { batches } = await runStatic(plan, env);
  return batches.flatMap((b) => rows(b));
}
export const physical = (plan: LogicalPlan) => lower(plan, { settings, compiler });
export const sorted = (data: readonly Row[]): string[] => data.map((r) => JSON.stringify(r, (_, v: unknown) => typeof v === 'bigint' ? `${v}n` : v)).sort();
