// What the JSON decoder and the functions it generates share.

import type { DataType } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import type { Values } from '../columnar/column.js';

/** How a column is kept while decoding. */
export type Storage = 'view' | 'fixed' | 'slow';

/** What a generated function sees of one column. */
export interface Target {
  readonly type: DataType;
  readonly storage: Storage;
  values: Values;
  /** The halves of 64-bit values. */
  words: Int32Array;
  start: Int32Array;
  end: Int32Array;
  /** 1: NULL. Scratch, cleared after use. */
  nulls: Uint8Array;
  slow: Value[];
}
