// The contract of operator state: keyed tables whose keys resolve to dense slots, a batch at a time; values live in typed columns by
// slot that the operator owns. A store holds the tables of one operator and makes each epoch's changes durable as one delta.
//
// source: layout and figures of the state prototype (docs/decisions: vectorised state); versions as Spark's state store, epoch N → N + 1.

import type { Field } from '../../planner/types.js';
import type { Column } from '../columnar/column.js';

/** The part of a table that its operator keeps: columns by slot. */
export interface SlotValues {
  /** Slots [0, count) exist from now on. */
  reserve(count: number): void;
  save(slots: Int32Array): readonly Column[];
  load(slots: Int32Array, columns: readonly Column[]): void;
  /** The slots are free: back to the identity. */
  reset(slots: Int32Array): void;
  /** Of the columns, as far as it is known: what is kept as objects is not counted. */
  readonly memoryUsedBytes?: number;
}

export interface StateTableSpec {
  readonly name: string;
  /** Part of the interned schema record; a change is refused unless `compatible` says otherwise. */
  readonly key: readonly Field[];
  readonly value: readonly Field[];
  /** Index of the key column that carries event time (a TIMESTAMP, or a window struct: its end). Groups with NULL there never expire. */
  readonly eventTime?: number;
  /** The key is a row as it is: -0.0 is not 0.0, and a map has an order. */
  readonly exact?: true;
  /** No key comes twice, and none is looked for: rows by number. The table has no index then, and `resolve` makes a slot for each key. */
  readonly serial?: true;
  /** What else may not change while the state is kept, by name. Stored with the schema; `changed` raises what is said of another value. */
  readonly fixed?: Readonly<Record<string, string>>;
  changed?(name: string, before: string, now: string): never;
  /** The operator decides by its own definition which of these tables there are: one that the checkpoint does not know begins empty. */
  readonly optional?: true;
}

export interface StateTable {
  readonly spec: StateTableSpec;
  /** Live keys. */
  readonly size: number;
  /** Slot of each row's key, inserting keys that are new: out[k] for physical row rows[k] (or k). NULL equals NULL, NaN equals NaN, -0.0 equals 0.0.
   *  Marks every slot as touched. */
  resolve(n: number, rows: Int32Array | null, keys: readonly Column[]): Int32Array;
  /** As resolve, but -1 for keys that are not there; touches nothing. */
  find(n: number, rows: Int32Array | null, keys: readonly Column[]): Int32Array;
  /** Slots touched since the last commit, each once, in order of first touch; `isNew(slot)`: it did not exist at the last commit.
   *  `from`: without the first so many (only while nothing has been removed since). */
  touched(from?: number): Int32Array;
  isNew(slot: number): boolean;
  touch(slots: Int32Array): void;
  /** All live slots, ascending: in order of insertion as long as nothing was removed. */
  slots(): Int32Array;
  keys(slots: Int32Array): readonly Column[];
  /** Live slots whose event time is at or before the watermark (ms), oldest first; no scan over the others. */
  expired(watermarkMillis: number): Int32Array;
  /** Deadlines that the operator sets itself, in place of the key's event time: `expired` then gives these. Infinity: never. Not kept in
   *  files: after a recovery the operator sets them again from its values. */
  expireAt(slots: Int32Array, millis: Float64Array): void;
  /** The earliest deadline; undefined if there is none. */
  earliestDeadline(): number | undefined;
  /** All slots are below. */
  readonly slotCount: number;
  remove(slots: Int32Array): void;
}

export interface StateStore {
  /** Version that was opened: the epoch whose commit it holds is version − 1. */
  readonly version: number;
  /** What the checkpoint holds. A table that is not opened is gone with the next commit. */
  readonly stored: readonly Pick<StateTableSpec, 'name' | 'key' | 'value' | 'fixed'>[];
  /** Opens (and on recovery refills) a table. Once for each name, before the first epoch. */
  table(spec: StateTableSpec, values: SlotValues): StateTable;
  /** Durable as the state after `epoch`; repeating it for the same epoch after a replay replaces it. */
  commit(epoch: number): Promise<void>;
  /** Keys, indexes and values of all tables. */
  readonly memoryUsedBytes: number;
}

export interface StateBackend {
  /** `version`: 0 for a new query, else last committed epoch + 1.
   *  @throws STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE and relatives when the stored schema is another one. */
  open(stateId: string, operatorName: string, version: number): Promise<StateStore>;
  /** Nothing before this epoch will be asked for again. */
  purge(beforeEpoch: number): Promise<void>;
  close(): Promise<void>;
}
