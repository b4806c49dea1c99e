// A physical plan as text: the nodes from the result down, each with its facts, its state and what its inputs may carry.

import type { PhysicalPlan } from '../operators/operator.js';

export function printPhysical(plan: PhysicalPlan): string {
  const lines: string[] = [];
  const print = (index: number, depth: number): void => {
    const node = plan.nodes[index]!;
    const facts = [
      node.detail,
      node.inputs.length > 0 ? `ports=[${node.ports.join(', ')}]` : '',
      node.stateId === undefined ? '' : `state=${node.stateId}`,
      node.watermark ? `watermark=${node.watermark.nodeId}` : '',
    ].filter((f) => f !== '');
    lines.push(`${'  '.repeat(depth)}${node.name}${facts.length > 0 ? ` ${facts.join(' ')}` : ''}`);
    for (const input of node.inputs) print(input, depth + 1);
  };
  print(plan.root, 0);
  return lines.join('\n');
}
