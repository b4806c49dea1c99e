import { IANAZone } from 'luxon';
import { timestampText } from '../../../engine/formats/datetime.js';
import { findZone, localToUtc } from '../../../engine/formats/zone.js';

const seconds = (iso: string): number => Date.parse(iso) / 1000;

test('offsets are those of the time zone database, at every change too', () => {
  for (const name of ['America/Los_Angeles', 'Africa/Casablanca', 'Australia/Lord_Howe', 'Europe/Amsterdam', 'Pacific/Apia', 'Asia/Pyongyang']) {
    const zone = findZone(name)!;
    const oracle = new IANAZone(name);
    for (let t = seconds('1880-01-01T00:00:00Z'); t < seconds('2050-01-01T00:00:00Z'); t += 9 * 86400 + 12345) {
      if (zone.offsetAt(t) !== Math.round(oracle.offset(t * 1000) * 60)) throw new Error(`${name} at ${t}`);
    }
  }
});

test('a change is exact to the second', () => {
  const zone = findZone('America/Los_Angeles')!;
  const change = seconds('2024-03-10T10:00:00Z');
  expect([change - 1, change].map((t) => zone.offsetAt(t))).toEqual([-28800, -25200]);
  expect(zone.offsetAt(seconds('1883-11-18T19:59:59Z'))).toBe(-28378);
});

test('a gap moves forward, an overlap takes the earlier offset', () => {
  const zone = findZone('America/Los_Angeles')!;
  expect(localToUtc(seconds('2024-03-10T02:30:00Z'), zone)).toBe(seconds('2024-03-10T10:30:00Z'));
  expect(localToUtc(seconds('2024-11-03T01:30:00Z'), zone)).toBe(seconds('2024-11-03T08:30:00Z'));
  const howe = findZone('Australia/Lord_Howe')!;
  expect(localToUtc(seconds('2024-04-07T01:45:00Z'), howe)).toBe(seconds('2024-04-06T14:45:00Z'));
});

test('years that JavaScript dates do not reach', () => {
  expect(timestampText(2n ** 63n - 1n, findZone('Europe/Paris')!)).toMatch(/^\+294247-01-10/);
  expect(timestampText(-(2n ** 63n), findZone('Europe/Paris')!)).toMatch(/^-290308-12-2[12]/);
});
