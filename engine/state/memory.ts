// State that lives in memory only: static queries, and streams without a checkpoint. The same tables; commit only forgets what was touched.

import { KeyedTable } from './table.js';
import type { SlotValues, StateBackend, StateStore, StateTable, StateTableSpec } from './store.js';

class MemoryStore implements StateStore {
  readonly version: number;
  readonly stored = [];
  private readonly tables: KeyedTable[] = [];
  constructor(version: number) { this.version = version; }
  get memoryUsedBytes(): number { return this.tables.reduce((sum, t) => sum + t.memoryUsedBytes, 0); }
  table(spec: StateTableSpec, values: SlotValues): StateTable {
    const table = new KeyedTable(spec, values);
    this.tables.push(table);
    return table;
  }
  async commit(): Promise<void> { for (const table of this.tables) table.committed(); }
}

/** An empty store that forgets everything with the process. */
export const memoryStore = (): StateStore => new MemoryStore(0);

/** Stores in memory; opening a version other than 0 gives an empty store, too. */
export const memoryBackend = (): StateBackend => ({
  async open(_stateId, _operatorName, version) { return new MemoryStore(version); },
  async purge() { /* nothing is kept */ },
  async close() { /* nothing is open */ },
});
