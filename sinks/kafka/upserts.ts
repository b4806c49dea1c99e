// The changes of one epoch by key, for topics that keep the newest row of a key: a key gets its new row, or a record without value where its row
// was taken out. What an epoch puts in and takes out again leaves no trace; where several rows of a key remain, the one put in last holds.
// source: KIP-71 style compacted topics; Flink's upsert-kafka connector for tombstones.

import { raise } from '../../engine/plugin.js';
import type { Cell, HeaderCells } from '../../kafka/encode.js';

export interface Upsert { readonly topic: string; readonly partition: number | undefined; readonly key: Cell; readonly value: Cell; readonly headers: HeaderCells }
/** A value and its headers, and how often they count. */
interface Version { readonly cells: readonly (Buffer | undefined)[]; count: number }
interface Rows { readonly topic: string; readonly partition: number | undefined; readonly key: Buffer; /** By what they hold, in the order of their last change. */ readonly versions: Map<string, Version> }

const NO_HEADERS: HeaderCells = { cells: [], count: 0 };
const bytesOf = ({ bytes, from, to }: Cell): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from);
/** Undefined: NULL. */
const copyOf = (cell: Cell): Buffer | undefined => (cell.from < 0 ? undefined : Buffer.from(bytesOf(cell)));
const cellOf = (bytes: Buffer | undefined): Cell => (bytes ? { bytes, from: 0, to: bytes.length } : { bytes: new Uint8Array(0), from: -1, to: 0 });
/** The same for cells that hold the same: each with its length before it. */
const textOf = (cell: Cell): string => (cell.from < 0 ? '-' : `${cell.to - cell.from}:${bytesOf(cell).toString('latin1')}`);

export class UpsertLog {
  private readonly keys = new Map<string, Rows>();

  /** Notes a change; the bytes are copied. @throws KAFKA_NULL_KEY_IN_CHANGELOG */
  add(topic: string, partition: number | undefined, key: Cell, value: Cell, headers: HeaderCells, deleted: boolean): void {
    if (key.from < 0) raise('KAFKA_NULL_KEY_IN_CHANGELOG');
    const id = `${topic}\n${partition ?? ''}\n${bytesOf(key).toString('latin1')}`;
    let rows = this.keys.get(id);
    if (!rows) { rows = { topic, partition, key: Buffer.from(bytesOf(key)), versions: new Map() }; this.keys.set(id, rows); }
    let text = textOf(value);
    for (let h = 0; h < headers.count; h++) text += textOf(headers.cells[h]!);
    const version = rows.versions.get(text) ?? { cells: [value, ...headers.cells.slice(0, headers.count)].map(copyOf), count: 0 };
    version.count += deleted ? -1 : 1;
    rows.versions.delete(text);
    if (version.count !== 0) rows.versions.set(text, version);
  }
  *result(): Iterable<Upsert> {
    for (const { topic, partition, key, versions } of this.keys.values()) {
      if (versions.size === 0) continue;
      let newest: Version | undefined;
      for (const version of versions.values()) if (version.count > 0) newest = version;
      const [value, ...headers] = newest ? newest.cells : [undefined];
      yield { topic, partition, key: cellOf(key), value: cellOf(value), headers: headers.length > 0 ? { cells: headers.map(cellOf), count: headers.length } : NO_HEADERS };
    }
  }
}
