// Functions of VARIANT values: from JSON, reading by path, changing by path.
// source: Spark variantExpressions, VariantExpressionEvalUtils.

import { canCast } from '../../../planner/coercion.js';
import { EngineError, raise } from '../../../planner/errors/index.js';
import { sqlType } from '../../../planner/expr/print.js';
import type { Call } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value, VariantValue } from '../../../planner/values.js';
import { type JsonOptions, jsonOptions } from '../../formats/json-options.js';
import { BAD, isMalformed, JsonParser } from '../../formats/json-parser.js';
import { castRow } from '../cast/index.js';
import { toVariant } from '../cast/variant.js';
import { generator, type GeneratorFunction, scalar, type ScalarFunction } from '../define.js';
import { SCHEMA, schemaOf as schemaArgument } from '../json/arguments.js';
import { change, type Change, follow, pathParser, pathText, type Step, withChild, withoutChild } from './path.js';
import { schemaOf, schemaText } from './schema.js';

const nullable = (): boolean => true;
const STRICT: JsonOptions = jsonOptions((name) => name === 'allowSingleQuotes' || name === 'allowNonNumericNumbers' ? 'false' : undefined, 'UTC');

function parseJson(tries: boolean): ScalarFunction {
  const name = tries ? 'try_parse_json' : 'parse_json';
  const reader = () => {
    const parser = new JsonParser(STRICT);
    return (bytes: Uint8Array, from: number, to: number): Value => {
      parser.reset(bytes, from, to);
      let value: Value | typeof BAD = BAD;
      try { value = parser.variant(); } catch (thrown) { if (!isMalformed(thrown)) throw thrown; }
      if (value !== BAD) return value;
      if (tries) return null;
      return raise('MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', { badRecord: Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8'), failFastMode: 'FAILFAST' }, { nowhere: true });
    };
  };
  return scalar(`${name}(json: string) -> variant`, {
    doc: `A JSON text as a VARIANT; ${tries ? 'NULL' : 'an error'} if it is none.`, examples: [`${name}('[1]')::STRING = '[1]'`], ...(tries && { nullable }), params: [{ name: 'json', accepts: { kind: 'type', type: T.STRING }, exact: true }],
    bind: () => { const read = reader(); return (text: string) => { const bytes = Buffer.from(text, 'utf8'); return read(bytes, 0, bytes.length); }; },
    inline: () => { const read = reader(); return { views: [0], code: ([text], use) => `${use(read)}(${text})` }; },
  });
}

const cannotBe = (from: DataType, to: DataType): never => raise('DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION', { srcType: sqlType(from), targetType: sqlType(to) });
function variantGet(tries: boolean): ScalarFunction {
  const name = tries ? 'try_variant_get' : 'variant_get';
  const target = (call: Call): DataType => call.args[2] ? schemaArgument(call, 2) : T.VARIANT;
  return scalar(`${name}(variant, string, any?) -> void`, {
    doc: `What stands at a path of a VARIANT, as a type; NULL if nothing does${tries ? ' or it does not fit' : ''}.`, examples: [`${name}(parse_json('{"a": 1}'), '$.a', 'int') = 1`], nullable,
    params: [{ name: 'input', accepts: { kind: 'type', type: T.VARIANT } }, { name: 'path', accepts: { kind: 'type', type: T.STRING }, exact: true }, { ...SCHEMA, name: 'type', optional: true }],
    // The type is read before the value is looked at.
    resolve: (call) => { target(call); return undefined; },
    check: (call) => { const type = target(call); if (type.kind !== 'variant' && canCast(T.VARIANT, type).kind !== 'yes') cannotBe(T.VARIANT, type); },
    result: target,
    bind: (call) => {
      const type = target(call);
      const steps = pathParser(call.name === 'variant_path' ? name : call.name, 'INVALID_VARIANT_GET_PATH', true);
      const cast = type.kind === 'variant' ? (v: Value): Value => v : castRow(T.VARIANT, type, tries ? 'try' : 'ansi', call.settings);
      return (v: VariantValue, path: string) => { const found = follow(v, steps(path)); return found === undefined ? null : cast(found); };
    },
  });
}

// ── Values into VARIANT ──

/** Scalars that a VARIANT holds, and arrays, structs and maps of texts over them. */
const holds = (t: DataType): boolean => t.kind === 'array' ? holds(t.element) : t.kind === 'map' ? t.key.kind === 'string' && holds(t.value)
  : t.kind === 'struct' ? t.fields.every((f) => holds(f.type)) : t.kind === 'void' || canCast(t, T.VARIANT).kind === 'yes';
const isNested = (t: DataType): boolean => t.kind === 'array' || t.kind === 'map' || t.kind === 'struct';

type Editor = (value: VariantValue, steps: readonly Step[], added: VariantValue, create: boolean, fail: (at: readonly Step[]) => never) => VariantValue;
/** insert, set and append: (variant, path, value[, create]). */
function editing(name: string, tries: boolean, doc: string, example: string, edit: Editor, flag: boolean, whole: boolean): ScalarFunction {
  return scalar(`${name}(v: variant, path: string, val: any${flag ? ', createIfMissing: boolean = true' : ''}) -> variant`, {
    doc, examples: [example], nullable, ...(flag && { byName: true as const }),
    params: [
      { name: 'v', accepts: { kind: 'type', type: T.VARIANT } }, { name: 'path', accepts: { kind: 'type', type: T.STRING }, exact: true }, { name: 'val', accepts: { kind: 'class', class: 'any' } },
      ...(flag ? [{ name: 'createIfMissing', accepts: { kind: 'type' as const, type: T.BOOLEAN }, default: { type: T.BOOLEAN, value: true } }] : []),
    ],
    check: (call) => { const t = call.types[2]!; if (t.kind !== 'void' && canCast(t, T.VARIANT).kind !== 'yes') cannotBe(t, T.VARIANT); },
    bind: (call) => {
      const parse = pathParser(name, 'INVALID_VARIANT_PATH', whole);
      const type = call.types[2]!;
      return (v: VariantValue, path: string, added: Value, create?: boolean) => {
        const fail = (at: readonly Step[]): never => raise('VARIANT_PATH_TYPE_MISMATCH', { functionName: `\`${name}\``, path, failedAt: pathText(at) }, { nowhere: true });
        const steps = parse(path);
        try { return edit(v, steps, toVariant(added, type), create ?? true, fail); } catch (e) {
          if (tries && e instanceof EngineError) return null;
          throw e;
        }
      };
    },
  });
}
const insert: Editor = (value, steps, added, _, mismatch) => change(value, steps, {
  value: added, missing: 'create', mismatch,
  present: (parent, step) => parent.kind === 'array'
    ? { kind: 'array', elements: [...parent.elements.slice(0, step as number), added, ...parent.elements.slice(step as number)] }
    : raise('VARIANT_DUPLICATE_KEY', { key: String(step) }, { nowhere: true }),
});
const set: Editor = (value, steps, added, create, mismatch) => change(value, steps, { value: added, missing: create ? 'create' : 'keep', mismatch, present: (parent, step) => withChild(parent, step, added) });
const append: Editor = (value, steps, added, _, mismatch) => {
  const appended = (v: VariantValue): VariantValue => v.kind === 'array' ? { kind: 'array', elements: [...v.elements, added] } : mismatch(steps);
  return steps.length === 0 ? appended(value) : change(value, steps, { value: added, missing: 'keep', mismatch, present: (parent, step, old) => withChild(parent, step, appended(old)) });
};
const REMOVE: Change = { value: { kind: 'null' }, missing: 'keep', mismatch: undefined, present: withoutChild };

/** Without fields of objects that are null, nor, if asked for, such elements of arrays. */
function strip(v: VariantValue, elements: boolean): VariantValue {
  if (v.kind === 'array') return { kind: 'array', elements: v.elements.filter((e) => !elements || e.kind !== 'null').map((e) => strip(e, elements)) };
  if (v.kind === 'object') return { kind: 'object', entries: v.entries.flatMap(([k, e]) => e.kind === 'null' ? [] : [[k, strip(e, elements)] as const]) };
  return v;
}

export const variants: readonly ScalarFunction[] = [
  parseJson(false), parseJson(true), variantGet(false), variantGet(true),
  scalar('is_variant_null(input: variant) -> boolean', { exact: true, doc: "Whether a VARIANT holds JSON's null; false for NULL.", examples: ["is_variant_null(parse_json('null')) = true"], nulls: 'custom', nullable: () => false,
    row: (v: VariantValue | null) => v?.kind === 'null' }),
  scalar('is_valid_variant(input: variant) -> boolean', { exact: true, doc: 'Whether a VARIANT is well-formed, as all of them are here.', examples: ["is_valid_variant(parse_json('1')) = true"], row: () => true }),
  scalar('schema_of_variant(input: variant) -> string', { exact: true, doc: 'The schema of a VARIANT.', examples: ["schema_of_variant(parse_json('{\"a\": 1}')) = 'OBJECT<a: BIGINT>'"], row: (v: VariantValue) => schemaText(schemaOf(v)) }),
  scalar('to_variant_object(any) -> variant', { doc: 'A struct, map or array as a VARIANT: structs and maps become objects.', examples: ["to_variant_object(named_struct('a', 1))::STRING = '{\"a\":1}'"],
    check: (call) => { const t = call.types[0]!; if (!isNested(t) || !holds(t)) cannotBe(t, T.VARIANT); },
    bind: (call) => (v: Value) => toVariant(v, call.types[0]!) }),
  ...[false, true].flatMap((tries) => {
    const named = (name: string): string => tries ? `try_${name}` : name;
    return [
      editing(named('variant_insert'), tries, 'A VARIANT with one more field, or element before the one at an index.', `${named('variant_insert')}(parse_json('[1, 3]'), '$[1]', 2)::STRING = '[1,2,3]'`, insert, false, false),
      editing(named('variant_set'), tries, 'A VARIANT with what stands at a path replaced, or made.', `${named('variant_set')}(parse_json('[1]'), '$[0]', 2)::STRING = '[2]'`, set, true, false),
      editing(named('variant_array_append'), tries, 'A VARIANT with one more element at the end of the array at a path.', `${named('variant_array_append')}(parse_json('[1]'), '$', 2)::STRING = '[1,2]'`, append, false, true),
    ];
  }),
  scalar('variant_delete(variant, string...) -> variant', {
    doc: 'A VARIANT without what stands at the paths; a path that is NULL or leads nowhere changes nothing.', examples: ["variant_delete(parse_json('[1, 2]'), '$[0]')::STRING = '[2]'"],
    nulls: 'custom', nullable, variadic: { min: 2 }, params: [{ name: 'input', accepts: { kind: 'type', type: T.VARIANT } }, { name: 'path', accepts: { kind: 'type', type: T.STRING }, exact: true }],
    bind: () => {
      const parse = pathParser('variant_delete', 'INVALID_VARIANT_PATH', false);
      return (v: VariantValue | null, ...paths: (string | null)[]) => v === null ? null : paths.reduce<VariantValue>((value, path) => path === null ? value : change(value, parse(path), REMOVE), v);
    },
  }),
  scalar('variant_strip_nulls(v: variant, arrays: boolean = true) -> variant', { byName: true, doc: 'A VARIANT without fields, and elements of arrays, that are null.', examples: ["variant_strip_nulls(parse_json('{\"a\": null}'))::STRING = '{}'"],
    row: (v: VariantValue, elements: boolean) => strip(v, elements) }),
];

function explode(name: string, outer: boolean, example: string): GeneratorFunction {
  return generator(`${name}(input: variant) -> void`, {
    doc: `A row for each element or field of a VARIANT: position, key, value${outer ? '; one row of NULLs for none' : ''}.`, examples: [example], tableOnly: true, ...(outer && { outer: true as const }),
    columns: () => [T.field('pos', T.INT, outer), T.field('key', T.STRING), T.field('value', T.VARIANT, outer)],
    rows: () => (v: VariantValue | null): readonly (readonly Value[])[] => v?.kind === 'array' ? v.elements.map((e, i) => [i, null, e])
      : v?.kind === 'object' ? v.entries.map(([k, e], i) => [i, k, e]) : [],
  });
}
export const variantGenerators: readonly GeneratorFunction[] = [
  explode('variant_explode', false, "(SELECT collect_list(key) FROM variant_explode(parse_json('{\"a\": 1, \"b\": 2}'))) = array('a', 'b')"),
  explode('variant_explode_outer', true, "(SELECT count(*) FROM variant_explode_outer(parse_json('[]'))) = 1"),
];
