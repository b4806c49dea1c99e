// A summary of numbers that answers quantiles to within a relative error of the rank, in memory that does not grow with the numbers: each sample
// stands for `gap` numbers up to it, and its rank is uncertain by `spread`.
//
// source: Greenwald, Khanna: Space-efficient online computation of quantile summaries (2001); buffering, merging and the choice among the samples that
// answer are those of Spark's QuantileSummaries, so that the answers are its own.

/** Numbers that are put in order at once. */
const HEAD_SIZE = 50_000;
/** Samples at which the summary is compressed on the way. */
const COMPRESS_AT = 10_000;

class Samples {
  readonly values: Float64Array;
  readonly gaps: Float64Array;
  readonly spreads: Float64Array;
  length = 0;
  constructor(capacity: number) {
    this.values = new Float64Array(capacity);
    this.gaps = new Float64Array(capacity);
    this.spreads = new Float64Array(capacity);
  }
  add(value: number, gap: number, spread: number): void {
    this.values[this.length] = value;
    this.gaps[this.length] = gap;
    this.spreads[this.length++] = spread;
  }
  copy(from: Samples, i: number, further = 0): void { this.add(from.values[i]!, from.gaps[i]!, from.spreads[i]! + further); }
}

export class QuantileSummary {
  private readonly error: number;
  private samples = new Samples(0);
  /** Of the numbers in the samples. */
  private count = 0;
  private compressed = true;
  private head = new Float64Array(16);
  private headLength = 0;

  /** `error`: of the rank, relative to the count. */
  constructor(error: number) { this.error = error; }

  get total(): number { return this.count + this.headLength; }

  insert(value: number): void {
    if (this.headLength === this.head.length) { const grown = new Float64Array(this.headLength * 2); grown.set(this.head); this.head = grown; }
    this.head[this.headLength++] = value;
    this.compressed = false;
    if (this.headLength < HEAD_SIZE) return;
    this.takeHead();
    if (this.samples.length >= COMPRESS_AT) this.compress();
  }

  private takeHead(): void {
    if (this.headLength === 0) return;
    const sorted = this.head.subarray(0, this.headLength).sort();
    const old = this.samples;
    const out = new Samples(old.length + sorted.length);
    let next = 0;
    for (let k = 0; k < sorted.length; k++) {
      const value = sorted[k]!;
      while (next < old.length && old.values[next]! <= value) out.copy(old, next++);
      this.count++;
      // The ranks of the least and of the greatest are known.
      const outermost = out.length === 0 || (next === old.length && k === sorted.length - 1);
      out.add(value, 1, outermost ? 0 : Math.floor(2 * this.error * this.count));
    }
    while (next < old.length) out.copy(old, next++);
    this.samples = out;
    this.head = new Float64Array(16);
    this.headLength = 0;
  }

  /** Joins samples that are closer than the error allows. A second time it changes nothing. */
  compress(): void {
    if (this.compressed) return;
    this.takeHead();
    this.samples = joined(this.samples, 2 * this.error * this.count);
    this.compressed = true;
  }

  /** Adds the numbers of another summary, which stays as it is but for being compressed. */
  merge(other: QuantileSummary): void {
    this.compress();
    other.compress();
    if (other.count === 0) return;
    const [a, b] = [this.samples, other.samples];
    if (this.count === 0) { this.samples = b; this.count = other.count; return; }
    const out = new Samples(a.length + b.length);
    // Between samples of the other summary a rank is as uncertain as that one's.
    const [ofOther, ofThis] = [Math.floor(2 * other.error * other.count), Math.floor(2 * this.error * this.count)];
    let i = 0, j = 0;
    while (i < a.length && j < b.length) {
      if (a.values[i]! < b.values[j]!) out.copy(a, i++, j > 0 ? ofOther : 0); else out.copy(b, j++, i > 0 ? ofThis : 0);
    }
    while (i < a.length) out.copy(a, i++);
    while (j < b.length) out.copy(b, j++);
    this.count += other.count;
    this.samples = joined(out, 2 * this.error * this.count);
  }

  /** The numbers at these fractions of the order, in [0, 1]. @throws never; undefined without numbers */
  query(fractions: readonly number[]): readonly number[] | undefined {
    this.compress();
    const { values, gaps, spreads, length } = this.samples;
    if (length === 0) return undefined;
    let widest = 0;
    for (let i = 0; i < length; i++) widest = Math.max(widest, gaps[i]! + spreads[i]!);
    const slack = Math.floor(widest / 2);
    const result: number[] = new Array(fractions.length);
    let i = 0;
    let rank = gaps[0]!;
    for (const k of fractions.map((_, f) => f).sort((x, y) => fractions[x]! - fractions[y]!)) {
      const fraction = fractions[k]!;
      if (fraction <= this.error || length === 1) { result[k] = values[0]!; continue; }
      if (fraction >= 1 - this.error) { result[k] = values[length - 1]!; continue; }
      const wanted = Math.ceil(fraction * this.count);
      while (i < length - 1 && !(rank + spreads[i]! - slack <= wanted && wanted <= rank + slack)) rank += gaps[++i]!;
      result[k] = values[i]!;
    }
    return result;
  }

  /** Count, then value, gap and spread of each sample, as doubles. */
  encode(): Uint8Array {
    this.compress();
    const { values, gaps, spreads, length } = this.samples;
    const out = new Float64Array(1 + 3 * length);
    out[0] = this.count;
    for (let i = 0; i < length; i++) { out[1 + 3 * i] = values[i]!; out[2 + 3 * i] = gaps[i]!; out[3 + 3 * i] = spreads[i]!; }
    return new Uint8Array(out.buffer);
  }
  static decode(bytes: Uint8Array, error: number): QuantileSummary {
    const all = new Float64Array(bytes.slice().buffer);
    const summary = new QuantileSummary(error);
    summary.count = all[0]!;
    summary.samples = new Samples((all.length - 1) / 3);
    for (let i = 1; i < all.length; i += 3) summary.samples.add(all[i]!, all[i + 1]!, all[i + 2]!);
    return summary;
  }
}

function joined(samples: Samples, threshold: number): Samples {
  const { values, gaps, spreads, length } = samples;
  if (length === 0) return samples;
  // From the greatest down; the least stays a sample of its own.
  const kept: number[] = [];
  const sums: number[] = [];
  let at = length - 1;
  let gap = gaps[at]!;
  for (let i = length - 2; i >= 1; i--) {
    if (gaps[i]! + gap + spreads[at]! < threshold) { gap += gaps[i]!; continue; }
    kept.push(at);
    sums.push(gap);
    at = i;
    gap = gaps[i]!;
  }
  kept.push(at);
  sums.push(gap);
  if (length > 1 && values[0]! <= values[at]!) { kept.push(0); sums.push(gaps[0]!); }
  const out = new Samples(kept.length);
  for (let k = kept.length - 1; k >= 0; k--) out.add(values[kept[k]!]!, sums[k]!, spreads[kept[k]!]!);
  return out;
}
