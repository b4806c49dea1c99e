// A query's checkpoint directory: who the query is (`metadata`), what each epoch read (`offsets/N`, written before it runs), and which
// epochs are done (`commits/N`). Invariant: of the epochs that are kept, offsets are contiguous, commits are contiguous, and the newest commit is the newest offsets
// entry or the one before it; anything else is refused with the file's name, never repaired silently.
//
//   metadata   offsets/N   commits/N   sources/<i>/…   sink/…   state/<id>/…   dropped/N
// source: Spark's checkpoint layout and its recovery rule; records carry the query's id, so that files of another query are noticed.

import { raise } from '../../planner/errors/index.js';
import type { Json, MetadataStore, Offset } from '../connect/contract.js';
import { createFile, makeDurableDirectory, settleDirectory, unlinkIfThere } from '../durable/atomic.js';
import { decodeJson, decodeSingle, encodeFrame, encodeJson } from '../durable/frame.js';
import { EpochLog } from '../durable/log.js';
import { directoryStore, memoryStore } from '../durable/metadata-store.js';
import { errorCode } from '../host/errors.js';
import type { FileSystem, Host } from '../host/host.js';

/** The part of one source in an epoch: rows in (after, upTo]; undefined: from the start. Equal ends: nothing. */
export interface SourceRange { readonly after: Offset | undefined; readonly upTo: Offset | undefined }

export interface OffsetEntry {
  readonly epoch: number;
  readonly timestampMillis: number;
  /** The global watermark that the epoch uses. */
  readonly watermarkMillis: number;
  readonly sources: readonly SourceRange[];
  /** What each source is, by which it is found again. Absent in checkpoints from before it was kept. */
  readonly inputs?: readonly string[] | undefined;
  /** Settings fixed for the life of the checkpoint. */
  readonly conf: Readonly<Record<string, string>>;
  /** State ids and names of the stateful operators, the most downstream first. */
  readonly operators: readonly (readonly [id: string, name: string])[];
}
export interface CommitEntry {
  readonly epoch: number;
  readonly nextWatermarkMillis: number;
  /** Watermark of each watermark node that has been heard, by its id. */
  readonly perNode: Readonly<Record<string, number>>;
  /** Timestamp of the newest epoch in which rows came, of each watermark node with a rule for idleness. Absent in checkpoints from before there was one. */
  readonly activeAt: Readonly<Record<string, number>>;
}

/** Where a query goes on. */
export interface Recovery {
  /** Newest committed epoch; −1: none. */
  readonly committed: number;
  /** Logged and not committed: runs first, with exactly what was logged. */
  readonly pending: OffsetEntry | undefined;
  /** Entries of the newest committed epoch. */
  readonly offsets: OffsetEntry | undefined;
  readonly commit: CommitEntry | undefined;
}

/** Epochs whose entries are kept, as Spark's minBatchesToRetain. */
export const RETAINED_EPOCHS = 100;

export interface Checkpoint {
  readonly queryId: string;
  /** Undefined: in memory only. */
  readonly directory: string | undefined;
  readonly recovery: Recovery;
  logOffsets(entry: OffsetEntry): Promise<void>;
  logCommit(entry: CommitEntry): Promise<void>;
  /** Removes log entries that are not needed any more. */
  purge(beforeEpoch: number): Promise<void>;
  sourceStore(position: number): MetadataStore;
  sinkStore(): MetadataStore;
  /** Of late and rejected rows that are kept. */
  droppedStore(): MetadataStore;
}

/** A checkpoint that ends with the process: for sinks that may go without a location. */
export function temporaryCheckpoint(host: Host): Checkpoint {
  const nothing = async (): Promise<void> => undefined;
  const stores = new Map<string, MetadataStore>();
  const store = (name: string): MetadataStore => { const s = stores.get(name) ?? memoryStore(); stores.set(name, s); return s; };
  return {
    queryId: host.uuid(), directory: undefined, recovery: { committed: -1, pending: undefined, offsets: undefined, commit: undefined },
    logOffsets: nothing, logCommit: nothing, purge: nothing, sourceStore: (i) => store(`sources/${i}`), sinkStore: () => store('sink'),
    droppedStore: () => store('dropped'),
  };
}

/** Opens or creates the checkpoint in a directory.
 *  @throws CHECKPOINT_CORRUPT, CHECKPOINT_FORMAT_TOO_NEW, CHECKPOINT_MISSING_METADATA, CHECKPOINT_LOG_GAP, CONCURRENT_STREAM_LOG_UPDATE */
export async function openCheckpoint(host: Host, directory: string): Promise<Checkpoint> {
  const { files } = host;
  await settleDirectory(files, directory);
  const offsets = new EpochLog(files, `${directory}/offsets`, 'offsets');
  const commits = new EpochLog(files, `${directory}/commits`, 'commit');
  const logged = await offsets.epochs();
  const committed = await commits.epochs();
  const queryId = await readQueryId(files, directory) ?? await createMetadata(host, directory, logged.length + committed.length > 0);
  const recovery = await recover(queryId, directory, offsets, commits, logged, committed);
  return {
    queryId, directory, recovery,
    logOffsets: (entry) => offsets.append(entry.epoch, { queryId, ...entry, sources: entry.sources.map(({ after, upTo }) => [after ?? null, upTo ?? null]) }),
    logCommit: (entry) => commits.append(entry.epoch, { queryId, ...entry }),
    purge: async (before) => {
      await commits.purge(before);
      await offsets.purge(before);
    },
    sourceStore: (position) => directoryStore(files, `${directory}/sources/${position}`, 'source'),
    sinkStore: () => directoryStore(files, `${directory}/sink`, 'sink'),
    droppedStore: () => directoryStore(files, `${directory}/dropped`, 'dropped'),
  };
}

/** Takes the newest commit back, so that its epoch runs again: for repairs and tests, while the query is down. */
export async function forgetNewestCommit(host: Host, directory: string): Promise<void> {
  const commits = new EpochLog(host.files, `${directory}/commits`, 'commit');
  const newest = (await commits.epochs()).at(-1);
  if (newest !== undefined) await unlinkIfThere(host.files, commits.file(newest));
}

async function readQueryId(files: FileSystem, directory: string): Promise<string | undefined> {
  const file = `${directory}/metadata`;
  let bytes: Uint8Array;
  try { bytes = await files.readFile(file); } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  return text(fields(decodeJson(decodeSingle('metadata', bytes, file), file), file), 'queryId', file);
}

async function createMetadata(host: Host, directory: string, hasEntries: boolean): Promise<string> {
  if (hasEntries) raise('CHECKPOINT_MISSING_METADATA', { file: `${directory}/metadata` });
  const queryId = host.uuid();
  await makeDurableDirectory(host.files, directory);
  await createFile(host.files, directory, 'metadata', encodeFrame('metadata', encodeJson({ queryId })));
  return queryId;
}

async function recover(queryId: string, directory: string, offsets: EpochLog, commits: EpochLog, logged: readonly number[], done: readonly number[]): Promise<Recovery> {
  const refuse = (reason: string): never => raise('CHECKPOINT_LOG_GAP', { directory, reason });
  const newest = logged.at(-1) ?? -1;
  // Entries before these are being removed, in whatever order a loss of power has left them.
  const first = newest - RETAINED_EPOCHS;
  for (const [list, name] of [[logged, 'offsets'], [done, 'commits']] as const) {
    list.forEach((epoch, i) => { if (i > 0 && epoch !== list[i - 1]! + 1 && epoch > first) refuse(`${name}/${Math.max(first, list[i - 1]! + 1)} is missing`); });
  }
  const committed = done.at(-1) ?? -1;
  if (committed > newest) refuse(`commits/${committed} has no offsets/${committed}`);
  if (committed < newest - 1) refuse(committed < 0 ? `offsets/${newest} is there and no commit` : `commits/${newest - 1} is missing`);
  const read = async <T>(log: EpochLog, epoch: number, decode: (entry: Fields, file: string) => T): Promise<T> => {
    const file = log.file(epoch);
    const entry = fields(await log.read(epoch) ?? refuse(`${file} is missing`), file);
    if (text(entry, 'queryId', file) !== queryId) raise('CHECKPOINT_CORRUPT', { file, reason: 'it belongs to another query' });
    if (entry['epoch'] !== epoch) raise('CHECKPOINT_CORRUPT', { file, reason: 'it belongs to another epoch' });
    return decode(entry, file);
  };
  if (committed >= 0 && !logged.includes(committed)) refuse(`offsets/${committed} is missing`);
  return {
    committed,
    pending: newest > committed ? await read(offsets, newest, offsetEntry) : undefined,
    offsets: committed >= 0 ? await read(offsets, committed, offsetEntry) : undefined,
    commit: committed >= 0 ? await read(commits, committed, commitEntry) : undefined,
  };
}

// ── Decoding: the checksum says that the bytes are ours, this that they mean what we expect ─────

type Fields = Readonly<Record<string, unknown>>;
const wrong = (file: string, field: string): never => raise('CHECKPOINT_CORRUPT', { file, reason: `its field ${field} is not what it should be` });
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const fields = (value: unknown, file: string, name = 'record'): Fields => isFields(value) ? value : wrong(file, name);
function text(from: Fields, name: string, file: string): string { const v = from[name]; return typeof v === 'string' ? v : wrong(file, name); }
function number(from: Fields, name: string, file: string): number { const v = from[name]; return typeof v === 'number' ? v : wrong(file, name); }
function list(from: Fields, name: string, file: string): readonly unknown[] { const v = from[name]; return Array.isArray(v) ? v : wrong(file, name); }
function valuesOf<T>(from: Fields, name: string, file: string, type: 'string' | 'number'): Readonly<Record<string, T>> {
  const map = fields(from[name], file, name);
  for (const value of Object.values(map)) if (typeof value !== type) wrong(file, name);
  return map as Readonly<Record<string, T>>;
}
function pair(value: unknown, file: string): readonly [unknown, unknown] {
  return Array.isArray(value) && value.length === 2 ? [value[0], value[1]] : wrong(file, 'pair');
}

function offsetEntry(entry: Fields, file: string): OffsetEntry {
  return {
    epoch: number(entry, 'epoch', file), timestampMillis: number(entry, 'timestampMillis', file), watermarkMillis: number(entry, 'watermarkMillis', file),
    sources: list(entry, 'sources', file).map((range) => {
      const [after, upTo] = pair(range, file);
      return { after: (after as Json) ?? undefined, upTo: (upTo as Json) ?? undefined };
    }),
    inputs: entry['inputs'] === undefined ? undefined : list(entry, 'inputs', file).map(String),
    conf: valuesOf<string>(entry, 'conf', file, 'string'),
    operators: list(entry, 'operators', file).map((operator) => pair(operator, file).map(String) as [string, string]),
  };
}
const commitEntry = (entry: Fields, file: string): CommitEntry =>
  ({ epoch: number(entry, 'epoch', file), nextWatermarkMillis: number(entry, 'nextWatermarkMillis', file), perNode: valuesOf<number>(entry, 'perNode', file, 'number'),
    activeAt: entry['activeAt'] === undefined ? {} : valuesOf<number>(entry, 'activeAt', file, 'number') });
