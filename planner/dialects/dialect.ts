// What the other dialects mean where they differ from ours: quotes, NULLs in an order, division of whole numbers, functions, types. A
// function that Spark also has is read only if a line here says that it means the same; all other names are users' own.

import * as T from '../types.js';
import type { DataType } from '../types.js';
import { type DialectName, FIELDS, FUNCTIONS, type Rewrite } from './functions.js';
import type { Patterns } from './patterns.js';

export type { DialectName } from './functions.js';

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
  readonly qualifies: boolean;
  /** A divisor of 0 gives NULL. */
  readonly dividesByZero: boolean;
  /** What the columns of VALUES are called; absent where there is no VALUES. */
  readonly unnamed?: (index: number) => string;
  /** The alias of UNNEST is also the name of its column. */
  readonly namesElements: boolean;
  /** TRIM takes off blanks and no other white space. */
  readonly trimsBlanks: boolean;
  readonly patterns: Patterns;
  /** Operators that mean another thing, or are none, here. */
  readonly refused: readonly string[];
  readonly functions: ReadonlyMap<string, Rewrite>;
  /** Fields of EXTRACT, as templates. */
  readonly fields: ReadonlyMap<string, string>;
  readonly types: ReadonlyMap<string, TypeReader>;
}
type TypeReader = (length: number | undefined, scale: number | undefined) => DataType | undefined;

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
const base = { lineComments: ['--'], identifierQuotes: '"', backslash: false, nulls: 'high', truncates: false, likeEscape: false, fetches: false, qualifies: false, dividesByZero: false, namesElements: false, trimsBlanks: true, patterns: 'java', refused: [] } as const;

export const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  postgresql: {
    ...base, name: 'postgresql', functions: FUNCTIONS.postgresql, fields: FIELDS.postgresql, title: 'PostgreSQL', truncates: true, likeEscape: true, fetches: true, patterns: 'words', namesElements: true, unnamed: (i) => `column${i + 1}`,
    refused: ['^', '~', '#', '->', '->>', '!'],
    types: types({ INT2: fixed(T.SMALLINT), INT4: fixed(T.INT), INT8: fixed(T.BIGINT), BOOL: fixed(T.BOOLEAN), FLOAT4: fixed(T.FLOAT), FLOAT8: fixed(T.DOUBLE), FLOAT: fixed(T.DOUBLE), TEXT: fixed(T.STRING),
      'CHARACTER VARYING': sized(T.STRING), NUMERIC: decimal(undefined, 0), DECIMAL: decimal(undefined, 0), TIMESTAMP: fixed(T.TIMESTAMP_NTZ), 'TIMESTAMP WITHOUT TIME ZONE': fixed(T.TIMESTAMP_NTZ),
      'TIMESTAMP WITH TIME ZONE': fixed(T.TIMESTAMP), TIMESTAMPTZ: fixed(T.TIMESTAMP), BYTEA: fixed(T.BINARY) }),
  },
  mysql: {
    ...base, name: 'mysql', functions: FUNCTIONS.mysql, fields: FIELDS.mysql, title: 'MySQL', identifierQuotes: '`', backslash: true, lineComments: ['--', '#'], nulls: 'low', likeEscape: true, dividesByZero: true, patterns: 'percent', unnamed: (i) => `column_${i}`,
    refused: ['||', '&&', '->', '->>', '::', '!'],
    types: types({ SIGNED: fixed(T.BIGINT), CHAR: sized(T.STRING), FLOAT: fixed(T.FLOAT), DECIMAL: decimal(10, 0), NUMERIC: decimal(10, 0), DATETIME: fixed(T.TIMESTAMP_NTZ), TIMESTAMP: fixed(T.TIMESTAMP_NTZ), BINARY: fixed(T.BINARY) }),
  },
  snowflake: {
    ...base, name: 'snowflake', functions: FUNCTIONS.snowflake, fields: FIELDS.snowflake, title: 'Snowflake', backslash: true, fetches: true, lineComments: ['--', '//'], qualifies: true, patterns: 'words', unnamed: (i) => `column${i + 1}`,
    refused: ['^', '~', '->', '->>', '&', '|', '!'],
    types: types({ FLOAT: fixed(T.DOUBLE), STRING: fixed(T.STRING), TEXT: fixed(T.STRING), CHAR: sized(T.STRING), NUMBER: decimal(38, 0), DECIMAL: decimal(38, 0), NUMERIC: decimal(38, 0),
      TIMESTAMP: fixed(T.TIMESTAMP_NTZ), TIMESTAMP_NTZ: fixed(T.TIMESTAMP_NTZ), TIMESTAMP_LTZ: fixed(T.TIMESTAMP), BINARY: fixed(T.BINARY) }),
  },
  bigquery: {
    ...base, name: 'bigquery', functions: FUNCTIONS.bigquery, fields: FIELDS.bigquery, title: 'BigQuery', identifierQuotes: '`', backslash: true, lineComments: ['--', '#'], nulls: 'low', likeEscape: true, qualifies: true, namesElements: true, trimsBlanks: false, patterns: 'strftime',
    refused: ['->', '->>', '::', '!'],
    types: types({ INT64: fixed(T.BIGINT), INT: fixed(T.BIGINT), INTEGER: fixed(T.BIGINT), SMALLINT: fixed(T.BIGINT), BOOL: fixed(T.BOOLEAN), FLOAT64: fixed(T.DOUBLE), STRING: sized(T.STRING), BYTES: fixed(T.BINARY), NUMERIC: decimal(38, 9),
      TIMESTAMP: fixed(T.TIMESTAMP), DATETIME: fixed(T.TIMESTAMP_NTZ) }),
  },
  trino: {
    ...base, name: 'trino', functions: FUNCTIONS.trino, fields: FIELDS.trino, title: 'Trino', nulls: 'last', truncates: true, fetches: true, trimsBlanks: false, patterns: 'percent', unnamed: (i) => `_col${i}`,
    refused: ['^', '~', '&', '|', '->', '->>', '::', '!'],
    types: types({ TINYINT: fixed(T.TINYINT), DECIMAL: decimal(38, 0), CHAR: sized(T.STRING), TIMESTAMP: fixed(T.TIMESTAMP_NTZ), 'TIMESTAMP WITH TIME ZONE': fixed(T.TIMESTAMP), VARBINARY: fixed(T.BINARY) }),
  },
  flinksql: {
    ...base, name: 'flinksql', functions: FUNCTIONS.flinksql, fields: FIELDS.flinksql, title: 'Flink SQL', identifierQuotes: '`', nulls: 'low', truncates: true, fetches: true, unnamed: (i) => `EXPR$${i}`,
    refused: ['^', '~', '&', '|', '->', '->>', '::', '!'],
    types: types({ TINYINT: fixed(T.TINYINT), STRING: fixed(T.STRING), CHAR: sized(T.STRING), FLOAT: fixed(T.FLOAT), DECIMAL: decimal(10, 0), NUMERIC: decimal(10, 0), TIMESTAMP: sized(T.TIMESTAMP_NTZ), TIMESTAMP_LTZ: sized(T.TIMESTAMP), BYTES: fixed(T.BINARY) }),
  },
};
