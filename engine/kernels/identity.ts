// Which nodes compute the same: equal trees have equal numbers, so that a loop computes a common part once (from_json(v).a,
// from_json(v).b). A call that may give another value each time equals nothing but itself; so does a lambda.

import type { BoundExpr } from '../../planner/tree.js';
import { simpleName } from '../../planner/types.js';
import type { Node } from './node.js';

export class Identity {
  private readonly numbers = new Map<string, number>();
  private readonly known = new Map<Node, number>();
  private readonly objects = new Map<unknown, number>();

  of(node: Node): number {
    const before = this.known.get(node);
    if (before !== undefined) return before;
    const key = `${node.op} ${simpleName(node.type)} ${this.facts(node)} ${'args' in node ? node.args.map((a) => this.of(a)).join(' ') : ''}`;
    const number = this.numbers.get(key) ?? this.numbers.size;
    this.numbers.set(key, number);
    this.known.set(node, number);
    return number;
  }
  private facts(node: Node): string {
    switch (node.op) {
      case 'column': return String(node.ordinal);
      case 'variable': return String(node.id);
      case 'const': return typeof node.value === 'object' && node.value !== null ? `#${this.object(node.value)}` : `${typeof node.value} ${Object.is(node.value, -0) ? '-0' : JSON.stringify(String(node.value))}`;
      case 'lambda': return `#${this.object(node)}`;
      case 'call': return this.body(node.source, node.callee);
      case 'until_match': return node.equals ? `#${this.object(node.equals)}` : '';
      default: return '';
    }
  }
  /** A body is settled by the function, its name and the arguments' types and values, which are in the key. */
  private body(source: BoundExpr, callee: object): string {
    if (source.kind === 'apply' && source.fn.deterministic !== false) return `${this.object(source.fn)} ${JSON.stringify(source.name)}`;
    if (source.kind === 'cast') return source.mode;
    if (source.kind === 'user_call' && source.fn.deterministic) return `#${this.object(source.fn)}`;
    return `#${this.object(callee)}`;
  }
  private object(value: unknown): number {
    const known = this.objects.get(value);
    if (known !== undefined) return known;
    this.objects.set(value, this.objects.size);
    return this.objects.size - 1;
  }
}
