// The short notation of a function's parameters and result: `repeat(string, int) -> string`.
//
//   signature := name '(' [param {',' param}] ['...'] ')' '->' result
//   param     := [name ':'] ['const'] accepts ['?'] ['=' default]      `?`: may be left out; `...`: the last parameter repeats
//   accepts   := option {'|' option}
//   option    := a type (`string`, `decimal`, `array<int>`) | a class (any numeric integral fractional atomic interval orderable)
//              | a variable (one capital letter) | array<accepts> | map<accepts, accepts>
//   result    := a type | a variable | array<…> | map<…>
//   default   := a number, 'text', true, false or null
//
// What it cannot say (result types computed from precisions, lambdas, names printed in another way) is given as fields beside it.

import type { Accepts, Call, FunctionSpec, Param } from '../tree.js';
import * as T from '../types.js';
import type { DataType } from '../types.js';

const TYPES: Readonly<Record<string, DataType>> = {
  boolean: T.BOOLEAN, tinyint: T.TINYINT, smallint: T.SMALLINT, int: T.INT, bigint: T.BIGINT, float: T.FLOAT, double: T.DOUBLE,
  string: T.STRING, binary: T.BINARY, date: T.DATE, timestamp: T.TIMESTAMP, timestamp_ntz: T.TIMESTAMP_NTZ, variant: T.VARIANT, void: T.VOID,
  time: T.TIME, calendar_interval: T.CALENDAR_INTERVAL, year_month_interval: T.YEAR_MONTH, day_time_interval: T.DAY_TIME,
};
const CLASSES = new Set(['any', 'numeric', 'integral', 'fractional', 'decimal', 'atomic', 'interval', 'orderable', 'struct']);

export interface Signature extends Pick<FunctionSpec, 'name' | 'params' | 'result' | 'returns'> { readonly variadic?: { readonly every?: number; readonly min: number } }

/** @throws Error if the signature itself is wrong: a mistake of the function's author, found when the catalogue is loaded. */
export function parseSignature(text: string): Signature {
  const tokens = text.match(/->|\.\.\.|'[^']*'|-?\d+(?:\.\d+)?|[A-Za-z_]\w*|[(),:<>|?=%+*/&^~!-]+?/g) ?? [];
  let at = 0;
  const peek = (): string => tokens[at] ?? '';
  const fail = (): never => { throw new Error(`signature '${text}': unexpected '${peek()}'`); };
  const take = (expected: string): void => { if (tokens[at++] !== expected) { at--; fail(); } };
  const skip = (word: string): true | undefined => {
    if (peek() !== word) return undefined;
    at++;
    return true;
  };
  let name = '';
  while (peek() !== '(' && at < tokens.length) name += tokens[at++];
  const accepts = (): Accepts => {
    const options = [option()];
    while (peek() === '|') { at++; options.push(option()); }
    return options.length === 1 ? options[0]! : { kind: 'one_of', options };
  };
  const option = (): Accepts => {
    const word = tokens[at++] ?? '';
    if ((word === 'array' || word === 'map') && peek() === '<') {
      at++;
      const first = accepts();
      if (word === 'array') { take('>'); return { kind: 'array', element: first }; }
      take(',');
      const value = accepts();
      take('>');
      return { kind: 'map', key: first, value };
    }
    if (word === 'array' || word === 'map') return { kind: 'class', class: word };
    if (/^[A-Z]$/.test(word)) return { kind: 'variable', name: word };
    if (CLASSES.has(word)) return { kind: 'class', class: word as 'any' };
    const type = TYPES[word];
    if (!type) { at--; return fail(); }
    return { kind: 'type', type };
  };
  take('(');
  const params: Param[] = [];
  let repeats = false;
  while (peek() !== ')') {
    if (params.length > 0) take(',');
    if (peek() === '...') { at++; repeats = true; break; }
    const paramName = tokens[at + 1] === ':' ? tokens[at++]! : `arg${params.length + 1}`;
    if (peek() === ':') at++;
    const constant = skip('const');
    const accept = accepts();
    const optional = skip('?');
    let fallback: Param['default'];
    if (peek() === '=') { at++; fallback = literal(tokens[at++] ?? ''); }
    if (peek() === '...') { at++; repeats = true; }
    params.push({ name: paramName, accepts: accept, ...(constant && { constant }), ...(optional && { optional }), ...(fallback && { default: fallback }) });
  }
  take(')');
  take('->');
  const returns = tokens.slice(at).join('');
  const result = accepts();
  if (at !== tokens.length) fail();
  const required = params.filter((p) => !p.optional && !p.default).length;
  return { name, params, returns, result: (call) => resultType(result, params, call), ...(repeats && { variadic: { min: required } }) };
}

function literal(text: string): NonNullable<Param['default']> {
  if (text.startsWith("'")) return { type: T.STRING, value: text.slice(1, -1) };
  if (text === 'true' || text === 'false') return { type: T.BOOLEAN, value: text === 'true' };
  if (text === 'null') return { type: T.VOID, value: null };
  return text.includes('.') ? { type: T.DOUBLE, value: Number(text) } : { type: T.INT, value: Number(text) };
}

function resultType(result: Accepts, params: readonly Param[], call: Call): DataType {
  const bound = new Map<string, DataType>();
  // A function whose parameters are given beside the signature has none in it.
  if (params.length > 0) call.types.forEach((type, i) => { capture(params[Math.min(i, params.length - 1)]!.accepts, type, bound); });
  const build = (a: Accepts): DataType => {
    switch (a.kind) {
      case 'type': return a.type;
      case 'variable': return bound.get(a.name) ?? T.VOID;
      case 'array': return T.array(build(a.element));
      case 'map': return T.map(build(a.key), build(a.value));
      default: throw new Error(`${call.name}: a result type must be a type or a variable`);
    }
  };
  return build(result);
}

/** What the type variables of `accepts` stand for in `type`; the first use that is not VOID wins. */
export function capture(accepts: Accepts, type: DataType, bound: Map<string, DataType>): void {
  if (accepts.kind === 'variable') { const old = bound.get(accepts.name); if (!old || old.kind === 'void') bound.set(accepts.name, type); }
  else if (accepts.kind === 'array' && type.kind === 'array') capture(accepts.element, type.element, bound);
  else if (accepts.kind === 'map' && type.kind === 'map') { capture(accepts.key, type.key, bound); capture(accepts.value, type.value, bound); }
  else if (accepts.kind === 'one_of') for (const o of accepts.options) capture(o, type, bound);
}
