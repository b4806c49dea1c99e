// Where a row comes from, for messages about it: a batch may name the place of the record that each of its physical rows was made of
// (`RecordBatch.place`). Operators that make a row of one row hand it on; nothing is kept for it, it is asked once something has failed.

import { EngineError } from '../../planner/errors/index.js';
import type { Place, RecordBatch } from './column.js';

/** The places of rows that were picked from a batch, in this order. */
export const pickedPlaces = ({ place }: RecordBatch, rows: ArrayLike<number>): Place | undefined => place && ((row) => place(rows[row]!));

/** What a physical row of the batch has raised, with the place of that row. */
export const placed = (error: unknown, { place }: RecordBatch, row: number): unknown => error instanceof EngineError && place ? error.ofRow(place(row)) : error;
