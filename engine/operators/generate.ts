// Generate: each row once for every row that its generator makes, with the generator's columns after its own. A bare array or map is
// exploded by offsets, without touching its elements; other generators give values.

import type { Value } from '../../planner/values.js';
import type { DataType } from '../../planner/types.js';
import { INT } from '../../planner/types.js';
import { columnBuilder } from '../columnar/build.js';
import { type Column, type Delta, fixedColumn, isValid } from '../columnar/column.js';
import { gather, gatherColumns } from '../columnar/gather.js';
import { pickedPlaces } from '../columnar/place.js';
import { reader } from '../columnar/read.js';
import type { Projection } from '../kernels/evaluator.js';
import type { Operator } from './operator.js';
import { rowsOf, stateless } from './stateless.js';

export interface GenerateSpec {
  readonly args: Projection;
  readonly outer: boolean;
  readonly types: readonly DataType[];
  /** offsets: explode of the argument, `position`: with the position before. */
  readonly body: { readonly kind: 'offsets'; readonly position: boolean } | { readonly kind: 'rows'; readonly rows: (...args: Value[]) => readonly (readonly Value[])[] };
}

export function generateOperator(spec: GenerateSpec): Operator {
  const { body } = spec;
  return stateless((input, emit, context, counts) => {
    const args = spec.args(input, context);
    const made = body.kind === 'offsets' ? exploded(input, args[0]!, spec.outer, body.position) : generated(input, args, spec, body.rows);
    counts.filtered += made.empty;
    const { rows } = made;
    emit({
      length: rows.length, columns: [...gatherColumns(input.columns, rows), ...made.columns], selection: null,
      weights: input.weights === null ? null : rows.map((i) => input.weights![i]!), place: pickedPlaces(input, rows),
    });
  });
}

/** rows: the input row of each output row; empty: input rows that made none. */
interface Made { readonly rows: Int32Array; readonly columns: readonly Column[]; readonly empty: number }

function exploded(input: Delta, list: Column, outer: boolean, position: boolean): Made {
  const picked = rowsOf(input);
  const { start, end, validity } = list;
  const count = (i: number): number => isValid(validity, i) ? end![i]! - start![i]! : 0;
  let total = 0;
  for (const i of picked) total += outer ? Math.max(1, count(i)) : count(i);
  const rows = new Int32Array(total);
  const elements = new Int32Array(total);
  const positions = new Int32Array(total);
  let at = 0;
  let empty = 0;
  for (const i of picked) {
    const n = count(i);
    if (n === 0) { if (outer) { rows[at] = i; elements[at] = -1; positions[at++] = -1; } else empty++; }
    for (let k = 0; k < n; k++) { rows[at] = i; elements[at] = start![i]! + k; positions[at++] = k; }
  }
  const columns = list.children.map((c) => gather(c, elements));
  return { rows, columns: position ? [gather(fixedColumn(INT, total, positions), sequenceWhere(positions)), ...columns] : columns, empty };
}
/** k itself, −1 where the position is −1. */
const sequenceWhere = (positions: Int32Array): Int32Array => positions.map((p, k) => p < 0 ? -1 : k);

function generated(input: Delta, args: readonly Column[], spec: GenerateSpec, make: (...args: Value[]) => readonly (readonly Value[])[]): Made {
  const readers = args.map(reader);
  const builders = spec.types.map((t) => columnBuilder(t));
  const nothing: readonly (readonly Value[])[] = spec.outer ? [spec.types.map(() => null)] : [];
  const rows: number[] = [];
  let empty = 0;
  for (const i of rowsOf(input)) {
    let made = make(...readers.map((r) => r(i)));
    if (made.length === 0) made = nothing;
    if (made.length === 0) empty++;
    for (const row of made) {
      rows.push(i);
      for (let c = 0; c < builders.length; c++) builders[c]!.append(row[c] ?? null);
    }
  }
  return { rows: Int32Array.from(rows), columns: builders.map((b) => b.finish()), empty };
}
