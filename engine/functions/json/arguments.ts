// Arguments that functions of JSON, CSV and VARIANT share: a schema as text, options as a map. Neither shows in the name of a call.
// source: Spark ExprUtils.evalTypeExpr, convertToMapData; DataType.parseTypeWithFallback.

import { EngineError, raise } from '../../../planner/errors/index.js';
import { printExpr, sqlExpr, sqlType } from '../../../planner/expr/print.js';
import { parseDataType, parseReadSchema, parseReadType } from '../../../planner/sql/index.js';
import type { Call, Param } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { needsTime } from '../datetime/shared.js';
import type { GetOption } from '../../formats/json-options.js';
import { charsetOf } from '../string/codec.js';

export const SCHEMA: Param = { name: 'schema', printed: false, accepts: { kind: 'class', class: 'any' } };
export const OPTIONS: Param = { name: 'options', printed: false, optional: true, accepts: { kind: 'class', class: 'any' } };

/** @throws INVALID_OPTIONS.… */
export function checkOptions(call: Call, index: number): void {
  const arg = call.args[index];
  if (!arg) return;
  // A map that is written, not one that is computed.
  if (arg.type.kind !== 'map' || arg.kind !== 'apply' || arg.fn.name !== 'map' || call.constant(index) === undefined) raise('INVALID_OPTIONS.NON_MAP_FUNCTION', {}, { span: call.span });
  const { key, value } = arg.type;
  if (!(key.kind === 'void' && value.kind === 'void') && !(key.kind === 'string' && value.kind === 'string')) raise('INVALID_OPTIONS.NON_STRING_TYPE', { mapType: sqlType(arg.type) }, { span: call.span });
}
/** The options by name, whatever the case. A mode that does not exist is the default one. */
export function optionsOf(call: Call, index: number): GetOption {
  const entries = (call.constant(index) ?? []) as readonly (readonly [string, string | null])[];
  const values = new Map(entries.flatMap(([k, v]) => v === null ? [] : [[k.toLowerCase(), v]]));
  const mode = values.get('mode');
  if (mode !== undefined && !/^(?:permissive|dropmalformed|failfast)$/i.test(mode)) values.delete('mode');
  // What is read and written is text: the encoding only has to be one that there is.
  for (const name of ['encoding', 'charset']) {
    const charset = values.get(name);
    if (charset !== undefined) charsetOf(charset, 'JSONOptions');
    values.delete(name);
  }
  return (name) => values.get(name.toLowerCase());
}

/** The schema or type that a constant text names. @throws INVALID_SCHEMA.NON_STRING_LITERAL, and what parsing raises */
export function schemaOf(call: Call, index: number): DataType {
  const arg = call.args[index]!;
  const text = arg.type.kind === 'string' ? call.constant(index) : undefined;
  if (typeof text !== 'string') return raise('INVALID_SCHEMA.NON_STRING_LITERAL', { inputSchema: sqlExpr(arg) }, { span: call.span });
  if (text.trim() === '') raise('PARSE_EMPTY_STATEMENT', {}, { span: call.span, hint: "Write the schema as DDL, such as 'a INT, b STRING'." });
  try { return timed(call, allNullable(T.struct(parseReadSchema(text)))); } catch (e) {
    if (!(e instanceof EngineError) || e.condition.startsWith('UNSUPPORTED_CHAR') || e.condition === 'UNSUPPORTED_TIME_TYPE') throw e;
  }
  try { return timed(call, allNullable(parseReadType(text))); } catch (e) {
    if (!(e instanceof EngineError)) throw e;
    const json = typeOfJson(text);
    if (json) return json;
    // A type of one word with more behind it: that is what is wrong first.
    const more = /^\s*\w+\s+(\w+)/.exec(text)?.[1];
    if (e.condition === 'UNSUPPORTED_DATATYPE' && more !== undefined) raise('PARSE_SYNTAX_ERROR', { error: `'${more}'`, hint: `: extra input '${more}'` }, { span: call.span });
    return raise(e.condition, e.parameters, { span: call.span, hint: e.hint });
  }
}
/** @throws UNSUPPORTED_TIME_TYPE for a type with TIME in it where that is off */
function timed(call: Call, type: DataType): DataType {
  if (hasTime(type)) needsTime(call);
  return type;
}
function hasTime(t: DataType): boolean {
  switch (t.kind) {
    case 'array': return hasTime(t.element);
    case 'map': return hasTime(t.key) || hasTime(t.value);
    case 'struct': return t.fields.some((f) => hasTime(f.type));
    default: return t.kind === 'time';
  }
}
/** What is read may lack anything, whatever the schema says. */
export function allNullable(t: DataType): DataType {
  switch (t.kind) {
    case 'array': return T.array(allNullable(t.element));
    case 'map': return T.map(allNullable(t.key), allNullable(t.value));
    case 'struct': return T.struct(t.fields.map((f) => T.field(f.name, allNullable(f.type))));
    default: return t;
  }
}

const WHOLE: Readonly<Record<string, DataType>> = { byte: T.TINYINT, short: T.SMALLINT, integer: T.INT, long: T.BIGINT, null: T.VOID };
/** A type in the JSON form that Spark's schemas print; undefined if the text is not of it. */
function typeOfJson(text: string): DataType | undefined {
  const read = (json: unknown): DataType => {
    if (typeof json === 'string') return WHOLE[json] ?? parseDataType(json);
    const node = json as { readonly type?: unknown; readonly fields?: unknown; readonly elementType?: unknown; readonly keyType?: unknown; readonly valueType?: unknown };
    switch (node.type) {
      case 'array': return T.array(read(node.elementType));
      case 'map': return T.map(read(node.keyType), read(node.valueType));
      case 'struct': return T.struct((node.fields as readonly { readonly name: string; readonly type: unknown }[]).map((f) => T.field(f.name, read(f.type))));
      default: throw new SyntaxError('not a type');
    }
  };
  try { return read(JSON.parse(text)); } catch (e) { if (e instanceof SyntaxError || e instanceof TypeError || e instanceof EngineError) return undefined; throw e; }
}

/** The field that keeps what cannot be read: -1 if the schema has none. @throws INVALID_CORRUPT_RECORD_TYPE */
export function corruptField(type: DataType, name: string): number {
  if (type.kind !== 'struct') return -1;
  const at = type.fields.findIndex((f) => f.name === name);
  const found = type.fields[at];
  if (found && found.type.kind !== 'string') raise('INVALID_CORRUPT_RECORD_TYPE', { columnName: `\`${name}\``, actualType: sqlType(found.type) }, { nowhere: true });
  return at;
}
/** FAILFAST: the record that cannot be read, as Spark shows its row. */
export const malformed = (values: readonly Value[]): never =>
  raise('MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', { badRecord: `[${values.map((v) => v === null ? 'null' : String(v)).join(',')}]`, failFastMode: 'FAILFAST' }, { nowhere: true });
export function checkMode(mode: string, name: string): void {
  if (mode === 'DROPMALFORMED') raise('PARSE_MODE_UNSUPPORTED', { funcName: `\`${name}\``, mode }, { nowhere: true });
}
/** The text that a schema is found in is constant and not NULL, whatever its type. */
export function checkExample(call: Call, name: string): undefined {
  checkOptions(call, 1);
  const arg = call.args[0]!;
  const value = call.constant(0);
  const text = { sqlExpr: `"${call.name}(${printExpr(arg)})"` };
  if (value === undefined) raise('DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { ...text, inputName: `\`${name}\``, inputType: sqlType(arg.type), inputExpr: sqlExpr(arg) }, { span: call.span });
  if (value === null) raise('DATATYPE_MISMATCH.UNEXPECTED_NULL', { ...text, exprName: name }, { span: call.span });
  return undefined;
}
export function exampleOf(call: Call, name: string): string {
  const text = call.constant(0);
  return typeof text === 'string' ? text : raise('DATATYPE_MISMATCH.UNEXPECTED_NULL', { exprName: name });
}
