// JSON values passed over and strings freed of their escapes, byte by byte. What is written in another way than programs write it is left to the
// careful parser, which reads more and says what is wrong.

import { numberEnd } from './byte-numbers.js';

/** Deeper values are left. */
const DEEPEST = 64;
/** Longer numbers are malformed in Spark. */
const LONGEST_NUMBER = 1000;

const afterBlanks = (b: Uint8Array, p: number): number => { let q = p; while (b[q] === 32 || b[q] === 9) q++; return q; };
const isHex = (c: number): boolean => (c - 48) >>> 0 < 10 || ((c | 32) - 97) >>> 0 < 6;
const hexDigit = (c: number): number => c < 65 ? c - 48 : (c | 32) - 87;
/** What stands behind a backslash, as a byte; 0: nothing that does. */
const ESCAPED = new Uint8Array(256);
for (const [letter, value] of Object.entries({ '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' })) ESCAPED[letter.charCodeAt(0)] = value.charCodeAt(0);
const U = 117;

/** Behind the closing quote of the string at p; −1: it is not closed before `end`, or holds something unusual. */
export function stringEnd(b: Uint8Array, p: number, end: number): number {
  for (let q = p + 1; q < end; q++) {
    const c = b[q]!;
    if (c === 34) return q + 1;
    if (c < 32) return -1;
    if (c !== 92) continue;
    const e = b[++q]!;
    if (e === U) {
      if (!isHex(b[q + 1]!) || !isHex(b[q + 2]!) || !isHex(b[q + 3]!) || !isHex(b[q + 4]!)) return -1;
      q += 4;
    } else if (ESCAPED[e] === 0) return -1;
  }
  return -1;
}
/** Behind the value at p; −1: it does not end before `end`, is malformed or unusual. */
export function valueEnd(b: Uint8Array, p: number, end: number, depth = 0): number {
  const c = b[p]!;
  if (c === 34) return stringEnd(b, p, end);
  if (c === 123 || c === 91) return depth === DEEPEST ? -1 : containerEnd(b, p, end, depth);
  if (c === 116) return b[p + 1] === 114 && b[p + 2] === 117 && b[p + 3] === 101 ? p + 4 : -1;
  if (c === 102) return b[p + 1] === 97 && b[p + 2] === 108 && b[p + 3] === 115 && b[p + 4] === 101 ? p + 5 : -1;
  if (c === 110) return b[p + 1] === 117 && b[p + 2] === 108 && b[p + 3] === 108 ? p + 4 : -1;
  const q = numberEnd(b, p);
  return q - p > LONGEST_NUMBER ? -1 : q;
}
function containerEnd(b: Uint8Array, p: number, end: number, depth: number): number {
  const named = b[p] === 123;
  const close = b[p]! + 2;
  let q = afterBlanks(b, p + 1);
  if (b[q] === close) return q + 1;
  for (;;) {
    if (named) {
      q = b[q] === 34 ? stringEnd(b, q, end) : -1;
      if (q < 0) return -1;
      q = afterBlanks(b, q);
      if (b[q] !== 58) return -1;
      q = afterBlanks(b, q + 1);
    }
    q = valueEnd(b, q, end, depth + 1);
    if (q < 0) return -1;
    q = afterBlanks(b, q);
    if (b[q] === close) return q + 1;
    if (b[q] !== 44) return -1;
    q = afterBlanks(b, q + 1);
  }
}

/** The UTF-8 bytes of the text between `from` and `to`, of which `stringEnd` has seen that it can be read, into `out`; where they end. A lone surrogate is `?`. */
export function writeUnescaped(b: Uint8Array, from: number, to: number, out: Uint8Array, into: number): number {
  let at = into;
  for (let q = from; q < to; ) {
    const c = b[q++]!;
    if (c !== 92) { out[at++] = c; continue; }
    const e = b[q++]!;
    if (e !== U) { out[at++] = ESCAPED[e]!; continue; }
    const unit = unitAt(b, q);
    q += 4;
    if (unit < 0x80) out[at++] = unit;
    else if (unit < 0x800) { out[at++] = 0xc0 | (unit >> 6); out[at++] = 0x80 | (unit & 63); }
    else if (unit < 0xd800 || unit > 0xdfff) { out[at++] = 0xe0 | (unit >> 12); out[at++] = 0x80 | ((unit >> 6) & 63); out[at++] = 0x80 | (unit & 63); }
    else {
      const low = unit < 0xdc00 && q + 6 <= to && b[q] === 92 && b[q + 1] === U ? unitAt(b, q + 2) : 0;
      if (low < 0xdc00 || low > 0xdfff) { out[at++] = 63; continue; }
      q += 6;
      const point = 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff);
      out[at++] = 0xf0 | (point >> 18);
      out[at++] = 0x80 | ((point >> 12) & 63);
      out[at++] = 0x80 | ((point >> 6) & 63);
      out[at++] = 0x80 | (point & 63);
    }
  }
  return at;
}
const unitAt = (b: Uint8Array, p: number): number => (hexDigit(b[p]!) << 12) | (hexDigit(b[p + 1]!) << 8) | (hexDigit(b[p + 2]!) << 4) | hexDigit(b[p + 3]!);
