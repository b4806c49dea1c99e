// Values to and from VARIANT. A variant takes the type of what it holds: whole numbers the narrowest that fits them, decimals without
// trailing zeros. source: Spark VariantExpressionEvalUtils.castToVariant, VariantGet.cast.

import { raise } from '../../../planner/errors/index.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Scalar, Value, VariantValue } from '../../../planner/values.js';
import { variantObject } from '../../columnar/variant.js';
import type { Zone } from '../../formats/zone.js';
import { variantText } from '../../formats/render.js';

/** A value of a type as a variant. */
export function toVariant(value: Value, from: DataType): VariantValue {
  if (value === null) return { kind: 'null' };
  switch (from.kind) {
    case 'variant': return value as VariantValue;
    case 'array': return { kind: 'array', elements: (value as readonly Value[]).map((v) => toVariant(v, from.element)) };
    case 'map': return variantObject((value as readonly (readonly Value[])[]).map(([k, v]) => [k as string, toVariant(v ?? null, from.value)]));
    case 'struct': return variantObject(from.fields.map((f, i) => [f.name, toVariant((value as readonly Value[])[i] ?? null, f.type)]));
    case 'void': return { kind: 'null' };
    default: return { kind: 'scalar', type: from, value: value as Scalar };
  }
}

/** The variant as a value of a type; NULL for the null inside of it. `tries`: NULL for a part that does not fit. @throws INVALID_VARIANT_CAST */
export function fromVariant(v: VariantValue, to: DataType, scalar: (from: DataType, to: DataType) => (value: Value) => Value, zone: Zone, tries = false): Value {
  const fail = (): Value => tries ? null : raise('INVALID_VARIANT_CAST', { value: variantText(v, zone), dataType: `"${T.sqlName(to, false)}"` }, { nowhere: true });
  if (to.kind === 'variant') return v;
  if (v.kind === 'null') return null;
  const inner = (e: VariantValue, type: DataType): Value => fromVariant(e, type, scalar, zone, tries);
  switch (to.kind) {
    case 'array': return v.kind === 'array' ? v.elements.map((e) => inner(e, to.element)) : fail();
    case 'map': return v.kind === 'object' && to.key.kind === 'string' ? v.entries.map(([k, e]) => [k, inner(e, to.value)]) : fail();
    case 'struct': {
      if (v.kind !== 'object') return fail();
      return to.fields.map((f) => { const entry = v.entries.find(([k]) => k === f.name); return entry ? inner(entry[1], f.type) : null; });
    }
    default: break;
  }
  if (v.kind !== 'scalar') return to.kind === 'string' ? variantText(v, zone) : fail();
  if (T.sameType(v.type, to)) return v.value;
  if (!castable(v.type, to)) return fail();
  if (to.kind === 'string' && v.type.kind === 'decimal') return variantText(v, zone);
  try { return scalar(v.type, to)(v.value); } catch { return fail(); }
}

/** Which types of scalars may become which: numbers among themselves and to times, everything to and from strings. */
function castable(from: DataType, to: DataType): boolean {
  if (to.kind === 'string' || from.kind === 'string') return true;
  const number = T.isNumeric(from) || from.kind === 'boolean';
  switch (to.kind) {
    case 'boolean': case 'tinyint': case 'smallint': case 'int': case 'bigint': case 'float': case 'double': case 'decimal': return number || from.kind === 'timestamp';
    case 'timestamp': return number || from.kind === 'date' || from.kind === 'timestamp_ntz';
    case 'date': case 'timestamp_ntz': return from.kind === 'date' || from.kind === 'timestamp' || from.kind === 'timestamp_ntz';
    default: return from.kind === to.kind;
  }
}
