// Functions of other systems, and names that are functions here: what is called otherwise: what to write instead.

/** By the name in lower case; an expression in backquotes is one that can be written here. */
export const OF_OTHERS: ReadonlyMap<string, string> = new Map(Object.entries({
  // Flink, ksqlDB, Timescale: windows of time.
  tumble: "Write `window(time, '1 minute')` in GROUP BY, or TABLE(TUMBLE(…)) in FROM.",
  hop: "Write `window(time, '10 minutes', '5 minutes')` (size, step) in GROUP BY, or TABLE(HOP(…)) in FROM.",
  session: "Write `session_window(time, '10 minutes')` in GROUP BY, or TABLE(SESSION(…)) in FROM.",
  tumble_start: 'Write `window.start`, with window(…) in GROUP BY.', tumble_end: 'Write `window.end`, with window(…) in GROUP BY.',
  hop_start: 'Write `window.start`, with window(…) in GROUP BY.', hop_end: 'Write `window.end`, with window(…) in GROUP BY.',
  tumble_rowtime: 'Write `window_time(window)`, with window(…) in GROUP BY.', time_bucket: "Write `window(time, '1 minute').start`.",
  proctime: 'Write `current_timestamp()`.', latest_by_offset: 'Write `last(x)`.', earliest_by_offset: 'Write `first(x)`.', topk: 'Write `approx_top_k(x, 3)`, or number the rows by row_number().',
  // PostgreSQL.
  on: 'For DISTINCT ON write QUALIFY `row_number() OVER (PARTITION BY key ORDER BY time) = 1`.',
  generate_series: 'Write `sequence(1, 10)` for an array, explode(sequence(1, 10)) for rows, or range(1, 11) in FROM.', unnest: 'Write `explode(list)`.',
  string_to_array: "Write `split(text, ',')`.", array_to_string: "Write `array_join(list, ',')`.", strpos: "Write `instr(text, 'x')`.", jsonb_agg: 'Write `to_json(collect_list(x))`.', json_agg: 'Write `to_json(collect_list(x))`.',
  regexp_match: "Write `regexp_extract(text, 'pattern', 0)`.", regexp_matches: "Write `regexp_extract_all(text, 'pattern', 0)`.", gen_random_uuid: 'Write `uuid()`.', age: 'Write `b - a` for the interval between two times.',
  clock_timestamp: 'Write `current_timestamp()`.', jsonb_extract_path_text: "Write `get_json_object(json, '$.a')`.", array_length: 'Write `size(list)`.',
  array: 'Write `array(1, 2)`.', rownum: 'Write `row_number() OVER (ORDER BY time)`.', systimestamp: 'Write `current_timestamp()`.',
  // MySQL, SQL Server, Oracle, SQLite.
  group_concat: "Write `listagg(x, ',')`.", str_to_date: "Write `to_date(text, 'yyyy-MM-dd')`.", getdate: 'Write `current_timestamp()`.', sysdate: 'Write `current_timestamp()`.', utc_timestamp: 'Write `current_timestamp()`.',
  iff: 'Write `if(a, b, c)`.', iif: 'Write `if(a, b, c)`.', newid: 'Write `uuid()`.', json_extract: "Write `get_json_object(json, '$.a')`.", convert: 'Write `CAST(x AS INT)`.', strftime: "Write `date_format(time, 'yyyy-MM-dd')`.",
  instrb: "Write `instr(text, 'x')`.", to_clob: 'Write `CAST(x AS STRING)`.', datepart: 'Write `extract(HOUR FROM time)`.', timestampdiff: 'Write `timestampdiff(HOUR, a, b)`.',
  // Snowflake, BigQuery, Trino.
  countif: 'Write `count_if(a > 1)`.', safe_cast: 'Write `TRY_CAST(x AS INT)`.', timestamp_trunc: "Write `date_trunc('HOUR', time)`.", datetime_trunc: "Write `date_trunc('HOUR', time)`.", parse_timestamp: "Write `to_timestamp(text, 'yyyy-MM-dd')`.",
  parse_date: "Write `to_date(text, 'yyyy-MM-dd')`.", format_timestamp: "Write `date_format(time, 'yyyy-MM-dd')`.", generate_array: 'Write `sequence(1, 10)`.', array_concat_agg: 'Write `flatten(collect_list(list))`.', approx_distinct: 'Write `approx_count_distinct(x)`.',
  arbitrary: 'Write `any_value(x)`.', json_value: "Write `get_json_object(json, '$.a')`.", json_query: "Write `get_json_object(json, '$.a')`.", json_extract_scalar: "Write `get_json_object(json, '$.a')`.", from_iso8601_timestamp: 'Write `to_timestamp(text)`.',
  to_varchar: 'Write `CAST(x AS STRING)`.', object_construct: "Write `named_struct('a', 1)`.", array_construct: 'Write `array(1, 2)`.', dateadd: 'Write `dateadd(DAY, 1, time)`.', date_parse: "Write `to_timestamp(text, 'yyyy-MM-dd')`.",
}));
