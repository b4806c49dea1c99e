// What the operator families share: how a definition is written down, result types, and the failures of arithmetic.

import { raise } from '../../../planner/errors/index.js';
import type { Accepts, Call, Param } from '../../../planner/tree.js';
import type { DataType } from '../../../planner/types.js';
import type { Inline, ScalarFunction } from '../define.js';

export type Rest = Omit<ScalarFunction, 'kind' | 'params' | 'nulls' | 'examples'> & Partial<Pick<ScalarFunction, 'nulls' | 'examples'>>;
export const cls = (name: Extract<Accepts, { kind: 'class' }>['class']): Accepts => ({ kind: 'class', class: name });
export const oneOf = (...options: Accepts[]): Accepts => ({ kind: 'one_of', options });
export const type = (t: DataType): Accepts => ({ kind: 'type', type: t });
export const variable = (name: string): Accepts => ({ kind: 'variable', name });
export const params = (...accepts: readonly (Accepts | Param)[]): readonly Param[] =>
  accepts.map((a, i) => 'accepts' in a ? a : { name: `arg${i + 1}`, accepts: a });

/** An operator: its arguments are typed and coerced by the binder, which leaves `params` to state what may come. */
export const operator = (accepts: readonly (Accepts | Param)[], rest: Rest): ScalarFunction =>
  ({ nulls: 'propagate', examples: [], ...rest, params: params(...accepts), kind: 'scalar' });

/** The type of the bound node. */
export const resultType = (call: Call): DataType => call.type ?? call.fn.result(call);

const CONFIG = '"spark.sql.ansi.enabled"';
export const divideByZero = (): never => raise('DIVIDE_BY_ZERO', { config: CONFIG });
export const remainderByZero = (): never => raise('REMAINDER_BY_ZERO', { config: CONFIG });
/** `alternative`: the function that gives NULL instead. */
export function overflow(message = 'overflow', alternative?: string): never {
  return raise('ARITHMETIC_OVERFLOW',
    { message, alternative: alternative ? ` Use '${alternative}' to tolerate overflow and return NULL instead.` : '', config: CONFIG });
}
/** Overflow whose place Spark does not name. */
export const overflowNowhere = (message = 'overflow'): never =>
  raise('ARITHMETIC_OVERFLOW', { message, alternative: '', config: CONFIG }, { nowhere: true });
export function smallOverflow(symbol: string, alternative: string, a: number, b: number): never {
  return raise('BINARY_ARITHMETIC_OVERFLOW', { value1: `${a}S`, symbol, value2: `${b}S`, functionName: `\`${alternative}\`` }, { nowhere: true });
}
export function intervalOverflow(alternative?: string, nowhere = true): never {
  return alternative ? raise('INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION', { functionName: `\`${alternative}\`` }, { nowhere })
    : raise('INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION', {}, { nowhere });
}

/** Inline code of the form f(a, b, …). */
export const inlineCall = (f: unknown): Inline => ({ code: (args, use) => `${use(f)}(${args.join(', ')})` });
/** Inline code of operators alone, which never raises. */
export const inlineCode = (code: (...args: string[]) => string): Inline => ({ code: (args) => code(...args), total: true });

export const isLongKind = (t: DataType): boolean => t.kind === 'bigint' || t.kind === 'day_time_interval';
