// Connections to brokers: kafkajs's, with its TLS, SASL and framing of requests; nothing else of it is used, and nothing else imports it.
// What is sent and received are bytes that requests.ts makes and reads. kafkajs is loaded with the first connection; its version is pinned, as
// its Broker and connection pool are not part of what it documents.

import type { ConnectionSettings } from './options.js';
import { ConnectionFailure } from './errors.js';

interface KafkajsConnection { isConnected(): boolean; connect(): Promise<unknown>; rejectRequests(error: Error): void }
interface KafkajsPool {
  readonly pool: readonly KafkajsConnection[];
  send(request: object): Promise<unknown>;
}
interface KafkajsBroker {
  versions: Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number }>> | null;
  isConnected(): boolean;
  connect(): Promise<void>;
  disconnect(): Promise<void>;
}
interface Kafkajs {
  readonly Broker: new (options: object) => KafkajsBroker;
  readonly pools: (options: object) => { build(at: { readonly host: string; readonly port: number }): Promise<KafkajsPool> };
  readonly socketFactory: () => object;
}
let loaded: Kafkajs | undefined;
function load(): Kafkajs {
  loaded ??= {
    Broker: require('kafkajs/src/broker') as Kafkajs['Broker'],
    pools: require('kafkajs/src/cluster/connectionPoolBuilder') as Kafkajs['pools'],
    socketFactory: require('kafkajs/src/network/socketFactory') as Kafkajs['socketFactory'],
  };
  return loaded;
}
const silent = { info() { /* its log is not ours */ }, error() { /* failures are thrown, too */ }, warn() { /* the same */ }, debug() { /* the same */ }, namespace: () => silent };

export interface Request {
  readonly api: number;
  readonly version: number;
  readonly body: Uint8Array;
  /** A version whose header and structures have tagged fields. */
  readonly flexible?: boolean;
  /** Fetches have a connection of their own, as they may wait. */
  readonly name: string;
  /** Time for the answer beyond `request.timeout.ms`, ms. */
  readonly waitMillis?: number;
}
/** One broker. Its connections are made when they are first used, and again when they were lost. */
export interface BrokerLink {
  readonly address: string;
  /** The newest version of an API, up to `most`, that the broker knows; undefined: not even `least`. Connects. */
  version(api: number, least: number, most: number): Promise<number | undefined>;
  /** The answer without its header. @throws ConnectionFailure */
  send(request: Request): Promise<Buffer>;
  close(): Promise<void>;
}

const FETCH = 1;
const TLS_CODE = /CERT|SSL|TLS|SELF_SIGNED|ISSUER|LEAF_SIGNATURE|EPROTO/;

/** Failures of kafkajs as ours. */
function failureOf(error: unknown, broker: string): ConnectionFailure {
  const { name, message, code, cause } = error as { readonly name?: string; readonly message?: string; readonly code?: unknown; readonly cause?: unknown };
  if (name === 'KafkaJSNumberOfRetriesExceeded' && cause) return failureOf(cause, broker);
  const reason = (message ?? String(error)).replace(/^Connection error: /, '');
  if (name === 'KafkaJSSASLAuthenticationError' || name === 'KafkaJSUnsupportedMagicByteInMessageSet' || /^SASL /.test(reason)) return new ConnectionFailure('authentication', broker, reason, error);
  if (typeof code === 'string' && TLS_CODE.test(code)) return new ConnectionFailure('tls', broker, reason, error);
  if (name === 'KafkaJSRequestTimeoutError') return new ConnectionFailure('timeout', broker, reason, error);
  return new ConnectionFailure('network', broker, reason, error);
}

class Link implements BrokerLink {
  readonly address: string;
  private readonly settings: ConnectionSettings;
  private readonly host: string;
  private readonly port: number;
  private opened: Promise<{ readonly broker: KafkajsBroker; readonly pool: KafkajsPool }> | undefined;
  private fetching: Promise<unknown> | undefined;
  private closed = false;

  constructor(settings: ConnectionSettings, host: string, port: number) {
    this.settings = settings;
    this.host = host;
    this.port = port;
    this.address = `${host}:${port}`;
  }

  private async open(): Promise<{ readonly broker: KafkajsBroker; readonly pool: KafkajsPool }> {
    const { Broker, pools, socketFactory } = load();
    const s = this.settings;
    const builder = pools({
      logger: silent, socketFactory: socketFactory(), brokers: [this.address], ssl: s.tls, sasl: s.sasl, clientId: s.clientId,
      connectionTimeout: s.connectionTimeoutMillis, requestTimeout: s.requestTimeoutMillis, enforceRequestTimeout: true, reauthenticationThreshold: 10_000,
    });
    const pool = await builder.build({ host: this.host, port: this.port });
    return { pool, broker: new Broker({ connectionPool: pool, logger: silent, authenticationTimeout: s.connectionTimeoutMillis, allowAutoTopicCreation: false }) };
  }
  private async connected(): Promise<{ readonly broker: KafkajsBroker; readonly pool: KafkajsPool }> {
    if (this.closed) throw new ConnectionFailure('network', this.address, 'the connection was closed');
    this.opened ??= this.open();
    const link = await this.opened;
    try { await link.broker.connect(); } catch (error) { throw failureOf(error, this.address); }
    return link;
  }
  async version(api: number, least: number, most: number): Promise<number | undefined> {
    const { broker } = await this.connected();
    const range = broker.versions?.[api];
    const newest = Math.min(most, range?.maxVersion ?? -1);
    return range && newest >= Math.max(least, range.minVersion) ? newest : undefined;
  }
  async send(request: Request): Promise<Buffer> {
    const { pool } = await this.connected();
    const { api, version, name, flexible } = request;
    // A flexible header ends in its tagged fields, of which there are none; kafkajs writes the older form, so they are the body's first byte.
    const body = flexible ? Buffer.concat([Buffer.of(0), request.body]) : Buffer.from(request.body.buffer, request.body.byteOffset, request.body.byteLength);
    try {
      if (api === FETCH) {
        const connection = pool.pool[1]!;
        if (!connection.isConnected()) this.fetching ??= connection.connect().finally(() => { this.fetching = undefined; });
        await this.fetching;
      }
      const answer = await pool.send({
        request: { apiKey: api, apiVersion: version, apiName: name, encode: async () => ({ buf: body, buffer: body }) },
        response: { decode: async (raw: Buffer) => ({ raw, clientSideThrottleTime: 0 }), parse: async (decoded: { readonly raw: Buffer }) => decoded.raw },
        requestTimeout: this.settings.requestTimeoutMillis + (request.waitMillis ?? 0), logResponseError: false,
      }) as Buffer;
      return flexible ? answer.subarray(1) : answer;
    } catch (error) { throw failureOf(error, this.address); }
  }
  async close(): Promise<void> {
    this.closed = true;
    const link = await this.opened?.catch(() => undefined);
    if (!link) return;
    // What is still waited for is given up; disconnecting would else wait for the answers.
    const reason = new Error('the connection was closed');
    for (const connection of link.pool.pool) connection.rejectRequests(reason);
    await link.broker.disconnect();
  }
}

export const brokerLink = (settings: ConnectionSettings, host: string, port: number): BrokerLink => new Link(settings, host, port);
