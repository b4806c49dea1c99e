// Fields of struct columns as columns of their own: `w.start` of a window column is read, and handed on, like any column. They stand
// behind the columns of the layout, in the order in which expressions asked for them; only the validity has to be combined.

import { andBitmaps } from '../columnar/bitmap.js';
import type { Column, RecordBatch } from '../columnar/column.js';
import type { Layout } from './evaluator.js';

export class FieldColumns {
  private readonly fields: { readonly parent: number; readonly field: number }[] = [];
  private readonly first: number;
  /** Ordinals behind those of the layout are free: no expression can ask for another column. */
  constructor(layout: Layout) { this.first = Math.max(-1, ...layout.values()) + 1; }

  /** The ordinal of a field of the column at `parent`, which may be a field itself. */
  ordinal(parent: number, field: number): number {
    const known = this.fields.findIndex((f) => f.parent === parent && f.field === field);
    return this.first + (known >= 0 ? known : this.fields.push({ parent, field }) - 1);
  }
  /** The batch with these columns added. */
  extend(batch: RecordBatch): RecordBatch {
    if (this.fields.length === 0) return batch;
    const columns: Column[] = batch.columns.slice(0, this.first);
    this.fields.forEach(({ parent, field }, k) => {
      const struct = columns[parent]!;
      const child = struct.children[field]!;
      columns[this.first + k] = { ...child, length: batch.length, validity: andBitmaps(struct.validity, child.validity, batch.length) };
    });
    return { ...batch, columns };
  }
}
