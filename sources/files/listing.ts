// Which files a path means: a file, a directory, a pattern; partition directories key=value; hidden files left out; a directory written by
// the file sink is read through its manifest, so that only committed files are seen. Where some files are in partition directories those that
// are not are left out.
// source: Spark InMemoryFileIndex, MetadataLogFileIndex.

import { errorCode, type FileSystem, MANIFEST, type OptionSet, raise, readManifest } from '../../engine/plugin.js';
import { inPartitions, type Partition, partitionOf } from './partitions.js';
import { globRegex, isPattern, plainPath } from './patterns.js';

export interface FoundFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMillis: number;
}

/** What is known of a file already, so that it need not be asked for: in a directory of many old files that is nearly all of the work. */
export type Known = (path: string) => FoundFile | undefined;

/** Files of the option `path`, by modification time, then path. `partition`: what their paths say, if it is known already.
 *  @throws PATH_NOT_FOUND for a plain path that is not there, CONFLICTING_DIRECTORY_STRUCTURES, CONFLICTING_PARTITION_COLUMN_NAMES, and what partitionOf raises */
export async function listFiles(files: FileSystem, options: OptionSet, known?: Known, partition: (path: string) => Partition = partitionOf(options, files)): Promise<FoundFile[]> {
  const roots = (await rootsOf(files, options.required('path'))).map((root) => files.absolute(root));
  const recursive = options.boolean('recursiveFileLookup');
  const glob = options.get('pathGlobFilter');
  const filter = glob === undefined ? undefined : globRegex(glob);
  const found = new Map<string, FoundFile>();
  for (const root of roots) {
    const stat = await files.stat(root);
    if (!stat) continue;
    if (!stat.isDirectory) { found.set(root, { path: root, sizeBytes: stat.sizeBytes, modifiedMillis: stat.modifiedMillis }); continue; }
    const committed = await committedFiles(files, root, known);
    if (committed) { for (const f of committed) found.set(f.path, f); continue; }
    await walk(files, root, { recursive, known, add: (f, name) => { if (!filter || filter.test(name)) found.set(f.path, f); } });
  }
  return inPartitions([...found.values()], partition).sort((a, b) => a.modifiedMillis - b.modifiedMillis || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

const hidden = (name: string): boolean => (name.startsWith('_') && !name.includes('=')) || name.startsWith('.') || name.endsWith('._COPYING_');
/** Directories that were entered on the way are not entered again through links that lead back. */
const MAX_DEPTH = 64;
interface Walk { readonly recursive: boolean; readonly known: Known | undefined; readonly add: (file: FoundFile, name: string) => void }
/** Below a partition directory, and where it is asked for, every directory is entered. */
async function walk(files: FileSystem, directory: string, how: Walk, depth = 0): Promise<void> {
  for (const name of await files.readDirectory(directory)) {
    if (hidden(name)) continue;
    const path = `${directory === '/' ? '' : directory}/${name}`;
    const old = how.known?.(path);
    if (old) { how.add(old, name); continue; }
    const stat = await files.stat(path);
    if (!stat) continue;
    if (!stat.isDirectory) how.add({ path, sizeBytes: stat.sizeBytes, modifiedMillis: stat.modifiedMillis }, name);
    else if ((how.recursive || depth > 0 || name.includes('=')) && depth < MAX_DEPTH) await walk(files, path, how, depth + 1);
  }
}

/** The paths that exist for a path or pattern; several paths are joined by commas. */
async function rootsOf(files: FileSystem, path: string): Promise<readonly string[]> {
  const plain = plainPath(path);
  if (await files.stat(plain)) return [plain];
  const parts = isPattern(path) ? [plain] : path.split(',').map((p) => plainPath(p.trim()));
  const roots: string[] = [];
  for (const part of parts) {
    const matched = isPattern(part) ? await expand(files, part) : (await files.stat(part)) ? [part] : [];
    if (matched.length === 0 && !isPattern(part)) raise('PATH_NOT_FOUND', { path: part });
    roots.push(...matched);
  }
  return roots;
}
async function expand(files: FileSystem, pattern: string): Promise<readonly string[]> {
  const segments = pattern.split('/');
  let paths = [segments[0] === '' ? '' : isPattern(segments[0]!) ? '.' : segments[0]!];
  for (const segment of segments[0] !== '' && isPattern(segments[0]!) ? segments : segments.slice(1)) {
    if (segment === '') continue;
    if (!isPattern(segment)) { paths = paths.map((p) => `${p}/${segment}`); continue; }
    const regex = globRegex(segment);
    const next: string[] = [];
    for (const p of paths) {
      let names: readonly string[];
      try { names = await files.readDirectory(p === '' ? '/' : p); } catch (error) {
        if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') continue;
        throw error;
      }
      for (const name of names) if (!hidden(name) && regex.test(name)) next.push(`${p}/${name}`);
    }
    paths = next;
  }
  const there: string[] = [];
  for (const p of paths) if (await files.stat(p)) there.push(p);
  return there;
}

// ── The file sink's manifest ─────────────────────────────────────────────────────────────────────

/** The committed files of a directory that the file sink writes; undefined if it is not one. Times are those of the files: the manifest's
 *  may be those of the commit. @throws FAILED_READ_FILE.NO_HINT for a file that has not the size with which it was committed */
async function committedFiles(files: FileSystem, directory: string, known: Known | undefined): Promise<readonly FoundFile[] | undefined> {
  const log = `${directory}/${MANIFEST}`;
  if (!(await files.stat(log))) return undefined;
  const kept = new Map<string, FoundFile>();
  for (const { path: uri, size, modificationTime, action } of await readManifest(files, log)) {
    const path = await placeOf(files, plainPath(decodeURIComponent(uri)), directory);
    if (action === 'delete') kept.delete(path); else kept.set(path, { path, sizeBytes: size, modifiedMillis: modificationTime });
  }
  const found: FoundFile[] = [];
  for (const file of kept.values()) {
    const seen = known?.(file.path);
    // What is gone is told of when it is read.
    const stat = seen ? undefined : await files.stat(file.path);
    if (stat && stat.sizeBytes !== file.sizeBytes) raise('FAILED_READ_FILE.NO_HINT', { path: `file://${file.path}`, reason: `It has ${stat.sizeBytes} bytes; ${log} says ${file.sizeBytes}.` });
    found.push(seen ?? { ...file, modifiedMillis: stat?.modifiedMillis ?? file.modifiedMillis });
  }
  return found;
}
/** Where a file of the manifest is: its path, but for a directory that was moved or copied, where it keeps its place below that. */
async function placeOf(files: FileSystem, path: string, directory: string): Promise<string> {
  if (path.startsWith(`${directory}/`)) return path;
  const moved = `${directory}/${/(?:[^/]+=[^/]*\/)*[^/]*$/.exec(path)![0]}`;
  return await files.stat(moved) ? moved : path;
}
