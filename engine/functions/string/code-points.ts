// Positions in text count code points, while JavaScript counts UTF-16 units. Text without surrogates, the usual case, needs no counting.

const HIGH = /[\ud800-\udbff]/;
export const isBasic = (text: string): boolean => !HIGH.test(text);
export function lengthOf(text: string): number {
  if (isBasic(text)) return text.length;
  let count = 0;
  for (const _ of text) count++;
  return count;
}
/** The code points [from, to). */
export const slice = (text: string, from: number, to: number): string => isBasic(text) ? text.slice(from, to) : Array.from(text).slice(from, to).join('');
/** Code points before a UTF-16 index. */
export const pointsBefore = (text: string, index: number): number => isBasic(text) ? index : lengthOf(text.slice(0, index));
/** UTF-16 index of a code point; the length if it is past the end. */
export function unitIndex(text: string, point: number): number {
  if (isBasic(text)) return Math.min(point, text.length);
  let at = 0;
  for (let n = 0; n < point && at < text.length; n++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return at;
}
/** Spark's substring: 1-based, 0 counts as 1, negative from the end; what lies before the beginning eats into the length. */
export function range(length: number, position: number, count: number): readonly [from: number, to: number] {
  const start = position > 0 ? position - 1 : position < 0 ? length + position : 0;
  const end = start + count;
  return [Math.max(0, start), Math.max(0, Math.min(end, length))];
}
