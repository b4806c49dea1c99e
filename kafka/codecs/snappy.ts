// Snappy: raw blocks, and Java's framing of them (magic 0x82 SNAPPY), which Kafka's clients write.
// source: the Snappy format description; xerial's SnappyInputStream for the framing.

import type { Arena } from './arena.js';
import { CodecError } from './error.js';

const XERIAL = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0];
const HEAD = 16;

export function snappy(b: Uint8Array, from: number, to: number, out: Arena, limit: number): void {
  if (to - from < HEAD || XERIAL.some((c, i) => b[from + i] !== c)) { block(b, from, to, out, limit); return; }
  const start = out.used;
  // Magic, two versions, then each block behind its length.
  for (let at = from + HEAD; at < to;) {
    if (at + 4 > to) throw new CodecError('snappy: the data is cut off');
    const length = ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0;
    at += 4;
    if (length > to - at) throw new CodecError('snappy: the data is cut off');
    block(b, at, at + length, out, limit - (out.used - start));
    at += length;
  }
}

function block(b: Uint8Array, from: number, to: number, arena: Arena, limit: number): void {
  let at = from;
  let size = 0;
  for (let shift = 0; ; shift += 7) {
    if (at >= to || shift > 28) throw new CodecError('snappy: no length');
    const c = b[at++]!;
    size += (c & 127) * 2 ** shift;
    if (c < 128) break;
  }
  if (size > limit) throw new CodecError(`snappy: more than ${limit} bytes from ${to - from}`);
  arena.room(size);
  const out = arena.bytes;
  const begin = arena.used;
  const end = begin + size;
  let o = begin;
  while (at < to) {
    const tag = b[at++]!;
    let length = tag >> 2;
    if ((tag & 3) === 0) {
      if (length >= 60) {
        const bytes = length - 59;
        if (at + bytes > to) throw new CodecError('snappy: the data is cut off');
        length = 0;
        for (let i = 0; i < bytes; i++) length += b[at + i]! * 2 ** (8 * i);
        at += bytes;
      }
      length++;
      if (length > to - at || length > end - o) throw new CodecError('snappy: a run is longer than the data');
      if (length > 64) out.set(b.subarray(at, at + length), o); else for (let i = 0; i < length; i++) out[o + i] = b[at + i]!;
      at += length;
      o += length;
      continue;
    }
    let distance: number;
    if ((tag & 3) === 1) {
      if (at >= to) throw new CodecError('snappy: the data is cut off');
      distance = ((tag >> 5) << 8) | b[at++]!;
      length = (length & 7) + 4;
    } else if ((tag & 3) === 2) {
      if (at + 2 > to) throw new CodecError('snappy: the data is cut off');
      distance = b[at]! | (b[at + 1]! << 8);
      at += 2;
      length++;
    } else {
      if (at + 4 > to) throw new CodecError('snappy: the data is cut off');
      distance = (b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24)) >>> 0;
      at += 4;
      length++;
    }
    if (distance === 0 || distance > o - begin || length > end - o) throw new CodecError('snappy: a copy reaches out of the data');
    if (distance >= length && length > 64) out.copyWithin(o, o - distance, o - distance + length); else for (let i = 0; i < length; i++) out[o + i] = out[o - distance + i]!;
    o += length;
  }
  if (o !== end) throw new CodecError('snappy: the length is wrong');
  arena.used = o;
}
