// A seeded host: a clock set by hand, a generator of random numbers, and files in memory that know what a crash would leave of them.
// The same seed and the same calls give the same run.
//
// Files follow the usual crash model: fsync of a file makes its bytes durable, fsync of a directory its entries. `crash('kill')` keeps
// everything that was written; `crash('power')` gives each unsynced file its old bytes, all bytes or a prefix, and takes any subset of a
// directory's unsynced changes. Every effect is numbered; `beforeEffect` may throw to place a crash or a fault at one.
// source: ALICE (Pillai et al., OSDI 2014)

import type { Clock, FileStat, FileSystem, Host, ReadableFile, WritableFile } from './host.js';

export interface SimulatedHost extends Host {
  readonly clock: ManualClock;
  readonly files: SimulatedFiles;
}
export interface ManualClock extends Clock {
  /** Moves the time forward and wakes the sleepers whose time has come, in order. */
  advance(millis: number): void;
}

/** A host with a clock at `startMillis`. */
export function simulatedHost(seed: number, startMillis = 0): SimulatedHost {
  const random = generator(seed);
  const clock = manualClock(startMillis);
  return { clock, random, files: new SimulatedFiles(random, () => clock.now()), uuid: () => uuidOf(random) };
}

function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}

function uuidOf(random: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16));
  hex[12] = '4';
  hex[16] = (8 + Math.floor(random() * 4)).toString(16);
  const text = hex.join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}

function manualClock(start: number): ManualClock {
  let now = start;
  const sleepers: { at: number; wake: () => void }[] = [];
  return {
    now: () => now,
    monotonic: () => now,
    sleep: (millis, signal) => new Promise((resolve) => {
      if (signal?.aborted || millis <= 0) { resolve(); return; }
      const sleeper = { at: now + millis, wake: (): void => { signal?.removeEventListener('abort', wake); resolve(); } };
      const wake = (): void => { sleepers.splice(sleepers.indexOf(sleeper), 1); sleeper.wake(); };
      signal?.addEventListener('abort', wake);
      sleepers.push(sleeper);
    }),
    advance: (millis) => {
      now += millis;
      const due = sleepers.filter((s) => s.at <= now).sort((a, b) => a.at - b.at);
      for (const sleeper of due) { sleepers.splice(sleepers.indexOf(sleeper), 1); sleeper.wake(); }
    },
  };
}

interface FileNode { readonly kind: 'file'; bytes: Uint8Array; durable: Uint8Array; modifiedMillis: number }
interface DirectoryNode { readonly kind: 'directory'; entries: Map<string, Node>; durable: Map<string, Node>; pending: { readonly name: string; readonly node: Node | undefined }[] }
type Node = FileNode | DirectoryNode;

const NOTHING = new Uint8Array(0);
const newDirectory = (): DirectoryNode => ({ kind: 'directory', entries: new Map(), durable: new Map(), pending: [] });

export class SimulatedFiles implements FileSystem {
  /** Called with the number and name of each effect before it happens; what it throws is the effect's failure. */
  beforeEffect: ((number: number, name: string, path: string) => void) | undefined;
  private effects = 0;
  private readonly root = newDirectory();
  private readonly random: () => number;
  private readonly now: () => number;

  constructor(random: () => number, now: () => number) { this.random = random; this.now = now; }

  /** What is left after a crash. Open files are gone. */
  crash(kind: 'kill' | 'power'): void {
    if (kind === 'power') this.losePower(this.root, new Set());
  }

  private losePower(directory: DirectoryNode, seen: Set<Node>): void {
    const entries = new Map(directory.durable);
    for (const { name, node } of directory.pending) {
      if (this.random() < 0.5) continue;
      if (node) entries.set(name, node); else entries.delete(name);
    }
    directory.entries = entries;
    directory.durable = new Map(entries);
    directory.pending = [];
    for (const node of entries.values()) {
      if (seen.has(node)) continue;
      seen.add(node);
      if (node.kind === 'directory') this.losePower(node, seen);
      else {
        if (node.bytes !== node.durable) {
          const kept = this.random();
          if (kept < 1 / 3) node.bytes = node.durable;
          else if (kept < 2 / 3) node.bytes = node.bytes.slice(0, Math.floor(this.random() * (node.bytes.length + 1)));
        }
        node.durable = node.bytes;
      }
    }
  }

  private effect(name: string, path: string): void { this.beforeEffect?.(this.effects++, name, path); }

  private find(path: string): Node | undefined {
    let node: Node = this.root;
    for (const part of parts(path)) {
      if (node.kind !== 'directory') return undefined;
      const next = node.entries.get(part);
      if (!next) return undefined;
      node = next;
    }
    return node;
  }
  private directory(path: string): DirectoryNode {
    const node = this.find(path);
    if (!node) throw failure('ENOENT', path);
    if (node.kind !== 'directory') throw failure('ENOTDIR', path);
    return node;
  }
  private file(path: string): FileNode {
    const node = this.find(path);
    if (!node) throw failure('ENOENT', path);
    if (node.kind !== 'file') throw failure('EISDIR', path);
    return node;
  }
  private put(path: string, node: Node | undefined): void {
    const { parent, name } = split(path);
    const directory = this.directory(parent);
    if (node) directory.entries.set(name, node); else directory.entries.delete(name);
    directory.pending.push({ name, node });
  }

  absolute(path: string): string { return `/${parts(path).join('/')}`; }
  async readFile(path: string): Promise<Uint8Array> {
    this.effect('readFile', path);
    return this.file(path).bytes.slice();
  }
  async openRead(path: string): Promise<ReadableFile> {
    this.effect('openRead', path);
    const file = this.file(path);
    return {
      sizeBytes: file.bytes.length,
      read: async (target, offset) => {
        this.effect('read', path);
        const bytes = file.bytes.subarray(offset, offset + target.length);
        target.set(bytes);
        return bytes.length;
      },
      close: async () => { this.effect('close', path); },
    };
  }
  async open(path: string, mode: 'create' | 'truncate' | 'append'): Promise<WritableFile> {
    this.effect('open', path);
    let node = this.find(path);
    if (node && mode === 'create') throw failure('EEXIST', path);
    if (node?.kind === 'directory') throw failure('EISDIR', path);
    if (!node) {
      node = { kind: 'file', bytes: NOTHING, durable: NOTHING, modifiedMillis: this.now() };
      this.put(path, node);
    } else if (mode === 'truncate') node.bytes = new Uint8Array(0);
    const file = node;
    return {
      write: async (pieces) => {
        this.effect('write', path);
        const bytes = new Uint8Array(file.bytes.length + pieces.reduce((sum, p) => sum + p.byteLength, 0));
        bytes.set(file.bytes);
        let at = file.bytes.length;
        for (const piece of pieces) { bytes.set(piece, at); at += piece.byteLength; }
        file.bytes = bytes;
        file.modifiedMillis = this.now();
      },
      sync: async () => { this.effect('sync', path); file.durable = file.bytes; },
      close: async () => { this.effect('close', path); },
    };
  }
  async link(from: string, to: string): Promise<void> {
    this.effect('link', to);
    if (this.find(to)) throw failure('EEXIST', to);
    this.put(to, this.file(from));
  }
  async rename(from: string, to: string): Promise<void> {
    this.effect('rename', to);
    const node = this.find(from);
    if (!node) throw failure('ENOENT', from);
    this.put(to, node);
    this.put(from, undefined);
  }
  async unlink(path: string): Promise<void> {
    this.effect('unlink', path);
    this.file(path);
    this.put(path, undefined);
  }
  async readDirectory(path: string): Promise<readonly string[]> {
    this.effect('readDirectory', path);
    return [...this.directory(path).entries.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }
  async makeDirectory(path: string): Promise<void> {
    this.effect('makeDirectory', path);
    const node = this.find(path);
    if (!node) this.put(path, newDirectory());
    else if (node.kind === 'file') throw failure('EEXIST', path);
  }
  async removeDirectory(path: string): Promise<void> {
    this.effect('removeDirectory', path);
    if (this.find(path)) this.put(path, undefined);
  }
  async stat(path: string): Promise<FileStat | undefined> {
    this.effect('stat', path);
    const node = this.find(path);
    if (!node) return undefined;
    return node.kind === 'file' ? { sizeBytes: node.bytes.length, modifiedMillis: node.modifiedMillis, isDirectory: false }
      : { sizeBytes: 0, modifiedMillis: 0, isDirectory: true };
  }
  async syncDirectory(path: string): Promise<void> {
    this.effect('syncDirectory', path);
    const directory = this.directory(path);
    directory.durable = new Map(directory.entries);
    directory.pending = [];
  }
}

const parts = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.');
function split(path: string): { parent: string; name: string } {
  const all = parts(path);
  const name = all.pop();
  if (name === undefined) throw failure('EINVAL', path);
  return { parent: all.join('/'), name };
}
const failure = (code: string, path: string): Error => Object.assign(new Error(`${code}: ${path}`), { code });
