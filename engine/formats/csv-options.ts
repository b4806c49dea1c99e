// The options of CSV, read and checked once.
// source: Spark CSVOptions.

import { raise } from '../../planner/errors/index.js';
import { checkLocale, type GetOption, optionFlag, type ParseMode, parseMode, type TemporalText, temporalText } from './json-options.js';

export interface CsvOptions {
  readonly temporal: TemporalText;
  readonly mode: ParseMode;
  readonly corruptColumn: string;
  readonly separator: string;
  /** Empty: quoting is off. */
  readonly quote: string;
  readonly escape: string;
  readonly comment: string;
  readonly header: boolean;
  readonly enforceSchema: boolean;
  readonly multiLine: boolean;
  readonly lineSeparator: string | undefined;
  readonly trimLeft: boolean;
  readonly trimRight: boolean;
  readonly nullValue: string;
  readonly emptyValue: string;
  readonly nanValue: string;
  readonly positiveInf: string;
  readonly negativeInf: string;
  readonly maxColumns: number;
  /** -1: no limit. */
  readonly maxCharsPerColumn: number;
  readonly unescapedQuoteHandling: string;
  readonly quoteAll: boolean;
  readonly escapeQuotes: boolean;
  /** What an escape character within quotes is escaped by: itself, unless the quote escapes quotes. Empty: nothing does. */
  readonly charToEscapeQuoteEscaping: string;
}
const SEPARATORS: Readonly<Record<string, string>> = { '\\t': '\t', '\\\\': '\\', '\\b': '\b', '\\r': '\r', '\\f': '\f', '\\n': '\n', '\\0': '\0', '\\u0000': '\0' };
const QUOTE_HANDLING = ['STOP_AT_CLOSING_QUOTE', 'BACK_TO_DELIMITER', 'STOP_AT_DELIMITER', 'SKIP_VALUE', 'RAISE_ERROR'];
/** @throws INVALID_OPTION_VALUE, OPTION_VALUE_EXCEEDS_ONE_CHARACTER, and what the value options raise */
export function csvOptions(get: GetOption, sessionZone: string, use: 'read' | 'write'): CsvOptions {
  checkLocale(get);
  const separator = get('sep') ?? get('delimiter') ?? ',';
  const character = (name: string, missing: string): string => {
    const v = get(name) ?? missing;
    if (v.length > 1) raise('OPTION_VALUE_EXCEEDS_ONE_CHARACTER', { paramName: name, actualValue: v });
    return v === '\0' ? '' : v;
  };
  const quote = character('quote', '"');
  const escaper = character('escape', '\\');
  if (separator === '') raise('INVALID_OPTION_VALUE', { format: 'csv', option: 'sep', value: '', expected: 'at least one character' });
  const number = (name: string, missing: number): number => {
    const v = get(name);
    return v === undefined ? missing : /^[+-]?\d{1,9}$/.test(v) ? Number(v) : raise('INVALID_OPTION_VALUE', { format: 'csv', option: name, value: v, expected: 'a whole number' });
  };
  const handling = (get('unescapedQuoteHandling') ?? 'STOP_AT_DELIMITER').toUpperCase();
  if (!QUOTE_HANDLING.includes(handling)) raise('INVALID_OPTION_VALUE', { format: 'csv', option: 'unescapedQuoteHandling', value: handling, expected: `one of ${QUOTE_HANDLING.join(', ')}` });
  return {
    temporal: temporalText(get, sessionZone, 'csv'), mode: parseMode(get, 'csv'), corruptColumn: get('columnNameOfCorruptRecord') ?? '_corrupt_record',
    separator: SEPARATORS[separator] ?? separator, quote, escape: escaper, comment: character('comment', ''),
    header: optionFlag(get, 'header', false), enforceSchema: optionFlag(get, 'enforceSchema', true), multiLine: optionFlag(get, 'multiLine', false), lineSeparator: get('lineSep'),
    trimLeft: optionFlag(get, 'ignoreLeadingWhiteSpace', use === 'write'), trimRight: optionFlag(get, 'ignoreTrailingWhiteSpace', use === 'write'),
    nullValue: get('nullValue') ?? '', emptyValue: get('emptyValue') ?? (use === 'write' ? '""' : ''),
    nanValue: get('nanValue') ?? 'NaN', positiveInf: get('positiveInf') ?? 'Inf', negativeInf: get('negativeInf') ?? '-Inf',
    maxColumns: number('maxColumns', 20480), maxCharsPerColumn: number('maxCharsPerColumn', -1), unescapedQuoteHandling: handling,
    quoteAll: optionFlag(get, 'quoteAll', false), escapeQuotes: optionFlag(get, 'escapeQuotes', true), charToEscapeQuoteEscaping: character('charToEscapeQuoteEscaping', quote === escaper ? '' : escaper),
  };
}
