// The schema of JSON documents: one type that all of them fit. Also what schema_of_json says.
// source: Spark JsonInferSchema: BIGINT, wider whole numbers DECIMAL, DOUBLE, else STRING; fields by name, a repeated one as often as it stands
// in a document; empty structs are left out. TypeCoercion.findTightestCommonType: structs whose names differ in case only are of one type.

import { isUtf8 } from 'node:buffer';
import { raise } from '../../planner/errors/index.js';
import { sqlType } from '../../planner/expr/print.js';
import { array, BIGINT, BOOLEAN, type DataType, decimal, DOUBLE, type Field, field, type Schema, STRING, struct, TIMESTAMP, VOID } from '../../planner/types.js';
import { decodeText } from '../columnar/read.js';
import { afterMark, type Block, LineIndex } from './block.js';
import { parseDigits } from './decimal.js';
import type { JsonOptions } from './json-options.js';
import { isMalformed, JsonParser } from './json-parser.js';

export interface InferOptions {
  readonly primitivesAsString: boolean;
  /** Also of texts that are numbers. */
  readonly prefersDecimal: boolean;
  /** Texts that are timestamps are TIMESTAMP. */
  readonly inferTimestamp: boolean;
}

/** Gathers documents; `schema` is what they have in common. */
export class JsonInference {
  private readonly parser: JsonParser;
  private readonly json: JsonOptions;
  private readonly options: InferOptions;
  private readonly lines = new LineIndex();
  /** VOID: there was no document. */
  private type: DataType = VOID;

  constructor(json: JsonOptions, options: InferOptions) {
    this.parser = new JsonParser(json);
    this.json = json;
    this.options = options;
  }

  /** Every line of a block. */
  addBlock(block: Block): void {
    const separator = this.json.lineSeparator;
    this.lines.find(block, separator === undefined ? undefined : Buffer.from(separator, 'utf8'), false);
    for (let r = 0; r < this.lines.count; r++) this.addRecord(block.bytes, this.lines.start[r]!, this.lines.end[r]!);
  }
  /** A record of a file: an object, or an array of them. What is neither has by the mode a column for its text, is left out or refused.
   *  @throws MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION, INVALID_JSON_RECORD_TYPE in mode FAILFAST */
  addRecord(bytes: Uint8Array, from: number, to: number): void {
    const p = this.parser;
    p.reset(bytes, afterMark(bytes, from), to);
    try {
      if (!isUtf8(bytes.subarray(from, to))) p.fail();
      const c = p.peek();
      if (c < 0) return;
      this.type = this.root(this.type, this.value());
    } catch (thrown) {
      if (!isMalformed(thrown)) throw thrown;
      if (this.json.mode === 'FAILFAST') raise('MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', { badRecord: decodeText(bytes, from, Math.min(to, from + 200)), failFastMode: 'FAILFAST' });
      if (this.json.mode === 'PERMISSIVE') this.type = merge(this.type, this.corrupt());
    }
  }
  private corrupt(): DataType { return struct([field(this.json.corruptColumn, STRING)]); }
  /** What the documents so far and one more have in common. */
  private root(so: DataType, type: DataType): DataType {
    if (type.kind === 'array') return this.root(so, type.element);
    if (type.kind === 'struct' || type.kind === 'void' || this.json.mode === 'DROPMALFORMED') return type.kind === 'struct' ? merge(so, type) : so;
    return this.json.mode === 'FAILFAST' ? raise('INVALID_JSON_RECORD_TYPE', { invalidType: sqlType(type) }) : merge(so, this.corrupt());
  }
  /** The type of one document; undefined if it is malformed. */
  typeOf(text: string): DataType | undefined {
    const bytes = Buffer.from(text, 'utf8');
    this.parser.reset(bytes, 0, bytes.length);
    try {
      const type = this.value();
      return finished(type) ?? (type.kind === 'array' ? array(struct([])) : struct([]));
    } catch (thrown) {
      if (isMalformed(thrown)) return undefined;
      throw thrown;
    }
  }
  /** What the records so far have in common; undefined if there was none. */
  schema(): Schema | undefined {
    const type = this.type.kind === 'void' ? undefined : finished(this.type) ?? struct([]);
    return type?.kind === 'struct' ? { fields: type.fields } : undefined;
  }

  private value(): DataType {
    const p = this.parser;
    const c = p.peek();
    if (c < 0) p.fail();
    if (c === 34 || (c === 39 && this.json.allowSingleQuotes)) return this.textType(p.text(c));
    if (c === 91) {
      let element: DataType = VOID;
      p.enter();
      for (let first = true; p.element(first); first = false) element = merge(element, this.value());
      return array(element);
    }
    if (c === 123) {
      const fields: Field[] = [];
      p.enter();
      for (let first = true; ; first = false) {
        const key = p.key(first);
        if (key === undefined) return struct(fields.sort(byName));
        fields.push(field(key, this.value()));
      }
    }
    const { kind, text } = p.bare();
    if (kind === 'null') return VOID;
    if (this.options.primitivesAsString) return STRING;
    if (kind === 'true' || kind === 'false') return BOOLEAN;
    if (kind === 'special') return DOUBLE;
    if (kind === 'int') {
      const big = BigInt(text);
      if (BigInt.asIntN(64, big) === big) return BIGINT;
      const digits = text.replace('-', '').length;
      return digits <= 38 ? decimal(digits, 0) : DOUBLE;
    }
    if (!this.options.prefersDecimal || /[eE]/.test(text)) return DOUBLE;
    const [whole, fraction] = text.replace('-', '').split('.') as [string, string];
    const scale = fraction.length;
    const precision = Math.max(scale, whole === '0' ? scale : whole.length + scale);
    return precision <= 38 ? decimal(precision, scale) : DOUBLE;
  }

  private textType(text: string): DataType {
    if (this.options.prefersDecimal) {
      const digits = parseDigits(text);
      const precision = digits ? String(digits.unscaled).replace('-', '').length : 0;
      if (digits && digits.scale >= 0 && digits.scale <= precision && precision <= 38) return decimal(precision, digits.scale);
    }
    return this.options.inferTimestamp && this.json.temporal.timestamp(text) !== undefined ? TIMESTAMP : STRING;
  }
}

/** What two values have in common. */
function merge(a: DataType, b: DataType): DataType {
  const common = tightest(a, b);
  if (common) return common;
  if (a.kind === 'struct' && b.kind === 'struct') return struct(mergeFields(a.fields, b.fields));
  if (a.kind === 'array' && b.kind === 'array') return array(merge(a.element, b.element));
  if (!isNumber(a) || !isNumber(b)) return STRING;
  if (a.kind === 'double' || b.kind === 'double') return DOUBLE;
  const x = asDecimal(a);
  const y = asDecimal(b);
  const scale = Math.max(x.scale, y.scale);
  const range = Math.max(x.precision - x.scale, y.precision - y.scale);
  return range + scale > 38 ? DOUBLE : decimal(range + scale, scale);
}
/** The fields of both, which are in the order of their names. */
function mergeFields(a: readonly Field[], b: readonly Field[]): Field[] {
  const merged: Field[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const order = i === a.length ? 1 : j === b.length ? -1 : byName(a[i]!, b[j]!);
    if (order === 0) merged.push(field(a[i]!.name, merge(a[i++]!.type, b[j++]!.type)));
    else merged.push(order < 0 ? a[i++]! : b[j++]!);
  }
  return merged;
}
/** The type that holds the values of both unchanged; structs with the same names but for case keep those of the first. */
function tightest(a: DataType, b: DataType): DataType | undefined {
  if (a.kind === 'void') return b;
  if (b.kind === 'void') return a;
  if (a.kind === 'struct' && b.kind === 'struct') {
    if (a.fields.length !== b.fields.length) return undefined;
    const fields: Field[] = [];
    for (const [i, { name, type }] of a.fields.entries()) {
      const other = b.fields[i]!;
      const common = name.toLowerCase() === other.name.toLowerCase() ? tightest(type, other.type) : undefined;
      if (!common) return undefined;
      fields.push(field(name, common));
    }
    return struct(fields);
  }
  if (a.kind === 'array' && b.kind === 'array') { const element = tightest(a.element, b.element); return element && array(element); }
  if (a.kind === 'decimal' && b.kind === 'decimal') return a.precision === b.precision && a.scale === b.scale ? a : undefined;
  if (a.kind === b.kind) return a;
  const kinds = [a.kind, b.kind];
  if (kinds.includes('bigint') && kinds.includes('double')) return DOUBLE;
  const wide = a.kind === 'decimal' && b.kind === 'bigint' ? a : b.kind === 'decimal' && a.kind === 'bigint' ? b : undefined;
  return wide && wide.precision - wide.scale >= 20 ? wide : undefined;
}
const isNumber = (t: DataType): boolean => t.kind === 'bigint' || t.kind === 'double' || t.kind === 'decimal';
const asDecimal = (t: DataType): { readonly precision: number; readonly scale: number } => (t.kind === 'decimal' ? t : { precision: 20, scale: 0 });
const byName = (a: Field, b: Field): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** Without VOID (STRING), without fields that have no name and without structs that have no fields (undefined). */
function finished(type: DataType): DataType | undefined {
  switch (type.kind) {
    case 'void': return STRING;
    case 'array': { const element = finished(type.element); return element && array(element); }
    case 'struct': {
      const fields = type.fields.flatMap((f) => { const t = f.name === '' ? undefined : finished(f.type); return t ? [field(f.name, t)] : []; });
      return fields.length === 0 ? undefined : struct(fields);
    }
    default: return type;
  }
}
