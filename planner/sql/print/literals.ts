// Literals that read back as the same value of the same type. What no literal of the grammar can say (NaN, dates that were computed, collections) is
// the expression that gives it.

import { literalText } from '../../expr/literals.js';
import { decimalText, doubleText, floatText } from '../../number-text.js';
import type { DataType } from '../../types.js';
import type { Value } from '../../values.js';
import { text, typeText } from './names.js';

export function valueLiteral(value: Value, type: DataType): string {
  if (value === null) return type.kind === 'void' ? 'NULL' : `CAST(NULL AS ${typeText(type)})`;
  switch (type.kind) {
    case 'boolean': return value ? 'TRUE' : 'FALSE';
    case 'string': return type.collation ? `${text(value as string)} COLLATE ${type.collation}` : text(value as string);
    case 'tinyint': return `${String(value)}Y`;
    case 'smallint': return `${String(value)}S`;
    case 'int': return String(value);
    case 'bigint': return `${String(value)}L`;
    case 'float': case 'double': return Number.isFinite(value) ? type.kind === 'float' ? `${floatText(value as number)}F` : `${doubleText(value as number)}D` : `CAST(${text(doubleText(value as number))} AS ${typeText(type)})`;
    case 'decimal': return decimalLiteral(value as bigint, type.precision, type.scale);
    // Read in the zone of a session it would be another moment.
    case 'timestamp': return literalText(value, type).replace(/'$/, "Z'");
    case 'interval': return `CAST(${text(/'(.*)'/.exec(literalText(value, type))![1]!)} AS INTERVAL)`;
    case 'array': return `array(${(value as readonly Value[]).map((v) => valueLiteral(v, type.element)).join(', ')})`;
    case 'map': return `map(${(value as readonly (readonly [Value, Value])[]).flatMap(([k, v]) => [valueLiteral(k, type.key), valueLiteral(v, type.value)]).join(', ')})`;
    case 'struct': return `named_struct(${type.fields.map((f, i) => `${text(f.name)}, ${valueLiteral((value as readonly Value[])[i]!, f.type)}`).join(', ')})`;
    default: return literalText(value, type);
  }
}

/** Where the digits say another precision than the type has, the type is said. */
function decimalLiteral(unscaled: bigint, precision: number, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled);
  const literal = `${decimalText(unscaled, scale)}${scale === 0 ? 'BD' : ''}`;
  return Math.max(unscaled === 0n ? 0 : digits.length, scale, 1) === precision ? literal : `CAST(${literal} AS DECIMAL(${precision},${scale}))`;
}
