// The schema of JSON documents: one type that all of them fit. Also what schema_of_json says.
// source: Spark JsonInferSchema: BIGINT, wider whole numbers DECIMAL, DOUBLE, else STRING; fields by name; empty structs are left out.

import { isUtf8 } from 'node:buffer';
import { raise } from '../../planner/errors/index.js';
import { sqlType } from '../../planner/expr/print.js';
import { array, BIGINT, BOOLEAN, type DataType, decimal, DOUBLE, type Field, field, type Schema, STRING, struct, VOID } from '../../planner/types.js';
import { decodeText } from '../columnar/read.js';
import { afterMark, type Block, LineIndex } from './block.js';
import type { JsonOptions } from './json-options.js';
import { isMalformed, JsonParser } from './json-parser.js';

export interface InferOptions {
  readonly primitivesAsString: boolean;
  readonly prefersDecimal: boolean;
}

/** Gathers documents; `schema` is what they have in common. */
export class JsonInference {
  private readonly parser: JsonParser;
  private readonly json: JsonOptions;
  private readonly options: InferOptions;
  private readonly lines = new LineIndex();
  private type: DataType = struct([]);

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
      if (this.json.mode === 'PERMISSIVE') this.type = this.merge(this.type, this.corrupt());
    }
  }
  private corrupt(): DataType { return struct([field(this.json.corruptColumn, STRING)]); }
  /** What the documents so far and one more have in common. */
  private root(so: DataType, type: DataType): DataType {
    if (type.kind === 'array') return this.root(so, type.element);
    if (type.kind === 'struct' || type.kind === 'void' || this.json.mode === 'DROPMALFORMED') return type.kind === 'struct' ? this.merge(so, type) : so;
    return this.json.mode === 'FAILFAST' ? raise('INVALID_JSON_RECORD_TYPE', { invalidType: sqlType(type) }) : this.merge(so, this.corrupt());
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
    const type = finished(this.type);
    return type?.kind === 'struct' ? { fields: type.fields } : undefined;
  }

  private value(): DataType {
    const p = this.parser;
    const c = p.peek();
    if (c < 0) p.fail();
    if (c === 34 || (c === 39 && this.json.allowSingleQuotes)) { p.text(c); return STRING; }
    if (c === 91) {
      let element: DataType = VOID;
      p.enter();
      for (let first = true; p.element(first); first = false) element = this.merge(element, this.value());
      return array(element);
    }
    if (c === 123) {
      const fields = new Map<string, DataType>();
      p.enter();
      for (let first = true; ; first = false) {
        const key = p.key(first);
        if (key === undefined) return struct([...fields].map(([name, type]) => field(name, type)).sort(byName));
        fields.set(key, this.value());
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

  private merge(a: DataType, b: DataType): DataType {
    if (a.kind === 'void') return b;
    if (b.kind === 'void') return a;
    if (a.kind === 'struct' && b.kind === 'struct') {
      const fields = new Map(a.fields.map((f) => [f.name, f.type]));
      for (const f of b.fields) fields.set(f.name, this.merge(fields.get(f.name) ?? VOID, f.type));
      return struct([...fields].map(([name, type]) => field(name, type)).sort(byName));
    }
    if (a.kind === 'array' && b.kind === 'array') return array(this.merge(a.element, b.element));
    if (a.kind === b.kind && a.kind !== 'decimal') return a;
    if (isNumber(a) && isNumber(b)) {
      if (a.kind === 'double' || b.kind === 'double') return DOUBLE;
      const x = asDecimal(a);
      const y = asDecimal(b);
      const scale = Math.max(x.scale, y.scale);
      const range = Math.max(x.precision - x.scale, y.precision - y.scale);
      return range + scale > 38 ? DOUBLE : decimal(range + scale, scale);
    }
    return STRING;
  }
}
const isNumber = (t: DataType): boolean => t.kind === 'bigint' || t.kind === 'double' || t.kind === 'decimal';
const asDecimal = (t: DataType): { readonly precision: number; readonly scale: number } => (t.kind === 'decimal' ? t : { precision: 20, scale: 0 });
const byName = (a: Field, b: Field): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** Without VOID (STRING) and without structs that have no fields (undefined). */
function finished(type: DataType): DataType | undefined {
  switch (type.kind) {
    case 'void': return STRING;
    case 'array': { const element = finished(type.element); return element && array(element); }
    case 'struct': {
      const fields = type.fields.flatMap((f) => { const t = finished(f.type); return t ? [field(f.name, t)] : []; });
      return fields.length === 0 ? undefined : struct(fields);
    }
    default: return type;
  }
}
