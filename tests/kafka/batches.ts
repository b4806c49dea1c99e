// Record batches as the protocol guide has them, written a byte at a time: for tests of what reads them.

import { crc32c } from '../../kafka/crc32c.js';

export interface TestRecord { readonly delta: number; readonly time?: number; readonly key?: string | null; readonly value?: string | null; readonly headers?: readonly (readonly [string, string | null])[] }
export interface TestBatch { readonly base: number; readonly records: readonly TestRecord[]; readonly last?: number; readonly attributes?: number; readonly producer?: bigint; readonly time?: number; readonly maxTime?: number }
function varint(value: number): Buffer {
  let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
  const out: number[] = [];
  while (rest > 127n) { out.push(Number(rest & 127n) | 128); rest >>= 7n; }
  return Buffer.from([...out, Number(rest)]);
}
const text = (value: string | null | undefined): Buffer => (value === null || value === undefined ? varint(-1) : Buffer.concat([varint(Buffer.byteLength(value)), Buffer.from(value)]));
/** Sets the checksum. */
export function seal(batch: Buffer): Buffer { batch.writeUInt32BE(crc32c(batch, 21), 17); return batch; }
export function encode({ base, records, last, attributes = 0, producer = -1n, time = 1000, maxTime = 5000 }: TestBatch): Buffer {
  const body = records.map((r) => {
    const inner = Buffer.concat([Buffer.of(0), varint(r.time ?? 0), varint(r.delta), text(r.key), text(r.value), varint(r.headers?.length ?? 0), ...(r.headers ?? []).flatMap(([k, v]) => [text(k), text(v)])]);
    return Buffer.concat([varint(inner.length), inner]);
  });
  const head = Buffer.alloc(61);
  head.writeBigInt64BE(BigInt(base), 0);
  head.writeInt32BE(49 + body.reduce((n, b) => n + b.length, 0), 8);
  head.writeInt8(2, 16);
  head.writeInt16BE(attributes, 21);
  head.writeInt32BE(last ?? records.at(-1)?.delta ?? 0, 23);
  head.writeBigInt64BE(BigInt(time), 27);
  head.writeBigInt64BE(BigInt(maxTime), 35);
  head.writeBigInt64BE(producer, 43);
  head.writeInt32BE(records.length, 57);
  return seal(Buffer.concat([head, ...body]));
}
