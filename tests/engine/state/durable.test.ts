// State on disk: every version comes back exactly, snapshots and deltas agree, and a crash at any effect leaves the committed version whole.

import * as fc from 'fast-check';
import { batchOf } from '../../../engine/columnar/build.js';
import { type Column, fixedColumn } from '../../../engine/columnar/column.js';
import { rows } from '../../../engine/columnar/read.js';
import { simulatedHost } from '../../../engine/host/simulated.js';
import { stateBackend } from '../../../engine/state/durable.js';
import type { SlotValues, StateStore, StateTable } from '../../../engine/state/store.js';
import { EngineError } from '../../../planner/errors/index.js';
import * as T from '../../../planner/types.js';

class Sums implements SlotValues {
  sums = new Float64Array(0);
  reserve(count: number): void { const grown = new Float64Array(Math.max(count, this.sums.length)); grown.set(this.sums); this.sums = grown; }
  save(slots: Int32Array): readonly Column[] { return [fixedColumn(T.DOUBLE, slots.length, Float64Array.from(slots, (s) => this.sums[s]!))]; }
  load(slots: Int32Array, columns: readonly Column[]): void { slots.forEach((s, k) => { this.sums[s] = columns[0]!.values[k] as number; }); }
  reset(slots: Int32Array): void { for (const s of slots) this.sums[s] = 0; }
}
const KEY = [T.field('a', T.STRING), T.field('b', T.array(T.INT))];
interface Open { readonly store: StateStore; readonly table: StateTable; readonly sums: Sums }
function attach(store: StateStore): Open {
  const sums = new Sums();
  return { store, sums, table: store.table({ name: 't', key: KEY, value: [T.field('sum', T.DOUBLE)] }, sums) };
}
type Change = readonly [key: number, amount: number];
function apply({ table, sums }: Open, changes: readonly Change[], removed: readonly number[]): void {
  const keys = (numbers: readonly number[]): readonly Column[] => batchOf(KEY.map((f) => f.type), numbers.map((n) => [n % 5 === 0 ? null : `k${n}`, [n, null]])).columns;
  const slots = table.resolve(changes.length, null, keys(changes.map(([k]) => k)));
  changes.forEach(([, amount], i) => { sums.sums[slots[i]!]! += amount; });
  table.remove(Int32Array.from(new Set(table.find(removed.length, null, keys(removed)).filter((s) => s >= 0))));
}
/** Keys and sums by slot. */
function contents({ table, sums }: Open): string {
  const slots = table.slots();
  const keys = rows({ length: slots.length, columns: table.keys(slots), selection: null });
  return JSON.stringify(keys.map((k, i) => [slots[i], k, sums.sums[slots[i]!]]));
}

const epochs = fc.array(fc.record({
  changes: fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 9 })), { maxLength: 12 }), removed: fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 6 }),
}), { maxLength: 12 });

test('every version comes back as it was, slots included', async () => {
  await fc.assert(fc.asyncProperty(epochs, fc.integer({ min: 1, max: 5 }), fc.constantFrom(64, 400, 1 << 24), async (history, snapshotEvery, recordBytes) => {
    const { files } = simulatedHost(1);
    const open = async (version: number): Promise<Open> => attach(await stateBackend(files, '/state', { snapshotEvery, recordBytes }).open('agg', 'aggregate', version));
    const states: string[] = [];
    const first = await open(0);
    for (const [epoch, { changes, removed }] of history.entries()) {
      apply(first, changes, removed);
      states.push(contents(first));
      await first.store.commit(epoch);
    }
    // The newest version first: opening an older one removes what is newer.
    for (let version = history.length; version > 0; version--) expect(contents(await open(version))).toBe(states[version - 1]);
  }), { numRuns: 60 });
});

test('a file of several records is whole, or refused', async () => {
  const { files } = simulatedHost(1);
  const backend = (): Promise<StateStore> => stateBackend(files, '/state', { recordBytes: 64 }).open('agg', 'aggregate', 1);
  const written = attach(await stateBackend(files, '/state', { recordBytes: 64 }).open('agg', 'aggregate', 0));
  apply(written, Array.from({ length: 30 }, (_, k) => [k, k] as const), []);
  await written.store.commit(0);
  expect(contents(attach(await backend()))).toBe(contents(written));
  const name = '/state/agg/0/1.delta';
  const whole = Buffer.from(await files.readFile(name));
  const starts: number[] = [];
  for (let at = 0; at < whole.length; at += 16 + whole.readUInt32LE(at + 8)) starts.push(at);
  expect(starts.length).toBeGreaterThan(5);
  const put = async (bytes: Buffer): Promise<void> => { const f = await files.open(name, 'truncate'); await f.write([bytes]); await f.close(); };
  for (const [bytes, reason] of [
    [whole.subarray(0, starts.at(-1)), /its last records are missing/],
    [Buffer.concat([whole, whole.subarray(starts.at(-1))]), /bytes follow its last record/],
    [whole.subarray(0, starts.at(-1)! + 7), new RegExp(`ends inside a record header at byte ${starts.at(-1)! + 7}`)],
    [whole.subarray(0, -1), new RegExp(`record at byte ${starts.at(-1)} has`)],
    [Buffer.concat([whole.subarray(0, starts[2]! + 20), Buffer.from([whole[starts[2]! + 20]! ^ 1]), whole.subarray(starts[2]! + 21)]), new RegExp(`checksum of the record at byte ${starts[2]} is wrong`)],
  ] as const) {
    await put(bytes);
    await expect(backend()).rejects.toThrow(reason);
  }
});

test('after a replay the epoch may be another one: its old file does not count', async () => {
  const { files } = simulatedHost(1);
  const open = async (version: number): Promise<Open> => attach(await stateBackend(files, '/state', { snapshotEvery: 2 }).open('agg', 'aggregate', version));
  const first = await open(0);
  apply(first, [[1, 1], [2, 2]], []);
  await first.store.commit(0);
  apply(first, [[3, 3]], [1]);
  await first.store.commit(1);
  const again = await open(1);
  apply(again, [[4, 4]], [2]);
  const expected = contents(again);
  await again.store.commit(1);
  expect(contents(await open(2))).toBe(expected);
});

test('a power loss at any effect of a commit leaves the version before or the version after', async () => {
  for (let at = 0; ; at++) {
    const { files } = simulatedHost(at + 1);
    const open = async (version: number): Promise<Open> => attach(await stateBackend(files, '/state', { snapshotEvery: 2 }).open('agg', 'aggregate', version));
    const first = await open(0);
    apply(first, [[1, 1], [2, 2]], []);
    await first.store.commit(0);
    const before = contents(first);
    apply(first, [[2, 5], [3, 3]], [1]);
    let effects = 0;
    files.beforeEffect = () => { if (effects++ === at) throw new Error('power'); };
    const done = await first.store.commit(1).then(() => true, () => false);
    files.beforeEffect = undefined;
    const after = contents(first);
    files.crash('power');
    expect(contents(await open(done ? 2 : 1))).toBe(done ? after : before);
    if (done) break;
  }
});

test('purging keeps what the oldest version needs', async () => {
  const { files } = simulatedHost(1);
  const backend = stateBackend(files, '/state', { snapshotEvery: 3 });
  const first = attach(await backend.open('agg', 'aggregate', 0));
  const states: string[] = [];
  for (let epoch = 0; epoch < 12; epoch++) { apply(first, [[epoch, 1], [1, 1]], []); states.push(contents(first)); await first.store.commit(epoch); }
  await backend.purge(8);
  expect((await files.readDirectory('/state/agg/0')).length).toBeLessThan(9);
  for (let version = 12; version >= 8; version--) expect(contents(attach(await stateBackend(files, '/state').open('agg', 'aggregate', version)))).toBe(states[version - 1]);
});

test.each([['only come', (epoch: number) => epoch, []], ['change', () => 1, [3, 6, 9, 12]]] as const)('snapshots of rows that %s', async (_, key, expected) => {
  const { files } = simulatedHost(1);
  let open = attach(await stateBackend(files, '/state', { snapshotEvery: 3 }).open('agg', 'aggregate', 0));
  const snapshots = async (): Promise<number[]> => (await files.readDirectory('/state/agg/0')).flatMap((name) => name.endsWith('.snapshot') ? [Number.parseInt(name, 10)] : []).sort((a, b) => a - b);
  for (let epoch = 0; epoch < 12; epoch++) {
    // A restart changes nothing.
    if (epoch === 7) open = attach(await stateBackend(files, '/state', { snapshotEvery: 3 }).open('agg', 'aggregate', 7));
    apply(open, [[key(epoch), 1]], []);
    await open.store.commit(epoch);
  }
  expect(await snapshots()).toEqual(expected);
  for (let epoch = 12; epoch < 31; epoch++) { apply(open, [[key(epoch), 1]], []); await open.store.commit(epoch); }
  expect((await snapshots()).at(-1)).toBe(30);
});

test('another key or value is refused, a damaged file is noticed', async () => {
  const { files } = simulatedHost(1);
  const first = attach(await stateBackend(files, '/state').open('agg', 'aggregate', 0));
  apply(first, [[1, 1]], []);
  await first.store.commit(0);
  const condition = async (key: readonly T.Field[], value: readonly T.Field[]): Promise<string> => {
    const store = await stateBackend(files, '/state').open('agg', 'aggregate', 1);
    try { store.table({ name: 't', key, value }, new Sums()); } catch (error) { return (error as EngineError).condition; }
    return '';
  };
  expect(await condition([T.field('a', T.INT)], [T.field('sum', T.DOUBLE)])).toBe('STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE');
  expect(await condition(KEY, [T.field('sum', T.BIGINT)])).toBe('STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE');
  expect(await condition(KEY, [T.field('other name', T.DOUBLE)])).toBe('');
  const path = '/state/agg/0/1.delta';
  const bytes = (await files.readFile(path)).slice();
  bytes[bytes.length - 5]! ^= 1;
  const file = await files.open(path, 'truncate');
  await file.write([bytes]);
  await file.close();
  await expect(stateBackend(files, '/state').open('agg', 'aggregate', 1)).rejects.toThrow(EngineError);
});

test('a table that was dropped begins empty when it comes back, also where the epoch that dropped it had to be run again', async () => {
  const { files } = simulatedHost(1);
  const open = async (version: number, ...names: readonly string[]) => {
    const store = await stateBackend(files, '/s').open('0', 'op', version);
    return { store, tables: names.map((name) => { const sums = new Sums(); return { store, sums, table: store.table({ name, key: KEY, value: [T.field('sum', T.DOUBLE)], optional: true }, sums) }; }) };
  };
  const first = await open(0, 'a', 'b');
  for (const table of first.tables) apply(table, [[1, 1], [2, 2]], []);
  await first.store.commit(0);
  // The epoch that drops `b` fails after its state has been written, and is run again.
  for (let attempt = 0; attempt < 2; attempt++) {
    const second = await open(1, 'a');
    apply(second.tables[0]!, [[1, 1]], []);
    await second.store.commit(1);
  }
  const [a, b] = (await open(2, 'a', 'b')).tables;
  expect([a!.table.size, b!.table.size]).toEqual([2, 0]);
  // Before that, it was there.
  expect((await open(1, 'a', 'b')).tables[1]!.table.size).toBe(2);
});
