// The operators of a plan that keep state, and whether they are those that a checkpoint has state of.

import { raise } from '../../planner/errors/index.js';
import type { OffsetEntry } from '../checkpoint/checkpoint.js';
import type { PhysicalPlan } from '../operators/operator.js';

export interface StatefulNode { readonly node: number; readonly stateId: string; readonly name: string }

/** Spark's order of state operators: a node before its inputs, left before right. */
export function downstreamFirst(plan: PhysicalPlan): readonly StatefulNode[] {
  const found: StatefulNode[] = [];
  const seen = new Set<number>();
  const stack = [plan.root];
  while (stack.length > 0) {
    const node = stack.pop()!;
    if (seen.has(node)) continue;
    seen.add(node);
    const { stateId, stateOperator, name, inputs } = plan.nodes[node]!;
    if (stateId !== undefined) found.push({ node, stateId, name: stateOperator ?? name });
    for (let i = inputs.length - 1; i >= 0; i--) stack.push(inputs[i]!);
  }
  return found;
}

/** @throws STREAMING_STATEFUL_OPERATOR_… if the checkpoint has state of other operators than the plan */
export function checkStoredOperators(stored: OffsetEntry['operators'] | undefined, now: readonly StatefulNode[], byPlace: boolean): void {
  if (!stored) return;
  const print = (list: readonly (readonly [string, string])[]): string => list.map(([id, name]) => `(OperatorId: ${id} -> OperatorName: ${name})`).join(', ');
  const current = now.map((s) => [s.stateId, s.name] as const);
  const keys = (list: readonly (readonly [string, string])[]): string => list.map(([id, name]) => `${id} ${byPlace ? name : ''}`).sort().join('\n');
  if (keys(stored) === keys(current)) return;
  if (stored.length === 0) raise('STREAMING_STATEFUL_OPERATOR_MISSING_STATE_DIRECTORY', { OpsInCurBatchSeq: print(current) });
  raise('STREAMING_STATEFUL_OPERATOR_NOT_MATCH_IN_STATE_METADATA', { OpsInMetadataSeq: print(stored), OpsInCurBatchSeq: print(current) });
}
