// Connections to brokers: kafkajs's, with its TLS, SASL and framing of requests; nothing else of it is used, and nothing else imports it.
// What is sent and received are bytes that requests.ts makes and reads. kafkajs is loaded with the first connection; its version is pinned, as
// its Broker and connection pool are not part of what it documents.

import type { ConnectionSettings } from './options.js';
import { ConnectionFailure } from './errors.js';

interface Socket { destroy(error: Error): void; once(event: 'close', done: () => void): void }
interface KafkajsConnection {
  isConnected(): boolean;
  connect(): Promise<unknown>;
  send(request: object): Promise<unknown>;
}
/** Two connections to one broker. */
interface KafkajsPool { readonly pool: readonly KafkajsConnection[] }
interface KafkajsBroker {
  versions: Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number }>> | null;
  isConnected(): boolean;
  connect(): Promise<void>;
  disconnect(): Promise<void>;
}
interface Kafkajs {
  readonly Broker: new (options: object) => KafkajsBroker;
  readonly pools: (options: object) => { build(at: { readonly host: string; readonly port: number }): Promise<KafkajsPool> };
  readonly socketFactory: () => (at: object) => Socket;
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
  readonly name: string;
  /** The broker may let it wait for what is to come: it has a connection of its own, as brokers answer to one request of a connection after another. */
  readonly waits?: boolean;
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

const CLOSED = new Error('the connection was closed');

interface Opened { readonly broker: KafkajsBroker; readonly pool: KafkajsPool }

class Link implements BrokerLink {
  readonly address: string;
  private readonly settings: ConnectionSettings;
  private readonly host: string;
  private readonly port: number;
  private opened: Promise<Opened> | undefined;
  /** Of either connection while it is being made. */
  private readonly connecting: (Promise<unknown> | undefined)[] = [];
  private readonly sockets = new Set<Socket>();
  private closed = false;

  constructor(settings: ConnectionSettings, host: string, port: number) {
    this.settings = settings;
    this.host = host;
    this.port = port;
    this.address = `${host}:${port}`;
  }

  private async open(): Promise<Opened> {
    const { Broker, pools, socketFactory } = load();
    const s = this.settings;
    const make = socketFactory();
    const socket = (at: object): Socket => {
      const made = make(at);
      this.sockets.add(made);
      made.once('close', () => { this.sockets.delete(made); });
      // Whoever asked for it is told as soon as he listens.
      if (this.closed) queueMicrotask(() => { made.destroy(CLOSED); });
      return made;
    };
    const builder = pools({
      logger: silent, socketFactory: socket, brokers: [this.address], ssl: s.tls, sasl: s.sasl, clientId: s.clientId,
      connectionTimeout: s.connectionTimeoutMillis, requestTimeout: s.requestTimeoutMillis, enforceRequestTimeout: true, reauthenticationThreshold: 10_000,
    });
    const pool = await builder.build({ host: this.host, port: this.port });
    return { pool, broker: new Broker({ connectionPool: pool, logger: silent, authenticationTimeout: s.connectionTimeoutMillis, allowAutoTopicCreation: false }) };
  }
  /** A connection that is there, and whose login is done. @throws ConnectionFailure */
  private async connection(index: 0 | 1): Promise<KafkajsConnection> {
    if (this.closed) throw new ConnectionFailure('network', this.address, CLOSED.message);
    this.opened ??= this.open();
    const { broker, pool } = await this.opened;
    // What brokers can do and how they take logins is learnt over the first one.
    if (index > 0 && !broker.versions) await this.connection(0);
    const connection = pool.pool[index]!;
    if (index === 0 ? !connection.isConnected() || !broker.isConnected() : !connection.isConnected()) {
      this.connecting[index] ??= (index === 0 ? broker.connect() : Promise.resolve())
        .then(() => connection.isConnected() || connection.connect()).finally(() => { this.connecting[index] = undefined; });
      try { await this.connecting[index]; } catch (error) { throw failureOf(error, this.address); }
    }
    return connection;
  }
  async version(api: number, least: number, most: number): Promise<number | undefined> {
    await this.connection(0);
    const range = (await this.opened!).broker.versions?.[api];
    const newest = Math.min(most, range?.maxVersion ?? -1);
    return range && newest >= Math.max(least, range.minVersion) ? newest : undefined;
  }
  async send(request: Request): Promise<Buffer> {
    const connection = await this.connection(request.waits ? 1 : 0);
    const { api, version, name, flexible } = request;
    // A flexible header ends in its tagged fields, of which there are none; kafkajs writes the older form, so they are the body's first byte.
    const body = flexible ? Buffer.concat([Buffer.of(0), request.body]) : Buffer.from(request.body.buffer, request.body.byteOffset, request.body.byteLength);
    try {
      const answer = await connection.send({
        request: { apiKey: api, apiVersion: version, apiName: name, encode: async () => ({ buf: body, buffer: body }) },
        response: { decode: async (raw: Buffer) => ({ raw, clientSideThrottleTime: 0 }), parse: async (decoded: { readonly raw: Buffer }) => decoded.raw },
        requestTimeout: this.settings.requestTimeoutMillis + (request.waitMillis ?? 0), logResponseError: false,
      }) as Buffer;
      return flexible ? answer.subarray(1) : answer;
    } catch (error) { throw failureOf(error, this.address); }
  }
  async close(): Promise<void> {
    this.closed = true;
    // What is waited for, answers or the connection itself, fails with its socket; what is still to be made fails when it is.
    for (const socket of this.sockets) socket.destroy(CLOSED);
    const link = await this.opened?.catch(() => undefined);
    await link?.broker.disconnect();
  }
}

export const brokerLink = (settings: ConnectionSettings, host: string, port: number): BrokerLink => new Link(settings, host, port);
