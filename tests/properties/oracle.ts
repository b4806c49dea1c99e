// DuckDB as the judge: the same query over the same rows, in one batch; and values of both engines as texts that are equal where the
// values are.

import { type DuckDBConnection, DuckDBDateValue, DuckDBDecimalValue, DuckDBInstance, DuckDBStructValue, DuckDBTimestampValue, type DuckDBValue } from '@duckdb/node-api';
import type { DataType } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';

export async function openDuck(): Promise<DuckDBConnection> { return (await DuckDBInstance.create(':memory:', { threads: '1' })).connect(); }

/** Digits that both engines' arithmetic agrees on. */
const real = (x: number): string => Number.isNaN(x) ? 'NaN' : String(Number(x.toPrecision(11)) + 0);
function decimal(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`.replace(/\.?0+$/, '');
  return unscaled < 0n ? `-${text}` : text;
}
function duckText(v: DuckDBValue): string {
  if (v === null) return 'NULL';
  if (v instanceof DuckDBDecimalValue) return decimal(v.value, v.scale);
  if (v instanceof DuckDBTimestampValue) return `@${v.micros}`;
  if (v instanceof DuckDBDateValue) return `day ${v.days}`;
  if (v instanceof DuckDBStructValue) return `(${Object.values(v.entries).map(duckText).join(', ')})`;
  if (typeof v === 'number') return real(v);
  if (typeof v === 'string') return JSON.stringify(v);
  return String(v);
}
/** A value of the engine. */
export function textOf(v: Value, type: DataType): string {
  if (v === null || v === undefined) return 'NULL';
  switch (type.kind) {
    case 'decimal': return decimal(v as bigint, type.scale);
    case 'timestamp': return `@${String(v)}`;
    case 'date': return `day ${String(v)}`;
    case 'float': case 'double': return real(v as number);
    case 'string': return JSON.stringify(v);
    case 'struct': return `(${type.fields.map((f, i) => textOf((v as readonly Value[])[i]!, f.type)).join(', ')})`;
    default: return String(v);
  }
}

/** The answer as texts of rows, sorted. */
export async function duckAnswer(duck: DuckDBConnection, sql: string): Promise<readonly string[]> {
  const reader = await duck.runAndReadAll(sql);
  return reader.getRows().map((row) => row.map(duckText).join(' | ')).sort();
}
