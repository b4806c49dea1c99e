// Values that no operator holds together: names, literals, brackets, CASE, calls, and what follows them (casts, positions, fields). We read
// them ourselves, as the foreign grammars differ most in them.

import { joinSpans, type Span } from '../spans.js';
import { parseExpression } from '../sql/index.js';
import type { Expr } from '../tree.js';
import * as T from '../types.js';
import { functionCall, nullLiteral, operatorCall, quoted, textLiteral } from './build.js';
import { readCall } from './calls.js';
import { baseEnd, pathEnd, postfixEnd } from './extent.js';
import type { Reader, Stretch } from './reader.js';
import { readType } from './read-type.js';
import type { Token } from './token.js';

/** A minus before a number belongs to it: the least BIGINT has no positive twin. */
export function readNumber(token: Token, minus?: Span): Expr {
  const digits = token.text.startsWith('.') ? `0${token.text}` : token.text;
  return { ...parseExpression(`${minus ? '-' : ''}${digits}`), span: joinSpans(minus, token.span) };
}

/** The stretch is one value, as valueEnd() found it. */
export function readValue(r: Reader, { from, to }: Stretch): Expr {
  let end = baseEnd(r, from);
  let e = readBase(r, { from, to: end });
  while (end < to) {
    const next = postfixEnd(r, end);
    if (next === end || next > to) return r.fail(end);
    e = readPostfix(r, e, { from: end, to: next }, from);
    end = next;
  }
  return e;
}

function readBase(r: Reader, at: Stretch): Expr {
  const { from, to } = at;
  const token = r.tokens[from];
  const span = r.span(at);
  if (!token || from === to) return r.fail(from);
  if (token.kind === 'number') return readNumber(token);
  if (token.kind === 'string') return textLiteral(token.text, span);
  if (r.isSymbol(from, '*')) return { kind: 'star', span };
  if (r.isSymbol(from, '(')) return bracket(r, at);
  if (r.isSymbol(from, '[')) {
    if (r.dialect.name !== 'bigquery' && r.dialect.name !== 'snowflake') return r.fail(from);
    return functionCall('array', r.expressions(r.inside(from, to)), span);
  }
  if (token.kind === 'word') {
    if (token.text === 'CASE') return caseWhen(r, at);
    if (token.text === 'NULL') return nullLiteral(span);
    if (token.text === 'TRUE' || token.text === 'FALSE') return { kind: 'literal', value: token.text === 'TRUE', type: T.BOOLEAN, span };
  }
  if (r.spelled(from, 'INTERVAL') && to > from + 1 && !r.isSymbol(from + 1, '.', '(')) return interval(r, at);
  if (r.tokens[from + 1]?.kind === 'string' && to === from + 2) return typedLiteral(r, at);
  if (r.isSymbol(from + 1, '[') && to > from + 1) return constructed(r, at);
  const end = pathEnd(r, from);
  if (r.isSymbol(end, '(') && end < to) return readCall(r, { from, to: end }, to);
  const parts = r.tokens.slice(from, end).filter((t) => t.kind !== 'symbol').map((t) => t.kind === 'name' ? t.text : t.span.text.slice(t.span.start, t.span.stop));
  return r.isSymbol(end - 1, '*') ? { kind: 'star', qualifier: parts, span } : { kind: 'name', parts, span };
}

/** A value, a row, or a query. */
function bracket(r: Reader, { from, to }: Stretch): Expr {
  const inside = r.inside(from, to);
  if (r.startsQuery(inside.from)) return { kind: 'subquery', use: 'scalar', plan: r.query(inside), span: r.span({ from, to }) };
  const items = r.split(inside);
  if (items.length === 0) return r.fail(to - 1);
  return items.length === 1 ? r.expression(inside) : operatorCall('struct', items.map((item) => r.expression(item)));
}

function caseWhen(r: Reader, { from, to }: Stretch): Expr {
  const span = r.tokens[from]!.span;
  const end = to - 1;
  const word = (start: number, ...words: readonly string[]): number => r.find({ from: start, to: end }, (i) => words.some((w) => r.tokens[i]!.kind === 'word' && r.tokens[i]!.text === w));
  let at = word(from + 1, 'WHEN');
  const subject = at > from + 1 ? r.expression({ from: from + 1, to: at }) : undefined;
  const args: Expr[] = [];
  while (r.spelled(at, 'WHEN') && at < end) {
    const then = word(at + 1, 'THEN', 'ELSE');
    if (!r.spelled(then, 'THEN')) return r.fail(then);
    const when = r.expression({ from: at + 1, to: then });
    at = word(then + 1, 'WHEN', 'ELSE');
    args.push(subject ? operatorCall('=', [subject, when], span) : when, r.expression({ from: then + 1, to: at }));
  }
  if (args.length === 0) return r.fail(at);
  if (at < end) args.push(r.expression({ from: at + 1, to: end }));
  return operatorCall('when', args, span);
}

function typedLiteral(r: Reader, { from }: Stretch): Expr {
  const word = r.tokens[from]!.spelling;
  const type = r.dialect.types.get(word)?.(undefined, undefined);
  const read = word === 'DATE' ? 'DATE' : type?.kind === 'timestamp' ? 'TIMESTAMP' : type?.kind === 'timestamp_ntz' ? 'TIMESTAMP_NTZ' : undefined;
  const span = r.span({ from, to: from + 2 });
  return read ? { kind: 'typed_literal', type: read, text: r.tokens[from + 1]!.text, span } : r.refuse(`a literal of the type ${word}`, span);
}

function interval(r: Reader, at: Stretch): Expr {
  const { from, to } = at;
  const span = r.span(at);
  const minus = r.isSymbol(from + 1, '-');
  const value = r.tokens[minus ? from + 2 : from + 1]!;
  const units = r.tokens.slice(minus ? from + 3 : from + 2, to);
  if (units.some((u) => u.kind === 'symbol')) return r.refuse('an interval with a precision', span);
  if (value.kind !== 'string' && value.kind !== 'number') return r.refuse('an interval that is computed', span);
  return { ...parseExpression(`INTERVAL ${minus ? '-' : ''}${value.kind === 'string' ? quoted(value.text) : value.text} ${units.map((u) => u.spelling).join(' ')}`), span };
}

/** `ARRAY[…]`, `MAP[k, v, …]`. */
function constructed(r: Reader, at: Stretch): Expr {
  const { from, to } = at;
  const word = r.tokens[from]!.spelling;
  const { name } = r.dialect;
  const allowed = word === 'ARRAY' ? name !== 'mysql' && name !== 'snowflake' : word === 'MAP' && name === 'flinksql';
  return allowed ? functionCall(word.toLowerCase(), r.expressions(r.inside(from + 1, to)), r.span(at)) : r.refuse(`${word}[…]`, r.span(at));
}

// ── What follows a value ─────────────────────────────────────────────────────────────────────────

function readPostfix(r: Reader, arg: Expr, at: Stretch, from: number): Expr {
  const span = r.span({ from, to: at.to });
  const { name } = r.dialect;
  if (r.isSymbol(at.from, '[')) return position(r, arg, at, span);
  if (r.isSymbol(at.from, '.')) {
    const { kind, text } = r.tokens[at.from + 1]!;
    return { kind: 'field', arg, name: kind === 'word' ? text.toLowerCase() : text, span };
  }
  if (r.isSymbol(at.from, '::')) {
    if (name !== 'postgresql' && name !== 'snowflake') return r.fail(at.from);
    return { kind: 'cast', arg, to: readType(r, { from: at.from + 1, to: at.to }), try: false, span };
  }
  if (r.isSymbol(at.from, ':')) return name === 'snowflake' ? documentPath(r, arg, at, span) : r.refuse('a path into a document', span);
  if (r.spelled(at.from, 'AT')) return r.refuse('AT TIME ZONE', r.span(at));
  const allowed = name === 'bigquery' ? r.spelled(at.from, 'EXCEPT') : name === 'snowflake' && r.spelled(at.from, 'EXCLUDE');
  if (arg.kind !== 'star' || !allowed) return r.refuse(`* ${r.tokens[at.from]!.spelling}`, span);
  const list = r.isSymbol(at.from + 1, '(') ? r.inside(at.from + 1, at.to) : { from: at.from + 1, to: at.to };
  const except = r.split(list).map((item) => item.to === item.from + 1 && r.isName(item.from) ? [r.tokens[item.from]!.text] : r.fail(item.from));
  return { ...arg, except, span };
}

/** Snowflake's `v:a.b[0]['c']` is ours: names with the case that they are written in, NULL where the document has nothing of the kind. */
function documentPath(r: Reader, arg: Expr, { from, to }: Stretch, span: Span): Expr {
  let path = '$';
  for (let i = from; i < to; ) {
    const bracket = r.isSymbol(i, '[');
    const { kind, text, spelling, span: place } = r.tokens[i + 1]!;
    // A word of the grammar, and what is written without quotes, counts as it stands.
    const name = spelling !== '' ? place.text.slice(place.start, place.stop) : text;
    if (bracket && i + 3 !== r.close(i)! + 1) return r.refuse('a computed place in a document', span);
    if (bracket ? kind !== 'string' && !/^\d+$/.test(text) : !/^\w+$/.test(name) && /['\]]/.test(name)) return r.refuse('this path into a document', span);
    if (bracket && kind === 'string' && /['\]]/.test(text)) return r.refuse('this path into a document', span);
    path += bracket ? (kind === 'string' ? `['${text}']` : `[${text}]`) : /^\w+$/.test(name) ? `.${name}` : `['${name}']`;
    i = bracket ? r.close(i)! + 1 : i + 2;
  }
  return operatorCall('variant_path', [arg, textLiteral(path)], span);
}

/** An element of an array or a map by its position. Which position is meant, and what there is beyond the end, differs by dialect. */
function position(r: Reader, arg: Expr, at: Stretch, span: Span): Expr {
  const inside = r.inside(at.from, at.to);
  const index = r.tokens[inside.from];
  const whole = index?.kind === 'number' && inside.to === inside.from + 1 && /^\d+$/.test(index.text) ? Number(index.text) : undefined;
  const at0 = (n: number): Expr => ({ ...parseExpression(String(n)), span: index!.span });
  switch (r.dialect.name) {
    // Beyond the end is NULL.
    case 'postgresql': if (whole !== undefined && whole >= 1) return functionCall('get', [arg, at0(whole - 1)], span); break;
    // Beyond the end is an error.
    case 'trino': case 'flinksql':
      if (whole !== undefined && whole >= 1) return functionCall('element_at', [arg, at0(whole)], span);
      if (r.dialect.name === 'flinksql' && index?.kind === 'string' && inside.to === inside.from + 1) return operatorCall('[]', [arg, textLiteral(index.text, index.span)]);
      break;
    case 'bigquery': {
      const how = index?.spelling;
      if ((how !== 'OFFSET' && how !== 'ORDINAL' && how !== 'SAFE_OFFSET') || !r.isSymbol(inside.from + 1, '(')) break;
      const value = r.expression(r.inside(inside.from + 1, inside.to));
      if (how === 'SAFE_OFFSET') return functionCall('get', [arg, value], span);
      if (how === 'OFFSET') return operatorCall('[]', [arg, value], span);
      if (value.kind === 'literal') return functionCall('element_at', [arg, value], span);
      break;
    }
    default:
  }
  return r.refuse('a position in brackets', r.span(at));
}
