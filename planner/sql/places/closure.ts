// The places that a reading comes to without a token: within its rule and the rules that it calls, which is the same under every stack and made once; and
// behind the end of its rule, where the stack says.

import { EOF, type State } from './network.js';
import { type Stack, Stacks } from './stacks.js';

export interface Place {
  readonly state: State;
  stack: Stack;
  /** It lies behind the end of the rule of a choice whose callers are not known. */
  outside: boolean;
}

/** What can be come to without leaving the rule: the calls, each under the one that makes it (−1: the rule itself), and where tokens are read in them. */
interface Within {
  readonly calls: { readonly under: number; readonly follow: State; readonly states: State[] }[];
  readonly states: State[];
  ends: boolean;
}

/** One stack for each place. */
class Places {
  readonly list: Place[] = [];
  private readonly byState = new Map<number, Place>();
  private readonly stacks: Stacks;
  private readonly whole: boolean;
  constructor(stacks: Stacks, whole: boolean) { this.stacks = stacks; this.whole = whole; }
  add(state: State, stack: Stack, outside: boolean): void {
    const there = this.byState.get(state.id);
    if (!there) { const place = { state, stack, outside }; this.byState.set(state.id, place); this.list.push(place); return; }
    there.stack = this.stacks.merge(there.stack, stack, !this.whole);
    there.outside ||= outside;
  }
}

/** What can be come to within each rule, made when it is asked for. */
export class Parts {
  private readonly within = new Map<number, Within>();
  /** `skips`: the loop of operators of the rule itself is not begun. */
  of(from: State, skips: boolean): Within {
    const key = from.id * 2 + (skips ? 1 : 0);
    let within = this.within.get(key);
    if (within) return within;
    within = { calls: [], states: [], ends: false };
    const { calls } = within;
    /** Goes through one rule; gives whether it can end. */
    const walk = (start: State, under: number, states: State[], skip: boolean): boolean => {
      const seen = new Set<State>();
      const waiting = [start];
      let ends = false;
      while (waiting.length > 0) {
        const s = waiting.pop()!;
        if (seen.has(s)) continue;
        seen.add(s);
        if (s.kind === 'stop') { ends = true; continue; }
        if (s.edges.some((e) => e.kind === 'tokens' || e.kind === 'any')) states.push(s);
        s.edges.forEach((edge, i) => {
          if (edge.kind === 'tokens' || edge.kind === 'any' || (i === 0 && s.operators && skip)) return;
          if (edge.kind !== 'rule') { waiting.push(edge.to); return; }
          const inside: State[] = [];
          const at = calls.push({ under, follow: edge.follow, states: inside }) - 1;
          if (walk(edge.to, at, inside, isOperand(edge.follow, edge.to.rule))) waiting.push(edge.follow);
        });
      }
      return ends;
    };
    within.ends = walk(from, -1, within.states, skips);
    this.within.set(key, within);
    return within;
  }
}

export class Closure {
  private readonly made = new Map<number, readonly Place[]>();
  readonly stacks = new Stacks();
  /** Stacks have all callers, down to the beginning; else nothing is known of what is below their end. */
  readonly whole: boolean;
  private readonly parts: Parts;
  private readonly count: (steps: number) => void;
  constructor(whole: boolean, parts: Parts, count: (steps: number) => void) { this.whole = whole; this.parts = parts; this.count = count; }

  /** `atEnd`: the end of the text has been read, and is read again. */
  from(state: State, stack: Stack, atEnd: boolean): readonly Place[] {
    const key = (stack.id * 8_192 + state.id) * 2 + (atEnd ? 1 : 0);
    let places = this.made.get(key);
    if (!places) {
      places = this.make(state, stack, atEnd);
      this.made.set(key, places);
    }
    return places;
  }
  private make(state: State, stack: Stack, atEnd: boolean): readonly Place[] {
    const places = new Places(this.stacks, this.whole);
    const within = this.parts.of(state, returnsToOperators(state, stack));
    for (const s of within.states) places.add(s, stack, false);
    const stacks: Stack[] = [];
    for (const { under, follow, states } of within.calls) {
      const called = this.stacks.push(under < 0 ? stack : stacks[under]!, follow);
      stacks.push(called);
      for (const s of states) places.add(s, called, false);
    }
    this.count(places.list.length);
    if (within.ends) {
      const { returns, below } = stack;
      for (let i = 0; i < returns.length; i++) {
        const to = returns[i];
        if (to) for (const p of this.from(to, below[i]!, atEnd)) places.add(p.state, p.stack, p.outside);
        else if (this.whole) places.add(state.rule.stop, this.stacks.empty, false);
        else this.behind(state.rule.stop, places, new Set(), atEnd);
      }
    }
    if (atEnd) for (const p of [...places.list]) for (const edge of p.state.edges) if (edge.kind === 'tokens' && edge.tokens.has(EOF)) for (const q of this.from(edge.to, p.stack, true)) places.add(q.state, q.stack, p.outside || q.outside);
    return places.list;
  }
  /** What stands behind a rule, whoever calls it. */
  private behind(stop: State, places: Places, seen: Set<State>, atEnd: boolean): void {
    const { empty } = this.stacks;
    if (stop.rule.calls.length === 0) places.add(stop, empty, true);
    for (const { follow } of stop.rule.calls) {
      if (seen.has(follow)) continue;
      seen.add(follow);
      const within = this.parts.of(follow, false);
      for (const s of within.states) places.add(s, empty, true);
      const stacks: Stack[] = [];
      for (const call of within.calls) {
        const called = this.stacks.push(call.under < 0 ? empty : stacks[call.under]!, call.follow);
        stacks.push(called);
        for (const s of call.states) places.add(s, called, true);
      }
      this.count(within.calls.length);
      if (within.ends) this.behind(follow.rule.stop, places, seen, atEnd);
    }
  }
}

/** The rule is an operand of its own operators that comes back to their loop by itself. */
const isOperand = (follow: State, rule: State['rule']): boolean => {
  if (follow.rule !== rule || !rule.loop || follow.edges.length !== 1 || follow.edges[0]!.kind !== 'empty') return false;
  const end = rule.loop.edges[0]!.to.blockEnd!;
  const next = follow.edges[0]!.to;
  return next === end || follow === end || (follow.kind === 'end' && next === rule.loop) || (next.kind === 'end' && next.edges.length === 1 && next.edges[0]!.to === rule.loop);
};
/** Every caller has it as such an operand. */
export const returnsToOperators = (state: State, stack: Stack): boolean =>
  state.rule.loop !== undefined && stack.returns.every((to) => to !== null && isOperand(to, state.rule));
