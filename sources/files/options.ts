// The options of the file formats, for reading and writing. Unknown ones are refused, so every name that Spark knows and we honour is here.
// source: Spark FileStreamOptions, JSONOptions, CSVOptions, TextOptions.

import type { OptionSpec } from '../../engine/plugin.js';

const string = (name: string, doc: string, fallback?: string): OptionSpec => ({ name, type: 'string', doc, ...(fallback !== undefined && { default: fallback }) });
const flag = (name: string, doc: string): OptionSpec => ({ name, type: 'boolean', doc });

export const FILE_OPTIONS: readonly OptionSpec[] = [
  { name: 'path', type: 'string', required: true, doc: 'a file, a directory, or a pattern with * ? [ ] { }' },
  string('basePath', 'where the partition directories begin; by default at the path itself'),
  flag('recursiveFileLookup', 'reads all directories below; key=value directories are then no partitions'),
  string('pathGlobFilter', 'only files whose name fits the pattern'),
  flag('ignoreMissingFiles', 'a file that is gone is skipped with a warning instead of failing'),
  flag('ignoreCorruptFiles', 'a file that cannot be read is skipped with a warning instead of failing'),
];
export const STREAM_FILE_OPTIONS: readonly OptionSpec[] = [
  { name: 'maxFilesPerTrigger', type: 'int', least: 1, doc: 'at most so many new files an epoch' },
  { name: 'maxBytesPerTrigger', type: 'bytes', doc: 'stops adding files to an epoch at this size; at least one file' },
  flag('latestFirst', 'newest files first'),
  flag('fileNameOnly', 'files of one name are the same file, whatever their directory'),
  { name: 'maxFileAge', type: 'duration', default: '7 days', doc: 'files older than the newest seen one by more than this are ignored' },
  { name: 'maxCachedFiles', type: 'int', least: 0, default: '10000', doc: 'found files kept for the next epochs' },
  { name: 'cleanSource', type: 'enum', values: ['off', 'delete', 'archive'], default: 'off', doc: 'what is done with files that are read' },
  string('sourceArchiveDir', 'where cleanSource=archive moves files'),
];
const SHARED: readonly OptionSpec[] = [
  string('mode', 'PERMISSIVE, DROPMALFORMED or FAILFAST', 'PERMISSIVE'),
  string('columnNameOfCorruptRecord', 'the column for the text of bad records', '_corrupt_record'),
  string('dateFormat', 'pattern of dates'), string('timestampFormat', 'pattern of timestamps'), string('timestampNTZFormat', 'pattern of timestamps without zone'),
  flag('enableDateTimeParsingFallback', 'also read ISO-like text when the pattern does not fit'),
  string('timeZone', 'zone of timestamps without one; the session zone by default'), string('locale', 'only English', 'en-US'),
  string('encoding', 'only UTF-8', 'UTF-8'), string('charset', 'another name of encoding'), string('lineSep', 'between records'), flag('multiLine', 'one record may take several lines'),
  string('compression', 'none or gzip, when writing', 'none'),
];
export const JSON_OPTIONS: readonly OptionSpec[] = [
  ...SHARED,
  flag('primitivesAsString', 'inferred schemas have STRING for every plain value'), flag('prefersDecimal', 'inferred schemas have DECIMAL for numbers with a point, and for texts that are numbers'),
  flag('inferTimestamp', 'inferred schemas have TIMESTAMP for texts that are timestamps'),
  flag('allowComments', '/* */ and // between values'), flag('allowUnquotedFieldNames', '{a: 1}'), flag('allowSingleQuotes', "{'a': 1}, on by default"),
  flag('allowNumericLeadingZeros', '007'), flag('allowBackslashEscapingAnyCharacter', '\\q'), flag('allowUnquotedControlChars', 'tabs and line feeds in strings'),
  flag('allowNonNumericNumbers', 'NaN, Infinity, on by default'), flag('ignoreNullFields', 'leave NULL fields out when writing, on by default'), flag('pretty', 'indent when writing'),
];
export const CSV_OPTIONS: readonly OptionSpec[] = [
  ...SHARED,
  string('sep', 'between fields', ','), string('delimiter', 'another name of sep'), string('quote', 'around fields', '"'), string('escape', 'before a quote in a quoted field', '\\'),
  string('comment', 'lines that start so are skipped'), flag('header', 'the first line has the names'), flag('enforceSchema', 'do not compare the header with the schema, on by default'),
  flag('ignoreLeadingWhiteSpace', 'trim fields on the left'), flag('ignoreTrailingWhiteSpace', 'trim fields on the right'),
  string('nullValue', 'text of NULL'), string('emptyValue', 'text of an empty string'), string('nanValue', 'text of NaN', 'NaN'),
  string('positiveInf', 'text of infinity', 'Inf'), string('negativeInf', 'text of minus infinity', '-Inf'),
  { name: 'maxColumns', type: 'int', least: 1, default: '20480', doc: 'most fields of a record' }, { name: 'maxCharsPerColumn', type: 'int', least: -1, default: '-1', doc: 'most characters of a field' },
  string('unescapedQuoteHandling', 'what a quote inside a quoted field does', 'STOP_AT_DELIMITER'), string('charToEscapeQuoteEscaping', 'before an escape character in a quoted field'),
  flag('quoteAll', 'quote every field when writing'), flag('escapeQuotes', 'quote fields with quotes when writing, on by default'), flag('inferSchema', 'without a schema, reads all records for the narrowest types that fit; else columns are STRING'),
  flag('preferDate', 'inferred schemas have DATE for dates, on by default; else TIMESTAMP'),
];
export const TEXT_OPTIONS: readonly OptionSpec[] = [flag('wholetext', 'a file a row'), string('lineSep', 'between lines'), string('compression', 'none or gzip, when writing', 'none')];
