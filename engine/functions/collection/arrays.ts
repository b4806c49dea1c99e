// Functions of arrays.
// source: Spark collectionOperations, arrayExpressions.

import { raise } from '../../../planner/errors/index.js';
import { isOrderable } from '../../../planner/coercion.js';
import { sqlType } from '../../../planner/expr/print.js';
import type { BoundExpr, BoundLambda, Call, Param, RawCall } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { valueComparator, valueEquals } from '../../columnar/compare.js';
import { scalar, type ScalarFunction } from '../define.js';
import { refuse, refuseNull, refusePair, roomFor, tightest, ValueIndex } from './shared.js';

type List = readonly Value[];
const elementOf = (t: DataType): DataType => t.kind === 'array' ? t.element : T.VOID;
const nullable = (): boolean => true;
const first = (call: Call): DataType => call.types[0]!.kind === 'array' ? call.types[0]! : T.array(T.VOID);
/** Elements must have an order. */
function orderable(call: Call): void {
  const element = elementOf(call.types[0]!);
  if (element.kind !== 'void' && !isOrderable(element)) raise('DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { functionName: `\`${call.name}\``, dataType: sqlType(element) });
}
/** Rules on the types as they are written; then it goes on as usual. */
const rule = (check: (call: RawCall, container: DataType, other: DataType) => void) => (call: RawCall): undefined => { check(call, call.types[0]!, call.types[call.types.length - 1]!); };
/** An array and a value of its elements' type: which is not made wider for it. */
const pendant = rule((call, array, value) => {
  if (array.kind === 'void') refuse(call, 0, '"ARRAY"');
  if (array.kind === 'array' && !tightest(array.element, value)) refusePair(call, 'ARRAY_FUNCTION_DIFF_TYPES', call.types.length - 1);
});
/** As pair, after a position. */
const pairAt = rule((call, array, value) => {
  if (array.kind === 'array' && !['tinyint', 'smallint', 'int'].includes(call.types[1]!.kind)) refuse(call, 1, '"INT"');
  if (array.kind === 'array' && tightest(array.element, value)) return;
  // A narrower position is made an INT where the rest fits, and only there.
  if (array.kind === 'array' && call.types[1]!.kind !== 'int') refuse(call, 1, '"INT"');
  refusePair(call, 'ARRAY_FUNCTION_DIFF_TYPES', call.types.length - 1);
});
const pair = rule((call, array, value) => {
  if (array.kind !== 'array' || !tightest(array.element, value)) refusePair(call, 'ARRAY_FUNCTION_DIFF_TYPES', call.types.length - 1);
});
const typed = rule((call, array, value) => { if (array.kind === 'void' || value.kind === 'void') refuseNull(call); });
const position = rule((call, array, value) => {
  if (array.kind === 'void' || (array.kind !== 'array' && value.kind === 'void')) refuseNull(call);
  if (array.kind === 'array' && !tightest(array.element, value)) refusePair(call, 'ARRAY_FUNCTION_DIFF_TYPES');
});
const twoArrays = rule((call, a, b) => { if (a.kind !== 'array' || b.kind !== 'array' || !tightest(a.element, b.element)) refusePair(call, 'BINARY_ARRAY_DIFF_TYPES'); });
const equalOf = (call: Call): ((a: Value, b: Value) => boolean) => valueEquals(elementOf(call.types[0]!));
const setOf = (type: DataType, values: List): { readonly index: ValueIndex; readonly hasNull: boolean } => {
  const index = new ValueIndex(type);
  let hasNull = false;
  for (const v of values) if (v === null) hasNull = true; else index.add(v);
  return { index, hasNull };
};
/** The values that `keep` takes, each once, in order. */
function distinct(type: DataType, values: Iterable<Value>, keep: (v: Value) => boolean): Value[] {
  const seen = new ValueIndex(type);
  let nullSeen = false;
  const out: Value[] = [];
  const fractional = T.isFractional(type);
  for (const value of values) {
    if (!keep(value)) continue;
    // A zero comes without its sign.
    const v = fractional && value === 0 ? 0 : value;
    if (v === null) { if (!nullSeen) out.push(v); nullSeen = true; }
    else if (!seen.has(v)) { seen.add(v); out.push(v); }
  }
  return out;
}

/** array_insert: 1-based, negative from the end (−1 after the last element); gaps are NULL. */
function insert(list: List, position: number, value: Value): List {
  if (position === 0) raise('INVALID_INDEX_OF_ZERO');
  if (position > 0) {
    if (position > list.length) { roomFor(position, 'array_insert'); return [...list, ...new Array<Value>(position - 1 - list.length).fill(null), value]; }
    return [...list.slice(0, position - 1), value, ...list.slice(position - 1)];
  }
  const at = list.length + position + 1;
  if (at < 0) { roomFor(-at, 'array_insert'); return [value, ...new Array<Value>(-at).fill(null), ...list]; }
  return [...list.slice(0, at), value, ...list.slice(at)];
}

function elementAt(strict: boolean) {
  return (call: Call) => {
    const { ansi } = call.settings;
    const container = call.types[0]!;
    if (container.kind === 'map') { const equal = valueEquals(container.key); return (map: readonly (readonly [Value, Value])[], key: Value): Value => map.find(([k]) => equal(k, key))?.[1] ?? null; }
    return (list: List, index: number): Value => {
      if (index === 0) raise('INVALID_INDEX_OF_ZERO');
      const at = index > 0 ? index - 1 : list.length + index;
      if (at >= 0 && at < list.length) return list[at]!;
      if (strict && ansi) raise('INVALID_ARRAY_INDEX_IN_ELEMENT_AT', { indexValue: String(index), arraySize: String(list.length) });
      return null;
    };
  };
}
/** Of an array the index is an INT; of a map the key has the map's type. */
const element = (name: string, strict: boolean): ScalarFunction => scalar(`${name}(array|map, any) -> void`, {
  doc: `The element of an array at a position, counted from 1 or, negative, from the end; the value of a map's key. ${strict ? 'Past the ends of an array it is an error.' : 'NULL past the ends.'}`,
  examples: [`${name}(array(1, 2, 3), -1) = 3`, `${name}(map('a', 1), 'a') = 1`], nullable,
  params: [{ name: 'container', accepts: { kind: 'one_of', options: [{ kind: 'class', class: 'array' }, { kind: 'class', class: 'map' }] } }, { name: 'key', accepts: { kind: 'class', class: 'any' } }],
  resolve: (call) => {
    const [container, key] = call.args;
    if (!container || !key || call.args.length !== 2) return undefined;
    if (container.type.kind === 'array') return key.type.kind === 'bigint' || !T.isIntegral(key.type) ? refuse(call, 1, '"INT"') : undefined;
    if (container.type.kind !== 'map') return undefined;
    if (key.type.kind === 'void') refuse(call, 1, sqlType(container.type.key));
    const common = tightest(container.type.key, key.type) ?? refusePair(call, 'MAP_FUNCTION_DIFF_TYPES');
    const { value, valueContainsNull } = container.type;
    const args: readonly BoundExpr[] = [call.cast(container, T.map(common, value, valueContainsNull)), call.cast(key, common)];
    return { kind: 'apply', fn: call.fn, name: call.name, args, type: value, nullable: true, span: call.span };
  },
  result: (call) => { const t = call.types[0]!; return t.kind === 'map' ? t.value : elementOf(t); },
  bind: elementAt(strict),
});

const TEXT: Param = { name: 'text', accepts: { kind: 'type', type: T.STRING }, exact: true };
function sortList(list: List, compare: (a: Value, b: Value) => number, ascending: boolean, nullsFirst: boolean): Value[] {
  const values = list.filter((v) => v !== null).sort((a, b) => ascending ? compare(a, b) : compare(b, a));
  const nulls = new Array<Value>(list.length - values.length).fill(null);
  return nullsFirst ? [...nulls, ...values] : [...values, ...nulls];
}
/** What `array_sort` without a comparator prints for it. */
const DEFAULT_COMPARATOR = 'lambdafunction((IF(((namedlambdavariable() IS NULL) AND (namedlambdavariable() IS NULL)), 0, (IF((namedlambdavariable() IS NULL), 1, (IF((namedlambdavariable() IS NULL), -1, (IF((namedlambdavariable() < namedlambdavariable()), -1, (IF((namedlambdavariable() > namedlambdavariable()), 1, 0)))))))))), namedlambdavariable(), namedlambdavariable())';

export const arrays: readonly ScalarFunction[] = [
  scalar('size(array<any>|map<any, any>) -> int', { exact: true, aliases: ['cardinality'], doc: 'How many elements or entries.', examples: ['size(array(1, 2)) = 2'], row: (v: List) => v.length }),
  scalar('array_size(array<any>) -> int', { doc: 'How many elements.', examples: ['array_size(array(1, 2)) = 2'], row: (v: List) => v.length }),
  scalar('array_contains(array<T>, T) -> boolean', { collation: { meets: true }, check: orderable, doc: 'Whether the array holds the value; NULL if it does not but holds a NULL.', examples: ['array_contains(array(1, 2), 2) = true'], nullable, resolve: typed,
    bind: (call) => { const equal = equalOf(call); return (list: List, v: Value) => list.some((e) => e !== null && equal(e, v)) ? true : list.includes(null) ? null : false; } }),
  scalar('array_position(array<T>, T) -> bigint', { collation: { meets: true }, check: orderable, doc: 'The position of the first such element, from 1; 0 if there is none.', examples: ['array_position(array(3, 2, 1), 1) = 3'], resolve: position,
    bind: (call) => { const equal = equalOf(call); return (list: List, v: Value) => BigInt(list.findIndex((e) => e !== null && equal(e, v)) + 1); } }),
  scalar('array_remove(array<T>, T) -> array<T>', { collation: { meets: true }, check: orderable, doc: 'The array without the elements equal to the value.', examples: ['array_remove(array(1, 2, 1), 1) = array(2)'], resolve: pair, result: first,
    bind: (call) => { const equal = equalOf(call); return (list: List, v: Value) => list.filter((e) => e === null || !equal(e, v)); } }),
  scalar('array_append(array<T>, T) -> array<T>', { collation: { meets: true }, doc: 'The array with one more element at the end.', examples: ['array_append(array(1), 2) = array(1, 2)'], resolve: pendant, nulls: 'custom', nullable: (c) => c.args[0]!.nullable,
    row: (list: List | null, v: Value) => list === null ? null : [...list, v] }),
  scalar('array_prepend(array<T>, T) -> array<T>', { doc: 'The array with one more element at the beginning.', examples: ['array_prepend(array(2), 1) = array(1, 2)'], resolve: pendant, nulls: 'custom', nullable: (c) => c.args[0]!.nullable,
    row: (list: List | null, v: Value) => list === null ? null : [v, ...list] }),
  scalar('array_insert(array<T>, int, T) -> array<T>', { doc: 'The array with one more element at a position, from 1 or, negative, from the end.', examples: ['array_insert(array(1, 3), 2, 2) = array(1, 2, 3)'], resolve: pairAt, nulls: 'custom',
    row: (list: List | null, at: number | null, v: Value) => list === null || at === null ? null : insert(list, at, v) }),
  scalar('array_compact(array<any>) -> void', { byLambda: true, doc: 'The array without NULLs.', examples: ['array_compact(array(1, NULL)) = array(1)'], result: first, row: (list: List) => list.filter((e) => e !== null) }),
  scalar('array_distinct(array<any>) -> void', { exact: true, check: orderable, doc: 'Each element once, in order of first occurrence.', examples: ['array_distinct(array(1, 2, 1)) = array(1, 2)'], result: first,
    bind: (call) => { const type = elementOf(call.types[0]!); return (list: List) => distinct(type, list, () => true); } }),
  scalar('array_union(array<T>, array<T>) -> array<T>', { collation: { meets: true }, check: orderable, doc: 'The elements of both, each once.', examples: ['array_union(array(1, 2), array(2, 3)) = array(1, 2, 3)'], resolve: twoArrays,
    bind: (call) => { const type = elementOf(call.types[0]!); return (a: List, b: List) => distinct(type, [...a, ...b], () => true); } }),
  scalar('array_intersect(array<T>, array<T>) -> array<T>', { collation: { meets: true }, check: orderable, doc: 'The elements of the first that are in the second, each once.', examples: ['array_intersect(array(1, 2), array(2, 3)) = array(2)'], resolve: twoArrays,
    bind: (call) => { const type = elementOf(call.types[0]!); return (a: List, b: List) => { const s = setOf(type, b); return distinct(type, a, (v) => v === null ? s.hasNull : s.index.has(v)); }; } }),
  scalar('array_except(array<T>, array<T>) -> array<T>', { collation: { meets: true }, check: orderable, doc: 'The elements of the first that are not in the second, each once.', examples: ['array_except(array(1, 2), array(2)) = array(1)'], resolve: twoArrays,
    bind: (call) => { const type = elementOf(call.types[0]!); return (a: List, b: List) => { const s = setOf(type, b); return distinct(type, a, (v) => v === null ? !s.hasNull : !s.index.has(v)); }; } }),
  scalar('arrays_overlap(array<T>, array<T>) -> boolean', { collation: { meets: true }, check: orderable, doc: 'Whether the arrays share an element; NULL if not, and one that is not empty holds a NULL.', examples: ['arrays_overlap(array(1, 2), array(2)) = true'], resolve: twoArrays, nullable,
    bind: (call) => { const type = elementOf(call.types[0]!); return (a: List, b: List) => {
      const s = setOf(type, b);
      if (a.some((v) => v !== null && s.index.has(v))) return true;
      return a.length > 0 && b.length > 0 && (a.includes(null) || s.hasNull) ? null : false;
    }; } }),
  scalar('arrays_zip(array<any>...) -> void', { exact: true, lazy: 'all', doc: 'An array of structs of the elements at the same positions; shorter arrays are filled up with NULL.', examples: ["arrays_zip(array(1, 2), array(3))[0] = named_struct('0', 1, '1', 3)"], variadic: { min: 0 },
    result: (call) => T.array(T.struct(call.args.map((a, i) => T.field(a.kind === 'column' ? a.name : String(i), elementOf(a.type)))), false),
    row: (...lists: List[]) => Array.from({ length: Math.max(0, ...lists.map((l) => l.length)) }, (_, i) => lists.map((l) => l[i] ?? null)) }),
  scalar('array_join(array<string>, string, string?) -> string', { collation: { meets: true, kept: true }, params: [{ name: 'array', accepts: { kind: 'array', element: TEXT.accepts } }, { ...TEXT, name: 'delimiter' }, { ...TEXT, name: 'nullReplacement', optional: true }], doc: 'The elements with a text between; NULLs are left out, or replaced by the third argument.', examples: ["array_join(array('a', NULL, 'b'), '-') = 'a-b'"],
    row: (list: (string | null)[], separator: string, missing?: string) => (missing === undefined ? list.filter((e) => e !== null) : list.map((e) => e ?? missing)).join(separator) }),
  ...(['array_max', 'array_min'] as const).map((name) => scalar(`${name}(array<any>) -> void`, {
    doc: `The ${name === 'array_max' ? 'greatest' : 'least'} element; NULLs do not count.`, examples: [`${name}(array(1, 3, 2)) = ${name === 'array_max' ? 3 : 1}`], check: orderable, nullable, result: (call) => elementOf(call.types[0]!),
    bind: (call) => { const compare = valueComparator(elementOf(call.types[0]!)); const sign = name === 'array_max' ? 1 : -1;
      return (list: List) => { let best: Value = null; for (const v of list) if (v !== null && (best === null || sign * compare(v, best) > 0)) best = v; return best; }; },
  })),
  scalar('array_repeat(any, int) -> void', { exact: true, doc: 'An array of one value so many times.', examples: ["array_repeat('a', 2) = array('a', 'a')"], nulls: 'custom', nullable: (c) => c.args[1]!.nullable,
    result: (call) => T.array(call.types[0]!, call.args[0]!.nullable), row: (v: Value, n: number | null) => { if (n === null) return null; roomFor(n, 'array_repeat'); return new Array<Value>(Math.max(0, n)).fill(v); } }),
  scalar('sort_array(array: array<any>, ascendingOrder: const boolean = true) -> void', { exact: true, doc: 'The elements in order; NULLs first, or last in descending order.', examples: ['sort_array(array(2, NULL, 1)) = array(NULL, 1, 2)'], check: orderable, result: first,
    bind: (call) => { const compare = valueComparator(elementOf(call.types[0]!)); return (list: List, ascending: boolean) => sortList(list, compare, ascending, ascending); } }),
  scalar('array_sort(array, any?) -> void', {
    doc: 'The elements in order, NULLs last; or as a comparing lambda says, which gives a negative number, 0 or a positive one.', examples: ['array_sort(array(2, NULL, 1)) = array(1, 2, NULL)'], result: first,
    params: [{ name: 'array', accepts: { kind: 'class', class: 'array' } }, { name: 'comparator', optional: true, accepts: { kind: 'lambda', params: (types) => [elementOf(types[0]!), elementOf(types[0]!)] } }],
    nulls: 'custom', nullable: (c) => c.args[0]!.nullable, byLambda: true,
    check: (call) => {
      const lambda = call.args[1] as BoundLambda | undefined;
      if (!lambda) orderable(call);
      else if (lambda.body.type.kind !== 'int') raise('DATATYPE_MISMATCH.UNEXPECTED_RETURN_TYPE', { functionName: `\`${call.name}\``, expectedType: '"INT"', actualType: sqlType(lambda.body.type) }, { span: call.span, focus: lambda.body.span });
    },
    print: (args) => `array_sort(${args[0]}, ${args[1] ?? DEFAULT_COMPARATOR})`,
    bind: (call) => {
      if (call.args.length > 1) {
        return (list: List | null, by: (a: Value, b: Value) => number | null) => list === null ? null
          : [...list].sort((a, b) => by(a, b) ?? raise('COMPARATOR_RETURNS_NULL', { firstValue: String(a), secondValue: String(b) }));
      }
      const compare = valueComparator(elementOf(call.types[0]!));
      return (list: List | null) => list === null ? null : sortList(list, compare, true, false);
    },
  }),
  element('element_at', true), element('try_element_at', false),
  scalar('get(array, int) -> void', { doc: 'The element at a position counted from 0; NULL past the ends.', examples: ['get(array(1, 2), 0) = 1'], nullable, result: (call) => elementOf(call.types[0]!), row: (list: List, i: number) => list[i] ?? null }),
  scalar('flatten(array<array>) -> void', { doc: 'The elements of the arrays in an array, one after another; NULL if one of them is NULL.', examples: ['flatten(array(array(1), array(2))) = array(1, 2)'], nullable,
    params: [{ name: 'array', accepts: { kind: 'array', element: { kind: 'class', class: 'array' } }, requires: '"ARRAY" of "ARRAY"' }],
    resolve: rule((call, array) => { if (array.kind === 'void') refuse(call, 0, '"ARRAY" of "ARRAY"'); }),
    result: (call) => elementOf(call.types[0]!), row: (list: readonly (List | null)[]) => list.includes(null) ? null : (list as readonly List[]).flat(1) }),
  scalar('slice(array<any>, start: int, length: int) -> void', { doc: 'So many elements from a position, counted from 1 or, negative, from the end.', examples: ['slice(array(1, 2, 3), 2, 2) = array(2, 3)'], result: first,
    row: (list: List, start: number, length: number) => {
      if (start === 0) raise('INVALID_PARAMETER_VALUE.START', { parameter: '`start`', functionName: '`slice`' }, { nowhere: true });
      if (length < 0) raise('INVALID_PARAMETER_VALUE.LENGTH', { parameter: '`length`', length: String(length), functionName: '`slice`' }, { nowhere: true });
      const from = start > 0 ? start - 1 : list.length + start;
      return from < 0 || from >= list.length ? [] : list.slice(from, from + length);
    } }),
];
