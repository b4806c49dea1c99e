// Sums and averages of vectors (arrays of FLOAT), element by element, and the schema that all VARIANT values of a group fit. A vector with
// a NULL in it does not count.
// source: Spark vectorExpressions, SchemaOfVariantAgg. Sums are of doubles, rounded once.

import { raise } from '../../../planner/errors/index.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value, VariantValue } from '../../../planner/values.js';
import { aggregate, type AggregateFunction } from '../define.js';
import { merge, schemaOf, schemaText } from '../variant/schema.js';
import { objectAccumulator } from './object.js';

interface Sums { readonly count: bigint; readonly sums: readonly number[] }
const VECTOR = T.array(T.FLOAT);

function vectorAggregate(name: string, doc: string, example: string, finish: (state: Sums) => Value): AggregateFunction {
  const both = (a: Sums, count: bigint, v: readonly number[]): Sums => {
    if (a.count === 0n) return { count, sums: v };
    if (a.sums.length !== v.length) raise('VECTOR_DIMENSION_MISMATCH', { functionName: `\`${name}\``, leftDim: String(a.sums.length), rightDim: String(v.length) }, { nowhere: true });
    return { count: a.count + count, sums: a.sums.map((x, i) => x + v[i]!) };
  };
  return aggregate(`${name}(array<float>) -> float`, {
    doc, examples: [example], params: [{ name: 'vector', accepts: { kind: 'array', element: { kind: 'type', type: T.FLOAT } }, exact: true }], result: () => VECTOR, nullable: () => true, retract: 'multiset',
    accumulator: () => objectAccumulator<Sums>({
      init: () => ({ count: 0n, sums: [] }), type: VECTOR, stateType: T.struct([T.field('count', T.BIGINT), T.field('sums', T.array(T.DOUBLE))]), skipNulls: [0],
      add: (state, [v]) => (v as readonly (number | null)[]).includes(null) ? state : both(state, 1n, v as readonly number[]),
      merge: (state, other) => other.count === 0n ? state : both(state, other.count, other.sums),
      result: (state) => state.count === 0n ? null : finish(state),
      save: ({ count, sums }) => [count, sums],
      load: (v) => { const [count, sums] = v as readonly [bigint, readonly number[]]; return { count, sums }; },
    }),
  });
}
export const vectorSum = vectorAggregate('vector_sum', 'The sum of vectors.',
  '(SELECT vector_sum(a) FROM VALUES (array(1F, 2F)), (array(3F, 4F)) AS t(a)) = array(4F, 6F)', ({ sums }) => sums.map(Math.fround));
export const vectorAvg = vectorAggregate('vector_avg', 'The average of vectors.',
  '(SELECT vector_avg(a) FROM VALUES (array(1F, 2F)), (array(3F, 4F)) AS t(a)) = array(2F, 3F)', ({ count, sums }) => sums.map((x) => Math.fround(x / Number(count))));

/** A schema is kept as a VARIANT that has it: types by name, arrays and objects as such. */
const saved = (t: DataType): VariantValue => t.kind === 'array' ? { kind: 'array', elements: [saved(t.element)] }
  : t.kind === 'struct' ? { kind: 'object', entries: t.fields.map((f) => [f.name, saved(f.type)] as const) }
    : t.kind === 'decimal' ? { kind: 'array', elements: [{ kind: 'scalar', type: T.INT, value: t.precision }, { kind: 'scalar', type: T.INT, value: t.scale }] }
      : { kind: 'scalar', type: T.STRING, value: JSON.stringify(t) };
function loaded(v: VariantValue): DataType {
  switch (v.kind) {
    case 'object': return T.struct(v.entries.map(([k, e]) => T.field(k, loaded(e))));
    case 'array': {
      const [a, b] = v.elements;
      return b?.kind === 'scalar' && a?.kind === 'scalar' ? T.decimal(a.value as number, b.value as number) : T.array(loaded(a!));
    }
    case 'scalar': return JSON.parse(v.value as string) as DataType;
    case 'null': return T.VOID;
  }
}
export const schemaOfVariantAgg: AggregateFunction = aggregate('schema_of_variant_agg(input: variant) -> string', {
  doc: 'The schema that all VARIANT values of the group fit.',
  examples: ["(SELECT schema_of_variant_agg(parse_json(a)) FROM VALUES ('{\"a\": 1}'), ('{\"b\": \"x\"}') AS t(a)) = 'OBJECT<a: BIGINT, b: STRING>'"], nullable: () => false, retract: 'multiset',
  accumulator: () => objectAccumulator<DataType>({
    init: () => T.VOID, type: T.STRING, stateType: T.VARIANT, skipNulls: [0],
    add: (state, [v]) => merge(state, schemaOf(v as VariantValue)), merge,
    result: schemaText, save: saved, load: (v) => loaded(v as VariantValue),
  }),
});
