// LZ4 frames. Checksums of contents are left alone: the record batch around them has its own.
// source: the LZ4 frame and block format descriptions.

import type { Arena } from './arena.js';
import { CodecError } from './error.js';

const MAGIC = 0x184d2204;

export function lz4(b: Uint8Array, from: number, to: number, out: Arena, limit: number): void {
  const start = out.used;
  let at = from;
  const need = (count: number): void => { if (at + count > to) throw new CodecError('lz4: the data is cut off'); };
  const word = (): number => (b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24)) >>> 0;
  do {
    need(7);
    const magic = word();
    at += 4;
    if (magic >= 0x184d2a50 && magic <= 0x184d2a5f) { need(4); const skipped = word(); at += 4; need(skipped); at += skipped; continue; }
    if (magic !== MAGIC) throw new CodecError('lz4: no frame');
    const flags = b[at]!;
    const blockMax = 1 << (8 + 2 * ((b[at + 1]! >> 4) & 7));
    if (flags >> 6 !== 1 || (flags & 1) !== 0 || blockMax < 1 << 16) throw new CodecError('lz4: a frame of another kind');
    const independent = (flags & 32) !== 0;
    const blockChecksum = (flags & 16) !== 0;
    at += 2 + ((flags & 8) !== 0 ? 8 : 0) + 1;
    const frame = out.used;
    for (;;) {
      need(4);
      const size = word();
      at += 4;
      if (size === 0) break;
      const length = size & 0x7fffffff;
      if (length > blockMax) throw new CodecError('lz4: a block is too long');
      need(length);
      if (out.used - start + Math.min(blockMax, length * 256) > limit + blockMax) throw new CodecError(`lz4: more than ${limit} bytes from ${to - from}`);
      if (size >= 0x80000000) {
        out.room(length);
        out.bytes.set(b.subarray(at, at + length), out.used);
        out.used += length;
      } else {
        out.room(blockMax);
        out.used = block(b, at, at + length, out.bytes, out.used, out.used + blockMax, independent ? out.used : frame);
      }
      if (out.used - start > limit) throw new CodecError(`lz4: more than ${limit} bytes from ${to - from}`);
      at += length + (blockChecksum ? 4 : 0);
    }
    at += (flags & 4) !== 0 ? 4 : 0;
  } while (at < to);
  if (at > to) throw new CodecError('lz4: the data is cut off');
}

/** One block; `base`: how far back copies may reach. @returns where the output ends */
function block(b: Uint8Array, from: number, to: number, out: Uint8Array, begin: number, most: number, base: number): number {
  let at = from;
  let o = begin;
  while (at < to) {
    const token = b[at++]!;
    let literals = token >> 4;
    if (literals === 15) {
      let c = 255;
      while (c === 255) { if (at >= to) throw new CodecError('lz4: the data is cut off'); c = b[at++]!; literals += c; }
    }
    if (literals > to - at || literals > most - o) throw new CodecError('lz4: a run is longer than the data');
    if (literals > 64) out.set(b.subarray(at, at + literals), o); else for (let i = 0; i < literals; i++) out[o + i] = b[at + i]!;
    at += literals;
    o += literals;
    // The last sequence has no copy.
    if (at === to) return o;
    if (at + 2 > to) throw new CodecError('lz4: the data is cut off');
    const distance = b[at]! | (b[at + 1]! << 8);
    at += 2;
    let length = (token & 15) + 4;
    if (length === 19) {
      let c = 255;
      while (c === 255) { if (at >= to) throw new CodecError('lz4: the data is cut off'); c = b[at++]!; length += c; }
    }
    if (distance === 0 || distance > o - base || length > most - o) throw new CodecError('lz4: a copy reaches out of the data');
    if (distance >= length && length > 64) out.copyWithin(o, o - distance, o - distance + length); else for (let i = 0; i < length; i++) out[o + i] = out[o - distance + i]!;
    o += length;
  }
  throw new CodecError('lz4: the data is cut off');
}
