// A grammar as text, made into a network of states: what `prediction.ts` reads ahead in and `recognizer.ts` walks.
//
// Notation: `rule: alternative | alternative ;` with words in capitals for keywords, quoted symbols, `@class` for a class of tokens, names of rules,
// `( … )`, `?`, `*`, `+`, `*?` (as few as it can), and `x % ','` for a list with a separator. A rule whose alternatives begin with itself is one of
// operators: those that stand first bind tightest. `{no}`, `{pipe}` and the like: a condition (see Condition), which prediction asks where it ends.
//
// source: the networks and the removal of left recursion of T. Parr, S. Harwell, K. Fisher, "Adaptive LL(*) Parsing: The Power of Dynamic Analysis" (2014).

export const EOF = 0;
/** A token that no rule takes. */
export const UNKNOWN = 1;
/** In a set of tokens: the rule may end here. */
const END = -1;

/** Holds always, never, where a pipe operator comes next, or where none does. */
export type Condition = 'yes' | 'no' | 'pipe' | 'bar';

export type Edge =
  | { readonly kind: 'empty'; readonly to: State }
  | { readonly kind: 'tokens'; readonly to: State; readonly tokens: ReadonlySet<number>; /** 1 for each of them. */ readonly mask: Uint8Array }
  | { readonly kind: 'any'; readonly to: State }
  | { readonly kind: 'rule'; readonly to: State; readonly follow: State; readonly level: number }
  | { readonly kind: 'level'; readonly to: State; readonly level: number }
  | { readonly kind: 'condition'; readonly to: State; readonly holds: Condition };

export interface State {
  readonly id: number;
  readonly rule: Rule;
  readonly edges: Edge[];
  /** Of a choice: its number. */
  decision?: number;
  /** Of a choice: the token tells the alternative, which is taken without reading ahead; for each token the edge. `optional`: no token that fits ends it. */
  byToken?: ReadonlyMap<number, number> | undefined;
  readonly kind: 'plain' | 'stop' | 'block' | 'loop' | 'some' | 'again' | 'end';
  /** Of the loop of an operator rule. */
  operators?: true;
  /** Of a block in such a loop: where it ends. */
  blockEnd?: State;
}
export interface Rule {
  readonly name: string;
  start: State;
  stop: State;
  /** Of one with operators: their loop. */
  loop?: State;
  /** Where it is called: what follows, and with which level. */
  readonly calls: { readonly follow: State; readonly level: number }[];
}
export interface Network {
  readonly rules: ReadonlyMap<string, Rule>;
  readonly states: readonly State[];
  /** Tokens by keyword, symbol or `@class`. */
  readonly tokens: ReadonlyMap<string, number>;
  readonly keywords: ReadonlySet<string>;
  /** Tokens that begin what stands behind a pipe. */
  readonly pipes: ReadonlySet<number>;
  readonly names: readonly string[];
  readonly decisions: readonly State[];
  /** Tokens that may stand at the state; END among them if its rule may end there. */
  next(state: State): ReadonlySet<number>;
}
export const mayEnd = (tokens: ReadonlySet<number>): boolean => tokens.has(END);

/** What a rule is written of. */
type Node =
  | { readonly kind: 'token'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly level: number }
  | { readonly kind: 'condition'; readonly holds: Condition }
  | { readonly kind: 'level'; readonly level: number }
  | { readonly kind: 'sequence'; readonly items: readonly Node[] }
  | { readonly kind: 'choice'; readonly items: readonly Node[] }
  | { readonly kind: 'optional' | 'many' | 'some' | 'few'; readonly item: Node };

const LEXEME = /\s*(?:#[^\n]*\n|('[^']+')|(@\w+)|(\{\w+\})|([A-Za-z_]\w*)|(\*\?|[:;|()?*+%]))/y;
function* lexemes(text: string): Generator<string> {
  LEXEME.lastIndex = 0;
  for (let at = 0; at < text.trimEnd().length; at = LEXEME.lastIndex) {
    const found = LEXEME.exec(text);
    if (!found) throw new Error(`no grammar: ${text.slice(at, at + 40)}`);
    const lexeme = found[1] ?? found[2] ?? found[3] ?? found[4] ?? found[5];
    if (lexeme !== undefined) yield lexeme;
  }
}

function parseGrammar(text: string): Map<string, Node> {
  const words = [...lexemes(text)];
  let at = 0;
  const take = (word: string): boolean => words[at] === word && ++at > 0;
  const choice = (): Node => {
    const items = [sequence()];
    while (take('|')) items.push(sequence());
    return items.length === 1 ? items[0]! : { kind: 'choice', items };
  };
  const sequence = (): Node => {
    const items: Node[] = [];
    while (![';', '|', ')', undefined].includes(words[at])) items.push(item());
    return items.length === 1 ? items[0]! : { kind: 'sequence', items };
  };
  const item = (): Node => {
    let node = primary();
    for (;;) {
      if (take('?')) node = { kind: 'optional', item: node };
      else if (take('*')) node = { kind: 'many', item: node };
      else if (take('*?')) node = { kind: 'few', item: node };
      else if (take('+')) node = { kind: 'some', item: node };
      else if (take('%')) { const by = primary(); node = { kind: 'sequence', items: [node, { kind: 'many', item: { kind: 'sequence', items: [by, node] } }] }; } else return node;
    }
  };
  const primary = (): Node => {
    const word = words[at++]!;
    if (word === '(') { const node = choice(); if (!take(')')) throw new Error(`no bracket: ${words.slice(at - 5, at + 5).join(' ')}`); return node; }
    if (word.startsWith('{')) return { kind: 'condition', holds: word.slice(1, -1) as Condition };
    if (word.startsWith("'")) return { kind: 'token', name: word.slice(1, -1) };
    return /^[A-Z@]/.test(word) ? { kind: 'token', name: word } : { kind: 'call', name: word, level: 0 };
  };
  const rules = new Map<string, Node>();
  while (at < words.length) {
    const name = words[at++]!;
    if (!take(':')) throw new Error(`no rule: ${name}`);
    rules.set(name, choice());
    if (!take(';')) throw new Error(`no end of ${name}: ${words.slice(at, at + 5).join(' ')}`);
  }
  return rules;
}

function maskOf(tokens: readonly number[]): Uint8Array {
  const mask = new Uint8Array(Math.max(...tokens) + 1);
  for (const t of tokens) mask[t] = 1;
  return mask;
}
const itemsOf = (node: Node): readonly Node[] => node.kind === 'sequence' ? node.items : [node];
const needsNoCall = (node: Node): boolean => node.kind === 'sequence' ? node.items.every(needsNoCall) : node.kind === 'choice' ? node.items.some(needsNoCall)
  : node.kind === 'some' ? needsNoCall(node.item) : node.kind !== 'call';
const isCall = (node: Node | undefined, name: string): boolean => node?.kind === 'call' && node.name === name;
/** Operators: first what stands alone, then any number of operators, each if its level is reached. */
function withoutLeftRecursion(name: string, node: Node): { readonly first: Node; readonly operators: Node } | undefined {
  const alternatives = node.kind === 'choice' ? node.items : [node];
  if (!alternatives.some((a) => isCall(itemsOf(a)[0], name))) return undefined;
  const first: Node[] = [];
  const operators: Node[] = [];
  alternatives.forEach((alternative, i) => {
    const level = alternatives.length - i;
    const items = itemsOf(alternative);
    const binary = isCall(items[0], name);
    const last = items.length - 1;
    const rest = items.map((item, j): Node => j === last && isCall(item, name) ? { kind: 'call', name, level: binary ? level + 1 : level } : item);
    if (binary) operators.push({ kind: 'sequence', items: [{ kind: 'level', level }, ...rest.slice(1)] });
    else first.push(rest.length === 1 ? rest[0]! : { kind: 'sequence', items: rest });
  });
  return { first: { kind: 'choice', items: first }, operators: { kind: 'choice', items: operators } };
}

export function makeNetwork(text: string, classes: Readonly<Record<string, readonly string[]>>, pipes: readonly string[]): Network {
  const grammar = parseGrammar(text);
  const names: string[] = ['@eof', '@unknown'];
  const tokens = new Map<string, number>(names.map((name, i) => [name, i]));
  const token = (name: string): number => {
    let number = tokens.get(name);
    if (number === undefined) { number = names.length; names.push(name); tokens.set(name, number); }
    return number;
  };
  const states: State[] = [];
  const decisions: State[] = [];
  const rules = new Map<string, Rule>();
  const state = (rule: Rule, kind: State['kind'] = 'plain'): State => { const s: State = { id: states.length, rule, edges: [], kind }; states.push(s); return s; };
  const empty = (from: State, to: State): void => { from.edges.push({ kind: 'empty', to }); };
  for (const name of grammar.keys()) {
    const rule = { name, calls: [] } as unknown as Rule;
    rule.start = state(rule);
    rule.stop = state(rule, 'stop');
    rules.set(name, rule);
  }
  /** The tokens of a choice between single ones. */
  const tokensOf = (node: Node): readonly number[] | undefined => {
    if (node.kind === 'token') return (classes[node.name] ?? [node.name]).map(token);
    if (node.kind !== 'choice') return undefined;
    const sets = node.items.map(tokensOf);
    return sets.every((s) => s !== undefined) ? sets.flat() : undefined;
  };
  const decide = (s: State): void => { s.decision = decisions.length; decisions.push(s); };
  /** Adds what the node is to the network, from `from` on; gives where it ends. */
  const add = (rule: Rule, node: Node, from: State): State => {
    if (node.kind === 'token' && node.name === '@any') { const to = state(rule); from.edges.push({ kind: 'any', to }); return to; }
    const set = tokensOf(node);
    if (set) { const to = state(rule); from.edges.push({ kind: 'tokens', to, tokens: new Set(set), mask: maskOf(set) }); return to; }
    switch (node.kind) {
      case 'token': throw new Error('a token has its number');
      case 'call': return call(rule, node, from, state(rule));
      case 'condition': { const to = state(rule); from.edges.push({ kind: 'condition', to, holds: node.holds }); return to; }
      case 'level': { const to = state(rule); from.edges.push({ kind: 'level', to, level: node.level }); return to; }
      case 'sequence': return node.items.reduce((at, item) => add(rule, item, at), from);
      case 'choice': return block(rule, node.items, from, state(rule, 'block'));
      case 'optional': {
        const start = state(rule, 'block');
        empty(from, start);
        const end = state(rule);
        for (const item of alternativesOf(node.item)) alternative(rule, item, start, end);
        empty(start, end);
        decide(start);
        return end;
      }
      case 'many': case 'few': {
        const entry = state(rule, 'loop');
        empty(from, entry);
        return loop(rule, node.item, entry, node.kind === 'few');
      }
      case 'some': {
        const start = state(rule, 'some');
        empty(from, start);
        const inside = state(rule, 'end');
        const back = state(rule, 'again');
        alternative(rule, node.item, start, inside);
        empty(inside, back);
        const end = state(rule);
        empty(back, start);
        empty(back, end);
        decide(back);
        return end;
      }
    }
  };
  const call = (rule: Rule, node: Extract<Node, { kind: 'call' }>, from: State, follow: State): State => {
    const called = rules.get(node.name);
    if (!called) throw new Error(`no rule ${node.name} in ${rule.name}`);
    from.edges.push({ kind: 'rule', to: called.start, follow, level: node.level });
    called.calls.push({ follow, level: node.level });
    return follow;
  };
  /** One of a block. A call at its end returns to the end of the block, which alternatives have in common, so that they come to the same within the call; as
   *  in the networks that ANTLR makes this is so only where no call need stand before it. */
  const alternative = (rule: Rule, node: Node, start: State, end: State): void => {
    const first = state(rule);
    empty(start, first);
    const items = itemsOf(node);
    const last = items.at(-1);
    if (last?.kind !== 'call' || !items.slice(0, -1).every(needsNoCall)) { empty(add(rule, node, first), end); return; }
    call(rule, last, items.slice(0, -1).reduce((at, item) => add(rule, item, at), first), end);
  };
  const alternativesOf = (node: Node): readonly Node[] => tokensOf(node) || node.kind !== 'choice' ? [node] : node.items;
  const block = (rule: Rule, items: readonly Node[], from: State, start: State): State => {
    empty(from, start);
    const end = state(rule, 'end');
    start.blockEnd = end;
    for (const item of items) alternative(rule, item, start, end);
    if (items.length > 1) decide(start);
    return end;
  };
  const loop = (rule: Rule, item: Node, entry: State, few: boolean): State => {
    const start = state(rule, 'block');
    const end = state(rule);
    const back = state(rule, 'again');
    if (few) { empty(entry, end); empty(entry, start); } else { empty(entry, start); empty(entry, end); }
    const inside = state(rule, 'end');
    start.blockEnd = inside;
    const items = alternativesOf(item);
    for (const one of items) alternative(rule, one, start, inside);
    if (items.length > 1) decide(start);
    empty(inside, back);
    empty(back, entry);
    decide(entry);
    return end;
  };
  for (const [name, node] of grammar) {
    const rule = rules.get(name)!;
    const split = withoutLeftRecursion(name, node);
    if (!split) { empty(add(rule, node, rule.start), rule.stop); continue; }
    const entry = state(rule, 'loop');
    entry.operators = true;
    rule.loop = entry;
    empty(add(rule, split.first, rule.start), entry);
    empty(loop(rule, split.operators, entry, false), rule.stop);
  }

  const heads = new Map<Rule, { readonly tokens: ReadonlySet<number>; readonly conditional: boolean }>();
  /** Tokens that may come from `from` on, END if its rule may end; whether a condition or a level stands before one. */
  const headOf = (rule: Rule): { readonly tokens: ReadonlySet<number>; readonly conditional: boolean } => {
    let head = heads.get(rule);
    if (!head) { head = look(rule.start); heads.set(rule, head); }
    return head;
  };
  const look = (from: State, following = false): { readonly tokens: Set<number>; readonly conditional: boolean } => {
    const found = new Set<number>();
    let conditional = false;
    const seen = new Set<State>();
    const waiting = [from];
    while (waiting.length > 0) {
      const s = waiting.pop()!;
      if (seen.has(s)) continue;
      seen.add(s);
      if (s.kind === 'stop') {
        if (following) for (const { follow } of s.rule.calls) waiting.push(follow);
        else found.add(END);
        continue;
      }
      for (const edge of s.edges) {
        if (edge.kind === 'tokens') for (const t of edge.tokens) found.add(t);
        else if (edge.kind === 'any') for (let t = 1; t < names.length; t++) found.add(t);
        else if (edge.kind === 'rule') {
          const head = headOf(edge.to.rule);
          conditional ||= head.conditional;
          for (const t of head.tokens) if (t === END) waiting.push(edge.follow); else found.add(t);
        } else {
          if (edge.kind !== 'empty') conditional = true;
          waiting.push(edge.to);
        }
      }
    }
    return { tokens: found, conditional };
  };
  const nexts: (ReadonlySet<number> | undefined)[] = [];
  const next = (s: State): ReadonlySet<number> => nexts[s.id] ??= look(s).tokens;
  // Where the next token tells the alternatives apart, and no condition is asked, it decides alone.
  for (const s of decisions) {
    if (s.kind === 'loop' && s.edges[0]!.to.kind !== 'block') continue;
    const sets = s.edges.map((edge) => look(edge.to, true));
    const byToken = new Map<number, number>();
    let disjoint = true;
    sets.forEach((set, i) => {
      if (set.conditional || set.tokens.size === 0) disjoint = false;
      for (const t of set.tokens) { if (byToken.has(t)) disjoint = false; byToken.set(t, i); }
    });
    if (disjoint) s.byToken = byToken;
  }
  return { rules, states, tokens, keywords: new Set(names.filter((n) => /^[A-Z]/.test(n))), pipes: new Set(pipes.map(token)), names, decisions, next };
}
