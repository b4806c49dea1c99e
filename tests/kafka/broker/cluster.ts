// A real Apache Kafka of one or three nodes (KRaft: each is broker and controller) on loopback, for tests, benchmarks and a look by hand.
// Its settings are those of a small and quick test server: topics are not made by themselves, nothing expires by age unless a topic says so,
// and retention, compaction, expired transactions and dead brokers are noticed within seconds.

import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { install, javaCommand, runCommand } from './install.js';
import { freePort } from './ports.js';
import { endProcess, ServerProcess, watchOver } from './process.js';

export interface ClusterOptions {
  readonly nodes?: 1 | 3;
  /** Further listeners, SASL and SASL over TLS, and access control lists; the plain listener is that of a super user. */
  readonly secure?: boolean;
  /** Further lines of server.properties. */
  readonly properties?: Readonly<Record<string, string>>;
  /** The first node's plain port, then the following ones; absent: free ports. */
  readonly port?: number;
  /** The whole compiler and more memory: for measurements, not for a quick start. */
  readonly optimized?: boolean;
  /** The process whose end is the end of the cluster, too; by default this one. */
  readonly owner?: number;
}
/** How to reach a cluster: plain data, which other processes can be given. */
export interface Addresses {
  /** host:port, with commas. */
  readonly brokers: string;
  readonly sasl: string;
  readonly saslTls: string;
  /** The certificate that signs the servers', as a file; empty if not secure. */
  readonly ca: string;
}
export const USER = 'millrace';
export const PASSWORD = 'millrace-secret';
/** A user whom access control lists let do nothing. */
export const STRANGER = 'stranger';
const CLUSTER_ID = 'bWlsbHJhY2UtdGVzdHMtMQ';

const TOOLS: Readonly<Record<string, string>> = {
  topics: 'org.apache.kafka.tools.TopicCommand', groups: 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  producer: 'org.apache.kafka.tools.ConsoleProducer', consumer: 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  transactions: 'org.apache.kafka.tools.TransactionsCommand', configs: 'kafka.admin.ConfigCommand', acls: 'kafka.admin.AclCommand',
};
const javaArgs = (home: string): readonly string[] => ['-XX:+UseSerialGC', '-Djava.awt.headless=true', '-cp', `${home}/libs/slf4j-simple-1.7.36.jar${path.delimiter}${home}/libs/*`];

/** Runs one of Kafka's own command-line tools against a cluster. `enough`: ends it as soon as its output has so many lines that match.
 *  @returns its standard output. @throws with its errors */
export function kafkaTool(brokers: string, tool: string, args: readonly string[], input = '', enough?: { readonly lines: RegExp; readonly count: number }): Promise<string> {
  const home = install('kafka');
  const name = TOOLS[tool];
  if (name === undefined) throw new Error(`there is no tool ${tool}, but ${Object.keys(TOOLS).join(', ')}`);
  const child = spawn(javaCommand('java'), ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=error', ...javaArgs(home), name, '--bootstrap-server', brokers, ...args], { stdio: 'pipe' });
  let out = '';
  let errors = '';
  let complete = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (enough && !complete && out.split('\n').slice(0, -1).filter((line) => enough.lines.test(line)).length >= enough.count) { complete = true; child.kill('SIGKILL'); }
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => { errors += text; });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => { if (code === 0 || complete) resolve(out); else reject(new Error(`${tool} ${args.join(' ')} ended with ${code}:\n${out}${errors}`)); });
  });
}

/** The certificate of localhost and 127.0.0.1, signed by itself; made once an installation. */
function certificate(home: string): { readonly store: string; readonly ca: string } {
  const directory = path.join(home, 'tls');
  const files = { store: path.join(directory, 'server.p12'), ca: path.join(directory, 'ca.pem') };
  if (existsSync(directory)) return files;
  const aside = mkdtempSync(path.join(home, 'tls-'));
  const store = ['-alias', 'server', '-keystore', path.join(aside, 'server.p12'), '-storetype', 'PKCS12', '-storepass', PASSWORD];
  runCommand(javaCommand('keytool'), ['-genkeypair', '-keyalg', 'EC', '-groupname', 'secp256r1', '-validity', '3650', '-dname', 'CN=localhost', '-ext', 'san=dns:localhost,ip:127.0.0.1', ...store]);
  writeFileSync(path.join(aside, 'ca.pem'), runCommand(javaCommand('keytool'), ['-exportcert', '-rfc', ...store]));
  settle(aside, directory);
  return files;
}
/** Moves what was made aside into its place, unless another process was quicker. */
function settle(aside: string, directory: string): void {
  try { renameSync(aside, directory); } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    if (!existsSync(directory)) throw error;
  }
}
/** The formatted storage of a new node; made once an installation and copied. */
function storage(home: string, id: number, secure: boolean, properties: string): string {
  const directory = path.join(home, `storage-${id}${secure ? '-secure' : ''}`);
  if (existsSync(directory)) return directory;
  const aside = mkdtempSync(path.join(home, 'storage-'));
  const file = path.join(aside, 'server.properties');
  writeFileSync(file, `${properties}\nlog.dirs=${aside}/data\n`);
  const users = secure ? [USER, STRANGER].flatMap((user) => ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((m) => ['--add-scram', `${m}=[name=${user},password=${PASSWORD}]`])) : [];
  runCommand(javaCommand('java'), ['-Xmx96m', '-XX:TieredStopAtLevel=1', ...javaArgs(home), 'kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', file, ...users]);
  settle(aside, directory);
  return directory;
}

interface Ports { readonly broker: number; readonly controller: number; readonly sasl: number; readonly tls: number }

function serverProperties(id: number, ports: readonly Ports[], options: ClusterOptions, store: string): string {
  const { broker, controller, sasl, tls } = ports[id - 1]!;
  const count = ports.length;
  const secure = options.secure === true;
  const listeners = [`PLAINTEXT://127.0.0.1:${broker}`, ...(secure ? [`SASL://127.0.0.1:${sasl}`, `SASLTLS://127.0.0.1:${tls}`] : [])];
  const jaas = (module: string, rest = ''): string => `org.apache.kafka.common.security.${module} required${rest};`;
  const users = [USER, STRANGER].map((user) => ` user_${user}="${PASSWORD}"`).join('');
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': ports.map((p, i) => `${i + 1}@127.0.0.1:${p.controller}`).join(','),
    'controller.listener.names': 'CONTROLLER',
    listeners: [...listeners, `CONTROLLER://127.0.0.1:${controller}`].join(','),
    'advertised.listeners': listeners.join(','),
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL:SASL_PLAINTEXT,SASLTLS:SASL_SSL',
    'inter.broker.listener.name': 'PLAINTEXT',
    'auto.create.topics.enable': false,
    'num.partitions': 1,
    'default.replication.factor': count,
    'offsets.topic.num.partitions': 4,
    'offsets.topic.replication.factor': count,
    'transaction.state.log.num.partitions': 4,
    'transaction.state.log.replication.factor': count,
    'transaction.state.log.min.isr': count > 1 ? 2 : 1,
    'share.coordinator.state.topic.replication.factor': count,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'log.cleaner.dedupe.buffer.size': 16_777_216,
    'log.retention.ms': -1,
    'log.initial.task.delay.ms': 100,
    'log.retention.check.interval.ms': 1000,
    'log.cleaner.backoff.ms': 500,
    'log.segment.delete.delay.ms': 1000,
    'transaction.abort.timed.out.transaction.cleanup.interval.ms': 1000,
    'broker.session.timeout.ms': 3000,
    'broker.heartbeat.interval.ms': 500,
    ...(secure && {
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': `User:ANONYMOUS;User:${USER}`,
      'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
      ...Object.fromEntries(['sasl', 'sasltls'].flatMap((name) => [
        [`listener.name.${name}.plain.sasl.jaas.config`, jaas('plain.PlainLoginModule', users)],
        ...['scram-sha-256', 'scram-sha-512'].map((m) => [`listener.name.${name}.${m}.sasl.jaas.config`, jaas('scram.ScramLoginModule')]),
      ])),
      'ssl.keystore.type': 'PKCS12',
      'ssl.keystore.location': store,
      'ssl.keystore.password': PASSWORD,
    }),
    ...options.properties,
  }).map(([name, value]) => `${name}=${value}`).join('\n');
}

export class Cluster implements Addresses {
  readonly brokers: string;
  readonly sasl: string;
  readonly saslTls: string;
  readonly ca: string;
  /** Data, logs and settings. */
  readonly directory: string;
  private readonly nodes: readonly ServerProcess[];
  private readonly command: readonly string[];
  /** The process that ends the cluster with its owner. */
  readonly watcher: number;

  private constructor(directory: string, ports: readonly Ports[], ca: string, home: string, options: ClusterOptions) {
    const list = (of: (p: Ports) => number): string => ports.map((p) => `127.0.0.1:${of(p)}`).join(',');
    this.brokers = list((p) => p.broker);
    this.sasl = options.secure === true ? list((p) => p.sasl) : '';
    this.saslTls = options.secure === true ? list((p) => p.tls) : '';
    this.ca = ca;
    this.directory = directory;
    this.nodes = ports.map((_, i) => new ServerProcess(path.join(directory, `node-${i + 1}`)));
    this.command = [...(options.optimized === true ? ['-Xms256m', '-Xmx512m'] : ['-Xms64m', '-Xmx384m', '-XX:TieredStopAtLevel=1']),
      '-XX:+ExitOnOutOfMemoryError', '-Dorg.slf4j.simpleLogger.defaultLogLevel=info', '-Dorg.slf4j.simpleLogger.showDateTime=true', ...javaArgs(home), 'kafka.Kafka'];
    this.watcher = watchOver(directory, options.owner ?? process.pid);
  }

  /** A new cluster, ready. Its data is in a temporary directory, which `destroy` removes. */
  static async start(options: ClusterOptions = {}): Promise<Cluster> {
    const home = install('kafka');
    const secure = options.secure === true;
    const { store, ca } = secure ? certificate(home) : { store: '', ca: '' };
    const ports: Ports[] = [];
    for (let i = 0; i < (options.nodes ?? 1); i++) {
      ports.push({ broker: options.port === undefined ? await freePort() : options.port + i, controller: await freePort(), sasl: await freePort(), tls: await freePort() });
    }
    const directory = mkdtempSync(path.join(os.tmpdir(), 'millrace-kafka-'));
    ports.forEach((_, i) => {
      const node = path.join(directory, `node-${i + 1}`);
      const properties = serverProperties(i + 1, ports, options, store);
      mkdirSync(node);
      cpSync(path.join(storage(home, i + 1, secure, properties), 'data'), path.join(node, 'data'), { recursive: true });
      writeFileSync(path.join(node, 'server.properties'), `${properties}\nlog.dirs=${node}/data\n`);
    });
    const cluster = new Cluster(directory, ports, ca, home, options);
    try { await cluster.startNode(); } catch (error) { await cluster.destroy(); throw error; }
    return cluster;
  }
  /** The process of the first node. */
  get pid(): number { return this.nodes[0]!.pid!; }
  private chosen(id: number | undefined): readonly ServerProcess[] { return id === undefined ? this.nodes : [this.nodes[id - 1]!]; }

  /** Starts a node (counted from 1) again, or all that do not run, with their data and on their ports. */
  async startNode(id?: number): Promise<void> {
    await Promise.all(this.chosen(id).map((n) => n.start(javaCommand('java'), [...this.command, path.join(n.directory, 'server.properties')], () => n.log.includes('Kafka Server started'))));
  }
  /** SIGKILL: nothing is cleaned up. */
  async kill(id?: number): Promise<void> { await Promise.all(this.chosen(id).map((n) => n.signal('SIGKILL'))); }
  /** SIGTERM, and waits. */
  async stop(id?: number): Promise<void> { await Promise.all(this.chosen(id).map((n) => n.signal('SIGTERM'))); }
  async pause(id?: number): Promise<void> { await Promise.all(this.chosen(id).map((n) => n.signal('SIGSTOP'))); }
  async resume(id?: number): Promise<void> { await Promise.all(this.chosen(id).map((n) => n.signal('SIGCONT'))); }
  /** Memory that a node holds, in MB (Linux). */
  residentMegabytes(id = 1): number {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.nodes[id - 1]!.pid}/status`, 'utf8'))?.[1]) / 1024);
  }
  async destroy(): Promise<void> {
    await this.kill();
    endProcess(this.watcher);
    rmSync(this.directory, { recursive: true, force: true });
  }
}
