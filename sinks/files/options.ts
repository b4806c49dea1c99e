// The options of the file sinks.
// source: Spark FileStreamSink, JSONOptions, CSVOptions, TextOptions (the ones for writing).

import type { OptionSpec } from '../../engine/plugin.js';

const string = (name: string, doc: string): OptionSpec => ({ name, type: 'string', doc });
const flag = (name: string, doc: string): OptionSpec => ({ name, type: 'boolean', doc });

export const FILE_WRITE_OPTIONS: readonly OptionSpec[] = [
  { name: 'path', type: 'string', required: true, doc: 'the directory to write into' },
  string('partitionBy', 'columns that become directories key=value'),
  { name: 'retention', type: 'duration', doc: 'files older than this leave the manifest' },
  string('compression', 'none or gzip'),
];
const SHARED: readonly OptionSpec[] = [
  string('dateFormat', 'pattern of dates'), string('timestampFormat', 'pattern of timestamps'), string('timestampNTZFormat', 'pattern of timestamps without zone'),
  string('timeZone', 'zone of timestamps; the session zone by default'), string('locale', 'only English'), string('encoding', 'only UTF-8'), string('charset', 'another name of encoding'),
  string('lineSep', 'after records'),
];
export const JSON_WRITE_OPTIONS: readonly OptionSpec[] = [...SHARED, flag('ignoreNullFields', 'leave NULL fields out, on by default')];
export const CSV_WRITE_OPTIONS: readonly OptionSpec[] = [
  ...SHARED, string('sep', 'between fields'), string('delimiter', 'another name of sep'), string('quote', 'around fields'), string('escape', 'before a quote in a quoted field'),
  flag('header', 'the names first'), flag('quoteAll', 'quote every field'), flag('escapeQuotes', 'quote fields with quotes, on by default'), string('nullValue', 'text of NULL'), string('emptyValue', 'text of an empty string'),
  flag('ignoreLeadingWhiteSpace', 'trim fields on the left, on by default'), flag('ignoreTrailingWhiteSpace', 'trim fields on the right, on by default'),
  string('charToEscapeQuoteEscaping', 'before an escape character in a quoted field'),
];
export const TEXT_WRITE_OPTIONS: readonly OptionSpec[] = [string('lineSep', 'after lines')];
