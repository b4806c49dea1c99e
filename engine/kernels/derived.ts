// Columns that are made of columns of the batch before the rows are gone over: fields of structs (`w.start` of a window column is read, and
// handed on, like any column; only the validity has to be combined), and what functions make of a whole column of texts (from_json). They stand
// behind the columns of the layout, in the order in which expressions asked for them.

import { andBitmaps } from '../columnar/bitmap.js';
import type { Column, RecordBatch } from '../columnar/column.js';
import { Identity } from './identity.js';
import type { Layout } from './evaluator.js';
import type { Node } from './node.js';

type Make = (batch: RecordBatch, parent: Column) => Column;

export class DerivedColumns {
  private readonly made: { readonly key: string; readonly parent: number; readonly make: Make }[] = [];
  private readonly first: number;
  private readonly identity = new Identity();
  /** Ordinals behind those of the layout are free: no expression can ask for another column. */
  constructor(layout: Layout) { this.first = Math.max(-1, ...layout.values()) + 1; }

  /** The ordinal of a field of the column at `parent`, which may be derived itself. */
  field(parent: number, field: number): number {
    return this.ordinal(`field ${field}`, parent, (batch, struct) => {
      const child = struct.children[field]!;
      return { ...child, length: batch.length, validity: andBitmaps(struct.validity, child.validity, batch.length) };
    });
  }
  /** The ordinal of what `read` makes of the texts of the column at `parent`, in place of `call`. */
  ofTexts(parent: number, call: Node, read: (texts: Column, selection: Int32Array | null) => Column): number {
    return this.ordinal(`call ${this.identity.of(call)}`, parent, (batch, texts) => read({ ...texts, length: batch.length }, batch.selection));
  }
  private ordinal(key: string, parent: number, make: Make): number {
    const known = this.made.findIndex((c) => c.key === key && c.parent === parent);
    return this.first + (known >= 0 ? known : this.made.push({ key, parent, make }) - 1);
  }
  /** The batch with these columns added. */
  extend(batch: RecordBatch): RecordBatch {
    if (this.made.length === 0) return batch;
    const columns: Column[] = batch.columns.slice(0, this.first);
    this.made.forEach(({ parent, make }, k) => { columns[this.first + k] = make(batch, columns[parent]!); });
    return { ...batch, columns };
  }
}
