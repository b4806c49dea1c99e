// The real host: Node's clock, timers, randomness and files. The one place of the engine that touches them.
//
// What may wait for the disk (fsync, reads, large writes, listings) is asynchronous, by the callback interface of node:fs, which costs about
// half of fs.promises; so is unlink, which waits for the journal. Opening, small writes and new names only reach the operating system's memory: they are done at once, because handing
// each to a thread costs more CPU than the call (1.1 ms against 0.5 ms for one durable log entry), and an epoch without rows is mostly these.

import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { resolve } from 'node:path';
import { errorCode } from './errors.js';
import type { Clock, FileStat, FileSystem, Host, ReadableFile, WritableFile } from './host.js';

type Done<T> = (error: NodeJS.ErrnoException | null, value?: T) => void;
const call = <T = void>(start: (done: Done<T>) => void): Promise<T> =>
  new Promise((resolve, reject) => start((error, value) => (error ? reject(error) : resolve(value as T))));

const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (millis, signal) => new Promise((resolve) => {
    if (signal?.aborted) { resolve(); return; }
    const end = (): void => { clearTimeout(timer); signal?.removeEventListener('abort', end); resolve(); };
    // A timer takes at most 2^31 - 1 ms; a longer sleep wakes early, which every caller tolerates.
    const timer = setTimeout(end, Math.min(millis, 0x7fffffff));
    signal?.addEventListener('abort', end);
  }),
};

const FLAGS = { create: 'wx', truncate: 'w', append: 'a' } as const;

/** Writes up to this size do not go to a thread. */
const SMALL_BYTES = 65_536;

/** Errors of calls that take a descriptor do not say of which file they are. */
async function at<T>(path: string, work: () => Promise<T>): Promise<T> {
  try { return await work(); } catch (error) {
    const failure = error as NodeJS.ErrnoException;
    if (errorCode(error) !== undefined && failure.path === undefined) { failure.path = path; failure.message += ` '${path}'`; }
    throw error;
  }
}

class RealFile implements WritableFile {
  private readonly path: string;
  private readonly descriptor: number;
  constructor(path: string, descriptor: number) { this.path = path; this.descriptor = descriptor; }
  write(parts: readonly Uint8Array[]): Promise<void> { return at(this.path, () => this.append(parts)); }
  private async append(parts: readonly Uint8Array[]): Promise<void> {
    const total = parts.reduce((sum, part) => sum + part.byteLength, 0);
    if (total <= SMALL_BYTES) {
      const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts, total);
      for (let from = 0; from < total;) from += fs.writeSync(this.descriptor, bytes, from, total - from);
      return;
    }
    let left = parts.filter((part) => part.byteLength > 0);
    while (left.length > 0) {
      let written = await call<number>((done) => fs.writev(this.descriptor, left, null, done));
      const whole = left.findIndex((part) => { written -= part.byteLength; return written < 0; });
      left = whole < 0 ? [] : [left[whole]!.subarray(left[whole]!.byteLength + written), ...left.slice(whole + 1)];
    }
  }
  sync(): Promise<void> { return at(this.path, () => call((done) => fs.fsync(this.descriptor, done))); }
  close(): Promise<void> { return at(this.path, async () => { fs.closeSync(this.descriptor); }); }
}

class OpenFile implements ReadableFile {
  readonly sizeBytes: number;
  private readonly path: string;
  private readonly descriptor: number;
  constructor(path: string, descriptor: number, sizeBytes: number) { this.path = path; this.descriptor = descriptor; this.sizeBytes = sizeBytes; }
  static async open(path: string): Promise<OpenFile> {
    const descriptor = await call<number>((done) => fs.open(path, 'r', done));
    try { return new OpenFile(path, descriptor, fs.fstatSync(descriptor).size); } catch (error) { fs.closeSync(descriptor); throw error; }
  }
  read(target: Uint8Array, offset: number): Promise<number> { return at(this.path, () => this.fill(target, offset)); }
  private async fill(target: Uint8Array, offset: number): Promise<number> {
    let filled = 0;
    while (filled < target.byteLength) {
      const from = filled;
      const count = await call<number>((done) => fs.read(this.descriptor, target, from, target.byteLength - from, offset + from, done));
      if (count === 0) break;
      filled += count;
    }
    return filled;
  }
  close(): Promise<void> { return at(this.path, () => call((done) => fs.close(this.descriptor, done))); }
}

const files: FileSystem = {
  absolute: resolve,
  readFile: (path) => at(path, () => call<Uint8Array>((done) => fs.readFile(path, done))),
  openRead: (path) => OpenFile.open(path),
  open: async (path, mode) => new RealFile(path, fs.openSync(path, FLAGS[mode], 0o600)),
  link: async (from, to) => { fs.linkSync(from, to); },
  rename: async (from, to) => { fs.renameSync(from, to); },
  unlink: (path) => call((done) => fs.unlink(path, done)),
  readDirectory: async (path) => {
    const names = await call<Buffer[]>((done) => fs.readdir(path, 'buffer', done));
    return names.sort(Buffer.compare).map((name) => name.toString('utf8'));
  },
  makeDirectory: async (path) => {
    // Not `recursive`: Node tries for ever where a directory lets nothing be made in it (/proc).
    try { await call((done) => fs.mkdir(path, 0o700, done)); } catch (error) {
      if (errorCode(error) !== 'EEXIST' || !fs.statSync(path).isDirectory()) throw error;
    }
  },
  removeDirectory: (path) => call((done) => fs.rm(path, { recursive: true, force: true }, done)),
  stat: async (path): Promise<FileStat | undefined> => {
    try {
      const s = await call<fs.Stats>((done) => fs.stat(path, done));
      return { sizeBytes: s.size, modifiedMillis: s.mtimeMs, isDirectory: s.isDirectory() };
    } catch (error) {
      if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
      throw error;
    }
  },
  syncDirectory: async (path) => {
    const descriptor = fs.openSync(path, 'r');
    try { await at(path, () => call((done) => fs.fsync(descriptor, done))); } finally { fs.closeSync(descriptor); }
  },
};

export const realHost: Host = { clock, files, random: Math.random, uuid: randomUUID };
