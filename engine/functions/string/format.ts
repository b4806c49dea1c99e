// Values as text by a format: format_string, format_number.
// source: Spark FormatString, FormatNumber.

import { raise } from '../../../planner/errors/index.js';
import { bigDecimalText } from '../../../planner/expr/literals.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { CalendarInterval, Row, Value, VariantValue } from '../../../planner/values.js';
import { type DecimalFormat, decimalFormat, grouping } from '../../formats/decimal-format.js';
import { UTC } from '../../formats/zone.js';
import { type FormatKind, type Formatter, type FormatValue, javaFormat } from '../../formats/java-format.js';
import { doubleText, floatText } from '../../formats/number-text.js';
import { calendarText, variantText } from '../../formats/render.js';
import { murmur3 } from '../misc/hash.js';
import { type RowFunction, scalar, type ScalarFunction } from '../define.js';
import { room } from './basic.js';

const KINDS: Readonly<Partial<Record<DataType['kind'], FormatKind>>> = {
  tinyint: 'byte', smallint: 'short', int: 'int', date: 'int', year_month_interval: 'int', bigint: 'long', timestamp: 'long', timestamp_ntz: 'long', time: 'long', day_time_interval: 'long',
  float: 'double', double: 'double', boolean: 'boolean',
};
/** A value as Spark hands it to the formatter: dates and times are numbers there, nested values print themselves. */
function passed(type: DataType): (value: Value) => FormatValue {
  switch (type.kind) {
    case 'time': return (v) => v as bigint * 1000n;
    case 'decimal': return (v) => bigDecimalText(v as bigint, type.scale);
    case 'interval': return (v) => calendarText(v as CalendarInterval);
    case 'variant': return (v) => variantText(v as VariantValue, UTC);
    case 'binary': return (v) => Buffer.from(v as Uint8Array).toString('hex');
    case 'array': { const element = nested(type.element); return (v) => `[${(v as readonly Value[]).map(element).join(',')}]`; }
    case 'struct': { const fields = type.fields.map((f) => nested(f.type)); return (v) => `[${(v as Row).map((x, i) => fields[i]!(x)).join(',')}]`; }
    case 'map': {
      const [key, value] = [nested(type.key), nested(type.value)];
      return (v) => { const entries = v as unknown as readonly (readonly [Value, Value])[]; return `keys: [${entries.map((e) => key(e[0])).join(', ')}], values: [${entries.map((e) => value(e[1])).join(', ')}]`; };
    }
    default: return (v) => v as FormatValue;
  }
}
function nested(type: DataType): (value: Value) => string {
  const make = passed(type);
  const text = type.kind === 'double' ? doubleText : type.kind === 'float' ? floatText : String;
  return (v) => v === null ? 'null' : (text as (x: FormatValue) => string)(make(v));
}
const hashText = (text: string): number => murmur3.bytes(Buffer.from(text, 'utf8'), 42);

/** The last format is kept. */
function kept<R>(make: (format: string) => R): (format: string) => R {
  let last: string | undefined;
  let made!: R;
  return (format) => { if (format !== last) { made = make(format); last = format; } return made; };
}

function numberFormats(): (format: number | string) => DecimalFormat {
  const byPattern = kept((pattern: string) => pattern === '' ? grouping(0) : decimalFormat(pattern));
  let places = -1;
  let byPlaces!: DecimalFormat;
  return (format) => {
    if (typeof format === 'string') return byPattern(format);
    if (format !== places) { room(format); byPlaces = grouping(format); places = format; }
    return byPlaces;
  };
}

export const formats: readonly ScalarFunction[] = [
  scalar('format_string(strfmt: string, any...) -> string', {
    collation: { kept: true }, aliases: ['printf'], doc: "A text by a format of Java's: %s, %d, %,.2f, %-8s …", examples: ["format_string('%s %05.1f', 'a', 2.5D) = 'a 002.5'"], nulls: 'custom', variadic: { min: 1 }, nullable: (call) => call.args[0]!.nullable,
    check: (call) => {
      const format = call.constant(0);
      if (typeof format === 'string' && format.includes('%0$')) raise('INVALID_PARAMETER_VALUE.ZERO_INDEX', { parameter: '`strfmt`', functionName: `\`${call.name === 'printf' ? 'printf' : 'format_string'}\`` });
    },
    bind: (call): RowFunction => {
      const types = call.types.slice(1);
      const kinds = types.map((t): FormatKind => KINDS[t.kind] ?? 'text');
      const make = types.map(passed);
      const compile = kept<Formatter>(javaFormat);
      return (format: string | null, ...values: Value[]) => format === null ? null : compile(format)(kinds, values.map((v, i) => v === null ? null : make[i]!(v)), hashText);
    },
  }),
  scalar('format_number(numeric, int|string) -> string', {
    doc: 'A number with grouped thousands and so many digits after the point, or by a pattern such as #,##0.00; rounded half to even.', examples: ["format_number(12332.123456D, 4) = '12,332.1235'"], nullable: () => true,
    params: [{ name: 'x', accepts: { kind: 'class', class: 'numeric' }, exact: true }, { name: 'd', accepts: { kind: 'one_of', options: [{ kind: 'type', type: T.INT }, { kind: 'type', type: T.STRING }] }, requires: '("INT" or "STRING")', exact: true }],
    bind: (call): RowFunction => {
      const type = call.types[0]!;
      const formatOf = numberFormats();
      if (type.kind === 'decimal') return (x: bigint, d: number | string) => typeof d === 'number' && d < 0 ? null : formatOf(d).decimal(x, type.scale);
      if (T.isFractional(type)) return (x: number, d: number | string) => typeof d === 'number' && d < 0 ? null : formatOf(d).double(x);
      return (x: number | bigint, d: number | string) => typeof d === 'number' && d < 0 ? null : formatOf(d).decimal(BigInt(x), 0);
    },
  }),
];
