// What the compilers promise beyond values: places of errors, laziness, columns passed through, epochs, users' closures, bounded
// functions, and the fallback where code generation is forbidden.

import { batchOf, columnOf } from '../../../engine/columnar/build.js';
import type { RecordBatch } from '../../../engine/columnar/column.js';
import { rows } from '../../../engine/columnar/read.js';
import type { EpochInfo, ScalarFunction } from '../../../engine/functions/define.js';
import { generateProjection } from '../../../engine/kernels/codegen.js';
import { type Compiler, evaluateConstant, makeCompiler } from '../../../engine/kernels/compiler.js';
import { toIr } from '../../../engine/kernels/ir.js';
import { EngineError, raise } from '../../../planner/errors/index.js';
import type { BoundExpr, Settings } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';

const SETTINGS: Settings = { timeZone: 'UTC', ansi: true, compatSpark: false, conf: new Map() };
const EPOCH: EpochInfo = { epoch: 0, timestampMillis: 0 };
const TEXT = 'SELECT a / b, a / c';
const casts = { row: (_from: DataType, to: DataType) => (v: Value) => to.kind === 'int' ? Number(v) : String(v) };
const kinds = ['fused', 'vectorized'] as const;
const compilerOf = (kind: typeof kinds[number]): Compiler => makeCompiler({ kind, casts, convert: { toUser: () => (v) => v === null ? 'null' : `<${v}>`, fromUser: () => (v) => v as Value } });

const spec = (name: string, fields: Partial<ScalarFunction>): ScalarFunction => ({ name, kind: 'scalar', doc: '', examples: [], params: [], nulls: 'propagate', result: () => T.INT, ...fields });
const divide = spec('/', { bind: () => (a: number, b: number) => b === 0 ? raise('DIVIDE_BY_ZERO', { config: 'x' }) : Math.trunc(a / b), lazy: 'right_then_left' });
const silent = { ...divide, namesPosition: false as const };
const column = (id: number, type: DataType = T.INT): BoundExpr => ({ kind: 'column', id, name: `c${id}`, type, nullable: true });
const constant = (type: DataType, value: Value): BoundExpr => ({ kind: 'const', type, nullable: value === null, value });
const apply = (fn: ScalarFunction, type: DataType, args: readonly BoundExpr[], at?: number): BoundExpr =>
  ({ kind: 'apply', fn, name: fn.name, type, nullable: true, args, ...(at !== undefined && { span: { text: TEXT, start: at, stop: at + 5 } }) });
const layout = new Map([[0, 0], [1, 1], [2, 2]]);
const numbers = (...values: (readonly Value[])[]): RecordBatch => batchOf([T.INT, T.INT, T.INT], values);
const project = (kind: typeof kinds[number], batch: RecordBatch, ...exprs: BoundExpr[]): Value[][] =>
  rows({ ...batch, columns: compilerOf(kind).projection(exprs, layout, SETTINGS)(batch, EPOCH) });

describe.each(kinds)('%s', (kind) => {
  test('an error is that of the first row at fault, at its node', () => {
    const exprs = [apply(divide, T.INT, [column(0), column(1)], 7), apply(divide, T.INT, [column(0), column(2)], 14)];
    const run = (...values: Value[][]): unknown => { try { return project(kind, numbers(...values), ...exprs); } catch (error) { return [(error as EngineError).condition, (error as EngineError).span?.start]; } };
    expect(run([4, 2, 1], [1, 1, 0], [1, 0, 1])).toEqual(['DIVIDE_BY_ZERO', 14]);
    expect(run([4, 2, 1], [1, 0, 0])).toEqual(['DIVIDE_BY_ZERO', 7]);
    expect(run([4, 2, null], [1, null, 1])).toEqual([[2, null], [null, 1]]);
    const nowhere = (): unknown => project(kind, numbers([1, 0, 0]), apply(silent, T.INT, [column(0), column(1)], 7));
    expect(nowhere).toThrow(EngineError);
    try { nowhere(); } catch (error) { expect((error as EngineError).span).toBeUndefined(); }
  });

  test('rows that are not asked for do not raise: selection, CASE, NULL divisor and dividend', () => {
    const quotient = apply(divide, T.INT, [column(0), column(1)]);
    expect(project(kind, { ...numbers([4, 2, 0], [1, 0, 0]), selection: Int32Array.of(0) }, quotient)).toEqual([[2]]);
    const isZero = spec('=', { bind: () => (a: number, b: number) => a === b });
    const guarded = apply(spec('when', { nulls: 'custom', lazy: 'branch' }), T.INT, [apply(isZero, T.BOOLEAN, [column(1), constant(T.INT, 0)]), constant(T.INT, -1), quotient]);
    expect(project(kind, numbers([4, 2, 0], [1, 0, 0]), guarded)).toEqual([[2], [-1]]);
    expect(project(kind, numbers([null, 0, 0], [0, null, 0]), quotient)).toEqual([[null], [null]]);
    const attempt = apply(spec('try_eval', { nulls: 'custom', lazy: 'try' }), T.INT, [quotient]);
    expect(project(kind, numbers([4, 2, 0], [1, 0, 0]), attempt)).toEqual([[2], [null]]);
  });

  test('a column reference is passed on; a predicate that keeps all keeps the selection', () => {
    const batch = { ...numbers([1, 1, 1], [2, 2, 2]), selection: Int32Array.of(1) };
    const compiler = compilerOf(kind);
    expect(compiler.projection([column(1)], layout, SETTINGS)(batch, EPOCH)[0]).toBe(batch.columns[1]);
    expect(compiler.predicate(constant(T.BOOLEAN, true), layout, SETTINGS)(batch, EPOCH)).toBe(batch.selection);
    expect([...compiler.predicate(constant(T.BOOLEAN, null), layout, SETTINGS)(batch, EPOCH)!]).toEqual([]);
  });

  test('a field of a struct column is a column: no copy, NULL where either is', () => {
    const inner = T.struct([T.field('x', T.INT), T.field('y', T.STRING)]);
    const type = T.struct([T.field('a', T.INT), T.field('s', inner)]);
    const batch = { length: 3, selection: null, columns: [columnOf(T.INT, [1, 2, 3]), columnOf(type, [[7, [8, 'z']], null, [null, null]])] };
    const get = spec('getfield', { bind: () => { throw new Error('not called'); }, field: (call) => call.constant(1) as number });
    const field = (e: BoundExpr, k: number, t: DataType): BoundExpr => apply(get, t, [e, constant(T.INT, k)]);
    const wide = column(1, type);
    const exprs = [field(wide, 0, T.INT), field(field(wide, 1, inner), 1, T.STRING), field(field(wide, 1, inner), 0, T.INT)];
    const columns = compilerOf(kind).projection(exprs, new Map([[0, 0], [1, 1]]), SETTINGS)(batch, EPOCH);
    expect(rows({ ...batch, columns })).toEqual([[7, 'z', 8], [null, null, null], [null, null, null]]);
    expect(columns[0]!.values).toBe(batch.columns[1]!.children[0]!.values);
  });

  test('a struct is made of the columns of its parts: NULLs stay in them, errors keep their order, a struct in a struct', () => {
    const make = spec('struct', { nulls: 'custom', nullable: () => false, bind: () => (...values: readonly Value[]) => values, assembles: ({ args }) => args.map((_, i) => i) });
    const struct = (...parts: readonly BoundExpr[]): BoundExpr => apply(make, T.struct(parts.map((p, i) => T.field(`f${i}`, p.type))), parts);
    const quotient = apply(divide, T.INT, [column(0), column(1)], 7);
    const nested = struct(column(2), struct(quotient, constant(T.STRING, 'x')), column(0));
    const batch = { ...numbers([4, 2, null], [1, 0, 0], [null, 1, 5]), selection: Int32Array.of(0, 2) };
    const columns = compilerOf(kind).projection([nested, column(1)], layout, SETTINGS)(batch, EPOCH);
    expect(rows({ ...batch, columns })).toEqual([[[null, [2, 'x'], 4], 2], [[5, [null, 'x'], null], 1]]);
    if (kind === 'fused') expect(columns[0]!.children[0]).toBe(batch.columns[2]);
    expect(() => project(kind, numbers([4, 2, 1], [1, 0, 0]), nested)).toThrow('DIVIDE_BY_ZERO');
  });

  test('functions of the epoch are bound once in each; errors of binding are those of a row', () => {
    let bound = 0;
    const sequence = spec('sequence', { deterministic: false, bind: (_call, { epoch }) => { bound++; let n = 0; return () => epoch.epoch * 100 + n++; } });
    const projection = compilerOf(kind).projection([apply(sequence, T.INT, [])], layout, SETTINGS);
    const batch = numbers([0, 0, 0], [0, 0, 0]);
    const read = (epoch: number): Value[] => rows({ ...batch, columns: projection(batch, { epoch, timestampMillis: epoch }) }).map((r) => r[0]!);
    expect([read(1), read(1), read(2)]).toEqual([[100, 101], [102, 103], [200, 201]]);
    expect(bound).toBe(2);
    const broken = apply(spec('broken', { bind: () => raise('DIVIDE_BY_ZERO', { config: 'x' }) }), T.INT, [column(0)], 7);
    expect(project(kind, numbers([null, 0, 0]), broken)).toEqual([[null]]);
    expect(() => project(kind, numbers([1, 0, 0]), broken)).toThrow('DIVIDE_BY_ZERO');
  });

  test("users' closures see their own representation, NULL included; what they throw is an EngineError", () => {
    const user = (call: (...args: never[]) => unknown): BoundExpr => ({ kind: 'user_call', type: T.STRING, nullable: true, args: [column(0)], fn: { name: 'f', type: T.STRING, deterministic: true, arity: 1, call } });
    expect(project(kind, numbers([1, 0, 0], [null, 0, 0]), user((x: string) => `f(${x})`))).toEqual([['f(<1>)'], ['f(null)']]);
    expect(() => project(kind, numbers([1, 0, 0]), user(() => { throw new TypeError('no such thing'); }))).toThrow(/FAILED_EXECUTE_UDF.*no such thing/);
  });

  test('casts come from the provider; exact ones between numbers do not', () => {
    const cast = (arg: BoundExpr, type: DataType): BoundExpr => ({ kind: 'cast', type, nullable: true, arg, mode: 'ansi', origin: 'user' });
    const long = (v: bigint): BoundExpr => constant(T.BIGINT, v);
    const read = (v: bigint, type: DataType): Value => project(kind, numbers([1, 0, 0]), cast(long(v), type))[0]![0]!;
    expect(project(kind, numbers([7, 0, 0]), cast(column(0), T.STRING), cast(column(0), T.BIGINT), cast(column(0), T.DOUBLE))).toEqual([['7', 7n, 7]]);
    for (const v of [0n, -1n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n, 0x7fffffff_ffffffffn, -(2n ** 40n) + 3n]) expect(read(v, T.DOUBLE)).toBe(Number(v));
    // Half way between two floats but for the last bit: rounding to a double first would lose it.
    expect(read((1n << 60n) + (1n << 36n) + 1n, T.FLOAT)).toBe(2 ** 60 + 2 ** 37);
    expect(read((1n << 60n) + (1n << 36n), T.FLOAT)).toBe(2 ** 60);
  });
});

describe('generated code', () => {
  test('no function grows with the expression', () => {
    const xor = spec('^', { bind: () => (a: number, b: number) => a ^ b, inline: () => ({ code: ([a, b]) => `${a} ^ ${b}`, total: true }) });
    const less = spec('<', { bind: () => (a: number, b: number) => a < b, inline: () => ({ code: ([a, b]) => `${a} < ${b}`, total: true }) });
    const when = spec('when', { nulls: 'custom', lazy: 'branch' });
    let deep = column(0);
    for (let k = 0; k < 1000; k++) deep = apply(xor, T.INT, [deep, k % 2 ? column(1) : constant(T.INT, k)]);
    const wide = apply(when, T.INT, Array.from({ length: 3001 }, (_, k) => k % 2 || k === 3000 ? column(1) : apply(less, T.BOOLEAN, [column(0), constant(T.INT, k)])));
    for (const e of [deep, wide, apply(xor, T.INT, [wide, column(1)])]) {
      const { text } = generateProjection([toIr(e, layout, SETTINGS, { casts })], { nullable: () => true, selected: false });
      const functions = text.split(/^const part\d+ = /m).map((part) => part.length);
      expect(functions.length).toBeGreaterThan(10);
      expect(Math.max(...functions)).toBeLessThan(16_000);
    }
  });

  test('a common part runs once a row, where it runs anyway; a random one never is common', () => {
    let calls = 0;
    const parse = spec('parse', { bind: () => (a: number) => { calls++; return a * 10; } });
    const add = spec('+', { bind: () => (a: number, b: number) => a + b });
    const parsed = (): BoundExpr => apply(parse, T.INT, [column(0)]);
    const when = (...args: BoundExpr[]): BoundExpr => apply(spec('when', { nulls: 'custom', lazy: 'branch' }), T.INT, args);
    const batch = numbers([1, 1, 0], [2, null, 0]);
    expect(project('fused', batch, parsed(), apply(add, T.INT, [parsed(), column(1)]), when(constant(T.BOOLEAN, true), parsed()))).toEqual([[10, 11, 10], [20, null, 20]]);
    expect(calls).toBe(2);
    const is = spec('=', { bind: () => (a: number, b: number) => a === b });
    calls = 0;
    expect(project('fused', batch, when(apply(is, T.BOOLEAN, [column(0), constant(T.INT, 1)]), parsed(), constant(T.INT, 0)), parsed())).toEqual([[10, 10], [0, 20]]);
    expect(calls).toBe(3);
    calls = 0;
    const random = { ...parse, deterministic: false as const };
    project('fused', batch, apply(random, T.INT, [column(0)]), apply(random, T.INT, [column(0)]));
    expect(calls).toBe(4);
  });

  test('only engine-made words reach the text', () => {
    const evil = '"); process.exit(1); //';
    const fn = spec(`f\n${evil}`, { bind: () => (a: string) => a });
    const expr = apply(fn, T.STRING, [apply(fn, T.STRING, [constant(T.STRING, evil)])]);
    const { text } = generateProjection([toIr(expr, layout, SETTINGS, { casts })], { nullable: () => false, selected: false });
    expect(text).not.toContain('process.exit(');
    expect(project('fused', numbers([1, 0, 0]), expr)).toEqual([[evil]]);
  });

  test('where code from text is forbidden, auto is the vectorised evaluator', () => {
    const original = globalThis.Function;
    globalThis.Function = function forbidden() { throw new EvalError('Code generation from strings disallowed for this context'); } as never;
    try {
      const auto = makeCompiler({ kind: 'auto', casts });
      const batch = numbers([4, 2, 0]);
      expect(rows({ ...batch, columns: auto.projection([apply(divide, T.INT, [column(0), column(1)])], layout, SETTINGS)(batch, EPOCH) })).toEqual([[2]]);
    } finally { globalThis.Function = original; }
  });

  test('more shapes of batches than are compiled apart still give the right answer', () => {
    const add = spec('+', { bind: () => (a: number, b: number) => a + b, inline: () => ({ code: ([a, b]) => `${a} + ${b}`, total: true }) });
    const ids = [0, 1, 2, 3, 4];
    const sum = ids.slice(1).reduce((e, id) => apply(add, T.INT, [e, column(id)]), column(0));
    const projection = makeCompiler({ kind: 'fused', casts }).projection([sum], new Map(ids.map((id) => [id, id])), SETTINGS);
    for (let shape = 0; shape < 32; shape++) {
      const columns = ids.map((id) => columnOf(T.INT, [id, shape >> id & 1 ? null : id]));
      const batch = { length: 2, columns, selection: null };
      expect(rows({ ...batch, columns: projection(batch, EPOCH) })).toEqual([[10], [shape === 0 ? 10 : null]]);
    }
  });
});

test('evaluateConstant gives the value of an expression without columns', () => {
  expect(evaluateConstant(apply(divide, T.INT, [constant(T.INT, 9), constant(T.INT, 2)]), SETTINGS)).toBe(4);
  expect(() => evaluateConstant(apply(divide, T.INT, [constant(T.INT, 9), constant(T.INT, 0)], 7), SETTINGS)).toThrow('DIVIDE_BY_ZERO');
});
