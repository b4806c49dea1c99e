// The matcher for what no automaton can do: look-around, references, atomic groups, Java's line ends. It backtracks as Java's does, within
// a budget of steps, so that no pattern stops the engine.
// source: java.util.regex.Pattern's nodes (Loop, Prolog, GroupHead, Ques, Dollar, Bound).

import { letterOrDigit, marks, tester } from './charset.js';
import type { Anchor, Node } from './parse.js';

/** More steps than allowed, or deeper than the stack. */
export class BudgetError extends Error {}

/** Steps of one search. */
export const BUDGET = 10_000_000;

/** Where the match ends that begins here, -1 if there is none. */
type Step = (at: number) => number;

export interface Backtracker {
  /** The first match at or after `from`: begin and end of the whole and of each group, -1 where a group took no part. `last` is where the
   *  match before ended. @throws BudgetError */
  find(text: string, from: number, last?: number): Int32Array | null;
}

const accept: Step = (at) => at;

export function backtracker(root: Node, groups: number): Backtracker {
  let text = '';
  let left = 0;
  let lastEnd = 0;
  const caps = new Int32Array(2 * (groups + 1));
  const spend = (): void => { if (--left < 0) throw new BudgetError('steps'); };
  let word: { readonly base: (point: number) => boolean; readonly mark: (point: number) => boolean } | undefined;
  /** Whether the character that ends at `end` is a part of a word: a mark is if a letter or digit bears it. */
  const inWord = (end: number): boolean => {
    word ??= { base: tester(letterOrDigit()), mark: tester(marks()) };
    for (let at = end, first = true; at > 0; first = false) {
      const c = before(at);
      if (word.base(c) || (first && c === 95)) return true;
      if (!word.mark(c)) return false;
      at -= c > 0xffff ? 2 : 1;
    }
    return false;
  };

  const sized = (at: number): number => { const c = text.charCodeAt(at); return c >= 0xd800 && c < 0xdc00 && at + 1 < text.length && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00 ? 2 : 1; };
  const before = (at: number): number => at > 1 && sized(at - 2) === 2 ? text.codePointAt(at - 2)! : text.charCodeAt(at - 1);
  const isLineEnd = (c: number): boolean => c === 10 || c === 13 || c === 0x85 || c === 0x2028 || c === 0x2029;
  const holds = (what: Anchor, unix: boolean, at: number): boolean => {
    switch (what) {
      case 'begin': return at === 0;
      case 'end': return at === text.length;
      case 'search_begin': return at === lastEnd;
      case 'line_begin': {
        if (at === text.length) return false;
        if (at === 0) return true;
        const c = text.charCodeAt(at - 1);
        return unix ? c === 10 : isLineEnd(c) && !(c === 13 && text.charCodeAt(at) === 10);
      }
      case 'line_end': case 'last_line_end': {
        if (at === text.length) return true;
        const c = text.charCodeAt(at);
        if (what === 'last_line_end' && at < text.length - 1 && (unix || at < text.length - 2 || c !== 13 || text.charCodeAt(at + 1) !== 10)) return false;
        return unix ? c === 10 : isLineEnd(c) && !(c === 10 && at > 0 && text.charCodeAt(at - 1) === 13);
      }
      default: return (inWord(at) !== (at < text.length && inWord(at + sized(at)))) === (what === 'word');
    }
  };

  /** The matcher of a node that goes on with `next`. */
  const compile = (node: Node, next: Step): Step => {
    switch (node.kind) {
      case 'set': {
        const test = tester(node.set);
        return (at) => {
          spend();
          if (at >= text.length) return -1;
          const c = text.charCodeAt(at);
          if (c < 0xd800 || c > 0xdbff) return test(c) ? next(at + 1) : -1;
          return test(text.codePointAt(at)!) ? next(at + sized(at)) : -1;
        };
      }
      case 'sequence': return node.items.reduceRight((rest, item) => compile(item, rest), next);
      case 'choice': {
        const ways = node.items.map((item) => compile(item, next));
        return (at) => {
          for (const way of ways) { spend(); const end = way(at); if (end >= 0) return end; }
          return -1;
        };
      }
      case 'group': {
        const [from, to] = [2 * node.index, 2 * node.index + 1];
        const starts: number[] = [];
        const inner = compile(node.item, (at) => {
          const start = starts.pop()!;
          const [oldFrom, oldTo] = [caps[from]!, caps[to]!];
          caps[from] = start;
          caps[to] = at;
          const end = next(at);
          if (end < 0) { caps[from] = oldFrom; caps[to] = oldTo; }
          starts.push(start);
          return end;
        });
        return (at) => { starts.push(at); const end = inner(at); starts.pop(); return end; };
      }
      case 'repeat': return node.item.kind === 'set' ? repeatSet(node, next) : repeat(node, next);
      case 'atomic': { const inner = compile(node.item, accept); return (at) => { const end = inner(at); return end < 0 ? -1 : next(end); }; }
      case 'look': return look(node, next);
      case 'reference': return reference(node.index, node.fold, next);
      case 'at': { const { what, unix } = node; return (at) => { spend(); return holds(what, unix, at) ? next(at) : -1; }; }
      case 'grapheme': {
        const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
        return (at) => { spend(); const found = at < text.length ? segmenter.segment(text.slice(at, at + 64)).containing(0) : undefined; return found ? next(at + found.segment.length) : -1; };
      }
    }
  };

  /** One character over and over: no recursion. */
  const repeatSet = ({ item, min, max, mode }: Node & { kind: 'repeat' }, next: Step): Step => {
    const test = tester((item as Node & { kind: 'set' }).set);
    const one = (at: number): number => {
      if (at >= text.length) return -1;
      const c = text.charCodeAt(at);
      if (c < 0xd800 || c > 0xdbff) return test(c) ? at + 1 : -1;
      return test(text.codePointAt(at)!) ? at + sized(at) : -1;
    };
    return (begin) => {
      let at = begin;
      for (let n = 0; n < min; n++) { spend(); at = one(at); if (at < 0) return -1; }
      const least = at;
      if (mode === 'lazy') {
        for (let n = min; ; n++) {
          const end = next(at);
          if (end >= 0 || n >= max) return end;
          spend();
          at = one(at);
          if (at < 0) return -1;
        }
      }
      for (let n = min; n < max; n++) { spend(); const after = one(at); if (after < 0) break; at = after; }
      for (;;) {
        const end = next(at);
        if (end >= 0 || at <= least) return end;
        spend();
        at -= at - 2 >= least && sized(at - 2) === 2 ? 2 : 1;
      }
    };
  };

  /** An iteration that matches nothing ends the loop. */
  const repeat = ({ item, min, max, mode }: Node & { kind: 'repeat' }, next: Step): Step => {
    let [count, start] = [0, -1];
    const again = (at: number): number => {
      const [n, s] = [count, start];
      [count, start] = [n + 1, at];
      const end = body(at);
      [count, start] = [n, s];
      return end;
    };
    const onward = (at: number): number => {
      const [n, s] = [count, start];
      [count, start] = outer.pop()!;
      const end = next(at);
      outer.push([count, start]);
      [count, start] = [n, s];
      return end;
    };
    const outer: [number, number][] = [];
    const loop: Step = (at) => {
      spend();
      if (count < min && (count === 0 || at > start)) return again(at);
      if (count > 0 && at <= start) return onward(at);
      if (count >= max) return onward(at);
      const first = mode === 'greedy' ? again(at) : onward(at);
      return first >= 0 ? first : mode === 'greedy' ? onward(at) : again(at);
    };
    const body = compile(item, loop);
    return (at) => {
      outer.push([count, start]);
      [count, start] = [0, -1];
      const end = loop(at);
      [count, start] = outer.pop()!;
      return end;
    };
  };

  const look = ({ ahead, negative, item }: Node & { kind: 'look' }, next: Step): Step => {
    let goal = -1;
    const inner = compile(item, ahead ? accept : (at) => at === goal ? at : -1);
    const found = (at: number): boolean => {
      if (ahead) return inner(at) >= 0;
      const outer = goal;
      goal = at;
      let hit = false;
      for (let from = at; from >= 0 && !hit; from--) { spend(); hit = inner(from) >= 0; }
      goal = outer;
      return hit;
    };
    // Groups that matched in it stay so, as in Java, whatever comes of it.
    return (at) => found(at) === negative ? -1 : next(at);
  };

  const folded = (s: string, fold: 'none' | 'ascii' | 'unicode'): string =>
    fold === 'none' ? s : fold === 'ascii' ? s.replace(/[A-Z]/g, (c) => c.toLowerCase()) : s.toUpperCase().toLowerCase();
  /** A group that took no part matches nothing. */
  const reference = (index: number, fold: 'none' | 'ascii' | 'unicode', next: Step): Step => (at) => {
    spend();
    const [from, to] = [caps[2 * index] ?? -1, caps[2 * index + 1] ?? -1];
    if (from < 0) return -1;
    const end = at + to - from;
    if (end > text.length || folded(text.slice(at, end), fold) !== folded(text.slice(from, to), fold)) return -1;
    return next(end);
  };

  let run = compile(root, accept);
  return {
    find(subject, from, last = from) {
      text = subject;
      left = BUDGET;
      lastEnd = last;
      caps.fill(-1);
      try {
        for (let at = from; at <= text.length; at += at < text.length ? sized(at) : 1) {
          const end = run(at);
          if (end >= 0) { caps[0] = at; caps[1] = end; return caps.slice(); }
        }
        return null;
      } catch (e) {
        // What the nodes keep while they run is left behind.
        run = compile(root, accept);
        throw e instanceof RangeError ? new BudgetError('stack') : e;
      }
    },
  };
}
