// Functions that no call names: what operators and forms with a grammar of their own (`ceil(x, 1)`, `TRIM(LEADING …)`, `EXTRACT`, date
// arithmetic) turn into, and those whose first argument is a word of the grammar. A call of such a name is a call of nothing.

/** Bound by the analyzer, written by nobody. */
export const BEHIND_GRAMMAR: ReadonlySet<string> = new Set([
  'getfield', 'getarraystructfields', 'getarrayitem', 'getmapvalue', 'ceil_to', 'floor_to', 'trim_from_both', 'trim_from_leading', 'trim_from_trailing',
  'timestamp_add_interval', 'timestamp_sub_interval', 'date_add_year_month', 'date_sub_year_month', 'date_add_interval', 'date_sub_interval', 'time_add_interval', 'time_sub_interval',
  'interval_multiply', 'interval_divide', 'try_interval_multiply', 'try_interval_divide', 'subtract_dates', 'subtract_timestamps', 'subtract_times', 'try_eval',
  'interval_year', 'interval_month', 'interval_day', 'interval_hour', 'interval_minute', 'interval_seconds', 'interval_quarter', 'seconds_with_fraction', 'atleastnnonnulls', 'dayofweek_iso', 'yearofweek', 'date_unit', 'timestamp_unit',
]);
/** `IDENTIFIER(text)`: stands for the name that the text says. */
export const givesName = (name: readonly string[], args: readonly unknown[]): boolean => name.length === 1 && args.length === 1 && name[0]!.toLowerCase() === 'identifier';
/** Written with a unit in front: `timestampadd(HOUR, 1, t)`. */
export const GRAMMAR_FORMS: ReadonlySet<string> = new Set(['timestampadd', 'timestampdiff']);
