// Code from text: kept by key and bounded; where it is forbidden, aggregates and key tables give the same.

import * as fc from 'fast-check';
import { columnOf } from '../../../engine/columnar/build.js';
import { CodeCache } from '../../../engine/columnar/generate.js';
import { reader } from '../../../engine/columnar/read.js';
import type { AggregateCall } from '../../../engine/functions/define.js';
import type * as Functions from '../../../engine/functions/aggregate/index.js';
import type * as Objects from '../../../engine/functions/aggregate/object.js';
import type * as Tables from '../../../engine/state/table.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { samples } from './arbitrary.js';

interface Modules { readonly functions: typeof Functions; readonly objects: typeof Objects; readonly tables: typeof Tables }
/** The engine's modules anew, with or without leave to make code. */
function load(canGenerate: boolean): Modules {
  let modules: Modules | undefined;
  jest.isolateModules(() => {
    jest.doMock('../../../engine/columnar/generate.js', () => ({ canGenerate, CodeCache: canGenerate ? CodeCache : class { get(): never { throw new Error('code was generated'); } } }));
    modules = {
      functions: jest.requireActual('../../../engine/functions/aggregate/index.js'), objects: jest.requireActual('../../../engine/functions/aggregate/object.js'),
      tables: jest.requireActual('../../../engine/state/table.js'),
    };
  });
  return modules!;
}
const BOTH = [load(true), load(false)] as const;

test('a cache makes each function once and forgets the oldest', () => {
  const cache = new CodeCache<() => number>(2);
  const made: string[] = [];
  const get = (key: string): number => cache.get(key, () => { made.push(key); return `function () { return ${key}; }`; })();
  expect(['1', '2', '1', '3', '2', '1'].map(get)).toEqual([1, 2, 1, 3, 2, 1]);
  expect(made).toEqual(['1', '2', '3', '1']);
});

const NUMBER = fc.option(fc.integer({ min: -1000, max: 1000 }), { freq: 6 });
const TYPES: readonly (readonly [DataType, (n: number) => Value])[] = [[T.TINYINT, (n) => n % 100], [T.BIGINT, BigInt], [T.DOUBLE, (n) => n / 8], [T.FLOAT, (n) => n / 4], [T.decimal(10, 2), BigInt], [T.BOOLEAN, (n) => n > 0], [T.DATE, (n) => n]];
/** A call of every aggregate that the type can be given to. */
function calls({ functions }: Modules, type: DataType, retract: boolean): AggregateCall[] {
  return functions.aggregates.flatMap((fn) => [1, 2].flatMap((n) => {
    const types = new Array<DataType>(n).fill(type);
    const args = types.map((t) => ({ kind: 'column' as const, id: 1, name: 'c', type: t, nullable: true }));
    const base = { fn, name: fn.name, args, types, settings: { timeZone: 'UTC', ansi: true, compatSpark: false, conf: new Map<string, string>() }, constant: () => undefined };
    return fn.params.filter((p) => !p.optional).length > n || (fn.params.length < n && !fn.variadic) ? [] : [{ ...base, type: fn.result(base), orderBy: [], ignoreNulls: false, retract }];
  }));
}

test.each(TYPES)('aggregates of %j without generated code', (type, of) => {
  let compared = 0;
  fc.assert(fc.property(fc.array(NUMBER, { maxLength: 20 }), fc.boolean(), fc.boolean(), (numbers, retract, selected) => {
    const column = columnOf(type, numbers.map((n) => n === null ? null : of(n)));
    const rows = selected ? Int32Array.from(numbers.keys()).filter((i) => i % 3 > 0) : null;
    const n = rows === null ? numbers.length : rows.length;
    const slots = Int32Array.from({ length: n }, (_, k) => k % 3);
    const weights = retract ? Int32Array.from(numbers, (_, i) => i % 4 === 0 ? 2 : 1) : null;
    const [with_, without] = BOTH.map((modules) => calls(modules, type, retract).map((call) => {
      try {
        const a = modules.objects.accumulatorOf(call);
        a.reserve(3);
        a.update(n, rows, slots, call.types.map(() => column), weights);
        a.merge(Int32Array.of(0), a.save(Int32Array.of(1)));
        const read = reader(a.result(Int32Array.of(0, 1, 2)));
        return [call.name, [0, 1, 2].map(read)];
      } catch (error) { return [call.name, (error as { code?: string }).code ?? (error as Error).name]; }
    }));
    compared = with_!.filter(([, v]) => typeof v !== 'string').length;
    expect(without).toEqual(with_);
  }), { numRuns: 6 });
  expect(compared).toBeGreaterThan(8);
});

test('key tables without generated code', () => {
  fc.assert(fc.property(samples, samples, (a, b) => {
    const n = Math.min(a.values.length, b.values.length);
    const [with_, without] = BOTH.map(({ tables }) => {
      const table = new tables.KeyedTable({ name: 't', key: [T.field('a', a.type), T.field('b', b.type)], value: [] }, { reserve() { /* none */ }, save: () => [], load() { /* none */ }, reset() { /* none */ } });
      const keys = [columnOf(a.type, a.values.slice(0, n)), columnOf(b.type, b.values.slice(0, n))];
      const half = Int32Array.from({ length: n >> 1 }, (_, k) => 2 * k);
      return [table.resolve(half.length, half, keys), table.find(n, null, keys), table.resolve(n, null, keys), table.size, table.touched()];
    });
    expect(without).toEqual(with_);
  }), { numRuns: 100 });
});
