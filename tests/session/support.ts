// A session that keeps what it prints, a socket server that sends what it is told, and a directory that goes away.

import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Host } from '../../engine/host/host.js';
import { realHost } from '../../engine/host/real.js';
import { type EngineError, Session, type StreamingQuery } from '../../index.js';
import { eventually } from '../support/wait.js';

export interface Opened { readonly session: Session; readonly printed: string[]; readonly warned: string[] }
const opened: Session[] = [];
export function open(conf: Readonly<Record<string, string>> = {}, host: Host = realHost): Opened {
  const printed: string[] = [];
  const warned: string[] = [];
  const session = new Session({ conf, host, print: (text) => { printed.push(text); }, warn: (text) => { warned.push(text); } });
  opened.push(session);
  return { session, printed, warned };
}

const directories: string[] = [];
export function temporary(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'millrace-session-'));
  directories.push(directory);
  return directory;
}

export interface Server { readonly port: number; send(text: string): Promise<void> }
const servers: { close(): void }[] = [];
export async function server(): Promise<Server> {
  const sockets: net.Socket[] = [];
  let came: () => void = () => undefined;
  const first = new Promise<void>((resolve) => { came = resolve; });
  const listening = net.createServer((socket) => { sockets.push(socket.on('error', () => undefined)); came(); });
  await new Promise<void>((resolve) => { listening.listen(0, '127.0.0.1', resolve); });
  servers.push({ close: () => { for (const s of sockets) s.destroy(); listening.close(); } });
  return {
    port: (listening.address() as net.AddressInfo).port,
    async send(text) { await first; await new Promise<void>((resolve) => { sockets.at(-1)!.write(text, () => resolve()); }); },
  };
}

/** Sends lines and waits until the query has taken them. */
export async function feed(to: Server, query: StreamingQuery, lines: readonly string[]): Promise<void> {
  const taken = (): number => query.recentProgress.reduce((sum, p) => sum + p.numInputRows, 0);
  const target = taken() + lines.length;
  await to.send(lines.map((line) => `${line}\n`).join(''));
  await eventually('the rows', () => { if (query.exception) throw query.exception; return taken() >= target || undefined; });
  await query.processAllAvailable();
}

/** The error that something raises. */
export async function raised(run: () => unknown): Promise<EngineError> {
  try { await run(); } catch (error) { return error as EngineError; }
  throw new Error('nothing was raised');
}

export async function cleanUp(): Promise<void> {
  for (const session of opened.splice(0)) await session.stop();
  for (const s of servers.splice(0)) s.close();
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
}
