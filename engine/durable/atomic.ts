// Files that are there whole or not at all, also after a power loss: written under a temporary name, fsynced, given their name, and the
// directory fsynced. `createFile` gives the name with link(2), which fails if it is taken: that is how a second writer is caught.
//
// source: measured orders of write, fsync, link and rename under the crash model (kill −9 alone does not show a missing fsync).

import { raise } from '../../planner/errors/index.js';
import { errorCode } from '../host/errors.js';
import type { FileSystem } from '../host/host.js';

const temporaryName = (name: string): string => `.${name}.tmp`;
export const isTemporary = (name: string): boolean => name.startsWith('.') && name.endsWith('.tmp');

async function writeTemporary(files: FileSystem, path: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = await files.open(path, 'truncate');
  try {
    await file.write(parts);
    await file.sync();
  } finally { await file.close(); }
}

/** A new file, durable when it resolves. @throws CONCURRENT_STREAM_LOG_UPDATE if the name is taken */
export async function createFile(files: FileSystem, directory: string, name: string, parts: readonly Uint8Array[]): Promise<void> {
  const temporary = `${directory}/${temporaryName(name)}`;
  await writeTemporary(files, temporary, parts);
  try {
    await files.link(temporary, `${directory}/${name}`);
  } catch (cause) {
    if (errorCode(cause) !== 'EEXIST') throw cause;
    raise('CONCURRENT_STREAM_LOG_UPDATE', { batchId: name, file: `${directory}/${name}` }, { cause });
  }
  await files.unlink(temporary);
  await files.syncDirectory(directory);
}

/** A file in place of what has the name, durable when it resolves. */
export async function replaceFile(files: FileSystem, directory: string, name: string, parts: readonly Uint8Array[]): Promise<void> {
  const temporary = `${directory}/${temporaryName(name)}`;
  await writeTemporary(files, temporary, parts);
  await files.rename(temporary, `${directory}/${name}`);
  await files.syncDirectory(directory);
}

/** The directory and those above it, with durable entries. */
export async function makeDurableDirectory(files: FileSystem, path: string): Promise<void> {
  if (await files.stat(path)) return;
  const at = path.lastIndexOf('/');
  const parent = at > 0 ? path.slice(0, at) : at === 0 ? '/' : '.';
  if (parent !== path && parent !== '.') await makeDurableDirectory(files, parent);
  await files.makeDirectory(path);
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
