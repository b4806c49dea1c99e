// What a file source has seen, durable in its metadata store: one entry a discovery, with the files' sizes and times, compacted every
// tenth. An offset is the number of an entry, so that a range is the same files for ever.
// source: Spark FileStreamSourceLog, SeenFilesMap.

import { entriesInForce, entryName, isCompaction, type MetadataStore, missingEntry, raise } from '../../engine/plugin.js';

export interface SeenFile { readonly path: string; readonly sizeBytes: number; readonly modifiedMillis: number; readonly entry: number }

export class SeenFiles {
  /** The newest entry, -1: none. */
  newest = -1;
  /** The newest modification time seen. */
  newestMillis = Number.NEGATIVE_INFINITY;
  private readonly store: MetadataStore;
  private readonly nameOnly: boolean;
  private readonly seen = new Map<string, SeenFile>();
  private readonly entries = new Map<number, SeenFile[]>();
  private compacted = -1;

  private constructor(store: MetadataStore, nameOnly: boolean) { this.store = store; this.nameOnly = nameOnly; }

  static async open(store: MetadataStore, nameOnly: boolean): Promise<SeenFiles> {
    const log = new SeenFiles(store, nameOnly);
    const entries = entriesInForce(await store.keys());
    const gap = missingEntry(entries);
    if (gap !== undefined) raise('CHECKPOINT_LOG_GAP', { directory: 'sources', reason: `the file source's entry ${gap} is missing` });
    for (const { name, number: entry, compact } of entries) {
      if (compact) log.compacted = entry;
      for (const file of JSON.parse(Buffer.from((await store.get(name))!).toString('utf8')) as SeenFile[]) log.remember(file);
      log.newest = entry;
    }
    return log;
  }
  private key(path: string): string { return this.nameOnly ? path.slice(path.lastIndexOf('/') + 1) : path; }
  private remember(file: SeenFile): void {
    this.seen.set(this.key(file.path), file);
    const entry = this.entries.get(file.entry);
    if (entry) entry.push(file); else this.entries.set(file.entry, [file]);
    this.newestMillis = Math.max(this.newestMillis, file.modifiedMillis);
  }
  find(path: string): SeenFile | undefined { return this.seen.get(this.key(path)); }

  /** An entry that an offset names has to be there: its number would be given to other files. @throws CHECKPOINT_LOG_GAP */
  require(entry: number): void {
    if (entry > this.newest) raise('CHECKPOINT_LOG_GAP', { directory: 'sources', reason: `the file source's entry ${entry} is missing` });
  }

  /** The files of entries in (after, upTo], in the order in which they were taken. */
  between(after: number, upTo: number): readonly SeenFile[] {
    this.require(upTo);
    const files: SeenFile[] = [];
    for (let entry = after + 1; entry <= upTo; entry++) files.push(...this.entries.get(entry) ?? []);
    return files;
  }

  /** Appends an entry; durable when it resolves. `keepFrom`: older files are forgotten when compacting, unless of an entry after `committed`. */
  async append(files: readonly Omit<SeenFile, 'entry'>[], keepFromMillis: number, committed: number): Promise<number> {
    const entry = this.newest + 1;
    const added = files.map((f): SeenFile => ({ path: f.path, sizeBytes: f.sizeBytes, modifiedMillis: f.modifiedMillis, entry }));
    const compact = isCompaction(entry);
    if (compact) for (const [key, f] of this.seen) if (f.modifiedMillis < keepFromMillis && f.entry <= committed) { this.seen.delete(key); this.entries.delete(f.entry); }
    const written = compact ? [...this.seen.values(), ...added] : added;
    await this.store.put(entryName(entry), Buffer.from(JSON.stringify(written), 'utf8'));
    for (const file of added) this.remember(file);
    this.newest = entry;
    if (compact) {
      const from = Math.max(0, this.compacted);
      for (let old = from; old < entry; old++) { await this.store.delete(String(old)); if (old === this.compacted) await this.store.delete(`${old}.compact`); }
      this.compacted = entry;
    }
    return entry;
  }
}
