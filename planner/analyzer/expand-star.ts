// What a star stands for, in a select list or as arguments of a call: columns, the fields of a struct, less those that EXCEPT names, which may be
// fields of structs. source: Spark's UnresolvedStarBase.

import { printExpr } from '../expr/print.js';
import type { Span } from '../spans.js';
import { sqlName, STRING } from '../types.js';
import type { BoundExpr, Expr } from '../tree.js';
import { extractField } from './bind-field.js';
import { constant, fail, quoteParts, type ScopeColumn } from './binder.js';
import { unresolvedColumn } from './check-query.js';
import type { AnalysisEnv, Scope } from './context.js';
import { matchName, QueryScope, same } from './scope.js';

type Make = (fn: string, args: readonly BoundExpr[]) => BoundExpr;

/** `make`: a call over bound arguments. @throws EXCEPT_OVERLAPPING_COLUMNS, UNRESOLVED_COLUMN, AMBIGUOUS_REFERENCE */
export function columnsOfStar(star: Expr & { kind: 'star' }, scope: Scope, env: AnalysisEnv, make: Make): readonly BoundExpr[] {
  const columns = scope.expandStar(star.qualifier, star.span);
  const except = star.except ?? [];
  const qualifiers = new Map(except.length > 0 ? [...scope instanceof QueryScope ? scope.columns : []].reverse().map((c) => [c.id, c.qualifier]) : []);
  const named = columns.map((c, i): ScopeColumn =>
    ({ id: i, name: givenName(c), type: c.type, nullable: c.nullable, qualifier: (c.kind === 'column' && qualifiers.get(c.id)) || [] }));
  // One that is left out with what it is a part of, or twice.
  if (overlap(except) && except.every((parts) => matchName(named, parts))) fail('EXCEPT_OVERLAPPING_COLUMNS', { columns: except.map((p) => p.join('.')).join(', ') }, star.span);
  const kept: (BoundExpr | undefined)[] = [...columns];
  for (const parts of except) {
    const match = matchName(named, parts, (c) => kept[c.id] !== undefined);
    if (!match) return unresolvedColumn(parts, named.filter((c) => kept[c.id] !== undefined).map((c) => [c.name]), star.span);
    if (match.columns.length > 1) {
      fail('AMBIGUOUS_REFERENCE', { name: quoteParts(parts), referenceNames: `[${match.columns.map((c) => quoteParts([...c.qualifier, match.name])).sort().join(', ')}]` }, star.span);
    }
    for (const { id } of match.columns) {
      const c = kept[id]!;
      kept[id] = match.path.length === 0 ? undefined : { ...withoutField(c, match.path, star.span, env, make), written: { name: '', args: [], print: givenName(c) } };
    }
  }
  return kept.filter((c) => c !== undefined);
}
/** The struct without the field at the end of the path. */
function withoutField(base: BoundExpr, [name, ...rest]: readonly string[], span: Span | undefined, env: AnalysisEnv, make: Make): BoundExpr {
  if (base.type.kind !== 'struct') {
    const field = extractField(base, name!, env, span);
    return fail('EXCEPT_NESTED_COLUMN_INVALID_TYPE', { columnName: printExpr(field), dataType: sqlName(field.type) }, span);
  }
  const { fields } = base.type;
  if (!fields.some((f) => same(f.name, name!))) return unresolvedColumn([name!], fields.map((f) => [f.name]), span);
  const kept = fields.filter((f) => rest.length > 0 || !same(f.name, name!));
  return make('named_struct', kept.flatMap((f) => {
    const value = extractField(base, f.name, env, span);
    return [constant(f.name, STRING), same(f.name, name!) ? withoutField(value, rest, span, env, make) : value];
  }));
}
/** Whether one of the paths is another, or begins with it. */
function overlap(paths: readonly (readonly string[])[]): boolean {
  const key = (parts: readonly string[]): string => JSON.stringify(parts.map((p) => p.toLowerCase()));
  const whole = new Set(paths.map(key));
  return whole.size < paths.length || paths.some((parts) => parts.some((_, i) => i > 0 && whole.has(key(parts.slice(0, i)))));
}
/** The name of a column that a star stands for: its own, that of a struct's field, or what is printed. */
export function givenName(e: BoundExpr): string {
  if (e.kind === 'column') return e.name;
  const field = e.kind === 'apply' && e.fn.name === 'getfield' ? e.args[1] : undefined;
  return field ? printExpr(field) : printExpr(e);
}
