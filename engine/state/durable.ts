// State on disk: for each operator a folder with its schema and, by version, deltas and snapshots. Version v is the state after epoch v − 1. A
// delta holds what the epoch changed: slots removed, slots made with their keys, and the values of all slots touched. A snapshot
// holds every live slot and stands in the place of a delta. Slots are part of the format: a table that is read back has its keys where they were.
//
//   <root>/<state id>/schema                          one framed JSON record
//   <root>/<state id>/<partition>/<version>.delta     framed records: header length u32, header JSON, parts at multiples of 8
//   <root>/<state id>/<partition>/<version>.snapshot
//
// A file has one record as a rule; where it is full another begins, so that no length in it outgrows its width and neither writing nor
// reading it needs more memory than a record beside the state.
//
// There is one partition, 0. Files of versions above the one that is opened belong to an epoch that was never committed: they are removed.
//
// source: Spark's state store (versions, deltas, snapshots, schema checks); the layout is ours.

import { invariant, raise } from '../../planner/errors/index.js';
import { type Field, sameType, schemaDdl } from '../../planner/types.js';
import { listDirectory, makeDurableDirectory, replaceFile, replaceFileInPieces, unlinkIfThere } from '../durable/atomic.js';
import { decodeJson, decodeSingle, encodeFrame, encodeJson, readFrames } from '../durable/frame.js';
import { errorCode } from '../host/errors.js';
import type { FileSystem } from '../host/host.js';
import { type ColumnParts, PartWriter, readColumn } from './column-parts.js';
import { memoryBackend } from './memory.js';
import type { SlotValues, StateBackend, StateStore, StateTable, StateTableSpec } from './store.js';
import { KeyedTable, type TableChanges } from './table.js';

const FORMAT = 1;
const PARTITION = 0;
const SNAPSHOT_EVERY = 10;
/** A snapshot waits until the files since the last one hold so many times the rows that there are: where rows only come it would hold what
 *  the deltas hold, and save a recovery nothing but files. */
const SNAPSHOT_SAVES = 1.5;
/** It waits for so many times the usual distance at most. */
const SNAPSHOT_PATIENCE = 10;
const RECORD_BYTES = 1 << 24;

export interface StateOptions {
  /** Versions between snapshots. Default 10. */
  readonly snapshotEvery?: number;
  /** A record of a file is full at so many bytes. Default 16 MiB. */
  readonly recordBytes?: number;
}

interface TableSection {
  readonly name: string;
  readonly slotCount: number;
  /** Parts with slots. */
  readonly removed: number;
  readonly fresh: number;
  readonly touched: number;
  readonly keys: readonly ColumnParts[];
  readonly values: readonly ColumnParts[];
}
interface Header {
  readonly version: number; readonly partitions: number; readonly lengths: readonly number[]; readonly tables: readonly TableSection[];
  /** All tables that there were, also those without a section. Absent in files from before it was kept. */
  readonly names?: readonly string[];
  /** Another record of the version follows. */
  readonly more?: true;
}
interface StateRecord { readonly header: Header; readonly part: (i: number) => Uint8Array }
interface TableSchema { readonly name: string; readonly key: readonly Field[]; readonly value: readonly Field[]; readonly eventTime: number | null; readonly fixed?: Readonly<Record<string, string>> }
interface SchemaRecord { readonly format: number; readonly operator: string; readonly partitions: number; readonly tables: readonly TableSchema[] }

const align = (n: number): number => (n + 7) & ~7;

const PADDING = new Uint8Array(8);

/** The pieces of a payload, one after the other. */
function encodeState(header: Header, writer: PartWriter): readonly Uint8Array[] {
  const json = encodeJson(header);
  const head = new Uint8Array(align(4 + json.length));
  new DataView(head.buffer).setUint32(0, json.length, true);
  head.set(json, 4);
  return [head, ...writer.parts.flatMap((part) => [part, PADDING.subarray(0, align(part.length) - part.length)])];
}

function decodeState(payload: Uint8Array, file: string): StateRecord {
  const length = new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint32(0, true);
  const header = decodeJson(payload.subarray(4, 4 + length), file) as Header;
  const starts: number[] = [];
  let at = align(4 + length);
  for (const n of header.lengths) { starts.push(at); at += align(n); }
  return { header, part: (i) => payload.slice(starts[i]!, starts[i]! + header.lengths[i]!) };
}

const slotsIn = ({ lengths, tables }: Header): number => tables.reduce((sum, t) => sum + (lengths[t.removed]! + lengths[t.touched]!) / 4, 0);
const slotsPart = (part: Uint8Array): Int32Array => new Int32Array(part.buffer, part.byteOffset, part.byteLength >> 2);

class DurableStore implements StateStore {
  readonly version: number;
  private readonly files: FileSystem;
  private readonly directory: string;
  private readonly operatorName: string;
  private readonly snapshotEvery: number;
  private readonly recordBytes: number;
  private readonly tables: { readonly table: KeyedTable; readonly values: SlotValues }[] = [];
  /** What recovery has read, oldest first; gone once the first epoch is committed. */
  private recovered: readonly StateRecord[];
  private schema: SchemaRecord | undefined;
  private schemaWritten: boolean;
  /** Versions on disk. */
  private readonly kept: Map<number, 'delta' | 'snapshot'>;
  private lastSnapshot = 0;
  /** Slots that a recovery would load or remove: of the last snapshot and what came after it. */
  private slotsToRead: number;
  private directoryMade = false;

  constructor(opened: Opened) {
    this.version = opened.version;
    this.files = opened.files;
    this.directory = opened.directory;
    this.operatorName = opened.operatorName;
    this.snapshotEvery = opened.snapshotEvery;
    this.recordBytes = opened.recordBytes;
    this.recovered = opened.recovered;
    this.slotsToRead = opened.recovered.reduce((sum, record) => sum + slotsIn(record.header), 0);
    this.schema = opened.schema;
    this.schemaWritten = opened.schema !== undefined;
    this.kept = opened.kept;
    for (const [version, kind] of opened.kept) if (kind === 'snapshot') this.lastSnapshot = Math.max(this.lastSnapshot, version);
  }

  get stored(): readonly TableSchema[] { return this.schema?.tables ?? []; }
  get memoryUsedBytes(): number { return this.tables.reduce((sum, t) => sum + t.table.memoryUsedBytes, 0); }

  table(spec: StateTableSpec, values: SlotValues): StateTable {
    this.check(spec);
    const table = new KeyedTable(spec, values);
    // A version without the table ends what older ones hold of it.
    const gone = this.recovered.findLastIndex(({ header }) => header.names?.includes(spec.name) === false);
    for (const { header, part } of this.recovered.slice(gone + 1)) {
      const read = (fields: readonly Field[], parts: readonly ColumnParts[]) => parts.map((p, i) => readColumn(fields[i]!.type, p, part));
      for (const section of header.tables) {
        if (section.name !== spec.name) continue;
        table.restoreRemoved(slotsPart(part(section.removed)));
        table.restoreKeys(slotsPart(part(section.fresh)), read(spec.key, section.keys), section.slotCount);
        values.load(slotsPart(part(section.touched)), read(spec.value, section.values));
      }
    }
    table.restored();
    this.tables.push({ table, values });
    return table;
  }

  /** Names do not count: another aggregate with a state of the same type goes on from the old values, as in Spark. */
  private check(spec: StateTableSpec): void {
    if (!this.schema) return;
    const stored = this.stored.find((t) => t.name === spec.name);
    const same = (a: readonly Field[], b: readonly Field[]): boolean => a.length === b.length && a.every((f, i) => sameType(f.type, b[i]!.type));
    if (!stored && spec.optional) return;
    for (const [name, now] of Object.entries(spec.fixed ?? {})) {
      const before = stored?.fixed?.[name];
      if (before !== undefined && before !== now) spec.changed?.(name, before, now);
    }
    if (!stored || !same(stored.value, spec.value)) {
      raise('STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE', { storedValueSchema: schemaDdl(stored?.value ?? []), newValueSchema: schemaDdl(spec.value) });
    }
    if (!same(stored.key, spec.key)) raise('STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE', { storedKeySchema: schemaDdl(stored.key), newKeySchema: schemaDdl(spec.key) });
  }

  async commit(epoch: number): Promise<void> {
    const version = epoch + 1;
    this.recovered = [];
    if (!this.directoryMade) { await makeDurableDirectory(this.files, `${this.directory}/${PARTITION}`); this.directoryMade = true; }
    if (!this.schemaWritten || this.otherTables()) await this.writeSchema();
    const whole = this.wantsSnapshot(version);
    this.schema = undefined;
    const kind = whole ? 'snapshot' : 'delta';
    if (whole) this.slotsToRead = 0;
    await replaceFileInPieces(this.files, `${this.directory}/${PARTITION}`, `${version}.${kind}`, this.records(version, whole));
    this.kept.set(version, kind);
    if (whole) this.lastSnapshot = version;
    for (const { table } of this.tables) table.committed();
  }

  /** The version, a record at a time. */
  private *records(version: number, whole: boolean): Generator<readonly Uint8Array[]> {
    const names = this.tables.map(({ table }) => table.spec.name);
    let writer = new PartWriter();
    let sections: TableSection[] = [];
    const record = (more: boolean): readonly Uint8Array[] => {
      const header: Header = { version, partitions: 1, lengths: writer.lengths, names, tables: sections, ...(more ? { more } : {}) };
      this.slotsToRead += slotsIn(header);
      return encodeFrame('state', ...encodeState(header, writer));
    };
    for (const { table, values } of this.tables) {
      const { removed, fresh, touched } = whole ? everything(table) : table.changes();
      if (removed.length === 0 && touched.length === 0) continue;
      let from = 0;
      // Of 4 KiB, as long as nothing is known of them; then as many as fill half a record.
      let take = Math.max(1, this.recordBytes >> 12);
      do {
        if (writer.bytes >= this.recordBytes) {
          yield record(true);
          writer = new PartWriter();
          sections = [];
        }
        const before = writer.bytes;
        const to = from + take;
        // A slot that was removed may have been taken again: what is removed comes first.
        sections.push(section(table, values, { removed: from === 0 ? removed : NO_SLOTS, fresh: fresh.subarray(from, to), touched: touched.subarray(from, to) }, writer));
        take = Math.max(1, Math.floor((this.recordBytes / 2) * (Math.min(take, touched.length - from) / (writer.bytes - before))));
        from = to;
      } while (from < touched.length);
    }
    yield record(false);
  }

  /** Whether the tables are not those that the checkpoint was made with. */
  private otherTables(): boolean {
    const { schema, stored, tables } = this;
    return schema !== undefined && (tables.length !== stored.length || tables.some(({ table }) => !stored.some((t) => t.name === table.spec.name)));
  }
  private wantsSnapshot(version: number): boolean {
    const distance = version - this.lastSnapshot;
    if (distance < this.snapshotEvery) return false;
    const live = this.tables.reduce((sum, { table }) => sum + table.size, 0);
    return this.slotsToRead >= SNAPSHOT_SAVES * live || distance >= this.snapshotEvery * SNAPSHOT_PATIENCE;
  }

  private async writeSchema(): Promise<void> {
    const record: SchemaRecord = {
      format: FORMAT, operator: this.operatorName, partitions: 1,
      tables: this.tables.map(({ table: { spec } }) => ({ name: spec.name, key: spec.key, value: spec.value, eventTime: spec.eventTime ?? null, ...(spec.fixed && { fixed: spec.fixed }) })),
    };
    await replaceFile(this.files, this.directory, 'schema', encodeFrame('schema', encodeJson(record)));
    this.schemaWritten = true;
  }

  /** Removes what no version from `version` on needs. */
  async purge(version: number): Promise<void> {
    let base = -1;
    for (const [v, kind] of this.kept) if (kind === 'snapshot' && v <= version && v > base) base = v;
    for (const [v, kind] of [...this.kept]) {
      if (v >= base) continue;
      await unlinkIfThere(this.files, `${this.directory}/${PARTITION}/${v}.${kind}`);
      this.kept.delete(v);
    }
  }
}

const NO_SLOTS = new Int32Array(0);
const everything = (table: KeyedTable): TableChanges => {
  const slots = table.slots();
  return { removed: NO_SLOTS, fresh: slots, touched: slots };
};

function section(table: KeyedTable, values: SlotValues, { removed, fresh, touched }: TableChanges, writer: PartWriter): TableSection {
  return {
    name: table.spec.name, slotCount: table.slotCount, removed: writer.add(removed), fresh: writer.add(fresh), touched: writer.add(touched),
    keys: table.keys(fresh).map((c) => writer.column(c)), values: values.save(touched).map((c) => writer.column(c)),
  };
}

interface Opened {
  readonly version: number; readonly files: FileSystem; readonly directory: string; readonly operatorName: string; readonly snapshotEvery: number; readonly recordBytes: number
  readonly recovered: readonly StateRecord[]; readonly schema: SchemaRecord | undefined; readonly kept: Map<number, 'delta' | 'snapshot'>;
}

/** State in files below `root`, each epoch durable before the next; without a root, in memory. */
export function stateBackend(files: FileSystem, root: string | undefined, options: StateOptions = {}): StateBackend {
  if (root === undefined) return memoryBackend();
  const stores: DurableStore[] = [];
  return {
    async open(stateId, operatorName, version) {
      const directory = `${root}/${stateId}`;
      const kept = await versionsOnDisk(files, `${directory}/${PARTITION}`, version);
      const schema = version === 0 ? undefined : await readSchema(files, `${directory}/schema`);
      const recovered = version === 0 ? [] : await readVersions(files, `${directory}/${PARTITION}`, kept, version);
      const store = new DurableStore({ version, files, directory, operatorName, snapshotEvery: options.snapshotEvery ?? SNAPSHOT_EVERY, recordBytes: options.recordBytes ?? RECORD_BYTES, recovered, schema, kept });
      stores.push(store);
      return store;
    },
    async purge(beforeEpoch) { for (const store of stores) await store.purge(beforeEpoch); },
    async close() { stores.length = 0; },
  };
}

/** The files up to `version`; those above are of an epoch that was not committed, and go. */
async function versionsOnDisk(files: FileSystem, directory: string, version: number): Promise<Map<number, 'delta' | 'snapshot'>> {
  const kept = new Map<number, 'delta' | 'snapshot'>();
  for (const name of await listDirectory(files, directory)) {
    const match = /^(\d+)\.(delta|snapshot)$/.exec(name);
    if (!match) continue;
    const v = Number(match[1]);
    if (v > version) await unlinkIfThere(files, `${directory}/${name}`);
    else kept.set(v, match[2] as 'delta' | 'snapshot');
  }
  return kept;
}

/** The newest snapshot at or before the version, and the deltas after it. */
async function readVersions(files: FileSystem, directory: string, kept: ReadonlyMap<number, 'delta' | 'snapshot'>, version: number): Promise<StateRecord[]> {
  let first = version;
  while (first > 1 && kept.get(first) === 'delta') first--;
  const out: StateRecord[] = [];
  for (let v = first; v <= version; v++) {
    const kind = kept.get(v);
    if (kind === undefined) return raise('CHECKPOINT_LOG_GAP', { directory, reason: `the state of version ${v} is missing, version ${version} needs it` });
    const file = `${directory}/${v}.${kind}`;
    let more = true;
    for await (const payload of readFrames('state', files, file)) {
      if (!more) raise('CHECKPOINT_CORRUPT', { file, reason: 'bytes follow its last record' });
      const record = decodeState(payload, file);
      if (record.header.version !== v) raise('CHECKPOINT_CORRUPT', { file, reason: `it holds version ${record.header.version}` });
      out.push(record);
      more = record.header.more === true;
    }
    if (more) raise('CHECKPOINT_CORRUPT', { file, reason: 'its last records are missing' });
  }
  return out;
}

async function readSchema(files: FileSystem, file: string): Promise<SchemaRecord> {
  let bytes: Uint8Array;
  try { bytes = await files.readFile(file); } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return raise('CHECKPOINT_LOG_GAP', { directory: file.slice(0, file.lastIndexOf('/')), reason: 'the schema of the state is missing' });
  }
  const record = decodeJson(decodeSingle('schema', bytes, file), file) as SchemaRecord;
  if (record.format > FORMAT) raise('CHECKPOINT_FORMAT_TOO_NEW', { file, version: String(record.format), supported: String(FORMAT) });
  invariant(record.partitions === 1, 'state has one partition');
  return record;
}
