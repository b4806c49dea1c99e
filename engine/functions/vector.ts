// Functions of vectors: arrays of FLOAT of one length. A vector with a NULL in it gives NULL.
// source: Spark vectorExpressions. Sums are of doubles, rounded once.

import { raise } from '../../planner/errors/index.js';
import type { Param, RawCall } from '../../planner/tree.js';
import * as T from '../../planner/types.js';
import { refuse } from './collection/shared.js';
import { scalar, type ScalarFunction } from './define.js';

type Vector = readonly (number | null)[];
const VECTOR = T.array(T.FLOAT);
const vector = (name: string): Param => ({ name, accepts: { kind: 'array', element: { kind: 'type', type: T.FLOAT } }, exact: true });
const DEGREE: Param = { name: 'degree', accepts: { kind: 'type', type: T.FLOAT }, exact: true, default: { type: T.FLOAT, value: 2 } };
const nullable = (): boolean => true;
/** A bare NULL is no vector. */
function resolve(call: RawCall): undefined {
  call.types.forEach((t, i) => { if (t.kind === 'void') refuse(call, i, call.fn.params[i]!.name === DEGREE.name ? '"FLOAT"' : '"ARRAY<FLOAT>"'); });
}

function pair(name: string, doc: string, example: string, body: (a: readonly number[], b: readonly number[]) => number | null): ScalarFunction {
  return scalar(`${name}(array<float>, array<float>) -> float`, {
    doc, examples: [example], nullable, resolve, params: [vector('left'), vector('right')],
    row: (a: Vector, b: Vector) => {
      if (a.length !== b.length) raise('VECTOR_DIMENSION_MISMATCH', { functionName: `\`${name}\``, leftDim: String(a.length), rightDim: String(b.length) }, { nowhere: true });
      if (a.includes(null) || b.includes(null)) return null;
      const result = body(a as readonly number[], b as readonly number[]);
      return result === null ? null : Math.fround(result);
    },
  });
}
const product = (a: readonly number[], b: readonly number[]): number => { let sum = 0; for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!; return sum; };
function norm(name: string, v: readonly number[], degree: number): number {
  if (degree === 2) return Math.sqrt(product(v, v));
  if (degree === 1) { let sum = 0; for (const x of v) sum += Math.abs(x); return sum; }
  if (degree === Number.POSITIVE_INFINITY) { let max = 0; for (const x of v) max = Math.max(max, Math.abs(x)); return max; }
  return raise('INVALID_VECTOR_NORM_DEGREE', { functionName: `\`${name}\``, degree: Number.isInteger(degree) ? degree.toFixed(1) : String(degree) }, { nowhere: true });
}

export const vectors: readonly ScalarFunction[] = [
  pair('vector_inner_product', 'The sum of the products of two vectors.', 'vector_inner_product(array(float(1), float(2)), array(float(3), float(4))) = 11', product),
  pair('vector_cosine_similarity', 'The cosine of the angle between two vectors; NULL if one has no length.', 'vector_cosine_similarity(array(float(1)), array(float(2))) = 1', (a, b) => {
    const length = Math.sqrt(product(a, a)) * Math.sqrt(product(b, b));
    return length === 0 ? null : product(a, b) / length;
  }),
  pair('vector_l2_distance', 'The distance of two vectors.', 'vector_l2_distance(array(float(0)), array(float(2))) = 2', (a, b) => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
    return Math.sqrt(sum);
  }),
  scalar('vector_norm(array<float>, float) -> float', { doc: 'The length of a vector: of degree 2, 1 or infinity.', examples: ['vector_norm(array(float(3), float(4))) = 5'], nullable, resolve, params: [vector('vector'), DEGREE],
    row: (v: Vector, degree: number) => v.includes(null) ? null : Math.fround(norm('vector_norm', v as readonly number[], degree)) }),
  scalar('vector_normalize(array<float>, float) -> void', { doc: 'A vector of the same direction and of length 1; NULL for one without length.', examples: ['vector_normalize(array(float(2))) = array(float(1))'], nullable, resolve, params: [vector('vector'), DEGREE],
    result: () => VECTOR,
    row: (v: Vector, degree: number) => {
      if (v.includes(null)) return null;
      const length = norm('vector_normalize', v as readonly number[], degree);
      return v.length > 0 && length === 0 ? null : v.map((x) => Math.fround(x! / length));
    } }),
];
