// Zstandard frames, straight into the arena. No dictionaries; a frame's checksum is left alone, as the record batch around it has its own.
// Every block has room for the most that it may hold before it is unpacked, and nothing is read or written out of it.
// Tables are kept from block to block and from frame to frame: Kafka's batches are small, and making them anew would cost more than
// unpacking.
//
// source: RFC 8878.

import type { Arena } from './arena.js';
import { CodecError } from './error.js';

const MAGIC = 0xfd2fb528;
const BLOCK_MAX = 128 << 10;
const fail = (reason: string): never => { throw new CodecError(`zstd: ${reason}`); };

/** A table of finite-state entropy: for each state its symbol, and how the next one is made. */
class Fse {
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly base: Uint16Array;
  log = 0;
  private readonly next = new Uint16Array(256);
  constructor(logMax: number) {
    this.symbols = new Uint8Array(1 << logMax);
    this.bits = new Uint8Array(1 << logMax);
    this.base = new Uint16Array(1 << logMax);
  }
  /** One symbol, for ever. */
  single(symbol: number): void { this.log = 0; this.symbols[0] = symbol; this.bits[0] = 0; this.base[0] = 0; }
  /** RFC 8878 4.1.1: `counts` of `n` symbols, −1 for those of less than one. */
  build(counts: Int16Array, n: number, log: number): void {
    const size = 1 << log;
    const { symbols, bits, base, next } = this;
    let high = size - 1;
    for (let s = 0; s < n; s++) { if (counts[s] === -1) { symbols[high--] = s; next[s] = 1; } else next[s] = counts[s]!; }
    const step = (size >> 1) + (size >> 3) + 3;
    let at = 0;
    for (let s = 0; s < n; s++) {
      for (let i = 0; i < counts[s]!; i++) {
        symbols[at] = s;
        do at = (at + step) & (size - 1); while (at > high);
      }
    }
    if (at !== 0) fail('a table does not fill its states');
    for (let state = 0; state < size; state++) {
      const x = next[symbols[state]!]!++;
      const b = log - (31 - Math.clz32(x));
      bits[state] = b;
      base[state] = (x << b) - size;
    }
    this.log = log;
  }
}
const fixed = (log: number, counts: readonly number[]): Fse => { const t = new Fse(log); t.build(Int16Array.from(counts), counts.length, log); return t; };
const repeat = (count: number, value: number): number[] => new Array<number>(count).fill(value);
const FIXED = {
  literals: fixed(6, [4, 3, ...repeat(11, 2), 1, 1, 1, ...repeat(9, 2), 3, 2, ...repeat(5, 1), -1, -1, -1, -1]),
  matches: fixed(6, [1, 4, 3, ...repeat(6, 2), ...repeat(37, 1), ...repeat(7, -1)]),
  offsets: fixed(5, [...repeat(6, 1), 2, 2, 2, ...repeat(15, 1), ...repeat(5, -1)]),
};
/** Values of a code: a base, and extra bits. */
function ranges(first: number, plain: number, extra: readonly number[]): { readonly base: Int32Array; readonly bits: Uint8Array } {
  const bits = Uint8Array.from([...repeat(plain, 0), ...extra]);
  const base = new Int32Array(bits.length);
  for (let c = 0, value = first; c < bits.length; c++) { base[c] = value; value += 1 << bits[c]!; }
  return { base, bits };
}
const LITERALS = ranges(0, 16, [1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
const MATCHES = ranges(3, 32, [1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);

/** Bits from the end of [from, to) backwards, below a marker of one bit. Bits before `from` are zeros; `left` is then negative. */
class BackwardBits {
  left = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  private from = 0;
  open(bytes: Uint8Array, from: number, to: number): void {
    const last = to > from ? bytes[to - 1]! : 0;
    if (last === 0) fail('a bit stream has no end');
    this.bytes = bytes;
    this.from = from;
    this.left = (to - from) * 8 - (Math.clz32(last) - 24) - 1;
  }
  /** Up to 24 bits below the place reached, without taking them. */
  peek(n: number): number {
    const low = this.left - n;
    const { bytes } = this;
    if (low >= 0) {
      const i = this.from + (low >> 3);
      return ((bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)) >>> (low & 7)) & ((1 << n) - 1);
    }
    let value = 0;
    for (let b = Math.max(low, -n); b < this.left; b++) if (b >= 0) value |= ((bytes[this.from + (b >> 3)]! >> (b & 7)) & 1) << (b - low);
    return value;
  }
  take(n: number): number {
    if (n === 0) return 0;
    if (n > 24) { const high = this.take(n - 24); return high * 16777216 + this.take(24); }
    const value = this.peek(n);
    this.left -= n;
    return value;
  }
}

class Decoder {
  private readonly own = { literals: new Fse(9), matches: new Fse(9), offsets: new Fse(8) };
  private tables: { literals: Fse | undefined; matches: Fse | undefined; offsets: Fse | undefined } = { literals: undefined, matches: undefined, offsets: undefined };
  private readonly weightTable = new Fse(6);
  private readonly counts = new Int16Array(256);
  private readonly weights = new Uint8Array(256);
  private readonly huffmanSymbols = new Uint8Array(1 << 11);
  private readonly huffmanBits = new Uint8Array(1 << 11);
  private huffmanLog = 0;
  private readonly literals = new Uint8Array(BLOCK_MAX + 8);
  private literalCount = 0;
  private readonly bits = new BackwardBits();
  private readonly recent = [1, 4, 8];

  unpack(b: Uint8Array, from: number, to: number, out: Arena, limit: number): void {
    const start = out.used;
    let at = from;
    const need = (count: number): void => { if (at + count > to) fail('the data is cut off'); };
    const word = (): number => (b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24)) >>> 0;
    while (at < to) {
      need(4);
      const magic = word();
      at += 4;
      if (magic >= 0x184d2a50 && magic <= 0x184d2a5f) { need(4); const skipped = word(); at += 4; need(skipped); at += skipped; continue; }
      if (magic !== MAGIC) fail('no frame');
      need(1);
      const head = b[at++]!;
      const single = (head & 32) !== 0;
      if ((head & 3) !== 0) fail('a dictionary is wanted');
      if ((head & 8) !== 0) fail('a frame of another kind');
      const skip = (single ? 0 : 1) + [single ? 1 : 0, 2, 4, 8][head >> 6]!;
      need(skip);
      at += skip;
      this.tables = { literals: undefined, matches: undefined, offsets: undefined };
      this.huffmanLog = 0;
      this.recent[0] = 1; this.recent[1] = 4; this.recent[2] = 8;
      const frame = out.used;
      for (let last = false; !last;) {
        need(3);
        const block = b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16);
        at += 3;
        last = (block & 1) !== 0;
        const kind = (block >> 1) & 3;
        const size = block >> 3;
        if (kind === 3 || size > BLOCK_MAX) fail('a block of no kind');
        const bytes = kind === 1 ? 1 : size;
        need(bytes);
        if (out.used - start + (kind === 2 ? 0 : size) > limit) fail(`more than ${limit} bytes from ${to - from}`);
        out.room(kind === 2 ? BLOCK_MAX : size);
        if (kind === 0) { out.bytes.set(b.subarray(at, at + size), out.used); out.used += size; }
        else if (kind === 1) { out.bytes.fill(b[at]!, out.used, out.used + size); out.used += size; }
        else out.used = this.block(b, at, at + size, out.bytes, out.used, frame);
        if (out.used - start > limit) fail(`more than ${limit} bytes from ${to - from}`);
        at += bytes;
      }
      if ((head & 4) !== 0) { need(4); at += 4; }
    }
  }

  /** A compressed block. @returns where the output ends */
  private block(b: Uint8Array, from: number, to: number, out: Uint8Array, begin: number, frame: number): number {
    let at = this.readLiterals(b, from, to);
    const { literals, literalCount } = this;
    if (at >= to) fail('the data is cut off');
    let count = b[at++]!;
    if (count > 127) {
      if (at + (count === 255 ? 2 : 1) > to) fail('the data is cut off');
      if (count === 255) { count = b[at]! + (b[at + 1]! << 8) + 0x7f00; at += 2; } else count = ((count - 128) << 8) + b[at++]!;
    }
    const most = begin + BLOCK_MAX;
    let o = begin;
    let l = 0;
    if (count > 0) {
      if (at >= to) fail('the data is cut off');
      const modes = b[at++]!;
      if ((modes & 3) !== 0) fail('reserved bits are set');
      at = this.table('literals', modes >> 6, 9, 35, b, at, to);
      at = this.table('offsets', (modes >> 4) & 3, 8, 31, b, at, to);
      at = this.table('matches', (modes >> 2) & 3, 9, 52, b, at, to);
      const { bits, recent } = this;
      const [lt, ot, mt] = [this.tables.literals!, this.tables.offsets!, this.tables.matches!];
      bits.open(b, at, to);
      let ls = bits.take(lt.log);
      let os = bits.take(ot.log);
      let ms = bits.take(mt.log);
      for (let i = 0; i < count; i++) {
        const lc = lt.symbols[ls]!;
        const mc = mt.symbols[ms]!;
        const oc = ot.symbols[os]!;
        const distance = 2 ** oc + bits.take(oc);
        const match = MATCHES.base[mc]! + bits.take(MATCHES.bits[mc]!);
        const run = LITERALS.base[lc]! + bits.take(LITERALS.bits[lc]!);
        if (i + 1 < count) {
          ls = lt.base[ls]! + bits.take(lt.bits[ls]!);
          ms = mt.base[ms]! + bits.take(mt.bits[ms]!);
          os = ot.base[os]! + bits.take(ot.bits[os]!);
        }
        if (bits.left < 0) fail('a bit stream is too short');
        let back = distance - 3;
        if (distance > 3) { recent[2] = recent[1]!; recent[1] = recent[0]!; recent[0] = back; }
        else {
          const which = distance - (run === 0 ? 0 : 1);
          back = which === 3 ? recent[0]! - 1 : recent[which]!;
          if (which > 1) recent[2] = recent[1]!;
          if (which > 0) { recent[1] = recent[0]!; recent[0] = back; }
        }
        if (run > literalCount - l || run + match > most - o) fail('a run is longer than the data');
        if (run > 64) out.set(literals.subarray(l, l + run), o); else for (let k = 0; k < run; k++) out[o + k] = literals[l + k]!;
        l += run;
        o += run;
        if (back <= 0 || back > o - frame) fail('a copy reaches out of the data');
        if (back >= match && match > 64) out.copyWithin(o, o - back, o - back + match); else for (let k = 0; k < match; k++) out[o + k] = out[o - back + k]!;
        o += match;
      }
      if (bits.left !== 0) fail('a bit stream is too long');
    } else if (at !== to) fail('a block has more than its literals');
    const rest = literalCount - l;
    if (rest > most - o) fail('a run is longer than the data');
    out.set(literals.subarray(l, literalCount), o);
    return o + rest;
  }

  /** The table of one kind of code: fixed, one symbol, described, or that of the block before. @returns where its description ends */
  private table(kind: 'literals' | 'matches' | 'offsets', mode: number, logMax: number, symbolMax: number, b: Uint8Array, at: number, to: number): number {
    if (mode === 0) { this.tables[kind] = FIXED[kind]; return at; }
    if (mode === 3) { if (this.tables[kind] === undefined) fail('there is no table to use again'); return at; }
    const own = this.own[kind];
    this.tables[kind] = own;
    if (mode === 2) return this.describe(own, logMax, symbolMax, b, at, to);
    if (at >= to) fail('the data is cut off');
    if (b[at]! > symbolMax) fail('there is no such code');
    own.single(b[at]!);
    return at + 1;
  }

  /** RFC 8878 4.1.1: how often each symbol is. @returns where the description ends */
  private describe(table: Fse, logMax: number, symbolMax: number, b: Uint8Array, from: number, to: number): number {
    const { counts } = this;
    let bit = 0;
    const peek = (n: number): number => {
      const i = from + (bit >> 3);
      // Bytes behind the data may be looked at, but not used: the end is checked below.
      return (((b[i] ?? 0) | ((b[i + 1] ?? 0) << 8) | ((b[i + 2] ?? 0) << 16)) >>> (bit & 7)) & ((1 << n) - 1);
    };
    const log = peek(4) + 5;
    bit = 4;
    if (log > logMax) fail('a table is too large');
    let remaining = (1 << log) + 1;
    let threshold = 1 << log;
    let width = log + 1;
    let symbol = 0;
    while (remaining > 1) {
      if (symbol > symbolMax || from + (bit >> 3) >= to) fail('a table has no end');
      const value = peek(width);
      const most = 2 * threshold - 1 - remaining;
      let count = value & (threshold - 1);
      if (count < most) bit += width - 1;
      else { count = value & (2 * threshold - 1); if (count >= threshold) count -= most; bit += width; }
      count--;
      remaining -= Math.abs(count);
      counts[symbol++] = count;
      if (remaining < 1) fail('a table has too many states');
      while (remaining < threshold) { width--; threshold >>= 1; }
      if (count !== 0) continue;
      for (let more = 3; more === 3;) {
        more = peek(2);
        bit += 2;
        if (symbol + more > symbolMax + 1 || from + (bit >> 3) > to) fail('a table has no end');
        for (let k = 0; k < more; k++) counts[symbol++] = 0;
      }
    }
    const end = from + ((bit + 7) >> 3);
    if (end > to) fail('the data is cut off');
    table.build(counts, symbol, log);
    return end;
  }

  /** The literals section. @returns where it ends */
  private readLiterals(b: Uint8Array, from: number, to: number): number {
    if (from >= to) fail('the data is cut off');
    const kind = b[from]! & 3;
    const format = (b[from]! >> 2) & 3;
    const { literals } = this;
    if (kind < 2) {
      const head = format === 1 ? 2 : format === 3 ? 3 : 1;
      if (from + head > to) fail('the data is cut off');
      const size = head === 1 ? b[from]! >> 3 : head === 2 ? (b[from]! >> 4) | (b[from + 1]! << 4) : (b[from]! >> 4) | (b[from + 1]! << 4) | (b[from + 2]! << 12);
      const at = from + head;
      if (size > BLOCK_MAX || at + (kind === 0 ? size : 1) > to) fail('the data is cut off');
      if (kind === 0) literals.set(b.subarray(at, at + size)); else literals.fill(b[at]!, 0, size);
      this.literalCount = size;
      return at + (kind === 0 ? size : 1);
    }
    const head = format < 2 ? 3 : format === 2 ? 4 : 5;
    if (from + head > to) fail('the data is cut off');
    const width = format < 2 ? 10 : format === 2 ? 14 : 18;
    let value = 0;
    for (let i = head - 1; i >= 0; i--) value = value * 256 + b[from + i]!;
    value = Math.floor(value / 16);
    const size = value % 2 ** width;
    const packed = Math.floor(value / 2 ** width);
    let at = from + head;
    const end = at + packed;
    if (size > BLOCK_MAX || end > to) fail('the data is cut off');
    if (kind === 2) at = this.readTree(b, at, end); else if (this.huffmanLog === 0) fail('there is no tree to use again');
    this.literalCount = size;
    if (format === 0) { this.stream(b, at, end, 0, size); return end; }
    if (at + 6 > end) fail('the data is cut off');
    const part = (size + 3) >> 2;
    if (part * 3 > size) fail('literals are too few for four streams');
    let begin = at + 6;
    for (let i = 0; i < 4; i++) {
      const stop = i === 3 ? end : begin + (b[at + 2 * i]! | (b[at + 2 * i + 1]! << 8));
      if (stop > end) fail('the data is cut off');
      this.stream(b, begin, stop, i * part, i === 3 ? size : (i + 1) * part);
      begin = stop;
    }
    return end;
  }
  /** One stream of Huffman codes into literals[o, stop). */
  private stream(b: Uint8Array, from: number, to: number, begin: number, stop: number): void {
    const { bits, literals, huffmanSymbols, huffmanBits, huffmanLog } = this;
    bits.open(b, from, to);
    let o = begin;
    let { left } = bits;
    const mask = (1 << huffmanLog) - 1;
    // A code has 11 bits at most, and lies in three bytes.
    for (; o < stop && left >= huffmanLog; o++) {
      const low = left - huffmanLog;
      const i = from + (low >> 3);
      const code = ((b[i]! | (b[i + 1]! << 8) | (b[i + 2]! << 16)) >>> (low & 7)) & mask;
      literals[o] = huffmanSymbols[code]!;
      left -= huffmanBits[code]!;
    }
    bits.left = left;
    for (; o < stop; o++) {
      const code = bits.peek(huffmanLog);
      literals[o] = huffmanSymbols[code]!;
      bits.left -= huffmanBits[code]!;
    }
    if (bits.left !== 0) fail('a stream of literals does not end where it must');
  }

  /** RFC 8878 4.2.1: the weights of the symbols, and the table of their codes. @returns where the description ends */
  private readTree(b: Uint8Array, from: number, to: number): number {
    if (from >= to) fail('the data is cut off');
    const head = b[from]!;
    const { weights, bits, weightTable } = this;
    let n = 0;
    let end: number;
    if (head >= 128) {
      n = head - 127;
      end = from + 1 + ((n + 1) >> 1);
      if (end > to) fail('the data is cut off');
      for (let i = 0; i < n; i++) weights[i] = (i & 1) === 0 ? b[from + 1 + (i >> 1)]! >> 4 : b[from + 1 + (i >> 1)]! & 15;
    } else {
      end = from + 1 + head;
      if (end > to) fail('the data is cut off');
      const at = this.describe(weightTable, 6, 255, b, from + 1, end);
      bits.open(b, at, end);
      const states = [bits.take(weightTable.log), bits.take(weightTable.log)];
      if (bits.left < 0) fail('a bit stream is too short');
      // Two states take turns; when the bits are used up, the other one still has its symbol.
      for (let turn = 0; ; turn ^= 1) {
        if (n > 253) fail('a tree has too many symbols');
        const s = states[turn]!;
        weights[n++] = weightTable.symbols[s]!;
        if (weightTable.bits[s]! > bits.left) { weights[n++] = weightTable.symbols[states[turn ^ 1]!]!; break; }
        states[turn] = weightTable.base[s]! + bits.take(weightTable.bits[s]!);
      }
    }
    let sum = 0;
    for (let i = 0; i < n; i++) { if (weights[i]! > 11) fail('a code is too long'); sum += weights[i] === 0 ? 0 : 1 << (weights[i]! - 1); }
    if (sum === 0) fail('a tree is empty');
    const log = 32 - Math.clz32(sum);
    const left = (1 << log) - sum;
    if (log > 11 || (left & (left - 1)) !== 0) fail('a tree is not complete');
    weights[n++] = 32 - Math.clz32(left);
    let at = 0;
    for (let weight = 1; weight <= log; weight++) {
      for (let s = 0; s < n; s++) {
        if (weights[s] !== weight) continue;
        const span = 1 << (weight - 1);
        this.huffmanSymbols.fill(s, at, at + span);
        this.huffmanBits.fill(log + 1 - weight, at, at + span);
        at += span;
      }
    }
    if (at !== 1 << log) fail('a tree is not complete');
    this.huffmanLog = log;
    return end;
  }
}

let decoder: Decoder | undefined;
/** Appends what the frames in b[from, to) hold. @throws CodecError */
export function zstd(b: Uint8Array, from: number, to: number, out: Arena, limit: number): void {
  decoder ??= new Decoder();
  decoder.unpack(b, from, to, out, limit);
}
