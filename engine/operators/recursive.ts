// WITH RECURSIVE: the anchor's rows, then the step over what the last round added, until a round adds nothing. Ports: the anchor, then the
// parts of the step that do not depend on the recursion (computed once).
//
// source: Spark UnionLoopExec: at most 100 levels, a limit above ends the recursion early; UNION without ALL drops rows seen before.

import { raise } from '../../planner/errors/index.js';
import type { Span } from '../../planner/spans.js';
import type { DataType } from '../../planner/types.js';
import { field } from '../../planner/types.js';
import { delta, type RecordBatch, rowCount } from '../columnar/column.js';
import { concatBatches, gatherColumns } from '../columnar/gather.js';
import { memoryStore } from '../state/memory.js';
import type { StateTable } from '../state/store.js';
import { collecting } from './collect.js';
import type { EpochContext, Operator } from './operator.js';

export interface RecursiveSpec {
  readonly types: readonly DataType[];
  readonly loop: number;
  readonly distinct: boolean;
  /** Rows wanted by a limit above; undefined: all. */
  readonly limit: number | undefined;
  readonly levelMax: number;
  /** The recursive query in the text. */
  readonly span: Span | undefined;
  /** Types and loops of the independent parts, one a port after the anchor's. */
  readonly parts: readonly { readonly loop: number; readonly types: readonly DataType[] }[];
  readonly step: (given: ReadonlyMap<number, readonly RecordBatch[]>, context: EpochContext) => readonly RecordBatch[];
}

export function recursiveOperator(spec: RecursiveSpec): Operator {
  return collecting([spec.types, ...spec.parts.map((p) => p.types)], function* ([anchor, ...parts], context, emit) {
    const given = new Map<number, readonly RecordBatch[]>(spec.parts.map((p, i) => [p.loop, [parts[i]!]]));
    const seen = spec.distinct ? seenRows(spec.types) : undefined;
    let total = 0;
    let last = seen ? unseen(seen, anchor!) : anchor!;
    for (let level = 0; last.length > 0; level++) {
      emit(delta(last));
      total += rowCount(last);
      yield;
      if (spec.limit !== undefined && total >= spec.limit) return;
      // A round counts, even if it gives nothing.
      if (level >= spec.levelMax) raise('RECURSION_LEVEL_LIMIT_EXCEEDED', { levelLimit: String(spec.levelMax) }, { nowhere: true, focus: spec.span });
      given.set(spec.loop, [last]);
      const added = concatBatches(spec.types, spec.step(given, context));
      last = seen ? unseen(seen, added) : added;
    }
  });
}

const seenRows = (types: readonly DataType[]): StateTable =>
  memoryStore().table({ name: 'seen', key: types.map((t, i) => field(`c${i}`, t)), value: [] }, { reserve() {}, save: () => [], load() {}, reset() {} });

/** Rows that were not in the table before; they are now. */
function unseen(table: StateTable, batch: RecordBatch): RecordBatch {
  let next = table.slotCount;
  const slots = table.resolve(batch.length, null, batch.columns);
  const rows: number[] = [];
  for (let i = 0; i < batch.length; i++) if (slots[i]! >= next) { rows.push(i); next = slots[i]! + 1; }
  return rows.length === batch.length ? batch : { length: rows.length, columns: gatherColumns(batch.columns, Int32Array.from(rows)), selection: null };
}
