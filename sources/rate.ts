// The rate source: so many rows a second since the query first started, each with its time and a counter. An offset is whole seconds since
// that start, which is kept in the checkpoint, so that every row depends on its offset alone.
// source: Spark RateStreamProvider.

import { fixedColumn, type Offset, raise, type RecordBatch, type Schema, type Source, type SourceDefinition, types } from '../engine/plugin.js';

export const RATE_SCHEMA: Schema = { fields: [types.field('timestamp', types.TIMESTAMP), types.field('value', types.BIGINT)] };
const BATCH_ROWS = 65536;

/** Rows made in the first `seconds`: the rate grows by steps until `rampUp` seconds have passed. */
export function valueAtSecond(seconds: number, rowsPerSecond: number, rampUp: number): number {
  const step = Math.max(1, Math.floor(rowsPerSecond / (rampUp + 1)));
  const ramped = Math.min(seconds, rampUp);
  const start = rampUp === 0 ? 0 : (ramped * (ramped + 1) / 2) * step;
  return start + Math.max(0, seconds - rampUp) * rowsPerSecond;
}
const secondsOf = (offset: Offset | undefined): number => (typeof offset === 'number' ? offset : 0);

export const rateSource: SourceDefinition = {
  format: 'rate',
  options: [
    { name: 'rowsPerSecond', type: 'int', least: 1, default: '1', doc: 'rows a second' },
    { name: 'rampUpTime', type: 'duration', default: '0s', doc: 'time until that rate is reached' },
    { name: 'numPartitions', type: 'int', doc: 'taken and without effect: rows come in order' },
  ],
  replayable: true,
  schema: async (_options, declared) => (declared ? raise('SCHEMA_NOT_ALLOWED', { format: 'rate' }) : RATE_SCHEMA),
  async open({ options, columns }, { host, metadata }) {
    const rowsPerSecond = options.int('rowsPerSecond')!;
    const rampUp = Math.floor(options.duration('rampUpTime')! / 1000);
    const stored = await metadata.get('start');
    const startMillis = stored ? Number(Buffer.from(stored).toString('utf8')) : host.clock.now();
    if (!stored) await metadata.put('start', Buffer.from(String(startMillis), 'utf8'));
    let last = 0;
    let frozen: number | undefined;
    const now = (): number => { last = Math.max(last, Math.floor((host.clock.now() - startMillis) / 1000)); return last; };
    const source: Source = {
      // Never before `after`: the clock may have been set back since.
      async latestOffset(after) { return Math.max(secondsOf(after), frozen ?? now()) || undefined; },
      async freeze() { frozen = now(); },
      async newestOffset() { return now(); },
      async *getBatch(after, upTo) {
        let times: number[] = [];
        let first = valueAtSecond(secondsOf(after), rowsPerSecond, rampUp);
        for (let second = secondsOf(after); second < secondsOf(upTo); second++) {
          const count = valueAtSecond(second + 1, rowsPerSecond, rampUp) - valueAtSecond(second, rowsPerSecond, rampUp);
          for (let i = 0; i < count; i++) {
            times.push(startMillis + second * 1000 + Math.round((i * 1000) / count));
            if (times.length === BATCH_ROWS) { yield rowsOf(times, first, columns); first += times.length; times = []; }
          }
        }
        if (times.length > 0) yield rowsOf(times, first, columns);
      },
      async commit() { /* nothing is kept */ },
      async close() { /* nothing is open */ },
    };
    return source;
  },
  describe: (options) => `RateStream[rowsPerSecond=${options.get('rowsPerSecond')}]`,
};

/** Rows with these times, ms, and values from `first` on. */
export function rowsOf(times: readonly number[], first: number, columns: readonly number[]): RecordBatch {
  const n = times.length;
  return { length: n, selection: null, columns: columns.map((c) => {
    const values = new BigInt64Array(n);
    for (let i = 0; i < n; i++) values[i] = c === 0 ? BigInt(times[i]!) * 1000n : BigInt(first + i);
    return fixedColumn(RATE_SCHEMA.fields[c]!.type, n, values);
  }) };
}
