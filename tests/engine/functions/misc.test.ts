import { decimal } from '../../../planner/types.js';
import * as T from '../../../planner/types.js';
import { bodyOf, callOf, outcome, run } from './call.js';

test('random sequences are those of Spark', () => {
  const draw = (name: string, type: T.DataType, seed: number | bigint, n: number) => { const f = bodyOf(callOf(name, [type], [seed])); return Array.from({ length: n }, () => f()); };
  expect(draw('rand', T.INT, 5, 3)).toEqual([0.02390696427502892, 0.09509767744084452, 0.7705061443410145]);
  expect(draw('randn', T.INT, 5, 2)).toEqual([1.5298496477243015, 0.2517460544935095]);
  expect(draw('rand', T.BIGINT, -7n, 1)).toEqual([0.14773215621571878]);
});

test('hashes by type', () => {
  expect(run('hash', [T.STRING, T.array(T.INT), T.INT], ['Spark', [123], 2])).toBe(-1321691492);
  expect(run('hash', [decimal(38, 2)], [1234567890123456789050n])).toBe(-528729981);
  expect(run('hash', [T.CALENDAR_INTERVAL], [{ months: 14, days: 25, micros: 18367500000n }])).toBe(-504672070);
  expect(run('hash', [T.DOUBLE], [-0])).toBe(run('hash', [T.DOUBLE], [0]));
  expect(run('xxhash64', [T.STRING], ['abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'])).toBe(6670108270069419518n);
  expect(run('xxhash64', [T.BINARY], [Uint8Array.of(1, 2, 3, 4, 5)])).toBe(8668608334415110682n);
});

test('rounding works on the decimal text of doubles', () => {
  const round = (x: number, digits: number, name = 'round'): unknown => run(name, [T.DOUBLE, T.INT], [x, digits]);
  expect([round(1.005, 2), round(2.675, 2), round(-2.5, 0), round(2.5, 0, 'bround'), round(5e-324, 300)]).toEqual([1.01, 2.68, -3, 2, 0]);
  expect(outcome(() => run('bround', [T.INT, T.INT], [2147483647, -1]))).toBe('! ARITHMETIC_OVERFLOW');
  expect(run('hypot', [T.DOUBLE, T.DOUBLE], [3.3, 4.7])).toBe(5.742821606144492);
});

test('conv wraps signs and stops at what is no digit', () => {
  const conv = (text: string, from: number, to: number): unknown => run('conv', [T.STRING, T.INT, T.INT], [text, from, to]);
  expect([conv('-FF', 16, 10), conv('-1', 10, -16), conv('9223372036854775808', 10, -10), conv(' 12 ', 10, 16), conv('zz', 10, 16), conv('', 10, 16)])
    .toEqual(['18446744073709551361', '-1', '-9223372036854775808', 'C', '0', null]);
});
