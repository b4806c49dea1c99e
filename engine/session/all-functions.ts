// `functions.dateTrunc('hour', 'at')`: every function of the catalogue as a column function, found by name when it is first used, and what the
// public API has besides (`col`, `struct`, `window`, …: functions.ts), so that one import reaches all. A text
// is the name of a column, but a text itself where Spark's own API takes one (patterns, formats, units, zones: TEXTS); other values are
// literals; a closure is a lambda over columns; a plain object is a map of options.
// Types are in api/builtin-functions.ts, which `npm run docs` writes.

import { OF_OTHERS } from '../../planner/functions/elsewhere.js';
import { didYouMean } from '../../planner/similar.js';
import { raise } from '../../planner/errors/index.js';
import type { Expr } from '../../planner/tree.js';
import { functions as catalog } from '../functions/index.js';
import { check, type Kind } from './checked.js';
import { argument, call, ColumnExpr, literal, operand, OPERAND } from './column.js';

/** Places of arguments whose texts are texts, by the function's SQL name; 'rest': from there on. source: Scala's functions object. */
export const TEXTS: Readonly<Record<string, readonly (number | 'rest')[]>> = {
  aes_decrypt: [2, 3], aes_encrypt: [2, 3], array_join: [1, 2], assert_true: [1], btrim: [1], collate: [1], concat_ws: [0], convert_timezone: [0, 1], date_format: [1], date_part: [0], datepart: [0],
  date_trunc: [0], decode: [1], encode: [1], extract: [0], format_string: [0], from_csv: [1], from_json: [1], from_unixtime: [1], from_utc_timestamp: [1], from_xml: [1], get_json_object: [1], instr: [1],
  json_tuple: [1, 'rest'], listagg: [1], locate: [0], lpad: [2], ltrim: [1], make_timestamp: [6], mask: [1, 2, 3, 4], next_day: [1], overlay: [1], parse_url: [1, 2], position: [0], printf: [0], raise_error: [0],
  regexp: [1], regexp_count: [1], regexp_extract: [1], regexp_extract_all: [1], regexp_instr: [1], regexp_like: [1], regexp_replace: [1, 2], regexp_substr: [1], replace: [1, 2], rlike: [1], rpad: [2], rtrim: [1],
  schema_of_csv: [0], schema_of_json: [0], session_window: [1], split: [1], split_part: [1], str_to_map: [1, 2], string_agg: [1], substring_index: [1], time_diff: [0], time_trunc: [0], to_binary: [1], to_char: [1],
  to_date: [1], to_number: [1], to_time: [1], to_timestamp: [1], to_timestamp_ltz: [1], to_timestamp_ntz: [1], to_unix_timestamp: [1], to_utc_timestamp: [1], to_varchar: [1], translate: [1, 2], trim: [1], trunc: [1],
  try_parse_url: [1, 2], try_to_binary: [1], try_to_date: [1], try_to_number: [1], try_to_time: [1], try_to_timestamp: [1], try_variant_get: [1, 2], unix_timestamp: [1], variant_get: [1, 2], window: [1, 2, 3],
};
export const isText = (places: readonly (number | 'rest')[], i: number): boolean => places.includes(i) || (places.at(-1) === 'rest' && i >= (places[0] as number));
export const camelCase = (name: string): string => name.replace(/_+([a-z0-9])/g, (_, c: string) => c.toUpperCase());

let counter = 0;
/** `x => x.plus(1)` as a lambda: its parameters are columns of names that no one else has. */
function lambda(fn: (...columns: ColumnExpr[]) => unknown): Expr {
  const params = Array.from({ length: fn.length }, (_, i) => `${'xyz'[i] ?? 'p'}_${counter++}`);
  return { kind: 'lambda', params, body: operand(fn(...params.map((p) => new ColumnExpr({ kind: 'name', parts: [p] })))) };
}

function read(value: unknown, text: boolean): Expr {
  if (typeof value === 'function') return lambda(value as (...columns: ColumnExpr[]) => unknown);
  if (text && typeof value === 'string') return literal(value);
  if (isOptions(value)) return call('map', ...Object.entries(value).flatMap(([k, v]) => [literal(k), literal(String(v))])).expr;
  return argument(value);
}

const isOptions = (value: unknown): value is object => typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
const ARGUMENT: Kind = { expected: 'a column, the name of one, a value or a function', holds: (v) => OPERAND.holds(v) || typeof v === 'function' || isOptions(v) };

/** The SQL function of this name as a column function. Arguments may be left out from the right. */
export function sqlFunction(name: string): (...args: unknown[]) => ColumnExpr {
  const places = TEXTS[name] ?? [];
  return (...args) => {
    const given = args.slice(0, args.findLastIndex((a) => a !== undefined) + 1);
    check(camelCase(name), [['args', ARGUMENT, 'rest']], given);
    return call(name, ...given.map((a, i) => read(a, isText(places, i))));
  };
}

let names: ReadonlyMap<string, string> | undefined;
/** SQL names by the names of methods. */
const sqlNames = (): ReadonlyMap<string, string> => names ??= new Map(catalog.flatMap((fn) => [fn.name, ...fn.aliases ?? []]).map((name) => [camelCase(name), name]));

const made = new Map<string, (...args: unknown[]) => ColumnExpr>();
function columnFunction(method: string): ((...args: unknown[]) => ColumnExpr) | undefined {
  const known = made.get(method);
  const name = sqlNames().get(method);
  if (known || name === undefined) return known;
  const fn = sqlFunction(name);
  made.set(method, fn);
  return fn;
}

/** All functions: those given, and the rest of the catalogue. @throws UNRESOLVED_ROUTINE for a name that there is not, when it is read */
export const allFunctions = (given: Readonly<Record<string, unknown>>): object => {
  const find = (method: PropertyKey): unknown => typeof method !== 'string' ? undefined : Object.hasOwn(given, method) ? given[method] : columnFunction(method);
  const has = (method: PropertyKey): boolean => typeof method === 'string' && (Object.hasOwn(given, method) || sqlNames().has(method));
  const names = (): string[] => [...new Set([...sqlNames().keys(), ...Object.keys(given)])];
  return new Proxy(Object.create(null) as object, {
    get: (_, method) => typeof method !== 'string' || method === 'then' ? undefined : find(method) ?? unknownFunction(method, names()),
    has: (_, method) => has(method),
    ownKeys: names,
    getOwnPropertyDescriptor: (_, method) => has(method) ? { enumerable: true, configurable: true, value: find(method) } : undefined,
  });
};

function unknownFunction(method: string, names: readonly string[]): never {
  return raise('UNRESOLVED_ROUTINE', { routineName: `\`${method}\``, searchPath: '`functions`' }, { hint: OF_OTHERS.get(method.toLowerCase()) ?? didYouMean(camelCase(method), names) });
}
