// The usual mistakes, and what is printed for each: mistakes.txt, where a line `> …` is what was written and what follows is what came.
// UPDATE_MISTAKES=1 writes it anew. Whatever is printed names its place in a statement, says what to do, and fits on a screen without a stack.

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { EngineError, expr, type Session, window } from '../../index.js';
import { cleanUp, open } from './support.js';

const FILE = path.join(__dirname, 'mistakes.txt');
const TABLES = `
  CREATE TABLE orders (id BIGINT, customer STRING, amount DOUBLE, at TIMESTAMP);
  CREATE TABLE users (id BIGINT, name STRING, tags ARRAY<STRING>, address STRUCT<city: STRING, zip: INT>);
  CREATE STREAM clicks USING rate OPTIONS (rowsPerSecond 1);
  INSERT INTO orders VALUES (1, 'ann', 2.5, TIMESTAMP '2024-01-01 00:00:00')`;
/** What is wrong when it runs, or needs a program, has no text of SQL to point at. */
const PROGRAMS: Readonly<Record<string, (session: Session) => unknown>> = {
  "orders.select('costumer')": (s) => s.table('orders').select('costumer').collect(),
  "orders.groupBy('costumer').count()": (s) => s.table('orders').groupBy('costumer').count().collect(),
  "orders.join(users, 'idd')": (s) => s.table('orders').join(s.table('users'), 'idd').collect(),
  "orders.join(users, orders.col('id').equalTo(users.col('id'))).select('id')": (s) => {
    const [orders, users] = [s.table('orders'), s.table('users')];
    return orders.join(users, orders.col('id').equalTo(users.col('id'))).select('id').collect();
  },
  "orders.select(expr('lenght(customer)'))": (s) => s.table('orders').select(expr('lenght(customer)')).collect(),
  "orders.filter('amount >')": (s) => s.table('orders').filter('amount >').collect(),
  'orders.filter((row) => row.nosuch.length > 1)': (s) => s.table('orders').filter((row) => (row['nosuch'] as string).length > 1).collect(),
  "session.createDataFrame([{ a: 'x' }], 'a INT')": (s) => s.createDataFrame([{ a: 'x' }] as never, 'a INT').collect(),
  "session.table('oders')": (s) => s.table('oders').collect(),
  "session.read.format('jsn').load('in')": (s) => s.read.format('jsn').load('in').collect(),
  "session.readStream.format('rate').option('rowsPerSecnd', 1).load() … start()": (s) => s.readStream.format('rate').option('rowsPerSecnd', 1).load().writeStream.format('noop').start(),
  "clicks.writeStream.format('consle').start()": (s) => s.table('clicks').writeStream.format('consle').start(),
  "clicks.writeStream.format('console').outputMode('apend').start()": (s) => s.table('clicks').writeStream.format('console').outputMode('apend' as 'append').start(),
  "clicks.groupBy('value').count().writeStream … outputMode('append').start()": (s) => s.table('clicks').groupBy('value').count().writeStream.format('noop').outputMode('append').start(),
  "clicks.writeStream … outputMode('complete').start()": (s) => s.table('clicks').writeStream.format('noop').outputMode('complete').start(),
  "session.conf.set('millrace.keptRow', 1)": (s) => { s.conf.set('millrace.keptRow', 1); },
  'clicks.collect()': (s) => s.table('clicks').collect(),
  "clicks.orderBy('value').writeStream … start()": (s) => s.table('clicks').orderBy('value').writeStream.format('noop').start(),
  "clicks.as('a').join(clicks.as('b'), expr('a.value = b.value'), 'left').writeStream … start()": (s) => {
    const clicks = s.table('clicks');
    return clicks.as('a').join(clicks.as('b'), expr('a.value = b.value'), 'left').writeStream.format('noop').outputMode('append').start();
  },
  "clicks.withWatermark('timestamp', '10 secnds')": (s) => s.table('clicks').withWatermark('timestamp', '10 secnds').schema(),
  "clicks.withWatermark('value', '10 seconds')": (s) => s.table('clicks').withWatermark('value', '10 seconds').schema(),
  "clicks.groupBy(window('timestamp', '10 mins ago')).count()": (s) => s.table('clicks').groupBy(window('timestamp', '10 mins ago')).count().schema(),
  "clicks.writeStream.trigger({ processingTime: '5 secnds' })": (s) => s.table('clicks').writeStream.format('noop').trigger({ processingTime: '5 secnds' }).start(),
  "clicks.writeStream.format('json').start('out')": (s) => s.table('clicks').writeStream.format('json').start('out'),
};

async function printed(session: Session, written: string): Promise<string> {
  try {
    const program = PROGRAMS[written];
    if (program) await program(session);
    else await session.runScript(written, async (result) => { await result.collect(); });
  } catch (error) { return error instanceof EngineError ? error.toString() : `not an EngineError: ${String(error)}`; }
  return 'nothing';
}

/** What a hint says to write in place of what the caret shows: a likely name, or a cast. */
function rewritten({ hint, focus, span }: EngineError): string | undefined {
  const shown = focus ?? span;
  const [, cast] = /^Write (CAST\(.+\)), if that/.exec(hint) ?? [];
  const [, name] = /^Did you mean ([^ ?,]+)(?: or [^?]+| instead of \w+)?\?/.exec(hint) ?? [];
  if (!shown || (cast ?? name) === undefined) return undefined;
  const [, wrong] = / instead of (\w+)\?/.exec(hint) ?? [];
  const written = shown.text.slice(shown.start, shown.stop);
  const field = name && !name.includes('.') && !name.startsWith('`') ? /^.*\./s.exec(written)?.[0] ?? '' : '';
  return wrong === undefined ? `${shown.text.slice(0, shown.start)}${cast ?? `${field}${name!}`}${shown.text.slice(shown.stop)}` : shown.text.replace(new RegExp(`\\b${wrong}\\b`), name!);
}

const entries = readFileSync(FILE, 'utf8').split(/^> /m).slice(1).map((entry) => {
  const [written, ...lines] = entry.trimEnd().split('\n');
  return { written: written!, expected: lines.join('\n') };
});

afterEach(cleanUp);

test('the file holds every program', () => {
  expect(Object.keys(PROGRAMS).filter((written) => !entries.some((e) => e.written === written))).toEqual([]);
});

test('what is printed for each mistake', async () => {
  const { session } = open();
  await session.runScript(TABLES);
  const found: string[] = [];
  for (const { written } of entries) found.push(`> ${written}\n${await printed(session, written)}\n`);
  if (process.env['UPDATE_MISTAKES']) writeFileSync(FILE, found.join('\n'));
  expect(found.join('\n')).toBe(readFileSync(FILE, 'utf8'));
  for (const text of found) {
    const [written, ...lines] = text.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^\[[A-Z_0-9.]+\] .+ SQLSTATE: \w{5}$/i);
    expect(lines.length).toBeLessThan(8);
    expect(text).not.toMatch(/^ +at /m);
    if (!(written!.slice(2) in PROGRAMS)) expect(text).toMatch(/^ *\^+$/m);
    expect(text).toMatch(/^Hint: ./m);
  }
});

test('what a hint says to write runs', async () => {
  const { session } = open();
  await session.runScript(TABLES);
  const tried: string[] = [];
  for (const { written } of entries.filter((e) => /^(WITH|SELECT|SELCT|EXPLAIN|DROP TABLE|SHOW|DESCRIBE)\b/.test(e.written))) {
    const error = await session.runScript(written, async (result) => { await result.collect(); }).then(() => undefined, (e: unknown) => e);
    const better = error instanceof EngineError ? rewritten(error) : undefined;
    if (better === undefined) continue;
    tried.push(better);
    await session.runScript(better, async (result) => { await result.collect(); });
  }
  expect(tried.length).toBeGreaterThan(10);
});
