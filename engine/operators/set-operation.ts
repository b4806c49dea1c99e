// INTERSECT and EXCEPT, with and without ALL, by counting equal rows on both sides (NULL equals NULL). Rows come out in the order in which
// they first came on the left.

import type { DataType } from '../../planner/types.js';
import { field } from '../../planner/types.js';
import { delta } from '../columnar/column.js';
import { gatherColumns } from '../columnar/gather.js';
import { memoryStore } from '../state/memory.js';
import { collecting, OUTPUT_ROWS } from './collect.js';
import type { Operator } from './operator.js';

export interface SetOperationSpec { readonly op: 'intersect' | 'except'; readonly all: boolean; readonly types: readonly DataType[] }

export function setOperationOperator({ op, all, types }: SetOperationSpec): Operator {
  return collecting([types, types], function* ([left, right], _context, emit) {
    const table = memoryStore().table({ name: 'rows', key: types.map((t, i) => field(`c${i}`, t)), value: [] }, { reserve() {}, save: () => [], load() {}, reset() {} });
    const leftSlots = table.resolve(left!.length, null, left!.columns);
    const known = table.slotCount;
    const rightSlots = table.find(right!.length, null, right!.columns);
    /** Copies of a row that the right side has left to give. */
    const copies = new Int32Array(known);
    for (const slot of rightSlots) if (slot >= 0) copies[slot]!++;
    const given = new Uint8Array(known);
    const rows: number[] = [];
    for (let i = 0; i < left!.length; i++) {
      const slot = leftSlots[i]!;
      const has = copies[slot]! > 0;
      if (all) {
        if (has) copies[slot]!--;
        if (has === (op === 'intersect')) rows.push(i);
      } else if (has === (op === 'intersect') && given[slot] === 0) { given[slot] = 1; rows.push(i); }
    }
    for (let from = 0; from < rows.length; from += OUTPUT_ROWS) {
      const chunk = Int32Array.from(rows.slice(from, from + OUTPUT_ROWS));
      emit(delta({ length: chunk.length, columns: gatherColumns(left!.columns, chunk), selection: null }));
      yield;
    }
  });
}
