// Functions that take lambdas over arrays and maps.
// source: Spark higherOrderFunctions.

import { raise } from '../../../planner/errors/index.js';
import { sqlExpr, sqlType } from '../../../planner/expr/print.js';
import type { Accepts, BoundLambda, Call, Param } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { scalar, type ScalarFunction } from '../define.js';
import { checkKey, keyPrinter } from './constructors.js';
import { type Entry, MAP_POLICY, mapOf, ValueIndex } from './shared.js';

type List = readonly Value[];
type Map = readonly Entry[];
type Fn = (...args: Value[]) => Value;
const elementOf = (t: DataType | undefined): DataType => t?.kind === 'array' ? t.element : T.VOID;
const keyOf = (t: DataType | undefined): DataType => t?.kind === 'map' ? t.key : T.VOID;
const itemOf = (t: DataType | undefined): DataType => t?.kind === 'map' ? t.value : T.VOID;
const lambda = (name: string, params: (types: readonly DataType[], written: number) => readonly DataType[]): Param => ({ name, accepts: { kind: 'lambda', params } });
const kind = (name: string, accepts: Accepts['kind'] extends never ? never : 'array' | 'map' | 'any'): Param => ({ name, accepts: { kind: 'class', class: accepts } });
/** Maps of one key type. */
const keyed = (name: string, value: string): Param => ({ name, accepts: { kind: 'map', key: { kind: 'variable', name: 'K' }, value: { kind: 'variable', name: value } } });
const bodyType = (call: Call, i: number): DataType => (call.args[i] as BoundLambda).body.type;
/** x, or (x, index). */
const elementOrIndexed = (types: readonly DataType[], written: number): readonly DataType[] => written >= 2 ? [elementOf(types[0]), T.INT] : [elementOf(types[0])];
const entry = (types: readonly DataType[]): readonly DataType[] => [keyOf(types[0]), itemOf(types[0])];
function condition(i: number) {
  return (call: Call): void => {
    const type = bodyType(call, i);
    if (type.kind !== 'boolean' && type.kind !== 'void') {
      raise('DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { paramIndex: i === 1 ? 'second' : 'third', requiredType: '"BOOLEAN"', inputSql: sqlExpr(call.args[i]!), inputType: sqlType(type) });
    }
  };
}
const nothing = (call: Call): DataType => call.types[0]!;
const propagate = { nulls: 'custom' as const, nullable: (c: Call): boolean => c.args[0]!.nullable };
const checkedMap = (call: Call, key: DataType): ((entries: Map) => Map) => { const print = keyPrinter(key, call); return (entries) => mapOf(key, entries, call.settings.conf.get(MAP_POLICY), print); };

/** exists and forall: three-valued, stopping at the first that decides. */
function quantifier(list: List | null, test: Fn, decides: boolean): boolean | null {
  if (list === null) return null;
  let unknown = false;
  for (const v of list) { const hit = test(v); if (hit === decides) return decides; if (hit === null) unknown = true; }
  return unknown ? null : !decides;
}
const fold = (name: string, aliases: string[]): ScalarFunction => scalar(`${name}(array, any, any, any?) -> void`, {
  aliases, doc: 'Folds the elements into a start value by a lambda (value so far, element), then finishes by another one.', examples: [`${name}(array(1, 2, 3), 0, (s, x) -> s + x) = 6`],
  params: [kind('array', 'array'), kind('start', 'any'), lambda('merge', (types) => [types[1]!, elementOf(types[0])]), { ...lambda('finish', (types) => [types[1]!]), optional: true }], nulls: 'custom', nullable: () => true,
  check: (call) => {
    const merged = bodyType(call, 2);
    if (!T.sameType(merged, call.types[1]!) && merged.kind !== 'void') raise('DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { paramIndex: 'third', requiredType: sqlType(call.types[1]!), inputSql: sqlExpr(call.args[2]!), inputType: sqlType(merged) });
  },
  result: (call) => call.args.length > 3 ? bodyType(call, 3) : call.types[1]!,
  print: (args, call) => `${call.name}(${[...args, ...args.length === 3 ? ['lambdafunction(namedlambdavariable(), namedlambdavariable())'] : []].join(', ')})`,
  row: (list: List | null, start: Value, merge: Fn, finish?: Fn) => {
    if (list === null) return null;
    let acc = start;
    for (const v of list) acc = merge(acc, v);
    return finish ? finish(acc) : acc;
  },
});

export const higherOrder: readonly ScalarFunction[] = [
  scalar('transform(array, any) -> void', { doc: 'What a lambda makes of each element (and of its index, from 0).', examples: ['transform(array(1, 2), x -> x + 1) = array(2, 3)'], params: [kind('array', 'array'), lambda('function', elementOrIndexed)], ...propagate,
    result: (call) => T.array(bodyType(call, 1), (call.args[1] as BoundLambda).body.nullable), row: (list: List | null, f: Fn) => list === null ? null : list.map((v, i) => f(v, i)) }),
  scalar('filter(array, any) -> void', { doc: 'The elements for which a lambda (element, or element and index) is true.', examples: ['filter(array(1, 2, 3), x -> x > 1) = array(2, 3)'], params: [kind('array', 'array'), lambda('function', elementOrIndexed)], ...propagate, check: condition(1),
    result: nothing, row: (list: List | null, f: Fn) => list === null ? null : list.filter((v, i) => f(v, i) === true) }),
  scalar('exists(array, any) -> boolean', { aliases: ['any_match'], doc: 'Whether a lambda is true for some element.', examples: ['exists(array(1, 2), x -> x = 2) = true'], params: [kind('array', 'array'), lambda('function', (t) => [elementOf(t[0])])], nulls: 'custom', check: condition(1),
    row: (list: List | null, f: Fn) => quantifier(list, f, true) }),
  scalar('forall(array, any) -> boolean', { aliases: ['all_match'], doc: 'Whether a lambda is true for every element.', examples: ['forall(array(1, 2), x -> x > 0) = true'], params: [kind('array', 'array'), lambda('function', (t) => [elementOf(t[0])])], nulls: 'custom', check: condition(1),
    row: (list: List | null, f: Fn) => quantifier(list, f, false) }),
  fold('aggregate', []), fold('reduce', []),
  scalar('zip_with(array, array, any) -> void', { doc: 'What a lambda makes of the elements at the same positions; the shorter array is filled up with NULL.', examples: ['zip_with(array(1, 2), array(3, 4), (x, y) -> x + y) = array(4, 6)'],
    params: [kind('left', 'array'), kind('right', 'array'), lambda('function', (t) => [elementOf(t[0]), elementOf(t[1])])], nulls: 'custom', nullable: (c) => c.args[0]!.nullable || c.args[1]!.nullable,
    result: (call) => T.array(bodyType(call, 2)), row: (a: List | null, b: List | null, f: Fn) => a === null || b === null ? null : Array.from({ length: Math.max(a.length, b.length) }, (_, i) => f(a[i] ?? null, b[i] ?? null)) }),
  scalar('map_filter(map, any) -> void', { doc: 'The entries for which a lambda (key, value) is true.', examples: ["map_keys(map_filter(map('a', 1, 'b', 2), (k, v) -> v > 1)) = array('b')"], params: [kind('map', 'map'), lambda('function', entry)], ...propagate, check: condition(1), result: nothing,
    row: (map: Map | null, f: Fn) => map === null ? null : map.filter(([k, v]) => f(k, v) === true) }),
  scalar('transform_values(map, any) -> void', { doc: 'The map with the values that a lambda (key, value) gives.', examples: ["transform_values(map('a', 1), (k, v) -> v + 1)['a'] = 2"], params: [kind('map', 'map'), lambda('function', entry)], ...propagate,
    result: (call) => T.map(keyOf(call.types[0]), bodyType(call, 1)), row: (map: Map | null, f: Fn) => map === null ? null : map.map(([k, v]) => [k, f(k, v)]) }),
  scalar('transform_keys(map, any) -> void', { doc: 'The map with the keys that a lambda (key, value) gives.', examples: ["map_keys(transform_keys(map('a', 1), (k, v) -> upper(k))) = array('A')"], params: [kind('map', 'map'), lambda('function', entry)], ...propagate,
    result: (call) => T.map(bodyType(call, 1), itemOf(call.types[0])), check: (call) => { checkKey(bodyType(call, 1), call); },
    bind: (call) => { const make = checkedMap(call, bodyType(call, 1)); return (map: Map | null, f: Fn) => map === null ? null : make(map.map(([k, v]) => [f(k, v), v])); } }),
  scalar('map_zip_with(map, map, any) -> void', { doc: 'For each key of either map what a lambda (key, value, value) gives.', examples: ["map_zip_with(map('a', 1), map('a', 2), (k, v, w) -> v + w)['a'] = 3"], params: [keyed('left', 'V'), keyed('right', 'W'), lambda('function', (t) => [keyOf(t[0]), itemOf(t[0]), itemOf(t[1])])],
    nulls: 'custom', nullable: (c) => c.args[0]!.nullable || c.args[1]!.nullable, result: (call) => T.map(keyOf(call.types[0]), bodyType(call, 2)),
    bind: (call) => { const type = keyOf(call.types[0]); return (a: Map | null, b: Map | null, f: Fn) => {
      if (a === null || b === null) return null;
      const index = new ValueIndex(type);
      const rows: [Value, Value, Value][] = [];
      for (const [k, v] of a) { const i = index.add(k); rows[i] = [k, v, null]; }
      for (const [k, v] of b) { const i = index.add(k); if (i < rows.length) rows[i]![2] = v; else rows[i] = [k, null, v]; }
      return rows.map(([k, x, y]) => [k, f(k, x, y)]);
    }; } }),
];
