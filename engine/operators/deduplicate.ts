// dropDuplicates: the first row of each key passes. Keys are kept for ever, unless one of them carries event time: then they go when the
// watermark passes it. Within a watermark: a key is kept until the event time of its first row plus the delay has passed; later rows do not
// prolong that. While an event-time column is alive in the input, late rows are dropped before they are looked at.
//
// source: Spark's dedupe operators; streaming-algorithms (e).

import { invariant } from '../../planner/errors/index.js';
import { changesOf, eventTimesOf, outputOf } from '../../planner/plan/properties.js';
import type { PlanOf } from '../../planner/tree.js';
import type { Field } from '../../planner/types.js';
import * as T from '../../planner/types.js';
import { type Column, type Delta, fixedColumn, isValid } from '../columnar/column.js';
import { grown } from '../columnar/grow.js';
import { ceilMillis } from '../state/deadlines.js';
import { int32View } from '../state/key-layout.js';
import type { SlotValues, StateStore, StateTable } from '../state/store.js';
import { dropLate } from './late-rows.js';
import { type Emit, type EpochContext, type Millis, noCounts, type Operator, type PhysicalNode, type StateMetrics } from './operator.js';
import { StateCounts } from './state-counts.js';
import type { LoweringTools, NodeInput } from './tools.js';
import { structWord } from './watermark.js';

interface DeduplicateSpec {
  readonly keys: readonly number[];
  readonly fields: readonly Field[];
  /** Index among the keys of the one with event time. */
  readonly eventTimeKey: number | undefined;
  /** Ordinal of the input's event-time column. */
  readonly eventTime: number | undefined;
  /** Within a watermark: its delay. */
  readonly delayMillis: number | undefined;
  /** Spark reads the word that says where a window stands in the row for its time, which is then some time on the second of January 1970. */
  readonly windowWord: bigint | undefined;
}

export function deduplicateNode(plan: PlanOf<'deduplicate'>, input: NodeInput, tools: LoweringTools): PhysicalNode {
  const times = eventTimesOf(plan.input);
  const ordinals = new Map(input.output.map((c, i) => [c.id, i]));
  const alive = input.output.findIndex((c) => times.has(c.id));
  const eventTimeKey = plan.keys.findIndex((id) => times.has(id));
  const watermark = alive < 0 ? undefined : times.get(input.output[alive]!.id);
  invariant(!plan.withinWatermark || watermark, 'deduplication within a watermark has one');
  const spec: DeduplicateSpec = {
    keys: plan.keys.map((id) => ordinals.get(id)!), eventTime: alive < 0 ? undefined : alive,
    fields: plan.keys.map((id) => { const c = input.output[ordinals.get(id)!]!; return T.field(c.name, c.type, c.nullable); }),
    eventTimeKey: eventTimeKey < 0 || plan.withinWatermark ? undefined : eventTimeKey,
    delayMillis: plan.withinWatermark ? watermark!.delayMillis : undefined,
    windowWord: tools.settings.compatSpark ? structWord(input.output.length, 2) : undefined,
  };
  return {
    name: 'deduplicate', inputs: [input.index], output: outputOf(plan), ports: [changesOf(plan.input) === 'insert' ? 'insert' : 'retract'], detail: tools.detail(plan),
    ...(plan.stateId !== undefined && { stateId: plan.stateId, stateOperator: stateOperator(spec) }), create: ({ store }) => new DeduplicateOperator(spec, store),
  };
}

const stateOperator = (spec: DeduplicateSpec): string => spec.delayMillis === undefined ? 'dedupe' : 'dedupeWithinWatermark';

/** Which slots are known, and (within a watermark) when they expire, µs. */
class Known implements SlotValues {
  seen = new Uint8Array(0);
  expires = new BigInt64Array(0);
  private readonly expiring: boolean;
  constructor(expiring: boolean) { this.expiring = expiring; }
  get memoryUsedBytes(): number { return this.seen.length + this.expires.byteLength; }
  get fields(): readonly Field[] { return this.expiring ? [T.field('expiresAtMicros', T.BIGINT)] : []; }
  reserve(count: number): void {
    this.seen = grown(this.seen, count);
    if (this.expiring) this.expires = grown(this.expires, count);
  }
  save(slots: Int32Array): readonly Column[] {
    if (!this.expiring) return [];
    const out = new BigInt64Array(slots.length);
    for (let k = 0; k < slots.length; k++) out[k] = this.expires[slots[k]!]!;
    return [fixedColumn(T.BIGINT, slots.length, out)];
  }
  load(slots: Int32Array, columns: readonly Column[]): void {
    for (let k = 0; k < slots.length; k++) this.seen[slots[k]!] = 1;
    if (!this.expiring) return;
    const values = columns[0]!.values as BigInt64Array;
    for (let k = 0; k < slots.length; k++) this.expires[slots[k]!] = values[k]!;
  }
  reset(slots: Int32Array): void { for (let k = 0; k < slots.length; k++) this.seen[slots[k]!] = 0; }
}

class DeduplicateOperator implements Operator {
  readonly counts = noCounts();
  private readonly spec: DeduplicateSpec;
  private readonly store: StateStore;
  private readonly known: Known;
  private readonly table: StateTable;
  private readonly stateCounts = new StateCounts();
  private dropped = 0;

  constructor(spec: DeduplicateSpec, store: StateStore) {
    this.spec = spec;
    this.store = store;
    this.known = new Known(spec.delayMillis !== undefined);
    this.table = store.table({ name: 'keys', key: spec.fields, value: this.known.fields, ...(spec.eventTimeKey !== undefined && { eventTime: spec.eventTimeKey }) }, this.known);
    if (spec.delayMillis !== undefined) this.setDeadlines(this.table.slots());
  }

  private setDeadlines(slots: Int32Array): void {
    const words = int32View(this.known.expires);
    this.table.expireAt(slots, Float64Array.from(slots, (slot) => ceilMillis(words[2 * slot]!, words[2 * slot + 1]!)));
  }

  private begin(context: EpochContext): void {
    if (this.stateCounts.begins(context)) this.dropped = 0;
  }

  process(input: Delta, _port: number, context: EpochContext, emit: Emit): void {
    this.begin(context);
    const { spec, counts } = this;
    const n = input.selection === null ? input.length : input.selection.length;
    counts.in += n;
    const time = spec.eventTime === undefined ? undefined : input.columns[spec.eventTime]!;
    const found = time === undefined ? null : dropLate(input, 0, time, context, counts);
    const rows = found === null ? input.selection : found.kept;
    if (found !== null) this.stateCounts.late += found.late.length;
    const count = rows === null ? n : rows.length;
    const slots = this.table.resolve(count, rows, spec.keys.map((k) => input.columns[k]!));
    const { seen } = this.known;
    const first = new Int32Array(count);
    const fresh = new Int32Array(count);
    let kept = 0;
    for (let k = 0; k < count; k++) {
      const slot = slots[k]!;
      if (seen[slot] !== 0) continue;
      seen[slot] = 1;
      fresh[kept] = slot;
      first[kept++] = rows === null ? k : rows[k]!;
    }
    counts.used += kept;
    counts.deduplicated += count - kept;
    this.stateCounts.updated += kept;
    this.dropped += count - kept;
    if (kept === 0) return;
    const selection = first.subarray(0, kept);
    if (spec.delayMillis !== undefined) this.expire(fresh.subarray(0, kept), selection, time!);
    counts.out += kept;
    emit({ length: input.length, columns: input.columns, selection: kept === input.length ? null : selection, weights: null });
  }

  /** The deadline of new keys: event time of the row (NULL counts as 1970) plus the delay. */
  private expire(slots: Int32Array, rows: Int32Array, time: Column): void {
    const window = time.children[1];
    const delay = BigInt(Math.trunc(this.spec.delayMillis! * 1000));
    if (window && this.spec.windowWord !== undefined) {
      for (let k = 0; k < slots.length; k++) this.known.expires[slots[k]!] = this.spec.windowWord + delay;
      this.setDeadlines(slots);
      return;
    }
    const micros = (window ?? time).values as BigInt64Array;
    const valid = time.validity;
    for (let k = 0; k < slots.length; k++) this.known.expires[slots[k]!] = (isValid(valid, rows[k]!) ? micros[rows[k]!]! : 0n) + delay;
    this.setDeadlines(slots);
  }

  finish(context: EpochContext): undefined {
    this.begin(context);
    if (context.final) return;
    const gone = this.table.expired(context.evictWatermark);
    this.stateCounts.removed = gone.length;
    this.table.remove(gone);
  }

  wantsEpoch(newWatermark: Millis, lastEvictWatermark: Millis): boolean { return newWatermark > lastEvictWatermark; }

  stateMetrics(): StateMetrics {
    return this.stateCounts.metrics(stateOperator(this.spec), this.table.size, this.store.memoryUsedBytes, { numDroppedDuplicateRows: this.dropped });
  }
}
