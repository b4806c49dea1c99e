// The row ledger: an operator that loses a row, invents one or miscounts is caught at the end of the epoch, if that is asked for.

import { batchOf } from '../../../engine/columnar/build.js';
import { flow } from '../../../engine/operators/flow.js';
import { noCounts, type Operator, type PhysicalPlan, type RowCounts } from '../../../engine/operators/operator.js';
import { INT } from '../../../planner/types.js';

function run(counted: Partial<RowCounts>, checked: boolean): void {
  const operator: Operator = { counts: noCounts(), process(input, _port, _context, emit) { Object.assign(this.counts, counted); emit(input); } };
  const output = [{ id: 1, name: 'n', type: INT, nullable: true }];
  const plan: PhysicalPlan = { nodes: [{ name: 'scan', inputs: [], output, ports: [], detail: '', create: () => operator }], root: 0, sources: [{ node: 0, scan: undefined as never }], output };
  const context = { epoch: 0, timestampMillis: 0, lateWatermark: 0, evictWatermark: 0, final: true };
  for (const _ of flow({ plan, operators: [operator], context: () => context, feed: () => [batchOf([INT], [[1], [2], [3]])], checked }));
}

test('rows that came and went are those that are counted', () => {
  expect(() => run({ in: 3, used: 3, out: 3 }, true)).not.toThrow();
  expect(() => run({ in: 3, used: 1, late: 1, filtered: 1, out: 3 }, true)).not.toThrow();
  expect(() => run({ in: 2, used: 2, out: 3 }, true)).toThrow('scan accounts for its rows: 3 came, 3 went');
  expect(() => run({ in: 3, used: 3, out: 2 }, true)).toThrow('accounts for its rows');
  expect(() => run({ in: 3, used: 2, out: 3 }, true)).toThrow('accounts for its rows');
  expect(() => run({ in: 3, used: 2, out: 3 }, false)).not.toThrow();
});

test.each([['insert', 'sink takes no rows back on port 0'], ['retract', undefined]] as const)('a port that takes %s', (changes, message) => {
  const output = [{ id: 1, name: 'n', type: INT, nullable: true }];
  const counted = (weights: Int32Array | null): Operator => ({
    counts: noCounts(),
    process(input, _port, _context, emit) { this.counts.in += 2; this.counts.used += 2; this.counts.out += 2; emit({ ...input, weights }); },
  });
  const node = { output, detail: '', create: () => counted(null) };
  const plan: PhysicalPlan = {
    nodes: [{ ...node, name: 'scan', inputs: [], ports: [] }, { ...node, name: 'sink', inputs: [0], ports: [changes] }], root: 1, sources: [{ node: 0, scan: undefined as never }], output,
  };
  const context = { epoch: 0, timestampMillis: 0, lateWatermark: 0, evictWatermark: 0, final: true };
  const all = (): void => { for (const _ of flow({ plan, operators: [counted(Int32Array.of(1, -1)), counted(null)], context: () => context, feed: () => [batchOf([INT], [[1], [2]])], checked: true })); };
  if (message === undefined) expect(all).not.toThrow(); else expect(all).toThrow(message);
});
