// first, last and any_value: by order of arrival.

import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import { type Column, isValid } from '../../columnar/column.js';
import { type Accumulator, aggregate, type AggregateCall, type AggregateFunction } from '../define.js';
import { StateArrays, seenState } from './typed.js';
import { RowPicks, valueSlots } from './values.js';

function positional(type: DataType, last: boolean, ignoreNulls: boolean): Accumulator {
  const values = valueSlots(type);
  const seen = new StateArrays([seenState]);
  const take = (n: number, rows: Int32Array | null, slots: Int32Array, column: Column, present: Column | null): void => {
    const flags = seen.arrays[0] as Uint8Array;
    const picks = new RowPicks(n);
    const { validity } = column;
    const nulls = column.type.kind === 'void';
    for (let k = 0; k < n; k++) {
      const slot = slots[k]!;
      if (!last && flags[slot] === 1) continue;
      const i = rows === null ? k : rows[k]!;
      if (ignoreNulls && (nulls || !isValid(validity, i))) continue;
      if (present !== null && present.values[i] !== 1) continue;
      flags[slot] = 1;
      picks.add(slot, i);
    }
    picks.writeTo(values, column);
  };
  return {
    stateTypes: [type, T.BOOLEAN],
    reserve(count) { values.reserve(count); seen.reserve(count); },
    update(n, rows, slots, args) { take(n, rows, slots, args[0]!, null); },
    reset(slots) { values.clear(slots); seen.reset(slots); },
    result: (slots) => values.column(slots),
    save: (slots) => [values.column(slots), ...seen.save(slots)],
    load(slots, [value, flags]) { values.write(slots, null, value!); seen.load(slots, [flags!]); },
    merge(slots, [value, flags]) { take(slots.length, null, slots, value!, flags!); },
  };
}

const ignores = (call: AggregateCall): boolean => call.ignoreNulls || call.constant(1) === true;
const family = (name: string, doc: string, examples: readonly string[], last: boolean, aliases: readonly string[]): AggregateFunction => aggregate(`${name}(any) -> double`, {
  doc, examples, aliases,
  params: [{ name: 'expr', accepts: { kind: 'class', class: 'any' } }, { name: 'isIgnoreNull', accepts: { kind: 'type', type: T.BOOLEAN }, exact: 'typed', constant: true, optional: true, printed: false }],
  result: (call) => call.types[0]!, nullable: () => true, retract: 'multiset',
  end: (call) => ({ greatest: false, latest: last, value: 0, needs: ignores(call) ? [0] : [] }),
  exactParts: () => true,
  accumulator: (call) => positional(call.types[0]!, last, ignores(call)),
});
export const first = family('first', 'The first value of the group, in order of arrival; the first that is not NULL with IGNORE NULLS.',
  ["(SELECT first(a) FROM VALUES (NULL), ('x'), ('y') AS t(a)) = NULL", "(SELECT first(a, true) FROM VALUES (NULL), ('x'), ('y') AS t(a)) = 'x'"], false, ['first_value']);
export const last = family('last', 'The last value of the group, in order of arrival; the last that is not NULL with IGNORE NULLS.',
  ["(SELECT last(a) FROM VALUES ('x'), ('y') AS t(a)) = 'y'"], true, ['last_value']);
export const anyValue = family('any_value', 'Some value of the group: the first to arrive.',
  ["(SELECT any_value(a) FROM VALUES ('x'), ('y') AS t(a)) = 'x'"], false, []);
