// Snappy in the framing of Java's library, which Kafka's own producers write and every consumer reads: a head, then blocks with their length.
// source: Snappy compressed format description; snappy-java SnappyOutputStream.

import { BLOCK_BYTES, findMatches } from './matches.js';

/** 0x82 SNAPPY 0, version 1, compatible from 1 on. */
const HEAD = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
/** No word is read past the end. */
const LEAD = 4;

export function compressSnappy(bytes: Uint8Array): Uint8Array {
  const blocks = Math.ceil(bytes.length / BLOCK_BYTES);
  const out = Buffer.allocUnsafe(HEAD.length + blocks * 16 + bytes.length + Math.ceil(bytes.length / 6) + 16);
  out.set(HEAD);
  let at = HEAD.length;
  const put = (literalsFrom: number, literalsTo: number, distance: number, length: number): void => {
    const literals = literalsTo - literalsFrom;
    if (literals > 0) {
      const n = literals - 1;
      if (n < 60) out[at++] = n << 2;
      else if (n < 256) { out[at++] = 60 << 2; out[at++] = n; }
      else { out[at++] = 61 << 2; out[at++] = n & 255; out[at++] = n >> 8; }
      for (let i = literalsFrom; i < literalsTo; i++) out[at++] = bytes[i]!;
    }
    for (let rest = length; rest > 0;) {
      // A copy has at most 64 bytes, and what remains is never shorter than four.
      const part = rest > 67 ? 64 : rest > 64 ? 60 : rest;
      if (part < 12 && distance < 2048) { out[at++] = 1 | ((part - 4) << 2) | ((distance >> 8) << 5); out[at++] = distance & 255; }
      else { out[at++] = 2 | ((part - 1) << 2); out[at++] = distance & 255; out[at++] = distance >> 8; }
      rest -= part;
    }
  };
  for (let from = 0; from < bytes.length; from += BLOCK_BYTES) {
    const to = Math.min(bytes.length, from + BLOCK_BYTES);
    const begin = at + 4;
    at = begin;
    let size = to - from;
    for (; size > 127; size >>>= 7) out[at++] = (size & 127) | 128;
    out[at++] = size;
    findMatches(bytes, from, to, LEAD, 0, put);
    out.writeUInt32BE(at - begin, begin - 4);
  }
  return out.subarray(0, at);
}
