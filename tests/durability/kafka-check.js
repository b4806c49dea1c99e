// The judge of the Kafka kill loop. It shares no code with the engine, not even the client: topics are read by Kafka's own console consumer with
// read_committed, and what must have come out is worked out from what went in.

'use strict';
const { compare } = require('./check.js');

const WINDOW_SECONDS = 10;
const DELAY_SECONDS = 20;
const clock = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 19);

/** @param read gives the values of a topic, by Kafka's own consumer. @returns what is wrong in the topics of a finished run */
async function checkKafka(name, read) {
  const [input, rows, hits] = [await read(`${name}-in`), await read(`${name}-rows`), await read(`${name}-hits`)];
  const newest = Math.max(...input.map((row) => Date.parse(row.at) / 1000));
  const windows = new Map();
  for (const { id, user, at } of input) {
    const start = Math.floor(Date.parse(at) / 1000 / WINDOW_SECONDS) * WINDOW_SECONDS;
    if (start + WINDOW_SECONDS > newest - DELAY_SECONDS) continue;
    const key = `${clock(start)} ${user}`;
    const group = windows.get(key) ?? { n: 0, total: 0 };
    windows.set(key, { n: group.n + 1, total: group.total + id });
  }
  return [
    compare('rows', input.map((r) => `${r.id} ${r.user}`), rows.map((r) => `${r.id} ${r.user}`)),
    compare('hits', [...windows].map(([key, g]) => `${key} ${g.n} ${g.total}`), hits.map((r) => `${r.start} ${r.user} ${r.n} ${r.total}`)),
  ];
}

module.exports = { checkKafka };
