// How deep trees may be. Binding, rewriting and compiling recurse over them, so the depth of what enters is bounded once, by walks that do not
// recurse: of what was parsed or built, and of what the analyzer made of it. Chains that people really write long are shallow to begin with
// (AND, OR: balanced; UNION: one node). Spark gives up at about the same depths, with the same condition.

import { raise } from '../errors/index.js';
import type { Span } from '../spans.js';

/** Levels of a tree that the recursive passes take with less than half of a process's stack. */
export const DEPTH_MAX = 500;

export const tooDeep = (limit: number, span?: Span): never => raise('FAILED_TO_PARSE_TOO_COMPLEX', { limit: String(limit) }, { span });

/** Fields that are no part of a tree: places, types, what only names or shows. A function is one too, unless it is a call. */
const APART: ReadonlySet<string> = new Set(['span', 'type', 'to', 'keyType', 'stateType', 'schema', 'spec', 'source', 'sink', 'call', 'options', 'written']);
/** Nodes with nothing but values in them, or that only name another plan. */
const LEAVES: ReadonlySet<unknown> = new Set(['literal', 'const', 'values', 'local_data', 'frame_column']);

const known = new WeakMap<object, number>();
type Node = Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);

/** Nodes (what has a `kind`) on the longest way down. Shared nodes are walked once. */
export function depthOf(root: object): number {
  const path: { readonly node: object; readonly below: Iterator<object>; depth: number }[] = [];
  const enter = (node: object): void => { path.push({ node, below: childrenOf(node), depth: 0 }); };
  if (!known.has(root)) enter(root);
  while (path.length > 0) {
    const top = path.at(-1)!;
    const next = top.below.next();
    if (!next.done) {
      const depth = known.get(next.value);
      if (depth === undefined) enter(next.value);
      else top.depth = Math.max(top.depth, depth);
      continue;
    }
    path.pop();
    const depth = top.depth + (addsLevel(top.node) ? 1 : 0);
    known.set(top.node, depth);
    const above = path.at(-1);
    if (above) above.depth = Math.max(above.depth, depth);
  }
  return known.get(root)!;
}
function* childrenOf(node: object): Generator<object> {
  if ('kind' in node && LEAVES.has(node.kind)) return;
  for (const key of Object.keys(node)) {
    const value = (node as Node)[key];
    if (isNode(value) && !APART.has(key) && !(key === 'fn' && !('args' in value))) yield value;
  }
}

/** The binder takes a chain of UNIONs as one node (bind-set.ts): only its first link counts. */
const isUnion = (node: unknown): boolean => isNode(node) && node['kind'] === 'set_operation' && node['op'] === 'union' && !node['byName'];
const addsLevel = (node: object): boolean => 'kind' in node && !(isUnion(node) && isUnion((node as Node)['left']));

/** @throws FAILED_TO_PARSE_TOO_COMPLEX */
export function checkDepth(root: object): void {
  if (depthOf(root) > DEPTH_MAX) tooDeep(DEPTH_MAX, (root as { readonly span?: Span }).span);
}
