// LZ4 frames as Kafka's producers write them: independent blocks of 64 KB, no checksum of contents.
// source: LZ4 Frame Format Description 1.6, LZ4 Block Format Description; XXH32 by Y. Collet.

import { BLOCK_BYTES, findMatches } from './matches.js';

const MAGIC = 0x184d2204;
/** Version 1, blocks independent. */
const FLAGS = 0x60;
/** Blocks of at most 64 KB. */
const BLOCK_DESCRIPTOR = 0x40;
const UNCOMPRESSED = 0x80000000;
/** No match begins in the last 12 bytes of a block, and its last 5 are literals. */
const LEAD = 12;
const TAIL = 5;

/** XXH32, seed 0, of fewer than 16 bytes. */
function hashOfShort(bytes: Uint8Array): number {
  const { imul } = Math;
  let h = (0x165667b1 + bytes.length) | 0;
  for (const b of bytes) {
    h = (h + imul(b, 0x165667b1)) | 0;
    h = imul((h << 11) | (h >>> 21), 0x9e3779b1);
  }
  h = imul(h ^ (h >>> 15), 0x85ebca77);
  h = imul(h ^ (h >>> 13), 0xc2b2ae3d);
  return (h ^ (h >>> 16)) >>> 0;
}
const DESCRIPTOR = Buffer.of(FLAGS, BLOCK_DESCRIPTOR);
const CHECK = (hashOfShort(DESCRIPTOR) >>> 8) & 255;

/** One frame. */
export function compressLz4(bytes: Uint8Array): Uint8Array {
  const blocks = Math.ceil(bytes.length / BLOCK_BYTES);
  const out = Buffer.allocUnsafe(11 + blocks * 8 + bytes.length + Math.ceil(bytes.length / 255) + 16);
  let at = out.writeUInt32LE(MAGIC, 0);
  out[at++] = FLAGS;
  out[at++] = BLOCK_DESCRIPTOR;
  out[at++] = CHECK;
  const put = (literalsFrom: number, literalsTo: number, distance: number, length: number): void => {
    const literals = literalsTo - literalsFrom;
    const token = at++;
    out[token] = (Math.min(literals, 15) << 4) | (length === 0 ? 0 : Math.min(length - 4, 15));
    if (literals >= 15) at = putLength(out, at, literals - 15);
    for (let i = literalsFrom; i < literalsTo; i++) out[at++] = bytes[i]!;
    if (length === 0) return;
    out[at++] = distance & 255;
    out[at++] = distance >> 8;
    if (length - 4 >= 15) at = putLength(out, at, length - 19);
  };
  for (let from = 0; from < bytes.length; from += BLOCK_BYTES) {
    const to = Math.min(bytes.length, from + BLOCK_BYTES);
    const begin = at + 4;
    at = begin;
    findMatches(bytes, from, to, LEAD, TAIL, put);
    const size = at - begin;
    if (size < to - from) out.writeUInt32LE(size, begin - 4);
    else {
      out.writeUInt32LE((to - from + UNCOMPRESSED) >>> 0, begin - 4);
      out.set(bytes.subarray(from, to), begin);
      at = begin + to - from;
    }
  }
  at = out.writeUInt32LE(0, at);
  return out.subarray(0, at);
}
function putLength(out: Uint8Array, from: number, length: number): number {
  let at = from;
  let rest = length;
  for (; rest >= 255; rest -= 255) out[at++] = 255;
  out[at++] = rest;
  return at;
}
