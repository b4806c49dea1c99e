// The changelog as rows: each change with what it does in a column `op` behind the others: `insert` puts the row in, `delete` takes it out; an
// update is a delete and an insert. A row that counts several times is there as often.

import { raise } from '../../planner/errors/index.js';
import type { OutputColumn } from '../../planner/tree.js';
import { STRING } from '../../planner/types.js';
import { bytesColumn, type Column, delta } from '../columnar/column.js';
import type { Operator } from './operator.js';
import { rowsOf, stateless } from './stateless.js';

const WORDS = Buffer.from('insertdelete');
const INSERT_END = 6;

/** The columns of a changelog. @throws COLUMN_ALREADY_EXISTS */
export function changelogColumns(columns: readonly OutputColumn[]): readonly OutputColumn[] {
  if (columns.some((c) => c.name.toLowerCase() === 'op')) raise('COLUMN_ALREADY_EXISTS', { columnName: '`op`' });
  return [...columns, { id: Math.max(0, ...columns.map((c) => c.id)) + 1, name: 'op', type: STRING, nullable: false }];
}

export const changelogOperator = (): Operator => stateless((input, emit) => {
  const { length, columns, weights } = input;
  const rows = rowsOf(input);
  if (weights === null) { emit(delta({ length, columns: [...columns, operations(length, null)], selection: input.selection })); return; }
  const picked: number[] = [];
  for (const i of rows) for (let n = Math.abs(weights[i]!); n > 0; n--) picked.push(i);
  emit(delta({ length, columns: [...columns, operations(length, weights)], selection: Int32Array.from(picked) }));
});

function operations(length: number, weights: Int32Array | null): Column {
  const start = new Int32Array(length);
  const end = new Int32Array(length).fill(INSERT_END);
  if (weights !== null) for (let i = 0; i < length; i++) if (weights[i]! < 0) { start[i] = INSERT_END; end[i] = WORDS.length; }
  return bytesColumn(STRING, length, WORDS, start, end);
}
