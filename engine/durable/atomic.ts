// Files that are there whole or not at all, also after a power loss: written under a temporary name, fsynced, given their name, and the
// directory fsynced. `createFile` gives the name with link(2), which fails if it is taken: that is how a second writer is caught. Temporary
// names are numbered, and one that is there is never written into: it is what a crash has left, or another process's that is at work.
//
// source: measured orders of write, fsync, link and rename under the crash model (kill −9 alone does not show a missing fsync).

import { raise } from '../../planner/errors/index.js';
import { errorCode } from '../host/errors.js';
import type { FileSystem, WritableFile } from '../host/host.js';

const temporaryName = (name: string, number: number): string => `.${name}.${number}.tmp`;
export const isTemporary = (name: string): boolean => name.startsWith('.') && name.endsWith('.tmp');

/** A file of its own under the first temporary name that is free; `number` is that name's. */
async function writeTemporary(files: FileSystem, directory: string, name: string, pieces: Iterable<readonly Uint8Array[]>): Promise<{ readonly path: string; readonly number: number }> {
  for (let number = 0; ; number++) {
    const path = `${directory}/${temporaryName(name, number)}`;
    let file: WritableFile;
    try { file = await files.open(path, 'create'); } catch (error) {
      if (errorCode(error) === 'EEXIST') continue;
      throw error;
    }
    try {
      for (const parts of pieces) await file.write(parts);
      await file.sync();
    } finally { await file.close(); }
    return { path, number };
  }
}
/** The name has been given: what lies under the temporary names before is of no use to anybody. */
async function removeTemporary(files: FileSystem, directory: string, name: string, before: number): Promise<void> {
  for (let number = 0; number < before; number++) await unlinkIfThere(files, `${directory}/${temporaryName(name, number)}`);
}

/** A new file, durable when it resolves. @throws CONCURRENT_STREAM_LOG_UPDATE if the name is taken, durably */
export async function createFile(files: FileSystem, directory: string, name: string, parts: readonly Uint8Array[]): Promise<void> {
  const { path, number } = await writeTemporary(files, directory, name, [parts]);
  await given(files, directory, name, path, () => files.link(path, `${directory}/${name}`));
  await removeTemporary(files, directory, name, number + 1);
  await files.syncDirectory(directory);
}

/** A file in place of what has the name, durable when it resolves. @throws CONCURRENT_STREAM_LOG_UPDATE if another process has done it meanwhile */
export function replaceFile(files: FileSystem, directory: string, name: string, parts: readonly Uint8Array[]): Promise<void> {
  return replaceFileInPieces(files, directory, name, [parts]);
}
/** The same of pieces that are asked for one at a time: a large file is never in memory as a whole. */
export async function replaceFileInPieces(files: FileSystem, directory: string, name: string, pieces: Iterable<readonly Uint8Array[]>): Promise<void> {
  const { path, number } = await writeTemporary(files, directory, name, pieces);
  await given(files, directory, name, path, () => files.rename(path, `${directory}/${name}`));
  await removeTemporary(files, directory, name, number);
  await files.syncDirectory(directory);
}

async function given(files: FileSystem, directory: string, name: string, temporary: string, give: () => Promise<void>): Promise<void> {
  try { await give(); } catch (cause) {
    // ENOENT: who took the name has removed what we had written.
    if (errorCode(cause) !== 'EEXIST' && errorCode(cause) !== 'ENOENT') throw cause;
    await unlinkIfThere(files, temporary);
    await files.syncDirectory(directory);
    raise('CONCURRENT_STREAM_LOG_UPDATE', { batchId: name, file: `${directory}/${name}` }, { cause });
  }
}

export async function unlinkIfThere(files: FileSystem, path: string): Promise<void> {
  try { await files.unlink(path); } catch (error) { if (errorCode(error) !== 'ENOENT') throw error; }
}

/** The directory and those above it, with durable entries. Of those that are there only the last may lack one: each was made durable before the
 *  next was made. Costs an fsync even then: who writes often calls it once. */
export async function makeDurableDirectory(files: FileSystem, path: string): Promise<void> {
  const at = path.lastIndexOf('/');
  const parent = at > 0 ? path.slice(0, at) : at === 0 ? '/' : '.';
  if (path !== '/' && !(await files.stat(path))) {
    if (parent !== '.') await makeDurableDirectory(files, parent);
    await files.makeDirectory(path);
  }
  await files.syncDirectory(parent);
}

/** What a directory holds, without temporary files; nothing if it is not there. */
export async function listDirectory(files: FileSystem, path: string): Promise<readonly string[]> {
  try {
    return (await files.readDirectory(path)).filter((name) => !isTemporary(name));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** The same of a directory that another run has left behind, made durable: a process that was killed may have given a name without having
 *  synced the directory, and what is built on that name must not outlive it. */
export async function settleDirectory(files: FileSystem, path: string): Promise<readonly string[]> {
  const names = await listDirectory(files, path);
  if (names.length > 0) await files.syncDirectory(path);
  return names;
}
