// Text to tokens. No word is reserved here: the parser compares words in upper case where the grammar asks for one.
//
// source: Spark's lexer rules, as its recorded answers show them: a word may begin with digits, numbers have suffixes, strings have two
// quotes and raw forms, comments nest. `/*+` begins a hint.

export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'symbol' | 'eof';
  /** As written; of a quoted name or string what it stands for. */
  readonly text: string;
  /** Of a word: in upper case; else ''. */
  readonly upper: string;
  readonly start: number;
  readonly stop: number;
  /** Of the end: where a comment begins that does not end. */
  readonly unclosed?: number;
}

const SYMBOLS = ['/*+', '<=>', '>>>', '<>', '!=', '!<', '!>', '<=', '>=', '==', '<<', '>>', '||', '|>', '->', '=>', '::', '/*', '*/'];
/** Words that open a type: behind each a `>` closes it, and until then `>>` is two of them, also where the word is no type: `array(1), 4 >> 1` does not read.
 *  source: the complex types of Spark's lexer. */
export const OPENS_TYPE: ReadonlySet<string> = new Set(['ARRAY', 'MAP', 'STRUCT']);
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?:BD|bd|Bd|bD|[YySsLlFfDd])?/y;
const WORD = /[\p{L}\p{Nd}_]+/uy;
const RAW = /[rR](?=['"])/y;

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let unclosed: number | undefined;
  let openTypes = 0;
  const push = (kind: Token['kind'], value: string, stop: number): void => {
    const upper = kind === 'word' ? value.toUpperCase() : '';
    tokens.push({ kind, text: value, upper, start: at, stop });
    at = stop;
    if (kind === 'string' || kind === 'quoted') return;
    if (OPENS_TYPE.has(upper)) openTypes++;
    else if (value === '>' || (value === '<>' && tokens.at(-2)?.upper === 'STRUCT')) openTypes = Math.max(0, openTypes - 1);
    else if (value === ';') openTypes = 0;
  };
  const match = (pattern: RegExp): string | undefined => { pattern.lastIndex = at; return pattern.exec(text)?.[0]; };
  while (at < text.length) {
    const c = text.charCodeAt(at);
    if (c <= 32 || c === 0xa0 || c === 0x3000 || c === 0xfeff) { at++; continue; }
    if (text.startsWith('--', at)) { const end = text.indexOf('\n', at); at = end === -1 ? text.length : end + 1; continue; }
    if (text.startsWith('/*', at) && text[at + 2] !== '+') {
      const end = commentEnd(text, at);
      if (end < 0) { unclosed = at; break; }
      at = end;
      continue;
    }
    if (c === 96) { const end = closing(text, at, '`'); if (end < 0) { push('symbol', '`', at + 1); continue; } push('quoted', text.slice(at + 1, end - 1).replaceAll('``', '`'), end); continue; }
    const rawEnd = match(RAW) === undefined ? 0 : text.indexOf(text[at + 1]!, at + 2) + 1;
    if (rawEnd > 0) { push('string', text.slice(at + 2, rawEnd - 1), rawEnd); continue; }
    if (c === 39 || c === 34) {
      const quote = text[at]!;
      const end = closing(text, at, quote);
      if (end < 0) push('symbol', quote, at + 1); else push('string', decodeEscapes(text.slice(at + 1, end - 1), quote), end);
      continue;
    }
    const word = match(WORD);
    const number = match(NUMBER);
    if (number !== undefined && (word === undefined || number.length > word.length || number === word)) {
      // What runs into a word is no number with a point: `2.5x` is a field of 2.
      const whole = !wordFollows(text, at + number.length) ? number : number.includes('.') ? /^\d*/.exec(number)![0] : '';
      if (whole !== '') { push('number', whole, at + whole.length); continue; }
    }
    if (word !== undefined) { push('word', word, at + word.length); continue; }
    const symbol = openTypes > 0 && text.startsWith('>>', at) ? '>' : SYMBOLS.find((s) => text.startsWith(s, at)) ?? String.fromCodePoint(text.codePointAt(at)!);
    push('symbol', symbol, at + symbol.length);
  }
  tokens.push({ kind: 'eof', text: '', upper: '', start: text.length, stop: text.length, ...(unclosed !== undefined && { unclosed }) });
  return tokens;
}

const wordFollows = (text: string, at: number): boolean => /[\p{L}\p{Nd}_]/u.test(text.charAt(at));

/** −1 if it does not end. */
function commentEnd(text: string, from: number): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    if (text.startsWith('/*', i)) { depth++; i++; }
    else if (text.startsWith('*/', i)) { depth--; i++; if (depth === 0) return i + 1; }
  }
  return -1;
}

/** End (exclusive) of a text or name in quotes, where a doubled quote stands for itself, unless nothing ends the text then; −1 if it does not end. */
function closing(text: string, from: number, quote: string): number {
  let end = -1;
  for (let i = from + 1; i < text.length; i++) {
    if (text[i] === '\\' && quote !== '`') i++;
    else if (text[i] === quote) { end = i + 1; if (text[end] !== quote) return end; i++; }
  }
  return end;
}
const ESCAPES: Readonly<Record<string, string>> = { 0: '\0', b: '\b', n: '\n', r: '\r', t: '\t', Z: '\x1a' };
function decodeEscapes(body: string, quote: string): string {
  if (!body.includes('\\')) return body.replaceAll(quote + quote, quote);
  let out = '';
  for (let i = 0; i < body.length; i++) {
    const c = body[i]!;
    if (c === quote) { out += c; i++; continue; }
    if (c !== '\\' || i + 1 >= body.length) { out += c; continue; }
    const hex4 = /^\\u([0-9a-fA-F]{4})/.exec(body.slice(i, i + 6));
    if (hex4) { out += String.fromCharCode(Number.parseInt(hex4[1]!, 16)); i += 5; continue; }
    const hex8 = /^\\U([0-9a-fA-F]{8})/.exec(body.slice(i, i + 10));
    if (hex8 && Number.parseInt(hex8[1]!, 16) <= 0x10ffff) { out += String.fromCodePoint(Number.parseInt(hex8[1]!, 16)); i += 9; continue; }
    const octal = /^\\([0-3][0-7]{2})/.exec(body.slice(i, i + 4));
    if (octal) { out += String.fromCharCode(Number.parseInt(octal[1]!, 8)); i += 3; continue; }
    const next = body[++i]!;
    out += next === '%' || next === '_' ? `\\${next}` : ESCAPES[next] ?? next;
  }
  return out;
}
