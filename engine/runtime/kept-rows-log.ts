// Kept rows in the checkpoint (setting millrace.keptRows.durable): one file for each epoch that dropped rows, `dropped/N`, written before the
// epoch's commit and replaced when it runs again; what belongs to no committed epoch, or has been given up, is removed.

import { raise } from '../../planner/errors/index.js';
import type { DataType } from '../../planner/types.js';
import type { Row, Value, VariantValue } from '../../planner/values.js';
import { decodeVariant, encodeVariant } from '../columnar/variant.js';
import type { MetadataStore } from '../connect/contract.js';
import { decodeJson, encodeJson } from '../durable/frame.js';
import { columnsOf, type Dropped, type KeptRows } from './kept-rows.js';

const KINDS: readonly Dropped[] = ['late', 'rejected'];
/** Values as JSON: whole numbers as text, a VARIANT as its bytes. */
function encoded(value: Value, { kind }: DataType): string | null {
  if (value === null) return null;
  return kind === 'variant' ? Buffer.from(encodeVariant(value as VariantValue)).toString('base64') : String(value);
}
function decoded(text: string | null, { kind }: DataType): Value {
  if (text === null || kind === 'string') return text;
  if (kind !== 'variant') return BigInt(text);
  const bytes = Buffer.from(text, 'base64');
  return decodeVariant(bytes, 0, bytes.length);
}

export class KeptRowsLog {
  private readonly store: MetadataStore;
  private readonly kept: KeptRows;
  private epochs: number[] = [];
  private constructor(store: MetadataStore, kept: KeptRows) { this.store = store; this.kept = kept; }

  /** Gives `kept` the rows of the committed epochs. @throws CHECKPOINT_CORRUPT */
  static async open(store: MetadataStore, kept: KeptRows, committed: number): Promise<KeptRowsLog> {
    const log = new KeptRowsLog(store, kept);
    const epochs = (await store.keys()).filter((key) => /^\d+$/.test(key)).map(Number).sort((a, b) => a - b);
    for (const epoch of epochs) {
      if (epoch > committed) { await store.delete(String(epoch)); continue; }
      const file = `dropped/${epoch}`;
      const entry = decodeJson((await store.get(String(epoch)))!, file) as Readonly<Record<Dropped, unknown>>;
      kept.begin();
      for (const kind of KINDS) for (const row of rowsOf(entry?.[kind], kind, file)) kept.restore(kind, row);
      kept.commit();
      log.epochs.push(epoch);
    }
    await log.trim();
    return log;
  }

  /** The rows of the epoch that is about to be committed become durable. */
  async write(epoch: number): Promise<void> {
    const rows = KINDS.map((kind) => [kind, this.kept.opened(kind)] as const);
    if (rows.every(([, list]) => list.length === 0)) return;
    await this.store.put(String(epoch), encodeJson(Object.fromEntries(rows.map(([kind, list]) => {
      const types = columnsOf(kind).map((f) => f.type);
      return [kind, list.map((row) => row.map((v, i) => encoded(v, types[i]!)))];
    }))));
    if (this.epochs.at(-1) !== epoch) this.epochs.push(epoch);
  }
  /** Removes epochs of which no row is kept any more. */
  async trim(): Promise<void> {
    const oldest = this.kept.oldestEpoch ?? Number.POSITIVE_INFINITY;
    while (this.epochs.length > 0 && this.epochs[0]! < oldest) await this.store.delete(String(this.epochs.shift()!));
  }
}

function rowsOf(list: unknown, kind: Dropped, file: string): Row[] {
  const types = columnsOf(kind).map((f) => f.type);
  const wrong = (): never => raise('CHECKPOINT_CORRUPT', { file, reason: `its ${kind} rows are not what they should be` });
  if (!Array.isArray(list)) return wrong();
  return list.map((row: unknown) => Array.isArray(row) && row.length === types.length && row.every((v) => v === null || typeof v === 'string')
    ? types.map((t, i) => decoded(row[i] as string | null, t)) : wrong());
}
