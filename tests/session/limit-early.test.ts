// A static query reads no more than its LIMIT needs: sources are left, ranges of any length cost nothing.

import { batchOf } from '../../engine/columnar/build.js';
import type { SourceDefinition } from '../../engine/connect/contract.js';
import { Session } from '../../index.js';
import * as T from '../../planner/types.js';

/** Batches of ten rows without end; how many were taken, and whether the reader was told to leave. */
function endless(): { readonly definition: SourceDefinition; readonly seen: { batches: number; left: number } } {
  const seen = { batches: 0, left: 0 };
  const fail = async (): Promise<never> => { throw new Error('not a stream'); };
  return {
    seen,
    definition: {
      format: 'endless', options: [], replayable: false, describe: () => 'endless', schema: async () => ({ fields: [T.field('n', T.INT)] }), open: fail,
      async *read() {
        try {
          for (;;) {
            const from = 10 * seen.batches++;
            yield batchOf([T.INT], Array.from({ length: 10 }, (_, i) => [from + i]));
          }
        } finally { seen.left++; }
      },
    },
  };
}

describe('LIMIT over an endless source', () => {
  const run = async (text: string): Promise<{ readonly rows: readonly object[]; readonly batches: number; readonly left: number }> => {
    const session = new Session();
    const { definition, seen } = endless();
    session.registerSource(definition);
    session.withTable('endless', session.read.format('endless').load());
    const rows = await session.sql(text).collect();
    return { rows, ...seen };
  };
  test('reads the batches that it needs', async () => {
    expect(await run('SELECT n FROM endless LIMIT 3')).toEqual({ rows: [{ n: 0 }, { n: 1 }, { n: 2 }], batches: 1, left: 1 });
    expect(await run('SELECT n FROM endless LIMIT 2 OFFSET 9')).toEqual({ rows: [{ n: 9 }, { n: 10 }], batches: 2, left: 1 });
    expect((await run('SELECT n + 1 AS m FROM endless WHERE n % 20 = 15 LIMIT 2')).rows).toEqual([{ m: 16 }, { m: 36 }]);
  });
  test('through unions, joins with a table, nested limits and EXISTS', async () => {
    expect(await run('SELECT n FROM endless UNION ALL SELECT n FROM endless LIMIT 1')).toEqual({ rows: [{ n: 0 }], batches: 1, left: 1 });
    expect(await run("SELECT n, x FROM endless JOIN VALUES (3, 'a') AS t(k, x) ON n = k LIMIT 1")).toEqual({ rows: [{ n: 3, x: 'a' }], batches: 1, left: 1 });
    expect(await run('SELECT sum(n) AS s FROM (SELECT n FROM endless LIMIT 25)')).toEqual({ rows: [{ s: 300n }], batches: 3, left: 1 });
    expect(await run('SELECT EXISTS (SELECT 1 FROM endless WHERE n > 12) AS e')).toMatchObject({ rows: [{ e: true }], batches: 2 });
  });
});

describe('range', () => {
  const collect = (text: string): Promise<readonly object[]> => new Session().sql(text).collect();
  test('of any length', async () => {
    expect(await collect('SELECT id FROM range(1000000000000000) LIMIT 2')).toEqual([{ id: 0n }, { id: 1n }]);
    expect(await collect('SELECT count(*) AS n, sum(id) AS s FROM range(-100000, 100000, 7)')).toEqual([{ n: 28_572n, s: -42_858n }]);
  });
  test('to the ends of BIGINT, downwards and of no rows', async () => {
    expect(await collect('SELECT id FROM range(9223372036854775800, 9223372036854775807, 3)')).toEqual([{ id: 9223372036854775800n }, { id: 9223372036854775803n }, { id: 9223372036854775806n }]);
    expect(await collect('SELECT id FROM range(-9223372036854775808, 9223372036854775807, 9223372036854775807)')).toEqual([{ id: -9223372036854775808n }, { id: -1n }, { id: 9223372036854775806n }]);
    expect(await collect('SELECT id FROM range(5, -5, -4)')).toEqual([{ id: 5n }, { id: 1n }, { id: -3n }]);
    expect(await collect('SELECT id FROM range(5, 1)')).toEqual([]);
  });
});
