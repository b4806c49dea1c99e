// The schema of CSV records: of each column the narrowest type that all its fields fit. Also what schema_of_csv says.
// source: Spark CSVInferSchema, CSVUtils.makeSafeHeader; recorded answers.

import { BIGINT, BOOLEAN, type DataType, DATE, decimal, DOUBLE, type Field, field, INT, type Schema, STRING, TIMESTAMP, VOID } from '../../planner/types.js';
import { type Block, LineIndex } from './block.js';
import { decodeText } from '../columnar/read.js';
import { type CsvOptions, CsvTokenizer, csvValue, eachRecord, isBlankLine } from './csv.js';
import { type GetOption, optionFlag } from './json-options.js';
import { parseIntegerText } from './number-text.js';

/** Texts of these patterns are also read as timestamps, so that a column of both kinds is TIMESTAMP. */
const DATES_AS_TIMESTAMPS = new Set(['yyyy-MM-dd', 'yyyy-M-d', 'yyyy-M-dd', 'yyyy-MM-d', 'yyyy-MM', 'yyyy-M', 'yyyy']);
/** Types in the order in which they are tried; a field is tried from the type of its column on. */
const ORDER: readonly DataType['kind'][] = ['void', 'int', 'bigint', 'decimal', 'double', 'date', 'timestamp', 'boolean', 'string'];

/** Gathers records; `schema` is what they have in common. */
export class CsvInference {
  private readonly options: CsvOptions;
  private readonly preferDate: boolean;
  private readonly datesAreTimestamps: boolean;
  private readonly tokens: CsvTokenizer;
  private readonly double: (text: string) => unknown;
  private readonly lines = new LineIndex();
  private readonly types: DataType[] = [];
  private first: readonly (string | null)[] | undefined;
  private headerNext: boolean;
  private startOfFile = true;

  /** `get`: the option preferDate, and the patterns as they were given. */
  constructor(get: GetOption, options: CsvOptions) {
    this.options = options;
    this.preferDate = optionFlag(get, 'preferDate', true);
    this.datesAreTimestamps = get('timestampFormat') === undefined && DATES_AS_TIMESTAMPS.has(get('dateFormat') ?? 'yyyy-MM-dd');
    this.tokens = new CsvTokenizer(options);
    this.double = csvValue(DOUBLE, options);
    this.headerNext = options.header;
  }
  startFile(): void { this.startOfFile = true; this.headerNext = this.options.header; }
  /** Whether there was a record, which tells the number of columns and, as a header, their names. */
  get begun(): boolean { return this.first !== undefined; }

  /** Every record of a block; with multiLine a block is a whole file. */
  addBlock(block: Block): void {
    const { options, tokens, lines } = this;
    const from = this.startOfFile && block.bytes[0] === 0xef && block.bytes[1] === 0xbb && block.bytes[2] === 0xbf ? 3 : 0;
    this.startOfFile = false;
    if (options.multiLine) { eachRecord(tokens, options, decodeText(block.bytes, from, block.length), (fields) => { this.add(fields); }); return; }
    lines.find(block, options.lineSeparator === undefined ? undefined : Buffer.from(options.lineSeparator, 'utf8'), false);
    for (let r = 0; r < lines.count; r++) {
      const text = decodeText(block.bytes, r === 0 ? Math.max(from, lines.start[0]!) : lines.start[r]!, lines.end[r]!);
      if (isBlankLine(text) || (options.comment !== '' && text.startsWith(options.comment))) continue;
      tokens.at = 0;
      this.add(tokens.record(text));
    }
  }
  private add(fields: readonly (string | null)[]): void {
    this.first ??= fields;
    if (this.headerNext) { this.headerNext = false; return; }
    const width = Math.min(this.first.length, fields.length);
    for (let i = 0; i < width; i++) this.types[i] = this.widened(this.types[i] ?? VOID, fields[i]!);
  }

  /** The columns, STRING unless `types`; undefined if there was no record. */
  schema(types: boolean): Schema | undefined {
    if (this.first === undefined) return undefined;
    const names = this.options.header ? headerNames(this.first, this.options.nullValue) : this.first.map((_, i) => `_c${i}`);
    return { fields: names.map((name, i): Field => field(name, types ? finished(this.types[i]) : STRING)) };
  }
  /** The type of one field by itself. */
  typeOf(text: string | null): DataType { return finished(this.widened(VOID, text)); }

  /** The narrowest type of what a column has had so far and one more field. */
  private widened(so: DataType, text: string | null): DataType {
    if (text === null || text === '' || text === this.options.nullValue || so.kind === 'string') return so;
    const type = this.narrowest(text, ORDER.indexOf(so.kind));
    if (so.kind === 'void' || (so.kind === type.kind && so.kind !== 'decimal')) return type;
    if (so.kind === 'date' && type.kind === 'timestamp') return this.datesAreTimestamps ? TIMESTAMP : STRING;
    if (!isNumber(so) || !isNumber(type)) return STRING;
    if (so.kind === 'double' || type.kind === 'double') return DOUBLE;
    if (so.kind !== 'decimal' && type.kind !== 'decimal') return BIGINT;
    return decimal(Math.max(wholeDigits(so), wholeDigits(type)), 0);
  }
  private narrowest(text: string, from: number): DataType {
    const tried = (kind: DataType['kind']): boolean => ORDER.indexOf(kind) >= from;
    const { temporal } = this.options;
    if (tried('int') && parseIntegerText(text, 32) !== undefined) return INT;
    if (tried('bigint') && parseIntegerText(text, 64) !== undefined) return BIGINT;
    if (tried('decimal')) {
      // Decimals are for whole numbers only.
      const digits = /^[+-]?(\d+)\.?$/.exec(text)?.[1]?.replace(/^0+(?=\d)/, '').length ?? Number.POSITIVE_INFINITY;
      if (digits <= 38) return decimal(digits, 0);
    }
    if (tried('double') && this.double(text) !== undefined) return DOUBLE;
    if (tried('date') && this.preferDate && temporal.date(text) !== undefined && (!temporal.defaultDate || /^\d{4}-\d{2}-\d{2}$/.test(text))) return DATE;
    if (tried('timestamp') && temporal.timestamp(text) !== undefined) return TIMESTAMP;
    return tried('boolean') && /^(?:true|false)$/i.test(text) ? BOOLEAN : STRING;
  }
}
const finished = (type: DataType | undefined): DataType => (type === undefined || type.kind === 'void' ? STRING : type);
const isNumber = (t: DataType): boolean => t.kind === 'int' || t.kind === 'bigint' || t.kind === 'decimal' || t.kind === 'double';
const wholeDigits = (t: DataType): number => (t.kind === 'decimal' ? t.precision : t.kind === 'bigint' ? 20 : 10);

/** Names of a header: `_c1` where there is none, and the place behind names that are there twice, whatever their case. */
function headerNames(fields: readonly (string | null)[], nullValue: string): readonly string[] {
  const times = new Map<string, number>();
  for (const name of fields) if (name !== null) times.set(name.toLowerCase(), (times.get(name.toLowerCase()) ?? 0) + 1);
  return fields.map((name, i) => {
    if (name === null || name === '' || name === nullValue) return `_c${i}`;
    return times.get(name.toLowerCase())! > 1 ? `${name}${i}` : name;
  });
}
