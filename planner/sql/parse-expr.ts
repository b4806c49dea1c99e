// Expressions: precedence climbing over Spark's levels. Predicates (BETWEEN, IN, LIKE, IS) sit below comparison and do not chain. A word
// acts as a keyword only where the grammar's fixed prefix fits and an operand can follow; otherwise it is a name or an alias.
//
// source: reference/sql-planner 1.2, from recorded answers of Spark's parser.

import { EngineError } from '../errors/index.js';
import { givesName } from '../functions/behind-grammar.js';
import { LITERAL_TYPES, quotedText, unsupportedLiteral } from '../expr/literals.js';
import type { Span } from '../spans.js';
import type { Arg, Expr, FrameBound, SortItem, WindowSpec } from '../tree.js';
import * as T from '../types.js';
import { readsAsClause, startsQuery, takeAs } from './clauses.js';
import type { Cursor } from './cursor.js';
import { type BinaryOperator, binaryLevel, binaryOperator, type Operator } from './operators.js';
import { parseInterval } from './parse-interval.js';
import { binaryLiteral, numberLiteral } from './parse-literal.js';
import { parseType } from './parse-type.js';

const call = (name: Operator, args: readonly Expr[], span: Span | undefined): Expr => ({ kind: 'call', name: [name], args: args.map((value) => ({ value })), operator: true, span });

export function parseExpr(c: Cursor): Expr {
  return c.nested(() => parseChain(c, 'OR'));
}
/** `a AND b AND c`: a tree as shallow as it can be, so that a filter of thousands of terms is no deeper than a dozen levels.
 *  source: Spark's AstBuilder.visitLogicalBinary, whose shape shows in the names of columns. */
export function balanced(terms: readonly Expr[], join: (left: Expr, right: Expr) => Expr): Expr {
  const between = (low: number, high: number): Expr => {
    if (low === high) return terms[low]!;
    const middle = low + ((high - low) >> 1);
    return join(between(low, middle), between(middle + 1, high));
  };
  return between(0, terms.length - 1);
}
function parseChain(c: Cursor, word: 'OR' | 'AND'): Expr {
  const operand = word === 'OR' ? () => parseChain(c, 'AND') : () => parseNot(c);
  const from = c.position;
  const first = operand();
  const terms = [first];
  for (let next = further(c, word, operand); next; next = further(c, word, operand)) terms.push(next);
  if (terms.length === 1) return first;
  const span = c.spanFrom(from);
  return balanced(terms, (left, right) => call(word === 'OR' ? 'or' : 'and', [left, right], span));
}
/** The operand behind the word. AND before a bracket that does not parse is none: it might end the lower bound of a BETWEEN. */
function further(c: Cursor, word: 'OR' | 'AND', operand: () => Expr): Expr | undefined {
  if (!c.isWord(word) || !c.startsOperand(1) || !c.choose(true)) return undefined;
  const open = c.position + 1;
  const read = (): Expr => { c.next(); return operand(); };
  return word === 'AND' && c.isSymbol('(', 1) ? c.attempt('and', read, (furthest) => furthest <= c.closing(open)) : read();
}
function parseNot(c: Cursor): Expr {
  const places: number[] = [];
  while ((c.isWord('NOT') && c.startsOperand(1)) || c.isSymbol('!')) { places.push(c.position); c.next(); }
  return places.reduceRight((arg, from) => call('not', [arg], c.spanFrom(from)), parsePredicate(c));
}

const TESTS: ReadonlyMap<string, 'isnull' | 'istrue' | 'isfalse' | 'isunknown'> = new Map([['NULL', 'isnull'], ['TRUE', 'istrue'], ['FALSE', 'isfalse'], ['UNKNOWN', 'isunknown']]);
function parsePredicate(c: Cursor): Expr {
  const begin = c.position;
  const left = parseBinary(c);
  const from = c.position;
  const negated = c.isWord('NOT') && /^(BETWEEN|IN|LIKE|ILIKE|RLIKE|REGEXP)$/.test(c.peek(1).upper) ? 1 : 0;
  const { upper } = c.peek(negated);
  const wrap = (e: Expr): Expr => negated ? call('not', [e], e.span) : e;
  switch (upper) {
    case 'BETWEEN': {
      if (!negated && !c.startsOperand(1)) return left;
      c.rewind(from + negated + 1);
      const low = parseBinary(c);
      c.expectWord('AND');
      const high = parseBinary(c);
      return wrap(call('between', [left, low, high], c.spanFrom(from)));
    }
    case 'IN': {
      if (!negated && !c.isSymbol('(', 1)) return left;
      c.rewind(from + negated + 1);
      c.expectSymbol('(');
      if (startsQuery(c)) {
        // The words that a query begins with are names, too: `(SELECT -1)`, `(VALUES (1), (2))` and `((SELECT 1))` are lists.
        const names = c.attempt('in', () => { const list = c.list(() => parseExpr(c)); c.expectSymbol(')'); return list; });
        if (names) return wrap(call('in', [left, ...names], c.spanFrom(from)));
        const plan = c.parseQuery(c);
        c.requireSymbol(')');
        // A struct that is put together in its place is a row.
        const args = left.kind === 'call' && left.name.length === 1 && left.name[0]!.toLowerCase() === 'struct' ? left.args.map(({ value }) => value.kind === 'alias' ? value.arg : value) : [left];
        return wrap({ kind: 'in_subquery', args, plan, span: c.spanFrom(from) });
      }
      if (c.takeSymbol(')')) { c.later(new EngineError('INVALID_SQL_SYNTAX.EMPTY_IN_PREDICATE', {}, { span: c.spanFrom(from) })); return left; }
      const list = c.list(() => parseExpr(c));
      c.expectSymbol(')');
      return wrap(call('in', [left, ...list], c.spanFrom(from)));
    }
    case 'LIKE': case 'ILIKE': case 'RLIKE': case 'REGEXP': {
      if (!negated && !(c.startsOperand(1) && c.choose(true))) return left;
      c.rewind(from + negated + 1);
      const name = upper.toLowerCase() as 'like' | 'ilike' | 'rlike' | 'regexp';
      const quantifier = c.peek().upper;
      if ((quantifier === 'ANY' || quantifier === 'SOME' || quantifier === 'ALL') && c.isSymbol('(', 1) && (name === 'like' || name === 'ilike')) {
        const list = c.form('patterns', c.position + 1, () => {
          c.next();
          if (c.isSymbol(')', 1)) { c.next(); c.next(); c.later(new EngineError('INVALID_SQL_SYNTAX.EMPTY_QUANTIFIED_PATTERN', {}, { span: c.spanFrom(from) })); return []; }
          return c.parenthesized(() => c.list(() => parseExpr(c)));
        });
        if (list) return call(`${negated ? 'not_' : ''}${name}_${quantifier === 'ALL' ? 'all' : 'any'}`, [left, ...list], c.spanFrom(from));
      }
      const pattern = parseBinary(c);
      const args = [left, pattern];
      if (c.isWord('ESCAPE') && c.isString(1)) {
        c.next();
        const at = c.position;
        const text = c.string();
        const span = c.spanFrom(at);
        if ([...text].length !== 1) c.later(new EngineError('INVALID_ESC', { invalidEscape: `'${text}'` }, { span: c.spanFrom(from) }));
        args.push({ kind: 'literal', value: text, type: T.STRING, span });
      }
      return wrap(call(name, args, c.spanFrom(from)));
    }
    case 'IS': {
      const not = c.isWord('NOT', 1) ? 1 : 0;
      const what = c.peek(1 + not).upper;
      const unary = TESTS.get(what);
      if (unary) {
        c.rewind(from + 2 + not);
        const span = c.spanFrom(begin);
        if (unary === 'isnull') return call(not ? 'isnotnull' : 'isnull', [left], span);
        if (unary === 'isunknown') return call(not ? 'isnotunknown' : 'isunknown', [left], c.spanFrom(from));
        const test = call(unary, [left], c.spanFrom(from));
        return not ? call('not', [test], test.span) : test;
      }
      if (what === 'DISTINCT' || not) {
        c.rewind(from + 1 + not);
        c.expectWord('DISTINCT', 'FROM');
        const right = parseBinary(c);
        const same = call('<=>', [left, right], c.spanFrom(from));
        return not ? same : call('not', [same], same.span);
      }
      return left;
    }
    default: return left;
  }
}

/** Operands and operators that wait on a stack of their own: how many levels an expression has costs no recursion. */
function parseBinary(c: Cursor): Expr {
  const waiting: { readonly left: Expr; readonly from: number; readonly name: BinaryOperator; readonly level: number }[] = [];
  for (;;) {
    let from = c.position;
    let operand = parseUnary(c);
    const t = c.peek();
    // `|` may also begin a pipe.
    const spelling = t.kind === 'symbol' && (t.text !== '|' || c.startsOperand(1)) ? t.text : t.upper === 'DIV' && c.startsOperand(1) && c.choose(true) ? 'DIV' : '';
    const name = binaryOperator(spelling);
    const level = name ? binaryLevel(name) : -1;
    while (waiting.length > 0 && waiting.at(-1)!.level >= level) {
      const before = waiting.pop()!;
      from = before.from;
      operand = call(before.name, [before.left, operand], c.spanFrom(from));
    }
    if (!name) return operand;
    c.next();
    waiting.push({ left: operand, from, name, level });
  }
}

const PREFIXES: ReadonlyMap<string, Operator> = new Map([['-', 'negative'], ['+', 'positive'], ['~', '~']]);
function parseUnary(c: Cursor): Expr {
  const prefixes: { readonly name: Operator; readonly from: number }[] = [];
  let operand: Expr | undefined;
  while (!operand) {
    const from = c.position;
    const t = c.peek();
    const name = t.kind === 'symbol' ? PREFIXES.get(t.text) : undefined;
    if (name === undefined) { operand = parsePostfix(c, parsePrimary(c), from); break; }
    c.next();
    // A minus directly before a number belongs to it.
    if (name === 'negative' && c.peek().kind === 'number') operand = parsePostfix(c, number(c, true, from), from);
    else prefixes.push({ name, from });
  }
  return prefixes.reduceRight((arg, { name, from }) => call(name, [arg], c.spanFrom(from)), operand);
}

function number(c: Cursor, negative: boolean, from: number): Expr {
  const t = c.next();
  const span = c.spanFrom(from);
  return { kind: 'literal', ...c.lenient(() => numberLiteral(t.text, negative, span), { type: T.INT, value: 0 }), span };
}

function parsePostfix(c: Cursor, start: Expr, from: number): Expr {
  let e = start;
  for (;;) {
    if (c.takeSymbol('[')) { const index = parseExpr(c); c.expectSymbol(']'); e = call('[]', [e, index], c.spanFrom(from)); }
    else if (c.takeSymbol('.')) { const name = c.identifier(); e = { kind: 'field', arg: e, name, span: c.spanFrom(from) }; }
    else if (c.takeSymbol('::')) { const to = typeAt(c); e = { kind: 'cast', arg: e, to, try: false, span: c.spanFrom(from) }; }
    else if (c.isWord('COLLATE') && c.isIdentifier(1) && c.choose(true)) { c.next(); const name = collationName(c.qualifiedName()); e = call('collate', [e, { kind: 'literal', value: name, type: T.STRING }], c.spanFrom(from)); }
    else if (c.isSymbol(':') && !(e.kind === 'literal' && e.type.kind === 'string' && c.isIdentifier(1))) { c.next(); e = variantPath(c, e, from); }
    else return e;
  }
}
/** As messages show it: without the schema of those that are built in. */
const collationName = (parts: readonly string[]): string => parts.length === 3 && parts.slice(0, 2).join('.').toLowerCase() === 'system.builtin' ? parts[2]! : parts.join('.');
/** `v:a.b[0]`: a path into a VARIANT, as `variant_get(v, '$.a.b[0]')`. */
function variantPath(c: Cursor, arg: Expr, from: number): Expr {
  let path = '$';
  for (let first = true; ; first = false) {
    if (c.isSymbol('[')) {
      c.next();
      if (c.isSymbol('*')) c.later(new EngineError('INVALID_USAGE_OF_STAR_OR_REGEX', { elem: "'*'", prettyName: 'expression `unresolvedextractvalue`' }, { nowhere: true }));
      path += c.takeSymbol('*') ? '[*]' : c.isString() ? `['${c.string()}']` : `[${c.peek().kind === 'number' ? c.next().text : c.fail()}]`;
      c.expectSymbol(']');
    } else if (first || c.takeSymbol('.')) path += `.${c.identifier()}`;
    else break;
  }
  return call('variant_path', [arg, { kind: 'literal', value: path, type: T.STRING }], c.spanFrom(from));
}

const typeAt = (c: Cursor): T.DataType => c.placing(() => parseType(c));

function parsePrimary(c: Cursor): Expr {
  const from = c.position;
  const t = c.peek();
  switch (t.kind) {
    case 'number': return number(c, false, from);
    case 'string': { const value = c.string(); return { kind: 'literal', value, type: T.STRING, span: c.spanFrom(from) }; }
    case 'symbol': return symbolPrimary(c, from);
    case 'quoted': case 'word': return wordPrimary(c, from);
    default: return c.fail();
  }
}

function symbolPrimary(c: Cursor, from: number): Expr {
  if (c.isSymbol('(')) return parenthesis(c, from);
  if (c.takeSymbol('*')) return star(c, undefined, from);
  if (c.takeSymbol('?')) return { kind: 'parameter', index: c.parameters++, span: c.spanFrom(from) };
  if (c.isSymbol(':')) { c.next(); const name = c.identifier(); return { kind: 'parameter', name, index: -1, span: c.spanFrom(from) }; }
  return c.fail();
}

function parenthesis(c: Cursor, from: number): Expr {
  if (startsQuery(c, 1)) {
    // The words that a query begins with are names, too: `(VALUES (1), (2))` is a row.
    const items = c.attempt('row', () => { c.next(); const list = c.list(() => namedExpr(c)); c.expectSymbol(')'); return list.length > 1 ? list : c.fail(); });
    if (items) return call('struct', items, c.spanFrom(from));
    const query = c.isSymbol('(', 1) ? c.attempt('query', () => subquery(c, from)) : subquery(c, from);
    if (query) return query;
  }
  const params = lambdaParams(c);
  if (params) { const body = parseExpr(c); return { kind: 'lambda', params, body, span: c.spanFrom(from) }; }
  // An operand in brackets and a row are told apart at the first comma only.
  return c.exactly(() => {
    c.next();
    const first = namedExpr(c);
    if (!c.isSymbol(',')) { if (first.kind === 'alias') c.fail(); c.expectSymbol(')'); return first; }
    const items = [first];
    while (c.takeSymbol(',')) items.push(namedExpr(c));
    c.expectSymbol(')');
    return call('struct', items, c.spanFrom(from));
  });
}
function subquery(c: Cursor, from: number): Expr {
  c.next();
  const plan = c.parseQuery(c);
  c.requireSymbol(')');
  return { kind: 'subquery', use: 'scalar', plan, span: c.spanFrom(from) };
}
/** `(a, b) ->`; takes it if it is there. */
function lambdaParams(c: Cursor): string[] | undefined {
  const from = c.position;
  let i = 1;
  while (c.isIdentifier(i) && c.isSymbol(',', i + 1)) i += 2;
  // A single parameter has no brackets.
  if (i === 1 || !(c.isIdentifier(i) && c.isSymbol(')', i + 1) && c.isSymbol('->', i + 2))) return undefined;
  c.next();
  const names = c.list(() => c.identifier());
  c.rewind(from + i + 3);
  return names;
}

function wordPrimary(c: Cursor, from: number): Expr {
  const { upper } = c.peek();
  const special = SPECIAL[upper];
  const before = c.missed;
  const found = special?.(c, from);
  if (found) return found;
  c.rewind(from);
  // TRIM(… FROM …) and the like went wrong, and the call that it may be too: the one that got further tells where.
  if (c.missed !== before && c.missed) return furtherOf(c.missed, () => nameOrCall(c, from, c.missedAt));
  if (c.isString(1) && !c.isSymbol('.', 1)) {
    const { text } = c.next();
    // One string only: what follows is not joined to it.
    const value = c.next().text;
    const span = c.spanFrom(from);
    if (upper !== 'X') {
      const word = text.toUpperCase();
      if (!LITERAL_TYPES.has(word)) c.later(unsupportedLiteral(word, span));
      return { kind: 'typed_literal', type: word, text: value, span };
    }
    const bytes = binaryLiteral(value);
    if (!bytes) c.later(new EngineError('INVALID_TYPED_LITERAL', { value: `'${value}'`, valueType: '"X"' }, { span }));
    return { kind: 'literal', value: bytes ?? null, type: T.BINARY, span };
  }
  return nameOrCall(c, from);
}

function furtherOf(missed: EngineError, otherwise: () => Expr): Expr {
  try { return otherwise(); } catch (e) {
    if (e instanceof EngineError && e.condition === 'PARSE_SYNTAX_ERROR' && (e.span?.start ?? 0) < (missed.span?.start ?? 0)) throw missed;
    throw e;
  }
}

const literalWord = (value: boolean | null) => (c: Cursor, from: number): Expr | undefined => {
  if (c.isSymbol('(', 1) || c.isSymbol('->', 1) || c.isString(1)) return undefined;
  c.next();
  return { kind: 'literal', value, type: value === null ? T.VOID : T.BOOLEAN, span: c.spanFrom(from) };
};

/** Forms keyed by a word. Undefined: the word is an ordinary name here. */
const SPECIAL: Readonly<Record<string, (c: Cursor, from: number) => Expr | undefined>> = {
  TRUE: literalWord(true), FALSE: literalWord(false), NULL: literalWord(null),
  CASE: parseCase,
  CAST: parseCast, TRY_CAST: parseCast,
  EXISTS(c, from) {
    if (!c.isSymbol('(', 1) || !startsQuery(c, 2)) return undefined;
    return c.form('exists', from + 1, () => {
      c.next(); c.next();
      const plan = c.parseQuery(c);
      c.requireSymbol(')');
      return { kind: 'subquery', use: 'exists', plan, span: c.spanFrom(from) };
    });
  },
  INTERVAL(c, from) {
    c.next();
    const literal = parseInterval(c, from);
    return literal && { kind: 'literal', ...literal, span: c.spanFrom(from) };
  },
  EXTRACT(c, from) {
    if (!c.isSymbol('(', 1) || !c.isIdentifier(2) || !c.isWord('FROM', 3)) return undefined;
    c.rewind(from + 2);
    const field = stringOf(c);
    c.expectWord('FROM');
    const source = parseExpr(c);
    c.expectSymbol(')');
    return call('extract', [field, source], c.spanFrom(from));
  },
  TRIM(c, from) {
    if (!c.isSymbol('(', 1)) return undefined;
    const side = c.peek(2).upper;
    const option = (side === 'BOTH' || side === 'LEADING' || side === 'TRAILING') && !c.isSymbol(',', 3) && !c.isSymbol(')', 3) ? side.toLowerCase() : undefined;
    return c.attempt('trim', () => {
      c.rewind(from + (option ? 3 : 2));
      const chars = c.isWord('FROM') && option ? undefined : parseExpr(c);
      if (!c.isWord('FROM')) c.fail();
      c.next();
      const source = parseExpr(c);
      c.expectSymbol(')');
      return call(`trim_from_${(option ?? 'both') as 'both' | 'leading' | 'trailing'}`, chars ? [chars, source] : [source], c.spanFrom(from));
    });
  },
  SUBSTRING: substringFrom, SUBSTR: substringFrom,
  POSITION(c, from) {
    if (!c.isSymbol('(', 1)) return undefined;
    return c.attempt('position', () => {
      c.rewind(from + 2);
      const needle = c.nested(() => parseBinary(c));
      if (!c.isWord('IN')) c.fail();
      c.next();
      const hay = c.nested(() => parseBinary(c));
      c.expectSymbol(')');
      return call('locate', [needle, hay], c.spanFrom(from));
    });
  },
  OVERLAY(c, from) {
    if (!c.isSymbol('(', 1)) return undefined;
    return c.attempt('overlay', () => {
      c.rewind(from + 2);
      const args = [parseExpr(c)];
      if (!c.isWord('PLACING')) c.fail();
      c.next();
      args.push(parseExpr(c));
      c.expectWord('FROM');
      args.push(parseExpr(c));
      if (c.takeWord('FOR')) args.push(parseExpr(c));
      c.expectSymbol(')');
      return call('overlay', args, c.spanFrom(from));
    });
  },
  TIMESTAMPADD: unitCall('timestampadd'), DATEADD: unitCall('timestampadd'), DATE_ADD: unitCall('timestampadd'),
  TIMESTAMPDIFF: unitCall('timestampdiff'), DATEDIFF: unitCall('timestampdiff'), DATE_DIFF: unitCall('timestampdiff'),
};

/** `substring(s FROM 2 FOR 3)`; FROM and FOR may be commas, which alone make an ordinary call. */
function substringFrom(c: Cursor, from: number): Expr | undefined {
  if (!c.isSymbol('(', 1)) return undefined;
  const rest = (first: Expr): { readonly call: Expr; readonly named: boolean } => {
    let named = c.next().upper === 'FROM';
    const args = [first, parseExpr(c)];
    if (c.isWord('FOR') || c.isSymbol(',')) { named ||= c.isWord('FOR'); c.next(); args.push(parseExpr(c)); }
    c.requireSymbol(')');
    return { call: call('substring', args, c.spanFrom(from)), named };
  };
  // From FROM on nothing else can be meant.
  const head = c.attempt('substring', () => {
    c.rewind(from + 2);
    const first = parseExpr(c);
    if (c.isWord('FROM')) return { first };
    const made = c.isSymbol(',') ? rest(first) : c.fail();
    return made.named ? made : c.fail();
  });
  if (!head) return undefined;
  return 'call' in head ? head.call : rest(head.first).call;
}
const UNITS: ReadonlySet<string> = new Set(['YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY', 'DAYOFYEAR', 'HOUR', 'MINUTE', 'SECOND', 'MILLISECOND', 'MICROSECOND']);
/** `dateadd(MONTH, 1, d)`: the first of three arguments is the name of a unit; a text is refused. */
function unitCall(name: 'timestampadd' | 'timestampdiff') {
  return (c: Cursor, from: number): Expr | undefined => {
    if (!c.isSymbol('(', 1) || !(c.isAnyWord(UNITS, 2) || c.isString(2)) || !c.isSymbol(',', 3)) return undefined;
    const written = c.peek().text;
    const quoted = c.isString(2);
    return c.attempt('unit', () => {
      c.rewind(from + 2);
      const unit = c.isString() ? { ...parsePrimary(c) } : stringOf(c);
      c.expectSymbol(',');
      const count = parseExpr(c);
      c.expectSymbol(',');
      const time = parseExpr(c);
      c.expectSymbol(')');
      const span = c.spanFrom(from);
      if (unit.kind === 'literal' && quoted) c.later(new EngineError('INVALID_PARAMETER_VALUE.DATETIME_UNIT', { parameter: '`unit`', functionName: `\`${written}\``, invalidValue: quotedText(String(unit.value)) }, { span }));
      return call(name, [unit, count, time], span);
    });
  };
}
function stringOf(c: Cursor): Expr {
  const from = c.position;
  const { text } = c.next();
  return { kind: 'literal', value: text, type: T.STRING, text, span: c.spanFrom(from) };
}

function parseCase(c: Cursor, from: number): Expr | undefined {
  const searched = c.isWord('WHEN', 1) && c.startsOperand(2);
  if ((!searched && !c.startsOperand(1)) || !c.choose(true)) return undefined;
  c.next();
  // An operator behind it makes CASE a name; so does a name that no WHEN follows.
  const read = (): Expr => parseExpr(c);
  const value = searched ? undefined : c.peek().kind === 'symbol' && !c.isSymbol('(') ? c.attempt('case', read) : c.exactly(read);
  if (!searched && !c.isWord('WHEN')) return !value || value.kind === 'name' || value.kind === 'star' || c.peek(from - c.position + 1).kind === 'symbol' ? undefined : c.fail();
  // CASE may be a name, and WHEN follow it: as an alias, or as that of a CASE around it.
  return searched ? c.attempt('searched', () => parseBranches(c, undefined, from)) : parseBranches(c, value, from);
}
function parseBranches(c: Cursor, value: Expr | undefined, from: number): Expr {
  const args: Expr[] = [];
  while (c.isWord('WHEN')) {
    c.next();
    const when = parseExpr(c);
    args.push(value ? call('=', [value, when], undefined) : when);
    c.expectWord('THEN');
    args.push(parseExpr(c));
  }
  if (c.takeWord('ELSE')) args.push(parseExpr(c));
  c.expectWord('END');
  const span = c.spanFrom(from);
  // The comparisons of a simple CASE have no text of their own: they stand for the whole.
  return call('when', value ? args.map((a) => a.kind === 'call' && a.operator && !a.span ? { ...a, span } : a) : args, span);
}

function parseCast(c: Cursor, from: number): Expr | undefined {
  if (!c.isSymbol('(', 1)) return undefined;
  const attempt = c.isWord('TRY_CAST');
  if (c.isSymbol(')', 2)) return undefined;
  return c.form('cast', from + 1, () => {
    c.next(); c.next();
    const arg = c.exactly(() => parseExpr(c));
    // `cast(x)` is a call like any other.
    if (c.isSymbol(')') || c.isSymbol(',')) { c.rewind(from); return undefined; }
    c.expectWord('AS');
    const to = typeAt(c);
    c.expectSymbol(')');
    return { kind: 'cast', arg, to, try: attempt, span: c.spanFrom(from) };
  });
}

/** `*`, `t.*`, either with `EXCEPT (a, b.c)`, unless a set operation follows. */
function star(c: Cursor, qualifier: readonly string[] | undefined, from: number): Expr {
  const except = c.isWord('EXCEPT') && c.isSymbol('(', 1) && !startsQuery(c, 1) && c.takeWord('EXCEPT') ? c.parenthesized(() => c.list(() => c.isSymbol('(', 1) ? [c.identifier()] : c.qualifiedName())) : undefined;
  return { kind: 'star', ...(qualifier && { qualifier }), ...(except && { except }), span: c.spanFrom(from) };
}

/** `a.b.c`, `a.b.*`, `f(…)`, `x -> …`. */
function nameOrCall(c: Cursor, from: number, missedAt = 0): Expr {
  if (c.isSymbol('->', 1)) { const name = c.word(); c.next(); const body = parseExpr(c); return { kind: 'lambda', params: [name], body, span: c.spanFrom(from) }; }
  const parts = [c.word()];
  while (c.isSymbol('.')) {
    if (c.isSymbol('*', 1)) { c.next(); c.next(); return star(c, parts, from); }
    c.next();
    parts.push(c.word());
  }
  const call = c.isSymbol('(') ? c.form('call', c.position, () => callOf(c, parts, from), missedAt) : undefined;
  if (!call) return { kind: 'name', parts, span: c.spanFrom(from) };
  return c.isSymbol('(') && givesName(call.name, call.args) && !call.over ? { ...callOf(c, call.name, from), named: call.args[0]!.value } : call;
}

/** Functions with a form of their own beside the call, which the end of the first argument tells apart. */
const OWN_GRAMMAR: ReadonlySet<string> = new Set(['first', 'last', 'any_value', 'struct', 'cast', 'try_cast', 'trim', 'substr', 'substring', 'overlay', 'position']);
/** Functions that may say within their brackets that NULLs are left out. */
const TREATS_NULLS: ReadonlySet<string> = new Set(['first', 'last', 'any_value']);
type CallExpr = Extract<Expr, { kind: 'call' }>;
function callOf(c: Cursor, name: readonly string[], from: number): CallExpr {
  c.next();
  const distinct = c.isWord('DISTINCT') && c.startsOperand(1) && c.takeWord('DISTINCT');
  if (!distinct && c.isWord('ALL') && c.startsOperand(1)) c.next();
  const word = name.length === 1 ? name[0]!.toLowerCase() : '';
  const first = c.position;
  const read = (): Arg => argument(c, word === 'struct');
  const args = c.isSymbol(')') ? [] : c.list(() => c.position === first && OWN_GRAMMAR.has(word) ? c.exactly(read) : read());
  let nulls: 'ignore' | 'respect' | undefined = TREATS_NULLS.has(word) && c.takeWord('IGNORE', 'NULLS') ? 'ignore' : undefined;
  c.expectSymbol(')');
  let withinGroup: SortItem[] | undefined;
  if (c.areWords('WITHIN', 'GROUP') && c.isSymbol('(', 2)) { c.next(); c.next(); withinGroup = c.parenthesized(() => { c.expectWord('ORDER', 'BY'); return sortItems(c); }); }
  let filter: Expr | undefined;
  if (c.isWord('FILTER') && c.isSymbol('(', 1)) filter = c.form('filter', c.position + 1, () => { c.next(); return c.parenthesized(() => { c.expectWord('WHERE'); return parseExpr(c); }); });
  nulls ??= nullTreatment(c);
  let over: WindowSpec | undefined;
  if (c.isWord('OVER') && (c.isSymbol('(', 1) || (c.isIdentifier(1) && c.choose(true)))) over = c.form('over', c.position + 1, () => { c.next(); return windowSpec(c); });
  return {
    kind: 'call', name, args, span: c.spanFrom(from), ...(distinct && { distinct: true as const }), ...(filter && { filter }), ...(withinGroup && { withinGroup }),
    ...(nulls && { nulls }), ...(over && { over }),
  };
}
function nullTreatment(c: Cursor): 'ignore' | 'respect' | undefined {
  if (c.takeWord('IGNORE', 'NULLS')) return 'ignore';
  return c.takeWord('RESPECT', 'NULLS') ? 'respect' : undefined;
}
function argument(c: Cursor, aliases: boolean): Arg {
  if (c.isIdentifier() && c.isSymbol('=>', 1)) { const name = c.identifier(); c.next(); return { name, value: parseExpr(c) }; }
  return { value: aliases ? namedExpr(c) : parseExpr(c) };
}
/** An expression with an alias, where `struct(1 AS a)` allows one. */
function namedExpr(c: Cursor): Expr {
  const from = c.position;
  const arg = parseExpr(c);
  if (!takeAs(c, true) && !c.isSymbol('(') && (!c.isIdentifier() || readsAsClause(c))) return arg;
  return { kind: 'alias', arg, names: aliasNames(c), span: c.spanFrom(from) };
}
/** `a`, or `(a, b)` for what gives several columns. */
export const aliasNames = (c: Cursor): string[] => c.isSymbol('(') ? c.parenthesized(() => c.list(() => c.identifier())) : [c.identifier()];

export function sortItems(c: Cursor): SortItem[] { return c.list(() => sortItem(c)); }
export function sortItem(c: Cursor): SortItem {
  const from = c.position;
  const expr = parseExpr(c);
  const ascending = !c.takeWord('DESC') && c.skipWord('ASC');
  const nullsFirst = c.takeWord('NULLS') ? nullsCome(c) : ascending;
  return { expr, ascending, nullsFirst, span: c.spanFrom(from) };
}

function nullsCome(c: Cursor): boolean {
  const first = c.takeWord('FIRST');
  if (!first) c.expectWord('LAST');
  return first;
}

export function windowSpec(c: Cursor): WindowSpec {
  const from = c.position;
  if (!c.isSymbol('(')) { const name = c.identifier(); return { name, partitionBy: [], orderBy: [], span: c.spanFrom(from) }; }
  c.next();
  if (c.isIdentifier() && c.isSymbol(')', 1)) { const name = c.identifier(); c.next(); return { name, partitionBy: [], orderBy: [], span: c.spanFrom(from) }; }
  const by = (...words: readonly string[]): boolean => {
    const found = words.some((w) => c.takeWord(w));
    if (found) c.expectWord('BY');
    return found;
  };
  const clustered = by('CLUSTER');
  const partitionBy = clustered || by('PARTITION', 'DISTRIBUTE') ? c.list(() => parseExpr(c)) : [];
  const orderBy = !clustered && by('ORDER', 'SORT') ? sortItems(c) : [];
  const frame = windowFrame(c);
  c.expectSymbol(')');
  return { partitionBy, orderBy, ...(frame && { frame }), span: c.spanFrom(from) };
}
function windowFrame(c: Cursor): WindowSpec['frame'] {
  const from = c.position;
  const unit = c.takeWord('ROWS') ? 'rows' : c.takeWord('RANGE') ? 'range' : undefined;
  if (!unit) return undefined;
  if (!c.takeWord('BETWEEN')) return { unit, start: frameBound(c), end: { kind: 'current_row' }, span: c.spanFrom(from) };
  const start = frameBound(c);
  c.expectWord('AND');
  return { unit, start, end: frameBound(c), span: c.spanFrom(from) };
}
function frameBound(c: Cursor): FrameBound {
  if (c.takeWord('UNBOUNDED', 'PRECEDING')) return { kind: 'unbounded_preceding' };
  if (c.takeWord('UNBOUNDED', 'FOLLOWING')) return { kind: 'unbounded_following' };
  if (c.takeWord('CURRENT', 'ROW')) return { kind: 'current_row' };
  const offset = parseExpr(c);
  if (c.takeWord('PRECEDING')) return { kind: 'preceding', offset };
  c.expectWord('FOLLOWING');
  return { kind: 'following', offset };
}
