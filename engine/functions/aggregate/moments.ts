// Variance, standard deviation, skewness, kurtosis; covariance, correlation and the regr_ functions: running central moments, one pass.
//
// source: Spark's CentralMomentAgg, Covariance and PearsonCorrelation: the updating formulas decide the last digits.

import type { Accepts, Call } from '../../../planner/tree.js';
import type { DataType } from '../../../planner/types.js';
import * as T from '../../../planner/types.js';
import { andBitmaps } from '../../columnar/bitmap.js';
import { fixedColumn, type Values } from '../../columnar/column.js';
import { type Accumulator, aggregate, type AggregateCall, type AggregateFunction, type Retraction } from '../define.js';
import { avg } from './sum.js';
import { doubleResult, doubleState, typedAccumulator } from './typed.js';

const numbers = (slot: number, states: readonly Values[]): readonly number[] => states.map((s) => s[slot] as number);
type Formula = (...states: number[]) => number | undefined;
const result = (formula: Formula) => (slots: Int32Array, states: readonly Values[]) => doubleResult(slots, (slot) => {
  const values = numbers(slot, states);
  return values[0] === 0 ? undefined : formula(...values);
});

const ADD = [
  'const n = S0[s] + 1, d = x0 - S1[s], dn = d / n; S0[s] = n; S1[s] += dn;',
  'const m2 = S2[s] + d * (d - dn);',
  'const d2 = d * d, dn2 = dn * dn, m3 = S3[s] - 3 * dn * m2 + d * (d2 - dn2);',
  'S4[s] = S4[s] - 4 * dn * m3 - 6 * dn2 * m2 + d * (d * d2 - dn * dn2);',
];
function moments(order: 2 | 3 | 4, formula: Formula): Accumulator {
  const add = [...ADD.slice(0, order), 'S2[s] = m2;', ...(order > 2 ? ['S3[s] = m3;'] : [])].join(' ');
  const merge = [
    'const n1 = S0[s], n = n1 + x0; if (x0 === 0) continue; const d = x1 - S1[s], dn = d / n;',
    order > 3 ? 'S4[s] += x4 + dn * dn * dn * d * n1 * x0 * (n1 * n1 - n1 * x0 + x0 * x0) + 6 * dn * dn * (n1 * n1 * x2 + x0 * x0 * S2[s]) + 4 * dn * (n1 * x3 - x0 * S3[s]);' : '',
    order > 2 ? 'S3[s] += x3 + dn * dn * d * n1 * x0 * (n1 - x0) + 3 * dn * (n1 * x2 - x0 * S2[s]);' : '',
    'S2[s] += x2 + d * dn * n1 * x0; S1[s] += dn * x0; S0[s] = n;',
  ].join(' ');
  return typedAccumulator({
    id: `moments${order}`, states: Array.from({ length: order + 1 }, () => doubleState), reads: ['double'],
    add: (weighted) => weighted ? `for (let c = 0; c < w; c++) { ${add} }` : add, merge, result: result(formula),
  });
}

const single = (name: string, doc: string, example: string, order: 2 | 3 | 4, formula: Formula, aliases: readonly string[] = []): AggregateFunction =>
  aggregate(`${name}(double) -> double`, {
    doc, examples: [example], aliases, nullable: () => true, retract: 'multiset',
    accumulator: () => moments(order, formula),
  });

const sample = (formula: (n: number, m2: number) => number): Formula => (n, _average, m2) => n === 1 ? undefined : formula(n!, m2!);
export const stddevSamp = single('stddev_samp', 'Standard deviation of the sample; NULL for one value.',
  '(SELECT stddev_samp(a) FROM VALUES (1), (2), (3) AS t(a)) = 1.0D', 2, sample((n, m2) => Math.sqrt(m2 / (n - 1))), ['stddev', 'std']);
export const stddevPop = single('stddev_pop', 'Standard deviation of the population.',
  '(SELECT stddev_pop(a) FROM VALUES (1), (3) AS t(a)) = 1.0D', 2, (n, _a, m2) => Math.sqrt(m2! / n!));
export const varSamp = single('var_samp', 'Variance of the sample; NULL for one value.',
  '(SELECT var_samp(a) FROM VALUES (1), (5) AS t(a)) = 8.0D', 2, sample((n, m2) => m2 / (n - 1)), ['variance']);
export const varPop = single('var_pop', 'Variance of the population.',
  '(SELECT var_pop(a) FROM VALUES (1), (5) AS t(a)) = 4.0D', 2, (n, _a, m2) => m2! / n!);
export const skewness = single('skewness', 'Skewness; NULL where all values are equal.',
  '(SELECT skewness(a) FROM VALUES (1), (2), (3) AS t(a)) = 0.0D', 3,
  (n, _a, m2, m3) => m2 === 0 ? undefined : Math.sqrt(n!) * m3! / Math.sqrt(m2! * m2! * m2!));
export const kurtosis = single('kurtosis', 'Excess kurtosis; NULL where all values are equal.',
  '(SELECT kurtosis(a) FROM VALUES (1), (2), (3), (4) AS t(a)) = -1.36D', 4,
  (n, _a, m2, _m3, m4) => m2 === 0 ? undefined : n! * m4! / (m2! * m2!) - 3);

/** How the squares around a mean are summed: by the deviations from the means before and after a value, or from the one before and its step. */
type Squares = 'correlation' | 'variance';
/** States: n, mean of x, mean of y, co-moment, then the second moments of x and y. `swap`: x is the second argument. */
function pairs(formula: Formula, swap: boolean, squares: Squares): Accumulator {
  const [x, y] = swap ? ['x1', 'x0'] : ['x0', 'x1'];
  const [ofX, ofY] = squares === 'correlation' ? [`dx * (${x} - S1[s])`, `dy * (${y} - S2[s])`] : ['dx * (dx - dx / n)', 'dy * (dy - dy / n)'];
  const add = `const n = S0[s] + 1, dx = ${x} - S1[s], dy = ${y} - S2[s]; S0[s] = n; S1[s] += dx / n; S2[s] += dy / n; `
    + `S3[s] += dx * (${y} - S2[s]); S4[s] += ${ofX}; S5[s] += ${ofY};`;
  return typedAccumulator({
    id: `pairs:${swap}:${squares}`, states: Array.from({ length: 6 }, () => doubleState), reads: ['double', 'double'],
    add: (weighted) => weighted ? `for (let c = 0; c < w; c++) { ${add} }` : add,
    merge: 'if (x0 === 0) continue; const n1 = S0[s], n = n1 + x0, dx = x1 - S1[s], dy = x2 - S2[s]; S0[s] = n; S3[s] += x3 + dx * dy * n1 * x0 / n; '
      + 'S4[s] += x4 + dx * dx * n1 * x0 / n; S5[s] += x5 + dy * dy * n1 * x0 / n; S1[s] += dx * x0 / n; S2[s] += dy * x0 / n;',
    result: result(formula),
  });
}
const double2 = (name: string, doc: string, example: string, formula: Formula, swap = false, squares: Squares = 'correlation'): AggregateFunction =>
  aggregate(`${name}(double, double) -> double`, {
    doc, examples: [example], nullable: () => true, retract: 'multiset', accumulator: () => pairs(formula, swap, squares),
  });

export const covarPop = double2('covar_pop', 'Covariance of the population.',
  '(SELECT covar_pop(a, b) FROM VALUES (1, 2), (3, 6) AS t(a, b)) = 2.0D', (n, _x, _y, c) => c! / n!);
export const covarSamp = double2('covar_samp', 'Covariance of the sample; NULL for one pair.',
  '(SELECT covar_samp(a, b) FROM VALUES (1, 2), (3, 6) AS t(a, b)) = 4.0D', (n, _x, _y, c) => n === 1 ? undefined : c! / (n! - 1));
export const corr = double2('corr', 'Pearson\'s correlation; NULL for one pair.',
  '(SELECT corr(a, b) FROM VALUES (1, 2), (2, 4), (3, 6) AS t(a, b)) = 1.0D',
  (n, _x, _y, c, xx, yy) => n === 1 || xx === 0 || yy === 0 || xx! * yy! === 0 ? undefined : c! / Math.sqrt(xx! * yy!));

// The regr_ functions: the first argument is y, the second x.
/** The mean of one argument over the pairs without NULL, of the type that avg gives. */
const mean = (name: string, doc: string, example: string, index: 0 | 1): AggregateFunction => {
  const of = <C extends Call>(call: C): C => ({ ...call, types: [call.types[index]!], args: [call.args[index]!] });
  const number: Accepts = { kind: 'class', class: 'numeric' };
  return aggregate(`${name}(any, any) -> double`, {
    doc, examples: [example], params: [{ name: 'y', accepts: number }, { name: 'x', accepts: number }], nullable: () => true,
    result: (call) => (avg.result as (call: Call) => DataType)(of(call)), retract: (call) => (avg.retract as (call: AggregateCall) => Retraction)(of(call)),
    accumulator: (call) => {
      const inner = avg.accumulator(of(call));
      return { ...inner, update(n, rows, slots, args, weights) {
        const [value, other] = [args[index]!, args[1 - index]!];
        inner.update(n, rows, slots, [{ ...value, validity: andBitmaps(value.validity, other.validity, value.length) }], weights);
      } };
    },
  });
};
export const regrAvgx = mean('regr_avgx', 'Mean of x over the pairs without NULL.',
  '(SELECT regr_avgx(y, x) FROM VALUES (1, 0), (3, 1) AS t(y, x)) = 0.5D', 1);
export const regrAvgy = mean('regr_avgy', 'Mean of y over the pairs without NULL.',
  '(SELECT regr_avgy(y, x) FROM VALUES (1, 0), (3, 1) AS t(y, x)) = 2.0D', 0);
export const regrSxx = double2('regr_sxx', 'Sum of the squares of x around its mean.',
  '(SELECT regr_sxx(y, x) FROM VALUES (1, 0), (3, 1) AS t(y, x)) = 0.5D', (_n, _x, _y, _c, xx) => xx, true, 'variance');
export const regrSyy = double2('regr_syy', 'Sum of the squares of y around its mean.',
  '(SELECT regr_syy(y, x) FROM VALUES (1, 0), (3, 1) AS t(y, x)) = 2.0D', (_n, _x, _y, _c, _xx, yy) => yy, true, 'variance');
export const regrSxy = double2('regr_sxy', 'Sum of the products of x and y around their means.',
  '(SELECT regr_sxy(y, x) FROM VALUES (1, 0), (3, 1) AS t(y, x)) = 1.0D', (_n, _x, _y, c) => c);
export const regrSlope = double2('regr_slope', 'Slope of the least-squares line.',
  '(SELECT regr_slope(y, x) FROM VALUES (1, 0), (3, 1) AS t(y, x)) = 2.0D', (_n, _x, _y, c, xx) => xx === 0 ? undefined : c! / xx!, true, 'variance');
export const regrIntercept = double2('regr_intercept', 'Intercept of the least-squares line.',
  '(SELECT regr_intercept(y, x) FROM VALUES (1, 0), (3, 1) AS t(y, x)) = 1.0D',
  (_n, x, y, c, xx) => xx === 0 ? undefined : y! - (c! / xx!) * x!, true, 'variance');
export const regrR2 = double2('regr_r2', 'Coefficient of determination of the least-squares line.',
  '(SELECT regr_r2(y, x) FROM VALUES (1, 0), (3, 1) AS t(y, x)) = 1.0D',
  (_n, _y, _x, c, yy, xx) => { const r = c! / Math.sqrt(yy! * xx!); return xx === 0 ? undefined : yy === 0 ? 1 : r * r; });

export const regrCount: AggregateFunction = aggregate('regr_count(double, double) -> bigint', {
  doc: 'Number of pairs without NULL.',
  examples: ['(SELECT regr_count(y, x) FROM VALUES (1, 0), (3, NULL) AS t(y, x)) = 1'], nullable: () => false, emptyResult: 0n, retract: 'invertible',
  accumulator: () => typedAccumulator({
    id: 'regr_count', states: [doubleState], reads: ['none', 'none'], add: (weighted) => `S0[s] += ${weighted ? 'w' : '1'};`, merge: 'S0[s] += x0;',
    result: (slots, [n]) => fixedColumn(T.BIGINT, slots.length, BigInt64Array.from(Array.from(slots, (slot) => BigInt(n![slot] as number)))),
  }),
});
