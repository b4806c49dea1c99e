// Typed closures on rows: map, flatMap, filter. The closure sees the user's representation of values; the conversion is injected, as the
// session owns it. Rows keep their weights.

import type { OutputColumn } from '../../planner/tree.js';
import type { Row } from '../../planner/values.js';
import { batchOf } from '../columnar/build.js';
import type { UserConverter } from '../kernels/compiler.js';
import type { Operator } from './operator.js';
import { rowsOf, stateless, withSelection } from './stateless.js';
import { rowReader, userRows } from './user-rows.js';

export interface MapRowsSpec {
  readonly mode: 'map' | 'flat_map' | 'filter';
  readonly fn: (row: never) => unknown;
  /** The closure gets the bare value of a single column. */
  readonly bare: boolean;
  readonly input: readonly OutputColumn[];
  readonly output: readonly OutputColumn[];
}

export function mapRowsOperator(spec: MapRowsSpec, convert: UserConverter): Operator {
  const read = userRows(spec.input, spec.bare, convert);
  const back = rowReader(spec.output, convert, `the result of ${spec.mode === 'map' ? 'map' : 'flatMap'}`);
  const types = spec.output.map((c) => c.type);
  const call = spec.fn as (row: unknown) => unknown;

  return stateless((input, emit, _context, counts) => {
    const rows = rowsOf(input);
    const user = read(input);
    if (spec.mode === 'filter') {
      const kept = rows.filter((i) => call(user(i)) === true);
      counts.filtered += rows.length - kept.length;
      emit(withSelection(input, kept));
      return;
    }
    const made: Row[] = [];
    const weights: number[] = [];
    for (const i of rows) {
      const result = call(user(i));
      const each = spec.mode === 'map' ? [result] : Array.from(result as Iterable<unknown>);
      for (const row of each) { made.push(back(row)); if (input.weights) weights.push(input.weights[i]!); }
    }
    emit({ ...batchOf(types, made), weights: input.weights === null ? null : Int32Array.from(weights) });
  });
}
