// The sources of a running query. Scans of the same source (a self join) share one opened source, so that they see the same rows;
// each scan reads it on its own, with its own columns. Positions are those of first use in the plan, and part of the checkpoint, which also
// has what each source is: where that tells them apart a source keeps its position when the order changes in the query.

import { invariant, raise } from '../../planner/errors/index.js';
import type { PlanOf } from '../../planner/tree.js';
import { sqlName } from '../../planner/types.js';
import type { SourceRange } from '../checkpoint/checkpoint.js';
import { type Column, type Place, type RecordBatch, rowCount } from '../columnar/column.js';
import type { ConnectContext, Json, MetadataStore, Offset, RejectedRecord, Source, SourceMetrics, SourceOpen } from '../connect/contract.js';
import { parseOptions } from '../connect/options.js';
import type { FormatRegistry } from '../connect/registry.js';
import { memoryStore } from '../durable/metadata-store.js';
import type { PhysicalPlan } from '../operators/operator.js';

type Scan = PlanOf<'scan'>;
interface ScanOf { readonly node: number; /** Positions in the columns that the source was opened with. */ readonly columns: readonly number[] }

export class Input {
  /** What a checkpoint calls the source. */
  readonly text: string;
  readonly description: string;
  readonly source: Source;
  readonly scans: readonly ScanOf[];
  readonly freezable: boolean;
  /** Gives the rows of an epoch again after a restart. */
  readonly replayable: boolean;
  /** Rows read in the epoch, summed over the scans. */
  rows = 0;
  /** Called for each record that the source left out while a scan read it. */
  onReject: ((node: number, record: RejectedRecord) => void) | undefined;
  private readonly refusals = new Map<number, number>();
  private reading: number | undefined;

  constructor(text: string, description: string, source: Source, scans: readonly ScanOf[], replayable: boolean) {
    this.text = text;
    this.description = description;
    this.source = source;
    this.scans = scans;
    this.replayable = replayable;
    this.freezable = source.freeze !== undefined;
  }

  /** The rows of a range as one scan wants them. */
  async *read(scan: ScanOf, range: SourceRange, signal: AbortSignal): AsyncGenerator<RecordBatch, void, undefined> {
    this.refusals.delete(scan.node);
    if (range.upTo === undefined || sameOffset(range.after, range.upTo)) return;
    this.reading = scan.node;
    let before = 0;
    for await (const batch of this.source.getBatch(range.after, range.upTo, signal)) {
      this.rows += rowCount(batch);
      yield { ...select(batch, scan.columns), place: batch.place ?? this.numbered(before) };
      before += batch.length;
    }
  }
  /** Of rows whose source has no better name for them. */
  private numbered(before: number): Place { return (row) => `row ${before + row + 1} of ${this.description} in the epoch`; }
  /** The source could make no row of a record that it has just read. */
  reject(record: RejectedRecord): void {
    const node = this.reading;
    if (node === undefined) return;
    this.refusals.set(node, this.refused(node) + 1);
    this.onReject?.(node, record);
  }
  /** Records that the source left out when a scan read it last. */
  refused(node: number): number { return this.refusals.get(node) ?? 0; }
  metrics(): SourceMetrics | undefined { return this.source.metrics?.(); }
}

const select = (batch: RecordBatch, columns: readonly number[]): RecordBatch =>
  columns.length === batch.columns.length && columns.every((c, i) => c === i) ? batch
    : { ...batch, columns: columns.map((c): Column => batch.columns[c]!) };

/** Offsets are compared by canonical text: keys sorted. */
export const sameOffset = (a: Offset | undefined, b: Offset | undefined): boolean => a === b || canonical(a ?? null) === canonical(b ?? null);
const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
function canonical(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key]!)}`).join(',')}}`;
}

/** What makes two scans readers of one source: the user's object, or everything that was written. */
const identity = ({ source }: Scan): object | string =>
  source.object ?? JSON.stringify([source.format, source.options, source.paths ?? [], source.name ?? '', source.schema?.map((f) => [f.name, sqlName(f.type)]) ?? []]);

/** What opening a scan's source takes; `ordinals`: columns of the whole schema. */
function request(scan: Scan, formats: FormatRegistry, ordinals: readonly number[]): SourceOpen {
  const { source } = scan;
  invariant(source.schema !== undefined, 'the schema of a source is known when its query starts');
  const given = source.paths && source.paths.length > 0 ? { ...source.options, path: source.paths.join(',') } : source.options;
  return {
    options: parseOptions(source.format, given, formats.source(source.format).options), schema: { fields: source.schema }, columns: ordinals,
    ...(source.object ? { object: source.object } : {}),
  };
}

/** Ordinals of a scan's columns in the whole schema. */
function ordinalsOf(scan: Scan): readonly number[] {
  const schema = scan.source.schema!;
  if (schema.length === scan.columns.length) return schema.map((_, i) => i);
  return scan.columns.map((c) => {
    const at = schema.findIndex((f) => f.name === c.name);
    invariant(at >= 0, `the source has a column ${c.name}`);
    return at;
  });
}

interface Wanted { readonly scan: Scan; readonly readers: { node: number; ordinals: readonly number[] }[] }
/** What tells a source from the others of a query: its name, or what it says of itself. */
const textOf = (scan: Scan, formats: FormatRegistry): string => scan.source.name ?? formats.source(scan.source.format).describe(request(scan, formats, []).options);
/** The sources in the order of the checkpoint, where they are those that it has and can be told apart. Operators of one meaning over sources
 *  without names are told apart by their order only: their state would be taken for each other's.
 *  @throws CHECKPOINT_SOURCES_CHANGED */
function inStoredOrder(wanted: readonly Wanted[], plan: PhysicalPlan, formats: FormatRegistry, stored: readonly string[] | undefined, directory: string): readonly Wanted[] {
  const texts = wanted.map(({ scan }) => textOf(scan, formats));
  const known = new Map(texts.map((text, i) => [text, wanted[i]!]));
  if (stored?.length !== texts.length || known.size !== texts.length || !stored.every((text) => known.has(text))) return wanted;
  if (plan.nodes.some((n) => n.stateId !== undefined) && texts.some((text, i) => text !== stored[i] && wanted[i]!.scan.source.name === undefined)) {
    raise('CHECKPOINT_SOURCES_CHANGED', { directory, stored: stored.join(', '), current: texts.join(', ') });
  }
  return stored.map((text) => known.get(text)!);
}

/** Opens the streaming sources of a plan, in order of position. `store`: of a position; `stored`: what the checkpoint says the sources are.
 *  @throws CHECKPOINT_SOURCES_CHANGED, and what opening them raises */
export async function openInputs(plan: PhysicalPlan, formats: FormatRegistry, context: Omit<ConnectContext, 'metadata'>, store: (position: number) => MetadataStore,
  stored?: readonly string[], directory = ''): Promise<readonly Input[]> {
  const groups = new Map<object | string, Wanted>();
  for (const { node, scan } of plan.sources) {
    if (!scan.streaming) continue;
    const key = identity(scan);
    const group = groups.get(key) ?? { scan, readers: [] };
    groups.set(key, group);
    group.readers.push({ node, ordinals: ordinalsOf(scan) });
  }
  const inputs: Input[] = [];
  try {
    for (const { scan, readers } of inStoredOrder([...groups.values()], plan, formats, stored, directory)) {
      const ordinals = [...new Set(readers.flatMap((r) => r.ordinals))].sort((a, b) => a - b);
      const open = request(scan, formats, ordinals);
      const definition = formats.source(scan.source.format);
      let input: Input | undefined;
      const source = await definition.open(open, { ...context, metadata: store(inputs.length), reject: (record) => { input?.reject(record); } });
      input = new Input(textOf(scan, formats), definition.describe(open.options), source, readers.map((r) => ({ node: r.node, columns: r.ordinals.map((o) => ordinals.indexOf(o)) })), definition.replayable);
      inputs.push(input);
    }
  } catch (error) {
    for (const input of inputs) await input.source.close().catch(() => undefined);
    throw error;
  }
  return inputs;
}

/** The rows of a static scan, read anew. @throws NOT_SUPPORTED_YET if the format cannot be read statically */
export function readStatic(scan: Scan, formats: FormatRegistry, context: Omit<ConnectContext, 'metadata'>, signal: AbortSignal): AsyncIterable<RecordBatch> {
  const definition = formats.source(scan.source.format);
  if (!definition.read) return raise('NOT_SUPPORTED_YET', { feature: `A static read of the format ${scan.source.format}` });
  return definition.read(request(scan, formats, ordinalsOf(scan)), { ...context, metadata: memoryStore() }, signal);
}
