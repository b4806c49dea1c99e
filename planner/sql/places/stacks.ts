// Where rules return to, of many readings at once: stacks whose tops are shared, each made once, so that equal ones are the same object.
//
// source: prediction contexts of "Adaptive LL(*) Parsing" (see network.ts).

import type { State } from './network.js';

/** Return addresses in the order of their states; `null` is the end of the stack. */
export interface Stack {
  readonly id: number;
  readonly depth: number;
  readonly returns: readonly (State | null)[];
  /** The stack below each of them; of the end itself. */
  readonly below: readonly (Stack | null)[];
}
/** Deeper stacks are not followed. */
export const DEPTH_MAX = 2_000;
export class TooDeep extends Error {}

const order = (s: State | null): number => s === null ? Number.POSITIVE_INFINITY : s.id;

export class Stacks {
  private readonly single = new Map<number, Stack>();
  private readonly several = new Map<string, Stack>();
  private readonly merged = new Map<number, Stack>();
  count = 0;
  readonly empty = this.add([null], [null], 0);

  private add(returns: readonly (State | null)[], below: readonly (Stack | null)[], depth: number): Stack {
    if (depth > DEPTH_MAX) throw new TooDeep();
    return { id: this.count++, depth, returns, below };
  }
  push(below: Stack, to: State): Stack {
    const key = below.id * 8_192 + to.id;
    let stack = this.single.get(key);
    if (!stack) { stack = this.add([to], [below], below.depth + 1); this.single.set(key, stack); }
    return stack;
  }
  private make(returns: readonly (State | null)[], below: readonly (Stack | null)[]): Stack {
    if (returns.length === 1 && returns[0]) return this.push(below[0]!, returns[0]);
    let key = '';
    let depth = 0;
    for (let i = 0; i < returns.length; i++) {
      key += `${returns[i]?.id ?? -1},${below[i]?.id ?? -1};`;
      depth = Math.max(depth, (below[i]?.depth ?? 0) + 1);
    }
    let stack = this.several.get(key);
    if (!stack) { stack = this.add(returns, below, depth); this.several.set(key, stack); }
    return stack;
  }

  /** `open`: nothing is known of what is below the end, so that the end stands for all. */
  merge(a: Stack, b: Stack, open: boolean): Stack {
    if (a === b) return a;
    if (open && (a === this.empty || b === this.empty)) return this.empty;
    const key = (Math.min(a.id, b.id) * 4_194_304 + Math.max(a.id, b.id)) * 2 + (open ? 1 : 0);
    let merged = this.merged.get(key);
    if (merged) return merged;
    const returns: (State | null)[] = [];
    const below: (Stack | null)[] = [];
    for (let i = 0, j = 0; i < a.returns.length || j < b.returns.length;) {
      const x = i < a.returns.length ? order(a.returns[i]!) : Number.NaN;
      const y = j < b.returns.length ? order(b.returns[j]!) : Number.NaN;
      if (x === y) {
        const [p, q] = [a.below[i]!, b.below[j]!];
        returns.push(a.returns[i]!);
        below.push(p === q ? p : this.merge(p, q, open));
        i++; j++;
      } else if (x < y || Number.isNaN(y)) { returns.push(a.returns[i]!); below.push(a.below[i++]!); } else { returns.push(b.returns[j]!); below.push(b.below[j++]!); }
    }
    merged = this.make(returns, below);
    this.merged.set(key, merged);
    return merged;
  }
}
