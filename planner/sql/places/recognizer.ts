// Where a text that does not parse goes wrong, as Spark's parser says it: walks the network of its grammar with the tokens of the text.
//
// source: the parsers and the error recovery that ANTLR generates, whose first message is the only one that Spark shows.

import { EOF, type Network, type State, mayEnd } from './network.js';
import { Predictor } from './prediction.js';

export interface Fault {
  /** The token, from 0. */
  readonly at: number;
  /** What is said beside it: a token too much, or one that is missing. */
  readonly extra?: true;
  readonly missing?: readonly string[];
  /** It is the name that is wrong, which begins at this token, and ends before that one. */
  readonly name?: number;
  readonly upTo?: number;
}
/** What is wrong of a rule that has been read, or of one with a fault in it: from its first token to the one behind its last. */
export type Hooks = Readonly<Record<string, (from: number, upTo: number) => Fault | undefined>>;
export interface Outcome {
  readonly fault?: Fault;
  /** How many tokens it has looked at, the end among them. */
  readonly seen: number;
  /** Another token must come, whatever the choices: that is said by the second pass. */
  readonly again?: true;
}

export class Recognizer {
  private readonly predictor: Predictor;
  private readonly network: Network;
  constructor(network: Network) { this.network = network; this.predictor = new Predictor(network.pipes); }

  /** As Spark does: first without asking for callers, and where a token is not the one that must come, again with them. @throws TooDeep if it would take too long */
  read(start: string, tokens: readonly number[], hooks: Hooks): Outcome {
    this.predictor.begin();
    const first = this.pass(start, tokens, hooks, false);
    return first.again ? this.pass(start, tokens, hooks, true) : first;
  }
  private pass(start: string, tokens: readonly number[], hooks: Hooks, careful: boolean): Outcome {
    const { network } = this;
    let seen = 0;
    const token = (i: number): number => { if (i >= seen) seen = i + 1; return tokens[i] ?? EOF; };
    const callers: State[] = [];
    const levels: number[] = [];
    const begins: number[] = [];
    let level = 0;
    let begin = 0;
    let at = 0;
    /** A round of a loop is behind us. */
    let looped = false;
    let state = network.rules.get(start)!.start;
    const expected = (s: State, has: number): boolean => {
      let next = network.next(s);
      for (let i = callers.length; ; i--) {
        if (next.has(has)) return true;
        if (!mayEnd(next) || i === 0) return false;
        next = network.next(callers[i - 1]!);
      }
    };
    const ended = (fault: Fault, mismatch = false): Outcome => {
      // Rules that the fault leaves are told as if they were over.
      for (let rule: string | undefined = state.rule.name; rule !== undefined; begin = begins.pop() ?? 0) {
        const found = hooks[rule]?.(begin, at);
        if (found) return { fault: found, seen };
        rule = callers.pop()?.rule.name;
      }
      return { fault, seen, ...(mismatch && !careful && { again: true }) };
    };
    for (;;) {
      if (state.kind === 'stop') {
        const found = hooks[state.rule.name]?.(begin, at);
        if (found) return { fault: found, seen };
        const back = callers.pop();
        if (!back) return { seen };
        state = back;
        level = levels.pop()!;
        begin = begins.pop()!;
        continue;
      }
      let edge = state.edges[0]!;
      if (careful && (state.decision !== undefined || state.kind === 'some')) {
        const next = network.next(state);
        if (!next.has(token(at)) && !mayEnd(next)) return ended(looped || state.kind === 'again' || expected(state, token(at + 1)) ? { at, extra: true } : { at });
      }
      if (state.decision !== undefined) {
        let chosen: number;
        if (state.byToken) {
          const found = state.byToken.get(token(at));
          if (found === undefined && state.kind === 'block' && state.blockEnd) return ended({ at });
          chosen = found ?? state.edges.length - 1;
        } else {
          const from = at;
          const choice = this.predictor.choose(state, (offset) => token(from + offset), careful ? callers : undefined, level);
          if ('failsAt' in choice) return ended({ at: Math.min(at + choice.failsAt, tokens.length) });
          chosen = choice.alt - 1;
        }
        edge = state.edges[chosen]!;
      }
      looped = state.kind === 'again';
      switch (edge.kind) {
        case 'rule':
          callers.push(edge.follow);
          levels.push(level);
          begins.push(begin);
          level = edge.level;
          begin = at;
          break;
        case 'tokens':
          if (!edge.tokens.has(token(at))) {
            if (!careful) return ended({ at }, true);
            if (expected(state, token(at + 1))) return ended({ at, extra: true });
            return ended({ at, ...(expected(edge.to, token(at)) && { missing: [...edge.tokens].map((t) => network.names[t]!) }) });
          }
          at++;
          break;
        case 'any': if (token(at) === EOF) return ended({ at }, true); at++; break;
        default: break;
      }
      state = edge.to;
    }
  }
}
