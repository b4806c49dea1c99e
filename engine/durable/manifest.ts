// The manifest of a directory that a file sink writes: which files are committed. Readers that follow it see whole epochs only.
// source: Spark FileStreamSinkLog, SinkFileStatus.

import { raise } from '../../planner/errors/index.js';
import type { FileSystem } from '../host/host.js';
import { missingEntry, entriesInForce, type LogEntryName } from './compacted.js';

/** The manifest's directory, within the one that it is of. */
export const MANIFEST = '_spark_metadata';

/** One line of an entry, as Spark writes it. `path` is a URI, `size` in bytes, `modificationTime` in ms. */
export interface ManifestLine {
  readonly path: string; readonly size: number; readonly isDir: boolean; readonly modificationTime: number;
  readonly blockReplication: number; readonly blockSize: number; readonly action: string;
}

/** The lines of all entries that are in force, oldest first. @throws CHECKPOINT_LOG_GAP, CHECKPOINT_CORRUPT */
export async function readManifest(files: FileSystem, log: string): Promise<readonly ManifestLine[]> {
  const lines: ManifestLine[] = [];
  for (const { name } of await manifestEntries(files, log)) {
    const file = `${log}/${name}`;
    lines.push(...parseEntry(Buffer.from(await files.readFile(file)).toString('utf8'), file));
  }
  return lines;
}
/** @throws CHECKPOINT_LOG_GAP */
export async function manifestEntries(files: FileSystem, log: string): Promise<readonly LogEntryName[]> {
  const list = async (): Promise<readonly LogEntryName[]> => entriesInForce(await files.readDirectory(log));
  const entries = await list();
  // A listing may hold an entry that was written while it was made, and not the one before.
  return missingEntry(entries) === undefined ? entries : whole(await list(), log);
}
function whole(entries: readonly LogEntryName[], log: string): readonly LogEntryName[] {
  const gap = missingEntry(entries);
  return gap === undefined ? entries : raise('CHECKPOINT_LOG_GAP', { directory: log, reason: `its entry ${gap} is missing` });
}

function parseEntry(text: string, file: string): readonly ManifestLine[] {
  const [version, ...lines] = text.split('\n');
  if (version !== 'v1') raise('CHECKPOINT_CORRUPT', { file, reason: 'it does not begin with v1' });
  return lines.filter((l) => l !== '').map((l) => parseLine(l) ?? raise('CHECKPOINT_CORRUPT', { file, reason: `a line names no file: ${l.slice(0, 100)}` }));
}
function parseLine(text: string): ManifestLine | undefined {
  try {
    const line = JSON.parse(text) as Partial<ManifestLine>;
    decodeURIComponent(line.path ?? '');
    return typeof line.path === 'string' && typeof line.size === 'number' && typeof line.modificationTime === 'number' && (line.action === 'add' || line.action === 'delete') ? line as ManifestLine : undefined;
  } catch { return undefined; }
}
