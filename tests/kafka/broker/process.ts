// A server as a process of its own that can be killed, paused and started again, and that never outlives the process which it is for.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventually } from '../../support/wait.js';
import { ADVICE } from './install.js';

/** One server process; its output goes to `<directory>/out.log`, its number to `<directory>/pid`. */
export class ServerProcess {
  readonly directory: string;
  private child: ChildProcess | undefined;
  constructor(directory: string) { this.directory = directory; }

  get log(): string { const file = path.join(this.directory, 'out.log'); return existsSync(file) ? readFileSync(file, 'utf8') : ''; }
  get running(): boolean { return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null; }
  get pid(): number | undefined { return this.child?.pid; }

  /** Starts it and waits until `ready`. @throws with the end of its log if it ends before */
  async start(command: string, args: readonly string[], ready: () => boolean | Promise<boolean>): Promise<void> {
    if (this.running) return;
    const out = openSync(path.join(this.directory, 'out.log'), 'w');
    const child = spawn(command, args, { detached: true, stdio: ['ignore', out, out] });
    closeSync(out);
    child.unref();
    if (child.pid === undefined) {
      const failure = await new Promise<Error>((resolve) => { child.once('error', resolve); });
      throw new Error(`${command} cannot be run (${failure.message}). ${ADVICE}`);
    }
    this.child = child;
    writeFileSync(path.join(this.directory, 'pid'), String(child.pid));
    await eventually(`${this.directory} to be ready`, async () => {
      if (!this.running) throw new Error(`the server ended while it started:\n${this.log.slice(-3000)}`);
      return (await ready()) ? true : undefined;
    });
  }
  /** Sends a signal; after SIGKILL and SIGTERM waits for the end. */
  async signal(name: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    const { child } = this;
    if (!child || !this.running) return;
    const ended = new Promise<void>((resolve) => { child.once('exit', () => resolve()); });
    child.kill(name);
    if (name === 'SIGTERM') child.kill('SIGCONT');
    if (name === 'SIGKILL' || name === 'SIGTERM') { child.ref(); await ended; }
  }
}

/** Kills the servers of a directory (`*\/pid` in it) and removes it when the process `owner` is gone. @returns the number of the process that watches */
export function watchOver(directory: string, owner: number): number {
  const script = 'while kill -0 "$1" 2>/dev/null; do sleep 1; done; for f in "$2"/*/pid; do kill -9 "$(cat "$f")" 2>/dev/null; done; sleep 1; rm -rf -- "$2"';
  const watcher = spawn('sh', ['-c', script, 'watch', String(owner), directory], { detached: true, stdio: 'ignore' });
  watcher.unref();
  return watcher.pid!;
}
export function endProcess(pid: number): void { try { process.kill(pid, 'SIGKILL'); } catch { /* gone already */ } }
