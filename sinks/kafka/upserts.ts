// The changes of one epoch by key, for topics that keep the newest row of a key: a key gets its new row, or a record without value where its row
// was taken out. What an epoch puts in and takes out again leaves no trace; where several rows of a key remain, the one put in last holds.
// source: KIP-71 style compacted topics; Flink's upsert-kafka connector for tombstones.

import { raise } from '../../engine/plugin.js';
import type { Cell, HeaderCells } from '../../kafka/encode.js';

export interface Upsert { readonly topic: string; readonly partition: number | undefined; readonly key: Cell; readonly value: Cell }
interface Rows { readonly topic: string; readonly partition: number | undefined; readonly key: Buffer; /** How often each value counts, by its bytes as text; NULL as undefined. In the order of their last change. */ readonly values: Map<string | undefined, number> }

const bytesOf = ({ bytes, from, to }: Cell): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from);

export class UpsertLog {
  readonly headers: HeaderCells = { cells: [], count: 0 };
  private readonly keys = new Map<string, Rows>();

  /** Notes a change; the bytes are copied. @throws KAFKA_NULL_KEY_IN_CHANGELOG, NOT_SUPPORTED_YET */
  add(topic: string, partition: number | undefined, key: Cell, value: Cell, headers: HeaderCells, deleted: boolean): void {
    if (key.from < 0) raise('KAFKA_NULL_KEY_IN_CHANGELOG');
    if (headers.count > 0) raise('NOT_SUPPORTED_YET', { feature: 'Headers in a changelog with keys' });
    const bytes = bytesOf(key);
    const id = `${topic}\n${partition ?? ''}\n${bytes.toString('latin1')}`;
    let rows = this.keys.get(id);
    if (!rows) { rows = { topic, partition, key: Buffer.from(bytes), values: new Map() }; this.keys.set(id, rows); }
    const text = value.from < 0 ? undefined : bytesOf(value).toString('latin1');
    const count = (rows.values.get(text) ?? 0) + (deleted ? -1 : 1);
    rows.values.delete(text);
    if (count !== 0) rows.values.set(text, count);
  }
  *result(): Iterable<Upsert> {
    const value: Cell = { bytes: new Uint8Array(0), from: -1, to: 0 };
    for (const { topic, partition, key, values } of this.keys.values()) {
      if (values.size === 0) continue;
      let newest: string | undefined;
      let found = false;
      for (const [text, count] of values) if (count > 0) { newest = text; found = true; }
      value.from = found && newest !== undefined ? 0 : -1;
      if (value.from === 0) { value.bytes = Buffer.from(newest!, 'latin1'); value.to = value.bytes.length; }
      yield { topic, partition, key: { bytes: key, from: 0, to: key.length }, value };
    }
  }
}
