// A join whose right side refers to columns of the left: it is run once for each distinct tuple of them, and its rows are joined to the left
// rows of that tuple as to a key. Ports: the parts of the right side that do not depend (computed once), then the left side.

import { INT } from '../../planner/types.js';
import type { DataType } from '../../planner/types.js';
import { field } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import { type Column, type Delta, fixedColumn, type RecordBatch, rowCount } from '../columnar/column.js';
import { compacted, concatBatches } from '../columnar/gather.js';
import { reader } from '../columnar/read.js';
import type { Projection } from '../kernels/evaluator.js';
import { memoryStore } from '../state/memory.js';
import { joinOperator, type JoinSpec } from './join.js';
import { type Emit, type EpochContext, noCounts, type Operator } from './operator.js';

export interface DependentJoinSpec extends Pick<JoinSpec, 'type' | 'residual' | 'nullAware' | 'span'> {
  readonly outer: Projection;
  readonly outerTypes: readonly DataType[];
  readonly leftTypes: readonly DataType[];
  readonly rightTypes: readonly DataType[];
  /** Loops under which the independent parts are given, one a port. */
  readonly loops: readonly number[];
  /** Rows of the right side for one tuple of outer values. */
  readonly run: (tuple: readonly Value[], given: ReadonlyMap<number, readonly RecordBatch[]>, context: EpochContext) => readonly RecordBatch[];
}

const lastColumn: Projection = (batch) => [batch.columns.at(-1)!];

/** The residual of `spec` sees the left columns, the tuple's number, the right columns and the number again. */
export function dependentJoinOperator(spec: DependentJoinSpec): Operator {
  const counts = noCounts();
  let given = new Map<number, RecordBatch[]>();
  const join: JoinSpec = {
    type: spec.type, buildLeft: false, buildTypes: [...spec.rightTypes, INT], probeTypes: [...spec.leftTypes, INT],
    buildKeys: lastColumn, probeKeys: lastColumn, keyTypes: [INT], nullSafe: [false], residual: spec.residual, nullAware: spec.nullAware, span: spec.span,
  };
  const width = spec.leftTypes.length;
  const strip = ({ columns, ...rest }: Delta): Delta => {
    const right = columns.slice(width + 1);
    return { ...rest, columns: [...columns.slice(0, width), ...(spec.type === 'existence' ? right : right.slice(0, -1))] };
  };

  function joined(input: Delta, context: EpochContext, emit: Emit): void {
    const left = { ...compacted(input), weights: input.weights === null ? null : input.selection === null ? input.weights : input.selection.map((i) => input.weights![i]!) };
    const keys = spec.outer(left, context);
    const table = memoryStore().table({ name: 'tuples', key: spec.outerTypes.map((t, i) => field(`c${i}`, t)), value: [] }, { reserve() {}, save: () => [], load() {}, reset() {} });
    const tuples = keys.length === 0 ? new Int32Array(left.length) : table.resolve(left.length, null, keys);
    const readers = keys.map(reader);
    const seen = new Set<number>();
    const operator = joinOperator(join);
    for (let i = 0; i < left.length; i++) {
      const tuple = tuples[i]!;
      if (seen.has(tuple)) continue;
      seen.add(tuple);
      const rows = concatBatches(spec.rightTypes, spec.run(readers.map((r) => r(i)), given, context));
      operator.process({ ...rows, columns: [...rows.columns, numbered(rows.length, tuple)], weights: null }, 0, context, emit);
    }
    operator.finishPort!(0, context, emit);
    operator.process({ ...left, columns: [...left.columns, fixedColumn(INT, left.length, tuples)] }, 1, context, emit);
    while (operator.more!(context, emit));
  }

  return {
    counts,
    process(input, port, context, emit) {
      counts.in += rowCount(input);
      counts.used += rowCount(input);
      const loop = spec.loops[port];
      if (loop === undefined) { joined(input, context, (output) => { const out = strip(output); counts.out += rowCount(out); emit(out); }); return; }
      const batches = given.get(loop) ?? [];
      batches.push({ length: input.length, columns: input.columns, selection: input.selection });
      given.set(loop, batches);
    },
    finish() { given = new Map(); return undefined; },
  };
}

const numbered = (length: number, tuple: number): Column => fixedColumn(INT, length, new Int32Array(length).fill(tuple));
