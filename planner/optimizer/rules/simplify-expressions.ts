// Expressions that are known whatever a part of them is: the part is not computed, even where it would raise.
//
//   x AND FALSE, x OR TRUE         the constant; without the other constant, which says nothing
//   CASE, IF of one and the same   that value, if no condition gives another answer each time
//   x IS [NOT] NULL, x <=> x       the answer, where x is a call that never gives NULL, whatever its arguments are; any x beside itself
//   (struct of fields).field       the field; the element of an array that is written out, at a constant position
//
// What is computed over literal rows stays. source: Spark BooleanSimplification, SimplifyConditionals, NullPropagation,
// SimplifyBinaryComparison, SimplifyExtractValueOps.

import { sameExpr } from '../../expr/equal.js';
import { callOf } from '../../expr/print.js';
import { isDeterministic, transform } from '../../expr/walk.js';
import { overLiteralRows } from '../../normalize/propagate-nulls.js';
import { mapExpressions, transformUp } from '../../plan/walk.js';
import type { BoundApply, BoundExpr, Settings } from '../../tree.js';
import { BOOLEAN, sameType } from '../../types.js';
import type { Rule } from '../rule.js';

export const simplifyExpressions: Rule = {
  name: 'simplify-expressions',
  apply: (plan, { settings }) => transformUp(plan, (node) => overLiteralRows(node) ? node
    : mapExpressions(node, (e) => transform(e, (x) => x.kind === 'apply' ? simplified(x, settings) : x))),
};

const isConst = (e: BoundExpr, value: boolean): boolean => e.kind === 'const' && e.value === value;
const truth = (value: boolean, { span }: BoundExpr): BoundExpr => ({ kind: 'const', type: BOOLEAN, nullable: false, value, span });

function simplified(e: BoundApply, settings: Settings): BoundExpr {
  const { args } = e;
  const [a, b] = args;
  switch (e.fn.name) {
    case 'and': case 'or': {
      const decisive = e.fn.name === 'or';
      if (args.some((x) => isConst(x, decisive))) return truth(decisive, e);
      return isConst(a!, !decisive) ? b! : isConst(b!, !decisive) ? a! : e;
    }
    case 'when': case 'if': {
      const value = args[args.length - 1]!;
      const conditions = args.filter((_, i) => i % 2 === 0 && i < args.length - 1);
      const one = args.length % 2 === 1 && sameType(value.type, e.type) && args.every((x, i) => i % 2 === 0 || sameExpr(x, value));
      return one && conditions.every(isDeterministic) ? value : e;
    }
    case 'isnull': return neverNull(a!, settings) ? truth(false, e) : e;
    case 'isnotnull': return neverNull(a!, settings) ? truth(true, e) : e;
    case '<=>': return isDeterministic(a!) && sameExpr(a!, b!) ? truth(true, e) : e;
    case 'getfield': return a!.kind === 'apply' && a!.fn.name === 'named_struct' ? constantAt(b!, (i) => a!.args[2 * i + 1]) ?? e : e;
    case 'getarrayitem': return a!.kind === 'apply' && a!.fn.name === 'array' ? constantAt(b!, (i) => a!.args[i]) ?? e : e;
    default: return e;
  }
}
const constantAt = (index: BoundExpr, at: (i: number) => BoundExpr | undefined): BoundExpr | undefined => index.kind === 'const' && index.value !== null ? at(Number(index.value)) : undefined;

/** A deterministic call that gives no NULL, though its arguments were all NULL. */
function neverNull(e: BoundExpr, settings: Settings): boolean {
  return e.kind === 'apply' && isDeterministic(e) && e.fn.nullable?.({ ...callOf(e, settings), args: e.args.map((x) => ({ ...x, nullable: true })) }) === false;
}
