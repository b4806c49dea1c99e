// The careful JSON parser: one document of bytes into values of given types, by Spark's rules. A value of the wrong kind makes only its
// field NULL and marks the record as bad; broken syntax, bad UTF-8 or too deep nesting makes the whole document malformed.
// Keys are plain data (no prototypes); the last of two equal keys wins unless its value is bad. Also the value rules of from_json.
// source: Spark JacksonParser with partial results, as the recorded answers show it.

import { isUtf8 } from 'node:buffer';
import type { DataType, Field } from '../../planner/types.js';
import * as T from '../../planner/types.js';
import type { Value, VariantValue } from '../../planner/values.js';
import { decodeText } from '../columnar/read.js';
import { variantObject } from '../columnar/variant.js';
import { parseDecimal } from './decimal.js';
import { parseCalendar, parseDayTime, parseYearMonth } from './interval-text.js';
import type { JsonOptions } from './json-options.js';
import { doubleText, floatOfText, parseIntegerText } from './number-text.js';

/** Thrown inside the parser only; no stack is taken. */
const MALFORMED = { malformed: true };
export const isMalformed = (thrown: unknown): boolean => thrown === MALFORMED;
/** In place of a value that does not fit its type. */
export const BAD: unique symbol = Symbol('bad');
export type Parsed = Value | typeof BAD;

export const MAX_DEPTH = 1000;

type Names = ReadonlyMap<string, number>;
const namesOf = new WeakMap<readonly Field[], Names>();
function fieldNames(fields: readonly Field[]): Names {
  let names = namesOf.get(fields);
  if (!names) { names = new Map(fields.map((f, i) => [f.name, i])); namesOf.set(fields, names); }
  return names;
}

export class JsonParser {
  /** A field somewhere in what was read did not fit its type. */
  bad = false;
  /** What is no text goes into a STRING as it is written: in files, where Jackson reads bytes. In from_json it is printed anew. */
  verbatim = false;
  at = 0;
  end = 0;
  bytes: Uint8Array = new Uint8Array(0);
  private depth = 0;
  private readonly options: JsonOptions;

  constructor(options: JsonOptions) { this.options = options; }

  /** Starts a document in [from, to) of `bytes`. */
  reset(bytes: Uint8Array, from: number, to: number): void {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
    this.bad = false;
    this.depth = 0;
  }

  /** Blanks and, if allowed, comments; then the next byte, or -1 at the end. */
  peek(): number {
    const { bytes, end } = this;
    for (;;) {
      if (this.at >= end) return -1;
      const c = bytes[this.at]!;
      if (c === 32 || c === 10 || c === 13 || c === 9) { this.at++; continue; }
      if (c === 47 && this.options.allowComments) { this.comment(); continue; }
      return c;
    }
  }
  fail(): never { throw MALFORMED; }
  private comment(): void {
    const { bytes, end } = this;
    if (bytes[this.at + 1] === 42) {
      let i = this.at + 2;
      while (i + 1 < end && !(bytes[i] === 42 && bytes[i + 1] === 47)) i++;
      if (i + 1 >= end) this.fail();
      this.at = i + 2;
    } else if (bytes[this.at + 1] === 47) {
      while (this.at < end && bytes[this.at] !== 10) this.at++;
    } else this.fail();
  }
  enter(): void { this.at++; if (++this.depth > MAX_DEPTH) this.fail(); }
  leave(): void { this.at++; this.depth--; }

  /** After `{` or a value of an object: the next key, undefined after `}`. The colon is eaten. */
  key(first: boolean): string | undefined {
    let c = this.peek();
    if (c === 125) { this.leave(); return undefined; }
    if (!first) {
      if (c !== 44) this.fail();
      this.at++;
      c = this.peek();
    }
    let key: string;
    if (c === 34 || (c === 39 && this.options.allowSingleQuotes)) key = this.text(c);
    else if (this.options.allowUnquotedFieldNames) {
      const from = this.at;
      while (this.at < this.end && /[\w$@#*+\-\u0080-\u00ff]/.test(String.fromCharCode(this.bytes[this.at]!))) this.at++;
      if (this.at === from) this.fail();
      key = decodeText(this.bytes, from, this.at);
    } else return this.fail();
    if (this.peek() !== 58) this.fail();
    this.at++;
    return key;
  }
  /** After `[` or an element: whether another element follows; `]` is eaten. */
  element(first: boolean): boolean {
    const c = this.peek();
    if (c === 93) { this.leave(); return false; }
    if (first) return true;
    if (c !== 44) this.fail();
    this.at++;
    if (this.peek() === 93) this.fail();
    return true;
  }

  /** A string at its opening quote. */
  text(quote: number): string {
    const { bytes, end } = this;
    let i = this.at + 1;
    const from = i;
    while (i < end) {
      const c = bytes[i]!;
      if (c === quote) { this.at = i + 1; return decodeText(bytes, from, i); }
      if (c === 92 || c < 32) return this.escaped(quote, from, i);
      i++;
    }
    return this.fail();
  }
  private escaped(quote: number, from: number, at: number): string {
    const { bytes, end } = this;
    let out = decodeText(bytes, from, at);
    let lone = false;
    let i = at;
    while (i < end) {
      const c = bytes[i]!;
      if (c === quote) { this.at = i + 1; return lone ? out.replace(LONE, '?') : out; }
      if (c === 92) {
        const e = bytes[i + 1];
        i += 2;
        if (e === 117) {
          const hex = i + 4 <= end ? decodeText(bytes, i, i + 4) : '';
          if (!/^[0-9a-fA-F]{4}$/.test(hex)) this.fail();
          const unit = Number.parseInt(hex, 16);
          lone ||= unit >= 0xd800 && unit <= 0xdfff;
          out += String.fromCharCode(unit);
          i += 4;
          continue;
        }
        const plain = e === undefined ? undefined : e === 39 && this.options.allowSingleQuotes ? "'" : ESCAPES.get(e);
        if (plain !== undefined) out += plain;
        else if (this.options.allowBackslashEscapingAnyCharacter && e !== undefined && i <= end) { i--; const from1 = i; i++; while (i < end && (bytes[i]! & 0xc0) === 0x80) i++; out += decodeText(bytes, from1, i); }
        else this.fail();
        continue;
      }
      if (c < 32 && !this.options.allowUnquotedControlChars) this.fail();
      const run = i++;
      while (i < end && bytes[i] !== quote && bytes[i] !== 92 && bytes[i]! >= 32) i++;
      out += decodeText(bytes, run, i);
    }
    return this.fail();
  }

  /** A number or bare word: its text, and what it is. */
  bare(): { readonly kind: 'int' | 'float' | 'special' | 'true' | 'false' | 'null'; readonly text: string } {
    const { bytes, end } = this;
    const from = this.at;
    let i = from;
    while (i < end) {
      const c = bytes[i]!;
      if (c === 44 || c === 93 || c === 125 || c === 32 || c === 10 || c === 13 || c === 9 || c === 58 || c === 47) break;
      i++;
    }
    this.at = i;
    if (i - from > 1000) this.fail();
    const text = decodeText(bytes, from, i);
    switch (text) {
      case 'true': case 'false': case 'null': return { kind: text, text };
      case 'NaN': case 'Infinity': case '-Infinity': case '+Infinity': case '-INF': case '+INF': case '+NaN': case '-NaN':
        if (!this.options.allowNonNumericNumbers) this.fail();
        return { kind: 'special', text };
      default: {
        const m = (this.options.allowNumericLeadingZeros ? LENIENT_NUMBER : NUMBER).exec(text);
        if (!m) this.fail();
        // A number that is all of the document ends at a blank; what follows other values is not looked at.
        if (this.depth === 0 && i < end && bytes[i]! > 32) this.fail();
        return { kind: m![1] === undefined && m![2] === undefined ? 'int' : 'float', text };
      }
    }
  }

  /** Passes over one value, checking its syntax. */
  skip(): void {
    const c = this.peek();
    if (c === 34 || (c === 39 && this.options.allowSingleQuotes)) {
      const end = plainEnd(this.bytes, this.at + 1, this.end, c);
      if (end < 0) this.text(c); else this.at = end + 1;
    } else if (c === 123) { this.enter(); for (let first = true; this.key(first) !== undefined; first = false) this.skip(); }
    else if (c === 91) { this.enter(); for (let first = true; this.element(first); first = false) this.skip(); }
    else if (c < 0) this.fail();
    else this.bare();
  }

  /** One value as `type`. BAD: another kind of value, passed over. */
  value(type: DataType): Parsed {
    const c = this.peek();
    if (c < 0) this.fail();
    const quoted = c === 34 || (c === 39 && this.options.allowSingleQuotes);
    if (!quoted && c === 110 && type.kind !== 'variant') return this.null();
    switch (type.kind) {
      case 'struct': return c === 123 ? this.struct(type.fields) : this.wrong();
      case 'array': return c === 91 ? this.array(type.element) : this.wrong();
      case 'map': return c === 123 ? this.map(type.value) : this.wrong();
      case 'variant': return this.variant();
      case 'string': {
        if (quoted) return this.text(c);
        if (this.verbatim) { const from = this.at; this.skip(); return decodeText(this.bytes, from, this.at); }
        if (c === 123 || c === 91) return this.compact();
        const b = this.bare();
        return b.kind === 'null' ? null : bareText(b);
      }
      default: {
        if (c === 123 || c === 91) return this.wrong();
        if (quoted) return fromText(type, this.text(c), this.options);
        const b = this.bare();
        return b.kind === 'null' ? null : fromBare(type, b);
      }
    }
  }
  private null(): null {
    const b = this.bare();
    if (b.kind !== 'null') this.fail();
    return null;
  }
  private wrong(): typeof BAD { this.skip(); return BAD; }

  /** At `{`: the fields by name, NULL where missing or bad. */
  struct(fields: readonly Field[]): Value[] {
    const names = fieldNames(fields);
    const out: Value[] = new Array(fields.length).fill(null);
    this.enter();
    for (let first = true; ; first = false) {
      const key = this.key(first);
      if (key === undefined) return out;
      const i = names.get(key);
      if (i === undefined) { this.skip(); continue; }
      const v = this.value(fields[i]!.type);
      if (v === BAD) this.bad = true; else out[i] = v;
    }
  }
  /** At `[`: an array with a bad element is bad as a whole. */
  array(element: DataType): Parsed {
    const out: Value[] = [];
    let bad = false;
    this.enter();
    for (let first = true; this.element(first); first = false) {
      const v = this.value(element);
      if (v === BAD) bad = true; else out.push(v);
    }
    return bad ? BAD : out;
  }
  /** At `{`: entries in order, equal keys kept. */
  map(value: DataType): Parsed {
    const out: (readonly [string, Value])[] = [];
    let bad = false;
    this.enter();
    for (let first = true; ; first = false) {
      const key = this.key(first);
      if (key === undefined) return bad ? BAD : out;
      const v = this.value(value);
      if (v === BAD) bad = true; else out.push([key, v]);
    }
  }
  /** One value reprinted without blanks: what an object or array is as STRING. `quote`: Jackson's writers of bytes escape more than those of text. */
  compact(quote: (text: string) => string = jsonQuoteBytes): string {
    const c = this.peek();
    if (c === 34 || (c === 39 && this.options.allowSingleQuotes)) return quote(this.text(c));
    if (c === 123) {
      const parts: string[] = [];
      this.enter();
      for (let first = true; ; first = false) {
        const key = this.key(first);
        if (key === undefined) return `{${parts.join(',')}}`;
        parts.push(`${quote(key)}:${this.compact(quote)}`);
      }
    }
    if (c === 91) {
      const parts: string[] = [];
      this.enter();
      for (let first = true; this.element(first); first = false) parts.push(this.compact(quote));
      return `[${parts.join(',')}]`;
    }
    if (c < 0) this.fail();
    return bareText(this.bare());
  }
  /** BAD: an object has a key twice. */
  variant(): Parsed {
    const c = this.peek();
    if (c === 34 || (c === 39 && this.options.allowSingleQuotes)) return { kind: 'scalar', type: T.STRING, value: this.text(c) };
    if (c === 91) {
      const elements: VariantValue[] = [];
      let bad = false;
      this.enter();
      for (let first = true; this.element(first); first = false) {
        const v = this.variant();
        if (v === BAD) bad = true; else elements.push(v as VariantValue);
      }
      return bad ? BAD : { kind: 'array', elements };
    }
    if (c === 123) {
      const entries = new Map<string, VariantValue>();
      let bad = false;
      this.enter();
      for (let first = true; ; first = false) {
        const key = this.key(first);
        if (key === undefined) break;
        const v = this.variant();
        if (v === BAD || entries.has(key)) bad = true; else entries.set(key, v as VariantValue);
      }
      return bad ? BAD : variantObject([...entries]);
    }
    if (c < 0) this.fail();
    const b = this.bare();
    switch (b.kind) {
      case 'null': return { kind: 'null' };
      case 'true': case 'false': return { kind: 'scalar', type: T.BOOLEAN, value: b.kind === 'true' };
      case 'special': return this.fail();
      default: return variantNumber(b.text, b.kind === 'int');
    }
  }
}

/** The closing quote of a string without escapes that begins at `at`; -1 if it has some. */
export function plainEnd(bytes: Uint8Array, at: number, to: number, quote = 34): number {
  for (let i = at; i < to; i++) {
    const c = bytes[i]!;
    if (c === quote) return i;
    if (c === 92 || c < 32) return -1;
  }
  return -1;
}

const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const ESCAPES = new Map([[34, '"'], [92, '\\'], [47, '/'], [98, '\b'], [102, '\f'], [110, '\n'], [114, '\r'], [116, '\t']]);
/** As Jackson reads it: blanks between groups, padding asked for. */
const BASE64 = /^(?:[\0- ]*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=))*[\0- ]*$/;
const NUMBER = /^-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const LENIENT_NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** Text in quotes, escaped as Jackson does: no slash, no characters beyond ASCII. */
export const jsonQuote = (text: string): string => `"${text.replace(MUST_ESCAPE, escapeUnit)}"`;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are escaped
const MUST_ESCAPE = /["\\\u0000-\u001f]/g;
/** As Jackson writes text to bytes: characters beyond the basic plane are escaped too. */
export const jsonQuoteBytes = (text: string): string => jsonQuote(text).replace(/[\ud800-\udfff]/g, escapeUnit);
const NAMED: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r' };
const escapeUnit = (c: string): string => NAMED[c] ?? `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;

interface Bare { readonly kind: string; readonly text: string }
const SPECIAL: Readonly<Record<string, number>> = {
  NaN: Number.NaN, '+NaN': Number.NaN, '-NaN': Number.NaN, Infinity, '+Infinity': Infinity, '+INF': Infinity, '-Infinity': -Infinity, '-INF': -Infinity,
};
/** A number as STRING: whole ones digit by digit, others as a double prints. */
function bareText(b: Bare): string {
  switch (b.kind) {
    case 'int': return BigInt(b.text).toString();
    case 'float': { const x = Number(b.text); return Number.isFinite(x) ? doubleText(x) : `"${doubleText(x)}"`; }
    case 'special': return `"${doubleText(SPECIAL[b.text]!)}"`;
    default: return b.text;
  }
}
/** A whole number is read as one, so that -0 is 0. */
const asDouble = (b: Bare): number => b.kind === 'int' ? Number(b.text) + 0 : Number(b.text);
function fromBare(type: DataType, b: Bare): Parsed {
  const whole = b.kind === 'int';
  const number = whole || b.kind === 'float';
  switch (type.kind) {
    case 'boolean': return b.kind === 'true' ? true : b.kind === 'false' ? false : BAD;
    case 'tinyint': {
      // Jackson takes a byte without sign too.
      const v = whole ? Number(b.text) : Number.NaN;
      return v >= -128 && v <= 255 ? (v << 24) >> 24 : BAD;
    }
    case 'smallint': { const v = whole ? parseIntegerText(b.text, 16) : undefined; return v === undefined ? BAD : Number(v); }
    case 'int': { const v = whole ? parseIntegerText(b.text, 32) : undefined; return v === undefined ? BAD : Number(v); }
    case 'bigint': { const v = whole ? parseIntegerText(b.text, 64) : undefined; return v === undefined ? BAD : v; }
    case 'float': return number ? floatOfText(b.text, asDouble(b)) : b.kind === 'special' ? SPECIAL[b.text]! : BAD;
    case 'double': return number ? asDouble(b) : b.kind === 'special' ? SPECIAL[b.text]! : BAD;
    case 'decimal': return number ? parseDecimal(b.text, type) ?? BAD : BAD;
    case 'timestamp': {
      const v = whole ? parseIntegerText(b.text, 64) : undefined;
      return v === undefined ? BAD : BigInt.asIntN(64, v * 1_000_000n);
    }
    case 'void': return BAD;
    default: return BAD;
  }
}
function fromText(type: DataType, text: string, options: JsonOptions): Parsed {
  switch (type.kind) {
    case 'float': case 'double': return options.allowNonNumericNumbers && text !== '+NaN' && text !== '-NaN' ? SPECIAL[text] ?? BAD : BAD;
    case 'decimal': return parseDecimal(text.replaceAll(',', ''), type) ?? BAD;
    case 'date': return options.temporal.date(text) ?? BAD;
    case 'timestamp': return options.temporal.timestamp(text) ?? BAD;
    case 'timestamp_ntz': return options.temporal.timestampNtz(text) ?? BAD;
    case 'binary': return BASE64.test(text) ? new Uint8Array(Buffer.concat(text.split(/(?<==)(?!=)/).map((part) => Buffer.from(part, 'base64')))) : BAD;
    case 'time': { const v = options.temporal.timestampNtz(`1970-01-01 ${text}`); return v ?? BAD; }
    case 'year_month_interval': { const v = parseYearMonth(text, type); return typeof v === 'string' ? BAD : v; }
    case 'day_time_interval': { const v = parseDayTime(text, type); return typeof v === 'string' ? BAD : v; }
    case 'interval': return parseCalendar(text) ?? BAD;
    default: return BAD;
  }
}
/** A JSON number in a VARIANT: BIGINT, else DECIMAL without trailing zeros, else DOUBLE. */
function variantNumber(text: string, whole: boolean): VariantValue {
  if (whole) {
    const long = parseIntegerText(text, 64);
    if (long !== undefined) return { kind: 'scalar', type: T.BIGINT, value: long };
  }
  if (!/[eE]/.test(text)) {
    const [int, rawFraction = ''] = text.split('.') as [string, string | undefined];
    const fraction = rawFraction.replace(/0+$/, '');
    const digits = (int + fraction).replace(/^-?0*/, '');
    const precision = Math.max(digits.length, fraction.length, 1);
    if (precision <= 38) return { kind: 'scalar', type: T.decimal(precision, fraction.length), value: BigInt((int + fraction).replace(/^(-?)0+(?=\d)/, '$1')) };
  }
  return { kind: 'scalar', type: T.DOUBLE, value: Number(text) };
}

export interface ParsedDocument {
  /** The value; for a struct root with malformed text a struct of NULLs. Undefined: there was nothing but blanks. */
  readonly value: Value | undefined;
  /** ok; partial: a field was bad; malformed: no document of the wanted kind. */
  readonly state: 'ok' | 'partial' | 'malformed';
}
/** Reads documents as `type` (struct, array, map or variant), as from_json does: what follows the first value is not looked at; an array
 *  type takes a lone object as its only element. */
export function jsonReader(type: DataType, options: JsonOptions): (bytes: Uint8Array, from: number, to: number) => ParsedDocument {
  const parser = new JsonParser(options);
  const nothing = (): ParsedDocument => ({ value: type.kind === 'struct' ? new Array(type.fields.length).fill(null) : null, state: 'malformed' });
  return (bytes, from, to) => {
    parser.reset(bytes, from, to);
    try {
      const c = parser.peek();
      if (c < 0) return { value: undefined, state: 'ok' };
      if (type.kind === 'struct' && c !== 123) { parser.skip(); return nothing(); }
      const lone = type.kind === 'array' && c === 123 && type.element.kind === 'struct';
      const value = parser.value(lone ? type.element : type);
      if (value === BAD || value === null) return nothing();
      return { value: lone ? [value] : value, state: parser.bad ? 'partial' : 'ok' };
    } catch (thrown) {
      if (isMalformed(thrown)) return nothing();
      throw thrown;
    }
  };
}
/** One document of bytes that may not be UTF-8. */
export function parseJsonValue(input: string | Uint8Array, type: DataType, options: JsonOptions): ParsedDocument {
  const bytes = typeof input === 'string' ? Buffer.from(input, 'utf8') : input;
  if (typeof input !== 'string' && !isUtf8(bytes)) return { value: type.kind === 'struct' ? new Array(type.fields.length).fill(null) : null, state: 'malformed' };
  return jsonReader(type, options)(bytes, 0, bytes.length);
}
