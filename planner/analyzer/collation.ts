// The collation of texts where they meet. Each text has one with a strength: explicit (COLLATE) before open (two that differed) before implicit (columns, casts
// of texts, subqueries) before default (literals). The stronger wins; two explicit ones that differ are refused, other ones of equal strength leave it open.
// source: Spark's CollationTypeCoercion.

import { type Collation, INDETERMINATE, parseCollation, UTF8_BINARY } from '../collations.js';
import { raise } from '../errors/index.js';
import { sqlType } from '../expr/print.js';
import type { BoundExpr, CollationRule, FunctionSpec, Settings } from '../tree.js';
import * as T from '../types.js';
import type { DataType, TypeOf } from '../types.js';
import { type CallText, unexpectedType } from './arguments.js';
import { makeCast } from './coerce.js';

const [EXPLICIT, OPEN, IMPLICIT, DEFAULT] = [0, 1, 2, 3];
/** A text in a type that says how strong its collation is. */
type Ranked = TypeOf<'string'> & { readonly rank: number };
const isRanked = (t: DataType): t is Ranked => 'rank' in t;
const ranked = (type: DataType, rank: number): DataType => T.mapTexts(type, (t): Ranked => ({ ...t, rank }));
const open: Ranked = { kind: 'string', collation: INDETERMINATE, rank: OPEN };
const isOpen = (t: DataType): boolean => T.holdsText(t, (text) => text.collation === INDETERMINATE);

/** The arguments of a function whose texts must come to one collation, with that collation. @throws COLLATION_MISMATCH.EXPLICIT, INDETERMINATE_COLLATION_IN_EXPRESSION */
export function meetCollations(spec: FunctionSpec, args: readonly BoundExpr[], text: CallText): readonly BoundExpr[] {
  const rule = spec.collation;
  if (!rule || !args.some((a) => T.holdsText(a.type, T.isCollated))) return args;
  const undecided = (): never => raise('INDETERMINATE_COLLATION_IN_EXPRESSION', { expr: text.print(args) }, { span: text.span });
  if (rule.decided && args.some((a) => isOpen(a.type))) undecided();
  const meet = (some: readonly BoundExpr[]): readonly BoundExpr[] => oneCollation(some, text.settings, rule.decided ? undecided : undefined);
  const pairs = rule.meets === 'pairs' ? [0, 1].map((rest) => meet(args.filter((_, i) => i % 2 === rest))) : [];
  const met = rule.meets === 'pairs' ? args.map((_, i) => pairs[i % 2]![i >> 1]!) : rule.meets ? meet(args) : args;
  const refused = rule.takes && met.findIndex((a) => a.type.kind === 'string');
  if (refused !== undefined && refused >= 0 && !TAKEN[rule.takes!](met[refused]!.type as TypeOf<'string'>)) unexpectedType(met, refused, '"STRING"', text);
  return met;
}

const of = ({ collation }: TypeOf<'string'>): Collation | undefined => parseCollation(collation ?? UTF8_BINARY);
const searchable = (c: Collation | undefined): boolean => c !== undefined && (c.ignoresCase || !c.ignoresAccents);
/** The collations that a function takes, by `CollationRule.takes`. */
const TAKEN: Readonly<Record<NonNullable<CollationRule['takes']>, (text: TypeOf<'string'>) => boolean>> = {
  bytes: (t) => !T.isCollated(t),
  lcase: (t) => { const c = of(t); return c?.base.startsWith('UTF8') === true && !c.trims; },
  searchable: (t) => searchable(of(t)),
  untrimmed: (t) => searchable(of(t)) && !of(t)!.trims,
};

/** The expressions with the collation that all their texts come to, those without texts as they are; all as they are where there is none. `undecided`: what to do where it is open. */
export function oneCollation(args: readonly BoundExpr[], settings: Settings, undecided?: () => never): readonly BoundExpr[] {
  const common = winner(args.filter((a) => T.holdsText(a.type)));
  if (!common) return args;
  if (undecided && isOpen(common)) undecided();
  return args.map((a) => T.holdsText(a.type) ? withCollation(a, common, settings) : a);
}
/** The same of the branches of CASE, where a NULL among them leaves the collations alone. */
export function branchCollation(values: readonly BoundExpr[], settings: Settings): readonly BoundExpr[] {
  const common = values.every((v) => T.sameType(v.type, values[0]!.type)) ? undefined : winner(values);
  return common ? values.map((v) => withCollation(v, common, settings)) : values;
}

/** The texts of a result have the collation of the first text among the arguments. */
export function keepCollation(type: DataType, args: readonly BoundExpr[]): DataType {
  for (const arg of args) {
    let first: TypeOf<'string'> | undefined;
    T.holdsText(arg.type, (text) => { first ??= text; return true; });
    if (first) { const kept = first; return kept.collation === undefined ? type : T.mapTexts(type, () => kept); }
  }
  return type;
}

function winner(exprs: readonly BoundExpr[]): DataType | undefined {
  if (!exprs.some((e) => T.holdsText(e.type, T.isCollated))) return undefined;
  return exprs.slice(1).reduce((left, right) => { const r = left && rankedType(right); return left && r && stronger(left, r); }, rankedType(exprs[0]!));
}

function withCollation(e: BoundExpr, common: DataType, settings: Settings): BoundExpr {
  const type = merge(e.type, common, (_, right) => isRanked(right) ? { kind: 'string', ...(right.collation !== undefined && { collation: right.collation }) } : undefined);
  if (!type || T.sameType(type, e.type)) return e;
  if (e.kind === 'const') return { ...e, type };
  // A cast goes to the new type at once, and names forget that it was written.
  return e.kind === 'cast' ? { ...e, type, origin: 'implicit' } : makeCast(e, type, 'implicit', settings, e.span);
}

/** Types of expressions with the strength of their collations; what has none is undefined. */
const known = new WeakMap<BoundExpr, { readonly type: DataType | undefined }>();
function rankedType(e: BoundExpr): DataType | undefined {
  const found = known.get(e);
  if (found) return found.type;
  const type = T.holdsText(e.type) ? rank(e) : undefined;
  known.set(e, { type });
  return type;
}

function rank(e: BoundExpr): DataType | undefined {
  switch (e.kind) {
    // What stands for a call is ranked as that, typeof(x) as of the collation of x.
    case 'const': return e.written?.args.some((a) => T.holdsText(a.type)) ? ofArguments('', e.type, e.written.args) : ranked(e.type, e.variable ? IMPLICIT : DEFAULT);
    case 'cast': return ranked(e.type, T.holdsText(e.arg.type) ? IMPLICIT : DEFAULT);
    case 'column': case 'variable': case 'subquery': return ranked(e.type, IMPLICIT);
    case 'window': return rankedType(e.fn);
    case 'lambda': return rankedType(e.body);
    default: return e.args.some((a) => T.holdsText(a.type)) ? ofArguments(e.kind === 'apply' ? e.fn.name : '', e.type, e.args) : ranked(e.type, DEFAULT);
  }
}

function ofArguments(name: string, type: DataType, args: readonly BoundExpr[]): DataType | undefined {
  const types = args.map(rankedType);
  const all = (start: DataType, some: readonly DataType[]): DataType | undefined => some.reduce<DataType | undefined>((left, right) => left && stronger(left, right), start);
  switch (name) {
    case 'collate': return ranked(type, EXPLICIT);
    case 'getfield': {
      const [base, field] = [types[0], args[1]!];
      return base?.kind === 'struct' && field.kind === 'const' ? base.fields[Number(field.value)]!.type : undefined;
    }
    case 'getmapvalue': return types[0]?.kind === 'map' ? stronger(type, types[0].value) : undefined;
    case 'named_struct':
      return type.kind === 'struct' ? T.struct(type.fields.map((f, i) => ({ ...f, type: types[2 * i + 1] ?? f.type }))) : undefined;
    case 'map': {
      if (type.kind !== 'map' || types.includes(undefined)) return undefined;
      const key = all(type.key, types.filter((_, i) => i % 2 === 0) as DataType[]);
      const value = all(type.value, types.filter((_, i) => i % 2 === 1) as DataType[]);
      return key && value && T.map(key, value);
    }
    default: return all(type, types.filter((t) => t !== undefined));
  }
}

/** Of two ranked types the collations that win, text by text; undefined where the shapes differ. */
const stronger = (left: DataType, right: DataType): DataType | undefined => merge(left, right, (a, b) => !isRanked(b) ? undefined : isRanked(a) ? winnerOf(a, b) : b);
function winnerOf(a: Ranked, b: Ranked): Ranked {
  if (a.rank !== b.rank) return a.rank < b.rank ? a : b;
  if (T.sameType(a, b)) return a;
  return a.rank === EXPLICIT ? raise('COLLATION_MISMATCH.EXPLICIT', { explicitTypes: `${sqlType(a)}, ${sqlType(b)}` }, { nowhere: true }) : open;
}

type Merge = (left: TypeOf<'string'>, right: TypeOf<'string'>) => DataType | undefined;
/** Two types of one shape made one; a text beside an array is beside its elements. */
function merge(left: DataType, right: DataType, texts: Merge): DataType | undefined {
  if (left.kind === 'string' && right.kind === 'string') return texts(left, right);
  if (left.kind === 'map' && right.kind === 'map') {
    const [key, value] = [merge(left.key, right.key, texts), merge(left.value, right.value, texts)];
    return key && value && { ...left, key, value };
  }
  if (left.kind === 'struct' && right.kind === 'struct') {
    if (left.fields.length !== right.fields.length) return undefined;
    const types = left.fields.map((f, i) => merge(f.type, right.fields[i]!.type, texts));
    return types.includes(undefined) ? undefined : { ...left, fields: left.fields.map((f, i) => ({ ...f, type: types[i]! })) };
  }
  if (left.kind === 'array') { const element = merge(left.element, right.kind === 'array' ? right.element : right, texts); return element && { ...left, element }; }
  if (right.kind === 'array') return merge(left, right.element, texts);
  return T.sameType(left, right) ? left : undefined;
}
