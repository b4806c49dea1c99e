// The second job that is killed: a program with foreachBatch. Counts by user in update mode, and rows without duplicates; each epoch goes to a
// file of its number, whole. An epoch that comes again must bring the same rows: if not, that is written down as well.
// Arguments: the built library, and `last` for the run that ends by itself.

'use strict';
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');

const [library, last] = process.argv.slice(2);
const { Session } = require(library);
const session = new Session({ conf: { 'spark.sql.session.timeZone': 'UTC' } });

const keep = (name) => async (batch, epoch) => {
  const text = (await batch.collect()).map((row) => JSON.stringify(row, (_, v) => typeof v === 'bigint' ? Number(v) : v)).sort().join('\n');
  const file = `out/${name}/${epoch}`;
  if (existsSync(file) && readFileSync(file, 'utf8') !== text) writeFileSync(`out/${name}/differs-${epoch}`, text);
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
};

async function main() {
  const clicks = session.readStream.format('json').schema('id BIGINT, user STRING, at TIMESTAMP').option('maxFilesPerTrigger', 3).load('in');
  const start = async (frame, name, mode) => {
    mkdirSync(`out/${name}`, { recursive: true });
    const writer = frame.writeStream.outputMode(mode).option('checkpointLocation', `checkpoint/${name}`).foreachBatch(keep(name));
    return (last === 'last' ? writer.trigger({ availableNow: true }) : writer).start();
  };
  const queries = [
    await start(clicks.groupBy('user').count(), 'counts', 'update'),
    await start(clicks.withWatermark('at', '20 seconds').dropDuplicates('user', 'at').select('user', 'at'), 'unique', 'append'),
  ];
  await Promise.all(queries.map((query) => query.awaitTermination()));
}

main().catch((error) => { process.stderr.write(`${error}\n`); process.exit(1); });
