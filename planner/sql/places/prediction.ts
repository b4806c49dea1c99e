// Which alternative of a choice a parser takes that reads ahead until one is left, and at which token none is: all readings are followed side by side.
// First without knowing from where the rule was called; where two alternatives come to the same, again with the whole stack of callers.
//
// source: T. Parr, S. Harwell, K. Fisher, "Adaptive LL(*) Parsing: The Power of Dynamic Analysis" (2014); how a choice is made where all readings end, as
// Spark's parser makes it: one whose rule is over before that token is taken, else the token is the fault.

import { type Condition, EOF, type State } from './network.js';
import { Closure, Parts, returnsToOperators } from './closure.js';
import { type Stack, TooDeep } from './stacks.js';

/** One reading: of alternative `alt`, at `state`, under `stack`. */
interface Reading {
  readonly state: State;
  readonly alt: number;
  stack: Stack;
  /** The level that it needs, or 0, and the conditions: their bits. */
  readonly needs: number;
  /** It has left the rule of the choice. */
  outside: boolean;
  /** It is not one that a lower level of operators could have read. */
  kept: boolean;
}
const LEVELS = 32;
const BITS: Readonly<Record<Condition, number>> = { yes: 0, no: LEVELS, pipe: 2 * LEVELS, bar: 4 * LEVELS };

/** Readings with one stack for each place, alternative and need. */
class Readings {
  readonly list: Reading[] = [];
  conditional = false;
  private byKey = new Map<number, Reading>();
  private readonly closure: Closure;
  constructor(closure: Closure) { this.closure = closure; }
  /** Nothing is added any more: gives back what only finds readings. */
  kept(): this { this.byKey = new Map(); return this; }
  add(r: Reading): void { this.put(r.state, r.alt, r.stack, r.needs, r.outside, r.kept); }
  put(state: State, alt: number, stack: Stack, needs: number, outside: boolean, kept: boolean): void {
    if (needs !== 0) this.conditional = true;
    const key = (state.id * 256 + alt) * 256 + needs;
    const there = this.byKey.get(key);
    if (!there) { const own = { state, alt, stack, needs, outside, kept }; this.byKey.set(key, own); this.list.push(own); return; }
    if (there.stack !== stack) there.stack = this.closure.stacks.merge(there.stack, stack, !this.closure.whole);
    there.outside ||= outside;
    there.kept ||= kept;
  }
}

/** What is known after some tokens of one choice, without its callers. */
interface Known {
  readonly readings: Readings;
  readonly after: Map<number, Known | undefined>;
  /** The alternative that is left. */
  alt: number;
  /** Alternatives that come to the same; then the callers must tell. */
  same: ReadonlySet<number> | undefined;
}

/** The readings that a choice begins with, as they are made. */
interface Start { readonly decision: State; readonly closure: Closure; readonly level: number; readonly into: Readings; readonly seen: Set<number> }

/** The tokens from the one where the choice is made. */
export type Ahead = (offset: number) => number;
export type Choice = { readonly alt: number } | { readonly failsAt: number };

/** Closed and followed readings, after which nothing is said. */
const STEPS_MAX = 3_000_000;
const STACKS_MAX = 50_000;

export class Predictor {
  private starts = new Map<number, Known>();
  private knowns = new Map<string, Known>();
  private readonly parts = new Parts();
  /** Stacks that end where nothing is known of the callers, kept from text to text, and those with all callers, which are of one text. */
  private open = this.closure(false);
  private withAll = this.closure(true);
  private steps = 0;
  /** Of the choice that is made: a pipe operator stands behind its first token. */
  private pipes: () => boolean = () => false;
  /** `operators`: tokens that begin what stands behind a pipe. */
  private readonly operators: ReadonlySet<number>;
  constructor(operators: ReadonlySet<number>) { this.operators = operators; }

  /** A new text: what it costs is counted from here. */
  begin(): void {
    this.steps = 0;
    this.withAll = this.closure(true);
    if (this.open.stacks.count > STACKS_MAX) { this.open = this.closure(false); this.starts = new Map(); this.knowns = new Map(); }
  }

  /** `callers`: where the rules return to, the innermost last; without them the first of the alternatives that come to the same is taken. `level`: that of the operator rule.
   *  @throws TooDeep for texts that are not worth it */
  choose(decision: State, ahead: Ahead, callers: readonly State[] | undefined, level: number): Choice {
    this.pipes = () => this.operators.has(ahead(1));
    const key = decision.decision! * 1_000 + (decision.operators ? level : 0);
    let known = this.starts.get(key)!;
    if (known === undefined) {
      const readings = this.startOf(decision, this.open, this.open.stacks.empty, level);
      known = { readings: (decision.operators ? this.withoutLower(readings, level) : readings).kept(), after: new Map(), alt: 0, same: undefined };
      this.starts.set(key, known);
    }
    for (let i = 0; ; i++) {
      const token = ahead(i);
      let next: Known | undefined = known.after.get(token);
      if (!next && !known.after.has(token)) { next = this.follow(known, token); known.after.set(token, next); }
      if (!next) return this.over(known.readings, level) ?? { failsAt: i };
      if (next.alt !== 0 || next.same) {
        const left = next.readings.conditional ? this.satisfied(next.readings, next.same ?? new Set([next.alt]), level) : undefined;
        if (next.same && callers && left?.size !== 1) return this.withCallers(decision, ahead, callers, level);
        if (!left) return { alt: next.same ? Math.min(...next.same) : next.alt };
        return left.size === 0 ? { failsAt: 0 } : { alt: Math.min(...left) };
      }
      known = next;
      if (token === EOF && i > 0 && ahead(i - 1) === EOF) throw new TooDeep();
    }
  }

  private follow(known: Known, token: number): Known | undefined {
    const { moved, stopped } = this.move(known.readings, token, this.open);
    // Most tokens move the readings to where another has.
    let key = token === EOF ? 'end' : '';
    for (const r of moved.list) key += `${r.state.id},${r.alt},${r.stack.id},${r.needs}${r.outside ? '!' : ';'}`;
    let next = this.knowns.get(key);
    if (!next || stopped.length > 0) {
      const readings = this.close(moved, stopped, token, this.open);
      if (readings.list.length === 0) return undefined;
      const alt = onlyAlt(readings);
      next = { readings: readings.kept(), after: new Map(), alt, same: alt === 0 ? this.conflict(readings) : undefined };
      if (stopped.length === 0) this.knowns.set(key, next);
    }
    return next;
  }

  private withCallers(decision: State, ahead: Ahead, callers: readonly State[], level: number): Choice {
    const { stacks } = this.withAll;
    const stack = callers.reduce((below, to) => stacks.push(below, to), stacks.empty);
    let readings = this.startOf(decision, this.withAll, stack, level);
    for (let i = 0; ; i++) {
      const token = ahead(i);
      const { moved, stopped } = this.move(readings, token, this.withAll);
      const next = this.close(moved, stopped, token, this.withAll);
      if (next.list.length === 0) return this.over(readings, level) ?? { failsAt: i };
      const alt = onlyAlt(next) || viable(next);
      if (alt !== 0) return { alt };
      readings = next;
      if (token === EOF && i > 0 && ahead(i - 1) === EOF) throw new TooDeep();
    }
  }

  private startOf(decision: State, closure: Closure, stack: Stack, level: number): Readings {
    const into = new Readings(closure);
    decision.edges.forEach((edge, i) => { this.enter({ state: edge.to, alt: i + 1, stack, needs: 0, outside: false, kept: false }, { decision, closure, level, into, seen: new Set() }, 0); });
    return into;
  }
  /** Of a loop of operators: readings whose level is reached; what may be read without the operator and within it counts as within. */
  private withoutLower(readings: Readings, level: number): Readings {
    const within = new Map<State, Stack>();
    const kept = new Readings(this.open);
    for (const r of readings.list) {
      if (r.alt !== 1 || !reaches(r.needs, level)) continue;
      within.set(r.state, r.stack);
      kept.add({ ...r, needs: r.needs - r.needs % LEVELS });
    }
    for (const r of readings.list) if (r.alt !== 1 && (r.kept || within.get(r.state) !== r.stack)) kept.add(r);
    return kept;
  }

  /** Readings behind the token, and those that had come to the end of all. */
  private move(readings: Readings, token: number, closure: Closure): { readonly moved: Readings; readonly stopped: readonly Reading[] } {
    const moved = new Readings(closure);
    const stopped: Reading[] = [];
    for (const r of readings.list) {
      if (r.state.kind === 'stop') { if (closure.whole || token === EOF) stopped.push(r); continue; }
      for (const edge of r.state.edges) if (takes(edge, token)) moved.put(edge.to, r.alt, r.stack, r.needs, r.outside, r.kept);
    }
    return { moved, stopped };
  }
  /** All that they come to before the next token; where one alternative is left that is not asked. */
  private close(moved: Readings, stopped: readonly Reading[], token: number, closure: Closure): Readings {
    let reached = moved;
    if (stopped.length > 0 || token === EOF || onlyAlt(moved) === 0) {
      reached = new Readings(closure);
      for (const r of moved.list) {
        for (const p of closure.from(r.state, r.stack, token === EOF)) {
          if (token !== EOF || p.state.kind === 'stop') reached.put(p.state, r.alt, p.stack, r.needs, r.outside || p.outside, r.kept);
        }
      }
    }
    if (stopped.length > 0 && (!closure.whole || !reached.list.some((r) => r.state.kind === 'stop'))) for (const r of stopped) reached.add(r);
    return reached;
  }

  private closure(whole: boolean): Closure { return new Closure(whole, this.parts, (steps) => this.count(steps)); }
  private holds(conditions: number): boolean {
    if (conditions & BITS.no) return false;
    if (!(conditions & (BITS.pipe | BITS.bar))) return true;
    return this.pipes() === ((conditions & BITS.pipe) > 0) && !((conditions & BITS.pipe) && (conditions & BITS.bar));
  }
  private met(needs: number, level: number): boolean { return reaches(needs, level) && this.holds(needs - needs % LEVELS); }
  private count(steps = 1): void { this.steps += steps; if (this.steps > STEPS_MAX) throw new TooDeep(); }

  /** Adds all that a reading comes to from where the choice is made, with the levels and conditions that it meets on the way. `depth`: how many rules it is
   *  inside of; below 0 it has left that of the choice. */
  private enter(r: Reading, start: Start, depth: number): void {
    this.count();
    const { into, closure: { stacks, whole } } = start;
    if (r.state.kind !== 'stop') { this.step(r, start, depth); return; }
    if (r.stack === stacks.empty) { if (whole) into.add(r); else this.leave(r, start, depth); return; }
    const { returns, below } = r.stack;
    for (let i = 0; i < returns.length; i++) {
      const to = returns[i];
      if (to) this.enter({ ...r, state: to, stack: below[i]! }, start, depth - 1);
      else if (whole) into.add({ ...r, stack: stacks.empty });
      else this.leave(r, start, depth);
    }
  }
  /** To whoever calls the rule. */
  private leave(r: Reading, start: Start, depth: number): void {
    const { rule } = r.state;
    if (rule.calls.length === 0) start.into.add(r);
    for (const { follow, level } of rule.calls) {
      const next: Reading = { ...r, state: follow, outside: true, kept: r.kept || (start.decision.operators === true && level === 0 && rule === start.decision.rule) };
      if (isNew(next, start.seen)) this.enter(next, start, depth - 1);
    }
  }
  private step(r: Reading, start: Start, depth: number): void {
    const { state } = r;
    const { into, level, closure: { stacks, whole } } = start;
    if (state.edges.some((e) => e.kind === 'tokens' || e.kind === 'any')) into.add(r);
    const skips = state.operators === true && returnsToOperators(state, r.stack);
    for (let i = skips ? 1 : 0; i < state.edges.length; i++) {
      const edge = state.edges[i]!;
      switch (edge.kind) {
        case 'empty': this.enter({ ...r, state: edge.to }, start, depth); break;
        case 'rule': this.enter({ ...r, state: edge.to, stack: stacks.push(r.stack, edge.follow) }, start, depth >= 0 ? depth + 1 : depth); break;
        // With all callers it is known whether they hold; else that is asked where the alternative is taken.
        case 'level':
          if (depth !== 0 || !whole) this.enter({ ...r, state: edge.to, needs: depth === 0 ? needing(r.needs, edge.level) : r.needs }, start, depth);
          else if (edge.level >= level) this.enter({ ...r, state: edge.to }, start, depth);
          break;
        case 'condition':
          if (!whole) this.enter({ ...r, state: edge.to, needs: r.needs | BITS[edge.holds] }, start, depth);
          else if (this.holds(BITS[edge.holds])) this.enter({ ...r, state: edge.to }, start, depth);
          break;
        default:
      }
    }
  }

  /** The first alternative that had left its rule, or come to its end, before the token that none takes. */
  private over(readings: Readings, level: number): Choice | undefined {
    const ended = readings.list.filter((r) => r.outside || (r.state.kind === 'stop' && r.stack.returns.includes(null)));
    const good = ended.filter((r) => this.met(r.needs, level));
    const alts = (good.length > 0 ? good : ended).map((r) => r.alt);
    return alts.length > 0 ? { alt: Math.min(...alts) } : undefined;
  }
  /** Which of the alternatives have what they need. */
  private satisfied(readings: Readings, alts: ReadonlySet<number>, level: number): ReadonlySet<number> | undefined {
    if (!readings.list.some((r) => alts.has(r.alt) && r.needs !== 0)) return undefined;
    return new Set(readings.list.filter((r) => alts.has(r.alt) && this.met(r.needs, level)).map((r) => r.alt));
  }
  /** Alternatives that come to the same places, if no place is of one alone. */
  private conflict(readings: Readings): ReadonlySet<number> | undefined {
    if (readings.list.every((r) => r.state.kind === 'stop')) return new Set(readings.list.map((r) => r.alt));
    let list: readonly Reading[] = readings.list;
    if (readings.conditional) {
      const plain = new Readings(this.open);
      for (const r of list) plain.add({ ...r, needs: 0 });
      list = plain.list;
    }
    if (![...groups(list).values()].some((alts) => alts.size > 1)) return undefined;
    const byState = new Map<State, number>();
    for (const r of list) { const a = byState.get(r.state); byState.set(r.state, a === undefined || a === r.alt ? r.alt : 0); }
    for (const a of byState.values()) if (a !== 0) return undefined;
    return new Set(readings.list.map((r) => r.alt));
  }
}

const takes = (edge: State['edges'][number], token: number): boolean => edge.kind === 'tokens' ? edge.mask[token] === 1 : edge.kind === 'any' && token !== EOF;
const needing = (before: number, level: number): number => {
  const own = before % LEVELS;
  return before - own + (own === 0 ? level : Math.min(own, level));
};
const reaches = (needs: number, level: number): boolean => needs % LEVELS === 0 || needs % LEVELS >= level;
function isNew(r: Reading, seen: Set<number>): boolean {
  const key = (((r.stack.id * 8_192 + r.state.id) * 256 + r.alt) * 256 + r.needs) * 2 + (r.kept ? 1 : 0);
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}
function onlyAlt(readings: Readings): number {
  const first = readings.list[0]?.alt ?? 0;
  return readings.list.every((r) => r.alt === first) ? first : 0;
}
function groups(list: readonly Reading[]): ReadonlyMap<number, ReadonlySet<number>> {
  const byPlace = new Map<number, Set<number>>();
  for (const r of list) {
    const key = r.stack.id * 8_192 + r.state.id;
    const alts = byPlace.get(key);
    if (alts) alts.add(r.alt); else byPlace.set(key, new Set([r.alt]));
  }
  return byPlace;
}
/** The alternative that every place would give, if it is one. */
function viable(readings: Readings): number {
  let found = 0;
  for (const alts of groups(readings.list).values()) {
    const first = Math.min(...alts);
    if (found !== 0 && found !== first) return 0;
    found = first;
  }
  return found;
}
