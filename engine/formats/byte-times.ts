// Dates and times in their usual form, read from bytes without making text. What is written otherwise is NaN, and goes to the careful readers
// of datetime.ts.

import { daysInMonth, daysOfCivil } from './civil.js';

const digit2 = (b: Uint8Array, p: number): number => {
  const x = b[p]! - 48;
  const y = b[p + 1]! - 48;
  return x >>> 0 < 10 && y >>> 0 < 10 ? x * 10 + y : Number.NaN;
};
/** Days of `YYYY-MM-DD` at p; NaN if it is none. */
export function dayAt(b: Uint8Array, p: number): number {
  const year = digit2(b, p) * 100 + digit2(b, p + 2);
  const month = digit2(b, p + 5);
  const day = digit2(b, p + 8);
  if (b[p + 4] !== 45 || b[p + 7] !== 45 || !(month >= 1 && month <= 12 && day >= 1)) return Number.NaN;
  return day <= daysInMonth(year, month) ? daysOfCivil(year, month, day) : Number.NaN;
}
/** Microseconds of `+HH:MM` or `-HH:MM` at p, less than 18 hours; NaN otherwise. */
export function offsetAt(b: Uint8Array, p: number): number {
  const hour = digit2(b, p + 1);
  const minute = digit2(b, p + 4);
  if (b[p + 3] !== 58 || !(hour < 18 && minute < 60)) return Number.NaN;
  const micros = (hour * 60 + minute) * 6e7;
  return b[p] === 43 ? micros : b[p] === 45 ? 0 - micros : Number.NaN;
}
/** Microseconds of `YYYY-MM-DD(T| )HH:MM` at p, exact in a double for years 1700 to 2250; NaN otherwise. */
export function minuteAt(b: Uint8Array, p: number): number {
  const days = dayAt(b, p);
  const hour = digit2(b, p + 11);
  const minute = digit2(b, p + 14);
  if ((b[p + 10] !== 84 && b[p + 10] !== 32) || b[p + 13] !== 58 || !(hour < 24 && minute < 60 && days > -98000 && days < 102000)) return Number.NaN;
  return (days * 1440 + hour * 60 + minute) * 6e7;
}
