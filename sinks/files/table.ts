// A batch written into a directory. The rows are written aside and made durable first, then moved into place; an old table goes when the new one is
// there. So whenever it ends early the old rows are all there, or the new ones are: after a crash between, a reader may see both, and a
// write that is done again leaves its own. Spark deletes first, and loses the table.
// source: Spark DataFrameWriter's save modes, InsertIntoHadoopFsRelationCommand.

import { type ConnectContext, type FileSystem, makeDurableDirectory, MANIFEST, raise, type RecordBatch, replaceFile, type SinkOpen } from '../../engine/plugin.js';
import { extensionOf, type FileFormat, PartitionedWriter, rootOf } from './part-files.js';

const SUCCESS = '_SUCCESS';
const directoryOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

/** @throws PATH_ALREADY_EXISTS in mode error */
export async function writeTable(format: FileFormat, request: SinkOpen, batches: AsyncIterable<RecordBatch>, save: 'error' | 'append' | 'overwrite' | 'ignore', context: ConnectContext): Promise<void> {
  const { files } = context.host;
  const root = rootOf(request.options, files);
  const there = (await files.stat(root)) !== undefined;
  if (there && save === 'error') raise('PATH_ALREADY_EXISTS', { outputPath: `file:${root}` });
  if (there && save === 'ignore') return;
  const id = context.host.uuid();
  const aside = `${root}/_temporary-${id}`;
  const writer = new PartitionedWriter(aside, (i) => `part-${String(i).padStart(5, '0')}-${id}.c000.${extensionOf(format, request.options)}`, format, request, context);
  const moved: string[] = [];
  let complete = false;
  try {
    for await (const batch of batches) await writer.add(batch);
    await writer.addNothing();
    const written = await writer.finish();
    await makeDurableDirectory(files, root);
    for (const { path } of written) {
      const target = root + path.slice(aside.length);
      await makeDurableDirectory(files, directoryOf(target));
      await files.rename(path, target);
      moved.push(target);
    }
    for (const directory of new Set(moved.map(directoryOf))) await files.syncDirectory(directory);
    complete = true;
    if (save === 'overwrite') await removeOthers(files, root, aside, moved);
    await replaceFile(files, root, SUCCESS, []);
  } catch (error) {
    await writer.abandon();
    // The rows of a write that fails are not there; of one that cannot remove the old ones both are.
    if (!complete) for (const path of moved) await files.unlink(path).catch(() => undefined);
    throw error;
  } finally {
    if (await files.stat(aside)) await files.removeDirectory(aside);
    // A directory that was made for rows that failed would be in the way of the next try.
    if (!there && !complete && await files.stat(root) && (await files.readDirectory(root)).length === 0) await files.removeDirectory(root);
  }
}

/** Removes what is below a directory, but for some files and what is written aside. */
async function removeOthers(files: FileSystem, root: string, aside: string, keep: readonly string[]): Promise<void> {
  const kept = new Set([...keep, aside]);
  const above = new Set<string>();
  for (const path of keep) for (let at = directoryOf(path); at.length >= root.length && !above.has(at); at = directoryOf(at)) above.add(at);
  // At once, before anything that it names: the directory is no stream's any more.
  if (await files.stat(`${root}/${MANIFEST}`)) {
    await makeDurableDirectory(files, aside);
    await files.rename(`${root}/${MANIFEST}`, `${aside}/${MANIFEST}`);
    await files.syncDirectory(root);
  }
  const within = async (directory: string): Promise<void> => {
    for (const name of await files.readDirectory(directory)) {
      const path = `${directory}/${name}`;
      if (above.has(path)) await within(path);
      else if (!kept.has(path)) await files.removeDirectory(path);
    }
  };
  await within(root);
}
