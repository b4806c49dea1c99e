// Logic and choice: AND, OR, NOT, IS NULL, IN, CASE, IF, coalesce and the functions defined by them. The lazy ones have no body: the
// evaluators know them by `lazy`. source: Spark predicates, conditionalExpressions, nullExpressions.

import { computedOnce } from '../../../planner/expr/print.js';
import type { BoundExpr, Call, Param, RawCall } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import type { RowFunction, ScalarFunction } from '../define.js';
import { valueEquals } from '../../columnar/compare.js';
import { cls, inlineCode, operator, type, variable } from './shared.js';

const BOOL = type(T.BOOLEAN);
const ANY = cls('any');
const known = (types: readonly DataType[]): DataType => types.find((t) => t.kind !== 'void') ?? T.VOID;
const connective = (name: 'and' | 'or', doc: string, examples: readonly string[]): ScalarFunction => operator([BOOL, BOOL], {
  name, doc, examples, nulls: 'custom', lazy: name, result: () => T.BOOLEAN, nullable: (call) => call.args.some((a) => a.nullable),
  print: (args) => `(${args[0]} ${name.toUpperCase()} ${args[1]})`,
});
/** Values of CASE: every second argument, and the last one where their number is odd. */
const branches = (call: Call): readonly number[] => call.args.map((_, i) => i).filter((i) => i % 2 === 1 || (i === call.args.length - 1));
function printCase(args: readonly string[]): string {
  let text = 'CASE';
  for (let i = 0; i + 1 < args.length; i += 2) text += ` WHEN ${args[i]} THEN ${args[i + 1]}`;
  return `${text}${args.length % 2 === 1 ? ` ELSE ${args[args.length - 1]}` : ''} END`;
}
const NULL: BoundExpr = { kind: 'const', type: T.VOID, nullable: true, value: null };
const isNaNBody = (x: number | null): boolean => Number.isNaN(x);

const FLOATING: Param = { name: 'expr', accepts: { kind: 'one_of', options: [type(T.DOUBLE), type(T.FLOAT)] } };

export const logic: readonly ScalarFunction[] = [
  connective('and', 'Both sides hold; FALSE wins over NULL.', ['(false AND NULL) = false']),
  connective('or', 'One side holds; TRUE wins over NULL.', ['(true OR NULL) = true']),
  operator([BOOL], { name: 'not', aliases: ['!'], doc: 'The opposite.', examples: ['(NOT true) = false'], result: () => T.BOOLEAN, print: (args) => `(NOT ${args[0]})`,
    bind: () => (a: boolean) => !a, inline: () => ({ ...inlineCode((a) => `(!${a})`), total: true }) }),
  operator([ANY], { name: 'isnull', doc: 'Whether the value is NULL.', examples: ['isnull(NULL)'], nulls: 'custom', nullable: () => false, result: () => T.BOOLEAN,
    print: (args) => `(${args[0]} IS NULL)`, bind: () => (a: Value) => a === null,
    inline: () => ({ nullsOnly: true, total: true, code: (_args, _use, _temp, isNull) => isNull[0]! }) }),
  operator([ANY], { name: 'isnotnull', doc: 'Whether the value is not NULL.', examples: ['isnotnull(1)'], nulls: 'custom', nullable: () => false, result: () => T.BOOLEAN,
    print: (args) => `(${args[0]} IS NOT NULL)`, bind: () => (a: Value) => a !== null,
    inline: () => ({ nullsOnly: true, total: true, code: (_args, _use, _temp, isNull) => `!${isNull[0]}` }) }),
  operator([FLOATING], { name: 'isnan', doc: 'Whether the value is NaN; false for NULL.', examples: ["isnan(double('NaN'))"],
    nulls: 'custom', nullable: () => false, result: () => T.BOOLEAN, bind: () => isNaNBody }),
  operator([type(T.INT), ANY], { name: 'atleastnnonnulls', doc: 'Whether so many of the other arguments are neither NULL nor NaN.', variadic: { min: 1 }, nulls: 'custom', nullable: () => false,
    result: () => T.BOOLEAN, bind: (): RowFunction => (n: number, ...values: Value[]) => values.reduce<number>((count, v) => v === null || Number.isNaN(v) ? count : count + 1, 0) >= n }),
  operator([variable('A')], { name: 'in', collation: { meets: true, decided: true }, doc: 'Whether the first value is among the others.', examples: ['1 IN (1, 2)'], variadic: { min: 1 }, nulls: 'custom', lazy: 'until_match',
    nullable: (call) => call.args.some((a) => a.nullable), result: () => T.BOOLEAN, print: ([x, ...list]) => `(${x} IN (${list.join(', ')}))`,
    bind: (call): RowFunction => valueEquals(call.types[0]!) }),
  operator([ANY], { name: 'when', doc: 'CASE: the value of the first condition that holds, else the last one, else NULL.', examples: ['CASE WHEN 1 > 2 THEN 1 ELSE 2 END = 2'],
    variadic: { min: 2 }, nulls: 'custom', lazy: 'branch', result: (call) => known(branches(call).map((i) => call.types[i]!)), print: printCase,
    nullable: (call) => call.args.length % 2 === 0 || branches(call).some((i) => call.args[i]!.nullable) }),
  operator([BOOL, variable('A'), variable('A')], { name: 'if', collation: { meets: true }, doc: 'The second argument where the first holds, else the third.', examples: ['if(1 < 2, 3, 4) = 3'],
    nulls: 'custom', lazy: 'branch', unify: { args: [1, 2], strings: true }, result: (call) => known(call.types.slice(1)), print: (args) => `(IF(${args.join(', ')}))`,
    nullable: (call) => call.args[1]!.nullable || call.args[2]!.nullable }),
  operator([variable('A')], { name: 'coalesce', collation: { meets: true }, doc: 'The first argument that is not NULL.', examples: ['coalesce(NULL, 2, 3) = 2'], variadic: { min: 1 }, nulls: 'custom', lazy: 'first_non_null',
    unify: { args: 'all', strings: true }, result: (call) => known(call.types), nullable: (call) => call.args.every((a) => a.nullable) }),
  ...(['nvl', 'ifnull'] as const).map((name) => operator([variable('A'), variable('A')], { name, doc: 'The first argument, or the second where it is NULL.', examples: [`${name}(NULL, 2) = 2`],
    result: (call) => known(call.types), resolve: (call) => call.apply('coalesce', call.args) })),
  operator([ANY, variable('A'), variable('A')], { name: 'nvl2', doc: 'The second argument where the first is not NULL, else the third.', examples: ['nvl2(NULL, 1, 2) = 2'],
    result: (call) => known(call.types.slice(1)), resolve: (call) => call.apply('if', [call.apply('isnotnull', [call.args[0]!]), call.args[1]!, call.args[2]!]) }),
  operator([variable('A'), variable('A')], { name: 'nullif', doc: 'NULL where both arguments are equal, else the first.', examples: ['nullif(1, 1) = NULL'],
    result: (call) => call.types[0]!, resolve: nullIf }),
  operator([cls('numeric')], { name: 'nullifzero', doc: 'NULL for zero, else the argument.', examples: ['nullifzero(0) = NULL'], result: (call) => call.types[0]!,
    resolve: (call) => call.apply('if', [call.apply('=', [call.args[0]!, ZERO]), NULL, call.args[0]!]) }),
  operator([cls('numeric')], { name: 'zeroifnull', doc: 'Zero for NULL, else the argument.', examples: ['zeroifnull(NULL) = 0'], result: (call) => call.types[0]!,
    resolve: (call) => call.apply('coalesce', [call.args[0]!, ZERO]) }),
  operator([{ ...FLOATING, name: 'expr1' }, { ...FLOATING, name: 'expr2' }], { name: 'nanvl', doc: 'The first argument, or the second where it is NaN.', examples: ["nanvl(double('NaN'), 1) = 1.0D"], result: () => T.DOUBLE, resolve: nanOr }),
];
const ZERO: BoundExpr = { kind: 'const', type: T.INT, nullable: false, value: 0 };
/** The second argument is run only where the first is NaN. */
function nanOr(call: RawCall): BoundExpr | undefined {
  const wrong = call.types.findIndex((t) => !T.isNumeric(t) && t.kind !== 'string' && t.kind !== 'void');
  if (call.args.length !== 2 || wrong >= 0) return undefined;
  const float = call.types[0]!.kind === 'float' && ['float', 'void'].includes(call.types[1]!.kind);
  const [a, b] = call.args.map((e) => call.cast(e, float ? T.FLOAT : T.DOUBLE)) as [BoundExpr, BoundExpr];
  return call.apply('if', [call.apply('isnan', [a]), b, a]);
}
function nullIf(call: RawCall): BoundExpr | undefined {
  const [a, b] = call.args;
  return a && b && call.apply('if', [computedOnce(a, (operand) => call.apply('=', [operand, b])), NULL, a]);
}
