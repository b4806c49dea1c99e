// Rates of the JSON and CSV decoders on records as programs write them: each kind leaves the plainest form in one way. What is much slower than
// `plain` has fallen to the careful parser. CPU time, median of several passes after warm-up, in one process.

import { blockOf } from '../engine/formats/block.js';
import { csvDecoder } from '../engine/formats/csv.js';
import { csvOptions } from '../engine/formats/csv-options.js';
import { jsonDecoder } from '../engine/formats/json-decoder.js';
import { jsonOptions } from '../engine/formats/json-options.js';
import * as T from '../planner/types.js';
import type { BenchResult } from './result.js';

const ROWS = 100_000;
const BLOCK = 1 << 20;
const WARM = 6;
const PASSES = 7;

interface Kind {
  readonly types: readonly T.DataType[];
  readonly line: (row: number) => string;
  readonly zone?: string;
}
const PLAIN = [T.BIGINT, T.STRING, T.DOUBLE];
const [STAMPED, PRICED] = [[T.BIGINT, T.TIMESTAMP], [T.BIGINT, T.decimal(10, 2)]];
/** Numbers without an order that are the same in each run. */
const mixed = (row: number): number => ((row * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
const cents = (row: number): string => (mixed(row) * 1e5).toFixed(2);
const time = (row: number): string => new Date(1.7e12 + row * 137).toISOString();
const local = (row: number): string => time(row).slice(0, 19).replace('T', ' ');
const id = (row: number): string => String(1_700_000_000_000_000_000n + BigInt(row) * 1_234_567n);
const user = (row: number): string => `user${row % 997}`;
const object = (...values: string[]): string => `{${values.map((v, i) => `"c${i}":${v}`).join(',')}}`;

const JSON_KINDS: Readonly<Record<string, Kind>> = {
  plain: { types: PLAIN, line: (r) => object(`${r}`, `"${user(r)}"`, cents(r)) },
  'blanks after : and ,': { types: PLAIN, line: (r) => `{"c0": ${r}, "c1": "${user(r)}", "c2": ${cents(r)}}` },
  'line ends of Windows': { types: PLAIN, line: (r) => `${object(`${r}`, `"${user(r)}"`, cents(r))}\r` },
  'doubles of 17 digits': { types: PLAIN, line: (r) => object(`${r}`, `"${user(r)}"`, String(mixed(r))) },
  'doubles with exponents': { types: PLAIN, line: (r) => object(`${r}`, `"${user(r)}"`, String((mixed(r) + 1) * 1e-9)) },
  'ids of 19 digits': { types: PLAIN, line: (r) => object(id(r), `"${user(r)}"`, '1.5') },
  decimals: { types: PRICED, line: (r) => object(`${r}`, cents(r)) },
  'decimals in quotes': { types: PRICED, line: (r) => object(`${r}`, `"${cents(r)}"`) },
  'escaped quotes': { types: PLAIN, line: (r) => object(`${r}`, JSON.stringify(`say "hi" ${user(r)}`), '1.5') },
  'escaped letters': { types: PLAIN, line: (r) => object(`${r}`, `"M\\u00fcller ${user(r)}"`, '1.5') },
  'letters beyond ASCII': { types: PLAIN, line: (r) => object(`${r}`, `"Müller ${user(r)}"`, '1.5') },
  'numbers as STRING': { types: [T.BIGINT, T.STRING], line: (r) => object(`${r}`, `${r * 7}`) },
  'keys left out': { types: PLAIN, line: (r) => r % 3 === 0 ? `{"c0":${r},"c2":1.5}` : object(`${r}`, `"${user(r)}"`, '1.5') },
  'keys in two orders': { types: PLAIN, line: (r) => r % 2 === 0 ? `{"c2":1.5,"c0":${r},"c1":"a"}` : object(`${r}`, `"${user(r)}"`, '1.5') },
  'objects that are not asked for': { types: [T.BIGINT], line: (r) => `{"c0":${r},"tags":["a","b"],"meta":{"x":1,"y":[1,{"z":"w"}]}}` },
  'times with Z': { types: STAMPED, line: (r) => object(`${r}`, `"${time(r)}"`) },
  'times with +02:00': { types: STAMPED, line: (r) => object(`${r}`, `"${time(r).replace('Z', '+02:00')}"`) },
  'local times, Europe/Berlin': { types: STAMPED, zone: 'Europe/Berlin', line: (r) => object(`${r}`, `"${local(r)}"`) },
};
const CSV_KINDS: Readonly<Record<string, Kind>> = {
  plain: { types: PLAIN, line: (r) => `${r},${user(r)},${cents(r)}` },
  'all in quotes': { types: PLAIN, line: (r) => `"${r}","${user(r)}","${cents(r)}"` },
  'doubled quotes': { types: PLAIN, line: (r) => `${r},"say ""hi"" ${user(r)}",1.5` },
  'ids and doubles of 17 to 19 digits': { types: PLAIN, line: (r) => `${id(r)},${user(r)},${mixed(r)}` },
  decimals: { types: PRICED, line: (r) => `${r},${cents(r)}` },
  'times with +02:00': { types: STAMPED, line: (r) => `${r},${time(r).replace('Z', '+02:00')}` },
  'local times, Europe/Berlin': { types: STAMPED, zone: 'Europe/Berlin', line: (r) => `${r},${local(r)}` },
};

function rate(format: 'json' | 'csv', { types, line, zone = 'UTC' }: Kind): number {
  const schema = { fields: types.map((type, i) => T.field(`c${i}`, type)) };
  const columns = types.map((_, i) => i);
  const data = Buffer.from(`${Array.from({ length: ROWS }, (_, r) => line(r)).join('\n')}\n`);
  const blocks = [];
  for (let at = 0; at < data.length;) {
    const to = at + BLOCK >= data.length ? data.length : data.lastIndexOf(10, at + BLOCK) + 1;
    blocks.push(blockOf(data.subarray(at, to)));
    at = to;
  }
  const times: number[] = [];
  for (let pass = 0; pass < WARM + PASSES; pass++) {
    const decoder = format === 'json' ? jsonDecoder(schema, columns, jsonOptions(() => undefined, zone)) : csvDecoder(schema, columns, csvOptions(() => undefined, zone, 'read'));
    const begin = process.cpuUsage();
    decoder.startFile('bench');
    let rows = 0;
    for (const block of blocks) rows += decoder.decode(block)?.length ?? 0;
    if (rows !== ROWS) throw new Error(`${rows} rows of ${ROWS}`);
    const { user: own, system } = process.cpuUsage(begin);
    if (pass >= WARM) times.push((own + system) / 1e6);
  }
  times.sort((a, b) => a - b);
  return ROWS / times[PASSES >> 1]!;
}

export async function run(): Promise<BenchResult[]> {
  return ([['json', JSON_KINDS], ['csv', CSV_KINDS]] as const).flatMap(([format, kinds]) => {
    let plain = 0;
    return Object.entries(kinds).map(([name, kind]): BenchResult => {
      const rows = rate(format, kind);
      if (plain === 0) plain = rows;
      return { name: `${format}, ${name}`, value: Math.round(rows / 1e4) / 100, unit: 'M rows/CPU s', note: `${Math.round((100 * rows) / plain) / 100} of plain` };
    });
  });
}
