// Functions of JSON texts. Values are read and written by engine/formats, as files are.
// source: Spark jsonExpressions, JsonExpressionUtils.

import { raise } from '../../../planner/errors/index.js';
import { sqlType } from '../../../planner/expr/print.js';
import type { Call, Param } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { JsonInference } from '../../formats/json-infer.js';
import { jsonOptions, optionFlag } from '../../formats/json-options.js';
import { isMalformed, JsonParser, jsonReader } from '../../formats/json-parser.js';
import { structsOfTexts } from '../../formats/json-texts.js';
import { jsonText } from '../../formats/json-writer.js';
import { generator, type GeneratorFunction, type Inline, scalar, type ScalarFunction } from '../define.js';
import { checkMode, checkOptions, corruptField, checkExample, exampleOf, malformed, OPTIONS, optionsOf, SCHEMA, schemaOf } from './arguments.js';
import { LENIENT, pathReader } from './path.js';

type FromBytes<R> = (bytes: Uint8Array, from: number, to: number) => R;
const nullable = (): boolean => true;
/** A text; nothing is cast to one. */
const TEXT: Param = { name: 'json', accepts: { kind: 'type', type: T.STRING }, exact: true };
/** A body over the bytes of its first argument: for a row of values, and in generated code where the text is not decoded. */
const overBytes = <R extends Value>(body: FromBytes<R>): ((text: string) => R) => (text) => { const bytes = Buffer.from(text, 'utf8'); return body(bytes, 0, bytes.length); };
const inlineBytes = (body: FromBytes<Value>): Inline => ({ views: [0], code: ([text], use) => `${use(body)}(${text})` });

const isNested = (t: DataType): boolean => t.kind === 'struct' || t.kind === 'array' || t.kind === 'map' || t.kind === 'variant';
const holdsWrongKey = (t: DataType): boolean => t.kind === 'map' ? t.key.kind !== 'string' || holdsWrongKey(t.value)
  : t.kind === 'array' ? holdsWrongKey(t.element) : t.kind === 'struct' && t.fields.some((f) => holdsWrongKey(f.type));
const isMap = (call: Call): boolean => { const text = call.constant(1); return typeof text === 'string' && /^\s*map\s*</i.test(text); };

function fromJson(call: Call): FromBytes<Value> {
  const type = schemaOf(call, 1);
  // Spark makes the formatter of a pattern where the first date is read: one that is none makes that value NULL.
  const options = jsonOptions(optionsOf(call, 2), call.settings.timeZone, true);
  const corrupt = corruptField(type, options.corruptColumn);
  const failFast = options.mode === 'FAILFAST';
  const plain = corrupt < 0 || type.kind !== 'struct' ? type : T.struct(type.fields.filter((_, i) => i !== corrupt));
  const read = jsonReader(plain, options);
  return (bytes, from, to) => {
    const { value, state } = read(bytes, from, to);
    if (value === undefined) return null;
    if (failFast && state !== 'ok') malformed(type.kind === 'struct' ? value as readonly Value[] : [null]);
    if (corrupt < 0) return value;
    const fields = [...value as readonly Value[]];
    fields.splice(corrupt, 0, state === 'ok' ? null : Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8'));
    return fields;
  };
}

/** Reads with a parser; NULL for a text that is broken, empty, or does not begin with `open`. */
function reading<R extends Value>(open: number, body: (p: JsonParser) => R): FromBytes<R | null> {
  const parser = new JsonParser(LENIENT);
  return (bytes, from, to) => {
    parser.reset(bytes, from, to);
    try {
      if (parser.peek() !== open) return null;
      return body(parser);
    } catch (thrown) {
      if (isMalformed(thrown)) return null;
      throw thrown;
    }
  };
}
function arrayLength(p: JsonParser): number {
  let n = 0;
  p.enter();
  for (let first = true; p.element(first); first = false) { p.skip(); n++; }
  return n;
}
function objectKeys(p: JsonParser): string[] {
  const keys: string[] = [];
  p.enter();
  for (let first = true; ; first = false) {
    const key = p.key(first);
    if (key === undefined) return keys;
    keys.push(key);
    p.skip();
  }
}
function overText(name: string, result: string, doc: string, example: string, open: number, read: (p: JsonParser) => Value): ScalarFunction {
  return scalar(`${name}(json: string) -> ${result}`, { doc, examples: [example], nullable, params: [TEXT], bind: () => overBytes(reading(open, read)), inline: () => inlineBytes(reading(open, read)) });
}

export const jsonFunctions: readonly ScalarFunction[] = [
  scalar('from_json(string, any, any?) -> void', {
    doc: 'A JSON text as a struct, array, map or variant of a schema given as DDL. What does not fit is NULL.', examples: ["from_json('{\"a\": 1}', 'a INT').a = 1"],
    params: [TEXT, SCHEMA, OPTIONS], nullable,
    // What the schema and the options are comes before the type of the text.
    resolve: (call) => { if (call.args.length > 1) { schemaOf(call, 1); checkOptions(call, 2); } return undefined; },
    print: (args, call) => isMap(call) ? 'entries' : `from_json(${args[0]})`,
    check: (call) => {
      const type = schemaOf(call, 1);
      checkOptions(call, 2);
      if (!isNested(type)) raise('DATATYPE_MISMATCH.INVALID_JSON_SCHEMA', { schema: sqlType(type) });
      if (holdsWrongKey(type)) raise('DATATYPE_MISMATCH.INVALID_JSON_MAP_KEY_TYPE', { schema: sqlType(type) });
      const options = jsonOptions(optionsOf(call, 2), call.settings.timeZone, true);
      checkMode(options.mode, 'from_json');
      corruptField(type, options.corruptColumn);
    },
    result: (call) => schemaOf(call, 1),
    bind: (call) => overBytes(fromJson(call)),
    inline: (call) => inlineBytes(fromJson(call)),
    overTexts: (call) => {
      const type = schemaOf(call, 1);
      const options = jsonOptions(optionsOf(call, 2), call.settings.timeZone, true);
      if (type.kind !== 'struct' || options.mode === 'FAILFAST' || corruptField(type, options.corruptColumn) >= 0) return undefined;
      return structsOfTexts(type.fields, options, fromJson(call));
    },
  }),
  scalar('to_json(any, any?) -> string', {
    doc: 'A struct, array, map or variant as JSON text; fields that are NULL are left out.', examples: ["to_json(named_struct('a', 1)) = '{\"a\":1}'"],
    params: [{ name: 'value', accepts: { kind: 'class', class: 'any' } }, OPTIONS],
    check: (call) => {
      checkOptions(call, 1);
      const type = call.types[0]!;
      if (!isNested(type) && type.kind !== 'void') raise('DATATYPE_MISMATCH.INVALID_JSON_SCHEMA', { schema: sqlType(type) });
    },
    bind: (call) => jsonText(call.types[0]!, jsonOptions(optionsOf(call, 1), call.settings.timeZone)),
  }),
  scalar('get_json_object(json: string, path: string) -> string', {
    exact: true,
    doc: 'What a path ($, .name, [index], [*]) finds in a JSON text, as text; NULL if nothing.', examples: ["get_json_object('{\"a\": [1, 2]}', '$.a[1]') = '2'"], nullable, params: [TEXT, { ...TEXT, name: 'path' }],
    bind: () => { const read = pathReader(); return (text: string, path: string) => { const bytes = Buffer.from(text, 'utf8'); return read(path, bytes, 0, bytes.length); }; },
    inline: () => { const read = pathReader(); return { views: [0], code: ([text, path], use) => `${use(read)}(${path}, ${text})` }; },
  }),
  overText('json_array_length', 'int', 'How many elements the outermost array of a JSON text has; NULL if it is no array.', "json_array_length('[1, 2]') = 2", 91, arrayLength),
  overText('json_object_keys', 'array<string>', 'The keys of the outermost object of a JSON text; NULL if it is no object.', "json_object_keys('{\"a\": 1}') = array('a')", 123, objectKeys),
  scalar('schema_of_json(string, any?) -> string', {
    collation: { takes: 'bytes' }, doc: 'The schema of a constant JSON text as DDL, as from_json takes it.', examples: ["schema_of_json('{\"a\": 1}') = 'STRUCT<a: BIGINT>'"],
    params: [{ ...TEXT, constant: true }, OPTIONS], nulls: 'custom', nullable: () => false,
    resolve: (call) => checkExample(call, 'json'),
    bind: (call) => {
      const get = optionsOf(call, 1);
      const text = exampleOf(call, 'json');
      const inference = new JsonInference(jsonOptions(get, call.settings.timeZone), { primitivesAsString: optionFlag(get, 'primitivesAsString', false), prefersDecimal: optionFlag(get, 'prefersDecimal', false),
        inferTimestamp: optionFlag(get, 'inferTimestamp', false) });
      return () => T.sqlName(text.trim() === '' ? T.STRING : inference.typeOf(text) ?? malformedExample(text), false);
    },
  }),
];
const malformedExample = (text: string): never =>
  raise('MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', { badRecord: text, failFastMode: 'FAILFAST' }, { nowhere: true });

export const jsonTuple: GeneratorFunction = generator('json_tuple(json: any, name: any...) -> void', {
  doc: 'One row: what the named fields of a JSON object hold, as texts.', examples: ['(SELECT c0 FROM json_tuple(\'{"a": 1}\', \'a\')) = \'1\''], variadic: { min: 2 },
  columns: (call) => {
    if (call.args.some((a) => a.type.kind !== 'string')) raise('DATATYPE_MISMATCH.NON_STRING_TYPE', { funcName: '`json_tuple`' });
    return call.args.slice(1).map((_, i) => T.field(`c${i}`, call.types[0]!));
  },
  rows: () => {
    const read = reading(123, (p): Value[] => {
      const found: (readonly [string, string])[] = [];
      p.enter();
      for (let first = true; ; first = false) {
        const key = p.key(first);
        if (key === undefined) return found as unknown as Value[];
        const c = p.peek();
        if (c === 110) p.skip();
        else found.push([key, c === 34 || c === 39 ? p.text(c) : p.compact()]);
      }
    });
    const text = overBytes(read);
    return (json: string | null, ...names: (string | null)[]) => {
      const found = json === null ? null : text(json) as readonly (readonly [string, string])[] | null;
      const fields = new Map(found ?? []);
      return [names.map((n) => n === null ? null : fields.get(n) ?? null)];
    };
  },
});
