// Hints of a SELECT. None changes how a query runs here; what Spark would refuse in them is refused.
// source: Spark's ResolveHints (ResolveJoinStrategyHints, ResolveCoalesceHints).

import type { Expr, Hint } from '../tree.js';
import { type ScopeColumn, fail } from './binder.js';
import { unresolvedColumn } from './check-query.js';
import { matchName } from './scope.js';

const OF_RELATIONS: ReadonlySet<string> = new Set(['BROADCAST', 'BROADCASTJOIN', 'MAPJOIN', 'MERGE', 'SHUFFLE_MERGE', 'MERGEJOIN', 'SHUFFLE_HASH', 'SHUFFLE_REPLICATE_NL']);
const OF_PARTITIONS: ReadonlySet<string> = new Set(['REPARTITION', 'REPARTITION_BY_RANGE', 'REBALANCE']);

const isCount = (e: Expr | undefined): boolean => e?.kind === 'literal' && e.type.kind === 'int' && (e.value as number) > 0;
/** A name, as such or as a text. */
const partsOf = (e: Expr): readonly string[] | undefined =>
  e.kind === 'name' ? e.parts : e.kind === 'literal' && typeof e.value === 'string' ? e.value.split('.') : undefined;

/** `columns`: what the SELECT gives. @throws INVALID_HINT, UNRESOLVED_COLUMN */
export function checkHint({ name, args, span }: Hint, columns: readonly ScopeColumn[]): void {
  const hint = name.toUpperCase();
  const refuse = (expected: string): never => fail('INVALID_HINT', { hint, expected }, span);
  if (OF_RELATIONS.has(hint) && !args.every(partsOf)) refuse('names of relations');
  if (hint === 'COALESCE' && !(args.length === 1 && isCount(args[0]))) refuse('a number of partitions, greater than 0');
  if (!OF_PARTITIONS.has(hint)) return;
  for (const arg of isCount(args[0]) ? args.slice(1) : args) {
    const parts = partsOf(arg) ?? (hint === 'REBALANCE' ? undefined : refuse('a number of partitions, greater than 0, and names of columns'));
    if (parts && !matchName(columns, parts)) unresolvedColumn(parts, columns.map((c) => [c.name]), arg.kind === 'name' ? arg.span : span);
  }
}
