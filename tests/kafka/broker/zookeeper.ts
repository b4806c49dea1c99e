// A real Apache ZooKeeper server on loopback, for tests.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { install, javaCommand } from './install.js';
import { freePort } from './ports.js';
import { endProcess, ServerProcess, watchOver } from './process.js';

/** Sends one of the four-letter commands. Empty where nothing answers. */
function ask(port: number, word: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(word));
    socket.setTimeout(2000, () => socket.destroy());
    socket.setEncoding('utf8').on('data', (text: string) => { answer += text; });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
  });
}

export class ZooKeeper {
  /** host:port */
  readonly servers: string;
  private readonly port: number;
  private readonly server: ServerProcess;
  private readonly root: string;
  private readonly watcher: number;
  private constructor(root: string, port: number) {
    this.root = root;
    this.port = port;
    this.servers = `127.0.0.1:${port}`;
    this.server = new ServerProcess(path.join(root, 'server'));
    this.watcher = watchOver(root, process.pid);
  }
  /** A new server, ready. `tickMillis` is also the shortest session timeout. */
  static async start(tickMillis = 500): Promise<ZooKeeper> {
    const root = mkdtempSync(path.join(os.tmpdir(), 'millrace-zookeeper-'));
    const port = await freePort();
    mkdirSync(path.join(root, 'server'));
    writeFileSync(path.join(root, 'server', 'zoo.cfg'), [
      `dataDir=${root}/server/data`, `clientPort=${port}`, 'clientPortAddress=127.0.0.1', 'admin.enableServer=false', `tickTime=${tickMillis}`,
      `minSessionTimeout=${tickMillis}`, 'maxClientCnxns=0', '4lw.commands.whitelist=ruok,srvr,dump,cons,wchs', '',
    ].join('\n'));
    const started = new ZooKeeper(root, port);
    try { await started.restart(); } catch (error) { await started.destroy(); throw error; }
    return started;
  }
  /** Starts it again after `kill`, with its data. */
  restart(): Promise<void> {
    const args = ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-cp', `${install('zookeeper')}/libs/*`,
      'org.apache.zookeeper.server.quorum.QuorumPeerMain', path.join(this.server.directory, 'zoo.cfg')];
    return this.server.start(javaCommand('java'), args, async () => (await this.ask('srvr')).includes('Mode:'));
  }
  ask(word: string): Promise<string> { return ask(this.port, word); }
  kill(): Promise<void> { return this.server.signal('SIGKILL'); }
  pause(): Promise<void> { return this.server.signal('SIGSTOP'); }
  resume(): Promise<void> { return this.server.signal('SIGCONT'); }
  async destroy(): Promise<void> {
    await this.kill();
    endProcess(this.watcher);
    rmSync(this.root, { recursive: true, force: true });
  }
}
