// Comparisons: `= <=> < <= > >=`, greatest and least. Both sides have one type; the binder saw to it that it can be ordered.

import { isOrderable } from '../../../planner/coercion.js';
import { raise } from '../../../planner/errors/index.js';
import { sqlType } from '../../../planner/expr/print.js';
import type { Call } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import type { Inline, RowFunction, ScalarFunction } from '../define.js';
import { variable, inlineCode, operator } from './shared.js';
import { compareBytes, equalBytes, valueComparator, valueEquals } from '../../columnar/compare.js';

type Symbol = '=' | '<' | '<=' | '>' | '>=';
const TEST: Readonly<Record<Symbol, (order: number) => boolean>> = {
  '=': (d) => d === 0, '<': (d) => d < 0, '<=': (d) => d <= 0, '>': (d) => d > 0, '>=': (d) => d >= 0,
};
const operandType = (call: Call): DataType => call.types[0]!.kind === 'void' ? call.types[1]! : call.types[0]!;

function compareRow(symbol: Symbol, call: Call): RowFunction {
  const t = operandType(call);
  if (symbol === '=') return valueEquals(t);
  const compare = valueComparator(t);
  const test = TEST[symbol];
  return (a: Value, b: Value) => test(compare(a, b));
}

const DOUBLE: Readonly<Record<Symbol, (a: string, b: string) => string>> = {
  '=': (a, b) => `(${a} === ${b} || (${a} !== ${a} && ${b} !== ${b}))`,
  '<': (a, b) => `(${a} < ${b} || (${b} !== ${b} && ${a} === ${a}))`, '<=': (a, b) => `(${a} <= ${b} || ${b} !== ${b})`,
  '>': (a, b) => `(${a} > ${b} || (${a} !== ${a} && ${b} === ${b}))`, '>=': (a, b) => `(${a} >= ${b} || ${a} !== ${a})`,
};
/** Beside a constant that is not NaN one test is enough: `!(a <= b)` holds for NaN too. */
function againstConstant(symbol: Symbol, a: string, b: string): string {
  return symbol === '>' ? `(!(${a} <= ${b}))` : symbol === '>=' ? `(!(${a} < ${b}))` : `(${a} ${symbol === '=' ? '===' : symbol} ${b})`;
}
const MIRRORED: Readonly<Record<Symbol, Symbol>> = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
function compareDoubles(symbol: Symbol, call: Call): Inline {
  const ordinary = (index: number): boolean => { const v = call.constant(index); return typeof v === 'number' && !Number.isNaN(v); };
  if (ordinary(1)) return inlineCode((a, b) => againstConstant(symbol, a!, b!));
  return ordinary(0) ? inlineCode((a, b) => againstConstant(MIRRORED[symbol], b!, a!)) : inlineCode((a, b) => DOUBLE[symbol](a!, b!));
}
function compareInline(symbol: Symbol, call: Call): Inline | undefined {
  const t = operandType(call);
  const js = symbol === '=' ? '===' : symbol;
  switch (t.kind) {
    case 'float': case 'double': return { ...compareDoubles(symbol, call), total: true };
    case 'string': case 'binary': if (T.isCollated(t)) return undefined;
      return { views: [0, 1], total: true, code: ([a, b], use) => symbol === '=' ? `${use(equalBytes)}(${a}, ${b})` : `(${use(compareBytes)}(${a}, ${b}) ${symbol} 0)` };
    case 'array': case 'struct': case 'map': case 'interval': case 'variant': case 'void': return undefined;
    default: return { ...inlineCode((a, b) => `(${a} ${js} ${b})`), total: true };
  }
}
function nullSafeInline(call: Call): Inline | undefined {
  const equal = compareInline('=', call);
  return equal && { ...equal, code: (args, use, temp, [a, b]) => `(${a} ? ${b} : !${b} && ${equal.code(args, use, temp, [])})` };
}
const DECIDED = { meets: true, decided: true } as const;
const BOTH = [variable('A'), variable('A')];
const comparing = (symbol: Symbol, doc: string, examples: readonly string[], aliases?: readonly string[]): ScalarFunction => operator(BOTH, {
  name: symbol, doc, examples, ...(aliases && { aliases }), collation: DECIDED, result: () => T.BOOLEAN, print: (args) => `(${args[0]} ${symbol} ${args[1]})`,
  bind: (call) => compareRow(symbol, call), inline: (call) => compareInline(symbol, call),
});

/** greatest and least: of the arguments that are not NULL. */
function extreme(name: 'greatest' | 'least', sign: 1 | -1, doc: string, examples: readonly string[]): ScalarFunction {
  return operator([variable('A')], {
    name, doc, examples, variadic: { min: 2 }, unify: { args: 'all', strings: false }, collation: { meets: true }, nulls: 'custom',
    check: (call) => {
      const type = call.types.find((t) => t.kind !== 'void');
      if (type && !isOrderable(type)) raise('DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { functionName: `\`${name}\``, dataType: sqlType(type) });
    },
    nullable: (call) => call.args.every((a) => a.nullable), result: (call) => call.types.find((t) => t.kind !== 'void') ?? T.VOID,
    bind: (call) => {
      const compare = valueComparator(call.types.find((t) => t.kind !== 'void') ?? T.VOID);
      return (...values: Value[]) => {
        let best: Value = null;
        for (const v of values) if (v !== null && (best === null || sign * compare(v, best) > 0)) best = v;
        return best;
      };
    },
  });
}

export const comparison: readonly ScalarFunction[] = [
  comparing('=', 'Whether both sides are equal; NULL if one is NULL.', ['1 = 1.0'], ['==']),
  operator(BOTH, {
    name: '<=>', aliases: ['equal_null'], collation: DECIDED, doc: 'Whether both sides are equal, NULL counting as a value.', examples: ['(NULL <=> NULL) = true'], nulls: 'custom', nullable: () => false,
    result: () => T.BOOLEAN, print: (args, call) => call.name === 'equal_null' ? `equal_null(${args.join(', ')})` : `(${args[0]} <=> ${args[1]})`,
    bind: (call): RowFunction => { const equal = valueEquals(operandType(call)); return (a: Value, b: Value) => a === null || b === null ? a === b : equal(a, b); },
    inline: nullSafeInline,
  }),
  comparing('<', 'Whether the left side is less.', ['1 < 2']),
  comparing('<=', 'Whether the left side is less or equal.', ['1 <= 1']),
  comparing('>', 'Whether the left side is greater.', ['2 > 1']),
  comparing('>=', 'Whether the left side is greater or equal.', ['1 >= 1']),
  extreme('greatest', 1, 'The greatest of the arguments that are not NULL.', ['greatest(1, 3, NULL, 2) = 3']),
  extreme('least', -1, 'The least of the arguments that are not NULL.', ['least(1, 3, NULL, 2) = 1']),
];
