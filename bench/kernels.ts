// Rates of generated expression loops: filter + projection over a million rows, by type, with and without NULLs. Each figure is the
// median CPU time of several passes in one process, after other expressions have run (so that shared code is polluted as in real use).

import { arithmetic } from '../engine/functions/operators/arithmetic.js';
import { comparison } from '../engine/functions/operators/comparison.js';
import { logic } from '../engine/functions/operators/logic.js';
import { allSet, bytesColumn, type Column, fixedColumn, type RecordBatch } from '../engine/columnar/column.js';
import { fusedCompiler } from '../engine/kernels/compiler.js';
import type { EpochInfo, ScalarFunction } from '../engine/functions/define.js';
import type { BoundExpr, Settings } from '../planner/tree.js';
import * as T from '../planner/types.js';
import type { DataType } from '../planner/types.js';
import type { Value } from '../planner/values.js';
import type { BenchResult } from './result.js';

const SETTINGS: Settings = { timeZone: 'UTC', ansi: true, compatSpark: false, conf: new Map() };
const EPOCH: EpochInfo = { epoch: 0, timestampMillis: 0 };
const functions = new Map<string, ScalarFunction>([...arithmetic, ...comparison, ...logic].map((f) => [f.name, f]));

const column = (id: number, type: DataType): BoundExpr => ({ kind: 'column', id, name: `c${id}`, type, nullable: true });
const constant = (type: DataType, value: Value): BoundExpr => ({ kind: 'const', type, nullable: false, value });
const apply = (name: string, type: DataType, ...args: readonly BoundExpr[]): BoundExpr => ({ kind: 'apply', fn: functions.get(name)!, name, type, nullable: true, args });

interface Case { readonly name: string; readonly column: Column; readonly filter: BoundExpr; readonly project: readonly BoundExpr[] }

function numeric(name: string, type: DataType, values: Column['values'], validity: Uint8Array | null, of: (n: number) => Value): Case {
  const v = column(1, type);
  const twice = apply('+', type, apply('*', type, v, constant(type, of(2))), constant(type, of(1)));
  return { name, column: fixedColumn(type, values.length, values, validity), project: [twice],
    filter: apply('and', T.BOOLEAN, apply('>', T.BOOLEAN, v, constant(type, of(50))), apply('<', T.BOOLEAN, twice, constant(type, of(190)))) };
}

function cases(rows: number): readonly Case[] {
  let seed = 42;
  const random = (): number => { seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff; return seed / 0x7fffffff; };
  const doubles = Float64Array.from({ length: rows }, () => random() * 100);
  const ints = Int32Array.from(doubles, Math.trunc);
  const bigints = BigInt64Array.from(ints, BigInt);
  const validity = allSet(rows);
  for (let i = 0; i < rows; i += 10) validity[i >> 3]! &= ~(1 << (i & 7));
  const words = ['', 'a', 'bb', 'ccc', 'dddd', 'channel', 'https://example.org/some/page', 'channel2'].map((w) => Buffer.from(w));
  const bytes = Buffer.concat(words);
  const at = words.map((_, k) => words.slice(0, k).reduce((n, w) => n + w.length, 0));
  const picks = Array.from(ints, (v) => v & 7);
  const text = bytesColumn(T.STRING, rows, new Uint8Array(bytes), Int32Array.from(picks, (p) => at[p]!), Int32Array.from(picks, (p) => at[p]! + words[p]!.length));
  const s = column(1, T.STRING);
  return [
    numeric('double', T.DOUBLE, doubles, null, (n) => n),
    numeric('int', T.INT, ints, null, (n) => n),
    numeric('bigint', T.BIGINT, bigints, null, BigInt),
    numeric('double, 10 % NULL', T.DOUBLE, doubles, validity, (n) => n),
    numeric('int, 10 % NULL', T.INT, ints, validity, (n) => n),
    numeric('bigint, 10 % NULL', T.BIGINT, bigints, validity, BigInt),
    { name: "string = 'channel'", column: text, filter: apply('=', T.BOOLEAN, s, constant(T.STRING, 'channel')), project: [s] },
    { name: 'string IN (8 literals)', column: text, project: [s],
      filter: apply('in', T.BOOLEAN, s, ...['channel', 'a', 'ccc', 'no', 'nowhere', 'apple', 'pear', 'dddd'].map((w) => constant(T.STRING, w))) },
  ];
}

/** Million rows a second of filter and projection together. */
export async function run(options: { readonly rows?: number; readonly batch?: number; readonly passes?: number } = {}): Promise<BenchResult[]> {
  const rows = options.rows ?? 1_000_000;
  const passes = options.passes ?? 15;
  const results: BenchResult[] = [];
  const layout = new Map([[1, 0]]);
  const prepared = cases(rows).map((c) => ({ ...c, predicate: fusedCompiler.predicate(c.filter, layout, SETTINGS), projection: fusedCompiler.projection(c.project, layout, SETTINGS) }));
  for (const size of [rows, options.batch ?? 10_000]) {
    for (const c of prepared) {
      const batches: RecordBatch[] = [];
      for (let from = 0; from < rows; from += size) {
        const n = Math.min(size, rows - from);
        const { values, start, end, validity } = c.column;
        batches.push({ length: n, selection: null, columns: [{ ...c.column, length: n, values: start ? values : values.subarray(from, from + n),
          validity: validity?.subarray(from >> 3) ?? null, start: start?.subarray(from, from + n) ?? null, end: end?.subarray(from, from + n) ?? null }] });
      }
      const times: number[] = [];
      let kept = 0;
      for (let pass = 0; pass < passes; pass++) {
        const begin = process.cpuUsage();
        kept = 0;
        for (const batch of batches) {
          const selection = c.predicate(batch, EPOCH);
          kept += selection?.length ?? batch.length;
          c.projection({ ...batch, selection }, EPOCH);
        }
        const { user, system } = process.cpuUsage(begin);
        times.push((user + system) / 1000);
      }
      times.sort((a, b) => a - b);
      results.push({ name: `filter + project ${c.name}, batches of ${size}`, value: rows / times[passes >> 1]! / 1000, unit: 'Mrows/s', note: `${Math.round(100 * kept / rows)} % pass` });
    }
  }
  return results;
}
