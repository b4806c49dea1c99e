// The judge of a kill loop. It shares no code with the engine: it reads the input files, works out by itself what must have come out,
// reads the sinks' manifests and part files, and counts what is missing and what is there too often.

'use strict';
const { readdirSync, readFileSync } = require('node:fs');
const path = require('node:path');

const WINDOW_SECONDS = 10;
const DELAY_SECONDS = 20;
/** Rows marked so in their id are older than any watermark at the time they come: windows and duplicates never see them. */
const LATE = 1_000_000_000;

const parseLines = (file) => readFileSync(file, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
const clock = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 19);

/** The rows of the part files that a manifest names. */
function committed(directory, root) {
  const log = path.join(directory, '_spark_metadata');
  const entries = readdirSync(log).map((name) => ({ name, epoch: parseInt(name, 10), compact: name.endsWith('.compact') }))
    .filter(({ name }) => /^\d+(\.compact)?$/.test(name)).sort((a, b) => a.epoch - b.epoch);
  const last = entries.findLast((e) => e.compact);
  const rows = [];
  const problems = [];
  let expected = last ? last.epoch : 0;
  for (const { name, epoch } of entries.filter((e) => !last || e.epoch >= last.epoch)) {
    if (epoch !== expected++) problems.push(`the manifest of ${directory} skips to epoch ${epoch}`);
    const [version, ...lines] = readFileSync(path.join(log, name), 'utf8').split('\n').filter((line) => line !== '');
    if (version !== 'v1') problems.push(`${name} begins with ${version}`);
    for (const line of lines) {
      const file = decodeURI(JSON.parse(line).path.replace(/^file:\/\//, ''));
      if (!path.isAbsolute(file)) problems.push(`the manifest names ${file}, which is no absolute path`);
      rows.push(...parseLines(path.resolve(root, file)));
    }
  }
  return { rows, problems };
}

/** How often each text is expected less how often it is there. */
function compare(name, expected, actual) {
  const counts = new Map();
  for (const text of expected) counts.set(text, (counts.get(text) ?? 0) + 1);
  for (const text of actual) counts.set(text, (counts.get(text) ?? 0) - 1);
  let lost = 0;
  let doubled = 0;
  const examples = [];
  for (const [text, n] of counts) {
    if (n > 0) lost += n;
    if (n < 0) doubled -= n;
    if (n !== 0 && examples.length < 5) examples.push(`${n > 0 ? 'missing' : 'surplus'} ${text}`);
  }
  return { name, expected: expected.length, lost, doubled, examples };
}

const inputOf = (root) => readdirSync(path.join(root, 'in')).filter((name) => name.endsWith('.json')).sort().flatMap((name) => parseLines(path.join(root, 'in', name)));

/** @returns what is wrong in a finished run's directory, query by query */
function checkFiles(root) {
  const input = inputOf(root);
  const countries = new Map(readFileSync(path.join(root, 'users.csv'), 'utf8').trim().split('\n').slice(1).map((line) => line.split(',')));
  const newest = Math.max(...input.map((row) => Date.parse(row.at) / 1000));
  const windows = new Map();
  const seen = new Set();
  for (const { id, user, at } of input) {
    if (id >= LATE) continue;
    const seconds = Date.parse(at) / 1000;
    if (seconds <= newest - DELAY_SECONDS) seen.add(JSON.stringify([user, seconds]));
    const country = countries.get(user);
    const start = Math.floor(seconds / WINDOW_SECONDS) * WINDOW_SECONDS;
    if (country === undefined || start + WINDOW_SECONDS > newest - DELAY_SECONDS) continue;
    const key = `${clock(start)} ${country}`;
    const group = windows.get(key) ?? { n: 0, total: 0 };
    windows.set(key, { n: group.n + 1, total: group.total + id });
  }
  const out = (name) => committed(path.join(root, 'out', name), root);
  const [rows, hits, distinct] = [out('rows'), out('hits'), out('seen')];
  return {
    results: [
      compare('rows', input.map((r) => `${r.id} ${r.user}`), rows.rows.map((r) => `${r.id} ${r.user ?? null}`)),
      compare('hits', [...windows].map(([key, g]) => `${key} ${g.n} ${g.total}`), hits.rows.map((r) => `${r.start} ${r.country} ${r.n} ${r.total}`)),
      compare('seen', [...seen], distinct.rows.map((r) => JSON.stringify([r.user ?? null, Date.parse(r.at) / 1000]))),
    ],
    problems: [rows, hits, distinct].flatMap((r) => r.problems),
  };
}

/** The files that batches.js writes, one an epoch. */
function epochs(directory) {
  const names = readdirSync(directory);
  const numbers = names.filter((name) => /^\d+$/.test(name)).map(Number).sort((a, b) => a - b);
  const problems = names.filter((name) => name.startsWith('differs')).map((name) => `${directory}: an epoch came again with other rows: ${name}`);
  numbers.forEach((n, i) => { if (n !== i) problems.push(`${directory}: epoch ${i} is missing`); });
  return { rows: numbers.flatMap((n) => parseLines(path.join(directory, String(n)))), problems };
}

/** Rows of a user of which each comes no later than a second after one before. */
function sessionsOf(rows) {
  const out = [];
  for (const { user, at } of [...rows].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    const time = Date.parse(at);
    const open = out.findLast((s) => s.user === user);
    if (open && time <= open.end) { open.count++; open.end = time + 1000; } else out.push({ user, start: time, end: time + 1000, count: 1 });
  }
  return out;
}

function checkBatches(root) {
  const input = inputOf(root);
  const names = ['counts', 'unique', 'sessions', 'pairs', 'visits'];
  const [counts, unique, sessions, pairs, visits] = names.map((name) => epochs(path.join(root, 'out', name)));
  const expected = new Map();
  for (const { user } of input) expected.set(user, (expected.get(user) ?? 0) + 1);
  // Update mode: the last row of a key holds.
  const actual = new Map(counts.rows.map((r) => [r.user, r.count]));
  const pair = (user, at) => JSON.stringify([user, Date.parse(at)]);
  const timely = input.filter((r) => r.id < LATE);
  const newest = Math.max(...timely.map((r) => Date.parse(r.at)));
  // What the last row itself begins is never over.
  const over = timely.filter((r) => Date.parse(r.at) < newest);
  const byPlace = new Map();
  for (const r of timely) byPlace.set(pair(r.user, r.at), [...byPlace.get(pair(r.user, r.at)) ?? [], r.id]);
  const partners = ({ user, at }) => (user === null ? [null] : byPlace.get(pair(user, new Date(Date.parse(at) + 2000).toISOString())) ?? [null]);
  // How visits are cut depends on what came together; what they add up to does not.
  const totals = (rows, user, n, id) => {
    const sums = new Map();
    for (const r of rows) { const s = sums.get(user(r)) ?? [0, 0]; sums.set(user(r), [s[0] + n(r), s[1] + id(r)]); }
    return [...sums].map(([key, s]) => `${key} ${s}`);
  };
  return {
    results: [
      compare('counts', [...expected].map(([k, n]) => `${k} ${n}`), [...actual].map(([k, n]) => `${k} ${n}`)),
      compare('unique', [...new Set(timely.map((r) => pair(r.user, r.at)))], unique.rows.map((r) => pair(r.user, r.at))),
      compare('sessions', sessionsOf(over).map((s) => JSON.stringify([s.user, s.start, s.end, s.count])), sessions.rows.map((s) => JSON.stringify([s.user, Date.parse(s.start), Date.parse(s.end), s.count]))),
      compare('pairs', over.flatMap((r) => partners(r).map((that) => `${r.id} ${that}`)), pairs.rows.map((r) => `${r.id} ${r.that}`)),
      compare('visits', totals(over, (r) => r.user ?? 'nobody', () => 1, (r) => r.id), totals(visits.rows, (r) => r.user, (r) => r.n, (r) => r.total)),
    ],
    problems: [counts, unique, sessions, pairs, visits].flatMap((r) => r.problems),
  };
}

module.exports = { checkBatches, checkFiles, compare, LATE };
