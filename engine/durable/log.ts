// A log directory: one file an epoch, named by its number, each with one framed JSON record. Entries are created once (compare and swap),
// read whole and checked, and purged from the old end.

import { errorCode } from '../host/errors.js';
import type { FileSystem } from '../host/host.js';
import { createFile, makeDurableDirectory, settleDirectory, unlinkIfThere } from './atomic.js';
import { decodeJson, decodeSingle, encodeFrame, encodeJson, type FrameKind } from './frame.js';

export class EpochLog {
  readonly directory: string;
  private readonly files: FileSystem;
  private readonly kind: FrameKind;
  private made = false;
  /** Epochs that may still have a file; known after the first purge. */
  private oldest: number | undefined;

  constructor(files: FileSystem, directory: string, kind: FrameKind) {
    this.files = files;
    this.directory = directory;
    this.kind = kind;
  }

  /** Durable when it resolves. @throws CONCURRENT_STREAM_LOG_UPDATE if the epoch has an entry */
  async append(epoch: number, entry: unknown): Promise<void> {
    if (!this.made) { await makeDurableDirectory(this.files, this.directory); this.made = true; }
    await createFile(this.files, this.directory, String(epoch), encodeFrame(this.kind, encodeJson(entry)));
  }

  /** The entry, undefined if there is none. @throws CHECKPOINT_CORRUPT, CHECKPOINT_FORMAT_TOO_NEW */
  async read(epoch: number): Promise<unknown> {
    const file = this.file(epoch);
    let bytes: Uint8Array;
    try { bytes = await this.files.readFile(file); } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
    return decodeJson(decodeSingle(this.kind, bytes, file), file);
  }

  file(epoch: number): string { return `${this.directory}/${epoch}`; }

  /** Epochs with an entry, which is durable, ascending. Other files are not looked at. */
  async epochs(): Promise<readonly number[]> {
    return (await settleDirectory(this.files, this.directory)).filter((name) => /^(0|[1-9]\d*)$/.test(name)).map(Number).sort((a, b) => a - b);
  }

  /** Removes the entries before `epoch`. */
  async purge(epoch: number): Promise<void> {
    if (this.oldest === undefined) this.oldest = (await this.epochs())[0] ?? epoch;
    for (; this.oldest < epoch; this.oldest++) await unlinkIfThere(this.files, this.file(this.oldest));
  }
}
