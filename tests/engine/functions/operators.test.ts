import fc from 'fast-check';
import { decimal, type DataType } from '../../../planner/types.js';
import * as T from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { Session } from '../../../index.js';
import { bodyOf, callOf, inlineOf, outcome, run, SETTINGS } from './call.js';

const INT_EDGES = [0, 1, -1, 2, 46341, 2147483647, -2147483648];
const LONG_EDGES = [0n, 1n, -1n, 3037000500n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 31n];
const values = (t: DataType): fc.Arbitrary<Value> => {
  switch (t.kind) {
    case 'tinyint': return fc.integer({ min: -128, max: 127 });
    case 'smallint': return fc.oneof(fc.integer({ min: -32768, max: 32767 }), fc.constantFrom(-32768, 32767, 0));
    case 'int': case 'date': return fc.oneof(fc.integer(), fc.constantFrom(...INT_EDGES));
    case 'bigint': return fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(...LONG_EDGES));
    case 'decimal': { const max = 10n ** BigInt(t.precision) - 1n; return fc.oneof(fc.bigInt({ min: -max, max }), fc.constantFrom(0n, 1n, max, -max)); }
    default: return fc.oneof(fc.double(), fc.constantFrom(0, -0, NaN, Infinity, 1, -2.5));
  }
};
const TYPES: readonly DataType[] = [T.TINYINT, T.SMALLINT, T.INT, T.BIGINT, T.DOUBLE, decimal(9, 2), decimal(18, 6), decimal(38, 10)];

describe('inline code does what the row function does', () => {
  const binary = ['+', '-', '*', '%', '=', '<', '<=', '>', '>=', '&', '|', '^'];
  for (const name of binary) for (const t of TYPES) {
    if ('&|^'.includes(name) && !T.isIntegral(t)) continue;
    for (const ansi of [true, false]) {
      const call = callOf(name, [t, t], [], { ...SETTINGS, ansi });
      const inline = inlineOf(call);
      if (!inline) continue;
      const row = bodyOf(call);
      test(`${T.sqlName(t)} ${name}${ansi ? '' : ' without ANSI'}`, () => {
        fc.assert(fc.property(values(t), values(t), (a, b) => {
          expect(outcome(() => inline(a, b))).toEqual(outcome(() => row(a, b)));
        }), { numRuns: 300 });
      });
    }
  }
});

test('integers overflow by type', () => {
  expect(outcome(() => run('+', [T.INT, T.INT], [2147483647, 1]))).toBe('! ARITHMETIC_OVERFLOW');
  expect(outcome(() => run('+', [T.TINYINT, T.TINYINT], [127, 1]))).toBe('! BINARY_ARITHMETIC_OVERFLOW');
  expect(run('+', [T.INT, T.INT], [2147483647, 1], { ...SETTINGS, ansi: false })).toBe(-2147483648);
  expect(run('*', [T.BIGINT, T.BIGINT], [-(2n ** 63n), 1n])).toBe(-(2n ** 63n));
  expect(outcome(() => run('div', [T.BIGINT, T.BIGINT], [-(2n ** 63n), -1n]))).toBe('! ARITHMETIC_OVERFLOW');
  expect(outcome(() => run('negative', [T.INT], [-2147483648]))).toBe('! ARITHMETIC_OVERFLOW');
  expect(run('try_add', [T.INT, T.INT], [2147483647, 1])).toBeNull();
});

test('where a zero divisor gives NULL, the dividend is not run', async () => {
  const session = new Session();
  for (const [ansi, division] of [['true', 'try_divide(:a, :b)'], ['true', 'try_mod(:a, :b)'], ['false', ':a / :b'], ['false', ':a % :b'], ['false', ':a DIV :b'], ['false', 'pmod(:a, :b)']] as const) {
    await session.sql(`SET spark.sql.ansi.enabled = ${ansi}`).collect();
    for (const type of ['INT', 'BIGINT', 'DECIMAL(10, 2)', ...(division.includes('DIV') ? [] : ['DOUBLE'])]) {
      const written = division.replace(':a', `CAST(raise_error('run') AS ${type})`).replace(':b', `CAST(id AS ${type})`);
      expect([type, division, await session.sql(`SELECT ${written} AS r FROM range(1)`).collect()]).toEqual([type, division, [{ r: null }]]);
      await expect(session.sql(`SELECT ${written} AS r FROM range(1, 2)`).collect()).rejects.toThrow('USER_RAISED_EXCEPTION');
    }
  }
});

test('a bigint sum is checked exactly', () => {
  fc.assert(fc.property(values(T.BIGINT), values(T.BIGINT), (a, b) => {
    const exact = (a as bigint) + (b as bigint);
    expect(outcome(() => run('+', [T.BIGINT, T.BIGINT], [a, b]))).toBe(exact === BigInt.asIntN(64, exact) ? exact : '! ARITHMETIC_OVERFLOW');
    const product = (a as bigint) * (b as bigint);
    expect(outcome(() => run('*', [T.BIGINT, T.BIGINT], [a, b]))).toBe(product === BigInt.asIntN(64, product) ? product : '! ARITHMETIC_OVERFLOW');
  }));
});

test('decimals round half up to the scale of the result', () => {
  expect(run('/', [decimal(3, 2), decimal(1, 0)], [100n, 3n])).toBe(333333n);
  expect(run('/', [decimal(3, 2), decimal(1, 0)], [-200n, 3n])).toBe(-666667n);
  expect(run('%', [decimal(2, 1), decimal(3, 2)], [11n, 222n])).toBe(110n);
  const wide = decimal(38, 18);
  expect(run('*', [wide, wide], [1500000000000000000n, 10n ** 18n])).toBe(1500000n);
  expect(outcome(() => run('+', [decimal(38, 0), decimal(38, 0)], [10n ** 38n - 1n, 1n]))).toBe('! NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION');
  expect(outcome(() => run('/', [decimal(2, 1), decimal(2, 1)], [1n, 0n]))).toBe('! DIVIDE_BY_ZERO');
});

test('NaN is equal to itself and above everything; zeros are equal', () => {
  const d = [T.DOUBLE, T.DOUBLE];
  expect(run('=', d, [NaN, NaN])).toBe(true);
  expect(run('>', d, [NaN, Infinity])).toBe(true);
  expect(run('<', d, [-0, 0])).toBe(false);
  expect(run('greatest', d, [NaN, null])).toBeNaN();
  expect(run('<=>', d, [null, null])).toBe(true);
});

test('strings are ordered by code point', () => {
  expect(run('<', [T.STRING, T.STRING], ['\uffff', '😀'])).toBe(true);
  const lcase: DataType = { kind: 'string', collation: 'UTF8_LCASE' };
  expect(run('=', [lcase, lcase], ['ABC', 'abc'])).toBe(true);
});

test('months end with the month, days keep the wall clock', () => {
  const ym = T.YEAR_MONTH;
  expect(run('date_add_year_month', [T.DATE, ym], [19753, 1])).toBe(19782);
  const la = { ...SETTINGS, timeZone: 'America/Los_Angeles' };
  const at = (iso: string): bigint => BigInt(Date.parse(iso)) * 1000n;
  expect(run('timestamp_add_interval', [T.TIMESTAMP, T.CALENDAR_INTERVAL], [at('2024-03-09T10:30:00Z'), { months: 0, days: 1, micros: 0n }], la)).toBe(at('2024-03-10T10:30:00Z'));
  expect(run('subtract_timestamps', [T.TIMESTAMP, T.TIMESTAMP], [at('2024-03-11T07:00:00Z'), at('2024-03-10T08:00:00Z')], la)).toBe(86_400_000_000n);
  expect(run('interval_divide', [ym, T.INT], [1, 2])).toBe(1);
});
