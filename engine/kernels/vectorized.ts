// The reference evaluator: node by node, each over the rows on which it is active, into arrays of values. No generated code.

import type { Value } from '../../planner/values.js';
import { type Column, type RecordBatch, rowCount } from '../columnar/column.js';
import { valueEquals } from '../columnar/compare.js';
import { placed } from '../columnar/place.js';
import { columnWriter } from '../columnar/write.js';
import type { EpochInfo } from '../functions/define.js';
import type { Predicate, Projection } from './evaluator.js';
import type { Node, NodeOf } from './node.js';
import { Frame, lambdaFunction, located, rowEvaluator } from './rowwise.js';

/** Ascending row numbers. */
type Rows = Int32Array;

export function activeRows(batch: RecordBatch): Rows {
  if (batch.selection !== null) return batch.selection;
  const all = new Int32Array(batch.length);
  for (let i = 0; i < all.length; i++) all[i] = i;
  return all;
}

export function vectorizedProjection(nodes: readonly Node[]): Projection {
  const frame = new Frame();
  return (batch, epoch) => {
    frame.enter(batch, epoch);
    return inRowOrder(nodes, batch, epoch, () => {
      const rows = activeRows(batch);
      return nodes.map((node) => node.op === 'column' ? batch.columns[node.ordinal]! : toColumn(node, evaluate(node, frame, rows, batch.length), rows, batch.length));
    });
  };
}

export function vectorizedPredicate(node: Node): Predicate {
  const frame = new Frame();
  return (batch, epoch) => {
    frame.enter(batch, epoch);
    return inRowOrder([node], batch, epoch, () => {
      const rows = activeRows(batch);
      const values = evaluate(node, frame, rows, batch.length);
      const passed = rows.filter((row) => values[row] === true);
      return passed.length === rowCount(batch) ? batch.selection : passed;
    });
  };
}

/** Runs `work`; if it raises, the error is that of the first row at fault, as a loop over rows would find it, with its position in the text and the row's place. */
export function inRowOrder<R>(nodes: readonly Node[], batch: RecordBatch, epoch: EpochInfo, work: () => R): R {
  try { return work(); }
  catch (error) {
    const frame = new Frame();
    frame.enter(batch, epoch);
    const evaluators = nodes.filter((n) => n.op !== 'column').map((n) => rowEvaluator(n, frame));
    for (const row of activeRows(batch)) {
      try { for (const evaluator of evaluators) evaluator(row); } catch (found) { throw placed(found, batch, row); }
    }
    throw error;
  }
}

function toColumn(node: Node, values: readonly Value[], rows: Rows, length: number): Column {
  const writer = columnWriter(node.type, length);
  for (const row of rows) writer.set(row, values[row]!);
  return writer.finish();
}

/** Values by physical row; those of other rows than `rows` are holes. */
function evaluate(node: Node, frame: Frame, rows: Rows, length: number): Value[] {
  const out: Value[] = new Array(length);
  switch (node.op) {
    case 'column': { const read = frame.read(node.ordinal); for (const row of rows) out[row] = read(row); return out; }
    case 'const': for (const row of rows) out[row] = node.value; return out;
    case 'and': case 'or': return logic(node, frame, rows, length);
    case 'branch': {
      let left = rows;
      const take = (arg: Node, on: Rows): void => { const v = evaluate(arg, frame, on, length); for (const row of on) out[row] = v[row]!; };
      let k = 0;
      for (; k + 1 < node.args.length; k += 2) {
        const condition = evaluate(node.args[k]!, frame, left, length);
        take(node.args[k + 1]!, left.filter((row) => condition[row] === true));
        left = left.filter((row) => condition[row] !== true);
      }
      if (k < node.args.length) take(node.args[k]!, left);
      else for (const row of left) out[row] = null;
      return out;
    }
    case 'first_non_null': {
      let left = rows;
      for (const arg of node.args) {
        const v = evaluate(arg, frame, left, length);
        for (const row of left) out[row] = v[row]!;
        left = left.filter((row) => out[row] === null);
      }
      return out;
    }
    case 'try': { const one = rowEvaluator(node, frame); for (const row of rows) out[row] = one(row); return out; }
    case 'until_match': return untilMatch(node, frame, rows, length);
    case 'call': return call(node, frame, rows, length);
    default: throw new Error(`invariant violated: ${node.op} outside of a lambda`);
  }
}

function logic(node: NodeOf<'and' | 'or'>, frame: Frame, rows: Rows, length: number): Value[] {
  const decisive = node.op === 'or';
  const out = evaluate(node.args[0]!, frame, rows, length);
  const open = rows.filter((row) => out[row] !== decisive);
  const right = evaluate(node.args[1]!, frame, open, length);
  for (const row of open) out[row] = right[row] === decisive ? decisive : out[row] === null || right[row] === null ? null : !decisive;
  return out;
}

function untilMatch(node: NodeOf<'until_match'>, frame: Frame, rows: Rows, length: number): Value[] {
  const [subject, ...candidates] = node.args;
  const equals = node.equals ?? valueEquals(subject!.type);
  const x = evaluate(subject!, frame, rows, length);
  const out: Value[] = new Array(length);
  for (const row of rows) out[row] = x[row] === null ? null : false;
  let open = rows.filter((row) => x[row] !== null);
  for (const candidate of candidates) {
    const c = evaluate(candidate, frame, open, length);
    for (const row of open) if (c[row] === null) out[row] = null; else if (equals(x[row]!, c[row]!)) out[row] = true;
    open = open.filter((row) => out[row] !== true);
  }
  return out;
}

function call(node: NodeOf<'call'>, frame: Frame, rows: Rows, length: number): Value[] {
  const { callee, args, propagate, order, source } = node;
  const n = args.length;
  const columns: unknown[][] = new Array(n).fill([]);
  let open = rows;
  for (let k = 0; k < n; k++) {
    const i = order === 'backward' ? n - 1 - k : k;
    const arg = args[i]!;
    if (arg.op === 'lambda') {
      const make = lambdaFunction(arg, frame);
      const lambdas: unknown[] = new Array(length);
      for (const row of open) lambdas[row] = make(row);
      columns[i] = lambdas;
    } else columns[i] = evaluate(arg, frame, open, length);
    if (order !== 'all') { const values = columns[i]!; open = open.filter((row) => values[row] !== null); }
  }
  const body = frame.body(callee);
  const out: Value[] = new Array(length);
  const values: unknown[] = new Array(n);
  for (const row of rows) {
    let missing = false;
    for (let i = 0; i < n; i++) { values[i] = columns[i]![row] ?? null; if (values[i] === null) missing = true; }
    if (missing && propagate) { out[row] = null; continue; }
    try { out[row] = body(...values); }
    catch (error) { throw located(error, source); }
  }
  return out;
}
