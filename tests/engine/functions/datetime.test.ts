import * as T from '../../../planner/types.js';
import { parseTimestampText } from '../../../engine/formats/datetime.js';
import { UTC } from '../../../engine/formats/zone.js';
import { bodyOf, callOf, outcome, run, SETTINGS } from './call.js';

const at = (text: string): bigint => parseTimestampText(text, { zone: UTC })!;
const paris = { ...SETTINGS, timeZone: 'Europe/Paris' };

test.each(['yyyy-MM-dd', 'HH', 'HH:mm', 'HH:mm:ss', 'dd HH:mm XXX', 'yyyy-MM-dd HH:mm:ss.SSS', "HH 'ss'"])('date_format(%s) keeps no text too long', (pattern) => {
  // Around both moves of the clock, in steps that fall within and beyond each unit, there and back again.
  for (const begin of ['2024-03-31 00:00:00', '2024-10-26 21:59:59']) {
    const times = Array.from({ length: 400 }, (_, i) => at(begin) + BigInt(i) * 451_000_007n);
    const kept = bodyOf(callOf('date_format', [T.TIMESTAMP, T.STRING], [null, pattern], paris));
    for (const t of [...times, ...times.toReversed()]) expect(kept(t, pattern)).toBe(run('date_format', [T.TIMESTAMP, T.STRING], [t, pattern], paris));
  }
});

test('patterns that Spark before 3.0 knew are told apart from those that never were any', () => {
  const refused = (pattern: string): unknown => outcome(() => run('date_format', [T.TIMESTAMP, T.STRING], [0n, pattern]));
  const [recognition, week, illegal, none] = ['! INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION', '! INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN', '! INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER', '! INVALID_DATETIME_PATTERN.WITH_SUGGESTION'];
  for (const pattern of ['YYYY', 'w', 'u', 'aa', 'HHH', 'MMMMM', 'yyyyyyy', 'SSSSSSSSSS', 'yyyy]', 'yyyy {MM}']) expect(refused(pattern)).toBe(recognition);
  for (const pattern of ['e', 'c', 'bogus']) expect(refused(pattern)).toBe(week);
  for (const pattern of ['n', 'A', 'yyyy-nn']) expect(refused(pattern)).toBe(illegal);
  for (const pattern of ['bb', 'VVV', 'OO', 'XXXXXX', "yyyy'x"]) expect(refused(pattern)).toBe(none);
  expect(refused("'w' [yyyy")).toBe('w 1970');
});

test('time_bucket counts months and days by the calendar', () => {
  const bucket = (size: bigint | number, type: T.DataType, time: string, origin: string): unknown =>
    bodyOf(callOf('time_bucket', [type, T.TIMESTAMP, T.TIMESTAMP], [size], paris))(size, at(time), at(origin));
  const DAY = 86_400_000_000n;
  // Midnight in Paris is 23:00 in winter and 22:00 in summer.
  expect(bucket(DAY, T.DAY_TIME, '2024-04-01 12:00:00', '2024-03-29 23:00:00')).toBe(at('2024-03-31 22:00:00'));
  expect(bucket(DAY / 24n, T.DAY_TIME, '2024-04-01 12:34:00', '2024-03-29 23:00:00')).toBe(at('2024-04-01 12:00:00'));
  expect(bucket(1, T.YEAR_MONTH, '2024-02-29 10:00:00', '2024-01-30 23:00:00')).toBe(at('2024-02-28 23:00:00'));
  expect(bucket(1, T.YEAR_MONTH, '2024-02-28 10:00:00', '2024-01-30 23:00:00')).toBe(at('2024-01-30 23:00:00'));
  expect(bucket(3, T.YEAR_MONTH, '1969-12-10 00:00:00', '1969-12-31 23:00:00')).toBe(at('1969-09-30 23:00:00'));
});

test('parts that make no time', () => {
  const make = (...parts: readonly [number, number, number, number, number, bigint]): unknown =>
    outcome(() => run('make_timestamp', [T.INT, T.INT, T.INT, T.INT, T.INT, T.decimal(16, 6)], parts));
  expect([make(2024, 1, 1, 0, 0, 60_000_000n), make(2024, 1, 1, 0, 0, 60_500_000n), make(2023, 2, 29, 0, 0, 0n)]).toEqual([at('2024-01-01 00:01:00'), '! INVALID_FRACTION_OF_SECOND', '! DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION']);
  expect(outcome(() => run('add_months', [T.DATE, T.INT], [0, 2147483647]))).toBe('! ARITHMETIC_OVERFLOW');
  expect(run('convert_timezone', [T.STRING, T.STRING, T.TIMESTAMP_NTZ], ['America/Los_Angeles', 'UTC', at('2024-03-10 02:30:00')])).toBe(at('2024-03-10 10:30:00'));
});
