// What the files of the expression half know of each other: the recursion goes through this object, so that none imports another's entry.

import type { Span } from '../spans.js';
import type { BoundExpr, Expr } from '../tree.js';
import type { ExprContext } from './context.js';

export interface ExprBinder {
  readonly bind: (expr: Expr, ctx: ExprContext) => BoundExpr;
  /** A call of a catalogue function over bound arguments, with all checks. */
  readonly callBound: (name: string, args: readonly BoundExpr[], span: Span | undefined, ctx: ExprContext) => BoundExpr;
}
export type CallExpr = Extract<Expr, { kind: 'call' }>;
