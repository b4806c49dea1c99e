// The client by itself: connections when it is closed in the middle of things (nothing is waited for, nothing is asked any more, nothing stays
// open; the brokers are sockets that accept and say nothing), and what people are told of an outage.

import net from 'node:net';
import { realHost } from '../../engine/host/real.js';
import { simulatedHost } from '../../engine/host/simulated.js';
import { Cluster } from '../../kafka/cluster.js';
import { ConnectionFailure, RequestFailure } from '../../kafka/errors.js';
import { connectionSettings, KAFKA_OPTIONS } from '../../kafka/options.js';
import { parseOptions } from '../../engine/connect/options.js';
import { eventually } from '../support/wait.js';

interface Silent { readonly address: string; readonly open: Set<net.Socket>; accepted: number; close(): Promise<void> }
async function silent(): Promise<Silent> {
  const open = new Set<net.Socket>();
  const server = net.createServer((socket) => { out.accepted++; open.add(socket); socket.on('close', () => { open.delete(socket); }).on('error', () => undefined).resume(); });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const out: Silent = { address: `127.0.0.1:${(server.address() as net.AddressInfo).port}`, open, accepted: 0, close: () => new Promise((resolve) => { for (const s of open) s.destroy(); server.close(() => { resolve(); }); }) };
  return out;
}
const client = async (brokers: string): Promise<Cluster> =>
  new Cluster(await connectionSettings(parseOptions('kafka', { 'kafka.bootstrap.servers': brokers }, KAFKA_OPTIONS), realHost.files, 'tests'), { clock: realHost.clock, random: Math.random, warn: () => undefined });

test('a client that is closed while a broker is silent asks no other one, and leaves nothing open', async () => {
  const [first, second] = [await silent(), await silent()];
  const cluster = await client(`${first.address},${second.address}`);
  const asked = cluster.topics(['t']).then(() => 'an answer', (error: { readonly condition?: string }) => error.condition);
  await eventually('a connection', () => first.open.size + second.open.size > 0 || undefined);
  const begin = performance.now();
  await cluster.close();
  expect(await asked).toBe('KAFKA_BROKERS_UNREACHABLE');
  // Not after the time-outs, 10 s for a connection and 30 s for an answer.
  expect(performance.now() - begin).toBeLessThan(8000);
  await eventually('the end of the connection', () => first.open.size + second.open.size === 0 || undefined);
  expect(first.accepted + second.accepted).toBe(1);
  expect(await cluster.topics(['t']).then(() => 'an answer', (error: { readonly condition?: string }) => error.condition)).toBe('KAFKA_BROKERS_UNREACHABLE');
  expect(first.accepted + second.accepted).toBe(1);
  await first.close();
  await second.close();
});
test('a connection that is just being made is given up, whatever it has come to', async () => {
  const broker = await silent();
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  for (let ticks = 0; ticks < 60; ticks++) {
    const cluster = await client(broker.address);
    const asked = cluster.topics(['t']).catch(() => undefined);
    // Some microtasks later, then some turns of the loop.
    for (let i = 0; i < ticks; i++) await (i < 40 ? Promise.resolve() : new Promise(setImmediate));
    await cluster.close();
    await asked;
  }
  expect(broker.accepted).toBeGreaterThan(5);
  await eventually('the end of the connections', () => broker.open.size === 0 || undefined);
  // Neither the time-out of a connection nor a look at requests that are late keeps the process.
  await eventually('the end of the timers', () => timers() <= before || undefined, 8000);
  await broker.close();
});

test('an outage is told once, if it lasts, by whichever operation meets it; what fails within another that fails is not told again', async () => {
  const { clock } = simulatedHost(1, 0);
  const pass = async (millis: number): Promise<void> => { for (let t = 0; t < millis; t += 50) { clock.advance(50); await new Promise(setImmediate); } };
  const warnings: string[] = [];
  const settings = await connectionSettings(parseOptions('kafka', { 'kafka.bootstrap.servers': 'b:1' }, KAFKA_OPTIONS), realHost.files, 'tests');
  const cluster = new Cluster(settings, { clock, random: () => 0.5, warn: (text) => { warnings.push(text); } });
  const troubles = new Set<string | undefined>();
  let down = true;
  const fail = (): void => { if (down) throw new ConnectionFailure('network', 'b:1', 'reset'); };
  const outer = cluster.persist('a fetch', async () => { await cluster.persist('a list of offsets', async () => { troubles.add(cluster.trouble); fail(); }); fail(); });
  const beside = cluster.persist('a write', async () => { fail(); });
  await pass(5000);
  expect(warnings).toEqual(['Kafka (b:1) does not answer to a list of offsets: b:1: reset; trying again for 60000 ms']);
  down = false;
  await pass(2000);
  await Promise.all([outer, beside]);
  expect(warnings.slice(1)).toEqual(['Kafka (b:1) answers again']);
  expect([[...troubles], cluster.trouble]).toEqual([[undefined, 'b:1: reset'], undefined]);
  let tries = 0;
  const short = cluster.persist('a producer id', async () => { if (++tries < 3) throw new RequestFailure(16, 'a producer id', { broker: 'b:1' }); });
  await pass(1000);
  await short;
  expect(warnings).toHaveLength(2);
});
