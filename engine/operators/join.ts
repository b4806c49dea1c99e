// Join of a side that is complete before the other begins (static–static, stream–static). Port 0 is the build side: it is read whole, its
// rows are chained by key; port 1 probes, and passes its weights on. Without an equality the chain is the whole build side: a nested loop.
//
// Keys match by value, NULL only where the condition is `<=>`. What is left of the condition runs over the candidate pairs, columnar and in
// bounded chunks. Unmatched build rows of a full (or mirrored) join come out when the final epoch ends.
// source: Spark's HashedRelation joins; null-aware anti join as in NOT IN: a condition that is NULL counts as a match.

import { raise } from '../../planner/errors/index.js';
import type { Span } from '../../planner/spans.js';
import type { LogicalJoinType } from '../../planner/tree.js';
import { type DataType, field, BOOLEAN } from '../../planner/types.js';
import { type Column, type Delta, fixedColumn, isValid, type RecordBatch, rowCount } from '../columnar/column.js';
import { concatBatches, gatherColumns } from '../columnar/gather.js';
import type { Projection } from '../kernels/evaluator.js';
import { KeyedTable } from '../state/table.js';
import { type Emit, type EpochContext, noCounts, type Operator } from './operator.js';
import { rowsOf } from './stateless.js';

export interface JoinSpec {
  readonly type: LogicalJoinType;
  /** Port 0 holds the left side of the join. Otherwise the right. */
  readonly buildLeft: boolean;
  readonly buildTypes: readonly DataType[];
  readonly probeTypes: readonly DataType[];
  readonly buildKeys: Projection;
  readonly probeKeys: Projection;
  readonly keyTypes: readonly DataType[];
  /** Of each key: NULL matches NULL. */
  readonly nullSafe: readonly boolean[];
  /** What the keys do not say, over left then right columns: one boolean column. */
  readonly residual: Projection | null;
  /** The whole condition, for a null-aware join: its keys only narrow the candidates where nothing is NULL. */
  readonly nullAware: boolean;
  /** Both sides come whole in each epoch, as in a static query: what has no match is settled at its end. */
  readonly whole?: boolean;
  readonly span?: Span | undefined;
}

/** Candidate pairs looked at in one go. */
const PAIRS = 8192;

export function joinOperator(spec: JoinSpec): Operator {
  const counts = noCounts();
  let build: Build | undefined;
  let collected: RecordBatch[] = [];
  let probe: Probe | undefined;
  return {
    counts,
    process(input, port, context) {
      counts.in += rowCount(input);
      counts.used += rowCount(input);
      if (port === 0) collected.push(input);
      else if (rowCount(input) > 0) probe = new Probe(spec, build!, input, context);
    },
    more(_context, emit) {
      if (probe === undefined) return false;
      if (probe.step((output) => { counts.out += rowCount(output); emit(output); })) return true;
      probe = undefined;
      return false;
    },
    finishPort(port, context) {
      if (port !== 0) return;
      build = new Build(spec, concatBatches(spec.buildTypes, collected), context);
      collected = [];
    },
    *finish(context, emit) {
      const unmatched = build!.unmatched(context.final || spec.whole === true);
      for (let from = 0; from < unmatched.length; from += PAIRS) {
        const rows = unmatched.subarray(from, from + PAIRS);
        counts.out += rows.length;
        emit(padded(spec, gatherColumns(build!.batch.columns, rows), rows.length, false));
        yield;
      }
      build = undefined;
    },
  };
}

/** Rows of one side with NULLs for the other. */
function padded(spec: JoinSpec, columns: readonly Column[], length: number, fromProbe: boolean, weights: Int32Array | null = null): Delta {
  const nothing = gatherColumns((fromProbe ? spec.buildTypes : spec.probeTypes).map(emptyColumn), new Int32Array(length).fill(-1));
  const own = [...columns];
  return { length, columns: fromProbe === spec.buildLeft ? [...nothing, ...own] : [...own, ...nothing], selection: null, weights };
}
const emptyColumn = (type: DataType): Column => concatBatches([type], []).columns[0]!;

/** The build side: rows with equal keys are chained in order. */
class Build {
  readonly batch: RecordBatch;
  /** Rows whose key is NULL somewhere where NULL matches nothing; only a null-aware join looks at them. */
  readonly withNull: number[] = [];
  readonly table: KeyedTable | null;
  private head = new Int32Array(0);
  private readonly chain: Int32Array;
  /** Null: nobody asks. */
  readonly matched: Uint8Array | null;

  constructor(spec: JoinSpec, batch: RecordBatch, context: EpochContext) {
    this.batch = batch;
    const n = batch.length;
    this.chain = new Int32Array(n).fill(-1);
    this.matched = spec.type === 'full' || (spec.type === 'right' && !spec.buildLeft) || (spec.type === 'left' && spec.buildLeft) ? new Uint8Array(n) : null;
    this.table = null;
    if (spec.keyTypes.length === 0) { this.all(n); return; }
    const keys = spec.buildKeys(batch, context);
    const rows = validRows(batch, keys, spec.nullSafe, this.withNull);
    this.table = new KeyedTable({ name: 'build', key: spec.keyTypes.map((t, i) => field(`k${i}`, t)), value: [] });
    const slots = this.table.resolve(rows.length, rows, keys);
    this.head = new Int32Array(this.table.slotCount).fill(-1);
    for (let k = rows.length - 1; k >= 0; k--) { this.chain[rows[k]!] = this.head[slots[k]!]!; this.head[slots[k]!] = rows[k]!; }
  }
  private all(n: number): void {
    for (let i = 0; i < n - 1; i++) this.chain[i] = i + 1;
    this.head = Int32Array.of(n > 0 ? 0 : -1);
  }

  /** First build row of each probe row's chain, −1 for none. */
  find(n: number, rows: Int32Array, keys: readonly Column[]): Int32Array {
    const out = new Int32Array(n);
    if (this.table === null) return out.fill(this.head[0]!);
    const slots = this.table.find(n, rows, keys);
    for (let k = 0; k < n; k++) out[k] = slots[k]! < 0 ? -1 : this.head[slots[k]!]!;
    return out;
  }
  next(row: number): number { return this.chain[row]!; }

  unmatched(final: boolean): Int32Array {
    if (this.matched === null || !final) return new Int32Array(0);
    const out: number[] = [];
    for (let i = 0; i < this.matched.length; i++) if (this.matched[i] === 0) out.push(i);
    return Int32Array.from(out);
  }
}

/** Rows of the batch whose keys can match; the others into `nulls`. */
function validRows(batch: RecordBatch, keys: readonly Column[], nullSafe: readonly boolean[], nulls: number[]): Int32Array {
  const strict = keys.filter((k, i) => !nullSafe[i] && (k.validity !== null || k.type.kind === 'void'));
  const rows = rowsOf(batch);
  if (strict.length === 0) return rows;
  return rows.filter((i) => {
    if (strict.every((k) => isValid(k.validity, i))) return true;
    nulls.push(i);
    return false;
  });
}

const NONE = 0;
const UNKNOWN = 1;
const MATCH = 2;

/** One delta of the probe side on its way through the build side. */
class Probe {
  private readonly spec: JoinSpec;
  private readonly build: Build;
  private readonly input: Delta;
  private readonly context: EpochContext;
  /** Physical rows, the matching ones first. */
  private readonly rows: Int32Array;
  private readonly first: Int32Array;
  /** By position in `rows`: NONE, UNKNOWN (null-aware only) or MATCH. */
  private readonly state: Uint8Array;
  /** Rows beyond this position have a NULL key: a null-aware join holds them against all build rows. */
  private readonly keyed: number;
  private at = 0;
  private row = -2;
  /** Build rows with NULL keys still to be seen by the row at `at`. */
  private extra = 0;

  constructor(spec: JoinSpec, build: Build, input: Delta, context: EpochContext) {
    this.spec = spec;
    this.build = build;
    this.input = input;
    this.context = context;
    const keys = spec.keyTypes.length === 0 ? [] : spec.probeKeys(input, context);
    const nulls: number[] = [];
    const valid = validRows(input, keys, spec.nullSafe, nulls);
    this.keyed = valid.length;
    this.rows = new Int32Array(valid.length + nulls.length);
    this.rows.set(valid);
    this.rows.set(nulls, valid.length);
    this.first = build.find(valid.length, valid, keys);
    this.state = new Uint8Array(this.rows.length);
    if (!this.exact || spec.residual !== null) return;
    // Whether there is a match is all that counts, and the chain says it.
    for (let k = 0; k < this.keyed; k++) if (this.first[k]! >= 0) this.state[k] = MATCH;
    this.at = this.rows.length;
  }

  /** Handles a bounded number of candidates; false when the delta is done. */
  step(emit: Emit): boolean {
    const probeRows = new Int32Array(PAIRS);
    const buildRows = new Int32Array(PAIRS);
    const positions = new Int32Array(PAIRS);
    let n = 0;
    while (n < PAIRS && this.at < this.rows.length) {
      const candidate = this.candidate();
      if (candidate < 0) { this.at++; this.row = -2; this.extra = 0; continue; }
      positions[n] = this.at;
      probeRows[n] = this.rows[this.at]!;
      buildRows[n++] = candidate;
    }
    if (n > 0) this.pairs(positions.subarray(0, n), probeRows.subarray(0, n), buildRows.subarray(0, n), emit);
    if (this.at < this.rows.length) return true;
    this.close(emit);
    return false;
  }

  private get exact(): boolean { return this.spec.type === 'left_semi' || this.spec.type === 'left_anti' || this.spec.type === 'existence'; }

  /** The next build row for the probe row at `at`; −1: no more. */
  private candidate(): number {
    const { build, spec } = this;
    // One match settles these.
    if (this.exact && this.state[this.at] === MATCH) return -1;
    if (this.at >= this.keyed) {
      if (!spec.nullAware) return -1;
      this.row = this.row === -2 ? 0 : this.row + 1;
      return this.row < build.batch.length ? this.row : -1;
    }
    if (this.row !== -1) this.row = this.row === -2 ? this.first[this.at]! : build.next(this.row);
    if (this.row >= 0) return this.row;
    return spec.nullAware && this.extra < build.withNull.length ? build.withNull[this.extra++]! : -1;
  }

  private pairs(positions: Int32Array, probeRows: Int32Array, buildRows: Int32Array, emit: Emit): void {
    const { spec, build, input, state } = this;
    const n = positions.length;
    const emits = !this.exact;
    let selection: Int32Array | null = null;
    let columns: Column[] | undefined;
    if (spec.residual !== null || emits) {
      const probed = gatherColumns(input.columns, probeRows);
      const built = gatherColumns(build.batch.columns, buildRows);
      columns = spec.buildLeft ? [...built, ...probed] : [...probed, ...built];
    }
    if (spec.residual !== null) {
      const verdict = spec.residual({ length: n, columns: columns!, selection: null }, this.context)[0]!;
      const passed = new Int32Array(n);
      let count = 0;
      for (let k = 0; k < n; k++) {
        const valid = isValid(verdict.validity, k) && verdict.type.kind !== 'void';
        if (valid && verdict.values[k] === 1) passed[count++] = k;
        else if (!valid && spec.nullAware && state[positions[k]!] === NONE) state[positions[k]!] = UNKNOWN;
      }
      if (count < n) selection = passed.subarray(0, count);
    }
    const hits = selection?.length ?? n;
    for (let h = 0; h < hits; h++) {
      const k = selection === null ? h : selection[h]!;
      const at = positions[k]!;
      if (spec.type === 'left_single' && state[at] === MATCH) raise('SCALAR_SUBQUERY_TOO_MANY_ROWS', {}, { span: spec.span });
      state[at] = MATCH;
      if (build.matched !== null) build.matched[buildRows[k]!] = 1;
    }
    if (!emits || hits === 0) return;
    const weights = input.weights === null ? null : probeRows.map((i) => input.weights![i]!);
    emit({ length: n, columns: columns!, selection, weights });
  }

  /** What the delta's rows come to once all candidates were seen. */
  private close(emit: Emit): void {
    const { spec, input, state, rows } = this;
    const select = (test: (verdict: number) => boolean): Int32Array => rows.filter((_, at) => test(state[at]!)).sort();
    const pass = (selection: Int32Array): void => emit({ length: input.length, columns: input.columns, selection, weights: input.weights });
    switch (spec.type) {
      case 'left_semi': pass(select((s) => s === MATCH)); return;
      case 'left_anti': pass(select((s) => s === NONE)); return;
      case 'existence': {
        const values = new Uint8Array(input.length);
        const validity = new Uint8Array((input.length + 7) >> 3).fill(255);
        rows.forEach((i, at) => {
          if (state[at] === MATCH) values[i] = 1;
          else if (state[at] === UNKNOWN) validity[i >> 3]! &= ~(1 << (i & 7));
        });
        emit({ ...input, columns: [...input.columns, fixedColumn(BOOLEAN, input.length, values, validity)] });
        return;
      }
      case 'inner': return;
      default: {
        const outer = spec.type === 'full' || (spec.type === 'right') === spec.buildLeft;
        if (!outer) return;
        const unmatched = select((s) => s === NONE);
        if (unmatched.length === 0) return;
        const weights = input.weights === null ? null : unmatched.map((i) => input.weights![i]!);
        emit(padded(spec, gatherColumns(input.columns, unmatched), unmatched.length, true, weights));
      }
    }
  }
}
