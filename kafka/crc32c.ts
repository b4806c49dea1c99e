// CRC-32C (Castagnoli), as Kafka's record batches carry it: sixteen tables, sixteen bytes a step.
// source: RFC 3720 appendix B.4; the slicing method of Kounavis and Berry, "A Systematic Approach to Building High Performance, Software-based, CRC Generators" (2005).

const POLYNOMIAL = 0x82f63b78;
const SLICES = 16;
/** table[k * 256 + b]: what byte b does to the sum when k more bytes of the step follow it. */
const TABLE = ((): Int32Array => {
  const table = new Int32Array(SLICES * 256);
  for (let b = 0; b < 256; b++) {
    let crc = b;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) !== 0 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    table[b] = crc;
  }
  for (let k = 1; k < SLICES; k++) {
    for (let b = 0; b < 256; b++) {
      const before = table[(k - 1) * 256 + b]!;
      table[k * 256 + b] = (before >>> 8) ^ table[before & 255]!;
    }
  }
  return table;
})();

/** The sum of bytes[from, to) as an unsigned number. `seed`: the sum of what came before, to go on. */
export function crc32c(bytes: Uint8Array, from = 0, to = bytes.length, seed = 0): number {
  const t = TABLE;
  let crc = ~seed;
  let i = from;
  for (const last = to - SLICES; i <= last; i += SLICES) {
    crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    crc = t[3840 + (crc & 255)]! ^ t[3584 + ((crc >>> 8) & 255)]! ^ t[3328 + ((crc >>> 16) & 255)]! ^ t[3072 + (crc >>> 24)]!
      ^ t[2816 + bytes[i + 4]!]! ^ t[2560 + bytes[i + 5]!]! ^ t[2304 + bytes[i + 6]!]! ^ t[2048 + bytes[i + 7]!]!
      ^ t[1792 + bytes[i + 8]!]! ^ t[1536 + bytes[i + 9]!]! ^ t[1280 + bytes[i + 10]!]! ^ t[1024 + bytes[i + 11]!]!
      ^ t[768 + bytes[i + 12]!]! ^ t[512 + bytes[i + 13]!]! ^ t[256 + bytes[i + 14]!]! ^ t[bytes[i + 15]!]!;
  }
  for (; i < to; i++) crc = (crc >>> 8) ^ t[(crc ^ bytes[i]!) & 255]!;
  return ~crc >>> 0;
}
