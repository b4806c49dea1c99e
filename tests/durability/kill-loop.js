// Kills a real process again and again and lets a separate judge (check.js) count the rows: `npm run kill-loop -- files --kills 100`.
// `files`: the command line runs job.sql over files that keep arriving; `batches`: a program with foreachBatch does (batches.js);
// `kafka`: see kafka-loop.js. It dies by SIGKILL a random time after its start or in the middle of its writing, and starts again. At the end
// it runs through (AVAILABLE NOW), and each row must have come out once.

'use strict';
const { spawn } = require('node:child_process');
const { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, watch, writeFileSync } = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { checkBatches, checkFiles, LATE } = require('./check.js');
const { kafkaLoop } = require('./kafka-loop.js');

const usage = 'usage: kill-loop files|batches|kafka [--kills N] [--seed S] [--cli FILE] [--keep]';
const { values, positionals } = (() => {
  try {
    return parseArgs({ allowPositionals: true, options: { kills: { type: 'string', default: '100' }, seed: { type: 'string' }, cli: { type: 'string' }, keep: { type: 'boolean', default: false } } });
  } catch (error) { process.stderr.write(`${error.message}\n${usage}\n`); return process.exit(2); }
})();
const kills = Number(values.kills);
const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
const cli = path.resolve(values.cli ?? path.join(__dirname, '..', '..', 'dist', 'cli', 'main.js'));
const JOBS = {
  files: { queries: ['rows', 'hits', 'seen'], check: checkFiles, args: (last) => [cli, 'run', last ? 'last.sql' : 'job.sql'] },
  batches: { queries: ['counts', 'unique', 'sessions', 'pairs', 'visits'], check: checkBatches, args: (last) => [path.join(__dirname, 'batches.js'), path.join(cli, '..', '..', 'index.js'), last ? 'last' : 'on'] },
};
const loop = positionals.join();
const { [loop]: running } = JOBS;
if ((running === undefined && loop !== 'kafka') || !Number.isInteger(kills) || kills < 0 || !Number.isInteger(seed)) { process.stderr.write(`${usage}\n`); process.exit(2); }

let state = seed >>> 0;
/** Uniform in [0, n). */
function random(n) {
  state = (state + 0x6d2b79f5) >>> 0;
  let x = Math.imul(state ^ (state >>> 15), state | 1);
  x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
  return Math.floor(((x ^ (x >>> 14)) >>> 0) / 4294967296 * n);
}
if (loop === 'kafka') {
  kafkaLoop({ kills, seed, random, cli, keep: values.keep }).then((good) => { process.exitCode = good ? 0 : 1; });
  return;
}
const sleep = (millis) => new Promise((resolve) => { setTimeout(resolve, millis); });

const root = mkdtempSync(path.join(os.tmpdir(), 'millrace-kill-'));
const job = readFileSync(path.join(__dirname, 'job.sql'), 'utf8');
for (const directory of ['in', 'new', ...running.queries.map((q) => `out/${q}`)]) mkdirSync(path.join(root, directory), { recursive: true });
writeFileSync(path.join(root, 'users.csv'), `id,country\n${Array.from({ length: 20 }, (_, i) => `u${i},${['at', 'de', 'jp', 'nz'][i % 4]}`).join('\n')}\n`);
writeFileSync(path.join(root, 'job.sql'), job);
writeFileSync(path.join(root, 'last.sql'), job.replace(/ OUTPUT MODE append/g, '$& TRIGGER AVAILABLE NOW'));

const START = Date.UTC(2026, 0, 1);
let files = 0;
let ids = 0;
let previous = [];
/** Drops the next file in whole. Its event times follow on those of the file before; some rows are sent again, some come far too late. */
function feed(closing = false) {
  const base = files * 3;
  const row = (id, user, seconds) => ({ id, user, at: new Date(START + seconds * 1000).toISOString() });
  const rows = closing ? [row(ids++, 'end', base + 10_000)] : Array.from({ length: 20 + random(60) }, () => row(ids++, random(20) === 0 ? null : `u${random(25)}`, base + random(5)));
  if (!closing) {
    for (const again of previous.slice(0, random(6))) rows.push({ ...again, id: ids++ });
    if (files > 30) for (let i = random(3); i > 0; i--) rows.push(row(LATE + ids++, `u${random(20)}`, base - 90 + random(5)));
    previous = rows.filter((r) => r.id < LATE);
  }
  const name = `${String(files++).padStart(6, '0')}.json`;
  writeFileSync(path.join(root, 'new', name), rows.map((r) => `${JSON.stringify(r)}\n`).join(''));
  renameSync(path.join(root, 'new', name), path.join(root, 'in', name));
}

function start(last) {
  const child = spawn(process.execPath, running.args(last), { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => { errors += text; });
  const ended = new Promise((resolve) => { child.on('close', (code, signal) => resolve({ code, signal, errors })); });
  return { child, ended };
}

/** Kills after a time, or at the n-th change that the child makes below the directory. */
async function runAndKill() {
  const { child, ended } = start(false);
  const kill = () => child.kill('SIGKILL');
  const watchers = [];
  let timer;
  const mode = random(4);
  if (mode === 0) timer = setTimeout(kill, 10 + random(390));
  else {
    let left = 1 + random(mode === 1 ? 12 : 150);
    let begun = false;
    const count = () => {
      // A busy machine may take seconds to come so far.
      if (!begun) { begun = true; clearTimeout(timer); timer = setTimeout(kill, 1500); }
      if (left-- === 0) kill();
    };
    for (const q of running.queries) {
      for (const d of ['out', 'checkpoint']) mkdirSync(path.join(root, d, q), { recursive: true });
      for (const d of [`out/${q}`, `out/${q}/_spark_metadata`, ...['offsets', 'commits', 'state', 'sources/0'].map((p) => `checkpoint/${q}/${p}`)]) {
        try { watchers.push(watch(path.join(root, d), count)); } catch { /* not there before the first epoch */ }
      }
    }
    timer = setTimeout(kill, 20_000);
  }
  const feeding = (async () => { for (let i = 1 + random(4); i > 0; i--) { feed(); await sleep(random(60)); } })();
  const end = await ended;
  clearTimeout(timer);
  for (const w of watchers) w.close();
  await feeding;
  if (end.signal !== 'SIGKILL') throw new Error(`the job ended by itself with ${end.code ?? end.signal}\n${end.errors}`);
  return end.errors;
}

/** Queries whose newest epoch was begun and not committed. */
const halfDone = () => running.queries.filter((q) => {
  const newest = (log) => {
    const directory = path.join(root, 'checkpoint', q, log);
    return existsSync(directory) ? Math.max(-1, ...readdirSync(directory).filter((name) => /^\d+$/.test(name)).map(Number)) : -1;
  };
  return newest('offsets') > newest('commits');
}).length;

async function main() {
  const from = Date.now();
  let replays = 0;
  feed();
  for (let i = 0; i < kills; i++) {
    const errors = await runAndKill();
    replays += halfDone();
    if (errors !== '') throw new Error(`after ${i} kills the job complained:\n${errors}`);
  }
  feed();
  feed(true);
  const end = await start(true).ended;
  if (end.code !== 0 || end.errors !== '') throw new Error(`the last run ended with ${end.code ?? end.signal}\n${end.errors}`);
  const { results, problems } = running.check(root);
  for (const { name, expected, lost, doubled, examples } of results) {
    process.stdout.write(`${name}: ${expected} rows expected, ${lost} lost, ${doubled} doubled\n${examples.map((e) => `  ${e}\n`).join('')}`);
  }
  for (const p of problems) process.stdout.write(`${p}\n`);
  const good = problems.length === 0 && results.every((r) => r.expected > 0 && r.lost === 0 && r.doubled === 0);
  process.stdout.write(`${good ? 'ok' : 'FAILED'}: ${kills} kills, ${replays} epochs cut in two, ${files} files, seed ${seed}, ${((Date.now() - from) / 1000).toFixed(1)} s\n`);
  return good;
}

main().catch((error) => { process.stdout.write(`FAILED: seed ${seed}: ${error.message}\n`); return false; }).then((good) => {
  if (good && !values.keep) rmSync(root, { recursive: true, force: true });
  else process.stdout.write(`left in ${root}\n`);
  process.exitCode = good ? 0 : 1;
});
