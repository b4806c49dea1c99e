// The built-in aggregate functions.

import type { AggregateFunction } from '../define.js';
import { approxCountDistinct } from './approx.js';
import { collectList, collectSet, collectUnion, listagg } from './collect.js';
import { countMinSketch } from './count-min-sketch.js';
import { count, countIf } from './count.js';
import { max, maxBy, min, minBy } from './extrema.js';
import { bitmapAndAgg, bitmapConstructAgg, bitmapOrAgg, histogramNumeric } from './histogram.js';
import { bitAnd, bitOr, bitXor, boolAnd, boolOr } from './logical.js';
import {
  corr, covarPop, covarSamp, kurtosis, regrAvgx, regrAvgy, regrCount, regrIntercept, regrR2, regrSlope, regrSxx, regrSxy, regrSyy, skewness, stddevPop, stddevSamp, varPop, varSamp,
} from './moments.js';
import { median, mode, percentile, percentileCont, percentileDisc } from './percentile.js';
import { approxPercentile } from './percentile-approx.js';
import { anyValue, first, last } from './positional.js';
import { approxTopK, hllSketchAgg, hllUnionAgg, thetaSketchAgg } from './sketch.js';
import { avg, sum, tryAvg, trySum } from './sum.js';
import { schemaOfVariantAgg, vectorAvg, vectorSum } from './vectors.js';

export const aggregates: readonly AggregateFunction[] = [
  count, countIf, sum, trySum, avg, tryAvg, min, max, minBy, maxBy, first, last, anyValue, collectList, collectSet, collectUnion, listagg,
  boolAnd, boolOr, bitAnd, bitOr, bitXor, stddevSamp, stddevPop, varSamp, varPop, skewness, kurtosis, covarPop, covarSamp, corr,
  regrAvgx, regrAvgy, regrCount, regrIntercept, regrR2, regrSlope, regrSxx, regrSxy, regrSyy,
  percentile, median, percentileCont, percentileDisc, approxPercentile, mode, approxCountDistinct, histogramNumeric,
  bitmapConstructAgg, bitmapOrAgg, bitmapAndAgg, approxTopK, countMinSketch, hllSketchAgg, hllUnionAgg, thetaSketchAgg, vectorSum, vectorAvg, schemaOfVariantAgg,
];
