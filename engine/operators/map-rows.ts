// Typed closures on rows: map, flatMap, filter. The closure sees the user's representation of values; the conversion is injected, as the
// session owns it. Rows keep their weights.

import type { OutputColumn } from '../../planner/tree.js';
import type { Row } from '../../planner/values.js';
import { batchOf } from '../columnar/build.js';
import { reader } from '../columnar/read.js';
import type { UserConverter } from '../kernels/compiler.js';
import type { Operator } from './operator.js';
import { rowsOf, stateless, withSelection } from './stateless.js';

export interface MapRowsSpec {
  readonly mode: 'map' | 'flat_map' | 'filter';
  readonly fn: (row: never) => unknown;
  /** The closure gets the bare value of a single column. */
  readonly bare: boolean;
  readonly input: readonly OutputColumn[];
  readonly output: readonly OutputColumn[];
}

export function mapRowsOperator(spec: MapRowsSpec, convert: UserConverter): Operator {
  const names = spec.input.map((c) => c.name);
  const toUser = spec.input.map((c) => convert.toUser(c.type));
  const fromUser = spec.output.map((c) => convert.fromUser(c.type));
  const types = spec.output.map((c) => c.type);
  const call = spec.fn as (row: unknown) => unknown;

  const back = (made: unknown): Row => {
    if (typeof made === 'object' && made !== null && spec.output.every((c) => c.name in made)) return spec.output.map((c, i) => fromUser[i]!((made as Record<string, unknown>)[c.name]));
    return spec.output.length === 1 ? [fromUser[0]!(made)] : spec.output.map((c, i) => fromUser[i]!((made as Record<string, unknown> | null)?.[c.name]));
  };

  return stateless((input, emit, _context, counts) => {
    const readers = input.columns.map(reader);
    const rows = rowsOf(input);
    const user = (i: number): unknown => spec.bare ? toUser[0]!(readers[0]!(i)) : Object.fromEntries(names.map((name, c) => [name, toUser[c]!(readers[c]!(i))]));
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
