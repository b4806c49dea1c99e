// Idle sources over whole queries on a simulated clock: the epochs that run and their watermarks are those of the rule written down plainly,
// whenever the query is stopped and started again in between.

import * as fc from 'fast-check';
import { simulatedHost } from '../../engine/host/simulated.js';
import type { PhysicalPlan } from '../../engine/operators/operator.js';
import type { StreamingQueryHandle } from '../../engine/runtime/handle.js';
import { stateBackend } from '../../engine/state/durable.js';
import { keepSink, manager, options, plan, second, stream } from '../engine/runtime/fixture.js';

interface Step { readonly advance: number; readonly rows: readonly (readonly number[])[]; readonly restart: boolean }
const times = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 2 });
const steps: fc.Arbitrary<Step[]> = fc.array(fc.record({ advance: fc.integer({ min: 0, max: 40 }), rows: fc.tuple(times, times), restart: fc.boolean() }), { maxLength: 10 });
const idles = fc.tuple(...[0, 1].map(() => fc.option(fc.integer({ min: 1, max: 60 }))));
const DELAY = 5;

/** Timestamp, rows and watermark of each epoch. */
async function run(list: readonly Step[], idle: readonly (number | null)[], restarts: boolean): Promise<readonly string[]> {
  const host = simulatedHost(1, 1_000_000);
  const inputs = [stream(), stream()];
  const base = plan(inputs, [], DELAY * 1000);
  let marks = 0;
  const physical: PhysicalPlan = { ...base, nodes: base.nodes.map((n) => {
    if (!n.watermark) return n;
    const seconds = idle[marks++];
    return seconds == null ? n : { ...n, watermark: { ...n.watermark, idleMillis: seconds * 1000 } };
  }) };
  const queries = manager(host, keepSink(new Map()), () => stateBackend(host.files, '/c/state'));
  const start = (): Promise<StreamingQueryHandle> => queries.start(options(physical, { checkpoint: '/c' }));
  const out: string[] = [];
  queries.addListener({ onQueryProgress: ({ progress: p }) => { out.push(`${(Date.parse(p.timestamp) - 1_000_000) / 1000} ${p.numInputRows} ${Date.parse(p.eventTime.watermark!) / 1000}`); } });
  let query = await start();
  try {
    for (const { advance, rows, restart } of list) {
      host.clock.advance(advance * 1000);
      if (restarts && restart) await query.stop();
      rows.forEach((fed, i) => { if (fed.length > 0) inputs[i]!.addRows(fed.map((s) => second(s))); });
      if (!query.isActive) query = await start();
      await query.processAllAvailable();
    }
  } finally { await query.stop(); }
  return out;
}

/** The rule, without an engine. An epoch without rows runs as long as that moves what the operator has evicted by, or would move the watermark. */
function rule(list: readonly Step[], idle: readonly (number | null)[]): readonly string[] {
  const out: string[] = [];
  const marks: (number | undefined)[] = [undefined, undefined];
  const active: (number | undefined)[] = [undefined, undefined];
  let [now, global, evicted] = [0, 0, Number.NaN];
  const at = (t: number): number => {
    const awake = [0, 1].filter((i) => !(idle[i] != null && active[i] !== undefined && t - active[i]! >= idle[i]!));
    return Math.max(global, awake.length > 0 ? Math.min(...awake.map((i) => marks[i] ?? 0)) : Math.max(...marks.map((m) => m ?? 0)));
  };
  const epoch = (rows: readonly (readonly number[])[]): void => {
    out.push(`${now} ${rows.reduce((n, r) => n + r.length, 0)} ${global}`);
    evicted = global;
    rows.forEach((r, i) => {
      marks[i] = r.length > 0 ? Math.max(marks[i] ?? Number.NEGATIVE_INFINITY, Math.max(...r) - DELAY) : marks[i] ?? 0;
      if (r.length > 0 || active[i] === undefined) active[i] = now;
    });
    global = at(now);
  };
  for (const { advance, rows } of list) {
    now += advance;
    if (rows.some((r) => r.length > 0)) epoch(rows);
    while (!Number.isNaN(evicted) && (global > evicted || at(now) > evicted)) epoch([[], []]);
  }
  return out;
}

test('epochs and watermarks are those of the rule, over restarts as well', async () => {
  await fc.assert(fc.asyncProperty(steps, idles, async (list, idle) => {
    const expected = rule(list, idle);
    expect(await run(list, idle, false)).toEqual(expected);
    expect(await run(list, idle, true)).toEqual(expected);
  }), { numRuns: 100 });
});
