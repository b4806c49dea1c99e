// The schema of VARIANT values, as text: whole numbers are BIGINT, objects OBJECT<…>, values of different kinds VARIANT.
// source: Spark SchemaOfVariant, with JsonInferSchema.compatibleType.

import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { VariantValue } from '../../../planner/values.js';

/** Objects are structs here. */
export function schemaOf(v: VariantValue): DataType {
  switch (v.kind) {
    case 'null': return T.VOID;
    case 'array': return T.array(v.elements.reduce<DataType>((t, e) => merge(t, schemaOf(e)), T.VOID));
    case 'object': return T.struct(v.entries.map(([k, e]) => T.field(k, schemaOf(e))));
    case 'scalar': return T.isIntegral(v.type) ? T.BIGINT : v.type.kind === 'decimal' ? decimalOf(v.value as bigint, v.type.scale) : v.type;
  }
}
/** Without trailing zeros. */
function decimalOf(unscaled: bigint, scale: number): DataType {
  let [u, s] = [unscaled, scale];
  while (s > 0 && u % 10n === 0n) { u /= 10n; s--; }
  return T.decimal(Math.max(String(u < 0n ? -u : u).length, s, 1), s);
}

const FLOATING = ['bigint', 'float', 'double'];
const TIMES = ['date', 'timestamp_ntz', 'timestamp'];
export function merge(a: DataType, b: DataType): DataType {
  if (a.kind === 'void') return b;
  if (b.kind === 'void' || T.sameType(a, b)) return a;
  if (a.kind === 'array' && b.kind === 'array') return T.array(merge(a.element, b.element));
  if (a.kind === 'struct' && b.kind === 'struct') {
    const fields = new Map(a.fields.map((f) => [f.name, f.type]));
    for (const f of b.fields) fields.set(f.name, merge(fields.get(f.name) ?? T.VOID, f.type));
    return T.struct([...fields].sort(([x], [y]) => x < y ? -1 : x > y ? 1 : 0).map(([name, type]) => T.field(name, type)));
  }
  for (const order of [FLOATING, TIMES]) {
    const [x, y] = [order.indexOf(a.kind), order.indexOf(b.kind)];
    if (x >= 0 && y >= 0) return x > y ? a : b;
  }
  const [x, y] = [wide(a), wide(b)];
  if (x && y) {
    const scale = Math.max(x.scale, y.scale);
    const range = Math.max(x.precision - x.scale, y.precision - y.scale);
    return range + scale > 38 ? T.DOUBLE : T.decimal(range + scale, scale);
  }
  if ((x && b.kind === 'double') || (y && a.kind === 'double')) return T.DOUBLE;
  return T.VARIANT;
}
const wide = (t: DataType): T.TypeOf<'decimal'> | undefined => t.kind === 'decimal' ? t : t.kind === 'bigint' ? T.decimal(20, 0) : undefined;

export function schemaText(t: DataType): string {
  switch (t.kind) {
    case 'array': return `ARRAY<${schemaText(t.element)}>`;
    case 'struct': return `OBJECT<${t.fields.map((f) => `${T.quoteIfNeeded(f.name)}: ${schemaText(f.type)}`).join(', ')}>`;
    default: return T.sqlName(t, false);
  }
}
