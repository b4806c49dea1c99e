// array(…), map(…), named_struct(…). struct(…) is the binder's, which knows the names; it calls named_struct.
// source: Spark complexTypeCreator.

import { raise } from '../../../planner/errors/index.js';
import { commonType } from '../../../planner/coercion.js';
import { printExpr, sqlExpr, sqlType } from '../../../planner/expr/print.js';
import type { BoundExpr, Call, RawCall } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { castRow } from '../cast/index.js';
import { scalar, type ScalarFunction } from '../define.js';
import { type Entry, MAP_POLICY, mapOf } from './shared.js';

const built = (call: RawCall, args: readonly BoundExpr[], type: DataType): BoundExpr =>
  ({ kind: 'apply', fn: call.fn, name: call.name, args, type, nullable: false, span: call.span });
const diffTypes = (call: RawCall, name: string, types: readonly DataType[]): never =>
  raise('DATATYPE_MISMATCH.DATA_DIFF_TYPES', { functionName: `\`${name}\``, dataType: `(${types.map((t) => sqlType(t)).join(' or ')})`, sqlExpr: sqlExpr(built(call, call.args, T.VOID)) }, { span: call.span });
const common = (call: RawCall, name: string, types: readonly DataType[]): DataType =>
  types.length === 0 ? T.VOID : commonType(types, { strings: true }) ?? diffTypes(call, name, types);
/** The common type of every second argument. */
function oneType(call: RawCall, from: 0 | 1, what: 'KEY' | 'VALUE'): DataType {
  const types = call.types.filter((_, i) => i % 2 === from);
  return types.length === 0 ? T.VOID : commonType(types, { strings: true })
    ?? raise(`DATATYPE_MISMATCH.CREATE_MAP_${what}_DIFF_TYPES`, { functionName: '`map`', dataType: `[${types.map((t) => sqlType(t)).join(', ')}]`, sqlExpr: sqlExpr(built(call, call.args, T.VOID)) }, { span: call.span });
}
/** @throws DATATYPE_MISMATCH.INVALID_MAP_KEY_TYPE */
export function checkKey(key: DataType, call: BoundExpr | Call): void {
  if (T.holdsKind(key, 'map', 'variant')) raise('DATATYPE_MISMATCH.INVALID_MAP_KEY_TYPE', { keyType: sqlType(key), sqlExpr: sqlExpr('kind' in call ? call : { kind: 'apply', fn: call.fn, name: call.name, args: call.args, type: T.VOID, nullable: true }) }, { span: call.span });
}

/** Text of a key in a message. */
export const keyPrinter = (type: DataType, call: Call): ((key: Value) => string) => {
  const text = castRow(type, T.STRING, 'ansi', call.settings);
  return (key) => String(text(key));
};

export const constructors: readonly ScalarFunction[] = [
  scalar('array(any...) -> void', {
    collation: { meets: true },    doc: 'An array of the arguments, which come to one type.', examples: ['array(1, 2)[1] = 2'], nulls: 'custom', variadic: { min: 0 }, nullable: () => false,
    resolve: (call) => {
      const element = common(call, 'array', call.types);
      return built(call, call.args.map((a) => call.cast(a, element)), T.array(element, call.args.some((a) => a.nullable)));
    },
    row: (...values: Value[]) => values,
  }),
  scalar('map(any, any...) -> void', {
    collation: { meets: 'pairs' },    doc: 'A map of keys and values, one after the other. A key that is NULL or comes twice is an error.', examples: ["map('a', 1)['a'] = 1"], nulls: 'custom', variadic: { min: 0, every: 2 }, nullable: () => false,
    resolve: (call) => {
      if (call.args.length % 2 !== 0) raise('WRONG_NUM_ARGS.WITHOUT_SUGGESTION', { functionName: '`map`', expectedNum: '2n (n > 0)', actualNum: String(call.args.length), docroot: '' }, { span: call.span });
      const key = oneType(call, 0, 'KEY');
      const value = oneType(call, 1, 'VALUE');
      const node = built(call, call.args.map((a, i) => call.cast(a, i % 2 === 0 ? key : value)), T.map(key, value, call.args.some((a, i) => i % 2 === 1 && a.nullable)));
      checkKey(key, node);
      return node;
    },
    bind: (call) => {
      const key = call.types[0] ?? T.VOID;
      const print = keyPrinter(key, call);
      return (...values: Value[]) => {
        const entries: Entry[] = [];
        for (let i = 0; i < values.length; i += 2) entries.push([values[i]!, values[i + 1]!]);
        return mapOf(key, entries, call.settings.conf.get(MAP_POLICY), print);
      };
    },
  }),
  scalar('named_struct(any, any...) -> void', {
    doc: 'A struct of names and values, one after the other.', examples: ["named_struct('a', 1).a = 1"], nulls: 'custom', variadic: { min: 2, every: 2 }, nullable: () => false,
    resolve: (call) => {
      const { args } = call;
      if (args.length === 0 || args.length % 2 !== 0) raise('WRONG_NUM_ARGS.WITHOUT_SUGGESTION', { functionName: '`named_struct`', expectedNum: '2n (n > 0)', actualNum: String(args.length), docroot: '' }, { span: call.span });
      const names = args.filter((_, i) => i % 2 === 0).map((_, n) => call.constant(2 * n));
      const bad = names.flatMap((n, i) => typeof n === 'string' ? [] : [args[2 * i]!]);
      const node = (fields: readonly T.Field[]): BoundExpr => built(call, args, T.struct(fields));
      if (bad.length > 0) raise('DATATYPE_MISMATCH.CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING', { inputExprs: `[${bad.map((b) => `"${printExpr(b)}"`).join(', ')}]`, sqlExpr: sqlExpr(node([])) }, { span: call.span });
      return node(names.map((n, i) => T.field(n as string, args[2 * i + 1]!.type, args[2 * i + 1]!.nullable)));
    },
    row: (...values: Value[]) => values.filter((_, i) => i % 2 === 1),
    assembles: ({ args }) => args.flatMap((_, i) => i % 2 === 1 ? [i] : []),
  }),
];
