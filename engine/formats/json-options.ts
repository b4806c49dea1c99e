// The options of JSON and CSV that concern single values: how dates and times are written, modes, leniencies. One place, so that files,
// from_json, to_json and Kafka values agree. Values of options are checked before (engine/connect/options.ts) or here.
// source: Spark JSONOptions, CSVOptions.

import { raise } from '../../planner/errors/index.js';
import { isoMillisText, parseDateText, parseTimestampText, dateText } from './datetime.js';
import { type DateTimePattern, dateTimePattern } from './datetime-pattern.js';
import { dateToMicros } from './micros.js';
import { type Zone, UTC, zoneOf } from './zone.js';

/** An option by its lower-case or camelCase name, undefined if not given. */
export type GetOption = (name: string) => string | undefined;
export type ParseMode = 'PERMISSIVE' | 'DROPMALFORMED' | 'FAILFAST';

/** Readers and printers of dates and times under one set of options. */
export interface TemporalText {
  readonly zone: Zone;
  /** ISO-like text: the decoder may read it by itself. */
  readonly defaultTimestamp: boolean;
  readonly defaultTimestampNtz: boolean;
  readonly defaultDate: boolean;
  date(text: string): number | undefined;
  timestamp(text: string): bigint | undefined;
  timestampNtz(text: string): bigint | undefined;
  dateText(days: number): string;
  timestampText(micros: bigint): string;
  timestampNtzText(micros: bigint): string;
}
/** The pattern; one that reads nothing for what is none. */
function patternOrNone(text: string): DateTimePattern {
  try { return dateTimePattern(text); } catch (error) {
    const refuse = (): never => { throw error; };
    return { parse: () => undefined, parseDate: () => undefined, format: refuse };
  }
}
/** `lenient`: with a pattern that is none, no text is a date. @throws INVALID_TIMEZONE, INVALID_DATETIME_PATTERN.… */
export function temporalText(get: GetOption, sessionZone: string, format: 'json' | 'csv', lenient = false): TemporalText {
  const zone = zoneOf(get('timeZone') ?? sessionZone);
  const pattern = (name: string): DateTimePattern | undefined => { const p = get(name); return p === undefined ? undefined : lenient ? patternOrNone(p) : dateTimePattern(p); };
  const date = pattern('dateFormat');
  const timestamp = pattern('timestampFormat');
  const ntz = pattern('timestampNTZFormat');
  // In JSON, without a pattern, a whole number is the days since 1970, as Spark 1.5 wrote dates.
  const fallback = get('enableDateTimeParsingFallback')?.toLowerCase();
  const dateFallback = fallback === undefined ? date === undefined : fallback === 'true';
  const timestampFallback = fallback === 'true';
  return {
    zone, defaultTimestamp: timestamp === undefined, defaultTimestampNtz: ntz === undefined, defaultDate: date === undefined,
    date: (text) => (date ? date.parseDate(text) : parseDateText(text)) ?? (dateFallback ? parseDateText(text) ?? (format === 'json' && /^[+-]?\d{1,9}$/.test(text) ? Number(text) : undefined) : undefined),
    timestamp: (text) => (timestamp ? timestamp.parse(text, { zone }) ?? (timestampFallback ? parseTimestampText(text, { zone }) : undefined) : parseTimestampText(text, { zone })),
    timestampNtz: (text) => ntz ? ntz.parse(text, { zone: UTC, local: true }) : parseTimestampText(text, { zone: UTC, local: true }),
    dateText: (days) => date ? date.format(dateToMicros(days), UTC) : dateText(days),
    timestampText: (micros) => timestamp ? timestamp.format(micros, zone) : isoMillisText(micros, zone),
    timestampNtzText: (micros) => ntz ? ntz.format(micros, UTC) : isoMillisText(micros, undefined),
  };
}

export interface JsonOptions {
  readonly temporal: TemporalText;
  readonly mode: ParseMode;
  readonly corruptColumn: string;
  readonly allowComments: boolean;
  readonly allowUnquotedFieldNames: boolean;
  readonly allowSingleQuotes: boolean;
  readonly allowNumericLeadingZeros: boolean;
  readonly allowBackslashEscapingAnyCharacter: boolean;
  readonly allowUnquotedControlChars: boolean;
  readonly allowNonNumericNumbers: boolean;
  readonly multiLine: boolean;
  readonly lineSeparator: string | undefined;
  // Writing
  readonly ignoreNullFields: boolean;
  readonly pretty: boolean;
}
/** @throws INVALID_OPTION_VALUE unless it is true or false */
function flag(get: GetOption, name: string, missing: boolean): boolean {
  const v = get(name)?.toLowerCase();
  return v === undefined ? missing : v === 'true' || v === 'false' ? v === 'true' : raise('INVALID_OPTION_VALUE', { format: 'json or csv', option: name, value: v, expected: 'true or false' });
}

export function parseMode(get: GetOption, format: string): ParseMode {
  const mode = (get('mode') ?? 'PERMISSIVE').toUpperCase();
  if (mode === 'PERMISSIVE' || mode === 'DROPMALFORMED' || mode === 'FAILFAST') return mode;
  return raise('INVALID_OPTION_VALUE', { format, option: 'mode', value: mode, expected: 'one of PERMISSIVE, DROPMALFORMED, FAILFAST' });
}
/** Only texts in UTF-8, and numbers and names as written in English, are read: another locale may be named where patterns hold no words. */
export function checkLocale(get: GetOption): void {
  const encoding = (get('encoding') ?? get('charset') ?? 'UTF-8').toUpperCase();
  if (encoding !== 'UTF-8' && encoding !== 'UTF8' && encoding !== 'US-ASCII') raise('NOT_SUPPORTED_YET', { feature: `the encoding ${encoding}` });
  const locale = get('locale') ?? 'en-US';
  const words = ['dateFormat', 'timestampFormat', 'timestampNTZFormat'].some((name) => /[EGLa]|MMM|QQQ|qqq/.test((get(name) ?? '').replace(/'[^']*'/g, '')));
  if (!/^en\b/i.test(locale) && words) raise('NOT_SUPPORTED_YET', { feature: `the locale ${locale}` });
}
/** @throws INVALID_OPTION_VALUE, INVALID_TIMEZONE, INVALID_DATETIME_PATTERN.…, NOT_SUPPORTED_YET */
export function jsonOptions(get: GetOption, sessionZone: string, lenient = false): JsonOptions {
  checkLocale(get);
  return {
    temporal: temporalText(get, sessionZone, 'json', lenient), mode: parseMode(get, 'json'), corruptColumn: get('columnNameOfCorruptRecord') ?? '_corrupt_record',
    allowComments: flag(get, 'allowComments', false), allowUnquotedFieldNames: flag(get, 'allowUnquotedFieldNames', false),
    allowSingleQuotes: flag(get, 'allowSingleQuotes', true), allowNumericLeadingZeros: flag(get, 'allowNumericLeadingZeros', false),
    allowBackslashEscapingAnyCharacter: flag(get, 'allowBackslashEscapingAnyCharacter', false), allowUnquotedControlChars: flag(get, 'allowUnquotedControlChars', false),
    allowNonNumericNumbers: flag(get, 'allowNonNumericNumbers', true), multiLine: flag(get, 'multiLine', false), lineSeparator: get('lineSep') === '' ? raise('INVALID_OPTION_VALUE', { format: 'json', option: 'lineSep', value: '', expected: 'at least one character' }) : get('lineSep'),
    ignoreNullFields: flag(get, 'ignoreNullFields', true), pretty: flag(get, 'pretty', false),
  };
}
export const optionFlag = flag;
