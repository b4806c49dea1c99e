// The codecs of record batches, for reading. Each appends to an arena and never makes more than the limits allow, whatever the input
// says of itself: a batch that would unpack to more is refused before its memory is taken.
//
// source: Kafka's CompressionType; RFC 1952 (gzip), the Snappy, LZ4 and Zstandard (RFC 8878) format descriptions.

import zlib from 'node:zlib';
import type { Arena } from './arena.js';
import { CodecError } from './error.js';
import { lz4 } from './lz4.js';
import { snappy } from './snappy.js';
import { zstd } from './zstd.js';

/** The most that one record batch may unpack to, bytes, and as a multiple of its packed size where it is more than a mebibyte. */
export const MAX_UNPACKED_BYTES = 256 << 20;
export const MAX_RATIO = 20_000;
export const limitOf = (packed: number): number => Math.min(MAX_UNPACKED_BYTES, Math.max(1 << 20, packed * MAX_RATIO));

export const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

/** Appends what input[from, to) unpacks to. `codec`: number of CODECS. @throws CodecError */
export function decompress(codec: number, input: Uint8Array, from: number, to: number, out: Arena): void {
  const limit = limitOf(to - from);
  switch (codec) {
    case 1: append(out, gzip(input.subarray(from, to), limit)); return;
    case 2: snappy(input, from, to, out, limit); return;
    case 3: lz4(input, from, to, out, limit); return;
    case 4: zstd(input, from, to, out, limit); return;
    default: throw new CodecError(`the codec ${codec} is not known`);
  }
}
function append(out: Arena, bytes: Uint8Array): void {
  out.room(bytes.length);
  out.bytes.set(bytes, out.used);
  out.used += bytes.length;
}
const reason = (error: unknown): string => error instanceof Error ? error.message : String(error);

function gzip(bytes: Uint8Array, limit: number): Uint8Array {
  try { return zlib.gunzipSync(bytes, { maxOutputLength: limit }); } catch (error) { throw new CodecError(`gzip: ${reason(error)}`, { cause: error }); }
}
