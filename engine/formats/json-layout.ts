// The layout that JSON lines or texts are read by, learned from one of them, and again from another where most are written otherwise.

import { canGenerate } from '../columnar/generate.js';
import { afterMark } from './block.js';
import { valueEnd } from './byte-json.js';
import type { RowTargets, Target } from './decode-targets.js';
import type { JsonOptions } from './json-options.js';
import { generateLayout, type Layout, type Reads, type SlowRead } from './json-generate.js';
import { BAD, isMalformed, type JsonParser } from './json-parser.js';
import { sampleSteps } from './json-sample.js';
import { instantsIn } from './zone.js';

/** So many lines are looked at for the first layout. */
const SAMPLED = 32;
/** So often a layout is learned. */
const TRIES = 4;

export class LearnedLayout {
  known: Layout | undefined;
  private tries = 0;
  /** For generated code. */
  readonly reads: Reads;
  private readonly targets: RowTargets;
  private readonly columns: ReadonlyMap<string, Target>;
  private readonly parser: JsonParser;
  private readonly options: JsonOptions;
  /** `columns`: the targets by key. The others are NULL in the rows that generated code reads. */
  constructor(targets: RowTargets, columns: ReadonlyMap<string, Target>, parser: JsonParser, options: JsonOptions) {
    this.targets = targets;
    this.columns = columns;
    this.parser = parser;
    this.options = options;
    this.reads = { slow: this.slow, toUtc: instantsIn(options.temporal.zone) };
  }

  /** Learns from the longest of the first lines: keys that others leave out are NULL there, while keys that this one has not are the careful parser's. */
  learnFirst({ start, end }: { readonly start: Int32Array; readonly end: Int32Array }, n: number, rowAt: (i: number) => number): void {
    const length = (row: number): number => end[row]! - start[row]!;
    let sample = -1;
    for (let i = 0, looked = 0; i < n && looked < SAMPLED; i++) {
      const row = rowAt(i);
      if (length(row) === 0) continue;
      looked++;
      if (sample < 0 || length(row) > length(sample)) sample = row;
    }
    if (sample >= 0) this.learn(start[sample]!, end[sample]!);
  }
  /** Learns from the line in [from, to) of the block at hand; on anything unusual, or after some tries, the layout stays as it is. */
  learn(from: number, to: number): void {
    if (!canGenerate || this.tries === TRIES) return;
    this.tries++;
    const { targets, columns, options } = this;
    const sampled = sampleSteps(options, targets.bytes, afterMark(targets.bytes, from), to, (key) => columns.get(key));
    if (sampled === undefined) return;
    const absent = targets.list.filter((t) => !sampled.columns.has(t.id)).map((t) => t.id);
    this.known = generateLayout(sampled.steps, absent, targets.all, options.temporal);
  }

  private readonly slow: SlowRead = (k, row, p, most, lineEnd) => {
    const { parser, targets } = this;
    const plain = k < 0 ? valueEnd(targets.bytes, p, most) : targets.storeUsual(k, row, p, most);
    if (plain >= 0) return plain;
    const end = lineEnd ? lineEnd(p) : most;
    if (end < 0) return -1;
    parser.reset(targets.bytes, p, end);
    try {
      if (k < 0) { parser.skip(); return parser.at; }
      const t = targets.all[k]!;
      const v = parser.value(t.type);
      if (v === BAD || parser.bad) return -1;
      targets.put(t, row, v);
      return parser.at;
    } catch (thrown) {
      if (isMalformed(thrown)) return -1;
      throw thrown;
    }
  };
}
