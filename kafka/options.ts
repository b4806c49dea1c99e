// The options `kafka.*`: names and values of Kafka's own Java client, as users of Spark write them. They become the settings of connections
// and of the client; those that mean nothing here are left alone, as Kafka does, and named in a warning; those that cannot be honoured are
// refused.
//
// source: Apache Kafka 4 documentation, "Consumer configs" and "Producer configs"; Spark KafkaSourceProvider for what it refuses.

import { type FileSystem, type OptionSet, type OptionSpec, raise } from '../engine/plugin.js';
import type { Isolation } from './client.js';
import { refuse } from './errors.js';

export interface ConnectionSettings {
  /** As configured, for messages. */
  readonly brokers: string;
  readonly seeds: readonly { readonly host: string; readonly port: number }[];
  readonly clientId: string;
  /** Options of tls.connect; undefined: no TLS. */
  readonly tls: Readonly<Record<string, unknown>> | undefined;
  readonly sasl: { readonly mechanism: string; readonly username: string; readonly password: string } | undefined;
  /** `security.protocol` and the mechanism, for messages. */
  readonly security: string;
  readonly connectionTimeoutMillis: number;
  readonly requestTimeoutMillis: number;
  /** How long a failing operation is repeated. */
  readonly apiTimeoutMillis: number;
  readonly metadataMaxAgeMillis: number;
  readonly backoffMillis: number;
  readonly backoffMaxMillis: number;
}
export interface FetchSettings {
  readonly isolation: Isolation;
  readonly maxBytes: number;
  readonly maxPartitionBytes: number;
  readonly minBytes: number;
  readonly maxWaitMillis: number;
  readonly checkCrc: boolean;
  readonly rack: string | undefined;
}

/** For the lists of options of source and sink. */
export const KAFKA_OPTIONS: readonly OptionSpec[] = [
  { name: 'kafka.bootstrap.servers', type: 'string', required: true, doc: 'brokers to begin with, host:port, separated by commas' },
  { name: 'kafka.', type: 'string', prefix: true, secret: true, doc: 'any setting of Kafka\'s client: kafka.security.protocol, kafka.sasl.mechanism, kafka.sasl.jaas.config, kafka.ssl.*, kafka.isolation.level, kafka.request.timeout.ms, …' },
];

type Get = (name: string) => string | undefined;
/** The settings that were asked for, so that those nobody asks for can be told. */
const asked = new WeakMap<OptionSet, Set<string>>();
export function kafkaSetting(options: OptionSet): Get {
  const names = asked.get(options) ?? new Set();
  asked.set(options, names);
  return (name) => { names.add(`kafka.${name}`); return options.all.get(`kafka.${name}`)?.trim(); };
}
/** Says which settings mean nothing here (linger.ms) or not together with the others (ssl.* without TLS). To be called when all have been read. */
export function warnOfUnused(options: OptionSet, warn: (message: string) => void): void {
  const unused = [...options.all.keys()].filter((name) => name.startsWith('kafka.') && name !== 'kafka.bootstrap.servers' && !asked.get(options)?.has(name));
  if (unused.length > 0) warn(`these settings of Kafka have no effect here: ${unused.sort().join(', ')}`);
}

function whole(get: Get, name: string, missing: number, least = 0): number {
  const text = get(name);
  if (text === undefined) return missing;
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= 0x7fffffff)) return refuse(`kafka.${name}`, text, `a whole number of at least ${least}`);
  return value;
}
function oneOf<T extends string>(get: Get, name: string, values: readonly T[], missing: T): T {
  const text = get(name);
  if (text === undefined) return missing;
  return values.find((v) => v.toLowerCase() === text.toLowerCase()) ?? refuse(`kafka.${name}`, text, `one of ${values.join(', ')}`);
}
function flag(get: Get, name: string, missing: boolean): boolean { return oneOf(get, name, ['true', 'false'], missing ? 'true' : 'false') === 'true'; }

/** `host:port` or `[v6]:port`, with or without a protocol before it as listeners are written. */
function seedsOf(text: string): ConnectionSettings['seeds'] {
  const seeds = text.split(',').map((s) => s.trim()).filter((s) => s !== '').map((s) => {
    const m = /^(?:[A-Za-z_]+:\/\/)?(?:\[([0-9A-Fa-f:.%]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(s);
    const port = Number(m?.[3]);
    if (!m || port < 1 || port > 65535) return refuse('kafka.bootstrap.servers', text, 'addresses such as host:9092, separated by commas');
    return { host: m[1] ?? m[2]!, port };
  });
  return seeds.length > 0 ? seeds : raise('MISSING_OPTION', { format: 'kafka', option: 'kafka.bootstrap.servers', doc: 'brokers to begin with, host:port, separated by commas' });
}

/** User and password of `…LoginModule required username="u" password="p";`. Values may be quoted with \" inside. */
export function jaasLogin(text: string): { readonly username: string; readonly password: string } | undefined {
  const value = (name: string): string | undefined => {
    const m = new RegExp(`\\b${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|'((?:[^'\\\\]|\\\\.)*)'|([^\\s;"']+))`).exec(text);
    return m ? (m[1] ?? m[2] ?? m[3]!).replace(/\\(.)/g, '$1') : undefined;
  };
  const username = value('username');
  const password = value('password');
  return username === undefined || password === undefined ? undefined : { username, password };
}

const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;
function saslOf(get: Get): ConnectionSettings['sasl'] {
  const asked = get('sasl.mechanism') ?? 'GSSAPI';
  const mechanism = MECHANISMS.find((m) => m === asked.toUpperCase());
  if (mechanism === undefined) return raise('NOT_SUPPORTED_YET', { feature: `The Kafka login mechanism ${asked}` }, { hint: `kafka.sasl.mechanism takes ${MECHANISMS.join(', ')}.` });
  const jaas = get('sasl.jaas.config');
  const direct = get('sasl.username') === undefined ? undefined : { username: get('sasl.username')!, password: get('sasl.password') ?? '' };
  const login = jaas === undefined ? direct : jaasLogin(jaas);
  if (login === undefined) {
    return raise('MISSING_OPTION', { format: 'kafka', option: 'kafka.sasl.jaas.config', doc: 'org.apache.kafka.common.security.plain.PlainLoginModule required username="…" password="…"; (or kafka.sasl.username and kafka.sasl.password)' });
  }
  return { mechanism: mechanism.toLowerCase(), ...login };
}

/** TLS in PEM or PKCS12: what Node reads. */
async function tlsOf(get: Get, files: FileSystem): Promise<Readonly<Record<string, unknown>>> {
  const read = async (name: string): Promise<Buffer | undefined> => {
    const path = get(name);
    if (path === undefined) return undefined;
    try { return Buffer.from(await files.readFile(path.replace(/^file:(\/\/)?(?=\/)/, ''))); } catch (cause) { return raise('INVALID_OPTION_VALUE', { format: 'kafka', option: `kafka.${name}`, value: path, expected: 'a file that can be read' }, { cause }); }
  };
  const kind = (name: string, file: Buffer | undefined): 'PEM' | 'PKCS12' => {
    const said = get(name)?.toUpperCase();
    if (said === 'JKS') return refuse(`kafka.${name}`, 'JKS', 'PEM or PKCS12: a Java key store must be exported first');
    if (said !== undefined) return oneOf(get, name, ['PEM', 'PKCS12'], 'PEM');
    return file === undefined || file.includes('-----BEGIN') ? 'PEM' : 'PKCS12';
  };
  const trust = await read('ssl.truststore.location') ?? await read('ssl.ca.location');
  if (trust !== undefined && kind('ssl.truststore.type', trust) !== 'PEM') return refuse('kafka.ssl.truststore.type', 'PKCS12', 'PEM: certificates of authorities as text');
  const authorities = trust ?? get('ssl.truststore.certificates');
  const store = await read('ssl.keystore.location');
  const own: Record<string, unknown> = {};
  const password = get('ssl.key.password') ?? get('ssl.keystore.password');
  if (store !== undefined && kind('ssl.keystore.type', store) === 'PKCS12') own['pfx'] = store;
  else {
    const chain = store ?? await read('ssl.certificate.location') ?? get('ssl.keystore.certificate.chain');
    const key = await read('ssl.key.location') ?? get('ssl.keystore.key') ?? store;
    if (chain !== undefined) own['cert'] = chain;
    if (key !== undefined) own['key'] = key;
  }
  return {
    ...own, ...(authorities !== undefined && { ca: authorities }), ...(password !== undefined && { passphrase: password }),
    // An empty algorithm is Kafka's way to say that names of hosts are not compared.
    ...(get('ssl.endpoint.identification.algorithm') === '' && { checkServerIdentity: () => undefined }),
  };
}

const PROTOCOLS = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'] as const;

/** @throws MISSING_OPTION, INVALID_OPTION_VALUE, NOT_SUPPORTED_YET */
export async function connectionSettings(options: OptionSet, files: FileSystem, clientId: string): Promise<ConnectionSettings> {
  const get = kafkaSetting(options);
  const brokers = options.required('kafka.bootstrap.servers');
  const protocol = oneOf(get, 'security.protocol', PROTOCOLS, 'PLAINTEXT');
  const sasl = protocol.startsWith('SASL') ? saslOf(get) : undefined;
  return {
    brokers, seeds: seedsOf(brokers), clientId: get('client.id') || clientId,
    tls: protocol.endsWith('SSL') ? await tlsOf(get, files) : undefined, sasl, security: sasl ? `${protocol} ${sasl.mechanism.toUpperCase()}` : protocol,
    connectionTimeoutMillis: whole(get, 'socket.connection.setup.timeout.ms', 10_000, 1), requestTimeoutMillis: whole(get, 'request.timeout.ms', 30_000, 1),
    apiTimeoutMillis: whole(get, 'default.api.timeout.ms', 60_000, 1), metadataMaxAgeMillis: whole(get, 'metadata.max.age.ms', 300_000),
    backoffMillis: whole(get, 'retry.backoff.ms', 100), backoffMaxMillis: whole(get, 'retry.backoff.max.ms', 1000),
  };
}

/** read_committed unless said otherwise: with Spark's read_uncommitted, records of transactions that failed are rows like others. */
export function fetchSettings(options: OptionSet): FetchSettings {
  const get = kafkaSetting(options);
  return {
    isolation: oneOf(get, 'isolation.level', ['read_committed', 'read_uncommitted'], 'read_committed') === 'read_committed' ? 1 : 0,
    maxBytes: whole(get, 'fetch.max.bytes', 52_428_800), maxPartitionBytes: whole(get, 'max.partition.fetch.bytes', 1_048_576),
    minBytes: whole(get, 'fetch.min.bytes', 1), maxWaitMillis: whole(get, 'fetch.max.wait.ms', 500), checkCrc: flag(get, 'check.crcs', true), rack: get('client.rack') || undefined,
  };
}
