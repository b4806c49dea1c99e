// Hashes: Murmur3 and xxHash64 of values chained over the arguments as Spark does, and the digests of bytes.
// source: Spark HashExpression, Murmur3_x86_32 (trailing bytes are mixed one by one), XXH64.

import { createHash, createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { raise } from '../../../planner/errors/index.js';
import { printExpr } from '../../../planner/expr/print.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { CalendarInterval, Value } from '../../../planner/values.js';
import { scalar, type ScalarFunction } from '../define.js';
import { cls, operator } from '../operators/shared.js';
import { hashBytes, hashed, hashInt, hashLong } from './xxhash64.js';

const { imul } = Math;
const scratch = new DataView(new ArrayBuffer(8));
/** One kind of hash over the three shapes that values are broken into. */
interface Hasher<H> { int(value: number, seed: H): H; long(value: bigint, seed: H): H; bytes(value: Uint8Array, seed: H): H }

// ── Murmur3 ──

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));
const mixK = (k: number): number => imul(rotate(imul(k, 0xcc9e2d51), 15), 0x1b873593);
const mixH = (h: number, k: number): number => (imul(rotate(h ^ k, 13), 5) + 0xe6546b64) | 0;
function finish(h: number, length: number): number {
  let x = h ^ length;
  x = imul(x ^ (x >>> 16), 0x85ebca6b);
  x = imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
export const murmur3: Hasher<number> = {
  int: (v, seed) => finish(mixH(seed, mixK(v)), 4),
  long: (v, seed) => finish(mixH(mixH(seed, mixK(Number(BigInt.asIntN(32, v)))), mixK(Number(BigInt.asIntN(32, v >> 32n)))), 8),
  bytes(v, seed) {
    const aligned = v.length & ~3;
    let h = seed;
    for (let i = 0; i < aligned; i += 4) h = mixH(h, mixK(v[i]! | (v[i + 1]! << 8) | (v[i + 2]! << 16) | (v[i + 3]! << 24)));
    for (let i = aligned; i < v.length; i++) h = mixH(h, mixK((v[i]! << 24) >> 24));
    return finish(h, v.length);
  },
};

// ── xxHash64 ──

const result = new BigInt64Array(hashed.buffer);
const seeds = new BigInt64Array(2);
const halves = new Int32Array(seeds.buffer);
/** The hash with a 64-bit seed, and a long value beside it, as halves. */
function seeded(seed: bigint, value: bigint, hash: (seedHigh: number, seedLow: number) => void): bigint {
  seeds[0] = seed;
  seeds[1] = value;
  hash(halves[1]!, halves[0]!);
  return result[0]!;
}
export const xxHash64: Hasher<bigint> = {
  int: (v, seed) => seeded(seed, 0n, (high, low) => { hashInt(v, high, low); }),
  long: (v, seed) => seeded(seed, v, (high, low) => { hashLong(halves[3]!, halves[2]!, high, low); }),
  bytes: (v, seed) => seeded(seed, 0n, (high, low) => { hashBytes(v, 0, v.length, high, low); }),
};

// ── Values ──

/** Big-endian two's complement, as short as it can be. */
function javaBytes(x: bigint): Uint8Array {
  let bits = 8;
  while (BigInt.asIntN(bits, x) !== x) bits += 8;
  const out = new Uint8Array(bits / 8);
  let rest = BigInt.asUintN(bits, x);
  for (let i = out.length - 1; i >= 0; i--) { out[i] = Number(rest & 255n); rest >>= 8n; }
  return out;
}
/** Adds a value to a hash; NULL leaves it as it is. */
export function valueHasher<H>(type: DataType, h: Hasher<H>): (value: Value, seed: H) => H {
  const of = <V>(f: (v: V, seed: H) => H) => (value: Value, seed: H): H => value === null ? seed : f(value as V, seed);
  switch (type.kind) {
    case 'boolean': return of((v: boolean, s) => h.int(v ? 1 : 0, s));
    case 'float': return of((v: number, s) => { if (v === 0) return h.int(0, s); scratch.setFloat32(0, v); return h.int(scratch.getInt32(0), s); });
    case 'double': return of((v: number, s) => { if (v === 0) return h.long(0n, s); scratch.setFloat64(0, v); return h.long(scratch.getBigInt64(0), s); });
    case 'decimal': return type.precision <= 18 ? of((v: bigint, s) => h.long(v, s)) : of((v: bigint, s) => h.bytes(javaBytes(v), s));
    case 'bigint': case 'timestamp': case 'timestamp_ntz': case 'day_time_interval': return of((v: bigint, s) => h.long(v, s));
    case 'time': return of((v: bigint, s) => h.long(v * 1000n, s));
    case 'interval': return of((v: CalendarInterval, s) => h.int(v.months, h.int(v.days, h.long(v.micros, s))));
    case 'string': return of((v: string, s) => h.bytes(Buffer.from(v, 'utf8'), s));
    case 'binary': return of((v: Uint8Array, s) => h.bytes(v, s));
    case 'array': { const element = valueHasher(type.element, h); return of((v: readonly Value[], s) => v.reduce<H>((seed, x) => element(x, seed), s)); }
    case 'struct': { const fields = type.fields.map((f) => valueHasher(f.type, h)); return of((v: readonly Value[], s) => v.reduce<H>((seed, x, i) => fields[i]!(x, seed), s)); }
    case 'map': {
      const [key, value] = [valueHasher(type.key, h), valueHasher(type.value, h)];
      return of((v: readonly (readonly Value[])[], s) => v.reduce<H>((seed, [k, x]) => value(x ?? null, key(k ?? null, seed)), s));
    }
    case 'void': return (_, seed) => seed;
    default: return of((v: number, s) => h.int(v, s));
  }
}
function hashing<H extends Value>(name: string, type: DataType, h: Hasher<H>, seed: H, doc: string, examples: readonly string[]): ScalarFunction {
  return operator([cls('any')], { name, doc, examples, variadic: { min: 1 }, nulls: 'custom', nullable: () => false, result: () => type,
    check: (call) => {
      const condition = call.types.some((t) => T.holdsKind(t, 'map')) ? 'DATATYPE_MISMATCH.HASH_MAP_TYPE' : call.types.some((t) => T.holdsKind(t, 'variant')) ? 'DATATYPE_MISMATCH.HASH_VARIANT_TYPE' : undefined;
      if (condition) raise(condition, { functionName: `\`${name}\``, sqlExpr: `"${name}(${call.args.map(printExpr).join(', ')})"` }, { span: call.span });
    },
    bind: (call) => {
      const parts = call.types.map((t) => valueHasher(t, h));
      return (...values: Value[]) => { let out = seed; for (let i = 0; i < parts.length; i++) out = parts[i]!(values[i]!, out); return out; };
    } });
}

const digest = (algorithm: string) => (bytes: Uint8Array): string => createHash(algorithm).update(bytes).digest('hex');
const SHA2: Readonly<Record<number, string>> = { 0: 'sha256', 224: 'sha224', 256: 'sha256', 384: 'sha384', 512: 'sha512' };
const HMAC: Readonly<Record<string, string>> = { MD5: 'md5', SHA1: 'sha1', SHA224: 'sha224', SHA256: 'sha256', SHA384: 'sha384', SHA512: 'sha512' };

export const hashes: readonly ScalarFunction[] = [
  hashing('hash', T.INT, murmur3, 42, 'The Murmur3 hash of all arguments.', ["hash('Spark') = 228093765"]),
  hashing('xxhash64', T.BIGINT, xxHash64, 42n, 'The xxHash64 of all arguments.', ['xxhash64(1L) = -7001672635703045582']),
  scalar('crc32(binary) -> bigint', { doc: 'The CRC-32 of bytes.', examples: ["crc32('Spark') = 1557323817L"], row: (b: Uint8Array) => BigInt(crc32(b)) }),
  scalar('md5(binary) -> string', { doc: 'The MD5 digest as hexadecimal digits.', examples: ["md5('Spark') = '8cde774d6f7333752ed72cacddb05126'"], row: digest('md5') }),
  scalar('sha1(binary) -> string', { doc: 'The SHA-1 digest as hexadecimal digits.', aliases: ['sha'], examples: ["sha1('Spark') = '85f5955f4b27a9a4c2aab6ffe5d7189fc298b92c'"], row: digest('sha1') }),
  scalar('sha2(binary, int) -> string', { doc: 'A SHA-2 digest of 224, 256, 384 or 512 bits (0: 256) as hexadecimal digits; NULL for other lengths.', nullable: () => true,
    examples: ["sha2('Spark', 256) = '529bc3b07127ecb7e53a4dcf1991d9152c24537d919178022b2c42657f79a26b'"],
    row: (b: Uint8Array, bits: number) => { const algorithm = SHA2[bits]; return algorithm ? digest(algorithm)(b) : null; } }),
  scalar("hmac(key: binary, expr: binary, algorithm: string = 'SHA-256') -> binary", { doc: 'The keyed-hash message authentication code.',
    examples: ["hex(hmac('key', 'Spark')) = 'CA10412278D69A7E861638AD677D1511D4E48CF1CCDDE357F14F193421C0396F'"],
    row: (key: Uint8Array, bytes: Uint8Array, name: string) => {
      const algorithm = HMAC[name.toUpperCase().replace('-', '')];
      if (!algorithm) return raise('INVALID_PARAMETER_VALUE.HMAC_ALGORITHM', { parameter: '`algorithm`', functionName: '`hmac`', algorithm: `'${name}'` }, { nowhere: true });
      if (key.length === 0) return raise('INVALID_PARAMETER_VALUE.HMAC_CRYPTO_ERROR', { parameter: '`key`', functionName: '`hmac`', detailMessage: 'Empty key' }, { nowhere: true });
      return new Uint8Array(createHmac(algorithm, key).update(bytes).digest());
    } }),
];
