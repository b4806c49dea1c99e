// Calling functions of the catalogue without an analyzer: a bound call over given types and constants.

import { catalog } from '../../../engine/functions/index.js';
import type { ScalarFunction } from '../../../engine/functions/define.js';
import { EngineError } from '../../../planner/errors/index.js';
import type { BoundConst, Call, Settings } from '../../../planner/tree.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';

export const SETTINGS: Settings = { timeZone: 'UTC', ansi: true, compatSpark: false, conf: new Map() };

export function scalarOf(name: string): ScalarFunction {
  const fn = catalog.lookup(name);
  if (fn?.kind !== 'scalar') throw new Error(`no scalar function ${name}`);
  return fn as ScalarFunction;
}
export function callOf(name: string, types: readonly DataType[], args: readonly Value[] = [], settings = SETTINGS): Call {
  const fn = scalarOf(name);
  const bound: BoundConst[] = types.map((type, i) => ({ kind: 'const', type, value: args[i] ?? null, nullable: false }));
  const call: Call = { fn, name, args: bound, types, settings, constant: (i) => bound[i]?.value };
  return { ...call, type: fn.result(call) };
}
type Body = (...args: readonly unknown[]) => Value;
export const bodyOf = (call: Call, timestampMillis = 0): Body =>
  (call.fn as ScalarFunction).bind!(call, { settings: call.settings, epoch: { epoch: 0, timestampMillis } }) as Body;
/** The function made of its inline code; undefined if it has none, or wants views. */
export function inlineOf(call: Call): Body | undefined {
  const inline = (call.fn as ScalarFunction).inline?.(call);
  if (!inline || inline.views) return undefined;
  const used: unknown[] = [];
  let temps = '';
  const names = call.types.map((_, i) => `a${i}`);
  const code = inline.code(names, (v) => `u[${used.push(v) - 1}]`, () => { const t = `t${temps.length}`; temps += `let ${t}; `; return t; }, names.map((n) => `(${n} === null)`));
  const make = new Function('u', `${temps}return (${names.join(', ')}) => (${code});`) as (u: unknown[]) => Body;
  return make(used);
}
export const run = (name: string, types: readonly DataType[], args: readonly Value[], settings = SETTINGS): Value => bodyOf(callOf(name, types, args, settings))(...args);
/** The value, or the condition of the error. */
export function outcome(f: () => Value): Value {
  try { return f(); } catch (error) { if (error instanceof EngineError) return `! ${error.condition}`; throw error; }
}
