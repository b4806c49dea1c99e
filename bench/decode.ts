// Rates of the JSON decoder on blocks in memory: Nexmark bids with all seven columns and with two, lines of 10 to 100 columns, and nested ones. CPU
// time, median of several passes after warm-up, in one process.

import fs from 'node:fs';
import path from 'node:path';
import { blockOf, type Block } from '../engine/formats/block.js';
import { jsonDecoder } from '../engine/formats/json-decoder.js';
import { jsonOptions } from '../engine/formats/json-options.js';
import * as T from '../planner/types.js';
import { event, kindOf } from './generate.js';
import type { BenchResult } from './result.js';

const OPTIONS = jsonOptions(() => undefined, 'UTC');
const schemaOf = (fields: readonly (readonly [string, T.DataType])[]): T.Schema => ({ fields: fields.map(([name, type]) => T.field(name, type)) });
const BID = schemaOf([['auction', T.BIGINT], ['bidder', T.BIGINT], ['price', T.BIGINT], ['channel', T.STRING], ['url', T.STRING], ['dateTime', T.TIMESTAMP], ['extra', T.STRING]]);

function blocksOf(data: Buffer): readonly Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < data.length;) {
    const to = at + (1 << 20) >= data.length ? data.length : data.lastIndexOf(10, at + (1 << 20)) + 1;
    blocks.push(blockOf(data.subarray(at, to)));
    at = to;
  }
  return blocks;
}
interface Rate { readonly rowsPerSecond: number; readonly bytesPerSecond: number }
function rate(data: Buffer, schema: T.Schema, columns: readonly number[], passes: number): Rate {
  const blocks = blocksOf(data);
  const times: number[] = [];
  // Wide lines are several generated functions, which V8 optimises one after the other, twice where a branch was not met at first.
  const warm = passes * 2;
  let rows = 0;
  for (let pass = 0; pass < warm + passes; pass++) {
    const decoder = jsonDecoder(schema, columns, OPTIONS);
    const begin = process.cpuUsage();
    rows = 0;
    for (const block of blocks) rows += decoder.decode(block)?.length ?? 0;
    const { user, system } = process.cpuUsage(begin);
    if (pass >= warm) times.push((user + system) / 1e6);
  }
  times.sort((a, b) => a - b);
  const seconds = times[passes >> 1]!;
  return { rowsPerSecond: rows / seconds, bytesPerSecond: data.length / seconds };
}
/** Lines of n columns of the usual types in turn. */
function wide(columns: number, bytes: number): { readonly data: Buffer; readonly schema: T.Schema } {
  const types = [T.BIGINT, T.STRING, T.DOUBLE, T.TIMESTAMP, T.STRING, T.INT, T.BOOLEAN, T.STRING];
  const fields = Array.from({ length: columns }, (_, i) => [`column${i}`, types[i % types.length]!] as const);
  const lines: string[] = [];
  let size = 0;
  for (let r = 0; size < bytes; r++) {
    const cells = fields.map(([name, type], i): string => {
      const n = (r * 31 + i * 17) % 100003;
      const value = type.kind === 'string' ? `"value ${n} of a column"` : type.kind === 'double' ? `${n}.25` : type.kind === 'timestamp' ? `"2024-02-29T12:${String(10 + (r >> 12) % 50)}:56.${100 + n % 900}Z"`
        : type.kind === 'boolean' ? String(n % 2 === 0) : String(n);
      return `"${name}":${value}`;
    });
    const line = `{${cells.join(',')}}`;
    lines.push(line);
    size += line.length + 1;
  }
  return { data: Buffer.from(`${lines.join('\n')}\n`), schema: schemaOf(fields) };
}

/** Lines with a struct, and with a list of structs, as events of web shops are. */
const NESTED: Readonly<Record<string, readonly [T.Schema, (row: number) => unknown]>> = {
  'a struct of 3': [schemaOf([['id', T.BIGINT], ['user', T.struct([T.field('id', T.BIGINT), T.field('name', T.STRING), T.field('age', T.INT)])], ['v', T.DOUBLE]]),
    (r) => ({ id: r, user: { id: r * 3, name: `name${r % 1000}`, age: r % 90 }, v: r + 0.5 })],
  'a list of structs': [schemaOf([['id', T.BIGINT], ['items', T.array(T.struct([T.field('sku', T.STRING), T.field('qty', T.INT), T.field('price', T.DOUBLE)]))]]),
    (r) => ({ id: r, items: [{ sku: `s${r % 100}`, qty: r % 5, price: r % 100 + 0.25 }, { sku: `t${r % 100}`, qty: r % 3, price: 1.5 }] })],
};
function lines(make: (row: number) => unknown, bytes: number): Buffer {
  const out: string[] = [];
  for (let r = 0, size = 0; size < bytes; r++) { const line = JSON.stringify(make(r)); out.push(line); size += line.length + 1; }
  return Buffer.from(`${out.join('\n')}\n`);
}

export async function run(options: { readonly data?: string; readonly passes?: number } = {}): Promise<BenchResult[]> {
  const passes = options.passes ?? 9;
  const file = options.data && path.join(options.data, 'bid', 'part-000.json');
  let bids: Buffer;
  if (file && fs.existsSync(file)) bids = fs.readFileSync(file);
  else {
    const lines: string[] = [];
    for (let e = 0; lines.length < 92_000; e++) if (kindOf(e) === 'bid') lines.push(JSON.stringify(event(e)[1]));
    bids = Buffer.from(`${lines.join('\n')}\n`);
  }
  const results: BenchResult[] = [];
  const add = (name: string, r: Rate): void => {
    results.push({ name, value: Math.round(r.rowsPerSecond / 1e4) / 100, unit: 'M rows/CPU s', note: `${Math.round(r.bytesPerSecond / 1e6)} MB/s` });
  };
  add('bid, 7 columns', rate(bids, BID, [0, 1, 2, 3, 4, 5, 6], passes));
  add('bid, 2 columns', rate(bids, BID, [0, 2], passes));
  let narrow = 0;
  for (const columns of [10, 25, 50, 100]) {
    const { data, schema } = wide(columns, 16e6);
    const r = rate(data, schema, schema.fields.map((_, i) => i), passes);
    if (columns === 10) narrow = r.bytesPerSecond;
    add(`${columns} columns`, r);
    if (columns === 50) results.push({ name: '50 against 10 columns, bytes a second', value: Math.round((100 * r.bytesPerSecond) / narrow) / 100, unit: 'ratio' });
  }
  for (const [name, [schema, make]] of Object.entries(NESTED)) add(name, rate(lines(make, 16e6), schema, schema.fields.map((_, i) => i), passes));
  return results;
}
