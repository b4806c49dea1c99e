// The recipes of docs/kafka.md, as they stand there, on a broker.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Session, type StreamingQuery } from '../../index.js';
import { eventually } from '../support/wait.js';
import { useBroker } from './broker/shared.js';

const broker = useBroker();
let scratch = '';
beforeAll(() => { scratch = mkdtempSync(path.join(tmpdir(), 'millrace-recipes-')); });
afterAll(() => { rmSync(scratch, { recursive: true, force: true }); });

const text = readFileSync(path.join(__dirname, '..', '..', 'docs', 'kafka.md'), 'utf8');
const recipes = [...text.slice(text.indexOf('\n## Recipes')).matchAll(/```sql\n([\s\S]*?)```/g)].map((m) => m[1]!);

test('each recipe does what it says', async () => {
  const topics = new Map(['visits', 'sections', 'visits-bad', 'busy'].map((name) => [name, broker.name(name)]));
  const group = broker.name('old-program');
  /** The recipe with the broker, topics and paths of this test. */
  const here = (sql: string): string => [...topics, ['old-program', group] as const].reduce((s, [name, own]) => s.replaceAll(`'${name}'`, `'${own}'`),
    sql.replaceAll('localhost:9092', broker.brokers).replaceAll(/(CHECKPOINT|path) '/g, `$1 '${scratch}/`));
  const admin = await broker.admin();
  await admin.createTopics({ waitForLeaders: true, topics: [...topics.values()].map((topic) => ({ topic })) });
  const day = Date.UTC(2026, 0, 5);
  const visit = (id: number, page: string, second: number): object => ({ value: JSON.stringify({ id, page, at: new Date(day + second * 1000).toISOString() }), timestamp: String(day + second * 1000) });
  const producer = broker.kafka.producer();
  await producer.connect();
  const messages = [visit(1, '/a', 1), visit(2, '/b', 2), visit(1, '/a', 1), { value: '{"id":', timestamp: String(day) }, visit(3, '/a', 70), visit(4, '/c', 300)];
  await producer.send({ topic: topics.get('visits')!, messages: messages as { value: string }[] });
  await producer.disconnect();
  await admin.setOffsets({ groupId: group, topic: topics.get('visits')!, partitions: [{ partition: 0, offset: '4' }] });
  writeFileSync(path.join(scratch, 'pages.csv'), 'page,section\n/a,first\n/b,second\n/c,third\n');

  const session = new Session();
  expect(recipes).toHaveLength(5);
  for (const recipe of recipes.slice(0, -1)) await session.runScript(here(recipe));
  const [create, select] = here(recipes.at(-1)!).split(/;\s*/);
  await session.sql(create!).collect();
  expect((await session.sql(select!).collect()).map((r: object) => Object.values(r).map(String).join(' ')).sort()).toEqual(['/a 3', '/b 1', '/c 1', 'null 1']);

  const values = async (topic: string, least: number): Promise<string[]> => (await broker.records(topics.get(topic)!, least)).map((r) => `${r.key?.toString()} ${r.value?.toString()}`).sort();
  const at = (second: number): string => new Date(day + second * 1000).toISOString();
  expect(await values('sections', 3)).toEqual([`first {"start":"${at(0)}","section":"first","n":1}`, `first {"start":"${at(60)}","section":"first","n":1}`, `second {"start":"${at(0)}","section":"second","n":1}`]);
  expect(await values('visits-bad', 1)).toEqual(['0:3 {"id":']);
  expect(await values('busy', 1)).toEqual(['/a {"page":"/a","n":3}']);
  const follow = path.join(scratch, 'follow');
  const followed = (): string[] => readdirSync(follow).filter((f) => f.endsWith('.json')).flatMap((f) => readFileSync(path.join(follow, f), 'utf8').trim().split('\n'));
  await eventually('the rows behind the group\'s offsets', () => { try { return followed().length === 2 || undefined; } catch { return undefined; } });
  expect(followed()).toEqual(['{"id":3,"page":"/a"}', '{"id":4,"page":"/c"}']);
  await Promise.all(session.streams.active.map((q: StreamingQuery) => q.stop()));
  const offsets = await eventually('the published offset', async () => (await admin.fetchOffsets({ groupId: group })).find((t) => t.partitions[0]?.offset === '6'));
  expect(offsets.topic).toBe(topics.get('visits'));
});
