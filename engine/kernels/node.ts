// The small typed IR between bound expressions and the evaluators: columns by ordinal, constants, calls with a body, and the lazy
// forms. Each node keeps the expression that it came from, for the position of an error. Made by ir.ts.

import type { BoundExpr } from '../../planner/tree.js';
import type { DataType } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import type { EpochInfo, Inline, ScalarFunction } from '../functions/define.js';

/** Row functions as evaluators call them: arguments are values, or JavaScript functions for lambdas. */
export type Body = (...args: readonly unknown[]) => Value;
export interface Callee {
  /** A word for generated code and messages; never a name that users choose. */
  readonly label: string;
  readonly bind: (epoch: EpochInfo) => Body;
  /** Bound anew each epoch. */
  readonly perEpoch: boolean;
  readonly inline: Inline | undefined;
  /** The result may be NULL though no argument is. */
  readonly mayBeNull: boolean;
}

export type Lazy = NonNullable<ScalarFunction['lazy']>;
interface Typed { readonly type: DataType; readonly source: BoundExpr; /** Nodes in it, itself included. */ readonly weight: number; /** Cannot raise. */ readonly total: boolean }
/** The lazy forms, with the meaning given in evaluator.ts. */
interface Form<O extends string> { readonly op: O; readonly args: readonly Node[] }
export type Node = Typed & (
  | { readonly op: 'column'; readonly ordinal: number }
  | { readonly op: 'const'; readonly value: Value }
  | { readonly op: 'variable'; readonly id: number }
  | { readonly op: 'lambda'; readonly params: readonly number[]; readonly body: Node }
  /** order: arguments are run in this order, each only where those before it are not NULL; all: all of them on every row.
   *  assembles: the result is a struct, never NULL, of these arguments. */
  | { readonly op: 'call'; readonly callee: Callee; readonly args: readonly Node[]; readonly propagate: boolean; readonly order: 'all' | 'forward' | 'backward';
      readonly assembles?: readonly number[] | undefined }
  | Form<'and'> | Form<'or'> | Form<'branch'> | Form<'first_non_null'> | Form<'try'>
  /** `equals`: in place of the equality of the type's values (collations). */
  | (Form<'until_match'> & { readonly equals?: ((a: Value, b: Value) => boolean) | undefined })
);
export type NodeOf<O extends Node['op']> = Extract<Node, { op: O }>;
