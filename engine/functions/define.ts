// What a function is to the engine: the planner's FunctionSpec with a body. One object in one file (or one small family), and one
// line in the list of engine/functions/index.ts.

import { parseSignature } from '../../planner/functions/signature.js';
import type { BoundSort, Call, FunctionSpec, Settings } from '../../planner/tree.js';
import { type DataType, isCollated } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import { collationOf, textRules } from '../columnar/collation.js';
import type { Column } from '../columnar/column.js';
import { type TextSearch, textSearch } from '../columnar/text-search.js';

/** Constant during one epoch. A static query has epoch 0. */
export interface EpochInfo {
  readonly epoch: number;
  /** The logged timestamp of the epoch, ms: now(). */
  readonly timestampMillis: number;
}
export interface BindContext { readonly settings: Settings; /** Only for `perEpoch` and non-deterministic functions. */ readonly epoch: EpochInfo }

/** Arguments and result in the representation of planner/values.ts; a lambda argument is a JavaScript function. With
 *  `nulls: 'propagate'` no argument is ever null. Raises EngineErrors without a position: the evaluator adds it. */
export type RowFunction = (...args: never[]) => Value;

/** A piece of generated code in place of a call of the row function. */
export interface Inline {
  /** A JavaScript expression over the arguments' expressions (each is evaluated once, no need for parentheses or care about order).
   *  `use` passes an object or function in and gives its name; `temp` gives the name of a scratch variable to assign within the
   *  expression. Must be pure but for raising. It may come out as null only if the spec has its own `nullable`, or custom nulls.
   *  `isNull` is for custom nulls: a boolean expression for each argument; where it holds, args[i] is anything of its type. */
  code(args: readonly string[], use: (value: unknown) => string, temp: () => string, isNull: readonly string[]): string;
  /** These string or binary arguments are wanted as three expressions `bytes, start, end` (joined by commas in args[i]). */
  readonly views?: readonly number[];
  /** With custom nulls: the code reads `isNull` only, so that the values need not be read. */
  readonly nullsOnly?: true;
  /** Never raises, whatever the arguments: then it may run on rows whose result nobody reads, without a test. */
  readonly total?: true;
}

export interface ScalarFunction extends FunctionSpec {
  readonly kind: 'scalar';
  /** The body for one bound call: patterns compiled, zones looked up. Left out by the lazy forms that the evaluators know themselves
   *  (`and`, `or`, `branch`, `first_non_null`, `until_match`, `try`); for `until_match` it is the equality, if not that of the type's values. */
  readonly bind?: (call: Call, context: BindContext) => RowFunction;
  readonly inline?: (call: Call) => Inline | undefined;
  /** The result is NULL where the second argument is zero, and the first is then not run (with `right_then_left`). */
  readonly nullOnZero?: (call: Call) => boolean;
  /** The result is this field of the struct that is the first argument: of a column it is read without a call. */
  readonly field?: (call: Call) => number;
  /** In place of a call for each row where the first argument is a column of texts: its results, by physical row, those of rows outside of the selection
   *  unspecified. It raises nothing, as it also runs on rows for which the call is not wanted. Undefined: not for this call. */
  readonly overTexts?: (call: Call) => ((texts: Column, selection: Int32Array | null) => Column) | undefined;
  /** The result is a struct, never NULL, of these arguments: in a projection it is made of their columns without a call. */
  readonly assembles?: (call: Call) => readonly number[];
}

export interface AggregateCall extends Call {
  readonly type: DataType;
  /** WITHIN GROUP: the values of these expressions follow the arguments in `update`. */
  readonly orderBy: readonly BoundSort[];
  readonly ignoreNulls: boolean;
  /** RESPECT NULLS was written. */
  readonly respectNulls?: true;
  /** The input may carry retractions: weights below zero. */
  readonly retract: boolean;
}

export type Retraction = 'invertible' | 'multiset';

/** Which of a group's values an aggregate gives: argument `value` of the row that is first by argument `by` (absent: by arrival). */
export interface EndRule {
  readonly by?: number;
  /** The greatest is first. */
  readonly greatest: boolean;
  /** Of several, the last to arrive. */
  readonly latest: boolean;
  readonly value: number;
  /** Rows with a NULL in one of these arguments do not count. */
  readonly needs: readonly number[];
}

/** State of one aggregate for all groups of an operator, by slot. Columns in, columns out; a group's state is a row of `stateTypes`. */
export interface Accumulator {
  readonly stateTypes: readonly DataType[];
  /** Slots [0, count) exist from now on; new ones hold the identity. */
  reserve(count: number): void;
  /** Adds rows: physical row rows[k] (or k, where rows is null) of each argument goes to slots[k], k < n, with its weight
   *  (weights[row]; null: +1). Rows that the aggregate's FILTER leaves out are not among them. */
  update(n: number, rows: Int32Array | null, slots: Int32Array, args: readonly Column[], weights: Int32Array | null): void;
  /** Back to the identity: the slot is free for another group. */
  reset(slots: Int32Array): void;
  result(slots: Int32Array): Column;
  save(slots: Int32Array): readonly Column[];
  load(slots: Int32Array, state: readonly Column[]): void;
  /** Adds the state of other groups: slots[k] += row k of `state`. */
  merge(slots: Int32Array, state: readonly Column[]): void;
  /** Of typed state; what is kept as objects is not counted. */
  readonly memoryUsedBytes?: number;
}
export interface AggregateFunction extends FunctionSpec {
  readonly kind: 'aggregate';
  readonly accumulator: (call: AggregateCall) => Accumulator;
  /** Whether it can take back a row from its sums (invertible), or needs all values of the group to do so (multiset). */
  readonly retract: Retraction | ((call: AggregateCall) => Retraction);
  /** A result that is a value from one end of an order of the group's rows: then it is found without looking at all of them. */
  readonly end?: (call: AggregateCall) => EndRule | undefined;
  /** Whether states of neighbouring parts, merged, give exactly what one pass over these arguments gives: no rounding or overflow depends on
   *  where the rows are cut. Moving frames of a window then share their parts. Absent: no. */
  readonly exactParts?: (call: Call, args: readonly Column[]) => boolean;
}

/** One partition, sorted. Frames are [from, to) positions in it. */
export interface WindowPartition {
  readonly length: number;
  /** Argument `a` of the function at position i. */
  arg(a: number, i: number): Value;
  frame(i: number): readonly [from: number, to: number];
  /** Positions of the rows equal to i in the order: [from, to). */
  peers(i: number): readonly [from: number, to: number];
}
export interface WindowFunction extends FunctionSpec {
  readonly kind: 'window';
  readonly evaluate: (call: Call & { readonly ignoreNulls: boolean }) => (partition: WindowPartition) => readonly Value[];
}
export interface GeneratorFunction extends FunctionSpec {
  readonly kind: 'generator';
  /** One row of NULLs where a call makes none, as LATERAL VIEW OUTER asks of any. */
  readonly outer?: true;
  /** The rows that one call makes, each with a value for every column of `columns(call)`. */
  readonly rows: (call: Call) => (...args: never[]) => readonly (readonly Value[])[];
}
/** Functions in FROM that make a plan: `range`, `TUMBLE`. Their planner side is planner/analyzer/table-functions. */
export interface TableFunction extends FunctionSpec { readonly kind: 'table' }
export type EngineFunction = ScalarFunction | AggregateFunction | WindowFunction | GeneratorFunction | TableFunction;

type Rest<F extends FunctionSpec> = Omit<F, 'kind' | 'name' | 'params' | 'result' | 'nulls' | 'examples'> & Partial<Pick<F, 'params' | 'result' | 'nulls' | 'examples'>>;

/** What the signature says, but for a result that is computed. */
function signature(text: string, rest: { readonly result?: unknown }): Pick<FunctionSpec, 'name' | 'params' | 'result' | 'returns'> {
  const { returns, ...said } = parseSignature(text);
  return rest.result === undefined && returns !== undefined ? { ...said, returns } : said;
}
interface Bodies {
  readonly row?: RowFunction;
  readonly bind?: ScalarFunction['bind'];
  /** In place of these where the first text with a collation has another one than UTF8_BINARY. */
  readonly collated?: (search: TextSearch, call: Call) => RowFunction;
}
/** `scalar('repeat(string, int) -> string', { doc, row: (text, n) => … })`: a scalar function whose body needs nothing of the call. */
export function scalar(written: string, rest: Omit<Rest<ScalarFunction>, 'bind'> & Bodies): ScalarFunction {
  const { row, bind, collated, ...fields } = rest;
  const plain = bind ?? (row && (() => row));
  const body = collated && plain ? (call: Call, context: BindContext): RowFunction => {
    const text = call.types.find(isCollated);
    return text ? collated(textSearch(textRules(collationOf(text))), call) : plain(call, context);
  } : plain;
  return { nulls: 'propagate', examples: [], ...signature(written, fields), ...fields, kind: 'scalar', ...(body && { bind: body }) };
}
export function aggregate(written: string, rest: Rest<AggregateFunction>): AggregateFunction {
  return { nulls: 'custom', examples: [], ...signature(written, rest), ...rest, kind: 'aggregate' };
}
export function windowFunction(written: string, rest: Rest<WindowFunction>): WindowFunction {
  return { nulls: 'custom', examples: [], ...signature(written, rest), ...rest, kind: 'window' };
}
export function generator(written: string, rest: Rest<GeneratorFunction>): GeneratorFunction {
  return { nulls: 'custom', examples: [], ...signature(written, rest), ...rest, kind: 'generator' };
}
