// Durations as text: `10 seconds`, `5m`, `1 minute 30 seconds`; for triggers, delays and options.

import type { Expr } from '../tree.js';

const UNITS: Readonly<Record<string, number>> = {
  ms: 1, millisecond: 1, milliseconds: 1, s: 1000, sec: 1000, secs: 1000, second: 1000, seconds: 1000, m: 60_000, min: 60_000, mins: 60_000, minute: 60_000, minutes: 60_000,
  h: 3_600_000, hour: 3_600_000, hours: 3_600_000, d: 86_400_000, day: 86_400_000, days: 86_400_000, week: 604_800_000, weeks: 604_800_000,
};

/** Milliseconds; undefined if it is no duration. A month has no fixed length and is none. */
export function parseDurationText(text: string): number | undefined {
  const body = text.trim().toLowerCase().replace(/^interval\s+/, '');
  if (!/^(\d+(\.\d+)?\s*[a-z]+\s*)+$/.test(body)) return undefined;
  let total = 0;
  for (const [, amount, unit] of body.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/g)) {
    const factor = UNITS[unit!];
    if (factor === undefined) return undefined;
    total += Number(amount) * factor;
  }
  return total;
}

/** A text that is a duration as an interval; what is none stays a text, and whoever binds it says what is wrong. */
export function durationLiteral(text: string): Expr {
  const millis = parseDurationText(text);
  return millis === undefined ? { kind: 'literal', value: text, type: { kind: 'string' } }
    : { kind: 'literal', value: BigInt(Math.round(millis * 1000)), type: { kind: 'day_time_interval', from: 'day', to: 'second' } };
}
