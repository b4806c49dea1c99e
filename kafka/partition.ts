// Which partition a record goes to, as Kafka's own producers choose it, so that records of one key written by them and by us meet.
// source: Apache Kafka BuiltInPartitioner, Utils.murmur2 (A. Appleby's MurmurHash2 with a fixed seed).

const MULTIPLIER = 0x5bd1e995;

/** MurmurHash2 of bytes[from, to), as a signed number. */
export function murmur2(bytes: Uint8Array, from = 0, to = bytes.length): number {
  const { imul } = Math;
  const length = to - from;
  let h = 0x9747b28c ^ length;
  let i = from;
  for (const last = to - 4; i <= last; i += 4) {
    let k = imul(bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24), MULTIPLIER);
    k = imul(k ^ (k >>> 24), MULTIPLIER);
    h = imul(h, MULTIPLIER) ^ k;
  }
  const rest = to - i;
  if (rest > 2) h ^= bytes[i + 2]! << 16;
  if (rest > 1) h ^= bytes[i + 1]! << 8;
  if (rest > 0) h = imul(h ^ bytes[i]!, MULTIPLIER);
  h = imul(h ^ (h >>> 13), MULTIPLIER);
  return h ^ (h >>> 15);
}
/** The partition of a key. */
export const partitionOf = (bytes: Uint8Array, from: number, to: number, partitions: number): number => (murmur2(bytes, from, to) & 0x7fffffff) % partitions;

/** Partitions of records without a key: one for a run of bytes, then another, so that batches are full and partitions equal. */
export class StickyPartitions {
  private readonly random: () => number;
  private readonly runBytes: number;
  private current = -1;
  private left = 0;
  constructor(random: () => number, runBytes = 1 << 14) { this.random = random; this.runBytes = runBytes; }
  next(partitions: number, sizeBytes: number): number {
    if (this.left <= 0 || this.current >= partitions || this.current < 0) {
      this.current = this.current < 0 ? Math.floor(this.random() * partitions) : (this.current + 1) % partitions;
      this.left = this.runBytes;
    }
    this.left -= sizeBytes;
    return this.current;
  }
}
