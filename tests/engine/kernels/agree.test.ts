// The generated loops and the reference agree on every expression: random trees over random columns with NULLs, selections, lazy
// forms, lambdas and errors. The functions here are made for the purpose: partial (div), total, custom nulls, views, row bodies.

import * as fc from 'fast-check';
import { columnOf } from '../../../engine/columnar/build.js';
import type { Column, RecordBatch } from '../../../engine/columnar/column.js';
import { compareBytes, equalBytes } from '../../../engine/columnar/compare.js';
import { reader } from '../../../engine/columnar/read.js';
import type { Inline, RowFunction, ScalarFunction } from '../../../engine/functions/define.js';
import { makeCompiler } from '../../../engine/kernels/compiler.js';
import { EngineError, raise } from '../../../planner/errors/index.js';
import type { Span } from '../../../planner/spans.js';
import type { BoundExpr, FunctionSpec, Settings } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';

const SETTINGS: Settings = { timeZone: 'UTC', ansi: true, compatSpark: false, conf: new Map() };
const EPOCH = { epoch: 0, timestampMillis: 0 };
const casts = { row: () => (v: Value) => v };
const fused = makeCompiler({ kind: 'fused', casts });
const reference = makeCompiler({ kind: 'vectorized', casts });

type Rest = Partial<ScalarFunction> & { readonly row?: RowFunction; readonly code?: Inline };
const define = (name: string, { row, code, ...rest }: Rest): ScalarFunction => ({
  name, kind: 'scalar', doc: '', examples: [], params: [], nulls: 'propagate', result: () => T.INT, ...(row && { bind: () => row }), ...(code && { inline: () => code }), ...rest });
const divideInt = (a: number, b: number): number => b === 0 ? raise('DIVIDE_BY_ZERO', { config: 'x' }) : Math.trunc(a / b);
const addInt = (a: number, b: number): number => { const r = a + b; return r === (r | 0) ? r : raise('ARITHMETIC_OVERFLOW', { message: 'overflow', alternative: '', config: 'x' }); };
const addLong = (a: bigint, b: bigint): bigint => BigInt.asIntN(64, a + b);

const INT_OPS = [
  define('add', { row: addInt, code: { code: ([a, b], use) => `${use(addInt)}(${a}, ${b})` } }),
  define('div', { row: divideInt, lazy: 'right_then_left', code: { code: ([a, b], use, temp) => { const t = temp(); return `(${t} = ${b}) === 0 ? ${use(divideInt)}(${a}, 0) : Math.trunc(${a} / ${t})`; } } }),
  define('quotient', { row: divideInt }),
  define('xor', { row: (a: number, b: number) => a ^ b, code: { code: ([a, b]) => `${a} ^ ${b}`, total: true } }),
  define('maybe', { row: (a: number, b: number) => a === b ? null : a, nullable: () => true, code: { code: ([a, b]) => `${a} === ${b} ? null : ${a}` } }),
  define('either', { row: (a: number | null, b: number | null) => a === null ? b : b === null ? a : a | b, nulls: 'custom' }),
  define('count', { row: (a: number | null, b: number | null) => +(a === null) + +(b === null), nulls: 'custom', nullable: () => false,
    code: { code: (_, _use, _temp, isNull) => `+(${isNull[0]}) + +(${isNull[1]})`, total: true } }),
];
const AND = define('and', { nulls: 'custom', lazy: 'and' });
const OR = define('or', { nulls: 'custom', lazy: 'or' });
const NOT = define('not', { row: (a: boolean) => !a, code: { code: ([a]) => `!${a}`, total: true } });
const LESS = define('<', { row: (a: number, b: number) => a < b, code: { code: ([a, b]) => `${a} < ${b}`, total: true } });
const TEXT_EQUALS = define('=', { row: (a: string, b: string) => a === b, code: { views: [0, 1], total: true, code: ([a, b], use) => `${use(equalBytes)}(${a}, ${b})` } });
const TEXT_LESS = define('<', { row: (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0, code: { views: [0, 1], code: ([a, b], use) => `${use(compareBytes)}(${a}, ${b}) < 0` } });
const WHEN = define('when', { nulls: 'custom', lazy: 'branch' });
const COALESCE = define('coalesce', { nulls: 'custom', lazy: 'first_non_null' });
const IN = define('in', { nulls: 'custom', lazy: 'until_match' });
const ADD_LONG = define('add_long', { row: addLong, code: { total: true, code: ([a, b]) => `BigInt.asIntN(64, ${a} + ${b})` } });
const UPPER = define('upper', { row: (a: string) => a.toUpperCase() });
const LENGTH = define('length', { row: (a: string) => a.length });
const SEQUENCE = define('sequence', { row: (n: number) => Array.from({ length: Math.abs(n) % 4 }, (_, i) => i === 2 ? null : i) });
const SUM_OF = define('sum_of', { row: (list: readonly Value[], f: (x: Value) => Value) => list.reduce<number>((s, x) => (s + Number(f(x) ?? 0)) | 0, 0) });

const COLUMNS: readonly { readonly type: DataType; readonly value: fc.Arbitrary<Value> }[] = [
  { type: T.INT, value: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(2147483647, -2147483648)) },
  { type: T.INT, value: fc.integer({ min: -3, max: 3 }) },
  { type: T.BOOLEAN, value: fc.boolean() },
  { type: T.BIGINT, value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
  { type: T.STRING, value: fc.constantFrom('', 'a', 'b', 'ab', 'é', '😀', '￮') },
  { type: T.DOUBLE, value: fc.constantFrom(0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY) },
  { type: T.decimal(30, 2), value: fc.bigInt({ min: -(10n ** 29n), max: 10n ** 29n }) },
];
let position = 0;
const spanned = (): { readonly span: Span } => ({ span: { text: 'x', start: 0, stop: ++position } });
const apply = (fn: FunctionSpec, type: DataType, ...args: readonly BoundExpr[]): BoundExpr => ({ kind: 'apply', fn, name: fn.name, type, nullable: true, args, ...spanned() });
const column = (id: number): BoundExpr => ({ kind: 'column', id, name: `c${id}`, type: COLUMNS[id]!.type, nullable: true });
const constant = (type: DataType, value: Value): BoundExpr => ({ kind: 'const', type, nullable: value === null, value });
const leaf = (type: DataType): fc.Arbitrary<BoundExpr> => {
  const ids = COLUMNS.flatMap((c, id) => T.sameType(c.type, type) ? [id] : []);
  return fc.oneof(fc.constantFrom(...ids).map(column), fc.option(COLUMNS[ids.at(-1)!]!.value, { freq: 6 }).map((v) => constant(type, v)));
};

function trees(variable?: BoundExpr): Record<'int' | 'bool' | 'text' | 'long' | 'double' | 'decimal', fc.Arbitrary<BoundExpr>> {
  return fc.letrec<Record<'int' | 'bool' | 'text' | 'long' | 'double' | 'decimal', BoundExpr>>((tie) => {
    const choice = (type: DataType, self: 'int' | 'bool' | 'text' | 'long' | 'double' | 'decimal'): fc.Arbitrary<BoundExpr>[] => [
      fc.array(fc.tuple(tie('bool'), tie(self)), { minLength: 1, maxLength: 3 }).chain((pairs) => fc.option(tie(self)).map((other) => apply(WHEN, type, ...pairs.flat(), ...(other ? [other] : [])))),
      fc.array(tie(self), { minLength: 1, maxLength: 3 }).map((args) => apply(COALESCE, type, ...args)),
    ];
    const inList = (self: 'int' | 'text' | 'double' | 'long', type: DataType): fc.Arbitrary<BoundExpr> => fc.oneof(
      fc.tuple(tie(self), fc.array(tie(self), { minLength: 1, maxLength: 3 })).map(([x, list]) => apply(IN, T.BOOLEAN, x, ...list)),
      fc.tuple(tie(self), fc.array(fc.option(COLUMNS.find((c) => c.type === type)!.value), { minLength: 5, maxLength: 8 })).map(([x, list]) => apply(IN, T.BOOLEAN, x, ...list.map((v) => constant(type, v)))));
    const grow = (type: DataType, ...more: fc.Arbitrary<BoundExpr>[]): fc.Arbitrary<BoundExpr> => 
      fc.oneof({ maxDepth: 5, depthSize: 'large', depthIdentifier: 'tree' }, { weight: 1, arbitrary: leaf(type) }, ...more.map((arbitrary) => ({ weight: 2, arbitrary })));
    return {
      int: grow(T.INT, ...(variable ? [fc.constant(variable)] : []), fc.tuple(fc.constantFrom(...INT_OPS), tie('int'), tie('int')).map(([f, a, b]) => apply(f, T.INT, a, b)), ...choice(T.INT, 'int'),
        tie('text').map((a) => apply(LENGTH, T.INT, a)), ...(variable ? [] : [fc.tuple(tie('int'), lambda()).map(([n, f]) => apply(SUM_OF, T.INT, apply(SEQUENCE, T.array(T.INT), n), f))])),
      bool: grow(T.BOOLEAN, fc.tuple(fc.constantFrom(AND, OR), tie('bool'), tie('bool')).map(([f, a, b]) => apply(f, T.BOOLEAN, a, b)), tie('bool').map((a) => apply(NOT, T.BOOLEAN, a)),
        fc.tuple(tie('int'), tie('int')).map(([a, b]) => apply(LESS, T.BOOLEAN, a, b)), fc.tuple(fc.constantFrom(TEXT_EQUALS, TEXT_LESS), tie('text'), tie('text')).map(([f, a, b]) => apply(f, T.BOOLEAN, a, b)),
        inList('int', T.INT), inList('text', T.STRING), inList('double', T.DOUBLE), inList('long', T.BIGINT), ...choice(T.BOOLEAN, 'bool')),
      text: grow(T.STRING, tie('text').map((a) => apply(UPPER, T.STRING, a)), ...choice(T.STRING, 'text')),
      long: grow(T.BIGINT, fc.tuple(tie('long'), tie('long')).map(([a, b]) => apply(ADD_LONG, T.BIGINT, a, b)), ...choice(T.BIGINT, 'long'),
        tie('int').map((arg) => ({ kind: 'cast', type: T.BIGINT, nullable: true, arg, mode: 'ansi', origin: 'implicit' }))),
      double: grow(T.DOUBLE, ...choice(T.DOUBLE, 'double'), tie('long').map((arg) => ({ kind: 'cast', type: T.DOUBLE, nullable: true, arg, mode: 'ansi', origin: 'implicit' }))),
      decimal: grow(T.decimal(30, 2), ...choice(T.decimal(30, 2), 'decimal')),
    };
  });
}
let variableId = 100;
function lambda(): fc.Arbitrary<BoundExpr> {
  const id = variableId++;
  return trees({ kind: 'variable', id, name: 'x', type: T.INT, nullable: true }).int.map((body) => ({ kind: 'lambda', type: T.INT, nullable: true, params: [{ id, name: 'x', type: T.INT, nullable: true }], body }));
}
const tree = trees();

const batches: fc.Arbitrary<RecordBatch> = fc.integer({ min: 0, max: 20 }).chain((n) => fc.record({
  columns: fc.tuple(...COLUMNS.map((c) => fc.oneof(fc.array(c.value, { minLength: n, maxLength: n }), fc.array(fc.option(c.value, { freq: 2 }), { minLength: n, maxLength: n })).map((v) => columnOf(c.type, v)))),
  selection: fc.option(fc.array(fc.boolean(), { minLength: n, maxLength: n }).map((keep) => Int32Array.from(keep.flatMap((k, i) => k ? [i] : [])))),
}).map(({ columns, selection }) => ({ length: n, columns, selection })));

const layout = new Map(COLUMNS.map((_, id) => [id, id]));
const rowsOf = (batch: RecordBatch): number[] => batch.selection ? [...batch.selection] : Array.from({ length: batch.length }, (_, i) => i);
/** Values of the active rows, or the error and its place. */
function outcome(work: () => readonly Column[], batch: RecordBatch): unknown {
  try {
    return work().map((c) => { expect(c.length).toBe(batch.length); const read = reader(c); return rowsOf(batch).map((i) => read(i)); });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { condition: error.condition, at: error.span?.stop };
  }
}

describe('fused and vectorised evaluation', () => {
  test('projections agree, errors and their places included', () => {
    let raised = 0;
    fc.assert(fc.property(batches, fc.array(fc.oneof(tree.int, tree.bool, tree.text, tree.long, tree.double, tree.decimal), { minLength: 1, maxLength: 5 }), (batch, exprs) => {
      const [a, b] = [fused.projection(exprs, layout, SETTINGS), reference.projection(exprs, layout, SETTINGS)];
      const expected = outcome(() => b(batch, EPOCH), batch);
      if (!Array.isArray(expected)) raised++;
      expect(outcome(() => a(batch, EPOCH), batch)).toEqual(expected);
    }), { numRuns: 700 });
    expect(raised).toBeGreaterThan(10);
  });
  test('batches that differ in which columns have NULLs, more of them than have functions of their own', () => {
    const exprs = [apply(INT_OPS[0]!, T.INT, column(0), column(1)), apply(ADD_LONG, T.BIGINT, column(3), column(3)), apply(LENGTH, T.INT, column(4)), apply(NOT, T.BOOLEAN, column(2))];
    const [a, b] = [fused.projection(exprs, layout, SETTINGS), reference.projection(exprs, layout, SETTINGS)];
    for (let pattern = 31; pattern >= 0; pattern--) {
      const columns = COLUMNS.map((c, i) => columnOf(c.type, [...fc.sample(c.value, { numRuns: 3, seed: 7 }).map((v) => typeof v === 'number' ? v % 3 : v), ((pattern >> i) & 1) === 1 ? null : fc.sample(c.value, { numRuns: 1, seed: 3 })[0]!]));
      const batch = { length: 4, columns, selection: pattern % 2 === 0 ? null : Int32Array.of(0, 3) };
      expect(outcome(() => a(batch, EPOCH), batch)).toEqual(outcome(() => b(batch, EPOCH), batch));
    }
  });
  test('a NULL element may come to a call that cannot raise', () => {
    const cast = (arg: BoundExpr): BoundExpr => ({ kind: 'cast', type: T.BIGINT, nullable: true, arg, mode: 'ansi', origin: 'implicit' });
    const x = { id: 99, name: 'x', type: T.INT, nullable: true };
    const body = apply(IN, T.BOOLEAN, cast(column(1)), cast({ kind: 'variable', ...x }));
    const sum = apply(SUM_OF, T.INT, apply(SEQUENCE, T.array(T.INT), constant(T.INT, 3)), { kind: 'lambda', type: T.BOOLEAN, nullable: true, params: [x], body });
    const batch = { length: 2, columns: COLUMNS.map((c, i) => columnOf(c.type, i === 1 ? [1, 2] : [null, null])), selection: null };
    for (const compiler of [fused, reference]) expect(outcome(() => compiler.projection([sum], layout, SETTINGS)(batch, EPOCH), batch)).toEqual([[1, 0]]);
  });
  test('predicates agree', () => {
    fc.assert(fc.property(batches, tree.bool, (batch, expr) => {
      const [a, b] = [fused.predicate(expr, layout, SETTINGS), reference.predicate(expr, layout, SETTINGS)];
      const run = (p: typeof a): unknown => { try { const s = p(batch, EPOCH); return s === batch.selection ? 'all' : [...s!]; } catch (error) { return outcome(() => { throw error; }, batch); } };
      expect(run(a)).toEqual(run(b));
    }), { numRuns: 700 });
  });
  test('expressions of any size are cut, not refused', () => {
    const batch: RecordBatch = { length: 5, selection: null, columns: COLUMNS.map((c) => columnOf(c.type, fc.sample(fc.option(c.value), { numRuns: 5, seed: 7 }))) };
    const int = (k: number): BoundExpr => k % 3 === 0 ? column(1) : constant(T.INT, k % 5);
    const repeat = (n: number, first: BoundExpr, next: (left: BoundExpr, k: number) => BoundExpr): BoundExpr => { let e = first; for (let k = 0; k < n; k++) e = next(e, k); return e; };
    const exprs = [
      repeat(400, column(1), (left, k) => apply(INT_OPS[3]!, T.INT, left, int(k))),
      repeat(300, column(2), (left, k) => apply(k % 2 ? AND : OR, T.BOOLEAN, left, apply(LESS, T.BOOLEAN, int(k), column(1)))),
      apply(WHEN, T.INT, ...Array.from({ length: 401 }, (_, k) => k % 2 || k === 400 ? apply(INT_OPS[0]!, T.INT, int(k), constant(T.INT, k)) : apply(LESS, T.BOOLEAN, column(1), constant(T.INT, k - 200)))),
      apply(COALESCE, T.STRING, ...Array.from({ length: 300 }, (_, k) => apply(WHEN, T.STRING, apply(LESS, T.BOOLEAN, column(1), constant(T.INT, -k)), apply(UPPER, T.STRING, column(4)))), constant(T.STRING, 'x')),
      apply(SUM_OF, T.INT, apply(SEQUENCE, T.array(T.INT), column(1)), { kind: 'lambda', type: T.INT, nullable: true, params: [{ id: 99, name: 'x', type: T.INT, nullable: true }],
        body: repeat(300, column(1), (left, k) => apply(INT_OPS[3]!, T.INT, left, k % 4 ? int(k) : { kind: 'variable', id: 99, name: 'x', type: T.INT, nullable: true })) }),
    ];
    const expected = outcome(() => reference.projection(exprs, layout, SETTINGS)(batch, EPOCH), batch);
    expect(expected).toBeInstanceOf(Array);
    expect(outcome(() => fused.projection(exprs, layout, SETTINGS)(batch, EPOCH), batch)).toEqual(expected);
  });
});
