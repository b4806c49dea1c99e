// Where a row comes from, for messages about it: a batch may name the place of the record that each of its physical rows was made of
// (`RecordBatch.place`). Operators that make a row of one row hand it on; nothing is kept for it, it is asked once something has failed.

import { EngineError } from '../../planner/errors/index.js';
import type { Span } from '../../planner/spans.js';
import type { Place, RecordBatch } from './column.js';

/** What runs over rows raises without a place of its own: it is shown at the call or clause that it works for. */
export function shownAtCall<R>({ span }: { readonly span: Span | undefined }, run: () => R): R {
  try { return run(); } catch (error) { throw error instanceof EngineError ? error.shownAt(span) : error; }
}

/** The places of rows that were picked from a batch, in this order. */
export const pickedPlaces = ({ place }: RecordBatch, rows: ArrayLike<number>): Place | undefined => place && ((row) => place(rows[row]!));

/** What a physical row of the batch has raised, with the place of that row. */
export const placed = (error: unknown, { place }: RecordBatch, row: number): unknown => error instanceof EngineError && place ? error.ofRow(place(row)) : error;
