// The tables of the random queries: their columns in both dialects, and random rows of them, every fifth value NULL.

import * as fc from 'fast-check';
import { parseSchema } from '../../planner/sql/index.js';
import type { Field } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';

/** Kinds of values that both engines treat alike; an expression has one of them. */
export type Kind = 'int' | 'decimal' | 'double' | 'string' | 'timestamp' | 'date' | 'boolean';
export interface TableColumn { readonly name: string; readonly kind: Kind; readonly ddl: string; readonly duck: string }
export interface Table { readonly name: string; readonly columns: readonly TableColumn[]; readonly fields: readonly Field[] }
export type Rows = readonly (readonly Value[])[];

/** 2024-02-28 23:59 in microseconds: a day and a month end in the middle of the values. */
export const BASE_MICROS = 1_709_164_740_000_000n;
const table = (name: string, columns: readonly TableColumn[]): Table => ({ name, columns, fields: parseSchema(columns.map((c) => `${c.name} ${c.ddl}`).join(', ')) });
const col = (name: string, kind: Kind, ddl: string, duck: string): TableColumn => ({ name, kind, ddl, duck });
export const TABLES: readonly Table[] = [
  table('a', [col('a_k', 'int', 'INT', 'BIGINT'), col('a_v', 'int', 'BIGINT', 'BIGINT'), col('a_s', 'string', 'STRING', 'VARCHAR'), col('a_t', 'timestamp', 'TIMESTAMP', 'TIMESTAMP'), col('a_d', 'decimal', 'DECIMAL(8,2)', 'DECIMAL(8,2)')]),
  table('b', [col('b_k', 'int', 'BIGINT', 'BIGINT'), col('b_x', 'double', 'DOUBLE', 'DOUBLE'), col('b_s', 'string', 'STRING', 'VARCHAR'), col('b_b', 'boolean', 'BOOLEAN', 'BOOLEAN'), col('b_t', 'timestamp', 'TIMESTAMP', 'TIMESTAMP')]),
  table('c', [col('c_k', 'int', 'SMALLINT', 'BIGINT'), col('c_d', 'decimal', 'DECIMAL(20,3)', 'DECIMAL(20,3)'), col('c_e', 'date', 'DATE', 'DATE'), col('c_s', 'string', 'STRING', 'VARCHAR')]),
];

const WORDS = ['', 'a', 'b', 'ab', 'B', 'a_b', 'b%', 'é', ' a ', '12', 'zz-top', '漢字'];
const day = (n: number): number => 19780 + n;
function value({ kind, ddl }: TableColumn): fc.Arbitrary<Value> {
  switch (kind) {
    case 'int': { const n = fc.integer({ min: -3, max: 6 }); return ddl === 'BIGINT' ? n.map(BigInt) : n; }
    case 'decimal': { const scale = ddl === 'DECIMAL(8,2)' ? 1n : 10n; return fc.oneof(fc.integer({ min: -300, max: 300 }), fc.constantFrom(0, 100, 125, -125, 99999)).map((n) => BigInt(n) * scale + (scale === 10n ? BigInt(n % 3) : 0n)); }
    case 'double': return fc.oneof(fc.integer({ min: -8, max: 12 }).map((n) => n / 4 + 0), fc.constantFrom(0, 1e6));
    case 'string': return fc.constantFrom(...WORDS);
    case 'timestamp': return fc.oneof(fc.integer({ min: 0, max: 240 }).map((s) => BASE_MICROS + BigInt(s) * 1_000_000n), fc.integer({ min: -5_000_000, max: 90_000_000 }).map((us) => BASE_MICROS + BigInt(us)));
    case 'date': return fc.integer({ min: 0, max: 3 }).map(day);
    case 'boolean': return fc.boolean();
  }
}
/** Rows of a table. */
export const rowsOf = (t: Table): fc.Arbitrary<Rows> =>
  fc.array(fc.tuple(...t.columns.map((c) => fc.option(value(c), { freq: 5 }))), { maxLength: 24, size: 'max' });

/** A value as a literal of DuckDB. */
function literal(v: Value, { kind, duck }: TableColumn): string {
  if (v === null) return 'NULL';
  switch (kind) {
    case 'int': case 'boolean': case 'double': return String(v);
    case 'decimal': return `CAST(${String(v)} AS DECIMAL(38,0)) / 1${'0'.repeat(Number(/,(\d)/.exec(duck)![1]))}`;
    case 'string': return `'${String(v).replaceAll("'", "''")}'`;
    case 'timestamp': return `make_timestamp(${String(v)})`;
    case 'date': return `DATE '1970-01-01' + ${String(v)}`;
  }
}
const decimalText = (v: bigint, scale: number): string => { const t = String(v < 0n ? -v : v).padStart(scale + 1, '0'); return `${v < 0n ? '-' : ''}${t.slice(0, -scale)}.${t.slice(-scale)}`; };
/** The statements that put rows into DuckDB's table of this name. */
export function load(t: Table, rows: Rows): string {
  const cell = (v: Value, c: TableColumn): string => c.kind === 'decimal' && v !== null ? decimalText(v as bigint, c.ddl === 'DECIMAL(8,2)' ? 2 : 3) : literal(v, c);
  const insert = rows.length === 0 ? '' : `INSERT INTO ${t.name} VALUES ${rows.map((row) => `(${row.map((v, i) => cell(v, t.columns[i]!)).join(', ')})`).join(', ')};`;
  return `CREATE OR REPLACE TABLE ${t.name} (${t.columns.map((c) => `${c.name} ${c.duck}`).join(', ')}); ${insert}`;
}
