import { castInline, castRow, type CastMode } from '../../../engine/functions/cast/index.js';
import { decimal, type DataType } from '../../../planner/types.js';
import * as T from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { outcome, SETTINGS } from './call.js';

const cast = (v: Value, from: DataType, to: DataType, mode: CastMode = 'ansi', zone = 'UTC'): Value => outcome(() => castRow(from, to, mode, { ...SETTINGS, timeZone: zone })(v));
const INVALID = '! CAST_INVALID_INPUT';
const at = (iso: string): bigint => BigInt(Date.parse(iso)) * 1000n;

test.each<[Value, DataType, DataType, Value]>([
  [' -7 ', T.STRING, T.INT, -7], ['1.0', T.STRING, T.INT, INVALID], ['2147483648', T.STRING, T.INT, INVALID], ['', T.STRING, T.INT, INVALID], ['١', T.STRING, T.INT, INVALID],
  ['-9223372036854775808', T.STRING, T.BIGINT, -(2n ** 63n)],
  ['1d', T.STRING, T.DOUBLE, 1], ['0x1p3', T.STRING, T.DOUBLE, 8], ['+inf', T.STRING, T.DOUBLE, Infinity], ['1,5', T.STRING, T.DOUBLE, INVALID], ['.', T.STRING, T.DOUBLE, INVALID],
  ['99999999.995', T.STRING, decimal(10, 2), '! NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION'], ['-1.005', T.STRING, decimal(10, 2), -101n], ['1e7', T.STRING, decimal(10, 2), 1000000000n],
  [' TRUE ', T.STRING, T.BOOLEAN, true], ['on', T.STRING, T.BOOLEAN, INVALID],
  [-2.9, T.DOUBLE, T.INT, -2], [NaN, T.DOUBLE, T.INT, '! CAST_OVERFLOW'], [NaN, T.DOUBLE, decimal(10, 2), null], [1e20, T.DOUBLE, decimal(10, 2), '! NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION'],
  [0.1, T.DOUBLE, decimal(10, 2), 10n], [2 ** 63, T.DOUBLE, T.BIGINT, 2n ** 63n - 1n],
  [-5n, decimal(10, 2), T.INT, 0], [1234567890n, decimal(10, 2), T.TINYINT, '! CAST_OVERFLOW'], [-999994n, decimal(6, 3), decimal(5, 2), -99999n],
  [1e7, T.DOUBLE, T.STRING, '1.0E7'], [0.001, T.DOUBLE, T.STRING, '0.001'], [-0, T.DOUBLE, T.STRING, '-0.0'], [Math.fround(0.1), T.FLOAT, T.STRING, '0.1'], [5e-324, T.DOUBLE, T.STRING, '4.9E-324'],
  ['128', T.STRING, T.TINYINT, INVALID], ['-NaN', T.STRING, T.DOUBLE, Number.NaN], ['1e40', T.STRING, decimal(10, 2), '! NUMERIC_OUT_OF_SUPPORTED_RANGE'],
  ['2024-01-01 10:00:00Europe/Paris', T.STRING, T.TIMESTAMP_NTZ, at('2024-01-01T10:00:00Z')],
  ['2024-3-1 junk', T.STRING, T.DATE, 19783], ['2024-02-30', T.STRING, T.DATE, INVALID],
  ['2024-02-29 12:34:56 UTC+2', T.STRING, T.TIMESTAMP, at('2024-02-29T10:34:56Z')], ['2024-02-29 24:00:00', T.STRING, T.TIMESTAMP, INVALID],
  [at('1969-12-31T23:59:59.5Z'), T.TIMESTAMP, T.BIGINT, -1n], [2n ** 63n - 1n, T.BIGINT, T.TIMESTAMP, 2n ** 63n - 1n],
  ['1 2:3:4', T.STRING, T.DAY_TIME, 93784000000n], ['1 day', T.STRING, T.DAY_TIME, '! INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE'], ["INTERVAL '1-2' YEAR TO MONTH", T.STRING, T.YEAR_MONTH, 14],
  [150n, decimal(10, 2), T.YEAR_MONTH, 2], [93784500000n, T.DAY_TIME, decimal(10, 2), 9378450n],
  ['1 year -2 days 3.5 seconds', T.STRING, T.CALENDAR_INTERVAL, { months: 12, days: -2, micros: 3500000n }], ['1.5 days', T.STRING, T.CALENDAR_INTERVAL, null],
  [[1, null], T.array(T.INT), T.STRING, '[1, null]'], [['1', null], T.array(T.STRING), T.array(T.INT), [1, null]],
  [{ kind: 'scalar', type: T.BIGINT, value: 5n }, T.VARIANT, T.TINYINT, 5], [{ kind: 'scalar', type: T.STRING, value: 'x' }, T.VARIANT, T.INT, '! INVALID_VARIANT_CAST'],
])('%p of %j as %j', (v, from, to, expected) => { expect(cast(v, from, to)).toEqual(expected); });

test('try gives NULL, legacy wraps and cuts', () => {
  expect(cast('1.0', T.STRING, T.INT, 'try')).toBeNull();
  expect(cast('1.9', T.STRING, T.INT, 'legacy')).toBe(1);
  expect(cast(3000000000n, T.BIGINT, T.INT, 'legacy')).toBe(-1294967296);
  expect(cast(1e20, T.DOUBLE, T.INT, 'legacy')).toBe(2147483647);
  expect(cast(12345n, decimal(5, 0), decimal(3, 0), 'legacy')).toBeNull();
  expect(cast(at('2024-01-01T00:00:00Z'), T.TIMESTAMP, T.TINYINT, 'legacy')).toBeNull();
  expect(cast('x', T.STRING, T.DAY_TIME, 'legacy')).toBe('! INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE');
  expect(cast(['1', 'x'], T.array(T.STRING), T.array(T.INT), 'try')).toEqual([1, null]);
});

test('dates and timestamps go through the session zone', () => {
  const zone = 'America/Los_Angeles';
  expect(cast('2024-03-10 02:30:00', T.STRING, T.TIMESTAMP, 'ansi', zone)).toBe(at('2024-03-10T10:30:00Z'));
  expect(cast('2024-11-03 01:30:00', T.STRING, T.TIMESTAMP, 'ansi', zone)).toBe(at('2024-11-03T08:30:00Z'));
  expect(cast(at('2024-03-11T06:00:00Z'), T.TIMESTAMP, T.DATE, 'ansi', zone)).toBe(19792);
  expect(cast(19792, T.DATE, T.TIMESTAMP, 'ansi', zone)).toBe(at('2024-03-10T08:00:00Z'));
  expect(cast(at('2024-07-01T00:00:00Z'), T.TIMESTAMP, T.STRING, 'ansi', zone)).toBe('2024-06-30 17:00:00');
});

test('generated casts to decimals scale exactly', () => {
  const inline = castInline(decimal(9, 2), decimal(18, 6), 'ansi', SETTINGS)!;
  expect(new Function('a', `return ${inline.code(['a'], () => '', () => '', [])}`)(-12345n)).toBe(-123450000n);
});
