// The clauses that grammars know in part: orders, windows and their frames, GROUP BY, limits.

import { expandSets } from '../plan/grouping-sets.js';
import { joinSpans } from '../spans.js';
import type { Expr, FrameBound, GroupBy, GroupItem, SortItem, UnresolvedPlan, WindowSpec } from '../tree.js';
import type { Reader, Stretch } from './reader.js';

export function readSortItems(r: Reader, at: Stretch): SortItem[] {
  const items = r.split(at);
  if (items.length === 0) return r.fail(at.from);
  return items.map(({ from, to }) => {
    const first = r.spelled(to - 2, 'NULLS', 'FIRST');
    const said = to - from > 2 && (first || r.spelled(to - 2, 'NULLS', 'LAST'));
    const end = said ? to - 2 : to;
    const descending = r.spelled(end - 1, 'DESC');
    const expr = r.expression({ from, to: end - from > 1 && (descending || r.spelled(end - 1, 'ASC')) ? end - 1 : end });
    const { nulls } = r.dialect;
    return { expr, ascending: !descending, nullsFirst: said ? first : nulls === 'last' ? false : !descending === (nulls === 'low'), span: expr.span };
  });
}

/** What is in the brackets of OVER or behind WINDOW … AS; or a window's name. */
export function readWindow(r: Reader, { from, to }: Stretch): WindowSpec {
  if (r.isName(from) && to === from + 1 && !r.isSymbol(from - 1, '(')) return { name: r.tokens[from]!.text, partitionBy: [], orderBy: [], span: r.tokens[from]!.span };
  const frameAt = r.find({ from, to }, (i) => (r.spelled(i, 'ROWS') || r.spelled(i, 'RANGE') || r.spelled(i, 'GROUPS')) && (i === from || !r.isSymbol(i - 1, '.', ',')) && startsFrame(r, i + 1));
  const orderAt = r.find({ from, to: frameAt }, (i) => r.spelled(i, 'ORDER', 'BY'));
  const partitioned = orderAt > from;
  if (partitioned && !r.spelled(from, 'PARTITION', 'BY')) return r.refuse('a window that begins with the name of another', r.span({ from, to }));
  const frame = frameAt < to ? readFrame(r, { from: frameAt, to }) : undefined;
  return {
    partitionBy: partitioned ? r.expressions({ from: from + 2, to: orderAt }) : [],
    orderBy: orderAt < frameAt ? readSortItems(r, { from: orderAt + 2, to: frameAt }) : [], ...(frame && { frame }),
  };
}
const startsFrame = (r: Reader, i: number): boolean => r.spelled(i, 'BETWEEN') || r.spelled(i, 'UNBOUNDED') || r.spelled(i, 'CURRENT', 'ROW') || r.spelled(i, 'INTERVAL') || r.tokens[i]?.kind === 'number';
function readFrame(r: Reader, { from, to }: Stretch): NonNullable<WindowSpec['frame']> {
  const unit = r.spelled(from, 'ROWS') ? 'rows' : r.spelled(from, 'RANGE') ? 'range' : r.refuse('a frame of groups', r.tokens[from]!.span);
  if (!r.spelled(from + 1, 'BETWEEN')) return { unit, start: readBound(r, { from: from + 1, to }), end: { kind: 'current_row' } };
  const and = r.find({ from: from + 2, to }, (i) => r.spelled(i, 'AND'));
  return { unit, start: readBound(r, { from: from + 2, to: and }), end: readBound(r, { from: and + 1, to }) };
}
function readBound(r: Reader, { from, to }: Stretch): FrameBound {
  if (r.spelled(from, 'CURRENT', 'ROW') && to === from + 2) return { kind: 'current_row' };
  const direction = r.spelled(to - 1, 'PRECEDING') ? 'preceding' : r.spelled(to - 1, 'FOLLOWING') ? 'following' : r.fail(Math.max(from, to - 1));
  if (r.spelled(from, 'UNBOUNDED') && to === from + 2) return { kind: direction === 'preceding' ? 'unbounded_preceding' : 'unbounded_following' };
  return { kind: direction, offset: r.expression({ from, to: to - 1 }) };
}

// ── GROUP BY ─────────────────────────────────────────────────────────────────────────────────────

/** From GROUP on. */
export function readGroupBy(r: Reader, { from, to }: Stretch): GroupBy {
  const span = r.span({ from, to });
  const first = from + 2;
  if (r.spelled(first, 'ALL') && to === first + 1) {
    return r.dialect.name === 'snowflake' || r.dialect.name === 'bigquery' ? { kind: 'all', keys: [], span } : r.fail(first);
  }
  const rolled = r.dialect.name === 'mysql' && r.spelled(to - 2, 'WITH', 'ROLLUP');
  const items = r.split({ from: first, to: rolled ? to - 2 : to });
  if (items.length === 0) return r.fail(first);
  const keys = items.flatMap((item) => groupItems(r, item));
  return { kind: rolled ? 'rollup' : 'list', keys, span };
}
function groupItems(r: Reader, { from, to }: Stretch): readonly GroupItem[] {
  const grouping = groupingOf(r, from);
  if (!grouping) return keySet(r, { from, to });
  const inside = r.inside(grouping.open, to);
  if (grouping.of !== 'grouping_sets') return [{ kind: 'grouping', of: grouping.of, sets: r.split(inside).map((s) => keySet(r, s)) }];
  const sets = r.split(inside).flatMap((s): readonly (readonly Expr[])[] => {
    const nested = groupingOf(r, s.from) ? groupItems(r, s)[0] : undefined;
    return nested?.kind === 'grouping' ? expandSets(nested.of, nested.sets) : [keySet(r, s)];
  });
  return [{ kind: 'grouping', of: 'grouping_sets', sets }];
}
function groupingOf(r: Reader, i: number): { readonly of: 'rollup' | 'cube' | 'grouping_sets'; readonly open: number } | undefined {
  if (r.spelled(i, 'GROUPING', 'SETS')) return { of: 'grouping_sets', open: i + 2 };
  if (!r.isSymbol(i + 1, '(')) return undefined;
  return r.spelled(i, 'ROLLUP') ? { of: 'rollup', open: i + 1 } : r.spelled(i, 'CUBE') ? { of: 'cube', open: i + 1 } : undefined;
}
/** `a`, `(a, b)` or `()`. */
function keySet(r: Reader, at: Stretch): Expr[] {
  const close = r.isSymbol(at.from, '(') ? r.close(at.from) : undefined;
  if (close !== at.to - 1 || r.spelled(at.from + 1, 'SELECT')) return [r.expression(at)];
  return r.expressions({ from: at.from + 1, to: close });
}

// ── ORDER BY, LIMIT, OFFSET, FETCH ───────────────────────────────────────────────────────────────

/** Where a tail clause begins, outside of brackets. */
export function startsTail(r: Reader, i: number): boolean {
  return r.spelled(i, 'ORDER', 'BY') || startsLimit(r, i);
}
function startsLimit(r: Reader, i: number): boolean {
  const counts = (k: number): boolean => r.tokens[k]?.kind === 'number';
  return (r.spelled(i, 'LIMIT') && r.tokens[i]!.kind === 'word') || (r.spelled(i, 'OFFSET') && counts(i + 1)) || (r.dialect.fetches && (r.spelled(i, 'FETCH', 'FIRST') || r.spelled(i, 'FETCH', 'NEXT')));
}

/** The clauses behind a whole query; each at most once. */
export function readTail(r: Reader, input: UnresolvedPlan, { from, to }: Stretch): UnresolvedPlan {
  let plan = input;
  let at = from;
  if (r.spelled(at, 'ORDER', 'BY')) {
    const end = r.find({ from: at, to }, (i) => i > at && startsLimit(r, i));
    plan = { kind: 'sort', input: plan, order: readSortItems(r, { from: at + 2, to: end }), global: true };
    at = end;
  }
  let limit: Expr | undefined;
  let offset: Expr | undefined;
  const start = at;
  const value = (i: number): Expr => r.tokens[i]?.kind === 'number' ? r.expression({ from: i, to: i + 1 }) : r.refuse('a limit that is no number', r.tokens[i]?.span);
  while (at < to) {
    if (limit || !startsLimit(r, at)) { if (offset || !r.spelled(at, 'OFFSET')) return r.fail(at); }
    if (r.spelled(at, 'LIMIT', 'ALL')) { at += 2; continue; }
    if (r.spelled(at, 'LIMIT')) {
      limit = value(at + 1);
      at += 2;
      if (r.isSymbol(at, ',') && r.dialect.name === 'mysql') { offset = limit; limit = value(at + 1); at += 2; }
    } else if (r.spelled(at, 'OFFSET')) {
      if (offset) return r.fail(at);
      offset = value(at + 1);
      at += r.spelled(at + 2, 'ROW') || r.spelled(at + 2, 'ROWS') ? 3 : 2;
    } else {
      const counted = r.tokens[at + 2]?.kind === 'number' ? at + 3 : at + 2;
      limit = counted === at + 3 ? value(at + 2) : r.refuse('FETCH without a number', r.tokens[at]!.span);
      if (!r.spelled(counted, 'ROW', 'ONLY') && !r.spelled(counted, 'ROWS', 'ONLY')) return r.refuse('FETCH … WITH TIES', r.tokens[at]!.span);
      at = counted + 2;
    }
  }
  return limit || offset ? { kind: 'limit', input: plan, ...(limit && { limit }), ...(offset && { offset }), ...(start < to && { span: joinSpans(r.tokens[start]?.span, r.tokens[to - 1]?.span) }) } : plan;
}
