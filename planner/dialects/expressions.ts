// Expressions: the operators of a foreign tree as ours. AND and OR come back with any precedence, so their chains are taken apart and built
// again; all other operators are trusted as they nest (tests compare thousands of expressions with our own parser).

import { joinSpans } from '../spans.js';
import { balanced, parseExpression } from '../sql/index.js';
import type { Expr } from '../tree.js';
import * as T from '../types.js';
import { type Ast, asts, isAst, only } from './ast.js';
import { functionCall, operatorCall, operatorNot } from './build.js';
import { truncatingDivision } from './specs.js';
import { valueEnd } from './extent.js';
import { foreignSelect } from './foreign.js';
import type { Ledger } from './ledger.js';
import type { Reader, Stretch } from './reader.js';
import { readNumber, readValue } from './values.js';

/** A whole stretch as one expression. @throws PARSE_SYNTAX_ERROR, DIALECT_FEATURE, DIALECT_NOT_TRUSTED */
export function readExpression(r: Reader, at: Stretch): Expr {
  const { from, to } = at;
  if (from >= to) return r.fail(from);
  const minus = r.isSymbol(from, '-') && r.tokens[from + 1]?.kind === 'number' && to === from + 2;
  if (minus) return readNumber(r.tokens[from + 1]!, r.tokens[from]!.span);
  if (valueEnd(r, from) === to) return readValue(r, at);
  const lambda = r.dialect.name === 'trino' ? readLambda(r, at) : undefined;
  if (lambda) return lambda;
  const { tree, ledger } = foreignSelect(r, at, 'SELECT');
  only(tree, ledger, 'columns', 'distinct', 'into', 'limit');
  const columns = asts(tree['columns']);
  if (columns.length !== 1 || (columns[0]!['as'] ?? null) !== null) return ledger.distrust(undefined);
  const e = readExpr(columns[0]!['expr'] as Ast, ledger);
  ledger.close();
  return e;
}

/** `x -> …`, `(x, y) -> …` */
function readLambda(r: Reader, { from, to }: Stretch): Expr | undefined {
  const close = r.isSymbol(from, '(') ? r.close(from)! : undefined;
  const arrow = (close ?? from) + 1;
  const heads = close === undefined ? [{ from, to: arrow }] : r.split({ from: from + 1, to: close });
  if (!r.isSymbol(arrow, '->') || !heads.every((h) => h.to === h.from + 1 && r.tokens[h.from]!.kind === 'name')) return undefined;
  return { kind: 'lambda', params: heads.map((h) => r.tokens[h.from]!.text), body: r.expression({ from: arrow + 1, to }), span: r.span({ from, to }) };
}

const SYMBOLS = new Set(['=', '<>', '!=', '<', '<=', '>', '>=', '<=>', '+', '-', '*', '/', '%', '||', '|', '&', '^', '<<', '>>', 'DIV']);
const SAME: Readonly<Record<string, string>> = { '!=': '<>', DIV: 'div' };

export function readExpr(node: Ast, ledger: Ledger): Expr {
  switch (node['type']) {
    case 'expr': return readExpr(node['expr'] as Ast, ledger);
    case 'column_ref': return columnRef(node, ledger);
    case 'star': { const span = ledger.use('*'); return { kind: 'star', span }; }
    case 'number': case 'bigint': return number(node['value'], ledger);
    case 'single_quote_string': case 'string': { const t = ledger.mark(node['value'], 'string'); return { kind: 'literal', value: t.text, type: T.STRING, span: t.span }; }
    case 'bool': { const span = ledger.use(node['value'] === true ? 'TRUE' : 'FALSE'); return { kind: 'literal', value: node['value'] === true, type: T.BOOLEAN, span }; }
    case 'null': { const span = ledger.use('NULL'); return { kind: 'literal', value: null, type: T.VOID, span }; }
    case 'unary_expr': return unary(node, ledger);
    case 'binary_expr': return binary(node, ledger);
    default: return ledger.refuse(`an expression of the kind ${String(node['type'])}`);
  }
}

/** An expression behind its keywords, if it is there. */
export function clause(words: readonly string[], node: unknown, ledger: Ledger): Expr | undefined {
  if (!isAst(node)) return undefined;
  ledger.use(...words);
  return readExpr(node, ledger);
}

/** What a column of the tree is called, which is a mark. */
const columnName = (node: Ast, ledger: Ledger): unknown => {
  only(node, ledger, 'column');
  const value = node['column'];
  return isAst(value) ? (isAst(value['expr']) ? value['expr']['value'] : value['value']) : value;
};
function columnRef(node: Ast, ledger: Ledger): Expr {
  const column = columnName(node, ledger);
  if (column === '*') { const span = ledger.use('*'); return { kind: 'star', span }; }
  const fold = ledger.fold(column, 'value');
  if (fold) return readValue(ledger.reader, fold);
  const { text, span } = ledger.name(column);
  return { kind: 'name', parts: [text], span };
}
function folded(node: Ast, ledger: Ledger, kind: 'list' | 'escaped' | 'distinct'): Stretch | undefined {
  return node['type'] === 'column_ref' ? ledger.fold(columnName(node, ledger), kind) : undefined;
}

/** A minus before a number belongs to it. */
function number(value: unknown, ledger: Ledger): Expr {
  const written = String(value);
  const minus = written.startsWith('-') ? ledger.use('-') : undefined;
  return readNumber(ledger.mark(written.replace(/^-/, ''), 'number'), minus);
}

function unary(node: Ast, ledger: Ledger): Expr {
  only(node, ledger, 'operator', 'expr');
  const arg = node['expr'] as Ast;
  const operator = String(node['operator']).toUpperCase();
  const span = ledger.use(operator);
  if (operator === 'NOT') return operatorNot(readExpr(arg, ledger), span);
  if (operator === '+') return operatorCall('positive', [readExpr(arg, ledger)], span);
  if (operator !== '-') return ledger.refuse(`the operator ${operator}`, span);
  const isNumber = arg['type'] === 'number' || arg['type'] === 'bigint';
  return isNumber && !String(arg['value']).startsWith('-') ? readNumber(ledger.mark(arg['value'], 'number'), span) : operatorCall('negative', [readExpr(arg, ledger)], span);
}

type Junction = 'AND' | 'OR' | 'XOR';
/** XOR is MySQL's, between the two others. */
const junction = (node: Ast, ledger: Ledger): Junction | undefined => {
  const operator = node['type'] === 'binary_expr' ? String(node['operator']).toUpperCase() : '';
  return operator === 'AND' || operator === 'OR' || (operator === 'XOR' && ledger.reader.dialect.name === 'mysql') ? operator as Junction : undefined;
};
/** Operands and operators in the order of the text. */
function chain(node: Ast, ledger: Ledger, operands: Ast[], operators: Junction[]): void {
  const operator = junction(node, ledger);
  if (!operator) { operands.push(node); return; }
  chain(node['left'] as Ast, ledger, operands, operators);
  operators.push(operator);
  chain(node['right'] as Ast, ledger, operands, operators);
}
function logic(node: Ast, ledger: Ledger): Expr {
  const operands: Ast[] = [];
  const operators: Junction[] = [];
  chain(node, ledger, operands, operators);
  const read = operands.map((o) => readExpr(o, ledger));
  ledger.use(...operators);
  const both = (name: string) => (left: Expr, right: Expr): Expr => operatorCall(name, [left, right]);
  const truth = (arg: Expr): Expr => ({ kind: 'cast', arg, to: T.BOOLEAN, try: false, span: arg.span });
  const xor = (left: Expr, right: Expr): Expr => operatorCall('<>', [truth(left), truth(right)]);
  /** Operands [from, to) with the operators between them, the loosest of which takes them apart. */
  const grouped = (from: number, to: number, [loosest, ...tighter]: readonly Junction[]): Expr => {
    if (loosest === undefined) return read[from]!;
    const starts = [from];
    for (let i = from; i < to - 1; i++) if (operators[i] === loosest) starts.push(i + 1);
    const groups = starts.map((start, k) => grouped(start, starts[k + 1] ?? to, tighter));
    return loosest === 'XOR' ? groups.reduce(xor) : balanced(groups, both(loosest.toLowerCase()));
  };
  return grouped(0, read.length, ['OR', 'XOR', 'AND']);
}

function binary(node: Ast, ledger: Ledger): Expr {
  if (junction(node, ledger)) return logic(node, ledger);
  only(node, ledger, 'operator', 'left', 'right');
  const { reader } = ledger;
  const operator = String(node['operator']).toUpperCase();
  const left = readExpr(node['left'] as Ast, ledger);
  const right = node['right'] as Ast;
  const negated = operator.startsWith('NOT ');
  const wrap = (e: Expr): Expr => negated ? operatorNot(e) : e;
  const items = (): readonly Ast[] => right['type'] === 'expr_list' ? asts(right['value']) : ledger.refuse(`${operator} without a list`);
  const bare = negated ? operator.slice(4) : operator;
  switch (bare) {
    case 'BETWEEN': {
      const [low, high] = items();
      ledger.use(operator, 'AND');
      return wrap(operatorCall('between', [left, readExpr(low!, ledger), readExpr(high!, ledger)]));
    }
    case 'IN': {
      ledger.use(operator);
      const [only1] = items();
      const list = only1 && folded(only1, ledger, 'list');
      return list ? wrap(inList(left, list, reader)) : ledger.distrust(undefined);
    }
    case 'LIKE': case 'ILIKE': {
      ledger.use(operator);
      const escaped = folded(right, ledger, 'escaped');
      if (!escaped) return wrap(operatorCall(bare.toLowerCase(), [left, pattern(readExpr(right, ledger), reader)]));
      const end = valueEnd(reader, escaped.from);
      return wrap(operatorCall(bare.toLowerCase(), [left, readValue(reader, { from: escaped.from, to: end }), readValue(reader, { from: end + 1, to: escaped.to })]));
    }
    case 'IS': case 'IS NOT': {
      const span = ledger.use(operator);
      const test = readExpr(right, ledger);
      if (test.kind !== 'literal' || (test.value !== null && typeof test.value !== 'boolean')) return ledger.refuse(`${operator} of anything but NULL, TRUE, FALSE or UNKNOWN`, span);
      const at = joinSpans(left.span, test.span);
      if (test.value === null) return operatorCall(operator === 'IS' ? 'isnull' : 'isnotnull', [left], at);
      const is = operatorCall(test.value ? 'istrue' : 'isfalse', [left], at);
      return operator === 'IS' ? is : operatorNot(is, at);
    }
    default: {
      const distinct = operator === '=' ? folded(right, ledger, 'distinct') : undefined;
      if (distinct) {
        const not = reader.spelled(distinct.from, 'IS', 'NOT');
        const same = operatorCall('<=>', [left, reader.expression({ from: distinct.from + (not ? 4 : 3), to: distinct.to })]);
        return not ? same : operatorNot(same);
      }
      if (!SYMBOLS.has(operator) || reader.dialect.refused.includes(operator)) return ledger.refuse(`the operator ${operator}`, ledger.use(operator));
      const args = [left, readExpr(right, ledger)];
      ledger.use(operator);
      return arithmetic(operator, args as [Expr, Expr], reader);
    }
  }
}
/** `/` cuts whole numbers where the dialect says so, and a divisor of 0 gives NULL where it does. */
function arithmetic(operator: string, [left, right]: readonly [Expr, Expr], { dialect }: Reader): Expr {
  const mayBeZero = (operator === '/' || operator === '%' || operator === 'DIV') && !(right.kind === 'literal' && Number(right.value) !== 0);
  const divisor = mayBeZero && dialect.dividesByZero ? functionCall('nullif', [right, parseExpression('0')], right.span) : right;
  return operatorCall(SAME[operator] ?? operator, [left, divisor], undefined, operator === '/' && dialect.truncates ? truncatingDivision : undefined);
}

/** IN of values, of a query, or of an array's elements. */
function inList(left: Expr, list: Stretch, r: Reader): Expr {
  if (!r.isSymbol(list.from, '(')) return r.refuse('IN of anything but a list or a query', r.span(list));
  let inside = r.inside(list.from, list.to);
  while (r.isSymbol(inside.from, '(') && r.close(inside.from) === inside.to - 1 && r.startsQuery(inside.from)) inside = r.inside(inside.from, inside.to);
  const args = left.kind === 'call' && left.operator && left.name[0] === 'struct' ? left.args.map((a) => a.value) : [left];
  if (r.startsQuery(inside.from)) return { kind: 'in_subquery', args, plan: r.query(inside), span: left.span };
  return operatorCall('in', [left, ...r.expressions(inside)]);
}
/** A backslash in a pattern says nothing in a dialect without a default escape; in ours it is doubled. */
function pattern(e: Expr, r: Reader): Expr {
  if (r.dialect.likeEscape) return e;
  if (e.kind !== 'literal' || typeof e.value !== 'string') return r.refuse('LIKE with a pattern that is computed', e.span);
  return { ...e, value: e.value.replace(/\\/g, '\\\\') };
}

