// Whether the program is in a call by a query's own sink (foreachBatch, foreach): who waits there for the query waits for itself. Only such sinks
// pay for it: following asynchronous calls costs something at every promise of the process.
// source: Spark's StreamExecution.assertAwaitThread.

import { AsyncLocalStorage } from 'node:async_hooks';

interface Call { readonly query: object; over: boolean }
const calls = new AsyncLocalStorage<Call>();

/** Does what may call the program. */
export async function callingOut<T>(query: object, work: () => Promise<T>): Promise<T> {
  const call: Call = { query, over: false };
  try { return await calls.run(call, work); } finally { call.over = true; }
}
/** Whether what runs now was called by the query, which waits for it. */
export function isCalledBy(query: object): boolean {
  const call = calls.getStore();
  return call?.query === query && !call.over;
}
