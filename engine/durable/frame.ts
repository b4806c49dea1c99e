// Framed records: every file of a checkpoint, a state folder or a sink's log is one or more of them. A frame tells truncation, bit flips,
// foreign files and newer formats apart from data; nothing is decoded before its checksum has been compared.
//
//   0 magic "mlrc" | 4 format version u16 | 6 kind u16 | 8 payload length u32 | 12 CRC-32 of bytes 4–12 and the payload | 16 payload
// All little-endian. Kinds tell what the payload is, so that a file moved to another place is noticed.

import { crc32 } from 'node:zlib';
import { raise } from '../../planner/errors/index.js';
import type { FileSystem } from '../host/host.js';

export const FORMAT_VERSION = 1;
const MAGIC = 0x63726c6d;
const HEADER_BYTES = 16;

export const FRAME_KINDS = { metadata: 1, offsets: 2, commit: 3, state: 4, schema: 5, source: 6, sink: 7, dropped: 8 } as const;
export type FrameKind = keyof typeof FRAME_KINDS;

/** The record as the pieces to write: a header before those of the payload, which are not copied. */
export function encodeFrame(kind: FrameKind, ...payload: readonly Uint8Array[]): readonly [Uint8Array, ...Uint8Array[]] {
  const header = new Uint8Array(HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, FORMAT_VERSION, true);
  view.setUint16(6, FRAME_KINDS[kind], true);
  view.setUint32(8, payload.reduce((sum, piece) => sum + piece.byteLength, 0), true);
  // zlib gives 0 for an empty buffer, whatever came before.
  const pieces = payload.filter((piece) => piece.byteLength > 0);
  view.setUint32(12, pieces.reduce((sum, piece) => crc32(piece, sum), crc32(header.subarray(4, 12))), true);
  return [header, ...pieces];
}

export interface Frame { readonly payload: Uint8Array; /** Where the next one starts. */ readonly end: number }

/** The record at `at` of bytes that lie in the file from `base` on. @throws CHECKPOINT_CORRUPT, CHECKPOINT_FORMAT_TOO_NEW, naming `file` */
export function decodeFrame(kind: FrameKind, bytes: Uint8Array, file: string, at = 0, base = 0): Frame {
  const corrupt = (reason: string): never => raise('CHECKPOINT_CORRUPT', { file, reason });
  if (bytes.byteLength - at < HEADER_BYTES) return corrupt(`it ends inside a record header at byte ${base + bytes.byteLength}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, HEADER_BYTES);
  if (view.getUint32(0, true) !== MAGIC) return corrupt(`there is no record at byte ${base + at}`);
  const length = view.getUint32(8, true);
  const end = at + HEADER_BYTES + length;
  if (end > bytes.byteLength) return corrupt(`the record at byte ${base + at} has ${length} bytes, the file ends before`);
  const payload = bytes.subarray(at + HEADER_BYTES, end);
  if (crc32(payload, crc32(bytes.subarray(at + 4, at + 12))) !== view.getUint32(12, true)) return corrupt(`the checksum of the record at byte ${base + at} is wrong`);
  const version = view.getUint16(4, true);
  if (version > FORMAT_VERSION) return raise('CHECKPOINT_FORMAT_TOO_NEW', { file, version: String(version), supported: String(FORMAT_VERSION) });
  if (view.getUint16(6, true) !== FRAME_KINDS[kind]) return corrupt(`it holds another kind of record than ${kind}`);
  return { payload, end };
}

/** The only record of a file. @throws as decodeFrame */
export function decodeSingle(kind: FrameKind, bytes: Uint8Array, file: string): Uint8Array {
  const { payload, end } = decodeFrame(kind, bytes, file);
  if (end !== bytes.byteLength) raise('CHECKPOINT_CORRUPT', { file, reason: `${bytes.byteLength - end} bytes follow its record` });
  return payload;
}

/** The records of a file one after the other, so that it is never in memory as a whole. @throws as decodeFrame */
export async function* readFrames(kind: FrameKind, files: FileSystem, path: string): AsyncGenerator<Uint8Array> {
  const file = await files.openRead(path);
  try {
    const { sizeBytes } = file;
    const header = new Uint8Array(HEADER_BYTES);
    let at = 0;
    do {
      const got = await file.read(header, at);
      const length = got < HEADER_BYTES ? 0 : new DataView(header.buffer).getUint32(8, true);
      // What a damaged header promises is not asked for: the check of the record tells of it.
      const record = new Uint8Array(Math.min(got + length, sizeBytes - at));
      record.set(header.subarray(0, Math.min(got, record.length)));
      if (record.length > HEADER_BYTES) await file.read(record.subarray(HEADER_BYTES), at + HEADER_BYTES);
      yield decodeFrame(kind, record, path, 0, at).payload;
      at += record.length;
    } while (at < sizeBytes);
  } finally { await file.close(); }
}

const decoder = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();
export const encodeJson = (value: unknown): Uint8Array => encoder.encode(JSON.stringify(value));
/** @throws CHECKPOINT_CORRUPT */
export function decodeJson(payload: Uint8Array, file: string): unknown {
  try { return JSON.parse(decoder.decode(payload)); } catch (cause) { return raise('CHECKPOINT_CORRUPT', { file, reason: 'its record is no JSON' }, { cause }); }
}
