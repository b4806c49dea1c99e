// What stands behind `|>`: each operator wraps the plan so far in the same node that its SQL clause would make.

import { EngineError, raise } from '../errors/index.js';
import type { Expr, GroupBy, UnresolvedPlan } from '../tree.js';
import type { Cursor } from './cursor.js';
import { parseExpr } from './parse-expr.js';
import { startsClause } from './clauses.js';
import { parseJoin, parsePivots, parseSample } from './parse-from.js';

/** The parts of the query grammar that pipes share; given by it, as it calls pipes. */
export interface QueryGrammar {
  selectItem(c: Cursor): Expr;
  selectItems(c: Cursor): Expr[];
  selectClauses(c: Cursor): Partial<Extract<UnresolvedPlan, { kind: 'select' }>>;
  parseGroupBy(c: Cursor, aliases?: boolean): GroupBy;
  parseQueryPrimary(c: Cursor): UnresolvedPlan;
  parseOrganization(c: Cursor, plan: UnresolvedPlan, from: number, piped: boolean): UnresolvedPlan;
}

export function parsePipe(c: Cursor, input: UnresolvedPlan, from: number, query: QueryGrammar): UnresolvedPlan {
  const at = c.position;
  const { upper } = c.peek();
  const done = (): { span: ReturnType<Cursor['spanFrom']> } => ({ span: c.spanFrom(at) });
  switch (upper) {
    case 'SELECT': {
      c.next();
      const distinct = c.isWord('DISTINCT') && c.startsOperand(1) && c.choose(true) ? c.takeWord('DISTINCT') : false;
      const items = query.selectItems(c);
      return { kind: 'select', from: input, items, pipe: 'select', ...(distinct && { distinct: true as const }), ...query.selectClauses(c), ...done() };
    }
    case 'EXTEND': { c.next(); const items = query.selectItems(c); return { kind: 'select', from: input, items: [{ kind: 'star' }, ...items], pipe: 'extend', ...done() }; }
    case 'SET': {
      c.next();
      const columns = c.list(() => { const name = c.identifier(); c.expectSymbol('='); return { name, expr: parseExpr(c) }; });
      // One after the other: an assignment sees those before it.
      return columns.reduce<UnresolvedPlan>((plan, column) => ({ kind: 'with_columns', input: plan, columns: [column], pipe: 'set', span: c.spanFrom(from) }), input);
    }
    case 'DROP': { c.next(); const columns = c.list(() => parseExpr(c)); return { kind: 'drop_columns', input, columns, pipe: true, span: c.spanFrom(from) }; }
    case 'WHERE': {
      c.next();
      const predicate = parseExpr(c);
      if (c.isWord('WINDOW') && startsClause(c)) { query.selectClauses(c); c.later(new EngineError('NOT_ALLOWED_IN_PIPE_OPERATOR_WHERE.WINDOW_CLAUSE', {}, { span: c.spanFrom(from) })); }
      return { kind: 'filter', input, predicate, pipe: true, ...done() };
    }
    case 'AS': { c.next(); return { kind: 'subquery_alias', input, alias: c.identifier(), ...done() }; }
    case 'AGGREGATE': {
      c.next();
      const items = c.areWords('GROUP', 'BY') ? [] : query.selectItems(c);
      const groupBy = c.areWords('GROUP', 'BY') ? query.parseGroupBy(c, true) : undefined;
      const unsupported = groupBy && unsupportedGrouping(groupBy);
      if (unsupported) c.later(new EngineError('UNSUPPORTED_FEATURE.PIPE_OPERATOR_AGGREGATE_UNSUPPORTED_CASE', { case: `GROUP BY ${unsupported}` }, { span: c.spanFrom(from) }));
      return { kind: 'select', from: input, items, pipe: 'aggregate', keysFirst: true, ...(groupBy && { groupBy }), ...done() };
    }
    case 'ORDER': case 'SORT': case 'LIMIT': case 'OFFSET': case 'CLUSTER': case 'DISTRIBUTE': {
      if (!startsClause(c)) return c.fail();
      return { ...query.parseOrganization(c, input, from, true), ...done() };
    }
    case 'TABLESAMPLE': return parseSample(c, input);
    case 'PIVOT': case 'UNPIVOT': return parsePivots(c, input);
    case 'WINDOW': { c.next(); return raise('UNSUPPORTED_FEATURE.CLAUSE_WITH_PIPE_OPERATORS', { clauses: 'the WINDOW clause' }, done()); }
    case 'UNION': case 'INTERSECT': case 'EXCEPT': case 'MINUS': {
      c.next();
      const all = c.takeWord('ALL');
      if (!all) c.takeWord('DISTINCT');
      const op = upper === 'MINUS' ? 'except' : upper.toLowerCase() as 'union' | 'intersect' | 'except';
      const right = query.parseQueryPrimary(c);
      return { kind: 'set_operation', op, all, left: input, right, pipe: true, span: c.spanFrom(from) };
    }
    default: {
      // Nothing may stand between two pipes.
      if (c.isSymbol('|>') || c.isSymbol(')') || c.isSymbol(';') || c.peek().kind === 'eof') return input;
      const joined = parseJoin(c, input);
      return joined ? { ...joined, ...done() } : c.fail();
    }
  }
}
const GROUPINGS = { all: 'ALL', rollup: 'ROLLUP', cube: 'CUBE', grouping_sets: 'GROUPING SETS', list: undefined } as const;
const unsupportedGrouping = (by: GroupBy): string | undefined =>
  GROUPINGS[by.kind] ?? by.keys.flatMap((k) => k.kind === 'grouping' ? [GROUPINGS[k.of]] : [])[0];
