// The kill loop over Kafka: topic → rows and windows → topics, exactly once, by the command line as a real process. It dies by SIGKILL at random
// moments, and now and then the broker does, too. Several such jobs run side by side on one broker, each with its own topics and checkpoints.

'use strict';
const { spawn } = require('node:child_process');
const { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Kafka, logLevel } = require('kafkajs');
const { checkKafka } = require('./kafka-check.js');

const QUERIES = ['rows', 'hits'];
/** Topics of a job, with their partitions. */
const TOPICS = { in: 2, rows: 3, hits: 1 };
/** Sent at the end to each partition: the judge's consumer has then read everything before it. */
const END = '"the end"';
/** Jobs side by side. */
const LANES = 2;
/** Kills of the job between kills of the broker. */
const BROKER_EVERY = 40;
const START = Date.UTC(2026, 0, 1);
const sleep = (millis) => new Promise((resolve) => { setTimeout(resolve, millis); });

/** Waits for all, also where one fails: no process of a job is left behind. */
async function all(promises) {
  const failed = (await Promise.allSettled(promises)).find((r) => r.status === 'rejected');
  if (failed) throw failed.reason;
}

/** One job: what is fed to it, its process, its kills. */
class Lane {
  constructor(name, root, cli, brokers, producer, random) {
    Object.assign(this, { name, root, cli, producer, random });
    this.ids = 0;
    this.feeds = 0;
    this.kills = 0;
    this.cut = 0;
    const job = readFileSync(path.join(__dirname, 'kafka-job.sql'), 'utf8').replaceAll('BROKERS', brokers).replaceAll('NAME', name);
    mkdirSync(path.join(root, name));
    writeFileSync(path.join(root, `${name}.sql`), job);
    writeFileSync(path.join(root, `${name}-last.sql`), job.replaceAll('OUTPUT MODE append', 'OUTPUT MODE append TRIGGER AVAILABLE NOW'));
  }
  /** Sends rows whose event times follow on those sent before; the last ones let every window before them close. */
  async feed(closing = false) {
    const base = this.feeds++ * 3;
    const row = (user, seconds) => ({ id: this.ids++, user, at: new Date(START + seconds * 1000).toISOString() });
    const rows = closing ? [row('u0', base + 10_000), row('u1', base + 10_000)] : Array.from({ length: 20 + this.random(60) }, () => row(`u${this.random(25)}`, base + this.random(5)));
    await this.producer.send({ topic: `${this.name}-in`, messages: rows.map((r, i) => ({ value: JSON.stringify(r), partition: i % 2 })) });
  }
  start(last) {
    const child = spawn(process.execPath, [this.cli, 'run', last ? `${this.name}-last.sql` : `${this.name}.sql`], { cwd: this.root, stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text) => { errors += text; });
    return { child, ended: new Promise((resolve) => { child.on('close', (code, signal) => resolve({ code, signal, errors })); }) };
  }
  /** Queries whose newest epoch was begun and not committed. */
  halfDone() {
    const newest = (query, log) => {
      const directory = path.join(this.root, this.name, 'checkpoint', query, log);
      return existsSync(directory) ? Math.max(-1, ...readdirSync(directory).filter((n) => /^\d+$/.test(n)).map(Number)) : -1;
    };
    return QUERIES.filter((q) => newest(q, 'offsets') > newest(q, 'commits')).length;
  }
  async killOnce() {
    const { child, ended } = this.start(false);
    let over = false;
    const feeding = (async () => { while (!over) { await this.feed(); await sleep(50 + this.random(100)); } })();
    const kill = () => child.kill('SIGKILL');
    const watchers = [];
    let timer;
    if (this.random(4) === 0) timer = setTimeout(kill, 100 + this.random(900));
    else {
      // A few ms after an epoch has been begun: while it is read, computed, written, committed.
      let begun = 1 + this.random(4);
      for (const query of QUERIES) {
        const offsets = path.join(this.root, this.name, 'checkpoint', query, 'offsets');
        mkdirSync(offsets, { recursive: true });
        watchers.push(watch(offsets, (_, file) => { if (/^\d+$/.test(file) && --begun === 0) setTimeout(kill, this.random(50)); }));
      }
      timer = setTimeout(kill, 2000);
    }
    const end = await ended;
    over = true;
    clearTimeout(timer);
    for (const w of watchers) w.close();
    await feeding;
    if (end.signal !== 'SIGKILL') throw new Error(`the job ${this.name} ended by itself with ${end.code ?? end.signal}\n${end.errors}`);
    this.kills++;
    this.cut += this.halfDone();
  }
  async finish() {
    await this.feed();
    await this.feed(true);
    const end = await this.start(true).ended;
    if (end.code !== 0) throw new Error(`the last run of ${this.name} ended with ${end.code ?? end.signal}\n${end.errors}`);
  }
}

/** @returns whether nothing was lost or doubled */
async function kafkaLoop({ kills, seed, random, cli, keep }) {
  const { Cluster, kafkaTool } = require(path.join(cli, '..', '..', 'tests', 'kafka', 'broker', 'cluster.js'));
  const from = Date.now();
  const root = mkdtempSync(path.join(os.tmpdir(), 'millrace-kill-'));
  const cluster = await Cluster.start();
  let brokerKills = 0;
  try {
    const kafka = new Kafka({ clientId: 'feed', brokers: [cluster.brokers], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 60 } });
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    const admin = kafka.admin();
    await Promise.all([producer.connect(), admin.connect()]);
    const lanes = Array.from({ length: LANES }, (_, i) => new Lane(`lane${i}`, root, cli, cluster.brokers, producer, random));
    await admin.createTopics({ waitForLeaders: true, topics: lanes.flatMap((l) => Object.entries(TOPICS).map(([t, numPartitions]) => ({ topic: `${l.name}-${t}`, numPartitions }))) });
    let left = kills;
    let breaking;
    await all(lanes.map(async (lane) => {
      await lane.feed();
      while (left > 0) {
        if (left-- % BROKER_EVERY === BROKER_EVERY / 2) {
          brokerKills++;
          breaking = sleep(random(600)).then(() => cluster.kill()).then(() => sleep(random(1000))).then(() => cluster.startNode());
        }
        await lane.killOnce().catch((error) => { left = 0; throw error; });
        await breaking;
      }
    }));
    await all(lanes.map((lane) => lane.finish()));
    for (const lane of lanes) {
      for (const [topic, count] of Object.entries(TOPICS)) {
        await producer.send({ topic: `${lane.name}-${topic}`, messages: Array.from({ length: count }, (_, partition) => ({ value: END, partition })) });
      }
    }
    await Promise.all([producer.disconnect(), admin.disconnect()]);
    const read = async (topic) => {
      const count = TOPICS[topic.split('-')[1]];
      const text = await kafkaTool(cluster.brokers, 'consumer', ['--topic', topic, '--from-beginning', '--isolation-level', 'read_committed', '--timeout-ms', '60000'], '', { lines: /^"the end"$/, count });
      const lines = text.split('\n').filter((line) => line !== '');
      const values = lines.filter((line) => line !== END);
      if (lines.length - values.length !== count) throw new Error(`${topic} was not read to its end`);
      return values.map((line) => JSON.parse(line));
    };
    let good = true;
    const verdicts = await Promise.all(lanes.map((lane) => checkKafka(lane.name, read)));
    for (const [i, results] of verdicts.entries()) {
      for (const { name, expected, lost, doubled, examples } of results) {
        process.stdout.write(`${lanes[i].name} ${name}: ${expected} rows expected, ${lost} lost, ${doubled} doubled\n${examples.map((e) => `  ${e}\n`).join('')}`);
        good &&= expected > 0 && lost === 0 && doubled === 0;
      }
    }
    const cut = lanes.reduce((n, l) => n + l.cut, 0);
    process.stdout.write(`${good ? 'ok' : 'FAILED'}: ${lanes.reduce((n, l) => n + l.kills, 0)} kills, ${brokerKills} of the broker, ${cut} epochs cut in two, seed ${seed}, ${((Date.now() - from) / 1000).toFixed(1)} s\n`);
    return good;
  } catch (error) {
    process.stdout.write(`FAILED: seed ${seed}: ${error.message}\n`);
    return false;
  } finally {
    await cluster.destroy();
    if (keep) process.stdout.write(`left in ${root}\n`); else rmSync(root, { recursive: true, force: true });
  }
}

module.exports = { kafkaLoop };
