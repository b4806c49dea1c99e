// Reaching into values: fields of structs, elements of arrays by position from 0, values of maps by key, a field of each struct of an
// array. source: Spark complexTypeExtractors.

import { raise } from '../../../planner/errors/index.js';
import type { Call } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import type { RowFunction, ScalarFunction } from '../define.js';
import { valueEquals } from '../../columnar/compare.js';
import { cls, operator, type, variable } from './shared.js';

/** Ordinal of the field that the second argument names. */
const ordinal = (call: Call): number => Number(call.constant(1) ?? 0);
const fieldType = (struct: DataType, at: number): DataType => struct.kind === 'struct' ? struct.fields[at]?.type ?? T.VOID : T.VOID;
const always = (): boolean => true;

export const access: readonly ScalarFunction[] = [
  operator([cls('struct'), type(T.INT)], { name: 'getfield', doc: 'A field of a struct, by ordinal.', field: ordinal, nullable: always, result: (call) => fieldType(call.types[0]!, ordinal(call)),
    bind: (call): RowFunction => { const at = ordinal(call); return (s: readonly Value[]) => s[at] ?? null; } }),
  operator([cls('array'), type(T.INT)], { name: 'getarraystructfields', doc: 'A field of each struct of an array, by ordinal.',
    result: (call) => { const a = call.types[0]!; return T.array(a.kind === 'array' ? fieldType(a.element, ordinal(call)) : T.VOID); },
    bind: (call): RowFunction => { const at = ordinal(call); return (list: readonly (readonly Value[] | null)[]) => list.map((s) => s === null ? null : s[at] ?? null); } }),
  operator([cls('array'), cls('integral')], { name: 'getarrayitem', doc: 'The element of an array at a position from 0.', nullable: always,
    result: (call) => { const a = call.types[0]!; return a.kind === 'array' ? a.element : T.VOID; },
    bind: (call): RowFunction => {
      const { ansi } = call.settings;
      return (list: readonly Value[], index: number | bigint) => {
        const i = Number(index);
        if (i >= 0 && i < list.length) return list[i]!;
        return ansi ? raise('INVALID_ARRAY_INDEX', { indexValue: String(i), arraySize: String(list.length) }) : null;
      };
    } }),
  operator([cls('map'), variable('K')], { name: 'getmapvalue', doc: 'The value of a map at a key, NULL if there is none.', nullable: always,
    result: (call) => { const m = call.types[0]!; return m.kind === 'map' ? m.value : T.VOID; },
    bind: (call): RowFunction => {
      const m = call.types[0]!;
      const equal = valueEquals(m.kind === 'map' ? m.key : T.VOID);
      return (entries: readonly (readonly [Value, Value])[], key: Value) => {
        for (const [k, v] of entries) if (equal(k, key)) return v;
        return null;
      };
    } }),
];
