// Functions of maps.
// source: Spark complexTypeCreator, collectionOperations.

import { raise } from '../../../planner/errors/index.js';
import { commonType } from '../../../planner/coercion.js';
import { sqlExpr, sqlType } from '../../../planner/expr/print.js';
import type { BoundExpr, Call } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { valueEquals } from '../../columnar/compare.js';
import { scalar, type ScalarFunction } from '../define.js';
import { splitter } from '../regexp/functions.js';
import { checkKey, keyPrinter } from './constructors.js';
import { type Entry, MAP_POLICY, mapOf, refuseNull, refusePair } from './shared.js';

type Map = readonly Entry[];
const keyOf = (t: DataType): DataType => t.kind === 'map' ? t.key : T.VOID;
const itemOf = (t: DataType): DataType => t.kind === 'map' ? t.value : T.VOID;
const checked = (call: Call, key: DataType): ((entries: Map) => Map) => { const print = keyPrinter(key, call); return (entries) => mapOf(key, entries, call.settings.conf.get(MAP_POLICY), print); };
const entryOf = (t: DataType): DataType | undefined => t.kind === 'array' && t.element.kind === 'struct' && t.element.fields.length === 2 ? t.element : undefined;

export const maps: readonly ScalarFunction[] = [
  scalar('map_keys(map<any, any>) -> void', { exact: true, doc: 'The keys, in order of insertion.', examples: ["map_keys(map('a', 1)) = array('a')"], result: (c) => T.array(keyOf(c.types[0]!), false), row: (m: Map) => m.map(([k]) => k) }),
  scalar('map_values(map<any, any>) -> void', { exact: true, doc: 'The values, in order of insertion.', examples: ["map_values(map('a', 1)) = array(1)"], result: (c) => T.array(itemOf(c.types[0]!)), row: (m: Map) => m.map(([, v]) => v) }),
  scalar('map_entries(map<any, any>) -> void', { exact: true, doc: 'The entries as structs of key and value.', examples: ["map_entries(map('a', 1))[0].value = 1"], result: (c) => T.array(T.struct([T.field('key', keyOf(c.types[0]!), false), T.field('value', itemOf(c.types[0]!))]), false), row: (m: Map) => m }),
  scalar('map_contains_key(map<K, V>, K) -> boolean', { doc: 'Whether the map has the key.', examples: ["map_contains_key(map('a', 1), 'a') = true"],
    resolve: (call) => {
      if (call.types[1]!.kind === 'void') refuseNull(call);
      if (call.types[0]!.kind !== 'map') refusePair(call, 'MAP_FUNCTION_DIFF_TYPES');
      return undefined;
    },
    bind: (call) => { const equal = valueEquals(keyOf(call.types[0]!)); return (m: Map, key: Value) => m.some(([k]) => equal(k, key)); } }),
  scalar('map_concat(any...) -> void', { doc: 'One map of the entries of all.', examples: ["map_concat(map('a', 1), map('b', 2))['b'] = 2"], variadic: { min: 0 }, lazy: 'all',
    resolve: (call) => {
      const node = (args: readonly BoundExpr[], type: DataType): BoundExpr => ({ kind: 'apply', fn: call.fn, name: call.name, args, type, nullable: args.some((a) => a.nullable), span: call.span });
      if (call.args.length === 0) return node([], T.map(T.STRING, T.STRING));
      if (call.types.some((t) => t.kind !== 'map')) raise('DATATYPE_MISMATCH.MAP_CONCAT_DIFF_TYPES', { functionName: '`map_concat`', dataType: `[${call.types.map((t) => sqlType(t)).join(', ')}]`, sqlExpr: sqlExpr(node(call.args, T.VOID)) }, { span: call.span });
      const common = commonType(call.types, { strings: true })
        ?? raise('DATATYPE_MISMATCH.DATA_DIFF_TYPES', { functionName: '`map_concat`', dataType: `(${call.types.map((t) => sqlType(t)).join(' or ')})`, sqlExpr: sqlExpr(node(call.args, T.VOID)) }, { span: call.span });
      return node(call.args.map((a) => call.cast(a, common)), common);
    },
    bind: (call) => { const make = checked(call, keyOf(call.types[0] ?? T.map(T.STRING, T.STRING))); return (...all: Map[]) => make(all.flat(1) as unknown as Map); } }),
  scalar('map_from_arrays(array<any>, array<any>) -> void', { exact: true, doc: 'A map of keys and values at the same positions of two arrays.', examples: ["map_from_arrays(array('a'), array(1))['a'] = 1"],
    check: (call) => { if (call.types[0]!.kind === 'array') checkKey(call.types[0]!.element, call); },
    result: (c) => T.map(c.types[0]!.kind === 'array' ? c.types[0]!.element : T.VOID, c.types[1]!.kind === 'array' ? c.types[1]!.element : T.VOID),
    bind: (call) => { const make = checked(call, call.types[0]!.kind === 'array' ? call.types[0]!.element : T.VOID); return (keys: readonly Value[], values: readonly Value[]) => {
      if (keys.length !== values.length) raise('_LEGACY_ERROR_TEMP_2128', { keys: String(keys.length), values: String(values.length) });
      return make(keys.map((k, i) => [k, values[i]!]));
    }; } }),
  scalar('map_from_entries(any) -> void', { doc: 'A map of an array of structs of key and value.', examples: ["map_from_entries(array(struct('a', 1)))['a'] = 1"], nullable: () => true,
    check: (call) => { if (!entryOf(call.types[0]!)) raise('DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { paramIndex: 'first', requiredType: '"ARRAY" of pair "STRUCT"', inputSql: sqlExpr(call.args[0]!), inputType: sqlType(call.types[0]!) }); },
    result: (call) => { const e = entryOf(call.types[0]!); return e?.kind === 'struct' ? T.map(e.fields[0]!.type, e.fields[1]!.type) : T.map(T.VOID, T.VOID); },
    bind: (call) => { const e = entryOf(call.types[0]!); const make = checked(call, e?.kind === 'struct' ? e.fields[0]!.type : T.VOID);
      return (list: readonly (Entry | null)[]) => list.includes(null) ? null : make(list as Map); } }),
  scalar("str_to_map(string, string = ',', string = ':') -> map<string, string>", { exact: true, collation: { meets: true, takes: 'untrimmed', kept: true }, doc: 'A map of a text of pairs: what parts the pairs, and key from value, are regular expressions.', examples: ["str_to_map('a:1,b:2')['b'] = '2'"],
    // Under a collation what parts them is plain text.
    collated: (search, call) => {
      const make = checked(call, call.types[0]!);
      return (text: string, pair: string, part: string) => make(search.split(text, pair).map((p): Entry => { const [key = '', value = null] = search.split(p, part, 2); return [key, value]; }));
    },
    bind: (call) => {
      const [make, pairs, parts] = [checked(call, T.STRING), splitter(call), splitter(call)];
      return (text: string, pair: string, part: string) => make(pairs(text, pair, -1).map((p): Entry => { const [key = '', value = null] = parts(p, part, 2); return [key, value]; }));
    } }),
];
