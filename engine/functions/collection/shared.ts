// What functions of arrays and maps share: sets of values by Spark's equality, and maps that refuse NULL and repeated keys.

import { commonType, decimalOf } from '../../../planner/coercion.js';
import { raise } from '../../../planner/errors/index.js';
import { sqlExpr, sqlType } from '../../../planner/expr/print.js';
import type { BoundExpr, RawCall } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { collatedKeyOf } from '../../columnar/encode.js';

/** Numbers values from 0 as they come, equal ones alike: by the type's equality (NaN = NaN, 0.0 = -0.0, NULL within = NULL). */
export class ValueIndex {
  private readonly indices = new Map<unknown, number>();
  private readonly keyOf: (value: Value) => unknown;
  constructor(type: DataType) { this.keyOf = collatedKeyOf(type); }
  /** Its index, old or new. */
  add(value: Value): number {
    const key = this.keyOf(value);
    const index = this.indices.get(key) ?? this.indices.size;
    this.indices.set(key, index);
    return index;
  }
  has(value: Value): boolean { return this.indices.has(this.keyOf(value)); }
}

export type Entry = readonly [key: Value, value: Value];
/** Zero as a key has no sign. @throws NULL_MAP_KEY, DUPLICATED_MAP_KEY */
export function mapOf(keyType: DataType, entries: readonly Entry[], policy: string | undefined, print: (key: Value) => string): readonly Entry[] {
  const index = new ValueIndex(keyType);
  const out: Entry[] = [];
  for (const [key, value] of entries) {
    if (key === null) raise('NULL_MAP_KEY');
    const at = index.add(key);
    if (at === out.length) out.push([key === 0 ? 0 : key, value]);
    else if (policy?.toUpperCase() === 'LAST_WIN') out[at] = [out[at]![0], value];
    else raise('DUPLICATED_MAP_KEY', { key: print(key), mapKeyDedupPolicy: '"spark.sql.mapKeyDedupPolicy"' });
  }
  return out;
}
export const MAP_POLICY = 'spark.sql.mapKeyDedupPolicy';

// ── Types of arguments, before they are brought together ──

const callText = (call: RawCall): string => sqlExpr({ kind: 'apply', fn: call.fn, name: call.name, args: call.args, type: T.VOID, nullable: true });
/** Longest array of Spark, and longest that memory is taken for. */
const SIZE_MAX = 2_147_483_632;
const SIZE_IN_MEMORY = 50_000_000;
/** Asked before an array is made. @throws COLLECTION_SIZE_LIMIT_EXCEEDED */
export function roomFor(count: number | bigint, functionName: string): void {
  if (count > SIZE_IN_MEMORY) raise('COLLECTION_SIZE_LIMIT_EXCEEDED', { numberOfElements: String(count), maxRoundedArrayLength: String(SIZE_MAX), functionName: `\`${functionName}\`` });
}

const WORDS = ['first', 'second', 'third'];
/** The argument is not what the function takes. */
export function refuse(call: RawCall, index: number, requiredType: string): never {
  const arg = call.args[index] as BoundExpr;
  return raise('DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { sqlExpr: callText(call), paramIndex: WORDS[index]!, requiredType, inputSql: sqlExpr(arg), inputType: sqlType(arg.type) }, { span: call.span, focus: arg.span });
}
export function refuseNull(call: RawCall): never {
  return raise('DATATYPE_MISMATCH.NULL_TYPE', { functionName: `\`${call.name}\``, sqlExpr: callText(call) }, { span: call.span });
}
/** The argument and the elements or keys of the container have no common type. */
export function refusePair(call: RawCall, condition: 'ARRAY_FUNCTION_DIFF_TYPES' | 'BINARY_ARRAY_DIFF_TYPES' | 'MAP_FUNCTION_DIFF_TYPES', other = 1): never {
  const common = { functionName: `\`${call.name}\``, sqlExpr: callText(call), leftType: sqlType(call.types[0]!), rightType: sqlType(call.types[other]!) };
  if (condition === 'BINARY_ARRAY_DIFF_TYPES') return raise(`DATATYPE_MISMATCH.${condition}`, { ...common, arrayType: '"ARRAY"' }, { span: call.span });
  return raise(`DATATYPE_MISMATCH.${condition}`, { ...common, dataType: condition === 'MAP_FUNCTION_DIFF_TYPES' ? '"MAP"' : '"ARRAY"' }, { span: call.span });
}

/** The type that one of the two is, or both become, without loss: no decimal is made that neither is. Undefined: there is none. */
export function tightest(a: DataType, b: DataType): DataType | undefined {
  if (a.kind === 'array' && b.kind === 'array') { const element = tightest(a.element, b.element); return element && T.array(element, a.containsNull || b.containsNull); }
  if (a.kind !== b.kind ? a.kind === 'decimal' || b.kind === 'decimal' : a.kind === 'decimal') {
    if (a.kind === 'void') return b;
    if (b.kind === 'void') return a;
    if (T.isFractional(a) || T.isFractional(b)) return undefined;
    const [x, y] = [decimalOf(a), decimalOf(b)];
    if (!x || !y) return undefined;
    const wider = (p: T.TypeOf<'decimal'>, q: T.TypeOf<'decimal'>): boolean => p.scale >= q.scale && p.precision - p.scale >= q.precision - q.scale;
    return a.kind === 'decimal' && wider(x, y) ? a : b.kind === 'decimal' && wider(y, x) ? b : undefined;
  }
  return commonType([a, b], { strings: false });
}
