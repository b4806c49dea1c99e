// Logins, TLS and permissions: what works, and for what does not one clear error, in time, without a secret in it.

import { EngineError, type Session } from '../../index.js';
import { cleanUp, open, type Opened, temporary } from '../session/support.js';
import { PASSWORD, STRANGER, USER } from './broker/cluster.js';
import { freePort } from './broker/ports.js';
import { eventually } from '../support/wait.js';
import { useBroker } from './broker/shared.js';

const broker = useBroker();
let opened: Opened;
let session: Session;
beforeAll(() => { opened = open({ 'spark.sql.streaming.stopTimeout': '100' }); session = opened.session; });
afterAll(cleanUp);

const jaas = (user: string, password: string): string => `org.apache.kafka.common.security.plain.PlainLoginModule required username="${user}" password="${password}";`;
const login = (mechanism: string, user = USER, password = PASSWORD): Record<string, string> =>
  ({ 'kafka.bootstrap.servers': broker.sasl, 'kafka.security.protocol': 'SASL_PLAINTEXT', 'kafka.sasl.mechanism': mechanism, 'kafka.sasl.jaas.config': jaas(user, password) });
const overTls = (): Record<string, string> => ({ 'kafka.bootstrap.servers': broker.saslTls, 'kafka.security.protocol': 'SASL_SSL' });
const trusting = (): Record<string, string> => ({ 'kafka.ssl.truststore.location': broker.ca, 'kafka.ssl.truststore.type': 'PEM' });
/** What is clear must be told before it, ms. */
const TIMEOUT = '50000';
const write = (topic: string, options: Record<string, string>): Promise<void> =>
  session.sql("SELECT 'v' AS value").write.format('kafka').mode('append').options({ topic, 'kafka.max.block.ms': TIMEOUT, ...options }).save();
const read = async (topic: string, options: Record<string, string>): Promise<string[]> =>
  (await session.read.format('kafka').options({ subscribe: topic, valueFormat: 'text', 'kafka.default.api.timeout.ms': TIMEOUT, 'fetchOffset.retryIntervalMs': '50', ...options }).load().select('value').collect()).map((r) => String((r as unknown as { value: string }).value));
/** Both ways of a topic through the same options. */
const WAYS = [['read', read], ['written', write]] as const;
async function failure(promise: Promise<unknown>): Promise<EngineError> {
  try { await promise; } catch (error) { if (error instanceof EngineError) return error; throw error; }
  throw new Error('nothing was thrown');
}
/** Everything that a user sees of an error, its causes included. */
function shown(error: unknown): string {
  const parts: string[] = [...opened.printed, ...opened.warned];
  for (let e = error; e instanceof Error; e = e.cause) parts.push(String(e), e.stack ?? '', JSON.stringify(e));
  return parts.join('\n');
}

test.each([['PLAIN', false], ['SCRAM-SHA-256', false], ['SCRAM-SHA-512', false], ['PLAIN', true], ['SCRAM-SHA-256', true], ['SCRAM-SHA-512', true]])('%s, TLS %s: what is written is there, and can be read', async (mechanism, tls) => {
  const topic = await broker.topic();
  const options = { ...login(mechanism), ...(tls ? { ...overTls(), ...trusting() } : {}) };
  await write(topic, options);
  expect(await broker.records(topic)).toHaveLength(1);
  expect(await read(topic, options)).toEqual(['v']);
});

describe.each(WAYS)('a topic that is %s', (_, use) => {
  test.each([['PLAIN', false], ['SCRAM-SHA-512', false], ['SCRAM-SHA-256', true]])('a wrong password by %s, TLS %s', async (mechanism, tls) => {
    const from = performance.now();
    const error = await failure(use('any', { ...login(mechanism, USER, 'not-the-password'), ...(tls ? { ...overTls(), ...trusting() } : {}) }));
    expect(error).toMatchObject({ condition: 'KAFKA_AUTHENTICATION_FAILED', parameters: { broker: tls ? broker.saslTls : broker.sasl } });
    expect(shown(error)).not.toContain('not-the-password');
    expect(performance.now() - from).toBeLessThan(Number(TIMEOUT));
  });

  test('a certificate of an authority that is not trusted', async () => {
    const error = await failure(use('any', { ...login('PLAIN'), ...overTls() }));
    expect(error).toMatchObject({ condition: 'KAFKA_TLS_FAILED', parameters: { broker: broker.saslTls } });
    expect(shown(error)).not.toContain(PASSWORD);
  });
});

test('no broker at the address', async () => {
  const address = `127.0.0.1:${await freePort()}`;
  const error = await failure(write('any', { 'kafka.bootstrap.servers': address, 'kafka.max.block.ms': '1200' }));
  expect(error).toMatchObject({ condition: 'KAFKA_BROKERS_UNREACHABLE', parameters: { brokers: address, timeout: '1200' } });
});

test('a stream says in its status what it is trying again, and ends with the same error', async () => {
  const address = `127.0.0.1:${await freePort()}`;
  const stream = session.memoryStream('value STRING');
  stream.add({ value: 'v' });
  const start = (millis: string) => stream.toDF().writeStream.format('kafka').options({ 'kafka.bootstrap.servers': address, topic: 'any', 'kafka.max.block.ms': millis, checkpointLocation: temporary() }).start();
  const trying = await start('3600000');
  const message = await eventually('a status with the reason', () => trying.status.message.includes('ECONNREFUSED') ? trying.status.message : undefined);
  expect(message).toContain(address);
  await trying.stop();
  expect(await failure((await start('500')).awaitTermination())).toMatchObject({ condition: 'STREAM_FAILED', cause: { condition: 'KAFKA_BROKERS_UNREACHABLE', message: expect.stringContaining('ECONNREFUSED') as unknown } });
});

test('a user without permission: the resource is named; with it, the same write succeeds', async () => {
  const topic = await broker.topic();
  const from = performance.now();
  const error = await failure(write(topic, login('SCRAM-SHA-256', STRANGER)));
  expect(error).toMatchObject({ condition: 'KAFKA_NOT_AUTHORIZED' });
  expect(shown(error)).not.toContain(PASSWORD);
  expect(performance.now() - from).toBeLessThan(Number(TIMEOUT));
  await (await broker.admin()).createAcls({ acl: [{ resourceType: 2, resourceName: topic, resourcePatternType: 3, principal: `User:${STRANGER}`, host: '*', operation: 4, permissionType: 3 }] });
  // A broker learns of it in its own time.
  await eventually('the permission', () => write(topic, login('SCRAM-SHA-256', STRANGER)).then(() => true, (e: EngineError) => { if (e.condition !== 'KAFKA_NOT_AUTHORIZED') throw e; return undefined; }));
  expect(await broker.records(topic)).toHaveLength(1);
  // To write is not to read, but for descriptions.
  const unread = await failure(read(topic, login('SCRAM-SHA-256', STRANGER)));
  expect(unread).toMatchObject({ condition: 'KAFKA_NOT_AUTHORIZED', message: expect.stringContaining(topic) as unknown });
  expect(shown(unread)).not.toContain(PASSWORD);
  // Exactly once needs rights on the transactional id and the group, too.
  const refused = await failure(write(topic, { ...login('SCRAM-SHA-256', STRANGER), delivery: 'exactly-once' }));
  expect(refused).toMatchObject({ condition: 'KAFKA_NOT_AUTHORIZED', message: expect.stringContaining('transactional id') as unknown });
});
