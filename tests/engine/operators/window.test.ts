import fc from 'fast-check';
import { catalog } from '../../../engine/functions/index.js';
import type { BoundFrame, BoundFrameBound, BoundWindow, LogicalPlan } from '../../../planner/tree.js';
import { BIGINT, DOUBLE, INT } from '../../../planner/types.js';
import type { Row } from '../../../planner/values.js';
import { col, column, constant, run, sorted, values } from './plans.js';

const COLUMNS = [column(1), column(2), column(3)];
const whole: BoundFrame = { unit: 'rows', start: { kind: 'unbounded_preceding' }, end: { kind: 'unbounded_following' } };

function over(name: string, args: BoundWindow['fn']['args'], frame: BoundFrame, type = INT): BoundWindow {
  const fn = catalog.lookup(name)!;
  const node = fn.kind === 'aggregate' ? { kind: 'aggregate' as const, fn, name, args, distinct: false, type, nullable: true } : { kind: 'apply' as const, fn, name, args, type, nullable: true };
  return { kind: 'window', fn: node, partitionBy: [col(1)], orderBy: [{ expr: col(2), ascending: true, nullsFirst: true }], frame, type, nullable: true };
}
const plan = (data: readonly Row[], ...windows: readonly BoundWindow[]): LogicalPlan => ({
  kind: 'window', input: values(COLUMNS, data), partitionBy: windows[0]!.partitionBy, orderBy: windows[0]!.orderBy,
  functions: windows.map((window, i) => ({ id: 10 + i, name: `w${i}`, window })),
});

it('ranks rows of each partition', async () => {
  const data = [[1, 10, 0], [1, 10, 1], [1, 20, 2], [2, null, 3], [2, 5, 4]];
  const names = ['row_number', 'rank', 'dense_rank'];
  expect(await run(plan(data, ...names.map((n) => over(n, [], whole)), over('lag', [col(3), constant(1), constant(-1)], whole), over('lead', [col(3), constant(2), constant(null)], whole)))).toEqual([
    [1, 10, 0, 1, 1, 1, -1, 2], [1, 10, 1, 2, 1, 1, 0, null], [1, 20, 2, 3, 3, 2, 1, null], [2, null, 3, 1, 1, 1, -1, null], [2, 5, 4, 2, 2, 2, 3, null],
  ]);
});

const bound = fc.oneof(
  fc.constantFrom<BoundFrameBound>({ kind: 'unbounded_preceding' }, { kind: 'current_row' }, { kind: 'unbounded_following' }),
  fc.tuple(fc.constantFrom('preceding' as const, 'following' as const), fc.integer({ min: 0, max: 3 })).map(([kind, n]): BoundFrameBound => ({ kind, offset: constant(n) })),
);
const distance = (b: BoundFrameBound): number => b.kind === 'unbounded_preceding' ? -Infinity : b.kind === 'unbounded_following' ? Infinity
  : b.offset?.kind === 'const' ? Number(b.offset.value) * (b.kind === 'preceding' ? -1 : 1) : 0;

function framed(data: readonly Row[], frame: BoundFrame): Row[] {
  const out: Row[] = [];
  for (const key of new Set(data.map((r) => r[0]))) {
    const part = data.filter((r) => r[0] === key).sort((a, b) => ((a[1] as number | null) ?? -1e9) - ((b[1] as number | null) ?? -1e9));
    part.forEach((row, i) => {
      const inside = part.filter((other, j) => {
        if (frame.unit === 'rows') return j - i >= distance(frame.start) && j - i <= distance(frame.end);
        // NULL is the lowest key: a bound made from it is NULL too.
        const key = (v: Row[number] | undefined): number => (v ?? -Infinity) as number;
        const edge = (b: BoundFrameBound): number => Math.abs(distance(b)) === Infinity ? distance(b) : key(row[1]) + distance(b);
        return key(other[1]) >= edge(frame.start) && key(other[1]) <= edge(frame.end);
      });
      const present = inside.filter((r) => r[2] !== null);
      out.push([...row, present.length === 0 ? null : BigInt(present.reduce((s, r) => s + (r[2] as number), 0)), BigInt(present.length)]);
    });
  }
  return out;
}

it('aggregates over frames as rows taken one by one do', async () => {
  const cell = fc.option(fc.integer({ min: 0, max: 5 }), { nil: null });
  // The order key is unique within a partition for ROWS, so that the frame is determined.
  const data = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 2 }), cell, cell), { maxLength: 20, selector: ([p, k]) => `${p} ${k}` });
  await fc.assert(fc.asyncProperty(data, fc.constantFrom('rows' as const, 'range' as const), bound, bound, async (rowsIn, unit, start, end) => {
    fc.pre(start.kind !== 'unbounded_following' && end.kind !== 'unbounded_preceding' && distance(start) <= distance(end));
    const frame: BoundFrame = { unit, start, end };
    const got = await run(plan(rowsIn, over('sum', [col(3)], frame, BIGINT), over('count', [col(3)], frame, BIGINT)));
    expect(sorted(got)).toEqual(sorted(framed(rowsIn, frame)));
  }), { numRuns: 200 });
});

it('wide and growing frames put together from parts say what each frame says by itself', async () => {
  const wide = fc.oneof(fc.constantFrom<BoundFrameBound>({ kind: 'unbounded_preceding' }, { kind: 'current_row' }, { kind: 'unbounded_following' }),
    fc.tuple(fc.constantFrom('preceding' as const, 'following' as const), fc.integer({ min: 0, max: 300 })).map(([kind, n]): BoundFrameBound => ({ kind, offset: constant(n) })));
  const value = fc.option(fc.integer({ min: -9, max: 9 }), { nil: null });
  const sizes = fc.tuple(fc.integer({ min: 520, max: 700 }), fc.integer({ min: 0, max: 90 }));
  await fc.assert(fc.asyncProperty(sizes, fc.array(value, { minLength: 40, maxLength: 60 }), wide, wide, async (counts, cells, start, end) => {
    fc.pre(start.kind !== 'unbounded_following' && end.kind !== 'unbounded_preceding' && distance(start) <= distance(end));
    const data = counts.flatMap((n, p): Row[] => Array.from({ length: n }, (_, i): Row => [p, i, cells[(i * 7) % cells.length]!]));
    const frame: BoundFrame = { unit: 'rows', start, end };
    const got = await run(plan(data, over('sum', [col(3)], frame, BIGINT), over('count', [col(3)], frame, BIGINT), over('max', [col(3)], frame), over('avg', [col(3)], frame, DOUBLE)));
    for (const [p, i, , sum, count, max, avg] of got as readonly (readonly number[])[]) {
      const from = Math.max(0, i! + distance(start));
      const inside = data.filter((r) => r[0] === p).slice(from, Math.max(from, i! + distance(end) + 1)).flatMap((r) => r[2] === null ? [] : [r[2] as number]);
      const total = inside.reduce((a, b) => a + b, 0);
      expect([sum, count, max, avg]).toEqual(inside.length === 0 ? [null, 0n, null, null] : [BigInt(total), BigInt(inside.length), Math.max(...inside), total / inside.length]);
    }
  }), { numRuns: 12 });
});
