// What the other dialects mean where they differ from ours: quotes, NULLs in an order, division of whole numbers, functions, types. A
// function that Spark also has is read only if a line here says that it means the same; all other names are users' own.

import * as T from '../types.js';
import type { DataType } from '../types.js';

export type DialectName = 'postgresql' | 'mysql' | 'snowflake' | 'bigquery' | 'trino' | 'flinksql';

export interface Dialect {
  readonly name: DialectName;
  /** How people call it. */
  readonly title: string;
  /** Signs that quote an identifier; the other ones of " ' ` quote strings. */
  readonly identifierQuotes: string;
  /** A backslash in a string begins an escape. */
  readonly backslash: boolean;
  readonly lineComments: readonly string[];
  /** Where NULLs come without NULLS FIRST or LAST. low: as if less than all values, as in Spark. */
  readonly nulls: 'low' | 'high' | 'last';
  /** `7 / 2` is 3. */
  readonly truncates: boolean;
  /** LIKE knows a backslash without ESCAPE, as Spark's does. */
  readonly likeEscape: boolean;
  /** FETCH FIRST n ROWS ONLY. */
  readonly fetches: boolean;
  /** Operators that mean another thing, or are none, here. */
  readonly refused: readonly string[];
  readonly functions: ReadonlyMap<string, Rewrite>;
  readonly types: ReadonlyMap<string, TypeReader>;
}
/** How a call is written in our dialect: another name; or `nulls`: NULL if an argument is, where ours leaves NULLs out; or the parts of a group window. */
export type Rewrite = { readonly name: string; readonly form?: 'strict' | 'joined' | 'window' | 'hop' | 'window_start' | 'window_end' };
type TypeReader = (length: number | undefined, scale: number | undefined) => DataType | undefined;

const same = (...names: readonly string[]): [string, Rewrite][] => names.map((name) => [name, { name }]);
const renamed = (names: Readonly<Record<string, string>>): [string, Rewrite][] => Object.entries(names).map(([from, name]) => [from, { name }]);
const form = (how: NonNullable<Rewrite['form']>, names: Readonly<Record<string, string>>): [string, Rewrite][] => Object.entries(names).map(([from, name]) => [from, { name, form: how }]);

const COMMON: readonly [string, Rewrite][] = [
  ...same('count', 'sum', 'avg', 'min', 'max', 'coalesce', 'nullif', 'abs', 'ceil', 'floor', 'sqrt', 'exp', 'ln', 'power', 'mod', 'sign', 'upper', 'lower', 'trim', 'ltrim', 'rtrim',
    'replace', 'reverse', 'char_length', 'character_length', 'lpad', 'rpad', 'row_number', 'rank', 'dense_rank', 'percent_rank', 'cume_dist', 'ntile', 'lag', 'lead', 'first_value', 'last_value',
    'stddev_samp', 'stddev_pop', 'var_samp', 'var_pop', 'current_date', 'current_timestamp', 'extract', 'round',
    // The engine's own, of streams.
    'window', 'session_window', 'window_time'),
];
const LENGTH = same('length');
const STRICT = form('strict', { greatest: 'greatest', least: 'least' });
const DATE_PARTS = same('year', 'quarter', 'month', 'hour', 'minute', 'second');
const LISTAGG = same('listagg');

const fixed = (type: DataType): TypeReader => (length) => length === undefined ? type : undefined;
const sized = (type: DataType): TypeReader => (_length, scale) => scale === undefined ? type : undefined;
const decimal = (precision: number | undefined, scale: number): TypeReader => (p, s) => {
  if (p === undefined) return precision === undefined ? undefined : T.decimal(precision, scale);
  return p >= 1 && p <= 38 && (s ?? 0) <= p ? T.decimal(p, s ?? 0) : undefined;
};
const types = (extra: Readonly<Record<string, TypeReader>>): ReadonlyMap<string, TypeReader> => new Map(Object.entries({
  BOOLEAN: fixed(T.BOOLEAN), SMALLINT: fixed(T.SMALLINT), INT: fixed(T.INT), INTEGER: fixed(T.INT), BIGINT: fixed(T.BIGINT), REAL: fixed(T.FLOAT),
  DOUBLE: fixed(T.DOUBLE), 'DOUBLE PRECISION': fixed(T.DOUBLE), VARCHAR: sized(T.STRING), DATE: fixed(T.DATE), ...extra,
}));

/** A pattern of a LIKE in dialects without an escape of their own keeps its backslashes. */
const base = { lineComments: ['--'], identifierQuotes: '"', backslash: false, nulls: 'high', truncates: false, likeEscape: false, fetches: false, refused: [] } as const;

export const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  postgresql: {
    ...base, name: 'postgresql', title: 'PostgreSQL', truncates: true, likeEscape: true, fetches: true, refused: ['^', '~', '#', '->', '->>', '!'],
    functions: new Map([...COMMON, ...LENGTH, ...same('greatest', 'least', 'now', 'string_agg', 'bool_and', 'bool_or', 'every', 'date_trunc', 'date_part', 'initcap', 'repeat', 'split_part', 'concat_ws', 'variance', 'stddev'),
      ...renamed({ strpos: 'instr', ceiling: 'ceil', pow: 'power' }), ...form('joined', { concat: 'concat_ws' })]),
    types: types({ INT2: fixed(T.SMALLINT), INT4: fixed(T.INT), INT8: fixed(T.BIGINT), BOOL: fixed(T.BOOLEAN), FLOAT4: fixed(T.FLOAT), FLOAT8: fixed(T.DOUBLE), FLOAT: fixed(T.DOUBLE), TEXT: fixed(T.STRING),
      'CHARACTER VARYING': sized(T.STRING), NUMERIC: decimal(undefined, 0), DECIMAL: decimal(undefined, 0), TIMESTAMP: fixed(T.TIMESTAMP_NTZ), 'TIMESTAMP WITHOUT TIME ZONE': fixed(T.TIMESTAMP_NTZ),
      'TIMESTAMP WITH TIME ZONE': fixed(T.TIMESTAMP), TIMESTAMPTZ: fixed(T.TIMESTAMP), BYTEA: fixed(T.BINARY) }),
  },
  mysql: {
    ...base, name: 'mysql', title: 'MySQL', identifierQuotes: '`', backslash: true, lineComments: ['--', '#'], nulls: 'low', likeEscape: true, refused: ['||', '&&', '->', '->>', '::', '!'],
    functions: new Map([...COMMON, ...STRICT, ...DATE_PARTS, ...same('concat', 'ifnull', 'if', 'now', 'substring_index', 'pow', 'repeat', 'day', 'dayofmonth', 'dayofyear', 'variance', 'bit_count'), ...renamed({ ceiling: 'ceil', ucase: 'upper', lcase: 'lower' })]),
    types: types({ SIGNED: fixed(T.BIGINT), CHAR: sized(T.STRING), FLOAT: fixed(T.FLOAT), DECIMAL: decimal(10, 0), NUMERIC: decimal(10, 0), DATETIME: fixed(T.TIMESTAMP_NTZ), BINARY: fixed(T.BINARY) }),
  },
  snowflake: {
    ...base, name: 'snowflake', title: 'Snowflake', backslash: true, fetches: true, lineComments: ['--', '//'], refused: ['^', '~', '->', '->>', '&', '|', '!'],
    functions: new Map([...COMMON, ...LENGTH, ...STRICT, ...DATE_PARTS, ...LISTAGG, ...same('concat', 'ifnull', 'nvl', 'nvl2', 'zeroifnull', 'nullifzero', 'date_trunc', 'count_if', 'max_by', 'min_by', 'any_value', 'approx_count_distinct', 'array_agg', 'split_part', 'repeat', 'day', 'variance', 'stddev', 'pow', 'equal_null'),
      ...renamed({ iff: 'if', booland_agg: 'bool_and', boolor_agg: 'bool_or' })]),
    types: types({ FLOAT: fixed(T.DOUBLE), STRING: fixed(T.STRING), TEXT: fixed(T.STRING), CHAR: sized(T.STRING), NUMBER: decimal(38, 0), DECIMAL: decimal(38, 0), NUMERIC: decimal(38, 0),
      TIMESTAMP: fixed(T.TIMESTAMP_NTZ), TIMESTAMP_NTZ: fixed(T.TIMESTAMP_NTZ), TIMESTAMP_LTZ: fixed(T.TIMESTAMP), BINARY: fixed(T.BINARY) }),
  },
  bigquery: {
    ...base, name: 'bigquery', title: 'BigQuery', identifierQuotes: '`', backslash: true, lineComments: ['--', '#'], nulls: 'low', likeEscape: true, refused: ['->', '->>', '::', '!'],
    functions: new Map([...COMMON, ...LENGTH, ...STRICT, ...same('concat', 'ifnull', 'if', 'string_agg', 'any_value', 'approx_count_distinct', 'repeat', 'initcap', 'pow', 'variance', 'stddev'),
      ...renamed({ countif: 'count_if', logical_and: 'bool_and', logical_or: 'bool_or', strpos: 'instr', starts_with: 'startswith', ends_with: 'endswith', ceiling: 'ceil' })]),
    types: types({ INT64: fixed(T.BIGINT), INT: fixed(T.BIGINT), INTEGER: fixed(T.BIGINT), SMALLINT: fixed(T.BIGINT), BOOL: fixed(T.BOOLEAN), FLOAT64: fixed(T.DOUBLE), STRING: sized(T.STRING), BYTES: fixed(T.BINARY), NUMERIC: decimal(38, 9),
      TIMESTAMP: fixed(T.TIMESTAMP), DATETIME: fixed(T.TIMESTAMP_NTZ) }),
  },
  trino: {
    ...base, name: 'trino', title: 'Trino', nulls: 'last', truncates: true, fetches: true, refused: ['^', '~', '&', '|', '->', '->>', '::', '!'],
    functions: new Map([...COMMON, ...LENGTH, ...STRICT, ...DATE_PARTS, ...LISTAGG, ...same('concat', 'if', 'now', 'date_trunc', 'count_if', 'max_by', 'min_by', 'any_value', 'bool_and', 'bool_or', 'every', 'split_part', 'concat_ws', 'repeat', 'day', 'variance', 'stddev', 'pow'),
      ...renamed({ approx_distinct: 'approx_count_distinct', arbitrary: 'any_value', strpos: 'instr', ceiling: 'ceil' })]),
    types: types({ TINYINT: fixed(T.TINYINT), DECIMAL: decimal(38, 0), CHAR: sized(T.STRING), TIMESTAMP: fixed(T.TIMESTAMP_NTZ), 'TIMESTAMP WITH TIME ZONE': fixed(T.TIMESTAMP), VARBINARY: fixed(T.BINARY) }),
  },
  flinksql: {
    ...base, name: 'flinksql', title: 'Flink SQL', identifierQuotes: '`', nulls: 'low', truncates: true, fetches: true, refused: ['^', '~', '&', '|', '->', '->>', '::', '!'],
    functions: new Map([...COMMON, ...STRICT, ...DATE_PARTS, ...LISTAGG, ...same('concat', 'concat_ws', 'ifnull', 'if', 'now', 'split_index', 'repeat', 'initcap', 'dayofmonth', 'dayofyear'), ...renamed({ ceiling: 'ceil' }),
      ...form('window', { tumble: 'window', session: 'session_window' }), ...form('hop', { hop: 'window' }),
      ...form('window_start', { tumble_start: 'tumble', hop_start: 'hop', session_start: 'session' }), ...form('window_end', { tumble_end: 'tumble', hop_end: 'hop', session_end: 'session' })]),
    types: types({ TINYINT: fixed(T.TINYINT), STRING: fixed(T.STRING), CHAR: sized(T.STRING), FLOAT: fixed(T.FLOAT), DECIMAL: decimal(10, 0), NUMERIC: decimal(10, 0), TIMESTAMP: sized(T.TIMESTAMP_NTZ), TIMESTAMP_LTZ: sized(T.TIMESTAMP), BYTES: fixed(T.BINARY) }),
  },
};
