// Deduplication, limits and sessions over streams, epoch by epoch, against plain models: whatever the rows, their split and the watermarks.

import * as fc from 'fast-check';
import { batchOf } from '../../../engine/columnar/build.js';
import { rows } from '../../../engine/columnar/read.js';
import { createOperators, flow } from '../../../engine/operators/flow.js';
import type { Operator, PhysicalPlan } from '../../../engine/operators/operator.js';
import { memoryStore } from '../../../engine/state/memory.js';
import type { LogicalPlan } from '../../../planner/tree.js';
import { INT, TIMESTAMP } from '../../../planner/types.js';
import type { Row } from '../../../planner/values.js';
import { lowerQuery, streamsOf } from '../../support/stream-plan.js';
import { column, physical } from './plans.js';

/** A row (k, at in seconds) and the batches of an epoch under its two watermarks, in seconds. */
type Event = readonly [k: number | null, at: number | null];
interface Epoch { readonly batches: readonly (readonly Event[])[]; readonly late: number; readonly evict: number }
const COLUMNS = [column(1, INT), column(2, TIMESTAMP)];
const scan: LogicalPlan = { kind: 'scan', source: { format: 'test', options: {} }, streaming: true, columns: COLUMNS };
const watermark: LogicalPlan = { kind: 'watermark', input: scan, column: 2, delayMillis: 10_000, nodeId: '0' };

const micros = (at: number | null): bigint | null => at === null ? null : BigInt(at) * 1_000_000n;
async function* run(plan: PhysicalPlan, epochs: readonly Epoch[]): AsyncGenerator<{ readonly out: readonly Row[]; readonly operators: readonly Operator[] }> {
  const stores = plan.nodes.map(memoryStore);
  const operators = createOperators(plan, (node) => stores[node]!);
  for (const [epoch, { batches, late, evict }] of epochs.entries()) {
    const context = { epoch, timestampMillis: 0, lateWatermark: late * 1000, evictWatermark: evict * 1000, final: false };
    const feed = () => batches.filter((b) => b.length > 0).map((b) => batchOf([INT, TIMESTAMP], b.map(([k, at]) => [k, micros(at)])));
    const out: Row[] = [];
    for (const event of flow({ plan, operators, context: () => context, feed, checked: true })) if (event !== undefined && !(event instanceof Promise)) out.push(...rows(event));
    for (const store of stores) await store.commit(epoch);
    yield { out, operators };
  }
}

const EVENT: fc.Arbitrary<Event> = fc.tuple<[number | null, number | null]>(fc.option(fc.integer({ min: 0, max: 3 }), { freq: 9 }), fc.option(fc.integer({ min: 1, max: 60 }), { freq: 9 }));
/** Watermarks never go back; an epoch's late watermark is the one that the epoch before evicted by. */
const EPOCHS: fc.Arbitrary<readonly Epoch[]> = fc.array(fc.tuple(fc.array(fc.array(EVENT, { maxLength: 5 }), { maxLength: 3 }), fc.integer({ min: 0, max: 15 })), { minLength: 1, maxLength: 6 }).map((parts) => {
  let now = 0;
  return parts.map(([batches, step]) => { const late = now; now += step; return { batches, late, evict: now }; });
});
const check = (plan: PhysicalPlan, model: () => (epoch: Epoch) => { readonly out: readonly Row[]; readonly state: number }) =>
  fc.assert(fc.asyncProperty(EPOCHS, async (epochs) => {
    const step = model();
    let e = 0;
    for await (const { out, operators } of run(plan, epochs)) {
      const wanted = step(epochs[e++]!);
      const state = operators.map((o) => o.stateMetrics?.()).find((m) => m !== undefined);
      expect({ out: out.map(String).sort(), state: state?.numRowsTotal }).toEqual({ out: wanted.out.map(String).sort(), state: wanted.state });
    }
  }), { numRuns: 150 });
const isLate = (at: number | null, late: number): boolean => at !== null && at <= late;

test('deduplicate without event time: the first row of each key, for ever', () => check(physical({ kind: 'deduplicate', input: scan, keys: [1], withinWatermark: false, stateId: 's' }), () => {
  const known = new Set<number | null>();
  return ({ batches }) => {
    const out = batches.flat().filter(([k]) => !known.has(k) && known.add(k)).map(([k, at]) => [k, micros(at)]);
    return { out, state: known.size };
  };
}));

test('deduplicate by event time: a key goes when the watermark passes it', () => check(physical({ kind: 'deduplicate', input: watermark, keys: [1, 2], withinWatermark: false, stateId: 's' }), () => {
  const known = new Map<string, number | null>();
  return ({ batches, late, evict }) => {
    const out = batches.flat().filter((e) => !isLate(e[1], late) && !known.has(String(e)) && known.set(String(e), e[1])).map(([k, at]) => [k, micros(at)]);
    for (const [key, at] of known) if (at !== null && at <= evict) known.delete(key);
    return { out, state: known.size };
  };
}));

test('deduplicate within the watermark: a key is known until its first time and the delay have passed', () => check(physical({ kind: 'deduplicate', input: watermark, keys: [1], withinWatermark: true, stateId: 's' }), () => {
  const until = new Map<number | null, number>();
  return ({ batches, late, evict }) => {
    const out = batches.flat().filter(([k, at]) => !isLate(at, late) && !until.has(k) && until.set(k, (at ?? 0) + 10)).map(([k, at]) => [k, micros(at)]);
    for (const [k, time] of until) if (time <= evict) until.delete(k);
    return { out, state: until.size };
  };
}));

test.each([[4, 0], [3, 2], [0, 0], [1000, 5]])('limit %d offset %d counts over the life of the query', (limit, offset) => {
  const plan = physical({ kind: 'limit', input: scan, limit, offset, stateId: 's' });
  return check(plan, () => {
    const seen: Row[] = [];
    return ({ batches }) => {
      const from = seen.length;
      seen.push(...batches.flat().map(([k, at]) => [k, micros(at)]));
      return { out: seen.slice(offset, offset + limit).filter((_, i) => i + offset >= from), state: limit === 0 ? undefined as never : seen.length > 0 ? 1 : 0 };
    };
  });
});

/** Sessions of 5 s by key: [start, end, rows]; new events join those that they overlap or touch. */
type Sessions = Map<number | null, [start: number, end: number, n: number][]>;
function join(sessions: Sessions, k: number | null, at: number): void {
  const own = sessions.get(k) ?? [];
  const joined: [number, number, number] = [at, at + 5, 1];
  const apart = own.filter(([s, e]) => e < joined[0] || s > joined[1]);
  for (const [s, e, n] of own) if (!(e < at || s > at + 5)) { joined[0] = Math.min(joined[0], s); joined[1] = Math.max(joined[1], e); joined[2] += n; }
  sessions.set(k, [...apart, joined]);
}
const shown = (sessions: Sessions, which: (end: number) => boolean): Row[] =>
  [...sessions].flatMap(([k, list]) => list.filter(([, e]) => which(e)).map(([s, e, n]) => [micros(s), micros(e), k, BigInt(n)]));
const SESSIONS = (from: string): string => `SELECT session_window.start, session_window.end, k, count(*) AS n FROM ${from} GROUP BY session_window(at, '5 seconds'), k`;

test('sessions in complete mode are those of all rows so far', async () => {
  const { plan } = await lowerQuery(SESSIONS('s'), streamsOf({ s: 'k INT, at TIMESTAMP' }), 'complete', { 'spark.sql.streaming.unsupportedOperationCheck': 'false' });
  await check(plan, () => {
    const sessions: Sessions = new Map();
    return ({ batches }) => {
      for (const [k, at] of batches.flat()) if (at !== null) join(sessions, k, at);
      const out = shown(sessions, () => true);
      return { out, state: out.length };
    };
  });
});

test('sessions in append mode close when the watermark passes their end', async () => {
  const { plan } = await lowerQuery(SESSIONS("(SELECT * FROM s WATERMARK at DELAY OF INTERVAL '10' SECONDS)"), streamsOf({ s: 'k INT, at TIMESTAMP' }), 'append');
  await check(plan, () => {
    const sessions: Sessions = new Map();
    return ({ batches, late, evict }) => {
      for (const [k, at] of batches.flat()) if (at !== null && at + 5 > late) join(sessions, k, at);
      const out = shown(sessions, (end) => end <= evict);
      for (const [k, list] of sessions) sessions.set(k, list.filter(([, e]) => e > evict));
      return { out, state: shown(sessions, () => true).length };
    };
  });
});

test('DISTINCT in sessions that grow together', async () => {
  const sql = "SELECT session_window.start, k, count(DISTINCT at) AS a, sum(DISTINCT k) AS b, collect_list(DISTINCT k) AS c FROM s GROUP BY session_window(at, '5 seconds'), k";
  const { plan } = await lowerQuery(sql, streamsOf({ s: 'k INT, at TIMESTAMP' }), 'complete', { 'spark.sql.streaming.unsupportedOperationCheck': 'false' });
  const at = (...seconds: number[]): Epoch => ({ batches: [seconds.map((s): Event => [7, s])], late: 0, evict: 0 });
  const seen: string[] = [];
  for await (const { out } of run(plan, [at(1, 1, 9, 9), at(5, 5, 1)])) seen.push(out.map((row) => row.map(String).join(' ')).sort().join(', '));
  expect(seen).toEqual(['1000000 7 1 7 7, 9000000 7 1 7 7', '1000000 7 3 7 7']);
});

test('many sessions of one key open and close in time that grows with their number', async () => {
  const n = 40_000;
  const { plan } = await lowerQuery(SESSIONS("(SELECT * FROM s WATERMARK at DELAY OF INTERVAL '10' SECONDS)"), streamsOf({ s: 'k INT, at TIMESTAMP' }), 'append');
  const apart = Array.from({ length: n }, (_, i): Event => [1, 100 * (i + 1)]);
  const counts: number[] = [];
  for await (const { out } of run(plan, [{ batches: [apart], late: 0, evict: 0 }, { batches: [], late: 0, evict: 100 * (n + 1) }])) counts.push(out.length);
  expect(counts).toEqual([0, n]);
});

test('a gap of a day ends at the same hour of the clock on the wall: 23 hours later where clocks go forward, 25 where they go back', async () => {
  const evening = (day: string, offset: number): number => Date.parse(`${day}T20:00:00Z`) / 1000 + offset * 3600;
  const events: Event[] = [[1, evening('2024-03-09', 5)], [1, evening('2024-03-10', 4) + 1800], [1, evening('2024-11-02', 4)], [1, evening('2024-11-03', 5)]];
  for (const [gap, expected] of [
    ["'1 day'", ['2024-03-10T20:00-04 1', '2024-03-11T20:30-04 1', '2024-11-04T20:00-05 2']],
    ["INTERVAL '1' DAY", ['2024-03-10T20:00-04 1', '2024-03-11T20:30-04 1', '2024-11-04T20:00-05 2']],
    ["'24 hours'", ['2024-03-11T20:30-04 2', '2024-11-03T19:00-05 1', '2024-11-04T20:00-05 1']],
  ] as const) {
    const sql = `SELECT session_window.end, count(*) AS n FROM s GROUP BY session_window(at, ${gap}), k`;
    const { plan } = await lowerQuery(sql, streamsOf({ s: 'k INT, at TIMESTAMP' }), 'complete', { 'spark.sql.streaming.unsupportedOperationCheck': 'false', 'spark.sql.session.timeZone': 'America/New_York' });
    for await (const { out } of run(plan, [{ batches: [events], late: 0, evict: 0 }])) {
      expect(out.map(([end, n]) => `${end as bigint} ${n as bigint}`)).toEqual(expected.map((text) => `${BigInt(Date.parse(`${text.slice(0, 16)}:00${text.slice(16, 19)}:00`)) * 1000n} ${text.slice(20)}`));
    }
  }
});
