// Reading from a Kafka broker, by CPU time of the client. The broker is the one at KAFKA_BROKERS; without it there is nothing to measure.

import { parseOptions } from '../engine/connect/options.js';
import { realHost } from '../engine/host/real.js';
import { Cluster } from '../kafka/cluster.js';
import { crc32c } from '../kafka/crc32c.js';
import { connectionSettings, KAFKA_OPTIONS } from '../kafka/options.js';
import type { BenchResult } from './result.js';

const cpuSeconds = (since: NodeJS.CpuUsage): number => { const { user, system } = process.cpuUsage(since); return (user + system) / 1e6; };
const round = (value: number): number => Math.round(value * 100) / 100;

export async function openCluster(brokers: string): Promise<Cluster> {
  const options = parseOptions('kafka', { 'kafka.bootstrap.servers': brokers }, KAFKA_OPTIONS);
  return new Cluster(await connectionSettings(options, realHost.files, 'millrace-bench'), { clock: realHost.clock, random: realHost.random, warn: (text) => process.stderr.write(`${text}\n`) });
}

function checksum(): BenchResult {
  const data = Buffer.alloc(1 << 20, 'some bytes of a record batch ');
  for (let i = 0; i < 20; i++) crc32c(data);
  const begin = process.cpuUsage();
  for (let i = 0; i < 100; i++) crc32c(data);
  return { name: 'CRC-32C', value: Math.round((100 * data.length) / 1e6 / cpuSeconds(begin)), unit: 'MB/CPU s' };
}

export async function run(): Promise<BenchResult[]> {
  const results = [checksum()];
  const brokers = process.env['KAFKA_BROKERS'];
  if (brokers === undefined) return results;
  const cluster = await openCluster(brokers);
  const begin = process.cpuUsage();
  const topics = await cluster.topics(undefined);
  results.push({ name: 'connect and list topics', value: round(cpuSeconds(begin) * 1000), unit: 'CPU ms', note: `${topics.length} topics` });
  await cluster.close();
  return results;
}
