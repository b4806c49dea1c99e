// The functions of the other dialects, and what they are here. A function that Spark also has is read only if a line here says that it means
// the same; all other names are users' own. source: the manuals of PostgreSQL 17, MySQL 8.4, Snowflake, BigQuery, Trino, Flink 2.

export type DialectName = 'postgresql' | 'mysql' | 'snowflake' | 'bigquery' | 'trino' | 'flinksql';

/** What stands in place of a call: the function of another name; one of the expressions of template.ts, by the number of arguments;
 *  `strict`: NULL if an argument is, where ours leaves NULLs out; `joined`: without NULLs, where ours gives NULL for one; texts of a group. */
export type Rewrite =
  | { readonly kind: 'name' | 'strict' | 'joined'; readonly name: string }
  | { readonly kind: 'templates'; readonly templates: readonly string[] }
  | { readonly kind: 'concatenation'; readonly separator?: string };

type Entries = readonly (readonly [string, Rewrite])[];
const same = (names: string): Entries => names.split(/\s+/).map((name) => [name, { kind: 'name', name }]);
/** `theirs: ours`, or `theirs: templates`. */
const written = (names: Readonly<Record<string, string | readonly string[]>>): Entries => Object.entries(names).map(([name, as]): readonly [string, Rewrite] =>
  [name, typeof as === 'string' && /^\w+$/.test(as) ? { kind: 'name', name: as } : { kind: 'templates', templates: typeof as === 'string' ? [as] : as }]);
const strict = (names: string): Entries => names.split(' ').map((name) => [name, { kind: 'strict', name }]);
const table = (...entries: readonly Entries[]): ReadonlyMap<string, Rewrite> => new Map(entries.flat());

const SUBSTRINGS = { substring: ['substring(_1, P2)', 'substring(_1, P2, _3)'], substr: ['substring(_1, P2)', 'substring(_1, P2, _3)'], left: 'left(_1, P2)', right: 'right(_1, P2)' };
/** Without characters, blanks. */
const TRIM = { trim: ['trim(_1)'], ltrim: ['ltrim(_1)'], rtrim: ['rtrim(_1)'] };
const TRIM_OF = { trim: ['trim(BOTH _2 FROM _1)'], ltrim: ['trim(LEADING _2 FROM _1)'], rtrim: ['trim(TRAILING _2 FROM _1)'] };
const TRIMS = { trim: [...TRIM.trim, ...TRIM_OF.trim], ltrim: [...TRIM.ltrim, ...TRIM_OF.ltrim], rtrim: [...TRIM.rtrim, ...TRIM_OF.rtrim] };
const DATE_PARTS = same('year quarter month hour minute second');
/** The first of the values that are not NULL. */
const ANY_VALUE = { any_value: 'any_value(_1, true)' };
/** How many times a unit begins between two times. */
const crossings = (unit: string, from: string, to: string): string => `timestampdiff(${unit}, date_trunc(${unit}, ${from}), date_trunc(${unit}, ${to}))`;

const COMMON: Entries = [
  ...same(`count sum avg min max coalesce nullif abs ceil floor sqrt exp ln power mod sign upper lower replace reverse char_length character_length lpad rpad row_number rank dense_rank percent_rank cume_dist ntile lag lead
    first_value last_value nth_value stddev_samp stddev_pop var_samp var_pop covar_pop covar_samp corr current_date current_timestamp round grouping sin cos tan asin acos atan atan2 degrees radians pi`),
  ...written({ ...SUBSTRINGS, ceiling: 'ceil' }),
  // The engine's own, of streams.
  ...same('window session_window window_time'),
];

export const FUNCTIONS: Readonly<Record<DialectName, ReadonlyMap<string, Rewrite>>> = {
  postgresql: table(COMMON, same('length greatest least now bool_and bool_or every date_trunc repeat split_part concat_ws variance stddev md5 make_date log10 ascii'), written({
    ...TRIMS, ...ANY_VALUE, btrim: TRIMS.trim, strpos: 'instr', pow: 'power', log: 'log10(_1)', chr: 'chr(P1)', random: 'rand()', starts_with: 'startswith', round: ['round_even(_1)', 'round(_1, _2)'],
    to_timestamp: ['timestamp_seconds(_1)', 'to_timestamp(_1, F2)'], to_date: 'to_date(_1, F2)', to_char: 'date_format(_1, F2)',
  }), [['concat', { kind: 'joined', name: 'concat_ws' }], ['string_agg', { kind: 'concatenation' }]]),

  mysql: table(COMMON, DATE_PARTS, strict('greatest least'),
    same('concat concat_ws ifnull if now substring_index pow repeat day dayofmonth dayofyear dayofweek weekday bit_count last_day datediff instr find_in_set md5 sha1 any_value log10 log2'), written({
      ...TRIM, ucase: 'upper', lcase: 'lower', mid: 'substring(_1, P2, _3)', length: 'octet_length', locate: ['instr(_2, _1)', 'locate(_1, _2, P3)'], log: ['ln(_1)', 'log(_1, _2)'], mod: 'mod(_1, nullif(_2, 0))', round: ['round_even(_1)', 'round(_1, _2)'],
      variance: 'var_pop', stddev: 'stddev_pop', std: 'stddev_pop', curdate: 'current_date()', date: 'CAST(_1 AS DATE)', date_add: '_1 + _2', adddate: '_1 + _2', date_sub: '_1 - _2', subdate: '_1 - _2',
      timestampdiff: 'timestampdiff(U1, _2, _3)', timestampadd: 'add_units(U1, _2, _3)', date_format: 'date_format(_1, F2)', str_to_date: ['to_date(_1, G2)', 'to_timestamp_ntz(_1, F2)'],
      from_unixtime: 'CAST(timestamp_seconds(_1) AS TIMESTAMP_NTZ)', rand: 'rand()', isnull: 'isnull(_1)',
    }), [['group_concat', { kind: 'concatenation', separator: ',' }]]),

  snowflake: table(COMMON, DATE_PARTS, strict('greatest least concat_ws'),
    same('length concat ifnull nvl nvl2 zeroifnull nullifzero count_if max_by min_by any_value approx_count_distinct array_agg split_part repeat day dayofmonth dayofyear variance stddev pow equal_null last_day add_months contains startswith endswith median md5 ascii array_size'), written({
      ...TRIMS, iff: 'if', booland_agg: 'bool_and', boolor_agg: 'bool_or', charindex: 'instr(_2, _1)', position: 'instr(_2, _1)', square: '_1 * _1', array_construct: 'array', getdate: 'current_timestamp()',
      date_trunc: 'trunc_units(U1, _2)', dateadd: 'add_units(U1, _2, _3)', timeadd: 'add_units(U1, _2, _3)', timestampadd: 'add_units(U1, _2, _3)',
      datediff: crossings('U1', '_2', '_3'), timediff: crossings('U1', '_2', '_3'), timestampdiff: crossings('U1', '_2', '_3'),
      to_date: ['CAST(_1 AS DATE)', 'to_date(_1, F2)'], to_timestamp: ['CAST(_1 AS TIMESTAMP_NTZ)', 'to_timestamp_ntz(_1, F2)'], to_char: 'date_format(_1, F2)', to_varchar: ['CAST(_1 AS STRING)', 'date_format(_1, F2)'],
    }), [['listagg', { kind: 'concatenation', separator: '' }]]),

  bigquery: table(COMMON, strict('greatest least'), same('length concat ifnull if approx_count_distinct repeat pow variance stddev unix_seconds unix_millis unix_micros unix_date timestamp_seconds timestamp_millis timestamp_micros last_day log10'), written({
    ...TRIM_OF, ...ANY_VALUE, countif: 'count_if', logical_and: 'bool_and', logical_or: 'bool_or', strpos: 'instr', starts_with: 'startswith', ends_with: 'endswith', log: ['ln(_1)', 'log(_2, _1)'], rand: 'rand()',
    date: ['CAST(_1 AS DATE)', 'make_date(_1, _2, _3)'], datetime: 'CAST(_1 AS TIMESTAMP_NTZ)', timestamp: 'CAST(_1 AS TIMESTAMP)', current_datetime: 'localtimestamp()', div: '_1 div _2', safe_divide: 'try_divide(_1, _2)', array_length: 'array_size(_1)',
    date_add: '_1 + _2', date_sub: '_1 - _2', timestamp_add: '_1 + _2', timestamp_sub: '_1 - _2', datetime_add: '_1 + _2', datetime_sub: '_1 - _2',
    date_trunc: 'trunc_units(U2, _1)', timestamp_trunc: 'date_trunc(U2, _1)', datetime_trunc: 'date_trunc(U2, _1)', timestamp_diff: 'timestampdiff(U3, _2, _1)', date_diff: crossings('U3', '_2', '_1'), datetime_diff: crossings('U3', '_2', '_1'),
    format_date: 'date_format(_2, F1)', format_timestamp: 'date_format(_2, F1)', format_datetime: 'date_format(_2, F1)', parse_date: 'to_date(_2, F1)', parse_timestamp: 'to_timestamp(_2, F1)', parse_datetime: 'to_timestamp_ntz(_2, F1)',
  }), [['string_agg', { kind: 'concatenation', separator: ',' }]]),

  trino: table(COMMON, DATE_PARTS, strict('greatest least'),
    same('length concat if now count_if max_by min_by bool_and bool_or every split_part concat_ws repeat day variance stddev pow transform filter map_keys map_values cardinality log10 log2'), written({
      ...TRIM_OF, ...ANY_VALUE, approx_distinct: 'approx_count_distinct', arbitrary: ANY_VALUE.any_value, strpos: 'instr', starts_with: 'startswith', chr: 'chr(P1)', random: 'rand()', rand: 'rand()', date: 'CAST(_1 AS DATE)',
      date_trunc: 'trunc_units(U1, _2)', date_add: 'add_units(U1, _2, _3)', date_diff: 'timestampdiff(U1, _2, _3)', date_format: 'date_format(_1, F2)', date_parse: 'to_timestamp_ntz(_1, F2)', from_unixtime: 'timestamp_seconds(_1)',
      day_of_month: 'day', day_of_week: 'weekday(_1) + 1', dow: 'weekday(_1) + 1', day_of_year: 'dayofyear', doy: 'dayofyear', week: 'weekofyear', week_of_year: 'weekofyear', last_day_of_month: 'last_day',
      any_match: 'exists', all_match: 'forall', none_match: 'NOT exists(_1, _2)', contains: 'array_contains', element_at: 'try_element_at', map: 'map_from_arrays(_1, _2)', bitwise_and: '_1 & _2', bitwise_or: '_1 | _2', bitwise_xor: '_1 ^ _2',
    }), [['listagg', { kind: 'concatenation', separator: '' }]]),

  flinksql: table(COMMON, DATE_PARTS, strict('greatest least'), same('concat concat_ws ifnull if now repeat dayofmonth dayofyear dayofweek md5 sha1 log10 log2 cardinality instr startswith endswith'), written({
    ...TRIM, regexp: 'rlike(_1, _2)', regexp_replace: 'regexp_replace(_1, _2, _3)', chr: 'chr(P1)', rand: 'rand()', log: ['ln(_1)', 'log(_1, _2)'], locate: ['instr(_2, _1)', 'locate(_1, _2, P3)'], week: 'weekofyear',
    date_format: 'date_format(_1, F2)', to_date: ['CAST(_1 AS DATE)', 'to_date(_1, F2)'], to_timestamp: ['to_timestamp_ntz(_1)', 'to_timestamp_ntz(_1, F2)'], timestampadd: 'add_units(U1, _2, _3)', timestampdiff: 'timestampdiff(U1, _2, _3)',
    tumble: 'window(_1, _2)', hop: 'window(_1, _3, _2)', session: 'session_window(_1, _2)', tumble_start: 'window(_1, _2).start', tumble_end: 'window(_1, _2).end', hop_start: 'window(_1, _3, _2).start', hop_end: 'window(_1, _3, _2).end',
    session_start: 'session_window(_1, _2).start', session_end: 'session_window(_1, _2).end',
  }), [['listagg', { kind: 'concatenation', separator: ',' }]]),
};

const extracted = (field: string): string => `extract(${field} FROM _1)`;
const PLAIN = Object.fromEntries(['YEAR', 'QUARTER', 'MONTH', 'DAY', 'HOUR', 'MINUTE'].map((f) => [f, extracted(f)]));
const WHOLE_SECOND = { SECOND: 'second(_1)' };
const WEEK = { WEEK: extracted('WEEK') };
const DOY = { DOY: extracted('DOY') };
const fields = (...more: readonly Readonly<Record<string, string>>[]): ReadonlyMap<string, string> => new Map([PLAIN, ...more].flatMap((f) => Object.entries(f)));

/** Of EXTRACT. Days of the week count from another day in most, and seconds have no fraction. */
export const FIELDS: Readonly<Record<DialectName, ReadonlyMap<string, string>>> = {
  postgresql: fields(DOY, WEEK, { SECOND: extracted('SECOND'), DOW: `${extracted('DOW')} - 1`, ISODOW: extracted('DOW_ISO'), ISOYEAR: extracted('YEAROFWEEK') }),
  mysql: fields(WHOLE_SECOND),
  snowflake: fields(WHOLE_SECOND, { DAYOFYEAR: extracted('DOY'), DAYOFWEEKISO: extracted('DOW_ISO'), WEEKISO: extracted('WEEK') }),
  bigquery: fields(WHOLE_SECOND, { DAYOFYEAR: extracted('DOY'), DAYOFWEEK: extracted('DOW'), ISOWEEK: extracted('WEEK'), ISOYEAR: extracted('YEAROFWEEK'), DATE: 'CAST(_1 AS DATE)' }),
  trino: fields(WHOLE_SECOND, WEEK, DOY, { DOW: extracted('DOW_ISO'), DAY_OF_WEEK: extracted('DOW_ISO'), DAY_OF_YEAR: extracted('DOY') }),
  flinksql: fields(WHOLE_SECOND, WEEK, DOY, { DOW: extracted('DOW') }),
};
