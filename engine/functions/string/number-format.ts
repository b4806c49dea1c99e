// Numbers by formats of 9, 0, G, D, S, MI, PR and $: to_char, to_number.
// source: Spark ToNumberParser, ToCharacterBuilder.

import { raise } from '../../../planner/errors/index.js';
import { printExpr, sqlExpr, sqlType } from '../../../planner/expr/print.js';
import type { BoundExpr, Call, Param, RawCall } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { TypeOf } from '../../../planner/types.js';
import { decimalText } from '../../formats/number-text.js';
import { type RowFunction, scalar, type ScalarFunction } from '../define.js';

/** Digits: `exact` ones begin with a 0 and are all printed. Groups are parted by separators of thousands. */
type Token = { readonly kind: 'digits'; readonly groups: readonly { readonly count: number; readonly exact: boolean }[] } | { readonly kind: '.' | '$' | 'S' | 'MI' | '<' | '>' };
export interface NumberFormat { readonly text: string; readonly tokens: readonly Token[]; readonly precision: number; readonly scale: number }

const SHAPES: readonly (readonly [string, RegExp])[] = [['digits', /[09,G]+/y], ['.', /[.D]/y], ['$', /\$/y], ['MI', /MI/y], ['S', /S/y], ['PR', /PR/y]];

/** @throws INVALID_FORMAT.…; quotes the format, as written but in upper case. */
function compile(written: string): NumberFormat {
  const text = written.toUpperCase();
  const format = `'${text}'`;
  const wrong = (condition: 'EMPTY' | 'WRONG_NUM_DIGIT' | 'CONT_THOUSANDS_SEPS' | 'CUR_MUST_BEFORE_DIGIT' | 'CUR_MUST_BEFORE_DEC' | 'THOUSANDS_SEPS_MUST_BEFORE_DEC'): never => raise(`INVALID_FORMAT.${condition}`, { format });
  if (text === '') wrong('EMPTY');
  const raw: { readonly kind: string; readonly text: string }[] = [];
  for (let at = 0; at < text.length;) {
    const found = SHAPES.flatMap(([kind, shape]) => { shape.lastIndex = at; const m = shape.exec(text); return m ? [{ kind, text: m[0] }] : []; })[0];
    // Whatever else is there: the format has no digits that count.
    raw.push(found ?? { kind: 'other', text: text[at]! });
    at += raw[raw.length - 1]!.text.length;
  }
  const index = (kind: string): number => raw.findIndex((t) => t.kind === kind);
  const digitsAt = index('digits');
  if (digitsAt < 0) wrong('WRONG_NUM_DIGIT');
  const pointAt = index('.');
  const currency = index('$');
  if (currency > digitsAt) wrong('CUR_MUST_BEFORE_DIGIT');
  if (pointAt >= 0 && currency > pointAt) wrong('CUR_MUST_BEFORE_DEC');
  for (const [i, t] of raw.entries()) {
    if (t.kind !== 'digits' || !/[,G]/.test(t.text)) continue;
    if (pointAt >= 0 && i > pointAt) wrong('THOUSANDS_SEPS_MUST_BEFORE_DEC');
    if (/^[,G]|[,G][,G]|[,G]$/.test(t.text)) wrong('CONT_THOUSANDS_SEPS');
  }
  for (const [kind, token] of [['.', '. or D'], ['$', '$'], ['S', 'S'], ['MI', 'MI'], ['PR', 'PR']] as const) {
    if (raw.filter((t) => t.kind === kind).length > 1) raise('INVALID_FORMAT.WRONG_NUM_TOKEN', { token, format });
  }
  checkOrder(raw, format);
  const tokens: Token[] = [];
  let afterPoint = false;
  let [precision, scale] = [0, 0];
  if (index('PR') >= 0) tokens.push({ kind: '<' });
  for (const t of raw) {
    if (t.kind === 'digits') {
      const groups = t.text.split(/[,G]/).map((g) => ({ count: g.length, exact: g.startsWith('0') }));
      tokens.push({ kind: 'digits', groups });
      for (const g of groups) { precision += g.count; if (afterPoint) scale += g.count; }
    } else if (t.kind === 'PR') tokens.push({ kind: '>' });
    else {
      if (t.kind === '.') afterPoint = true;
      tokens.push({ kind: t.kind as '.' });
    }
  }
  return { text: written, tokens, precision, scale };
}

/** [MI|S] [$] digits [. digits] [MI|S|PR] */
const NAMES: Readonly<Record<string, string>> = { digits: 'digit sequence', '.': '. or D' };
const PLACES: readonly (readonly string[])[] = [['MI', 'S'], ['$'], ['digits'], ['.'], ['digits'], ['MI', 'S', 'PR']];
function checkOrder(raw: readonly { readonly kind: string; readonly text: string }[], format: string): void {
  let place = 0;
  for (const t of raw) {
    while (place < PLACES.length && !PLACES[place]!.includes(t.kind)) place++;
    if (place === PLACES.length) raise('INVALID_FORMAT.UNEXPECTED_TOKEN', { token: t.kind === 'other' ? `character '${t.text}''` : NAMES[t.kind] ?? t.kind, format });
    place++;
  }
}

// ── Writing ─────────────────────────────────────────────────────────────────────────────────────

/** A character that goes after what is printed already, before the blanks at its end. */
const beforeBlanks = (out: string, sign: string): string => { const end = out.trimEnd().length; return out.slice(0, end) + sign + out.slice(end); };
/** A blank in the place of a digit goes before a sign that stands there. */
const blank = (out: string): string => out.replace(/[-+<]*$/, (signs) => ` ${signs}`);

function write({ tokens }: NumberFormat, unscaled: bigint, scale: number): string {
  const negative = unscaled < 0n;
  const [whole = '', fraction = ''] = decimalText(negative ? -unscaled : unscaled, scale).split('.');
  let before = whole.replace(/^0+/, '');
  let after = fraction.replace(/0+$/, '');
  const point = tokens.findIndex((t) => t.kind === '.');
  const room = (list: readonly Token[]): number => list.reduce((n, t) => t.kind === 'digits' ? n + t.groups.reduce((s, g) => s + g.count, 0) : n, 0);
  const beforeRoom = room(point < 0 ? tokens : tokens.slice(0, point));
  const afterRoom = point < 0 ? 0 : room(tokens.slice(point));
  if (before.length > beforeRoom || after.length > afterRoom) { before = '#'.repeat(beforeRoom); after = '#'.repeat(afterRoom); }
  before = before.padStart(beforeRoom);
  after = after.padEnd(afterRoom, '0');
  let out = '';
  let [at, reached] = [0, false];
  const loose = (): void => { if (out.endsWith('.')) out = `${out.slice(0, -1)} `; };
  for (const t of tokens) {
    switch (t.kind) {
      case 'digits':
        t.groups.forEach(({ count, exact }, g) => {
          if (g > 0) out = /[0-9]$/.test(out) ? `${out},` : blank(out);
          for (let k = 0; k < count; k++, at++) {
            const digit = (reached ? after : before)[at]!;
            out = digit !== ' ' ? out + digit : exact ? `${out}0` : blank(out);
          }
        });
        break;
      case '.':
        if (out.endsWith(' ')) out = `${out.slice(0, -1)}0`;
        out += '.';
        [at, reached] = [0, true];
        break;
      case '$': out += '$'; break;
      case 'S': loose(); out = beforeBlanks(out, negative ? '-' : '+'); break;
      case 'MI': if (negative) { loose(); out = beforeBlanks(out, '-'); } else out += ' '; break;
      case '<': if (negative) out += '<'; break;
      case '>': loose(); out = negative ? beforeBlanks(out, '>') : `${out}  `; break;
    }
  }
  loose();
  return out === '+' || out === '-' ? '0' : out;
}

// ── Reading ─────────────────────────────────────────────────────────────────────────────────────

/** Unscaled, at the format's scale; undefined if the text does not fit. */
function read({ tokens, scale }: NumberFormat, text: string): bigint | undefined {
  let [at, before, after, negative, reached, bracket] = [0, '', '', false, false, false];
  for (const t of tokens) {
    const c = text[at];
    switch (t.kind) {
      case 'digits': {
        const sizes: number[] = [];
        let size = 0;
        for (; at < text.length; at++) {
          const d = text[at]!;
          if (/\s/.test(d)) continue;
          if (d === ',') { sizes.push(size); size = 0; } else if (d >= '0' && d <= '9') { size++; if (reached) after += d; else before += d; } else break;
        }
        sizes.push(size);
        // Groups stand against each other from the right before the point.
        const expected = [...t.groups].reverse();
        sizes.reverse();
        if (sizes.length > expected.length || expected.some(({ count, exact }, i) => exact && !reached ? (sizes[i] ?? 0) !== count : (sizes[i] ?? 0) > count)) return undefined;
        break;
      }
      case '.': if (c === '.') at++; reached = true; break;
      case '$': if (c !== '$') return undefined; at++; break;
      case 'S': case 'MI': if (c === '-' || (c === '+' && t.kind === 'S')) { at++; if (c === '-') negative = !negative; } break;
      case '<': if (c === '<') { at++; bracket = true; } break;
      case '>': if (bracket !== (c === '>')) return undefined; if (bracket) { at++; negative = !negative; } break;
    }
  }
  if (at < text.length || before + after === '') return undefined;
  const value = BigInt(`${before}${after.padEnd(scale, '0')}`);
  return negative ? -value : value;
}

// ── Functions ───────────────────────────────────────────────────────────────────────────────────

const FORMAT: Param = { name: 'format', accepts: { kind: 'type', type: T.STRING } };
/** The constant format of a call; undefined where it is NULL. */
function formatOf(call: Call): NumberFormat | undefined {
  const written = call.constant(1);
  if (written === undefined) {
    const arg = call.args[1]!;
    raise('DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { inputName: '`attributereference`', inputType: '"STRING"', inputExpr: sqlExpr(arg) });
  }
  return written === null ? undefined : compile(written as string);
}
const decimalOf = ({ precision, scale }: NumberFormat): TypeOf<'decimal'> =>
  precision > 38 ? raise('DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION', { precision: String(precision), maxPrecision: '38' }, { nowhere: true }) : T.decimal(precision, scale);

/** Named as the function that does the work. */
const named = (bound: BoundExpr, name: string, args: readonly BoundExpr[]): BoundExpr => ({ ...bound, written: { name, args, print: `${name}(${args.map(printExpr).join(', ')})` } });
/** Dates and times go to date_format; bytes become text; everything else is a number. */
function charResolve(call: RawCall): BoundExpr | undefined {
  const [value, format] = call.args;
  if (!value || !format || call.args.length !== 2) return undefined;
  switch (value.type.kind) {
    case 'date': case 'timestamp': case 'timestamp_ntz': return named(call.apply('date_format', [value, format]), 'date_format', call.args);
    case 'binary': {
      const written = call.constant(1);
      if (written === undefined || written === null) return raise('NON_FOLDABLE_ARGUMENT', { funcName: `\`${call.name}\``, paramName: '`format`', paramType: sqlType(format.type) }, { span: call.span });
      const name = String(written).toLowerCase();
      if (name === 'hex' || name === 'base64') return named(call.apply(name, [value]), call.name === 'to_char' ? name : call.name, [value]);
      if (name === 'utf-8') return named(call.apply('decode', [value, format]), call.name === 'to_char' ? 'decode' : call.name, call.args);
      return raise('INVALID_PARAMETER_VALUE.BINARY_FORMAT', { parameter: '`format`', functionName: `\`${call.name}\``, invalidFormat: `'${name}'` }, { span: call.span });
    }
    default: return undefined;
  }
}

const toNumber = (name: string, tries: boolean): ScalarFunction => scalar(`${name}(string, string) -> void`, {
  collation: { meets: true },  doc: `The DECIMAL that a text stands for, by a format of digits (9, 0), separators (G D , .), signs (S MI PR) and $${tries ? '; NULL where it does not fit' : ''}.`,
  examples: [`${name}('12,454.8-', '99G999D9S') = -12454.8`], params: [{ name: 'expr', accepts: { kind: 'type', type: T.STRING } }, FORMAT], nullable: () => true,
  result: (call) => { const format = formatOf(call); return format ? decimalOf(format) : T.decimal(10, 0); },
  bind: (call): RowFunction => {
    const format = formatOf(call);
    if (!format) return () => null;
    return (text: string) => read(format, text) ?? (tries ? null : raise('INVALID_FORMAT.MISMATCH_INPUT', { inputType: '"STRING"', input: text, format: format.text }, { nowhere: true }));
  },
});

export const numberFormats: readonly ScalarFunction[] = [
  scalar('to_char(decimal, format: string) -> string', {
    aliases: ['to_varchar'], doc: 'A number by a format of digits (9, 0), separators (G D , .), signs (S MI PR) and $; a date or time by a pattern of letters; bytes as hex, base64 or utf-8.',
    examples: ["to_char(12454, '99G999') = '12,454'", "to_char(DATE '2016-04-08', 'y') = '2016'"], fixedName: 'to_char', params: [{ name: 'expr', accepts: { kind: 'class', class: 'decimal' } }, FORMAT], nullable: () => true,
    resolve: charResolve, check: (call) => { formatOf(call); },
    bind: (call): RowFunction => {
      const format = formatOf(call);
      const type = call.types[0]!;
      if (!format || type.kind !== 'decimal') return () => null;
      return (value: bigint) => write(format, value, type.scale);
    },
  }),
  toNumber('to_number', false), toNumber('try_to_number', true),
];
