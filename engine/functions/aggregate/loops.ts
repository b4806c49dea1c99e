// Update loops of aggregates, generated for each combination of array types, NULLs, weights and selection, so that every loop stays
// monomorphic. Only engine-made identifiers reach the text. A loop handles one aggregate: its size does not depend on the query. Where
// code generation is forbidden the same bodies are interpreted.
//
// A body works on: s (the slot), w (the weight, 1 without weights), x0, x1 … (the arguments, never NULL), S0, S1 … (state by slot), h (helper).

import { type Column, isValid, type Values } from '../../columnar/column.js';
import { canGenerate, CodeCache } from '../../columnar/generate.js';
import { type Names, type PlainBody, plainBody } from './interpret.js';

/** How an argument is read. `value`: values[i]; `double`: an int64 as the nearest double, from its two halves; `row`: x is the row itself;
 *  `none`: only its NULLs count. */
export type Read = 'value' | 'double' | 'row' | 'none';

type Loop = (n: number, rows: Int32Array | null, slots: Int32Array, weights: Int32Array | null, S: readonly Values[], A: readonly Values[], V: readonly (Uint8Array | null)[], h: unknown) => void;
const loops = new CodeCache<Loop>();

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
  if (!canGenerate) { runPlain(body, n, rows, slots, weights, states, args, helper); return; }
  const loop = loops.get(key, () => {
    const halves = A.map((values, a) => body.reads[a] === 'double' && values instanceof Int32Array && args[a]!.values instanceof BigInt64Array);
    return source(body, rows !== null, weights !== null, V.map((v) => v !== null), halves);
  });
  loop(n, rows, slots, weights, states, A, V, helper);
}

const plain = new Map<string, PlainBody>();

/** runLoop without generated code: the same body, interpreted row by row. */
export function runPlain(body: LoopBody, n: number, rows: Int32Array | null, slots: Int32Array, weights: Int32Array | null, states: readonly Values[], args: readonly Column[], helper: unknown): void {
  const key = body.id + (weights === null ? '' : '|w');
  let code = plain.get(key);
  if (!code) { code = plainBody(body.text(weights !== null)); plain.set(key, code); }
  const names: Names = [];
  const set = (name: string, value: unknown): void => { names[code.place(name)] = value; };
  set('h', helper);
  states.forEach((state, s) => { set(`S${s}`, state); });
  const [slotAt, rowAt, weightAt] = ['s', 'i', 'w'].map(code.place) as [number, number, number];
  const valueAt = body.reads.map((_, a) => code.place(`x${a}`));
  const validAt = body.reads.map((_, a) => code.place(`v${a}`));
  for (let k = 0; k < n; k++) {
    const i = rows === null ? k : rows[k]!;
    let whole = true;
    body.reads.forEach((read, a) => {
      const { validity, values } = args[a]!;
      const valid = isValid(validity, i);
      whole &&= valid;
      names[validAt[a]!] = valid;
      names[valueAt[a]!] = read === 'row' ? i : read === 'none' ? undefined : read === 'double' ? Number(values[i]!) : values[i]!;
    });
    if (!whole && body.nulls !== 'see') continue;
    names[slotAt] = slots[k]!;
    names[rowAt] = i;
    names[weightAt] = weights === null ? 1 : weights[i]!;
    code.run(names);
  }
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
