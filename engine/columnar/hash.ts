// Hashes of rows over key columns, for tables and partitions: equal rows (columnsEqual) have equal hashes. NULL is a value, all NaN
// are one, -0.0 is 0.0, the order of a map's entries does not count. Never stored, so the function may change.
//
// The hash is the exclusive or of each 32-bit word of the key times an odd number of its own, finalised. Low bits are for indexing, top
// bits for partitions.

import { type Column, isBytes, isWideDecimal } from './column.js';

const { imul } = Math;
const NULL_WORD = 0x2545f491;
const NAN_WORD = 0x7ff80000;

const multiplier = (ordinal: number): number => imul(0x9e3779b1, 2 * ordinal + 1);
const second = (m: number): number => imul(m, 0x85ebca6b);
/** Spreads the bits of a hash; every step is reversible. */
export function finish(h: number): number {
  const a = imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return a ^ (a >>> 13);
}

/** Hash of the bytes [from, to). */
export function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let h = to - from;
  let i = from;
  for (; i + 4 <= to; i += 4) {
    h = imul(h ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)), 0x5bd1e995);
    h ^= h >>> 15;
  }
  for (; i < to; i++) h = imul(h ^ bytes[i]!, 0x01000193);
  return h ^ (h >>> 13);
}

/** A hash for each physical row of the columns (`length` of them); `rows` alone if given, the others are unspecified. */
export function hashRows(columns: readonly Column[], length: number, rows: Int32Array | null = null): Int32Array {
  const out = new Int32Array(length);
  columns.forEach((column, c) => { addColumn(column, multiplier(c), out, length, rows); });
  if (rows === null) for (let i = 0; i < length; i++) { const h = out[i]!, a = imul(h ^ (h >>> 15), 0x2c1b3c6d); out[i] = a ^ (a >>> 13); }
  else for (let k = 0; k < rows.length; k++) out[rows[k]!] = finish(out[rows[k]!]!);
  return out;
}

function addColumn(column: Column, m: number, out: Int32Array, length: number, rows: Int32Array | null): void {
  // The usual keys have loops of their own over all rows, those outside the selection included: their slots are in range.
  if (column.validity === null && column.type.kind !== 'void') {
    const { values } = column;
    if (values instanceof Int32Array) { addInts(values, m, out, length); return; }
    if (values instanceof BigInt64Array && !isWideDecimal(column.type)) { addLongs(new Int32Array(values.buffer, values.byteOffset, 2 * length), m, out, length); return; }
  }
  const hash = slotHash(column);
  const n = rows === null ? length : rows.length;
  for (let k = 0; k < n; k++) { const i = rows === null ? k : rows[k]!; out[i]! ^= imul(hash(i), m); }
}
function addInts(values: Int32Array, m: number, out: Int32Array, length: number): void {
  for (let i = 0; i < length; i++) out[i]! ^= imul(values[i]!, m);
}
function addLongs(words: Int32Array, m: number, out: Int32Array, length: number): void {
  const high = second(1);
  for (let i = 0; i < length; i++) out[i]! ^= imul(words[2 * i]! ^ imul(words[2 * i + 1]!, high), m);
}

/** The word that stands for one slot, NULL included. */
function slotHash(column: Column): (i: number) => number {
  const hash = validHash(column);
  const { validity } = column;
  return validity === null ? hash : (i) => ((validity[i >> 3]! >> (i & 7)) & 1) === 1 ? hash(i) : NULL_WORD;
}
function validHash(column: Column): (i: number) => number {
  const { type, values, start, end, children } = column;
  if (isBytes(type)) { const bytes = values as Uint8Array; return (i) => hashBytes(bytes, start![i]!, end![i]!); }
  switch (type.kind) {
    case 'boolean': case 'tinyint': case 'smallint': case 'int': case 'date': case 'year_month_interval': { const v = values as Int32Array; return (i) => v[i]!; }
    case 'float': case 'double': {
      const v = values as Float64Array;
      const bits = new Float64Array(1);
      const words = new Int32Array(bits.buffer);
      const high = second(1);
      return (i) => {
        const x = v[i]!;
        if (x === 0) return 0;
        if (Number.isNaN(x)) return NAN_WORD;
        bits[0] = x;
        return words[0]! ^ imul(words[1]!, high);
      };
    }
    case 'void': return () => NULL_WORD;
    case 'array': {
      const element = slotHash(children[0]!);
      return (i) => { let h = end![i]! - start![i]!; for (let j = start![i]!; j < end![i]!; j++) h = finish(imul(h, 31) ^ element(j)); return h; };
    }
    case 'map': {
      const [key, value] = [slotHash(children[0]!), slotHash(children[1]!)];
      return (i) => { let h = end![i]! - start![i]!; for (let j = start![i]!; j < end![i]!; j++) h = (h + finish(key(j) ^ imul(value(j), 31))) | 0; return h; };
    }
    case 'struct': case 'interval': {
      const parts = children.map(slotHash);
      return (i) => { let h = 1; for (const part of parts) h = finish(imul(h, 31) ^ part(i)); return h; };
    }
    default: {
      const big = values as BigInt64Array;
      const words = new Int32Array(big.buffer, big.byteOffset, big.length * 2);
      const high = second(1);
      if (isWideDecimal(type)) return (i) => words[4 * i]! ^ imul(words[4 * i + 1]!, high) ^ imul(words[4 * i + 2]!, 0x27d4eb2f) ^ imul(words[4 * i + 3]!, 0x165667b1);
      return (i) => words[2 * i]! ^ imul(words[2 * i + 1]!, high);
    }
  }
}
