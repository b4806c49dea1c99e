// Types and column lists as text: `MAP<STRING, DECIMAL(10,2)>`, `a INT NOT NULL, b: STRING`.

import { collationNamed } from '../collations.js';
import { EngineError, raise } from '../errors/index.js';
import { precisionFault } from '../functions/timestamp-precision.js';
import { didYouMean } from '../similar.js';
import * as T from '../types.js';
import type { DataType, DayTimeField, Field, YearMonthField } from '../types.js';
import type { Cursor } from './cursor.js';

const SIMPLE: Readonly<Record<string, DataType>> = {
  BOOLEAN: T.BOOLEAN, TINYINT: T.TINYINT, BYTE: T.TINYINT, SMALLINT: T.SMALLINT, SHORT: T.SMALLINT, INT: T.INT, INTEGER: T.INT, BIGINT: T.BIGINT, LONG: T.BIGINT,
  FLOAT: T.FLOAT, REAL: T.FLOAT, DOUBLE: T.DOUBLE, DATE: T.DATE, TIMESTAMP: T.TIMESTAMP, TIMESTAMP_LTZ: T.TIMESTAMP, TIMESTAMP_NTZ: T.TIMESTAMP_NTZ,
  BINARY: T.BINARY, VOID: T.VOID, VARIANT: T.VARIANT,
};
const YEAR_MONTH_FIELDS: Readonly<Record<string, YearMonthField>> = { YEAR: 'year', YEARS: 'year', MONTH: 'month', MONTHS: 'month' };
const DAY_TIME_FIELDS: Readonly<Record<string, DayTimeField>> = { DAY: 'day', DAYS: 'day', HOUR: 'hour', HOURS: 'hour', MINUTE: 'minute', MINUTES: 'minute', SECOND: 'second', SECONDS: 'second' };

/** Names of types in other systems. */
const TYPES_ELSEWHERE: Readonly<Record<string, string>> = {
  TEXT: 'STRING', VARCHAR2: 'STRING', NVARCHAR: 'STRING', NTEXT: 'STRING', CLOB: 'STRING', UUID: 'STRING', ENUM: 'STRING', INET: 'STRING', SERIAL: 'BIGINT', BIGSERIAL: 'BIGINT', INT2: 'SMALLINT', INT4: 'INT', INT8: 'BIGINT', INT64: 'BIGINT', INT32: 'INT',
  NUMBER: 'DECIMAL(38, 0)', MONEY: 'DECIMAL(19, 4)', FLOAT4: 'FLOAT', FLOAT8: 'DOUBLE', FLOAT64: 'DOUBLE', BOOL: 'BOOLEAN', BIT: 'BOOLEAN', DATETIME: 'TIMESTAMP', DATETIME2: 'TIMESTAMP', TIMESTAMPTZ: 'TIMESTAMP',
  BYTEA: 'BINARY', BLOB: 'BINARY', BYTES: 'BINARY', VARBINARY: 'BINARY', JSON: 'VARIANT (or STRING)', JSONB: 'VARIANT (or STRING)', ROW: 'STRUCT<name: type, …>', OBJECT: 'STRUCT<name: type, …>', LIST: 'ARRAY<type>', MULTISET: 'ARRAY<type>',
};
const NAMES = [...Object.keys(SIMPLE), 'STRING', 'CHAR', 'VARCHAR', 'DECIMAL', 'NUMERIC', 'TIME', 'INTERVAL', 'ARRAY', 'MAP', 'STRUCT'];
const typeHint = (upper: string): string => TYPES_ELSEWHERE[upper] !== undefined ? `Write ${TYPES_ELSEWHERE[upper]}.` : didYouMean(upper, NAMES) ?? `The types are ${[...new Set(NAMES)].join(', ')}.`;

/** @throws UNSUPPORTED_DATATYPE, DATATYPE_MISSING_SIZE, INCOMPLETE_TYPE_DEFINITION, PARSE_SYNTAX_ERROR */
export function parseType(c: Cursor): DataType {
  return c.nested(() => {
    const from = c.position;
    if (!c.isIdentifier()) c.fail();
    const name = c.next().text;
    const upper = name.toUpperCase();
    const simple = SIMPLE[upper];
    if (simple && c.isSymbol('(')) {
      const sizes = sizesOf(c);
      const timestamp = simple.kind === 'timestamp' || simple.kind === 'timestamp_ntz';
      const fault = timestamp && sizes.length === 1 ? precisionFault(sizes[0]!, simple) : new EngineError('UNSUPPORTED_DATATYPE', { typeName: `"${upper}(${sizes.join(',')})"` }, { span: c.spanFrom(from) });
      if (fault) c.later(fault);
    }
    if (simple) return simple;
    if ((upper === 'ARRAY' || upper === 'MAP') && c.isSymbol('<>')) c.fail();
    switch (upper) {
      case 'STRING': return c.isSymbol('(') ? unknown(c, upper, from) : c.isWord('COLLATE') ? collated(c) : T.STRING;
      case 'CHAR': case 'CHARACTER': case 'VARCHAR': {
        if (!c.isSymbol('(')) { c.later(new EngineError('DATATYPE_MISSING_SIZE', { type: `"${upper === 'CHARACTER' ? 'CHAR' : upper}"` }, { span: c.spanFrom(from) })); return T.STRING; }
        c.parenthesized(() => integer(c));
        if (c.refusesLengths) c.later(new EngineError('UNSUPPORTED_CHAR_OR_VARCHAR_AS_STRING', {}, { nowhere: true }));
        return c.isWord('COLLATE') ? collated(c) : T.STRING;
      }
      case 'DECIMAL': case 'DEC': case 'NUMERIC': return decimalType(c, from);
      case 'TIME': return c.isSymbol('(') ? { kind: 'time', precision: c.parenthesized(() => integer(c)) } : T.TIME;
      case 'INTERVAL': return intervalType(c);
      case 'ARRAY': {
        if (!c.isSymbol('<')) return incomplete('ARRAY', c, from);
        return bracketed(c, () => {
          const element = parseType(c);
          c.expectSymbol('>');
          return T.array(element);
        });
      }
      case 'MAP': {
        if (!c.isSymbol('<')) return incomplete('MAP', c, from);
        return bracketed(c, () => {
          const key = parseType(c);
          c.expectSymbol(',');
          const value = parseType(c);
          c.expectSymbol('>');
          return T.map(key, value);
        });
      }
      case 'STRUCT': {
        if (c.takeSymbol('<>')) return T.struct([]);
        if (!c.isSymbol('<')) return incomplete('STRUCT', c, from);
        return bracketed(c, () => {
          const fields = c.isSymbol('>') ? [] : c.list(() => parseField(c));
          c.expectSymbol('>');
          return T.struct(fields);
        });
      }
      default: return unknown(c, upper, from);
    }
  });
}

/** A type that is not there, or not with these sizes. */
function unknown(c: Cursor, upper: string, from: number, given: readonly number[] = []): DataType {
  const sizes = given.length === 0 && c.isSymbol('(') ? sizesOf(c) : given;
  c.later(new EngineError('UNSUPPORTED_DATATYPE', { typeName: `"${upper}${sizes.length > 0 ? `(${sizes.join(',')})` : ''}"` }, { span: c.spanFrom(from), hint: typeHint(upper) }));
  return T.VOID;
}

const INCOMPLETE = {
  ARRAY: () => raise('INCOMPLETE_TYPE_DEFINITION.ARRAY', { elementType: '<INT>' }),
  MAP: () => raise('INCOMPLETE_TYPE_DEFINITION.MAP'),
  STRUCT: () => raise('INCOMPLETE_TYPE_DEFINITION.STRUCT'),
};
function incomplete(kind: keyof typeof INCOMPLETE, c: Cursor, from: number): DataType {
  try { INCOMPLETE[kind](); } catch (e) { c.later((e as EngineError).at(c.spanFrom(from))); }
  return T.VOID;
}
/** What stands in `<…>`. Where it is no list of types the bracket itself is at fault: the type could end before it. */
function bracketed(c: Cursor, body: () => DataType): DataType {
  const from = c.position;
  return c.failingAt(from, () => { c.expectSymbol('<'); return body(); }, ": missing ')'");
}

const sizesOf = (c: Cursor): number[] => c.parenthesized(() => c.list(() => integer(c)));
function integer(c: Cursor): number {
  const t = c.peek();
  return t.kind === 'number' && /^\d+$/.test(t.text) ? Number(c.next().text) : c.fail();
}
function collated(c: Cursor): DataType {
  c.expectWord('COLLATE');
  try { return { kind: 'string', collation: collationNamed(c.qualifiedName().join('.')) }; } catch (e) {
    if (!(e instanceof EngineError)) throw e;
    c.later(e);
    return T.STRING;
  }
}
function decimalType(c: Cursor, from: number): DataType {
  if (!c.isSymbol('(')) return T.decimal(10, 0);
  const sizes = sizesOf(c);
  if (sizes.length > 2) return unknown(c, 'DECIMAL', from, sizes);
  const [precision, scale = 0] = sizes as [number, number?];
  const wrong = precision > 38 ? new EngineError('DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION', { precision: String(precision), maxPrecision: '38' }, { nowhere: true })
    : scale > precision ? new EngineError('DECIMAL_SCALE_EXCEEDS_PRECISION', { scale: String(scale), precision: String(precision) }, { nowhere: true }) : undefined;
  if (wrong) { c.later(wrong); return T.decimal(38, 0); }
  return T.decimal(precision, scale);
}
function intervalType(c: Cursor): DataType {
  const { upper } = c.peek();
  const ym = YEAR_MONTH_FIELDS[upper];
  const dt = DAY_TIME_FIELDS[upper];
  if (!ym && !dt) return T.CALENDAR_INTERVAL;
  c.next();
  const to = c.isWord('TO') ? c.peek(1).upper : undefined;
  if (to !== undefined) {
    // From the larger to the smaller only.
    const order: readonly (string | undefined)[] = ym ? ['year', 'month'] : ['day', 'hour', 'minute', 'second'];
    if (order.indexOf(ym ? YEAR_MONTH_FIELDS[to] : DAY_TIME_FIELDS[to]) <= order.indexOf(ym ?? dt)) c.requireSymbol(')');
    c.next();
    c.next();
  }
  if (ym) return { kind: 'year_month_interval', from: ym, to: to ? YEAR_MONTH_FIELDS[to]! : ym };
  return { kind: 'day_time_interval', from: dt!, to: to ? DAY_TIME_FIELDS[to]! : dt! };
}

/** `name [:] type [NOT NULL] [COMMENT 'text']` */
export function parseField(c: Cursor): Field {
  const name = c.identifier();
  c.takeSymbol(':');
  const type = parseType(c);
  let nullable = true;
  let comment: string | undefined;
  for (;;) {
    if (c.takeWord('NOT', 'NULL')) nullable = false;
    else if (c.isWord('COMMENT') && c.isString(1)) { c.next(); comment = c.string(); }
    else return { name, type, nullable, ...(comment !== undefined && { comment }) };
  }
}
