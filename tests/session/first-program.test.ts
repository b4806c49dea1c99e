// The first program of the README over a real socket, in its three forms, printed as Spark prints it.

import { col, currentTimestamp, explode, type Session, split, window } from '../../index.js';
import { cleanUp, feed, open, server } from './support.js';

afterEach(cleanUp);

const BATCH_0 = `-------------------------------------------
Batch: 0
-------------------------------------------
+------+-----+
|  word|count|
+------+-----+
|apache|    2|
| spark|    1|
|hadoop|    1|
+------+-----+

`;
const BATCH_1 = BATCH_0.replace('Batch: 0', 'Batch: 1').replace('|apache|    2|', '|apache|    3|').replace('|hadoop|    1|\n', '|hadoop|    1|\n| flink|    1|\n');
const LINES = [['apache spark', 'apache hadoop'], ['apache flink']];
const SQL = "SELECT word, count(*) AS count FROM lines LATERAL VIEW explode(split(value, ' ')) AS word GROUP BY word";

const socket = (session: Session, port: number) => session.readStream.format('socket').option('host', 'localhost').option('port', port).load();

test.each([
  ['DataFrame', (s: Session, port: number) => socket(s, port).select(explode(split(col('value'), ' ')).as('word')).groupBy('word').count()],
  ['SQL', (s: Session, port: number) => {
    s.sql(`CREATE STREAM lines USING socket OPTIONS (host 'localhost', port ${port})`);
    return s.sql(SQL);
  }],
  ['closures', (s: Session, port: number) => socket(s, port).as<string>().flatMap((line) => line.split(' ')).withColumnRenamed('value', 'word').groupBy('word').count()],
] as const)('word count with %s', async (_name, counts) => {
  const { session, printed } = open();
  const from = await server();
  const query = await counts(session, from.port).writeStream.outputMode('complete').format('console').start();
  for (const lines of LINES) await feed(from, query, lines);
  await query.stop();
  expect(printed.join('')).toBe(`${BATCH_0}\n${BATCH_1}\n`.replaceAll('+\n\n\n', '+\n\n'));
});

test('the SQL form as a script: START QUERY into the console', async () => {
  const { session, printed } = open();
  const from = await server();
  await session.runScript(`CREATE STREAM lines USING socket OPTIONS (host 'localhost', port ${from.port}); START QUERY words INTO console OUTPUT MODE complete AS ${SQL};`);
  const [query] = session.streams.active;
  expect(query!.name).toBe('words');
  await feed(from, query!, LINES[0]!);
  expect(printed.join('')).toBe(BATCH_0);
});

test('a window over the time of arrival', async () => {
  const { session, printed } = open();
  const from = await server();
  const counts = socket(session, from.port).withColumn('at', currentTimestamp()).groupBy(window('at', '1 hour'), 'value').count().select('value', 'count');
  const query = await counts.writeStream.outputMode('update').format('console').start();
  await feed(from, query, ['a', 'b', 'a']);
  expect(printed.join('')).toBe(`-------------------------------------------
Batch: 0
-------------------------------------------
+-----+-----+
|value|count|
+-----+-----+
|    a|    2|
|    b|    1|
+-----+-----+

`);
});
