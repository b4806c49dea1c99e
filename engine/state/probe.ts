// The generated inner loops of key tables, one pair (resolve, find) for each key signature: words are read from the columns into locals,
// hashed, and probed in an open-addressing index of [hash, slot + 1]. Only engine-made identifiers reach the text; a signature has at
// most 30 nodes, which bounds the function. Code is cached for the process; where it is forbidden, a plain loop does the same.
//
// The caller reserves before the loop: nothing grows inside.

import { isValid } from '../columnar/column.js';
import { canGenerate, CodeCache } from '../columnar/generate.js';
import { FINISH, hashWords, multiplier } from '../columnar/hash.js';
import type { KeyLayout, Source } from './key-layout.js';
import { byPosition } from './key-layout.js';

export const LIVE = 1;
export const TOUCHED = 2;
export const NEW = 4;

/** The arrays that the generated loops work on. */
export interface ProbeState {
  index: Int32Array;
  words: Int32Array;
  flags: Uint8Array;
  touched: Int32Array;
  touchedCount: number;
  /** Slots [0, next) have been used. */
  next: number;
  free: Int32Array;
  freeCount: number;
  /** Slots made by the last call. */
  fresh: Int32Array;
  freshCount: number;
}
/** `append`: every key is new. */
export type ProbeMode = 'resolve' | 'find' | 'append';
export type Probe = (n: number, rows: Int32Array | null, from: number, out: Int32Array, state: ProbeState, sources: readonly Source[]) => void;

const probes = new CodeCache<Probe>();

/** The loop for key columns of this signature. */
export function probeFor(key: string, layout: KeyLayout, sources: readonly Source[], mode: ProbeMode): Probe {
  if (!canGenerate) return plainProbe(layout, mode);
  return probes.get(`${mode}:${key}`, () => source(layout, sources, mode));
}

function source(layout: KeyLayout, sources: readonly Source[], mode: ProbeMode): string {
  const insert = mode !== 'find';
  const { nodes, words: W } = layout;
  const nullable = sources.some((s) => s.validity !== null);
  const text: string[] = [];
  const names = Array.from({ length: W }, (_, j) => `w${j}`);
  text.push('function probe(n, rows, from, out, T, S) {');
  text.push('const index = T.index, words = T.words, mask = (index.length >> 1) - 1;');
  if (insert) text.push('const flags = T.flags, touched = T.touched, free = T.free, fresh = T.fresh; let touchedCount = T.touchedCount, next = T.next, freeCount = T.freeCount, freshCount = 0;');
  nodes.forEach((node, j) => {
    if (node.width > 0) text.push(`const a${j} = S[${j}].words;`);
    if (sources[j]!.validity !== null) text.push(`const v${j} = S[${j}].validity;`);
  });
  text.push('for (let k = 0; k < n; k++) { const i = rows === null ? from + k : rows[from + k];');
  text.push(nullable ? 'let w0 = 0;' : 'const w0 = 0;');
  nodes.forEach((node, j) => { if (sources[j]!.validity !== null) text.push(`if (((v${j}[i >> 3] >> (i & 7)) & 1) === 0) w0 |= ${node.mask};`); });
  for (const node of nodes) {
    const at = byPosition(node.kind) ? 'k' : 'i';
    for (let j = 0; j < node.width; j++) {
      const read = node.width === 1 ? `a${node.bit}[${at}]` : `a${node.bit}[${node.width} * i + ${j}]`;
      text.push(`const w${node.word + j} = ${nullable ? `(w0 & ${1 << node.bit}) !== 0 ? 0 : ${read}` : read};`);
    }
  }
  text.push('let slot = -1;');
  if (mode !== 'append') {
    const hashed = names.map((w, j) => `imul(${w}, ${multiplier(j)})`);
    text.push(`let h = ${(nullable || W === 1 ? hashed : hashed.slice(1)).join(' ^ ')}; ${FINISH}`);
    text.push('let p = h & mask;');
    text.push('for (let e = index[2 * p + 1]; e !== 0; p = (p + 1) & mask, e = index[2 * p + 1]) {');
    text.push(`if (index[2 * p] === h) { const b = (e - 1) * ${W}; if (${names.map((w, j) => `words[b + ${j}] === ${w}`).join(' && ')}) { slot = e - 1; break; } } }`);
  }
  if (insert) {
    const entered = mode === 'append' ? '' : 'index[2 * p] = h; index[2 * p + 1] = slot + 1;';
    text.push(`if (slot < 0) { slot = freeCount > 0 ? free[--freeCount] : next++; ${entered} const b = slot * ${W};`);
    text.push(names.map((w, j) => `words[b + ${j}] = ${w};`).join(' '));
    text.push(`flags[slot] = ${LIVE | TOUCHED | NEW}; touched[touchedCount++] = slot; fresh[freshCount++] = slot; }`);
    text.push(`else if ((flags[slot] & ${TOUCHED}) === 0) { flags[slot] |= ${TOUCHED}; touched[touchedCount++] = slot; }`);
  }
  text.push('out[from + k] = slot; }');
  if (insert) text.push('T.touchedCount = touchedCount; T.next = next; T.freeCount = freeCount; T.freshCount = freshCount;');
  text.push('}');
  return text.join('\n');
}

/** The same loop without generated code: the words of a key are put together in an array. */
export function plainProbe({ nodes, words: W }: KeyLayout, mode: ProbeMode): Probe {
  const insert = mode !== 'find';
  const indexed = mode !== 'append';
  const key = new Int32Array(W);
  return (n, rows, from, out, state, sources) => {
    const { index, words, flags, touched, free, fresh } = state;
    const mask = (index.length >> 1) - 1;
    const equal = (slot: number): boolean => { for (let j = 0; j < W; j++) if (words[slot * W + j] !== key[j]) return false; return true; };
    state.freshCount = insert ? 0 : state.freshCount;
    for (let k = 0; k < n; k++) {
      const i = rows === null ? from + k : rows[from + k]!;
      key.fill(0);
      for (const node of nodes) if (!isValid(sources[node.bit]!.validity, i)) key[0]! |= node.mask;
      for (const { bit, kind, width, word } of nodes) {
        if (((key[0]! >>> bit) & 1) === 1) continue;
        const at = width === 1 ? (byPosition(kind) ? k : i) : width * i;
        for (let j = 0; j < width; j++) key[word + j] = sources[bit]!.words[at + j]!;
      }
      const hash = hashWords(key, 0, W);
      let p = hash & mask;
      let slot = -1;
      if (indexed) for (let e = index[2 * p + 1]!; e !== 0 && slot < 0; p = (p + 1) & mask, e = index[2 * p + 1]!) if (index[2 * p] === hash && equal(e - 1)) slot = e - 1;
      if (insert && slot < 0) {
        slot = state.freeCount > 0 ? free[--state.freeCount]! : state.next++;
        if (indexed) { index[2 * p] = hash; index[2 * p + 1] = slot + 1; }
        words.set(key, slot * W);
        flags[slot] = LIVE | TOUCHED | NEW;
        touched[state.touchedCount++] = slot;
        fresh[state.freshCount++] = slot;
      } else if (insert && (flags[slot]! & TOUCHED) === 0) { flags[slot]! |= TOUCHED; touched[state.touchedCount++] = slot; }
      out[from + k] = slot;
    }
  };
}
