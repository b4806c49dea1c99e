// Update loops of aggregates, generated for each combination of array types, NULLs, weights and selection, so that every loop stays
// monomorphic. Only engine-made identifiers reach the text. A loop handles one aggregate: its size does not depend on the query.
//
// A body works on: s (the slot), w (the weight, 1 without weights), x0, x1 … (the arguments, never NULL), S0, S1 … (state by slot), h (helper).

import type { Column, Values } from '../../columnar/column.js';

/** How an argument is read. `value`: values[i]; `double`: an int64 as the nearest double, from its two halves; `row`: x is the row itself;
 *  `none`: only its NULLs count. */
export type Read = 'value' | 'double' | 'row' | 'none';

type Loop = (n: number, rows: Int32Array | null, slots: Int32Array, weights: Int32Array | null, S: readonly Values[], A: readonly Values[], V: readonly (Uint8Array | null)[], h: unknown) => void;
const cache = new Map<string, Loop>();

export interface LoopBody {
  /** Names the body for the process: equal ids have equal texts. */
  readonly id: string;
  readonly reads: readonly Read[];
  readonly states: number;
  /** NULL arguments reach the body too, which asks `v0`, `v1` (booleans). Default: rows with a NULL are left out. */
  readonly nulls?: 'see';
  readonly text: (weighted: boolean) => string;
}

export function runLoop(body: LoopBody, n: number, rows: Int32Array | null, slots: Int32Array, weights: Int32Array | null, states: readonly Values[], args: readonly Column[], helper: unknown): void {
  let key = body.id + (rows === null ? '|' : '|r') + (weights === null ? '|' : 'w|');
  const A: Values[] = new Array(body.reads.length);
  const V: (Uint8Array | null)[] = new Array(body.reads.length);
  for (let a = 0; a < body.reads.length; a++) {
    const { validity, values } = args[a]!;
    const halves = body.reads[a] === 'double' && values instanceof BigInt64Array;
    A[a] = halves ? new Int32Array(values.buffer, values.byteOffset, values.length * 2) : values;
    V[a] = validity;
    key += `${halves ? 'halves' : values.constructor.name}${validity === null ? '' : '?'},`;
  }
  for (const state of states) key += `${state.constructor.name},`;
  let loop = cache.get(key);
  if (!loop) {
    const halves = A.map((values, a) => body.reads[a] === 'double' && values instanceof Int32Array && args[a]!.values instanceof BigInt64Array);
    loop = new Function('imul', `return ${source(body, rows !== null, weights !== null, V.map((v) => v !== null), halves)}`)(Math.imul) as Loop;
    cache.set(key, loop);
  }
  loop(n, rows, slots, weights, states, A, V, helper);
}

function source(body: LoopBody, selected: boolean, weighted: boolean, nullable: readonly boolean[], halves: readonly boolean[]): string {
  const text = ['function loop(n, rows, slots, weights, S, A, V, h) {'];
  for (let s = 0; s < body.states; s++) text.push(`const S${s} = S[${s}];`);
  body.reads.forEach((_, a) => { text.push(`const a${a} = A[${a}]${nullable[a] ? `, b${a} = V[${a}]` : ''};`); });
  text.push(`for (let k = 0; k < n; k++) { const i = ${selected ? 'rows[k]' : 'k'};`);
  body.reads.forEach((_, a) => {
    const valid = `((b${a}[i >> 3] >> (i & 7)) & 1)`;
    if (body.nulls === 'see') text.push(`const v${a} = ${nullable[a] ? `${valid} === 1` : 'true'};`);
    else if (nullable[a]) text.push(`if (${valid} === 0) continue;`);
  });
  text.push('const s = slots[k];');
  if (weighted) text.push('const w = weights[i];');
  body.reads.forEach((read, a) => {
    if (read === 'row') text.push(`const x${a} = i;`);
    else if (halves[a]) text.push(`const x${a} = a${a}[2 * i + 1] * 4294967296 + (a${a}[2 * i] >>> 0);`);
    else if (read !== 'none') text.push(`const x${a} = a${a}[i];`);
  });
  text.push(body.text(weighted), '} }');
  return text.join('\n');
}
