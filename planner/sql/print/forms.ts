// The forms of the grammar that are calls in trees, each with its text.

import type { Expr } from '../../tree.js';
import { type FormOperator, LEVEL } from '../operators.js';
import { part, text } from './names.js';

/** Prints an operand: in brackets if it binds less tightly than `level`. */
type Operand = (e: Expr, level?: number) => string;
export interface Form {
  readonly level: number;
  /** It can hold a NOT. */
  readonly negated?: true;
  readonly print: (args: readonly Expr[], operand: Operand, not: '' | 'NOT ') => string;
}

const predicate = (print: Form['print'], negated?: true): Form => ({ level: LEVEL.predicate, print: (args, operand, not) => `${operand(args[0]!, LEVEL.comparison)} ${print(args.slice(1), operand, not)}`, ...(negated && { negated }) });
const list = (args: readonly Expr[], operand: Operand): string => args.map((a) => operand(a)).join(', ');
/** ANY and ALL before a bracket would be the quantifiers. */
function pattern(e: Expr, operand: Operand): string {
  const printed = operand(e, LEVEL.comparison);
  return /^(?:any|some|all)\(/i.test(printed) ? `(${printed})` : printed;
}
const like = (word: string): Form => predicate(([p, sign], operand, not) => `${not}${word} ${pattern(p!, operand)}${sign ? ` ESCAPE ${operand(sign)}` : ''}`, true);
const quantified = (words: string): Form => predicate((args, operand) => `${words} (${list(args, operand)})`);
const test = (words: string): Form => predicate(() => `IS ${words}`);
/** A minus before digits would belong to them, two of them begin a comment. */
const prefix = (sign: string): Form => ({ level: LEVEL.unary, print: ([arg], operand) => {
  const printed = operand(arg!, LEVEL.unary);
  return sign === '-' && /^[\d.]/.test(printed) ? `-(${printed})` : sign === '-' && printed.startsWith('-') ? `- ${printed}` : sign + printed;
} });
/** What has brackets of its own. */
const closed = (print: (args: readonly Expr[], operand: Operand) => string): Form => ({ level: LEVEL.primary, print });
/** The value of a text that stands as a word of the grammar. */
const word = (e: Expr): string => e.kind === 'literal' ? part(String(e.value)) : '';
const trim = (side: string): Form => closed((args, operand) => `TRIM(${side} ${args.length === 2 ? `${operand(args[0]!)} ` : ''}FROM ${operand(args.at(-1)!)})`);
const unitCall = (name: string): Form => closed(([unit, ...rest], operand) => `${name}(${word(unit!)}, ${list(rest, operand)})`);

export const FORMS: Readonly<Record<Exclude<FormOperator, 'not'>, Form>> = {
  between: predicate(([low, high], operand, not) => `${not}BETWEEN ${operand(low!, LEVEL.comparison)} AND ${operand(high!, LEVEL.comparison)}`, true),
  in: predicate((args, operand, not) => `${not}IN (${list(args, operand)})`, true),
  like: like('LIKE'), ilike: like('ILIKE'), rlike: like('RLIKE'), regexp: like('REGEXP'),
  like_any: quantified('LIKE ANY'), like_all: quantified('LIKE ALL'), ilike_any: quantified('ILIKE ANY'), ilike_all: quantified('ILIKE ALL'),
  not_like_any: quantified('NOT LIKE ANY'), not_like_all: quantified('NOT LIKE ALL'), not_ilike_any: quantified('NOT ILIKE ANY'), not_ilike_all: quantified('NOT ILIKE ALL'),
  isnull: test('NULL'), isnotnull: test('NOT NULL'), isunknown: test('UNKNOWN'), isnotunknown: test('NOT UNKNOWN'),
  istrue: predicate((_, __, not) => `IS ${not}TRUE`, true), isfalse: predicate((_, __, not) => `IS ${not}FALSE`, true),
  negative: prefix('-'), positive: prefix('+'), '~': prefix('~'),
  '[]': { level: LEVEL.postfix, print: ([of, index], operand) => `${inPath(of!) ? `(${operand(of!)})` : operand(of!, LEVEL.postfix)}[${operand(index!)}]` },
  collate: { level: LEVEL.postfix, print: ([of, name], operand) => `${operand(of!, LEVEL.postfix)} COLLATE ${String((name as { value: unknown }).value).split('.').map(part).join('.')}` },
  variant_path: { level: LEVEL.postfix, print: ([of, path], operand) => `${inPath(of!) ? `(${operand(of!)})` : operand(of!, LEVEL.postfix)}:${pathText(String((path as { value: unknown }).value))}` },
  struct: closed((args, operand) => `(${list(args, operand)})`),
  when: closed(caseText),
  extract: closed(([field, of], operand) => `EXTRACT(${word(field!)} FROM ${operand(of!)})`),
  trim_from_both: trim('BOTH'), trim_from_leading: trim('LEADING'), trim_from_trailing: trim('TRAILING'),
  substring: closed(([of, from, length], operand) => `SUBSTRING(${operand(of!)} FROM ${operand(from!)}${length ? ` FOR ${operand(length)}` : ''})`),
  locate: closed(([needle, hay], operand) => `POSITION(${operand(needle!, LEVEL.comparison)} IN ${operand(hay!, LEVEL.comparison)})`),
  overlay: closed(([of, by, from, length], operand) => `OVERLAY(${operand(of!)} PLACING ${operand(by!)} FROM ${operand(from!)}${length ? ` FOR ${operand(length)}` : ''})`),
  timestampadd: unitCall('TIMESTAMPADD'), timestampdiff: unitCall('TIMESTAMPDIFF'),
};
export const isForm = (name: string): name is keyof typeof FORMS => Object.hasOwn(FORMS, name);

const inPath = (e: Expr): boolean => e.kind === 'call' && e.operator === true && e.name[0] === 'variant_path';

/** The path behind `v:`, from `$.a['b c'][0]`. */
function pathText(path: string): string {
  let out = '';
  for (const [, index, quoted, name] of path.slice(1).matchAll(/\[(\d[\w.]*|\*)\]|\['((?:[^']|'(?!\]))*)'\]|\.((?:[^.[]|\[(?!(?:\d[\w.]*|\*)\]|'(?:[^']|'(?!\]))*'\]))*)/gs)) {
    out += index !== undefined ? `[${index}]` : quoted !== undefined ? `[${text(quoted)}]` : `${out === '' ? '' : '.'}${part(name!)}`;
  }
  return out;
}

/** A CASE of one value where all its conditions compare that very value. */
function caseText(args: readonly Expr[], operand: Operand): string {
  const branches = Math.floor(args.length / 2);
  const conditions = Array.from({ length: branches }, (_, i) => args[2 * i]!);
  const of = (e: Expr): Expr | undefined => e.kind === 'call' && e.operator && e.name[0] === '=' ? e.args[0]!.value : undefined;
  const value = of(conditions[0]!);
  const simple = value !== undefined && branches > 1 && conditions.every((e) => of(e) === value);
  const shown = (e: Expr): string => simple && e.kind === 'call' ? operand(e.args[1]!.value) : operand(e);
  const rest = args.length % 2 === 1 ? ` ELSE ${operand(args.at(-1)!)}` : '';
  return `CASE${simple ? ` ${operand(value)}` : ''}${conditions.map((e, i) => ` WHEN ${shown(e)} THEN ${operand(args[2 * i + 1]!)}`).join('')}${rest} END`;
}
