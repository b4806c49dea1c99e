// Expressions as Spark SQL, with the brackets that they need. Printed text reads back as the same tree.

import type { Arg, Expr, FrameBound, SortItem, UnresolvedPlan, WindowSpec } from '../../tree.js';
import { binaryLevel, isBinary, LEVEL } from '../operators.js';
import { isForm, type Form, FORMS } from './forms.js';
import { valueLiteral } from './literals.js';
import { always, dotted, ident, isWord, names, part, text, typeText, withoutForm } from './names.js';

/** How a query is printed, in brackets where values could stand, or elsewhere; the printer of queries sits above this one. */
export type PrintQuery = (plan: UnresolvedPlan, amongValues?: boolean) => string;
type Call = Extract<Expr, { kind: 'call' }>;
/** Text, and how tightly what it is made of binds. */
interface Printed { readonly text: string; readonly level: number }
const at = (level: number, printed: string): Printed => ({ level, text: printed });

/** `level`: what stands below it is in brackets. */
export function exprText(query: PrintQuery, e: Expr, level: number = LEVEL.whole): string {
  const printed = print(query, e);
  return printed.level < level ? `(${printed.text})` : printed.text;
}
export const exprList = (query: PrintQuery, list: readonly Expr[]): string => list.map((e) => exprText(query, e)).join(', ');

function print(query: PrintQuery, e: Expr): Printed {
  switch (e.kind) {
    case 'name': return at(LEVEL.primary, dotted(e.parts));
    case 'star': return at(LEVEL.primary, `${e.qualifier ? `${dotted(e.qualifier)}.` : ''}*${e.except ? ` EXCEPT (${e.except.map(dotted).join(', ')})` : ''}`);
    case 'literal': return at(LEVEL.primary, valueLiteral(e.value, e.type));
    case 'typed_literal': return at(LEVEL.primary, `${e.type} ${text(e.text)}`);
    case 'parameter': return at(LEVEL.primary, e.name === undefined ? '?' : `:${part(e.name)}`);
    case 'call': return e.spec ? withoutForm(e.spec.name) : e.operator ? operator(query, e) : at(LEVEL.primary, call(query, e));
    // Brackets in brackets end before `::` does. What follows a type could belong to it.
    case 'cast': return !e.try && e.arg.kind === 'cast' ? at(LEVEL.unary, `${exprText(query, e.arg, LEVEL.unary)}::${typeText(e.to)}`) : at(LEVEL.primary, `${e.try ? 'TRY_CAST' : 'CAST'}(${exprText(query, e.arg)} AS ${typeText(e.to)})`);
    case 'field': return at(LEVEL.postfix, `${fieldOwner(query, e.arg)}.${part(e.name)}`);
    case 'lambda': return at(LEVEL.whole, `${e.params.length === 1 ? ident(e.params[0]!) : `(${names(e.params)})`} -> ${exprText(query, e.body)}`);
    case 'subquery': return at(LEVEL.primary, `${e.use === 'exists' ? 'EXISTS ' : ''}(${query(e.plan, e.use !== 'exists')})`);
    case 'in_subquery': return at(LEVEL.predicate, inSubquery(query, e, ''));
    case 'alias': return at(LEVEL.whole, `${exprText(query, e.arg)} AS ${e.names.length === 1 ? ident(e.names[0]!) : `(${names(e.names)})`}`);
    case 'frame_column': case 'user_call': return withoutForm(e.kind);
  }
}

/** Behind these a point would be read as a part of them. */
const takesPoint = (e: Expr): boolean => e.kind === 'name' || e.kind === 'literal' || e.kind === 'parameter' || (e.kind === 'call' && !!e.operator && (e.name[0] === 'collate' || e.name[0] === 'variant_path'));
const fieldOwner = (query: PrintQuery, e: Expr): string => takesPoint(e) ? `(${exprText(query, e)})` : exprText(query, e, LEVEL.postfix);

const inSubquery = (query: PrintQuery, e: Extract<Expr, { kind: 'in_subquery' }>, not: string): string =>
  `${e.args.length === 1 ? exprText(query, e.args[0]!, LEVEL.comparison) : `(${exprList(query, e.args)})`} ${not}IN (${query(e.plan, true)})`;

// ── Operators ───────────────────────────────────────────────────────────────────────────────────

function operator(query: PrintQuery, e: Call): Printed {
  const name = e.name[0]!;
  const args = e.args.map((a) => a.value);
  if (name === 'and' || name === 'or') return at(LEVEL[name], chainTerms(e, name).map((term) => exprText(query, term, LEVEL[name] + 1)).join(` ${name.toUpperCase()} `));
  if (isBinary(name)) {
    const level = binaryLevel(name);
    return at(level, `${exprText(query, args[0]!, level)} ${name.toUpperCase()} ${exprText(query, args[1]!, level + 1)}`);
  }
  if (name === 'not') return negation(query, args[0]!);
  return isForm(name) ? ofForm(query, FORMS[name], args, '') : withoutForm(name);
}
const ofForm = (query: PrintQuery, form: Form, args: readonly Expr[], not: '' | 'NOT '): Printed =>
  at(form.level, form.print(args, (e, level) => exprText(query, e, level), not));

/** The operands of a chain, as the parser balances them; of a tree that is not balanced, its two sides. */
function chainTerms(e: Expr, name: 'and' | 'or'): readonly Expr[] {
  if (e.kind !== 'call' || !e.operator || e.name[0] !== name) return [e];
  const [left, right] = [e.args[0]!.value, e.args[1]!.value];
  const [before, behind] = [chainTerms(left, name), chainTerms(right, name)];
  return before.length === Math.ceil((before.length + behind.length) / 2) ? [...before, ...behind] : [left, right];
}

/** Forms that hold a NOT themselves are told apart from those with a NOT in front by their places only. */
function negation(query: PrintQuery, e: Expr): Printed {
  if (e.kind === 'in_subquery') return at(LEVEL.predicate, inSubquery(query, e, 'NOT '));
  const name = e.kind === 'call' && e.operator ? e.name[0]! : '';
  if (e.kind === 'call' && name === '<=>') return at(LEVEL.predicate, e.args.map((a) => exprText(query, a.value, LEVEL.comparison)).join(' IS DISTINCT FROM '));
  if (e.kind === 'call' && isForm(name) && FORMS[name].negated) return ofForm(query, FORMS[name], e.args.map((a) => a.value), 'NOT ');
  return at(LEVEL.not, `NOT ${exprText(query, e, LEVEL.not)}`);
}

// ── Calls ───────────────────────────────────────────────────────────────────────────────────────

/** Words of the grammar that are functions, too, when a bracket follows. */
const FUNCTION_WORDS: ReadonlySet<string> = new Set(['ANY', 'SOME', 'CUBE', 'EXISTS', 'GROUPING', 'IDENTIFIER', 'IF', 'LEFT', 'RIGHT', 'ARRAY', 'MAP', 'STRUCT']);
const UNITS_FIRST: ReadonlySet<string> = new Set(['timestampadd', 'dateadd', 'date_add', 'timestampdiff', 'datediff', 'date_diff']);

function call(query: PrintQuery, e: Call): string {
  const args = e.args.map((a) => argText(query, a)).join(', ');
  const name = e.named ? `${dotted(e.name)}(${exprText(query, e.named)})` : ownForm(e) ? always(e.name[0]!) : calledName(e.name);
  return [
    `${name}(${e.distinct ? 'DISTINCT ' : ''}${args})`,
    ...e.withinGroup ? [`WITHIN GROUP (ORDER BY ${sortList(query, e.withinGroup)})`] : [], ...e.filter ? [`FILTER (WHERE ${exprText(query, e.filter)})`] : [],
    ...e.nulls ? [`${e.nulls.toUpperCase()} NULLS`] : [], ...e.over ? [`OVER ${windowText(query, e.over)}`] : [],
  ].join(' ');
}
const calledName = (name: readonly string[]): string => name.length === 1 && isWord(name[0]!) && FUNCTION_WORDS.has(name[0]!.toUpperCase()) ? name[0]! : dotted(name);
/** The name has a form of its own, as which the call would be read. */
function ownForm(e: Call): boolean {
  const first = e.args[0]?.value;
  const name = e.name.length === 1 ? e.name[0]!.toLowerCase() : '';
  switch (name) {
    case 'exists': return first?.kind === 'subquery' && first.use === 'scalar';
    case 'position': return first?.kind === 'in_subquery' || (first?.kind === 'call' && first.operator === true);
    case 'rollup': case 'cube': return true;
    default: return UNITS_FIRST.has(name) && e.args.length === 3 && (first?.kind === 'name' || first?.kind === 'literal');
  }
}
export const argText = (query: PrintQuery, arg: Arg): string => `${arg.name === undefined ? '' : `${ident(arg.name)} => `}${exprText(query, arg.value)}`;

export const sortList = (query: PrintQuery, items: readonly SortItem[]): string => items.map((s) =>
  `${allOf(s.expr) ?? exprText(query, s.expr)}${s.ascending ? '' : ' DESC'}${s.nullsFirst === s.ascending ? '' : ` NULLS ${s.nullsFirst ? 'FIRST' : 'LAST'}`}`).join(', ');
/** ORDER BY ALL. */
const allOf = (e: Expr): string | undefined => e.kind === 'name' && e.parts.length === 1 && /^all$/i.test(e.parts[0]!) ? e.parts[0] : undefined;

export function windowText(query: PrintQuery, w: WindowSpec): string {
  if (w.name !== undefined) return ident(w.name);
  return `(${[
    ...w.partitionBy.length > 0 ? [`PARTITION BY ${exprList(query, w.partitionBy)}`] : [], ...w.orderBy.length > 0 ? [`ORDER BY ${sortList(query, w.orderBy)}`] : [],
    ...w.frame ? [`${w.frame.unit.toUpperCase()} BETWEEN ${boundText(query, w.frame.start)} AND ${boundText(query, w.frame.end)}`] : [],
  ].join(' ')})`;
}
const boundText = (query: PrintQuery, b: FrameBound): string => `${b.offset ? `${exprText(query, b.offset)} ` : ''}${b.kind.toUpperCase().replace('_', ' ')}`;
