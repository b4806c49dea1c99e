// The codecs of record batches, for reading. Each appends to an arena and never makes more than the limits allow, whatever the input
// says of itself: a batch that would unpack to more is refused before its memory is taken.
//
// source: Kafka's CompressionType; RFC 1952 (gzip), the Snappy, LZ4 and Zstandard (RFC 8878) format descriptions.

import zlib from 'node:zlib';
import type { Arena } from './arena.js';
import { CodecError } from './error.js';
import { lz4 } from './lz4.js';
import { snappy } from './snappy.js';

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
    case 4: append(out, zstd(input.subarray(from, to), limit)); return;
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

interface Fzstd { decompress(bytes: Uint8Array, out?: Uint8Array): Uint8Array }
type NativeZstd = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;
/** Node from 22.15 on has zstd itself. */
const native = (zlib as { readonly zstdDecompressSync?: NativeZstd }).zstdDecompressSync;
let library: Fzstd | undefined;
function zstd(bytes: Uint8Array, limit: number): Uint8Array {
  const size = zstdSize(bytes);
  if (size > limit) throw new CodecError(`zstd: more than ${limit} bytes from ${bytes.length}`);
  try {
    if (native) return native(bytes, { maxOutputLength: limit });
    library ??= require('fzstd') as Fzstd;
    const unpacked = library.decompress(bytes);
    if (unpacked.length > size) throw new CodecError('zstd: more bytes than its blocks can hold');
    return unpacked;
  } catch (error) { throw error instanceof CodecError ? error : new CodecError(`zstd: ${reason(error)}`, { cause: error }); }
}

const ZSTD_MAGIC = 0xfd2fb528;
const ZSTD_BLOCK = 128 << 10;
/** The most that the frames can unpack to: what they say, or what their blocks can hold. Only frames that have all their bytes are let through. */
export function zstdSize(b: Uint8Array): number {
  const view = new DataView(b.buffer, b.byteOffset, b.byteLength);
  const need = (at: number, count: number): void => { if (at + count > b.length) throw new CodecError('zstd: the data is cut off'); };
  let at = 0;
  let total = 0;
  while (at < b.length) {
    need(at, 4);
    const magic = view.getUint32(at, true);
    at += 4;
    if (magic >= 0x184d2a50 && magic <= 0x184d2a5f) { need(at, 4); at += 4 + view.getUint32(at, true); continue; }
    if (magic !== ZSTD_MAGIC) throw new CodecError('zstd: no frame');
    need(at, 1);
    const head = b[at++]!;
    const single = (head & 32) !== 0;
    if ((head & 3) !== 0) throw new CodecError('zstd: a dictionary is wanted');
    if (!single) { need(at, 1); at++; }
    const sizeBytes = [single ? 1 : 0, 2, 4, 8][head >> 6]!;
    need(at, sizeBytes);
    const said = sizeBytes === 0 ? undefined : sizeBytes === 1 ? b[at]! : sizeBytes === 2 ? view.getUint16(at, true) + 256 : sizeBytes === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true));
    at += sizeBytes;
    let most = 0;
    for (let last = false; !last;) {
      need(at, 3);
      const block = b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16);
      at += 3;
      last = (block & 1) !== 0;
      const kind = (block >> 1) & 3;
      const size = block >> 3;
      if (kind === 3 || size > ZSTD_BLOCK) throw new CodecError('zstd: a block of no kind');
      // Repeated bytes, as they are, compressed.
      most += kind === 2 ? ZSTD_BLOCK : size;
      const bytes = kind === 1 ? 1 : size;
      need(at, bytes);
      at += bytes;
    }
    if ((head & 4) !== 0) { need(at, 4); at += 4; }
    if (said !== undefined && said > most) throw new CodecError('zstd: a frame says that it holds more than its blocks can');
    total += said ?? most;
  }
  return total;
}
