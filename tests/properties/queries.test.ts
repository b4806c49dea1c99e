// Random queries over random rows, split at random into epochs and batches, stopped and started again or dead at any effect, on both evaluators, with and
// without the optimizer: whatever the way, the answer is DuckDB's over the same rows in one batch. A static run must give it; complete
// mode must show it in its last epoch; a changelog must sum to it and never take out what is not there; the rows of append mode are it,
// none twice; the last row of each key in update mode is in it.
//
// A failure prints the query in both dialects, the seed and the path: MILLRACE_SEED=… MILLRACE_PATH=… npx jest tests/properties/queries runs
// it again, with MILLRACE_SHRINK=1 it is made smaller. MILLRACE_RUNS sets the number of queries, MILLRACE_SEED=random looks elsewhere.

import type { DuckDBConnection } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { EngineError } from '../../planner/errors/index.js';
import type { OutputMode } from '../../planner/tree.js';
import { load, type Rows, rowsOf, TABLES } from './data.js';
import { duckAnswer, openDuck } from './oracle.js';
import { QueryGenerator, type RandomQuery } from './random-query.js';
import { deathsOf, type Emitted, type Input, runStream, type Split, staticAnswer } from './run.js';

const RUNS = Number(process.env['MILLRACE_RUNS'] ?? 560);
const MODES: readonly OutputMode[] = ['changelog', 'complete', 'append', 'update'];
let duck: DuckDBConnection;
beforeAll(async () => { duck = await openDuck(); });
afterAll(() => { duck.closeSync(); });

const counts = new Map<string, number>();
const count = (what: string): void => { counts.set(what, (counts.get(what) ?? 0) + 1); };

/** Each row into one of the epochs and batches, in order. */
function splitRows(rows: Rows, epochs: number, cuts: fc.GeneratorValue): readonly (readonly Rows[])[] {
  const out: Rows[][] = [];
  let at = 0;
  for (let e = 0; e < epochs; e++) {
    const end = e === epochs - 1 ? rows.length : Math.min(rows.length, at + cuts(fc.nat, Math.ceil((2 * rows.length) / epochs)));
    const size = 1 + cuts(fc.nat, 8);
    const batches: Rows[] = [];
    for (; at < end; at += size) batches.push(rows.slice(at, Math.min(at + size, end)));
    at = end;
    out.push(batches);
  }
  return out;
}

function without(list: readonly string[], other: readonly string[]): readonly string[] {
  const left = [...other];
  return list.filter((row) => { const at = left.indexOf(row); if (at >= 0) left.splice(at, 1); return at < 0; });
}
const sorted = (rows: Iterable<string>): readonly string[] => [...rows].sort();
function sumOf(epochs: readonly (readonly Emitted[])[]): readonly string[] {
  const sum = new Map<string, number>();
  for (const epoch of epochs) {
    for (const { row, op } of epoch) sum.set(row, (sum.get(row) ?? 0) + (op === 'insert' ? 1 : -1));
    for (const [row, n] of sum) if (n < 0) throw new Error(`the changelog takes out a row that is not there: ${row}`);
  }
  return sorted([...sum].flatMap(([row, n]) => new Array<string>(n).fill(row)));
}
/** What the epochs of a mode say that the answer is. */
function foldOf(mode: OutputMode, epochs: readonly (readonly Emitted[])[], query: RandomQuery): readonly string[] {
  if (mode === 'changelog') return sumOf(epochs);
  if (mode === 'complete') return sorted((epochs.at(-1) ?? []).map((e) => e.row));
  if (mode === 'append' || query.keys === undefined) return sorted(epochs.flat().map((e) => e.row));
  const last = new Map<string, string>();
  for (const { key, row } of epochs.flat()) last.set(key, row);
  return sorted(last.values());
}
/** Update mode tells no one that a row is gone: what it says is the answer only where rows have keys and stay, or never change. */
const says = (mode: OutputMode, query: RandomQuery): boolean => mode !== 'update' || (query.keys !== undefined && !query.features.some((f) => ['outer', 'semi', 'set operation', 'subquery', 'distinct'].includes(f)) && query.aggregates === 1)
  || query.features.every((f) => f === 'union');

async function check(g: fc.GeneratorValue): Promise<void> {
  const query = new QueryGenerator(g).query();
  const tables = TABLES.filter((t) => query.tables.includes(t.name));
  const streamed = tables.filter((_, i) => i === 0 || g(fc.boolean));
  for (let data = 0; data < 2; data++) {
    const rows = new Map(tables.map((t): [string, Rows] => [t.name, g(rowsOf, t)]));
    await duck.run(tables.map((t) => load(t, rows.get(t.name)!)).join(' '));
    const wanted = await duckAnswer(duck, query.d);
    const compare = (how: string, actual: readonly string[]): void => {
      if (actual.join('\n') !== wanted.join('\n')) {
        const print = JSON.stringify([...rows], (_, v: unknown) => typeof v === 'bigint' ? String(v) : v);
        throw new Error(`${how}: only here\n${without(actual, wanted).join('\n')}\nonly DuckDB\n${without(wanted, actual).join('\n')}\nrows ${print}\n${query.m}\n${query.d}`);
      }
      count(how.split(',')[0]!);
    };
    const input: Input = { sql: query.m, tables, rows, kernels: g(fc.boolean) ? 'fused' : 'vectorized' };
    const optimizer = g(fc.boolean);
    try { compare(`static, ${input.kernels}${optimizer ? '' : ', without the optimizer'}`, await staticAnswer(input, optimizer)); } catch (error) {
      if (error instanceof EngineError && (error.condition === 'NOT_SUPPORTED_YET' || error.condition.startsWith('UNSUPPORTED_SUBQUERY'))) { count(`refused statically: ${error.message.split('\n')[0]}`); return; }
      throw Object.assign(new Error(`${String(error)}\n${query.m}`), { cause: error });
    }
    for (let n = 0; n < 4; n++) {
      const epochs = 1 + g(fc.nat, 3);
      const split: Split = new Map(streamed.map((t) => [t.name, splitRows(rows.get(t.name)!, epochs, g)]));
      const restarts = new Set(g(fc.nat, 3) === 0 ? [g(fc.nat, epochs - 1)] : []);
      const deaths = deathsOf(g, epochs);
      const first = g(fc.nat, MODES.length - 1);
      let ran = false;
      for (let k = 0; k < MODES.length && !ran; k++) {
        const mode = MODES[(first + k) % MODES.length]!;
        if (!says(mode, query)) continue;
        const run = await runStream({ ...input, split, mode, keys: query.keys ?? 0, restarts, deaths, optimizer }).catch((error: unknown) => { throw Object.assign(new Error(`${mode}: ${error instanceof Error ? error.stack : String(error)}\n${query.m}`), { cause: error }); });
        if (!run) continue;
        ran = true;
        compare(`${mode}, ${streamed.map((t) => t.name).join(' and ')} streamed in ${epochs} epochs${restarts.size > 0 ? ', started again' : ''}${deaths.size > 0 ? `, dies at ${JSON.stringify([...deaths])}` : ''}`, foldOf(mode, run.epochs, query));
        count('streamed');
        if (restarts.size > 0) count('started again');
        if (run.deaths > 0) count('died');
      }
      if (!ran) count('refused on streams');
    }
  }
}

test('random queries give DuckDB\'s answer, streamed in any way', async () => {
  const seed = process.env['MILLRACE_SEED'] === 'random' ? Date.now() & 0x7fffffff : Number(process.env['MILLRACE_SEED'] ?? 4);
  const path = process.env['MILLRACE_PATH'];
  try {
    await fc.assert(fc.asyncProperty(fc.gen(), check), { numRuns: RUNS, seed, ...(path !== undefined && { path }), endOnFailure: process.env['MILLRACE_SHRINK'] === undefined });
  } finally {
    process.stderr.write(`seed ${seed}: ${[...counts].sort((a, b) => b[1] - a[1]).map(([what, n]) => `${what} ${n}`).join(', ')}\n`);
  }
  if (path === undefined && RUNS >= 560) {
    expect((counts.get('streamed') ?? 0) + (counts.get('static') ?? 0)).toBeGreaterThanOrEqual(5000);
    for (const what of [...MODES, 'started again', 'died']) expect(counts.get(what) ?? 0).toBeGreaterThan(100);
  }
}, 600_000);
