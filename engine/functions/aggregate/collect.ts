// collect_list, collect_set, collect_union and listagg: the values of a group as one array or one text, in order of arrival unless the call
// has a WITHIN GROUP.

import { raise } from '../../../planner/errors/index.js';
import { sqlType } from '../../../planner/expr/print.js';
import type { BoundSort } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { valueComparator } from '../../columnar/compare.js';
import { keyOf } from '../../columnar/encode.js';
import { type Accumulator, aggregate, type AggregateCall, type AggregateFunction } from '../define.js';
import { hashSetOrder } from './hash-order.js';
import { objectAccumulator } from './object.js';

const list = (call: AggregateCall): Accumulator => {
  const type = T.array(call.types[0]!, call.respectNulls === true);
  return objectAccumulator<Value[]>({
    init: () => [], type, stateType: type, skipNulls: call.respectNulls ? [] : [0],
    add: (s, [v]) => { s.push(v!); return s; },
    merge: (s, o) => { for (const v of o) s.push(v); return s; },
    result: (s) => s.slice(), save: (s) => s.slice(), load: (v) => [...v as readonly Value[]],
  });
};

/** Distinct values. `unnest`: the argument is an array of them. */
const set = (call: AggregateCall, unnest: boolean): Accumulator => {
  const argument = call.types[0]!;
  const element = unnest && argument.kind === 'array' ? argument.element : argument;
  const type = T.array(element, call.respectNulls === true);
  const key = keyOf(element);
  const order = hashSetOrder(element);
  type Set = Map<unknown, Value>;
  const put = (s: Set, v: Value): void => {
    if (v === null && !call.respectNulls) return;
    const id = key(v);
    // Of a number that is its own key, without the sign of zero.
    if (!s.has(id)) s.set(id, typeof id === 'number' ? id : v);
  };
  return objectAccumulator<Set>({
    init: () => new Map(), type, stateType: type,
    add: (s, [v]) => {
      if (!unnest) put(s, v!);
      else if (v !== null) for (const e of v as readonly Value[]) put(s, e);
      return s;
    },
    merge: (s, o) => { for (const v of o.values()) put(s, v); return s; },
    result: (s) => order([...s.values()]), save: (s) => [...s.values()],
    load: (v) => { const s: Set = new Map(); for (const e of v as readonly Value[]) put(s, e); return s; },
  });
};

export const collectList: AggregateFunction = aggregate('collect_list(T) -> array<T>', {
  doc: 'The values that are not NULL, in order of arrival.',
  examples: ["(SELECT collect_list(a) FROM VALUES ('x'), (NULL), ('x') AS t(a)) = array('x', 'x')"], aliases: ['array_agg'], fixedName: 'collect_list',
  result: (call) => T.array(call.types[0]!, false), nullable: () => false, emptyResult: [], retract: 'multiset', keepsRows: true,
  accumulator: list,
});
export const collectSet: AggregateFunction = aggregate('collect_set(T) -> array<T>', {
  doc: 'The distinct values that are not NULL, in the order of Spark\'s hash table.',
  examples: ["(SELECT collect_set(a) FROM VALUES ('x'), (NULL), ('x') AS t(a)) = array('x')"],
  result: (call) => T.array(call.types[0]!, false), nullable: () => false, emptyResult: [], retract: 'multiset', duplicateInsensitive: true,
  check: (call) => { if (T.holdsKind(call.types[0]!, 'map') || T.holdsText(call.types[0]!, T.isCollated)) raise('DATATYPE_MISMATCH.UNSUPPORTED_INPUT_TYPE', { functionName: '`collect_set`', dataType: '"MAP" or "COLLATED STRING"' }); },
  accumulator: (call) => set(call, false),
});
export const collectUnion: AggregateFunction = aggregate('collect_union(array<T>) -> array<T>', {
  doc: 'The distinct elements of the arrays that are not NULL, in the order of Spark\'s hash table.',
  examples: ['(SELECT sort_array(collect_union(a)) FROM VALUES (array(1, 2)), (array(2, 3)) AS t(a)) = array(1, 2, 3)'],
  params: [{ name: 'expr', accepts: { kind: 'class', class: 'array' } }],
  result: (call) => { const t = call.types[0]!; return t.kind === 'array' ? T.array(t.element, false) : T.array(t, false); },
  nullable: () => false, emptyResult: [], retract: 'multiset', duplicateInsensitive: true,
  check: (call) => { if (T.holdsText(call.types[0]!, T.isCollated)) raise('DATATYPE_MISMATCH.UNSUPPORTED_INPUT_TYPE', { functionName: '`collect_union`', dataType: '"MAP" or "COLLATED STRING"' }); },
  accumulator: (call) => set(call, true),
});

/** Orders rows of sort keys. */
export function sortComparator(orderBy: readonly BoundSort[]): (a: readonly Value[], b: readonly Value[]) => number {
  const parts = orderBy.map((o) => ({ compare: valueComparator(o.expr.type), sign: o.ascending ? 1 : -1, low: o.nullsFirst ? -1 : 1 }));
  return (a, b) => {
    for (let i = 0; i < parts.length; i++) {
      const { compare, sign, low } = parts[i]!;
      const x = a[i]!;
      const y = b[i]!;
      const c = x === null ? (y === null ? 0 : low) : y === null ? -low : compare(x, y) * sign;
      if (c !== 0) return c;
    }
    return 0;
  };
}

function joinText(call: AggregateCall): Accumulator {
  const type = call.types[0]!;
  const separators = call.types.length > 1 ? 1 : 0;
  const separator = call.constant(1) ?? null;
  const compare = sortComparator(call.orderBy);
  const entry = T.struct([T.field('value', type), ...call.orderBy.map((o, i) => T.field(`key${i}`, o.expr.type))]);
  type Entry = readonly Value[];
  const join = (entries: readonly Entry[]): Value => {
    const sorted = call.orderBy.length === 0 ? entries : [...entries].sort((a, b) => compare(a.slice(1), b.slice(1)));
    if (type.kind !== 'binary') return sorted.map(([v]) => v as string).join(separator === null ? '' : separator as string);
    const parts: Uint8Array[] = [];
    sorted.forEach(([v], i) => { if (i > 0 && separator !== null) parts.push(separator as Uint8Array); parts.push(v as Uint8Array); });
    return new Uint8Array(Buffer.concat(parts));
  };
  return objectAccumulator<Entry[]>({
    init: () => [], type, stateType: T.array(entry), skipNulls: [0],
    add: (s, row) => { s.push([row[0]!, ...row.slice(1 + separators)]); return s; },
    merge: (s, o) => { for (const e of o) s.push(e); return s; },
    result: (s) => s.length === 0 ? null : join(s), save: (s) => s.slice(), load: (v) => [...v as readonly Entry[]],
  });
}

export const listagg: AggregateFunction = aggregate('listagg(string|binary) -> string', {
  doc: 'The texts that are not NULL put together, with a separator between them; WITHIN GROUP (ORDER BY …) says in which order.',
  examples: ["(SELECT listagg(a, ', ') WITHIN GROUP (ORDER BY a) FROM VALUES ('y'), ('x') AS t(a)) = 'x, y'"],
  aliases: ['string_agg'], fixedName: 'listagg',
  params: [
    { name: 'expr', accepts: { kind: 'one_of', options: [{ kind: 'type', type: T.STRING }, { kind: 'type', type: T.BINARY }] } },
    { name: 'delimiter', accepts: { kind: 'one_of', options: [{ kind: 'type', type: T.STRING }, { kind: 'type', type: T.BINARY }, { kind: 'type', type: T.VOID }] }, constant: true, default: { type: T.VOID, value: null } },
  ],
  result: (call) => call.types[0]!, nullable: () => true, retract: 'multiset', keepsRows: true,
  check: ({ types: [value, delimiter], name }) => {
    if (delimiter!.kind === 'void' || T.sameType(delimiter!, value!)) return;
    raise('DATATYPE_MISMATCH.DATA_DIFF_TYPES', { functionName: `\`${name}\``, dataType: `(${sqlType(value!)} or ${sqlType(delimiter!)})` });
  },
  accumulator: joinText,
});

/** A required argument of an accumulator that must have folded. */
export function constantOf(call: AggregateCall, index: number): Value {
  const value = call.constant(index);
  return value === undefined ? raise('NOT_SUPPORTED_YET', { feature: `argument ${index + 1} of ${call.name} that is not constant` }) : value;
}
