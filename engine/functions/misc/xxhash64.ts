// xxHash64 in 32-bit halves: products of 64 bits by Math.imul and parts of 16 bits, so that no bigint is made. The hash of the last call stands
// in `hashed`, [low, high].
// source: XXH64 (xxhash_spec.md); of single values as Spark's XxHash64Function.

const { imul } = Math;

/** The hash of the last call: its low and its high half. */
export const hashed = new Int32Array(2);

// The primes, by halves.
const P1H = 0x9e3779b1 | 0, P1L = 0x85ebca87 | 0;
const P2H = 0xc2b2ae3d | 0, P2L = 0x27d4eb4f;
const P3H = 0x165667b1, P3L = 0x9e3779f9 | 0;
const P4H = 0x85ebca77 | 0, P4L = 0xc2b2ae63 | 0;
const P5H = 0x27d4eb2f, P5L = 0x165667c5;

/** The number that is worked on. */
let high = 0;
let low = 0;

function add(h: number, l: number): void {
  const sum = (low >>> 0) + (l >>> 0);
  high = (high + h + (sum > 0xffffffff ? 1 : 0)) | 0;
  low = sum | 0;
}
function multiply(h: number, l: number): void {
  const a0 = low & 0xffff, a1 = low >>> 16, b0 = l & 0xffff, b1 = l >>> 16;
  const middle = (imul(a1, b0) >>> 0) + (imul(a0, b0) >>> 16);
  const carry = (imul(a0, b1) >>> 0) + (middle & 0xffff);
  high = (imul(a1, b1) + (middle >>> 16) + (carry >>> 16) + imul(high, l) + imul(low, h)) | 0;
  low = imul(low, l);
}
/** By 1 to 31 bits. */
function rotate(by: number): void {
  const h = (high << by) | (low >>> (32 - by));
  low = (low << by) | (high >>> (32 - by));
  high = h;
}
function avalanche(): void {
  low ^= high >>> 1;
  multiply(P2H, P2L);
  const h = high >>> 29;
  low ^= (low >>> 29) | (high << 3);
  high ^= h;
  multiply(P3H, P3L);
  hashed[0] = low ^ high;
  hashed[1] = high;
}
/** The number becomes round(lane, word). */
function round(laneHigh: number, laneLow: number, wordHigh: number, wordLow: number): void {
  high = wordHigh;
  low = wordLow;
  multiply(P2H, P2L);
  add(laneHigh, laneLow);
  rotate(31);
  multiply(P1H, P1L);
}
function mixInt(value: number): void {
  const h = high, l = low;
  high = 0;
  low = value;
  multiply(P1H, P1L);
  high ^= h;
  low ^= l;
  rotate(23);
  multiply(P2H, P2L);
  add(P3H, P3L);
}
function mixLong(valueHigh: number, valueLow: number): void {
  const h = high, l = low;
  round(0, 0, valueHigh, valueLow);
  high ^= h;
  low ^= l;
  rotate(27);
  multiply(P1H, P1L);
  add(P4H, P4L);
}
function begin(seedHigh: number, seedLow: number, bytes: number): void {
  high = seedHigh;
  low = seedLow;
  add(P5H, P5L);
  add(0, bytes);
}

export function hashInt(value: number, seedHigh: number, seedLow: number): void {
  begin(seedHigh, seedLow, 4);
  mixInt(value);
  avalanche();
}
export function hashLong(valueHigh: number, valueLow: number, seedHigh: number, seedLow: number): void {
  begin(seedHigh, seedLow, 8);
  mixLong(valueHigh, valueLow);
  avalanche();
}

const wordAt = (b: Uint8Array, at: number): number => b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24);
/** The four lanes of long texts, [high, low] each. */
const lanes = new Int32Array(8);
const TURNS = [1, 7, 12, 18];
function lanesOf(b: Uint8Array, from: number, to: number, seedHigh: number, seedLow: number): number {
  const start = (lane: number, h: number, l: number): void => { high = seedHigh; low = seedLow; add(h, l); lanes[2 * lane] = high; lanes[2 * lane + 1] = low; };
  high = P1H;
  low = P1L;
  add(P2H, P2L);
  start(0, high, low);
  start(1, P2H, P2L);
  start(2, 0, 0);
  // The seed less the first prime.
  start(3, ~P1H, -P1L);
  let at = from;
  for (; at + 32 <= to; at += 32) {
    for (let k = 0; k < 4; k++) {
      round(lanes[2 * k]!, lanes[2 * k + 1]!, wordAt(b, at + 8 * k + 4), wordAt(b, at + 8 * k));
      lanes[2 * k] = high;
      lanes[2 * k + 1] = low;
    }
  }
  let h = 0, l = 0;
  for (let k = 0; k < 4; k++) {
    high = lanes[2 * k]!;
    low = lanes[2 * k + 1]!;
    rotate(TURNS[k]!);
    add(h, l);
    h = high;
    l = low;
  }
  for (let k = 0; k < 4; k++) {
    round(0, 0, lanes[2 * k]!, lanes[2 * k + 1]!);
    high ^= h;
    low ^= l;
    multiply(P1H, P1L);
    add(P4H, P4L);
    h = high;
    l = low;
  }
  return at;
}

/** Of bytes [from, to). */
export function hashBytes(b: Uint8Array, from: number, to: number, seedHigh: number, seedLow: number): void {
  const length = to - from;
  let at = from;
  if (length >= 32) {
    at = lanesOf(b, from, to, seedHigh, seedLow);
    add(0, length);
  } else begin(seedHigh, seedLow, length);
  for (; at + 8 <= to; at += 8) mixLong(wordAt(b, at + 4), wordAt(b, at));
  if (at + 4 <= to) { mixInt(wordAt(b, at)); at += 4; }
  for (; at < to; at++) {
    const h = high, l = low;
    high = 0;
    low = b[at]!;
    multiply(P5H, P5L);
    high ^= h;
    low ^= l;
    rotate(11);
    multiply(P1H, P1L);
  }
  avalanche();
}
