// Sinks that call the program: foreach for each row, foreachBatch for each epoch. At least once: after a crash an epoch may come again
// with the same number.
// source: Spark ForeachWriter, ForeachBatchSink.

import { EngineError, raise, type RecordBatch, rows, type Schema, type SinkDefinition, type Value } from '../engine/plugin.js';

/** What the foreach sink calls. */
export interface ForeachWriter {
  /** False: the epoch is skipped. */
  open?(partition: number, epoch: number): boolean | Promise<boolean>;
  process(row: unknown): void | Promise<void>;
  /** Always called after `open`, with the error that ended the epoch if there is one. */
  close?(error: Error | undefined): void | Promise<void>;
  /** Makes the row given to `process`; absent: the values in column order. */
  row?(schema: Schema): (values: readonly Value[]) => unknown;
}
/** What the foreachBatch sink calls. */
export interface ForeachBatchFunction { call(schema: Schema, batches: readonly RecordBatch[], epoch: number): void | Promise<void> }

const isWriter = (object: object | undefined): object is ForeachWriter => object !== undefined && 'process' in object && typeof object.process === 'function';
const isBatchFunction = (object: object | undefined): object is ForeachBatchFunction => object !== undefined && 'call' in object && typeof object.call === 'function';

/** What close says to an error is not the error. */
const closed = async (writer: ForeachWriter, error: Error): Promise<void> => { try { await writer.close?.(error); } catch { /* see above */ } };
const reasonOf = (error: unknown): string => error instanceof Error ? error.message : String(error);

export const foreachSink: SinkDefinition = {
  format: 'foreach', options: [], modes: ['append', 'update', 'complete'], temporaryCheckpoint: true,
  open: async ({ object, schema }) => {
    const writer: ForeachWriter = isWriter(object) ? object : raise('SINK_FUNCTION_REQUIRED', { format: 'foreach' });
    const toRow = writer.row?.(schema) ?? ((values: readonly Value[]): unknown => values);
    return {
      async addBatch({ epoch, changes }) {
        let failed: Error | undefined;
        // The engine's own errors pass through; the program's are named as such.
        const user = async <R>(call: () => R | Promise<R>): Promise<R> => {
          try { return await call(); } catch (error) {
            failed = error instanceof Error ? error : new Error(reasonOf(error));
            return raise('FOREACH_USER_FUNCTION_ERROR', { reason: reasonOf(error) }, { cause: error, hint: `Epoch ${epoch}.` });
          }
        };
        const wanted = writer.open ? await user(() => writer.open!(0, epoch)) : true;
        try {
          for await (const change of changes) {
            if (!wanted) continue;
            for (const values of rows(change)) {
              const row = toRow(values);
              // A synchronous function does not cost a turn of the event loop a row.
              let result: void | Promise<void>;
              try { result = writer.process(row); } catch (error) { await user(() => { throw error; }); }
              if (result! instanceof Promise) { const pending = result; await user(() => pending); }
            }
          }
        } catch (error) {
          failed ??= error instanceof Error ? error : new Error(reasonOf(error));
          throw error;
        } finally {
          if (failed === undefined) await user(() => writer.close?.(undefined)); else await closed(writer, failed);
        }
      },
      async close() { /* close was called for each epoch */ },
    };
  },
  describe: () => 'ForeachSink',
};

export const foreachBatchSink: SinkDefinition = {
  format: 'foreachbatch', options: [], modes: ['append', 'update', 'complete'], temporaryCheckpoint: true,
  open: async ({ object, schema }) => {
    const fn: ForeachBatchFunction = isBatchFunction(object) ? object : raise('SINK_FUNCTION_REQUIRED', { format: 'foreachBatch' });
    return {
      async addBatch({ epoch, changes }) {
        const batches: RecordBatch[] = [];
        for await (const { length, columns, selection } of changes) batches.push({ length, columns, selection });
        try { await fn.call(schema, batches, epoch); } catch (error) {
          if (error instanceof EngineError) throw error;
          raise('FOREACH_BATCH_USER_FUNCTION_ERROR', { reason: reasonOf(error) }, { cause: error, hint: `Epoch ${epoch}.` });
        }
      },
      async close() { /* nothing is open */ },
    };
  },
  describe: () => 'ForeachBatchSink',
};
