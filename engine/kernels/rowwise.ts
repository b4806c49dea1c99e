// Expressions as closures, one row at a time: constants, bodies of lambdas in the vectorised evaluator, and the search for the row and
// node at fault after an error. Slow and plain; it defines what the other two mean.

import { EngineError, restated } from '../../planner/errors/index.js';
import { shownAtArgument } from '../../planner/expr/argument-place.js';
import type { BoundExpr } from '../../planner/tree.js';
import type { Value } from '../../planner/values.js';
import type { RecordBatch } from '../columnar/column.js';
import { valueEquals } from '../columnar/compare.js';
import { reader } from '../columnar/read.js';
import type { EpochInfo } from '../functions/define.js';
import type { Body, Callee, Node } from './node.js';

/** What a batch and an epoch give to an expression: readers of its columns, bound bodies, the current values of lambda parameters. */
export class Frame {
  private readonly bodies = new Map<Callee, Body>();
  private readonly readers: RowEvaluator[] = [];
  readonly variables = new Map<number, Value>();
  private batch: RecordBatch | undefined;
  private epoch: EpochInfo;
  constructor(timestampMillis = 0) { this.epoch = { epoch: 0, timestampMillis }; }

  enter(batch: RecordBatch, epoch: EpochInfo): void {
    this.batch = batch;
    this.readers.length = 0;
    if (epoch.epoch !== this.epoch.epoch || epoch.timestampMillis !== this.epoch.timestampMillis) this.bodies.clear();
    this.epoch = epoch;
  }
  body(callee: Callee): Body {
    const known = this.bodies.get(callee);
    if (known) return known;
    const body = callee.bind(this.epoch);
    this.bodies.set(callee, body);
    return body;
  }
  read(ordinal: number): RowEvaluator {
    const known = this.readers[ordinal];
    if (known) return known;
    const made = reader(this.batch!.columns[ordinal]!);
    this.readers[ordinal] = made;
    return made;
  }
}

/** The error at the place of the expression that raised it. */
export function located(error: unknown, source: BoundExpr): unknown {
  if (!(error instanceof EngineError)) return error;
  if (source.kind !== 'apply' || error.span) return error.at(source.span);
  const shown = shownAtArgument(error, source.fn.params, source.args);
  // Spark names no place: the error shows it all the same, and gets none from the calls around it.
  return source.fn.namesPosition === false ? restated(shown, { nowhere: true, focus: shown.focus ?? source.span }) : shown.at(source.span);
}

/** NULL for what `try` catches. */
export function caught(error: unknown): null {
  if (error instanceof EngineError) return null;
  throw error;
}

export type RowEvaluator = (row: number) => Value;

/** A lambda as row functions want it. */
export type LambdaFunction = (...args: readonly Value[]) => Value;
export function lambdaFunction(node: Extract<Node, { op: 'lambda' }>, frame: Frame): (row: number) => LambdaFunction {
  const body = rowEvaluator(node.body, frame);
  const { params } = node;
  return (row) => (...args) => {
    for (let k = 0; k < params.length; k++) frame.variables.set(params[k]!, args[k] ?? null);
    return body(row);
  };
}

export function rowEvaluator(node: Node, frame: Frame): RowEvaluator {
  switch (node.op) {
    case 'column': { const { ordinal } = node; return (row) => frame.read(ordinal)(row); }
    case 'const': { const { value } = node; return () => value; }
    case 'variable': { const { id } = node; return () => frame.variables.get(id) ?? null; }
    case 'lambda': throw new Error('invariant violated: a lambda is the argument of a call');
    case 'and': case 'or': {
      const [left, right] = node.args.map((a) => rowEvaluator(a, frame)) as [RowEvaluator, RowEvaluator];
      const decisive = node.op === 'or';
      return (row) => {
        const l = left(row);
        if (l === decisive) return decisive;
        const r = right(row);
        return r === decisive ? decisive : l === null || r === null ? null : !decisive;
      };
    }
    case 'branch': {
      const args = node.args.map((a) => rowEvaluator(a, frame));
      return (row) => {
        let k = 0;
        for (; k + 1 < args.length; k += 2) if (args[k]!(row) === true) return args[k + 1]!(row);
        return k < args.length ? args[k]!(row) : null;
      };
    }
    case 'first_non_null': {
      const args = node.args.map((a) => rowEvaluator(a, frame));
      return (row) => {
        for (const arg of args) { const v = arg(row); if (v !== null) return v; }
        return null;
      };
    }
    case 'try': {
      const arg = rowEvaluator(node.args[0]!, frame);
      return (row) => {
        try { return arg(row); } catch (error) { return caught(error); }
      };
    }
    case 'until_match': {
      const [subject, ...candidates] = node.args.map((a) => rowEvaluator(a, frame)) as [RowEvaluator, ...RowEvaluator[]];
      const equals = node.equals ?? valueEquals(node.args[0]!.type);
      return (row) => {
        const x = subject(row);
        if (x === null) return null;
        let unknown = false;
        for (const candidate of candidates) {
          const c = candidate(row);
          if (c === null) unknown = true;
          else if (equals(x, c)) return true;
        }
        return unknown ? null : false;
      };
    }
    case 'call': return callEvaluator(node, frame);
  }
}

function callEvaluator(node: Extract<Node, { op: 'call' }>, frame: Frame): RowEvaluator {
  const { callee, source, propagate, order } = node;
  const n = node.args.length;
  const args: ((row: number) => unknown)[] = node.args.map((a) => a.op === 'lambda' ? lambdaFunction(a, frame) : rowEvaluator(a, frame));
  const sequence = args.map((_, i) => order === 'backward' ? n - 1 - i : i);
  return (row) => {
    const values: unknown[] = new Array(n).fill(null);
    let missing = false;
    for (const i of sequence) {
      if (missing && order !== 'all') break;
      values[i] = args[i]!(row);
      if (values[i] === null) missing = true;
    }
    if (missing && propagate) return null;
    try { return frame.body(callee)(...values); }
    catch (error) { throw located(error, source); }
  };
}
