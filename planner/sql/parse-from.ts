// Relations: tables, subqueries, inline tables, table functions, their aliases and clauses (TABLESAMPLE, WATERMARK, PIVOT, LATERAL VIEW), joins.

import { EngineError } from '../errors/index.js';
import { quotedName } from '../expr/print.js';
import { givesName } from '../functions/behind-grammar.js';
import { doubleText } from '../number-text.js';
import type { Span } from '../spans.js';
import type { Arg, Expr, JoinType, TableArgument, UnresolvedPlan, WatermarkClause } from '../tree.js';
import { startsClause, startsQuery, startsRelationClause, takeAs } from './clauses.js';
import type { Cursor } from './cursor.js';
import { durationLiteral } from './durations.js';
import { aliasNames, parseExpr } from './parse-expr.js';
import { isIntervalUnit } from './parse-interval.js';

/** Words that are never an alias without AS. */
const JOIN_WORDS: ReadonlySet<string> = new Set(['ANTI', 'CROSS', 'EXCEPT', 'FULL', 'INNER', 'INTERSECT', 'JOIN', 'LATERAL', 'LEFT', 'MINUS', 'NATURAL', 'ON', 'RIGHT', 'SEMI', 'UNION', 'USING']);

/** `a, b JOIN c …` with lateral views, pivots behind. A comma joins as the other joins do, from left to right: `JOIN c` sees a, too. */
export function parseFrom(c: Cursor): UnresolvedPlan {
  const from = c.position;
  let plan = parseRelation(c);
  while (c.takeSymbol(',')) {
    const lateral = (c.isSymbol('(', 1) || c.isIdentifier(1)) && c.takeWord('LATERAL');
    const right = parseOperand(c);
    plan = parseJoins(c, parsePivots(c, { kind: 'join', left: plan, right, type: 'inner', ...(lateral && { lateral: true as const }), span: c.spanFrom(from) }));
  }
  plan = parsePivots(c, plan);
  while (c.isWord('LATERAL')) plan = parseLateralView(c, plan);
  return parsePivots(c, plan);
}

function parseLateralView(c: Cursor, input: UnresolvedPlan): UnresolvedPlan {
  const from = c.position;
  c.expectWord('LATERAL', 'VIEW');
  const outer = c.isWord('OUTER') && c.isIdentifier(1) ? c.takeWord('OUTER') : false;
  const at = c.position;
  const name = c.qualifiedName();
  c.requireSymbol('(');
  const args: Arg[] = c.isSymbol(')') ? [] : c.list(() => ({ value: parseExpr(c) }));
  c.expectSymbol(')');
  const generator: Expr = { kind: 'call', name, args, span: c.spanFrom(at) };
  const alias = c.isWord('AS') && c.isIdentifier(1) ? undefined : c.identifier();
  let columns: string[] = [];
  if (c.isWord('AS') && c.isIdentifier(1)) { c.next(); columns = c.list(() => c.identifier()); }
  else if (alias !== undefined && mayBeAlias(c)) columns = c.list(() => c.identifier());
  return { kind: 'lateral_view', input, generator, outer, ...(alias !== undefined && { alias }), columns, span: c.spanFrom(from) };
}

/** A primary relation and the joins behind it. */
export const parseRelation = (c: Cursor): UnresolvedPlan => parseJoins(c, parsePrimary(c));
function parseJoins(c: Cursor, first: UnresolvedPlan): UnresolvedPlan {
  let left = first;
  for (;;) {
    const joined = parseJoin(c, left);
    if (!joined) return left;
    left = parsePivots(c, joined);
  }
}

const KINDS: Readonly<Record<string, JoinType>> = { INNER: 'inner', CROSS: 'cross', SEMI: 'left_semi', ANTI: 'left_anti' };
export function parseJoin(c: Cursor, left: UnresolvedPlan): UnresolvedPlan | undefined {
  if (startsAsOf(c)) return parseAsOf(c, left);
  const from = c.position;
  const natural = c.takeWord('NATURAL');
  const { upper } = c.peek();
  let type: JoinType = 'inner';
  if (upper === 'LEFT' || upper === 'RIGHT' || upper === 'FULL') {
    c.next();
    type = upper.toLowerCase() as JoinType;
    if (upper === 'LEFT' && c.takeWord('SEMI')) type = 'left_semi';
    else if (upper === 'LEFT' && c.takeWord('ANTI')) type = 'left_anti';
    else c.takeWord('OUTER');
    c.expectWord('JOIN');
  } else if (KINDS[upper]) { c.next(); type = KINDS[upper]!; c.expectWord('JOIN'); }
  else if (upper === 'JOIN') c.next();
  else return natural ? c.fail() : undefined;
  const lateral = c.takeWord('LATERAL');
  const right = parseOperand(c);
  const base = { kind: 'join' as const, left, right, type, ...(natural && { natural: true as const }), ...(lateral && { lateral: true as const }) };
  if (natural) return { ...base, span: c.spanFrom(from) };
  if (c.takeWord('ON')) { const on = parseExpr(c); return { ...base, on, span: c.spanFrom(from) }; }
  if (c.takeWord('USING')) { const using = c.parenthesized(() => c.list(() => c.identifier())); return { ...base, using, span: c.spanFrom(from) }; }
  return { ...base, span: c.spanFrom(from) };
}

/** The alias `asof` of a table needs its AS before a join. */
const startsAsOf = (c: Cursor): boolean => c.isWord('ASOF') && ['JOIN', 'INNER', 'LEFT', 'RIGHT', 'FULL', 'CROSS'].includes(c.peek(1).upper);
/** A list of names behind it makes it an alias. */
const startsMatch = (c: Cursor): boolean => c.isWord('MATCH_CONDITION') && c.isSymbol('(', 1) && !(c.isIdentifier(2) && (c.isSymbol(',', 3) || c.isSymbol(')', 3)));
/** `ASOF [INNER | LEFT [OUTER]] JOIN r [MATCH_CONDITION (l.t >= r.t)] [ON …]`. */
function parseAsOf(c: Cursor, left: UnresolvedPlan): UnresolvedPlan {
  const from = c.position;
  c.next();
  const outer = c.takeWord('LEFT');
  if (['RIGHT', 'FULL', 'CROSS'].includes(c.peek().upper)) c.fail(': an as-of join is INNER or LEFT; write AS before asof if it is a name');
  if (outer) c.takeWord('OUTER'); else c.takeWord('INNER');
  c.expectWord('JOIN');
  const right = parseOperand(c);
  const parts: Expr[] = [];
  if (startsMatch(c)) { c.next(); parts.push(c.parenthesized(() => parseExpr(c))); }
  if (parts.length === 0 || c.isWord('ON')) { c.expectWord('ON'); parts.push(parseExpr(c)); }
  const condition = parts.reduce((a, b): Expr => ({ kind: 'call', name: ['and'], args: [{ value: a }, { value: b }], operator: true, span: c.spanFrom(from) }));
  return { kind: 'join', left, right, type: outer ? 'left' : 'inner', asOf: true, on: condition, span: c.spanFrom(from) };
}

function parsePrimary(c: Cursor): UnresolvedPlan {
  return c.nested(() => {
    const from = c.position;
    const plan = finishRelation(c, parseBase(c), from);
    return parsePivots(c, plan, isBare(plan));
  });
}
/** The right side of a join: what stands behind it turns the join. */
function parseOperand(c: Cursor): UnresolvedPlan {
  return c.nested(() => {
    const from = c.position;
    const plan = finishRelation(c, parseBase(c), from);
    return isBare(plan) && (c.isWord('PIVOT') || c.isWord('UNPIVOT')) && !startsRelationClause(c) ? aliased(c, plan, from) : plan;
  });
}
/** Without an alias, which PIVOT itself may be. */
const isBare = (plan: UnresolvedPlan): boolean => plan.kind !== 'subquery_alias' || plan.alias === '';

function parseBase(c: Cursor): UnresolvedPlan {
  // Where nothing stands before it, it says nothing.
  if (c.isWord('LATERAL') && (c.isSymbol('(', 1) || c.isIdentifier(1))) c.next();
  const from = c.position;
  if (c.isSymbol('(')) {
    if (startsQuery(c, 1)) {
      // Without an alias of its own a subquery hides the names of its relations.
      const query = (): UnresolvedPlan => { c.next(); const input = c.parseQuery(c); c.requireSymbol(')'); return { kind: 'subquery_alias', input, alias: '', span: c.spanFrom(from) }; };
      const plan = c.isSymbol('(', 1) || c.isWord('VALUES', 1) ? c.attempt('relation', query) : query();
      if (plan) return plan;
    }
    c.next();
    const plan = parseRelation(c);
    c.requireSymbol(')');
    return plan;
  }
  if (c.isWord('VALUES') && c.startsOperand(1) && !(c.isSymbol('(', 1) && c.isSymbol(')', 2))) return parseInlineTable(c);
  if (c.isWord('STREAM') && (c.isSymbol('(', 1) || (c.isIdentifier(1) && !startsAlias(c, 1)))) {
    c.next();
    const bracket = c.takeSymbol('(');
    const name = c.qualifiedName();
    if (bracket) c.expectSymbol(')');
    const options = c.isSymbol('(', 1) && c.takeWord('WITH') ? parseOptions(c) : undefined;
    return { kind: 'relation', name, stream: true, ...(options && { options }), span: c.spanFrom(from) };
  }
  // Flink writes a windowing function as TABLE(TUMBLE(…)).
  if (c.isWord('TABLE') && c.isSymbol('(', 1) && c.isIdentifier(2) && c.isSymbol('(', 3)) {
    c.next();
    return c.parenthesized(() => parseBase(c));
  }
  const name = c.qualifiedName();
  if ((c.isWord('VERSION') || c.isWord('TIMESTAMP')) && c.areWords(c.peek().upper, 'AS', 'OF')) {
    c.later(new EngineError('UNSUPPORTED_FEATURE.TIME_TRAVEL', { relationId: quotedName(name) }, { span: c.spanFrom(from) }));
    c.rewind(c.position + 3);
    parseExpr(c);
  }
  if (!c.isSymbol('(')) return { kind: 'relation', name, span: c.spanFrom(from) };
  c.next();
  const args = c.isSymbol(')') ? [] : c.list(() => tableArgument(c));
  c.expectSymbol(')');
  const [named] = args;
  if (!c.isSymbol('(') || !givesName(name, args) || !named || 'table' in named) return { kind: 'table_function', name, args, span: c.spanFrom(from) };
  const given = c.parenthesized(() => c.isSymbol(')') ? [] : c.list(() => tableArgument(c)));
  return { kind: 'table_function', name, args: given, named: named.value, span: c.spanFrom(from) };
}
/** `STREAM` as a table name that has an alias: `FROM stream s` reads the stream s; `FROM stream WHERE …`, `stream AS s` the table. */
const startsAlias = (c: Cursor, ahead: number): boolean => { const { upper } = c.peek(ahead); return upper === 'AS' || JOIN_WORDS.has(upper) || ['WHERE', 'GROUP', 'ORDER', 'LIMIT', 'HAVING'].includes(upper); };

function tableArgument(c: Cursor): TableArgument {
  const name = c.isIdentifier() && c.isSymbol('=>', 1) ? c.identifier() : undefined;
  if (name !== undefined) c.next();
  const named = name === undefined ? {} : { name };
  if (c.isWord('TABLE') && (c.isIdentifier(1) || c.isSymbol('(', 1))) {
    c.next();
    const from = c.position;
    const partition = (): { readonly partitionBy?: readonly Expr[] } => {
      if (!c.isWord('PARTITION') || !c.isWord('BY', 1)) return {};
      c.next();
      c.next();
      return { partitionBy: c.isSymbol('(') ? c.parenthesized(() => c.list(() => parseExpr(c))) : [parseExpr(c)] };
    };
    if (c.isSymbol('(') && startsQuery(c, 1)) { c.next(); const table = c.parseQuery(c); c.requireSymbol(')'); return { ...named, table, ...partition() }; }
    const bracket = c.takeSymbol('(');
    const table: UnresolvedPlan = { kind: 'relation', name: c.qualifiedName(), span: c.spanFrom(from) };
    if (bracket) c.expectSymbol(')');
    return { ...named, table, ...partition() };
  }
  return { ...named, value: parseExpr(c) };
}

/** `VALUES (1, 'a'), (2, 'b')` or `VALUES 1, 2`. */
export function parseInlineTable(c: Cursor, top = false): UnresolvedPlan {
  const from = c.position;
  c.expectWord('VALUES');
  const row = (): Expr[] => {
    const e = parseExpr(c);
    return e.kind === 'call' && e.operator && e.name[0] === 'struct' ? e.args.map((a) => a.value) : [e];
  };
  const rows = [row()];
  // At the top the table may be over before a comma.
  for (let at = c.position; c.takeSymbol(','); at = c.position) rows.push(top && !c.isSymbol('(') ? c.failingAt(at, row) : row());
  return { kind: 'inline_table', rows, span: c.spanFrom(from) };
}

/** TABLESAMPLE, WATERMARK and the alias of a relation. */
function finishRelation(c: Cursor, base: UnresolvedPlan, from: number): UnresolvedPlan {
  let plan = base;
  // Functions and VALUES are sampled in brackets only: the word is their alias.
  const sampled = c.isWord('TABLESAMPLE') && (c.isSymbol('(', from - c.position) || base.kind === 'relation');
  if (sampled && c.isSymbol('(', 1)) plan = parseSample(c, plan);
  // The alias names the relation below the watermark: a column that the clause adds has no qualifier.
  const watermark = parseWatermark(c);
  const watched = (input: UnresolvedPlan): UnresolvedPlan => watermark ? { kind: 'watermark', input, clause: watermark, form: 'sql', span: c.spanFrom(from) } : input;
  // Before a word of a join AS is the alias itself.
  const said = !JOIN_WORDS.has(c.peek(1).upper) && takeAs(c);
  if (!said && ((!mayBeAlias(c) && (sampled || !c.isWord('TABLESAMPLE'))) || startsAsOf(c) || startsMatch(c))) return watched(plan);
  return watched(aliased(c, plan, from));
}
/** An alias without AS: no word of a join, and none that begins a clause. FROM begins none behind a relation. */
const mayBeAlias = (c: Cursor): boolean => c.isIdentifier() && !JOIN_WORDS.has(c.peek().upper) && !startsRelationClause(c) && (c.isWord('FROM') || !startsClause(c));
function aliased(c: Cursor, plan: UnresolvedPlan, from: number): UnresolvedPlan {
  const alias = c.identifier();
  // A table of values is one of its own, or one in brackets: which, shows behind the alias.
  let first = from - c.position;
  while (c.isSymbol('(', first)) first++;
  const columns = c.isWord('VALUES', first) && c.isSymbol('(') ? c.exactly(() => columnNames(c)) : columnNames(c);
  const input = plan.kind === 'subquery_alias' && plan.alias === '' ? plan.input : plan;
  return { kind: 'subquery_alias', input, alias, ...(columns && { columns }), span: c.spanFrom(from) };
}
/** `(a, b)` behind an alias; where it is no list of names it does not belong to it. */
export const columnNames = (c: Cursor): string[] | undefined => c.isSymbol('(') ? c.attempt('columns', () => c.parenthesized(() => c.list(() => c.identifier()))) : undefined;

/** `WATERMARK expr [AS name] DELAY OF interval [IDLE AFTER …] [MAX FUTURE SKEW …]`; a table may also have the alias `watermark`. */
function parseWatermark(c: Cursor): WatermarkClause | undefined {
  if (!c.isWord('WATERMARK') || !c.startsOperand(1)) return undefined;
  const from = c.position;
  const head = c.attempt('watermark', () => {
    c.next();
    const expr = parseExpr(c);
    const name = c.takeWord('AS') ? c.identifier() : undefined;
    c.expectWord('DELAY', 'OF');
    return { expr, name };
  });
  if (!head) return undefined;
  if (!c.isWord('INTERVAL')) c.fail();
  const at = c.position;
  // With its unit outside of the text: `INTERVAL '10' SECONDS`.
  if (c.peek(1).kind === 'string' && !isIntervalUnit(c.peek(2).upper)) { c.rewind(at + 2); c.fail(); }
  const delay = parseExpr(c);
  if (delay.kind !== 'literal') { c.rewind(at + 1); c.fail(); }
  return { expr: head.expr, ...(head.name !== undefined && { name: head.name }), delay, ...parseWatermarkBounds(c), span: c.spanFrom(from) };
}
/** `IDLE AFTER duration`, `MAX FUTURE SKEW duration`: each at most once. */
export function parseWatermarkBounds(c: Cursor): Pick<WatermarkClause, 'idleAfter' | 'maxFutureSkew'> {
  let idleAfter: Expr | undefined;
  let maxFutureSkew: Expr | undefined;
  const duration = (): Expr => {
    const at = c.position;
    const value = parseExpr(c);
    if (value.kind !== 'literal') { c.rewind(at); return c.fail(); }
    return typeof value.value === 'string' ? { ...durationLiteral(value.value), span: c.spanFrom(at) } : value;
  };
  for (;;) {
    if (c.areWords('IDLE', 'AFTER') || c.areWords('MAX', 'FUTURE', 'SKEW')) c.models(undefined);
    if (idleAfter === undefined && c.takeWord('IDLE', 'AFTER')) idleAfter = duration();
    else if (maxFutureSkew === undefined && c.takeWord('MAX', 'FUTURE', 'SKEW')) maxFutureSkew = duration();
    else return { ...(idleAfter && { idleAfter }), ...(maxFutureSkew && { maxFutureSkew }) };
  }
}

/** `TABLESAMPLE (10 PERCENT | n ROWS | BUCKET x OUT OF y) [REPEATABLE (seed)]`: numbers are literals, but for the number of rows. */
export function parseSample(c: Cursor, input: UnresolvedPlan): UnresolvedPlan {
  const from = c.position;
  c.expectWord('TABLESAMPLE');
  const how = c.parenthesized((): { fraction: number } | { rows: Expr } => {
    if (c.takeWord('BUCKET')) {
      const part = integer(c);
      c.expectWord('OUT', 'OF');
      const fraction = part / integer(c);
      if (c.takeWord('ON')) { c.later(new EngineError('NOT_SUPPORTED_YET', { feature: 'TABLESAMPLE (BUCKET … ON)' }, { span: c.spanFrom(from) })); parseExpr(c); }
      return { fraction };
    }
    const minus = c.isSymbol('-') ? 1 : 0;
    if (c.peek(minus).kind === 'number' && c.isWord('PERCENT', minus + 1)) {
      if (minus > 0) c.next();
      const fraction = Number(c.next().text) / 100;
      c.next();
      return { fraction: minus > 0 ? -fraction : fraction };
    }
    const rows = parseExpr(c);
    if (c.isSymbol(')')) c.later(new EngineError('NOT_SUPPORTED_YET', { feature: 'TABLESAMPLE by bytes' }, { span: c.spanFrom(from) }));
    else c.expectWord('ROWS');
    return { rows };
  });
  if ('fraction' in how && !(how.fraction >= -ROUNDING && how.fraction <= 1 + ROUNDING)) {
    c.later(new EngineError('INVALID_TABLESAMPLE_FRACTION', { fraction: doubleText(how.fraction) }, { span: c.spanFrom(from) }));
  }
  const seed = c.isWord('REPEATABLE') && c.isSymbol('(', 1) ? c.form('repeatable', c.position + 1, () => { c.next(); return c.parenthesized(() => integer(c)); }) : undefined;
  return { kind: 'sample', input, ...('rows' in how ? how : { fraction: Math.max(0, how.fraction) }), ...(seed !== undefined && { seed }), span: c.spanFrom(from) };
}
/** What a fraction may be beyond its bounds. source: Spark's RandomSampler. */
const ROUNDING = 1e-6;
const integer = (c: Cursor): number => c.peek().kind === 'number' && /^\d+$/.test(c.peek().text) ? Number(c.next().text) : c.fail();

/** `bare`: the relation has no alias yet, which the word itself may be. */
export function parsePivots(c: Cursor, plan: UnresolvedPlan, bare = false): UnresolvedPlan {
  let result = plan;
  for (;;) {
    const from = c.position;
    const input = result;
    const read = c.isWord('PIVOT') ? () => parsePivot(c, input) : c.isWord('UNPIVOT') ? () => parseUnpivot(c, input) : undefined;
    const pivoted = !read ? undefined : bare && result === plan && c.isSymbol('(', 1) ? c.form('pivot', from + 1, read) : startsRelationClause(c) || !bare ? read() : undefined;
    if (!pivoted) return bare && result === plan && (c.isWord('PIVOT') || c.isWord('UNPIVOT')) ? aliased(c, plan, from) : result;
    result = pivoted;
    if (takeAs(c) || mayBeAlias(c)) {
      result = { kind: 'subquery_alias', input: result, alias: c.identifier(), span: c.spanFrom(from) };
    }
  }
}
const optionalAlias = (c: Cursor): string | undefined => takeAs(c) || c.isIdentifier() ? c.identifier() : undefined;
function tuple(c: Cursor): Expr[] {
  return c.isSymbol('(') ? c.parenthesized(() => c.list(() => parseExpr(c))) : [parseExpr(c)];
}

function parsePivot(c: Cursor, input: UnresolvedPlan): UnresolvedPlan {
  const from = c.position;
  c.expectWord('PIVOT');
  return c.parenthesized(() => {
    const aggregates = c.list((): Expr => {
      const at = c.position;
      const arg = parseExpr(c);
      if (!takeAs(c, true) && (c.isWord('FOR') || !(c.isIdentifier() || c.isSymbol('(')))) return arg;
      return { kind: 'alias', arg, names: aliasNames(c), span: c.spanFrom(at) };
    });
    c.expectWord('FOR');
    const column = (): Expr => { const at = c.position; return { kind: 'name', parts: [c.identifier()], span: c.spanFrom(at) }; };
    const on = c.isSymbol('(') ? c.parenthesized(() => c.list(column)) : [column()];
    c.expectWord('IN');
    const values = c.parenthesized(() => c.list(() => {
      const exprs = tuple(c);
      const alias = optionalAlias(c);
      return { exprs, ...(alias !== undefined && { alias }) };
    }));
    return { kind: 'pivot', input, aggregates, on, values, span: c.spanFrom(from) };
  });
}
function unpivotColumn(c: Cursor): Expr {
  const from = c.position;
  return { kind: 'name', parts: c.qualifiedName(), span: c.spanFrom(from) };
}

function parseUnpivot(c: Cursor, input: UnresolvedPlan): UnresolvedPlan {
  const from = c.position;
  c.expectWord('UNPIVOT');
  const includeNulls = c.takeWord('INCLUDE');
  if (includeNulls || c.takeWord('EXCLUDE')) c.expectWord('NULLS');
  return c.parenthesized(() => {
    const several = c.isSymbol('(');
    const valueNames = several ? c.parenthesized(() => c.list(() => c.identifier())) : [c.identifier()];
    c.expectWord('FOR');
    const nameColumn = c.identifier();
    c.expectWord('IN');
    const values = c.parenthesized(() => c.list(() => {
      if (several && !c.isSymbol('(')) c.fail(c.isIdentifier() ? ": missing '('" : '');
      const columns = several ? c.parenthesized(() => c.list(() => unpivotColumn(c))) : [unpivotColumn(c)];
      const alias = optionalAlias(c);
      return { columns, ...(alias !== undefined && { alias }) };
    }));
    return { kind: 'unpivot', input, includeNulls, values, valueNames, nameColumn, span: c.spanFrom(from) };
  });
}

/** `(host 'localhost', port 9999, 'a.b' = 'c')`: names bare, dotted or quoted; values strings, numbers, words. */
export function parseOptions(c: Cursor, places?: Map<string, Span>): Record<string, string> {
  return Object.fromEntries(c.parenthesized(() => {
    if (c.isSymbol(')')) return [];
    return c.list((): [string, string] => {
      const from = c.position;
      const name = c.isString() ? c.string() : c.qualifiedName().join('.');
      c.takeSymbol('=');
      const minus = c.takeSymbol('-') ? '-' : '';
      const t = c.peek();
      if (t.kind !== 'string' && t.kind !== 'number' && t.kind !== 'word') c.fail();
      const value = t.kind === 'string' ? c.string() : minus + c.next().text;
      places?.set(name.toLowerCase(), c.spanFrom(from));
      return [name, value];
    });
  }));
}
