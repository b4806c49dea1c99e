// The second job that is killed: a program with foreachBatch, one query for each kind of state: counts by user in update mode, rows without
// duplicates, sessions, a join of two streams, a processor with states and timers. Each epoch goes to a file of its number, whole. An epoch
// that comes again must bring the same rows: if not, that is written down as well.
// Arguments: the built library, and `last` for the run that ends by itself.

'use strict';
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');

const [library, last] = process.argv.slice(2);
const { expr, Session, sessionWindow, StatefulProcessor } = require(library);
const session = new Session({ conf: { 'spark.sql.session.timeZone': 'UTC' } });

const keep = (name) => async (batch, epoch) => {
  const text = (await batch.collect()).map((row) => JSON.stringify(row, (_, v) => typeof v === 'bigint' ? Number(v) : v)).sort().join('\n');
  const file = `out/${name}/${epoch}`;
  if (existsSync(file) && readFileSync(file, 'utf8') !== text) writeFileSync(`out/${name}/differs-${epoch}`, text);
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
};

/** Gives the number and the sum of a user's ids when no row of the user came for six seconds. */
class Visits extends StatefulProcessor {
  ids = this.handle.getListState('ids');
  newest = this.handle.getValueState('newest');

  *handleInputRows(user, rows) {
    for (const row of rows) {
      this.ids.appendValue(Number(row.id));
      if (row.at.getTime() <= (this.newest.get() ?? 0)) continue;
      for (const time of this.handle.listTimers()) this.handle.deleteTimer(time);
      this.handle.registerTimer(row.at.getTime() + 6_000);
      this.newest.update(row.at.getTime());
    }
  }
  *handleExpiredTimer(user) {
    const ids = [...this.ids.get()];
    this.ids.clear();
    this.newest.clear();
    yield { user, n: ids.length, total: ids.reduce((a, b) => a + b, 0) };
  }
}

async function main() {
  const clicks = session.readStream.format('json').schema('id BIGINT, user STRING, at TIMESTAMP').option('maxFilesPerTrigger', 3).load('in');
  const timed = clicks.withWatermark('at', '20 seconds');
  const later = clicks.selectExpr('id AS that', 'user AS thatUser', 'at AS thatAt').withWatermark('thatAt', '20 seconds');
  const start = async (frame, name, mode) => {
    mkdirSync(`out/${name}`, { recursive: true });
    const writer = frame.writeStream.outputMode(mode).option('checkpointLocation', `checkpoint/${name}`).foreachBatch(keep(name));
    return (last === 'last' ? writer.trigger({ availableNow: true }) : writer).start();
  };
  const queries = [
    await start(clicks.groupBy('user').count(), 'counts', 'update'),
    await start(timed.dropDuplicates('user', 'at').select('user', 'at'), 'unique', 'append'),
    await start(timed.groupBy(sessionWindow('at', '1 second'), 'user').count().selectExpr('session_window.start AS start', 'session_window.end AS end', 'user', 'count'), 'sessions', 'append'),
    await start(timed.join(later, expr('user = thatUser AND thatAt = at + INTERVAL 2 SECONDS'), 'left').select('id', 'that'), 'pairs', 'append'),
    await start(timed.groupByKey((row) => row.user ?? 'nobody').transformWithState(new Visits(), { timeMode: 'event-time', output: 'user STRING, n INT, total BIGINT' }), 'visits', 'append'),
  ];
  await Promise.all(queries.map((query) => query.awaitTermination()));
}

main().catch((error) => { process.stderr.write(`${error}\n`); process.exit(1); });
