// Calls: their arguments and clauses, the ones with words between their brackets, and what the dialect's table makes of the name.

import type { Span } from '../spans.js';
import type { Arg, Expr, SortItem } from '../tree.js';
import { functionCall, nullLiteral, operatorCall, textLiteral } from './build.js';
import { readSortItems, readWindow } from './clauses.js';
import { suffixes } from './extent.js';
import type { Rewrite } from './functions.js';
import type { Reader, Stretch } from './reader.js';
import { readType } from './read-type.js';
import { fill } from './template.js';

/** @param path the name, right before the bracket @param to behind the last clause of the call */
export function readCall(r: Reader, path: Stretch, to: number): Expr {
  const open = path.to;
  const close = r.close(open)!;
  const inside: Stretch = { from: open + 1, to: close };
  const span = r.span(path);
  const behind = suffixes(r, close + 1);
  if (behind.end !== to) return r.fail(close + 1);
  const names = r.tokens.slice(path.from, path.to).filter((t) => t.kind !== 'symbol').map((t) => t.text);
  if (names.length > 1) return r.refuse('the name of a function with a schema', span);
  const lower = names[0]!.toLowerCase();
  const special = to === close + 1 ? withWords(r, r.tokens[path.from]!.spelling, inside, span) : undefined;
  if (special) return special;
  const rewrite = r.dialect.functions.get(lower);
  if (!rewrite && r.builtin(lower)) return r.refuse(`the function ${lower}`, span);

  const { list, distinct, order, separator, nulls } = insideOf(r, inside);
  const args = list.map((item): Arg => {
    const named = r.isName(item.from) && r.isSymbol(item.from + 1, '=>');
    if (named && rewrite) return r.refuse(`${lower} with named arguments`, r.span(item));
    return named ? { name: r.tokens[item.from]!.text, value: r.expression({ from: item.from + 2, to: item.to }) } : { value: r.expression(item) };
  });
  if (separator) args.push({ value: textLiteral(r.tokens[separator.from]!.text, r.span(separator)) });
  if (behind.within && order.length > 0) return r.fail(behind.within.from);
  const sorted = behind.within ? sortedBy(r, behind.within) : order;
  if (sorted.length > 0 && rewrite?.kind !== 'concatenation') return r.refuse(`ORDER BY inside of ${lower}`, span);
  const e = rewritten(rewrite ?? { kind: 'name', name: lower }, lower, args, span, r);
  const decorated = distinct || behind.filter || behind.over || sorted.length > 0 || nulls || behind.nulls;
  if (!decorated) return e;
  if (e.kind !== 'call' || e.operator) return r.refuse(`${lower} with DISTINCT, FILTER, OVER or a treatment of NULLs`, span);
  const how = nulls ?? behind.nulls;
  if (behind.filter && !r.spelled(behind.filter.from, 'WHERE')) return r.fail(behind.filter.from);
  return {
    ...e, ...(distinct && { distinct: true as const }), ...(how && { nulls: how }), ...(sorted.length > 0 && { withinGroup: sorted }),
    ...(behind.filter && { filter: r.expression({ from: behind.filter.from + 1, to: behind.filter.to }) }), ...(behind.over && { over: readWindow(r, behind.over) }),
  };
}

const sortedBy = (r: Reader, { from, to }: Stretch): SortItem[] => r.spelled(from, 'ORDER', 'BY') ? readSortItems(r, { from: from + 2, to }) : r.fail(from);

/** `[DISTINCT] a, b [IGNORE NULLS] [ORDER BY c] [SEPARATOR 'x']` */
function insideOf(r: Reader, at: Stretch) {
  let { from, to } = at;
  const distinct = r.spelled(from, 'DISTINCT') && from < to;
  if (distinct || (r.spelled(from, 'ALL') && from + 1 < to)) from++;
  let separator: Stretch | undefined;
  if (r.spelled(to - 2, 'SEPARATOR') && r.tokens[to - 1]?.kind === 'string') { separator = { from: to - 1, to }; to -= 2; }
  const limit = r.find({ from, to }, (i) => r.spelled(i, 'LIMIT') && r.tokens[i]!.kind === 'word');
  if (limit < to) return r.refuse('LIMIT inside of a call', r.tokens[limit]!.span);
  const sort = r.find({ from, to }, (i) => r.spelled(i, 'ORDER', 'BY'));
  const order = sort < to ? readSortItems(r, { from: sort + 2, to }) : [];
  to = sort;
  const nulls = to - from > 2 && (r.spelled(to - 2, 'IGNORE', 'NULLS') || r.spelled(to - 2, 'RESPECT', 'NULLS')) ? (r.spelled(to - 2, 'IGNORE') ? 'ignore' as const : 'respect' as const) : undefined;
  if (nulls) to -= 2;
  return { list: r.split({ from, to }), distinct, order, separator, nulls };
}

function rewritten(rewrite: Rewrite, called: string, args: readonly Arg[], span: Span, r: Reader): Expr {
  const values = args.map((a) => a.value);
  switch (rewrite.kind) {
    case 'name': return { kind: 'call', name: [rewrite.name], args, span };
    case 'concatenation': return { kind: 'call', name: ['listagg'], args: args.length === 1 && rewrite.separator !== undefined ? [...args, { value: textLiteral(rewrite.separator, span) }] : args, span };
    case 'strict': {
      const missing = values.map((a) => operatorCall('isnull', [a], span)).reduce((left, right) => operatorCall('or', [left, right], span));
      return operatorCall('when', [missing, nullLiteral(span), functionCall(rewrite.name, values, span)], span);
    }
    case 'joined': return functionCall(rewrite.name, [textLiteral('', span), ...values], span);
    case 'templates': return fill(rewrite.templates, values, called, span, r);
  }
}

// ── Calls with words inside ──────────────────────────────────────────────────────────────────────

const CASTS: Readonly<Record<string, boolean>> = { CAST: false, TRY_CAST: true, SAFE_CAST: true };

function withWords(r: Reader, word: string, inside: Stretch, span: Span): Expr | undefined {
  const { from, to } = inside;
  const at = (...words: readonly string[]): number => r.find(inside, (i) => r.spelled(i, ...words));
  const part = (start: number, end: number): Expr => r.expression({ from: start, to: end });
  if (word in CASTS) {
    const as = at('AS');
    return { kind: 'cast', arg: part(from, as), to: readType(r, { from: as + 1, to }), try: CASTS[word]!, span: r.span({ from, to }) };
  }
  switch (word) {
    case 'EXISTS': return { kind: 'subquery', use: 'exists', plan: r.query(inside), span };
    case 'EXTRACT': return r.spelled(from + 1, 'FROM') ? fieldOf(r, from, part(from + 2, to), span) : r.fail(from);
    case 'DATE_PART': {
      const [field, time, ...more] = r.split(inside);
      if ((r.dialect.name !== 'postgresql' && r.dialect.name !== 'snowflake') || !field || !time || more.length > 0) return undefined;
      return fieldOf(r, field.from, r.expression(time), span);
    }
    case 'CONVERT': {
      const [value, type, ...more] = r.split(inside);
      if (r.dialect.name !== 'mysql' || !value || !type || more.length > 0) return undefined;
      return { kind: 'cast', arg: r.expression(value), to: readType(r, type), try: false, span };
    }
    case 'POSITION': { const at1 = at('IN'); return at1 < to ? operatorCall('locate', [part(from, at1), part(at1 + 1, to)], span) : undefined; }
    case 'SUBSTRING': {
      const begin = at('FROM');
      if (begin === to) return undefined;
      const length = at('FOR');
      const values = [part(from, begin), part(begin + 1, length), ...(length < to ? [part(length + 1, to)] : [])];
      return fill(['substring(_1, P2)', 'substring(_1, P2, _3)'], values, 'SUBSTRING', span, r);
    }
    case 'TRIM': {
      const side = ['LEADING', 'TRAILING', 'BOTH'].find((s) => r.spelled(from, s));
      const of = at('FROM');
      if (of === to) return undefined;
      const start = side === undefined ? from : from + 1;
      const form = (side ?? 'BOTH').toLowerCase();
      return of === start ? fill(r.dialect.trimsBlanks ? [{ leading: 'ltrim(_1)', trailing: 'rtrim(_1)', both: 'trim(_1)' }[form]!] : [], [part(of + 1, to)], 'TRIM', span, r)
        : operatorCall(`trim_from_${form}`, [trimmed(r, part(start, of)), part(of + 1, to)], span);
    }
    case 'FLOOR': {
      const unit = at('TO');
      return r.dialect.name === 'flinksql' && unit < to ? fill(['date_trunc(U2, _1)'], [part(from, unit), part(unit + 1, to)], 'FLOOR', span, r) : undefined;
    }
    case 'STRUCT': {
      if (r.dialect.name !== 'bigquery') return undefined;
      return functionCall('named_struct', r.split(inside).flatMap((item) => {
        const name = r.tokens[item.to - 1]!;
        return item.to - item.from > 2 && r.spelled(item.to - 2, 'AS') && name.kind === 'name' ? [textLiteral(name.text, name.span), part(item.from, item.to - 2)] : r.refuse('STRUCT with a field without a name', r.span(item));
      }), span);
    }
    default: return undefined;
  }
}
/** The field, a word or a text, of a time. */
function fieldOf(r: Reader, at: number, time: Expr, span: Span): Expr {
  const field = r.tokens[at]!.text.toUpperCase();
  const template = r.dialect.fields.get(field);
  return template === undefined ? r.refuse(`the field ${field} of a time`, r.tokens[at]!.span) : fill([template], [time], 'EXTRACT', span, r);
}
/** MySQL takes off a whole text, the others any of its characters: with one character that is the same. */
const trimmed = (r: Reader, e: Expr): Expr => r.dialect.name === 'mysql' && !(e.kind === 'literal' && typeof e.value === 'string' && [...e.value].length === 1) ? r.refuse('TRIM of more than one character', e.span) : e;
