// Typed closures on rows: map, flatMap, filter. The closure sees the user's representation of values; the conversion is injected, as the
// session owns it. Rows keep their weights.

import { EngineError, raise } from '../../planner/errors/index.js';
import type { OutputColumn } from '../../planner/tree.js';
import { simpleName } from '../../planner/types.js';
import type { Row } from '../../planner/values.js';
import { batchOf } from '../columnar/build.js';
import { type Delta, rowCount } from '../columnar/column.js';
import { pickedPlaces, placed } from '../columnar/place.js';
import type { UserConverter } from '../kernels/compiler.js';
import type { Operator } from './operator.js';
import { rowsOf, stateless, withSelection } from './stateless.js';
import { refuseUserValue, rowReader, userRows } from './user-rows.js';

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
  const fn = spec.fn as (row: unknown) => unknown;
  const name = { map: 'map', flat_map: 'flatMap', filter: 'filter' }[spec.mode];
  const typesOf = (columns: readonly OutputColumn[]): string => columns.map((c) => simpleName(c.type)).join(', ');
  /** What is thrown by the closure, or by what it returns to be iterated. @throws FAILED_EXECUTE_UDF */
  const call = <R>(row: unknown, take: (result: unknown) => R): R => {
    try { return take(fn(row)); } catch (error) {
      if (error instanceof EngineError) throw error;
      return raise('FAILED_EXECUTE_UDF', { functionName: `\`${name}\``, signature: typesOf(spec.input), result: typesOf(spec.output), reason: error instanceof Error ? error.message : String(error) }, { cause: error });
    }
  };
  const one = (result: unknown): readonly unknown[] => [result];
  const many = (result: unknown): readonly unknown[] => {
    if (typeof (result as Iterable<unknown> | undefined)?.[Symbol.iterator] !== 'function') throw new TypeError(`flatMap has to return something to iterate over, such as an array, and got ${typeof result}`);
    return Array.from(result as Iterable<unknown>);
  };

  /** `use` on each row; what it raises has the row's place. */
  const onEach = (input: Delta, use: (i: number) => void): void => {
    for (const i of rowsOf(input)) {
      try { use(i); } catch (error) { throw placed(error, input, i); }
    }
  };
  const isTrue = (result: unknown): boolean => result === true || (result !== false && result !== null && result !== undefined && refuseUserValue('the result of filter', result, 'boolean'));

  return stateless((input, emit, _context, counts) => {
    const user = read(input);
    if (spec.mode === 'filter') {
      const kept: number[] = [];
      onEach(input, (i) => { if (call(user(i), isTrue)) kept.push(i); });
      counts.filtered += rowCount(input) - kept.length;
      emit(withSelection(input, Int32Array.from(kept)));
      return;
    }
    const made: Row[] = [];
    const from: number[] = [];
    onEach(input, (i) => { for (const row of call(user(i), spec.mode === 'map' ? one : many)) { made.push(back(row)); from.push(i); } });
    emit({ ...batchOf(types, made), weights: input.weights === null ? null : Int32Array.from(from, (i) => input.weights![i]!), place: pickedPlaces(input, from) });
  });
}
