import fc from 'fast-check';
import type { BoundExpr, LogicalJoinType, LogicalPlan } from '../../../planner/tree.js';
import { BOOLEAN } from '../../../planner/types.js';
import type { Row } from '../../../planner/values.js';
import { call, col, column, constant, run, sorted, values } from './plans.js';

const LEFT = [column(1), column(2)];
const RIGHT = [column(3), column(4)];
const eq = (a: BoundExpr, b: BoundExpr, name = '='): BoundExpr => call(name, [a, b]);
const and = (a: BoundExpr, b: BoundExpr): BoundExpr => call('and', [a, b]);

type Test = (l: Row, r: Row) => boolean | null;
const same = (a: unknown, b: unknown): boolean | null => a === null || b === null ? null : a === b;
const both = (a: boolean | null, b: boolean | null): boolean | null => a === false || b === false ? false : a === null || b === null ? null : true;
const CONDITIONS: readonly (readonly [string, BoundExpr | null, Test])[] = [
  ['key', eq(col(1), col(3)), (l, r) => same(l[0], r[0])],
  ['key that takes NULL', eq(col(3), col(1), '<=>'), (l, r) => l[0] === r[0]],
  ['key and residual', and(eq(col(1), col(3)), call('<', [col(2), col(4)])), (l, r) => both(same(l[0], r[0]), l[1] === null || r[1] === null ? null : (l[1] as number) < (r[1] as number))],
  ['two keys', and(eq(col(1), col(3)), eq(col(2), col(4))), (l, r) => both(same(l[0], r[0]), same(l[1], r[1]))],
  ['inequality', call('<', [col(1), col(4)]), (l, r) => l[0] === null || r[1] === null ? null : (l[0] as number) < (r[1] as number)],
  ['one side only', eq(col(1), constant(1)), (l) => same(l[0], 1)],
  ['nothing', null, () => true],
];

function brute(left: readonly Row[], right: readonly Row[], type: LogicalJoinType, test: Test, nullAware: boolean): Row[] {
  const nulls = [null, null];
  const out: Row[] = [];
  const matched = new Set<number>();
  for (const l of left) {
    const verdicts = right.map((r) => test(l, r));
    const hits = right.filter((_, j) => verdicts[j] === true);
    verdicts.forEach((v, j) => { if (v === true) matched.add(j); });
    const unknown = nullAware && verdicts.includes(null);
    if (type === 'left_semi') { if (hits.length > 0) out.push(l); }
    else if (type === 'left_anti') { if (hits.length === 0 && !unknown) out.push(l); }
    else if (type === 'existence') out.push([...l, hits.length > 0 ? true : unknown ? null : false]);
    else {
      for (const r of hits) out.push([...l, ...r]);
      if (hits.length === 0 && (type === 'left' || type === 'full')) out.push([...l, ...nulls]);
    }
  }
  if (type === 'right' || type === 'full') right.forEach((r, j) => { if (!matched.has(j)) out.push([...nulls, ...r]); });
  return out;
}

const cell = fc.option(fc.integer({ min: 0, max: 3 }), { nil: null });
const side = fc.array(fc.tuple(cell, cell), { maxLength: 12 });

const plan = (left: readonly Row[], right: readonly Row[], type: LogicalJoinType, condition: BoundExpr | null, nullAware: boolean): LogicalPlan => ({
  kind: 'join', left: values(LEFT, left), right: values(RIGHT, right), type, condition,
  ...(type === 'existence' && { exists: column(9, BOOLEAN) }), ...(nullAware && { nullAware: true as const }),
});

for (const [name, condition, test] of CONDITIONS) {
  it(`joins by ${name} as pairs taken one by one do`, async () => {
    await fc.assert(fc.asyncProperty(side, side, fc.constantFrom<LogicalJoinType>('inner', 'left', 'right', 'full', 'left_semi', 'left_anti', 'existence'), fc.boolean(), async (left, right, type, aware) => {
      const nullAware = aware && (type === 'left_anti' || type === 'existence');
      expect(sorted(await run(plan(left, right, type, condition, nullAware)))).toEqual(sorted(brute(left, right, type, test, nullAware)));
    }), { numRuns: 60 });
  });
}

it('refuses a second row for a scalar subquery', async () => {
  const two = plan([[1, 1]], [[1, 1], [1, 2]], 'left_single', CONDITIONS[0]![1], false);
  await expect(run(two)).rejects.toMatchObject({ condition: 'SCALAR_SUBQUERY_TOO_MANY_ROWS' });
  expect(await run(plan([[1, 1], [2, 2]], [[1, 7]], 'left_single', CONDITIONS[0]![1], false))).toEqual([[1, 1, 1, 7], [2, 2, null, null]]);
});

it('gives a large cross join in bounded pieces', async () => {
  const many = Array.from({ length: 300 }, (_, i) => [i, i]);
  expect(await run(plan(many, many, 'inner', null, false))).toHaveLength(90_000);
});

it('runs a dependent right side for each tuple of outer values', async () => {
  const right: LogicalPlan = {
    kind: 'limit', limit: 1, offset: 0,
    input: { kind: 'filter', input: values(RIGHT, [[1, 5], [1, 6], [2, 7], [null, 8]]), predicate: eq(col(3), { ...col(1), outer: true }) },
  };
  const joined: LogicalPlan = { kind: 'dependent_join', left: values(LEFT, [[1, 0], [2, 0], [3, 0], [1, 1]]), right, type: 'left', condition: null, outer: [{ ...col(1), outer: true }] };
  expect(sorted(await run(joined))).toEqual(sorted([[1, 0, 1, 5], [2, 0, 2, 7], [3, 0, null, null], [1, 1, 1, 5]]));
});
