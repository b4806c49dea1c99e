// A stream of made-up user events for demonstrations and first steps: page views, clicks and purchases, some out of order, a few too late
// for any watermark. Event n depends on the seed, n, and the start time that is kept in the checkpoint, and on nothing else.

import { batchOf, type Offset, raise, type Row, type Schema, type Source, type SourceDefinition, types } from '../engine/plugin.js';

const { imul, floor } = Math;

export const EVENTS_SCHEMA: Schema = { fields: [
  types.field('at', types.TIMESTAMP), types.field('id', types.BIGINT), types.field('user', types.STRING), types.field('action', types.STRING), types.field('page', types.STRING),
  types.field('country', types.STRING), types.field('amount', types.decimal(10, 2)),
] };
const PAGES = ['/', '/search', '/product/1', '/product/2', '/product/3', '/cart', '/checkout', '/help'];
const COUNTRIES = ['DE', 'FR', 'IN', 'BR', 'US', 'JP'];
const NAMES = ['ada', 'alan', 'barbara', 'edgar', 'frances', 'grace', 'jim', 'john', 'leslie', 'margaret'];

/** 32 even bits of a seed, an event's number and a purpose. */
function bits(seed: number, n: number, purpose: number): number {
  let x = imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ imul(n >>> 0, 0xc2b2ae35) ^ imul(floor(n / 4294967296) + purpose, 0x27d4eb2f);
  x = imul(x ^ (x >>> 15), 0x2c1b3c6d);
  x = imul(x ^ (x >>> 12), 0x297a2d39);
  return (x ^ (x >>> 15)) >>> 0;
}
export interface EventSettings { readonly seed: number; readonly startMillis: number; readonly rowsPerSecond: number; readonly users: number; readonly disorderMillis: number; readonly latePercent: number; readonly lateMillis: number }
/** Event number n, as a row of EVENTS_SCHEMA. */
export function eventAt(n: number, s: EventSettings): Row {
  const due = s.startMillis + floor((n * 1000) / s.rowsPerSecond);
  const late = bits(s.seed, n, 1) % 10000 < s.latePercent * 100;
  const back = late ? s.lateMillis + bits(s.seed, n, 2) % 1000 : s.disorderMillis === 0 ? 0 : bits(s.seed, n, 2) % s.disorderMillis;
  // A third of the users make two thirds of the events.
  const heavy = bits(s.seed, n, 3) % 3 > 0;
  const user = bits(s.seed, n, 4) % (heavy ? Math.max(1, floor(s.users / 3)) : s.users);
  const dice = bits(s.seed, n, 5) % 100;
  const action = dice < 70 ? 'view' : dice < 95 ? 'click' : 'purchase';
  const page = action === 'purchase' ? '/checkout' : PAGES[bits(s.seed, n, 6) % PAGES.length]!;
  return [BigInt(due - back) * 1000n, BigInt(n), `${NAMES[user % NAMES.length]}${user < NAMES.length ? '' : floor(user / NAMES.length) + 1}`, action, page,
    COUNTRIES[user % COUNTRIES.length]!, action === 'purchase' ? BigInt(500 + bits(s.seed, n, 7) % 20000) : null];
}

const BATCH_ROWS = 8192;
const countOf = (offset: Offset | undefined): number => (typeof offset === 'number' ? offset : 0);

export const eventsSource: SourceDefinition = {
  format: 'events',
  options: [
    { name: 'rowsPerSecond', type: 'int', least: 1, default: '10', doc: 'events a second' },
    { name: 'seed', type: 'int', default: '1', doc: 'another seed, other events' },
    { name: 'users', type: 'int', least: 1, default: '20', doc: 'number of users' },
    { name: 'disorder', type: 'duration', default: '3 seconds', doc: 'how far an event may be behind' },
    { name: 'latePercent', type: 'int', least: 0, most: 100, default: '1', doc: 'share of events that are late' },
    { name: 'lateBy', type: 'duration', default: '1 minute', doc: 'how late those are' },
    { name: 'rows', type: 'int', least: 0, doc: 'the stream ends after so many events; without it, never' },
    { name: 'startTimestamp', type: 'int', doc: 'time of the first event, ms; the time of the first start by default' },
    { name: 'maxRowsPerTrigger', type: 'int', least: 1, doc: 'at most so many events an epoch' },
  ],
  replayable: true,
  schema: async (_options, declared) => (declared ? raise('SCHEMA_NOT_ALLOWED', { format: 'events' }) : EVENTS_SCHEMA),
  async open({ options, columns }, { host, metadata }) {
    const stored = await metadata.get('start');
    const startMillis = stored ? Number(Buffer.from(stored).toString('utf8')) : options.int('startTimestamp') ?? host.clock.now();
    if (!stored) await metadata.put('start', Buffer.from(String(startMillis), 'utf8'));
    const settings: EventSettings = {
      seed: options.int('seed')!, startMillis, rowsPerSecond: options.int('rowsPerSecond')!, users: options.int('users')!,
      disorderMillis: options.duration('disorder')!, latePercent: options.int('latePercent')!, lateMillis: options.duration('lateBy')!,
    };
    const most = options.int('rows') ?? Number.POSITIVE_INFINITY;
    const perTrigger = options.int('maxRowsPerTrigger') ?? Number.POSITIVE_INFINITY;
    // With a fixed start and an end the whole stream is there at once.
    const all = options.has('startTimestamp') && Number.isFinite(most);
    let end = 0;
    let frozen: number | undefined;
    const now = (): number => {
      const due = all ? most : floor(((host.clock.now() - startMillis) * settings.rowsPerSecond) / 1000) + 1;
      end = Math.max(end, Math.min(due, most));
      return frozen ?? end;
    };
    const columnTypes = columns.map((c) => EVENTS_SCHEMA.fields[c]!.type);
    const source: Source = {
      async latestOffset(after, unlimited) { return Math.max(countOf(after), Math.min(now(), unlimited ? Number.POSITIVE_INFINITY : countOf(after) + perTrigger)) || undefined; },
      async freeze() { frozen = now(); },
      async newestOffset() { return now(); },
      async *getBatch(after, upTo) {
        for (let from = countOf(after); from < countOf(upTo); from += BATCH_ROWS) {
          const events = Array.from({ length: Math.min(BATCH_ROWS, countOf(upTo) - from) }, (_, i) => eventAt(from + i, settings));
          yield batchOf(columnTypes, events.map((row) => columns.map((c) => row[c]!)));
        }
      },
      async commit() { /* nothing is kept */ },
      async close() { /* nothing is open */ },
    };
    return source;
  },
  describe: (options) => `Events[rowsPerSecond=${options.get('rowsPerSecond')}]`,
};
