// The code blocks of generated JSON readers, one for each kind of value: from the bytes `b` at `p` into the row of an output, `p` left behind the
// value. `slow` reads the value by the careful parser, `otherwise` says what to do where it does not begin as usual.

import type { Zone } from './zone.js';

/** The careful parser reads the row. */
export const LEAVE = '{ pos[r] = -1; break row; }';

/** `Z`, an offset, or nothing: a local time of the zone. */
export const inZone = ({ fixed }: Zone): string => `if (b[q] === 90) q++; else if (b[q] === 43 || b[q] === 45) { x -= offsetAt(b, q); q += 6; }${fixed === 0 ? '' : ` else x = ${fixed === undefined ? 'toUtc(x)' : `x - ${fixed * 1e6}`};`}`;
/** `text` as a little-endian word. */
export const word = (text: string): number => Buffer.from(text, 'latin1').readInt32LE(0);
export const isNull = (): string => `v.getInt32(p, true) === ${word('null')}`;

/** A test that the bytes at p are these. */
export function matches(bytes: Uint8Array): string {
  const n = bytes.length;
  if (n === 0) return 'true';
  const buffer = Buffer.from(bytes);
  if (n < 4) return Array.from(bytes, (c, i) => `b[p + ${i}] === ${c}`).join(' && ');
  const tests: string[] = [];
  for (let i = 0; i + 4 <= n; i += 4) tests.push(`v.getInt32(p + ${i}, true) === ${buffer.readInt32LE(i)}`);
  if (n % 4 !== 0) tests.push(`v.getInt32(p + ${n - 4}, true) === ${buffer.readInt32LE(n - 4)}`);
  return tests.join(' && ');
}
/** A word whose lowest set bit is the top bit of the first byte of w that is a quote, a backslash or a control character; 0 if there is
 *  none. With 2 flipped quote and control characters are all bytes up to 0x20; borrows only reach bytes above the first hit. */
const special = (w: string): string => `(((${w} ^ 0x02020202) - 0x21212121) | ((${w} ^ 0x5c5c5c5c) - 0x01010101)) & ~${w} & ${0x80808080 | 0}`;
/** From the quote at p to its partner, eight bytes a step. `escaped`: where a backslash or a control character is met; `otherwise`: where there is no quote. */
export function scanString(i: number, store: (end: string) => string, otherwise: string, escaped: string): string {
  return `if (b[p] === 34) {
let q${i} = p + 1, t = 0;
for (;;) {
let w = v.getInt32(q${i}, true);
t = ${special('w')};
if (t !== 0) break;
q${i} += 4;
w = v.getInt32(q${i}, true);
t = ${special('w')};
if (t !== 0) break;
q${i} += 4;
}
q${i} += (31 - clz32(t & -t)) >> 3;
if (b[q${i}] === 34) { ${store(`q${i}`)} p = q${i} + 1; } else ${escaped}
} else ${otherwise}`;
}
/** Passes over a whole number; anything else elsewhere. */
export function scanNumber(slow: string): string {
  return `{ let q = b[p] === 45 ? p + 1 : p; const s = q;
while ((b[q] - 48) >>> 0 < 10) q++;
if (q > s && (b[s] !== 48 || q === s + 1) && (b[q] === 44 || b[q] === 125)) p = q; else ${slow} }`;
}
/** Whole numbers: up to 9 digits in int32, up to 15 as a double in two words; longer ones elsewhere. */
export function readInteger(i: number, row: string, values: string, size: 'small' | 'long', most: number, otherwise: string, slow: string): string {
  const store = size === 'small' ? `if (x > ${most}) ${slow} else { ${values}[${row}] = neg ? -x : x; p = q; }`
    : `if (neg) x = -x; ${values}[2 * ${row}] = x; ${values}[2 * ${row} + 1] = x < 0 ? -1 : 0; p = q;`;
  const long = size === 'small' ? slow : `{ let y = x, c = 0;
while ((c = b[q] - 48) >>> 0 < 10 && q - s < 15) { y = y * 10 + c; q++; }
if ((b[q] - 48) >>> 0 < 10) ${slow} else { if (neg) y = -y; const h = floor(y / 4294967296); ${values}[2 * ${row}] = y - h * 4294967296; ${values}[2 * ${row} + 1] = h; p = q; } }`;
  return `{ const neg = b[p] === 45; const s = neg ? p + 1 : p; let q = s, x = 0, c${i} = b[s] - 48;
if (c${i} >>> 0 > 9) { ${otherwise} } else if (c${i} === 0 && (b[s + 1] - 48) >>> 0 < 10) ${LEAVE} else {
do { x = (x * 10 + c${i}) | 0; q++; c${i} = b[q] - 48; } while (c${i} >>> 0 < 10 && q - s < 9);
if (c${i} >>> 0 < 10) ${long} else { ${store} }
} }`;
}
/** Decimals of at most 15 digits, those of the fraction that are not written among them, and of no more in the fraction than the type has. */
export function readDecimal(i: number, row: string, words: string, precision: number, scale: number, otherwise: string, slow: string): string {
  return `{ const neg = b[p] === 45; const s = neg ? p + 1 : p; let q = s, x = 0, c${i} = b[s] - 48;
if (c${i} >>> 0 > 9) { ${otherwise} } else if (c${i} === 0 && (b[s + 1] - 48) >>> 0 < 10) ${LEAVE} else {
do { x = x * 10 + c${i}; q++; c${i} = b[q] - 48; } while (c${i} >>> 0 < 10 && q - s < 16);
let m = ${scale};
if (b[q] === 46 && (b[q + 1] - 48) >>> 0 < 10) { q++; while (m > 0 && (c${i} = b[q] - 48) >>> 0 < 10) { x = x * 10 + c${i}; m--; q++; } }
for (; m > 0; m--) x *= 10;
if (x >= ${10 ** Math.min(15, precision)} || (b[q] - 48) >>> 0 < 10 || b[q] === 46 || (b[q] | 32) === 101) ${slow} else {
if (neg) x = -x; const h = floor(x / 4294967296); ${words}[2 * ${row}] = x - h * 4294967296; ${words}[2 * ${row} + 1] = h; p = q; }
} }`;
}
/** Numbers of at most 15 digits and 22 after the point: exact, since both sides of the division are. Without a point -0 is 0, a whole number.
 *  `single`: what lies half way between two floats is read from its text (floatOfText). */
export function readDouble(i: number, row: string, values: string, single: boolean, otherwise: string, slow: string): string {
  return `{ const neg = b[p] === 45; const s = neg ? p + 1 : p; let q = s, x = 0, digits = 0, c${i} = b[s] - 48;
if (c${i} >>> 0 > 9) { ${otherwise} } else if (c${i} === 0 && (b[s + 1] - 48) >>> 0 < 10) ${LEAVE} else {
do { x = x * 10 + c${i}; digits++; q++; c${i} = b[q] - 48; } while (c${i} >>> 0 < 10 && digits < 16);
let scale = 1;
if (b[q] === 46 && (b[q + 1] - 48) >>> 0 < 10) { q++; c${i} = b[q] - 48; do { x = x * 10 + c${i}; scale *= 10; digits++; q++; c${i} = b[q] - 48; } while (c${i} >>> 0 < 10 && digits < 16); }
if (digits > 15 || (b[q] | 32) === 101) ${slow} else { x /= scale; ${single ? `if (fround(x) !== x && fround(2 * x - fround(x)) === 2 * x - fround(x)) ${slow} else ` : ''}{ ${values}[${row}] = neg ? scale === 1 ? 0 - x : -x : x; p = q; } }
} }`;
}
