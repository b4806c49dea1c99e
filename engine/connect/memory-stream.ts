// Rows that the program adds: what the memory source reads. An offset is the number of additions made so far; an empty addition is one, too,
// and makes an epoch run. Additions that no open query can ask for again are dropped.
//
// source: Spark's MemoryStream; like it, for tests and for feeding a query from the same process.

import { raise } from '../../planner/errors/index.js';
import type { Schema } from '../../planner/types.js';
import type { Row } from '../../planner/values.js';
import { batchOf } from '../columnar/build.js';
import type { RecordBatch } from '../columnar/column.js';
import type { Offset, Source } from './contract.js';

/** A stream that the program itself feeds. Give it to a reader of the format `memory`. */
export class MemoryStream {
  readonly schema: Schema;
  /** Additions from number `first` on; additions count from 1. */
  private additions: RecordBatch[] = [];
  private first = 1;
  private listeners = new Set<() => void>();
  private readonly readers = new Set<{ upTo: number }>();

  constructor(schema: Schema) { this.schema = schema; }

  /** Number of additions so far. */
  get end(): number { return this.first + this.additions.length - 1; }

  /** Adds rows in the order of the schema's fields, values as in planner/values.ts. Visible to queries at once, and as a whole. */
  addRows(rows: readonly Row[]): void { this.addBatch(batchOf(this.schema.fields.map((f) => f.type), rows)); }

  /** Adds a batch whose columns have the schema's types. */
  addBatch(batch: RecordBatch): void {
    this.additions.push(batch);
    const listeners = [...this.listeners];
    this.listeners.clear();
    for (const tell of listeners) tell();
  }

  /** @internal Opens a reader of some columns. */
  open(columns: readonly number[]): Source {
    const reader = { upTo: 0 };
    this.readers.add(reader);
    let seen = 0;
    let frozen = Number.POSITIVE_INFINITY;
    let committed = 0;
    const end = (): number => Math.min(this.end, frozen);
    return {
      latestOffset: async () => { seen = end(); return seen === 0 ? undefined : seen; },
      getBatch: (after, upTo) => this.read(numberOf(after), numberOf(upTo), columns),
      commit: async (upTo) => {
        // What the newest epoch read stays, in case its commit is taken back.
        reader.upTo = committed;
        committed = numberOf(upTo);
        this.drop(Math.min(...[...this.readers].map((r) => r.upTo)));
      },
      freeze: async () => { frozen = this.end; },
      newestOffset: async () => this.end,
      changed: async (signal) => {
        if (end() > seen || signal.aborted) return;
        await new Promise<void>((resolve) => {
          const tell = (): void => { this.listeners.delete(tell); signal.removeEventListener('abort', tell); resolve(); };
          this.listeners.add(tell);
          signal.addEventListener('abort', tell);
        });
      },
      close: async () => { this.readers.delete(reader); },
    };
  }

  private async *read(after: number, upTo: number, columns: readonly number[]): AsyncGenerator<RecordBatch, void, undefined> {
    if (after + 1 < this.first && upTo > after) {
      raise('OFFSETS_NOT_AVAILABLE', { source: 'memory', after: String(after), first: String(this.first - 1) },
        { hint: 'A memory stream drops what all queries that run over it have read: start those that share one before rows are added.' });
    }
    for (let n = after + 1; n <= upTo; n++) {
      const batch = this.additions[n - this.first]!;
      yield { length: batch.length, columns: columns.map((c) => batch.columns[c]!), selection: batch.selection };
    }
  }

  private drop(upTo: number): void {
    const count = upTo - this.first + 1;
    if (count > 0) { this.additions = this.additions.slice(count); this.first += count; }
  }
}

const numberOf = (offset: Offset | undefined): number => (typeof offset === 'number' ? offset : 0);
