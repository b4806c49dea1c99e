// Expressions of a foreign tree as ours. AND and OR come back with any precedence, so their chains are taken apart and built again; all
// other operators are trusted as they nest (tests compare thousands of expressions with our own parser).

import { joinSpans, type Span } from '../spans.js';
import { balanced, parseExpression } from '../sql/index.js';
import type { Expr, FrameBound, FunctionSpec, SortItem, UnresolvedPlan, WindowSpec } from '../tree.js';
import * as T from '../types.js';
import { type Ast, asts, isAst, only } from './ast.js';
import type { Rewrite } from './dialect.js';
import type { FoldedQuery } from './fold.js';
import type { Ledger } from './ledger.js';

export interface Reading {
  readonly ledger: Ledger;
  /** A function of Spark's has this name, so that the dialect's may mean another thing. */
  readonly builtin: (name: string) => boolean;
  readonly query: (node: Ast) => UnresolvedPlan;
  /** A query that was read on its own. */
  readonly folded: (query: FoldedQuery) => UnresolvedPlan;
  /** Division that cuts whole numbers. */
  readonly divide: FunctionSpec;
}

const call = (name: string, args: readonly Expr[], span: Span | undefined, spec?: FunctionSpec): Expr =>
  ({ kind: 'call', name: [name], args: args.map((value) => ({ value })), operator: true, span: args.reduce((s, a) => joinSpans(s, a.span), span), ...(spec && { spec }) });
const plainCall = (name: string, args: readonly Expr[], span: Span | undefined): Expr => ({ kind: 'call', name: [name], args: args.map((value) => ({ value })), span });
const text = (value: string, span?: Span): Expr => ({ kind: 'literal', value, type: T.STRING, span });
const not = (arg: Expr, span?: Span): Expr => call('not', [arg], span);
export const quoted = (value: string): string => `'${value.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;

const COMPARISONS = new Set(['=', '<>', '!=', '<', '<=', '>', '>=', '<=>', '+', '-', '*', '/', '%', '||', '|', '&', '^', '<<', '>>', 'DIV']);
const SAME: Readonly<Record<string, string>> = { '!=': '<>', DIV: 'div' };

export function readExpr(node: Ast, r: Reading): Expr {
  const { ledger } = r;
  if (isAst(node['ast'])) return { kind: 'subquery', use: 'scalar', plan: r.query(node['ast']) };
  switch (node['type']) {
    case 'select': return { kind: 'subquery', use: 'scalar', plan: r.query(node) };
    case 'expr': return readExpr(node['expr'] as Ast, r);
    case 'column_ref': return columnRef(node, r);
    case 'star': { const span = ledger.use('*'); return { kind: 'star', span }; }
    case 'number': case 'bigint': return number(node, r);
    case 'single_quote_string': case 'string': { const t = ledger.mark(node['value'], 'string'); return text(t.text, t.span); }
    case 'bool': { const span = ledger.use(node['value'] === true ? 'TRUE' : 'FALSE'); return { kind: 'literal', value: node['value'] === true, type: T.BOOLEAN, span }; }
    case 'null': { const span = ledger.use('NULL'); return { kind: 'literal', value: null, type: T.VOID, span }; }
    case 'date': case 'timestamp': case 'datetime': return typedLiteral(node, r);
    case 'interval': return interval(node, r);
    case 'unary_expr': return unary(node, r);
    case 'binary_expr': return binary(node, r);
    case 'case': return caseWhen(node, r);
    case 'cast': return cast(node, r);
    case 'extract': {
      only(node, ledger, 'args');
      const args = node['args'] as Ast;
      const field = String(args['field']);
      const span = ledger.use('EXTRACT', field, 'FROM');
      return call('extract', [text(field.toUpperCase()), readExpr(args['source'] as Ast, r)], span);
    }
    case 'expr_list':
      // Without brackets it is a comma of FROM that went into the condition before it.
      if (node['parentheses'] !== true) return ledger.refuse('a comma after a condition of a join');
      return call('struct', asts(node['value']).map((a) => readExpr(a, r)), undefined);
    case 'aggr_func': case 'function': case 'window_func': return functionCall(node, r);
    default: return ledger.refuse(`an expression of the kind ${String(node['type'])}`);
  }
}

/** An expression behind its keywords, if it is there. */
export function clause(words: readonly string[], node: unknown, r: Reading): Expr | undefined {
  if (!isAst(node)) return undefined;
  r.ledger.use(...words);
  return readExpr(node, r);
}

function columnRef(node: Ast, r: Reading): Expr {
  const { ledger } = r;
  only(node, ledger, 'db', 'schema', 'catalog', 'table', 'column', 'array_index');
  const part = (value: unknown): string | undefined => {
    if (value === null || value === undefined) return undefined;
    const inner = isAst(value) ? (isAst(value['expr']) ? value['expr']['value'] : value['value']) : value;
    return typeof inner === 'string' ? inner : ledger.refuse('a column of this form');
  };
  const qualifier = [node['catalog'], node['db'], node['schema'], node['table']].map(part).filter((p) => p !== undefined).map((p) => ledger.name(p));
  const column = part(node['column']);
  if (column === '*') {
    const span = joinSpans(qualifier[0]?.span, ledger.use('*'));
    return { kind: 'star', ...(qualifier.length > 0 && { qualifier: qualifier.map((q) => q.text) }), span };
  }
  if (isAst(node['column']) && asts(node['column']['offset']).length > 0) ledger.refuse('a position in brackets');
  if (asts(node['array_index']).length > 0) ledger.refuse('a position in brackets'); // Arrays begin with 1 here, with 0 there.
  const query = qualifier.length === 0 ? ledger.query(column) : undefined;
  if (query) return { kind: 'subquery', use: query.use, plan: r.folded(query) };
  const last = ledger.name(column);
  return { kind: 'name', parts: [...qualifier.map((q) => q.text), last.text], span: joinSpans(qualifier[0]?.span, last.span) };
}

const unsigned = (digits: string): string => digits.startsWith('.') ? `0${digits}` : digits;
/** A minus before a number belongs to it: the least BIGINT has no positive twin. */
const negated = (digits: Span): Expr => parseExpression(`-${unsigned(digits.text.slice(digits.start, digits.stop))}`);
function number(node: Ast, r: Reading): Expr {
  const value = node['value'];
  const negative = typeof value === 'number' ? value < 0 : String(value).startsWith('-');
  const minus = negative ? r.ledger.use('-') : undefined;
  const t = r.ledger.mark(typeof value === 'number' ? Math.abs(value) : String(value).replace(/^-/, ''), 'number');
  return { ...(negative ? negated(t.span) : parseExpression(unsigned(t.text))), span: joinSpans(minus, t.span) };
}
function typedLiteral(node: Ast, r: Reading): Expr {
  only(node, r.ledger, 'value');
  const t = r.ledger.mark(node['value'], 'string');
  const type = String(node['type']).toUpperCase();
  const span = joinSpans(r.ledger.use(type), t.span);
  const read = type === 'DATE' ? 'DATE' : r.ledger.dialect.types.get(type)?.(undefined, undefined)?.kind === 'timestamp' || (type === 'TIMESTAMP' && r.ledger.dialect.name === 'mysql') ? 'TIMESTAMP' : 'TIMESTAMP_NTZ';
  return { kind: 'typed_literal', type: read, text: t.text, span };
}
function interval(node: Ast, r: Reading): Expr {
  only(node, r.ledger, 'expr', 'unit');
  const inner = node['expr'] as Ast;
  const unit = String(node['unit'] ?? '');
  const span = r.ledger.use('INTERVAL', unit);
  const isText = inner['type'] === 'single_quote_string';
  if (!isText && inner['type'] !== 'number') r.ledger.refuse('an interval that is computed', span);
  const t = r.ledger.mark(inner['value'], isText ? 'string' : 'number');
  const whole = joinSpans(span, t.span);
  const literal = parseExpression(`INTERVAL ${isText ? quoted(t.text) : t.text} ${unit}`);
  return { ...literal, span: whole };
}

// ── Operators ────────────────────────────────────────────────────────────────────────────────────

function unary(node: Ast, r: Reading): Expr {
  only(node, r.ledger, 'operator', 'expr');
  const arg = node['expr'] as Ast;
  const operator = String(node['operator']).toUpperCase();
  const span = r.ledger.use(operator);
  switch (operator) {
    case 'NOT': return not(readExpr(arg, r), span);
    case '-': {
      const e = readExpr(arg, r);
      const isNumber = (arg['type'] === 'number' || arg['type'] === 'bigint') && arg['parentheses'] !== true;
      return isNumber && e.span ? { ...negated(e.span), span: joinSpans(span, e.span) } : call('negative', [e], span);
    }
    case '+': return call('positive', [readExpr(arg, r)], span);
    case 'NOT EXISTS': case 'EXISTS': {
      const e: Expr = { kind: 'subquery', use: 'exists', plan: r.query(subqueryOf(arg, r)), span };
      return operator === 'EXISTS' ? e : not(e, span);
    }
    default: return r.ledger.refuse(`the operator ${operator}`, span);
  }
}
const subqueryOf = (node: Ast, r: Reading): Ast => isAst(node['ast']) ? node['ast'] : node['type'] === 'select' ? node : r.ledger.refuse('EXISTS of anything but a query');

const junction = (node: Ast): 'AND' | 'OR' | undefined => {
  const operator = node['type'] === 'binary_expr' ? String(node['operator']).toUpperCase() : '';
  return operator === 'AND' || operator === 'OR' ? operator : undefined;
};
/** Operands and operators in the order of the text; what stood in brackets stays whole. */
function chain(node: Ast, operands: Ast[], operators: ('AND' | 'OR')[], outermost: boolean): void {
  const operator = outermost || node['parentheses'] !== true ? junction(node) : undefined;
  if (!operator) { operands.push(node); return; }
  chain(node['left'] as Ast, operands, operators, false);
  operators.push(operator);
  chain(node['right'] as Ast, operands, operators, false);
}
function logic(node: Ast, r: Reading): Expr {
  const operands: Ast[] = [];
  const operators: ('AND' | 'OR')[] = [];
  chain(node, operands, operators, true);
  const read = operands.map((o) => readExpr(o, r));
  r.ledger.use(...operators);
  const terms: Expr[][] = [[read[0]!]];
  operators.forEach((operator, i) => { if (operator === 'AND') terms.at(-1)!.push(read[i + 1]!); else terms.push([read[i + 1]!]); });
  const both = (name: string) => (left: Expr, right: Expr): Expr => call(name, [left, right], undefined);
  return balanced(terms.map((group) => balanced(group, both('and'))), both('or'));
}

function binary(node: Ast, r: Reading): Expr {
  const { ledger } = r;
  if (junction(node)) return logic(node, r);
  only(node, ledger, 'operator', 'left', 'right', 'escape');
  const operator = String(node['operator']).toUpperCase();
  const left = node['left'] as Ast;
  const right = node['right'] as Ast;
  const freed = withoutNot(node);
  if (freed) { const span = ledger.use('NOT'); return not(binary(freed, r), span); }
  if (functionName(right) === 'NOT') return ledger.refuse(`NOT on the right of ${operator}`);
  const negated = operator.startsWith('NOT ');
  const wrap = (e: Expr): Expr => negated ? not(e) : e;
  const items = (): readonly Ast[] => right['type'] === 'expr_list' ? asts(right['value']) : ledger.refuse(`${operator} without a list`);
  const bare = negated ? operator.slice(4) : operator;
  switch (bare) {
    case 'BETWEEN': {
      const [low, high] = items();
      const arg = readExpr(left, r);
      ledger.use(operator, 'AND');
      return wrap(call('between', [arg, readExpr(low!, r), readExpr(high!, r)], undefined));
    }
    case 'IN': {
      const list = items();
      const arg = readExpr(left, r);
      ledger.use(operator);
      const [only1] = list;
      if (list.length === 1 && isAst(only1!['ast'])) {
        const args = arg.kind === 'call' && arg.operator && arg.name[0] === 'struct' ? arg.args.map((a) => a.value) : [arg];
        return wrap({ kind: 'in_subquery', args, plan: r.query(only1!['ast'] as Ast), span: arg.span });
      }
      return wrap(call('in', [arg, ...list.map((a) => readExpr(a, r))], undefined));
    }
    case 'LIKE': case 'ILIKE': {
      const args = [readExpr(left, r), pattern(right, r, isAst(node['escape']))];
      ledger.use(operator);
      if (isAst(node['escape'])) { ledger.use('ESCAPE'); args.push(readExpr((node['escape']['value'] ?? node['escape']) as Ast, r)); }
      return wrap(call(bare.toLowerCase(), args, undefined));
    }
    case 'IS': case 'IS NOT': {
      const arg = readExpr(left, r);
      const span = ledger.use(operator);
      const test = readExpr(right, r);
      if (test.kind !== 'literal' || (test.value !== null && typeof test.value !== 'boolean')) return ledger.refuse(`${operator} of anything but NULL, TRUE or FALSE`, span);
      const at = joinSpans(arg.span, test.span);
      if (test.value === null) return call(operator === 'IS' ? 'isnull' : 'isnotnull', [arg], at);
      const is = call(test.value ? 'istrue' : 'isfalse', [arg], at);
      return operator === 'IS' ? is : not(is, at);
    }
    case 'IS DISTINCT FROM': case 'IS NOT DISTINCT FROM': {
      ledger.use(operator);
      const same = call('<=>', [readExpr(left, r), readExpr(right, r)], undefined);
      return operator === 'IS NOT DISTINCT FROM' ? same : not(same);
    }
    default: {
      if (!COMPARISONS.has(operator) || ledger.dialect.refused.includes(operator)) return ledger.refuse(`the operator ${operator}`, ledger.use(operator));
      const args = [readExpr(left, r), readExpr(right, r)];
      ledger.use(operator);
      if (operator === '/' && ledger.dialect.truncates) return call('/', args, undefined, r.divide);
      return call(SAME[operator] ?? operator, args, undefined);
    }
  }
}
/** `NOT (a) = b` comes as a function NOT(a) on the far left, which would bind too tightly: the tree without it, or undefined. */
function withoutNot(node: Ast): Ast | undefined {
  const left = node['left'] as Ast;
  if (left['parentheses'] === true) return undefined;
  if (functionName(left) === 'NOT') { const [arg, ...more] = asts((left['args'] as Ast)['value']); return arg && more.length === 0 ? { ...node, left: { ...arg, parentheses: true } } : undefined; }
  if (left['type'] !== 'binary_expr' || junction(left)) return undefined;
  const inner = withoutNot(left);
  return inner && { ...node, left: inner };
}
/** A backslash in a pattern says nothing in a dialect without a default escape; in ours it is doubled. */
function pattern(node: Ast, r: Reading, escaped: boolean): Expr {
  const e = readExpr(node, r);
  if (r.ledger.dialect.likeEscape || escaped) return e;
  if (e.kind !== 'literal' || typeof e.value !== 'string') return r.ledger.refuse('LIKE with a pattern that is computed', e.span);
  return { ...e, value: e.value.replace(/\\/g, '\\\\') };
}

function caseWhen(node: Ast, r: Reading): Expr {
  only(node, r.ledger, 'expr', 'args');
  const span = r.ledger.use('CASE');
  const subject = isAst(node['expr']) ? readExpr(node['expr'], r) : undefined;
  const args = asts(node['args']).flatMap((arm): Expr[] => {
    only(arm, r.ledger, 'cond', 'result');
    if (arm['type'] === 'else') { r.ledger.use('ELSE'); return [readExpr(arm['result'] as Ast, r)]; }
    r.ledger.use('WHEN', 'THEN');
    const when = readExpr(arm['cond'] as Ast, r);
    return [subject ? call('=', [subject, when], span) : when, readExpr(arm['result'] as Ast, r)];
  });
  return call('when', args, span);
}

function cast(node: Ast, r: Reading): Expr {
  const { ledger } = r;
  only(node, ledger, 'keyword', 'expr', 'symbol', 'target');
  const arg = readExpr(node['expr'] as Ast, r);
  const keyword = String(node['keyword']).toUpperCase();
  const span = ledger.use(node['symbol'] === '::' ? '::' : keyword);
  const [target, ...more] = asts(node['target']);
  if (!target || more.length > 0) return ledger.refuse('a cast to several types', span);
  only(target, ledger, 'dataType', 'length', 'scale', 'suffix');
  const name = [String(target['dataType']), ...(Array.isArray(target['suffix']) ? target['suffix'] : []).filter((s) => typeof s === 'string')].join(' ').toUpperCase();
  const at = joinSpans(span, ledger.use(name));
  const size = (value: unknown): number | undefined => value === null || value === undefined ? undefined : Number(ledger.mark(value, 'number').text);
  const to = ledger.dialect.types.get(name)?.(size(target['length']), size(target['scale']));
  if (!to) return ledger.refuse(`the type ${name} in this form`, at);
  return { kind: 'cast', arg, to, try: keyword !== 'CAST' && node['symbol'] !== '::', span: joinSpans(arg.span, at) };
}

// ── Calls ────────────────────────────────────────────────────────────────────────────────────────

/** In capitals; undefined for what is no plain call. */
export function functionName(node: Ast): string | undefined {
  if (node['type'] !== 'function' && node['type'] !== 'aggr_func' && node['type'] !== 'window_func') return undefined;
  const { name } = node;
  if (typeof name === 'string') return name.toUpperCase();
  if (!isAst(name)) return undefined;
  // BigQuery's tree has the name of a function without a schema in the schema's place.
  const parts = [...asts(name['schema']), ...asts(name['name'])].map((p) => String(p['value']));
  return parts.length === 1 ? parts[0]!.toUpperCase() : undefined;
}

function functionCall(node: Ast, r: Reading): Expr {
  const { ledger } = r;
  only(node, ledger, 'name', 'args', 'over', 'filter', 'consider_nulls', 'within_group_orderby');
  const name = functionName(node);
  if (name === undefined) return ledger.refuse('the name of a function with a schema');
  // The brackets of an operand taken for those of a call.
  if (name === 'DISTINCT') return ledger.distrust(undefined);
  const { args: list, distinct: plainly, orderby } = argumentsOf(node, r);
  const folded = ledger.distinctCall(name);
  const distinct = plainly || folded !== undefined;
  if (name === 'NOT' && list.length === 1 && !distinct) { const span = ledger.use('NOT'); return not(readExpr(list[0]!, r), span); }
  if (name === 'EXISTS' && list.length === 1) { const span = ledger.use('EXISTS'); return { kind: 'subquery', use: 'exists', plan: r.query(subqueryOf(list[0]!, r)), span }; }
  const span = folded ? folded.span : ledger.use(name);
  const lower = (folded?.text ?? name).toLowerCase();
  const rewrite = ledger.dialect.functions.get(lower);
  if (!rewrite && r.builtin(lower)) return ledger.refuse(`the function ${lower}`, span);
  if (plainly) ledger.use('DISTINCT');
  if (orderby) return ledger.refuse(`ORDER BY inside of ${lower}`, span);
  const args = list.map((a) => readExpr(a, r));
  if (rewrite?.form) return rewritten(rewrite, args, span, r);
  const filter = isAst(node['filter']) ? clause(['FILTER', 'WHERE'], node['filter']['where'], r) : undefined;
  if (isAst(node['over'])) ledger.use('OVER');
  const over = isAst(node['over']) ? windowOf(node['over'], r) : undefined;
  return { kind: 'call', name: [rewrite?.name ?? lower], args: args.map((value) => ({ value })), span, ...(distinct && { distinct: true as const }), ...(filter && { filter }), ...(over && { over }) };
}
function argumentsOf(node: Ast, r: Reading): { readonly args: readonly Ast[]; readonly distinct: boolean; readonly orderby: boolean } {
  const { args } = node;
  if (!isAst(args)) return { args: [], distinct: false, orderby: false };
  if (args['type'] === 'expr_list') { only(args, r.ledger, 'value'); return { args: asts(args['value']), distinct: false, orderby: false }; }
  only(args, r.ledger, 'expr', 'distinct', 'orderby', 'separator');
  const inner = args['expr'] as Ast;
  return { args: inner['type'] === 'expr_list' ? asts(inner['value']) : [inner], distinct: args['distinct'] === 'DISTINCT', orderby: asts(args['orderby']).length > 0 };
}

function rewritten({ name, form }: Rewrite, args: readonly Expr[], span: Span | undefined, r: Reading): Expr {
  switch (form) {
    case 'strict': {
      const missing = args.map((a) => call('isnull', [a], span)).reduce((left, right) => call('or', [left, right], span));
      return call('when', [missing, { kind: 'literal', value: null, type: T.VOID, span }, plainCall(name, args, span)], span);
    }
    case 'joined': return plainCall(name, [text(''), ...args], span);
    case 'window': case 'hop': {
      const [time, ...lengths] = args;
      if (!time || lengths.length !== (form === 'hop' ? 2 : 1)) return r.ledger.refuse('a group window of this form', span);
      return plainCall(name, [time, ...lengths.reverse()], span);
    }
    case 'window_start': case 'window_end': {
      const group = r.ledger.dialect.functions.get(name)!;
      return { kind: 'field', arg: rewritten(group, args, span, r), name: form === 'window_start' ? 'start' : 'end', span };
    }
    default: return plainCall(name, args, span);
  }
}

// ── Windows and orders ───────────────────────────────────────────────────────────────────────────

function windowOf(node: Ast, r: Reading): WindowSpec {
  const spec = node['as_window_specification'];
  if (typeof spec === 'string') { const t = r.ledger.name(spec); return { name: t.text, partitionBy: [], orderBy: [], span: t.span }; }
  const inner = isAst(spec) ? spec['window_specification'] : undefined;
  if (!isAst(inner)) return r.ledger.refuse('a window of this form');
  return windowSpec(inner, r);
}
export function windowSpec(node: Ast, r: Reading): WindowSpec {
  only(node, r.ledger, 'partitionby', 'orderby', 'window_frame_clause');
  const partitionBy = asts(node['partitionby']).map((p) => readExpr(isAst(p['expr']) && p['type'] !== 'column_ref' ? p['expr'] : p, r));
  if (partitionBy.length > 0) r.ledger.use('PARTITION');
  const orderBy = sortItems(node['orderby'], r);
  const frame = isAst(node['window_frame_clause']) ? frameOf(node['window_frame_clause'], r) : undefined;
  return { partitionBy, orderBy, ...(frame && { frame }) };
}
function frameOf(node: Ast, r: Reading): NonNullable<WindowSpec['frame']> {
  const unitOf = (n: unknown): 'rows' | 'range' => {
    const unit = isAst(n) ? String(n['value']).toLowerCase() : '';
    if (unit !== 'rows' && unit !== 'range') return r.ledger.refuse('a frame of this form');
    r.ledger.use(unit);
    return unit;
  };
  if (node['operator'] !== 'BETWEEN') return r.ledger.refuse('a frame without BETWEEN');
  const unit = unitOf(node['left']);
  r.ledger.use('BETWEEN', 'AND');
  const [start, end] = asts((node['right'] as Ast)['value']).map((b) => bound(b, r));
  return { unit, start: start!, end: end! };
}
function bound(node: Ast, r: Reading): FrameBound {
  const words = String(node['value']).toLowerCase();
  const m = /^(\d+|unbounded) (preceding|following)$/.exec(words);
  if (words === 'current row') { r.ledger.use('CURRENT'); return { kind: 'current_row' }; }
  if (!m) return r.ledger.refuse('a bound of a frame of this form');
  r.ledger.use(m[2]!);
  if (m[1] === 'unbounded') { r.ledger.use('UNBOUNDED'); return { kind: m[2] === 'preceding' ? 'unbounded_preceding' : 'unbounded_following' }; }
  return { kind: m[2] as 'preceding' | 'following', offset: number({ value: m[1] }, r) };
}

export function sortItems(list: unknown, r: Reading): SortItem[] {
  const items = asts(list);
  if (items.length > 0) r.ledger.use('ORDER');
  return items.map((item) => {
    only(item, r.ledger, 'expr', 'type', 'nulls');
    const ascending = item['type'] !== 'DESC';
    const expr = readExpr(item['expr'] as Ast, r);
    if (!ascending) r.ledger.use('DESC');
    const { nulls } = r.ledger.dialect;
    if (typeof item['nulls'] === 'string' && item['nulls'] !== '') {
      r.ledger.use(item['nulls']);
      return { expr, ascending, nullsFirst: /FIRST/i.test(item['nulls']), span: expr.span };
    }
    return { expr, ascending, nullsFirst: nulls === 'last' ? false : ascending === (nulls === 'low'), span: expr.span };
  });
}
