// The live demo of `npm start`: events that arrive out of order and sometimes too late, a windowed SQL query over them in update mode
// (each window as often as it changes), and what happened in each epoch. Runs for half a minute, or until Ctrl-C.

import { Session } from '../index.js';

const SECONDS = Number(process.argv[2] ?? 30);

// Output into a pipe that closes (head) ends the demo.
process.stdout.on('error', () => process.exit(0));

async function main(): Promise<void> {
  const session = new Session({ conf: { 'spark.sql.session.timeZone': 'UTC' } });
  const statements = [
    "CREATE STREAM events USING events OPTIONS (rowsPerSecond 40, latePercent 2, lateBy '20 seconds', seed 7)",
    `START QUERY activity INTO console OPTIONS (truncate 'false') OUTPUT MODE update TRIGGER EVERY '1 second' AS
  SELECT window.start AS start, action, count(*) AS events, sum(amount) AS revenue
  FROM events WATERMARK at DELAY OF INTERVAL 3 SECONDS
  GROUP BY window(at, '5 seconds'), action`,
  ];
  process.stdout.write(`${statements[0]};\n${statements[1]};\n\nRuns for ${SECONDS} seconds; Ctrl-C stops it.\n\n`);
  session.streams.addListener({
    onQueryProgress({ progress }) {
      const late = progress.operators.reduce((n, o) => n + o.late, 0);
      const watermark = progress.eventTime.watermark?.slice(11, 23) ?? 'none';
      process.stdout.write(`epoch ${progress.batchId}: ${progress.numInputRows} events in, watermark ${watermark}${late > 0 ? `, ${late} too late` : ''}\n`);
    },
  });
  await session.sql(statements[0]!).collect();
  await session.sql(statements[1]!).collect();

  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const [query] = session.streams.active;
  const timer = setTimeout(() => stop.abort(), SECONDS * 1000);
  await Promise.race([query!.awaitTermination(), new Promise((resolve) => { stop.signal.addEventListener('abort', resolve); })]);
  clearTimeout(timer);
  await session.stop();
  process.stdout.write('\nStopped. Try the command line next:  npx millrace sql -e "SELECT 1 + 1 AS two"\n');
}

main().catch((error: unknown) => { process.stderr.write(`${String(error)}\n`); process.exit(1); });
