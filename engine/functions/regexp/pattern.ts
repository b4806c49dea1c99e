// One pattern, three matchers of one meaning: JavaScript's own for patterns that cannot take long on texts of their length, re2js, whose
// time is linear in the text, and a backtracker with a budget for what no automaton can do.
// source: java.util.regex.Pattern; docs/decisions/012-regular-expressions.md.

import type * as Re2 from 're2js';
import { type Backtracker, backtracker } from './backtrack.js';
import type { CharSet } from './charset.js';
import { type Anchor, type Node, type Parsed, parsePattern } from './parse.js';

export { BUDGET, BudgetError } from './backtrack.js';
export { PatternError } from './parse.js';

/** One match: UTF-16 positions of the whole and of each group; null: the group took no part. */
export interface Match { readonly start: number; readonly end: number; group(n: number): string | null }
export interface Pattern {
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
  /** The first match at or after `from`; `last` is where the match before ended. @throws BudgetError */
  find(text: string, from: number, last?: number): Match | null;
  /** @throws BudgetError */
  test(text: string): boolean;
}

/** Loaded at the first pattern that needs it. */
const re2 = (): typeof Re2 => require('re2js') as typeof Re2;

// ── Other notations ─────────────────────────────────────────────────────────────────────────────

type Dialect = 'native' | 're2';
class Unsaid extends Error {}

function setText(set: CharSet, dialect: Dialect): string {
  const point = (c: number): string => c < 128 && /\w/.test(String.fromCharCode(c)) ? String.fromCharCode(c) : dialect === 'native' ? `\\u{${c.toString(16)}}` : `\\x{${c.toString(16)}}`;
  if (set.length === 0) return dialect === 'native' ? '[]' : '[^\\x{0}-\\x{10ffff}]';
  if (set.length === 2 && set[0] === set[1]) return point(set[0]!);
  let text = '';
  for (let i = 0; i < set.length; i += 2) text += set[i] === set[i + 1] ? point(set[i]!) : `${point(set[i]!)}-${point(set[i + 1]!)}`;
  return `[${text}]`;
}
// A word is of letters and digits, the marks on them, and _.
const AFTER_WORD = '(?<=[\\p{L}\\p{Nd}_]|[\\p{L}\\p{Nd}]\\p{Mn}+)';
const AFTER_NO_WORD = '(?<![\\p{L}\\p{Nd}_]|[\\p{L}\\p{Nd}]\\p{Mn}+)';
const WORD = '(?:(?=[\\p{L}\\p{Nd}_])|(?=\\p{Mn})(?<=[\\p{L}\\p{Nd}]\\p{Mn}*))';
const NO_WORD = '(?![\\p{L}\\p{Nd}_])(?!(?<=[\\p{L}\\p{Nd}]\\p{Mn}*)\\p{Mn})';
function anchorText(what: Anchor, unix: boolean, dialect: Dialect): string {
  if (what === 'begin') return dialect === 'native' ? '^' : '\\A';
  if (what === 'end') return dialect === 'native' ? '$' : '\\z';
  if (dialect === 're2') throw new Unsaid();
  switch (what) {
    case 'line_begin': return unix ? '(?:^|(?<=\\n))(?=[^])' : '(?:^|(?<=[\\n\\u0085\\u2028\\u2029])|(?<=\\r)(?!\\n))(?=[^])';
    case 'line_end': return unix ? '(?![^\\n])' : '(?:(?![^\\r\\u0085\\u2028\\u2029])|(?<!\\r)(?=\\n))';
    case 'last_line_end': return unix ? '(?=\\n?$)' : '(?:$|(?=(?:\\r\\n?|[\\u0085\\u2028\\u2029])$)|(?<!\\r)(?=\\n$))';
    case 'word': return `(?:${AFTER_WORD}${NO_WORD}|${AFTER_NO_WORD}${WORD})`;
    case 'not_word': return `(?:${AFTER_WORD}${WORD}|${AFTER_NO_WORD}${NO_WORD})`;
    default: throw new Unsaid();
  }
}
/** @throws Unsaid */
function write(node: Node, dialect: Dialect): string {
  switch (node.kind) {
    case 'set': return setText(node.set, dialect);
    case 'sequence': return node.items.map((n) => n.kind === 'choice' ? `(?:${write(n, dialect)})` : write(n, dialect)).join('');
    case 'choice': return node.items.map((n) => write(n, dialect)).join('|');
    case 'group': return `(${write(node.item, dialect)})`;
    case 'repeat': {
      if (dialect === 're2' && (node.min > 1000 || (node.max > 1000 && node.max !== 2 ** 31 - 1))) throw new Unsaid();
      const bounds = node.min === 0 && node.max === 1 ? '?' : node.max === 2 ** 31 - 1 ? node.min === 0 ? '*' : node.min === 1 ? '+' : `{${node.min},}` : `{${node.min},${node.max}}`;
      return `(?:${write(node.item, dialect)})${bounds}${node.mode === 'lazy' ? '?' : ''}`;
    }
    case 'look':
      if (dialect === 're2') throw new Unsaid();
      return `(?${node.ahead ? '' : '<'}${node.negative ? '!' : '='}${write(node.item, dialect)})`;
    case 'at': return anchorText(node.what, node.unix, dialect);
    default: throw new Unsaid();
  }
}

// ── What a pattern may cost ─────────────────────────────────────────────────────────────────────

const children = (node: Node): readonly Node[] => 'items' in node ? node.items : 'item' in node ? [node.item] : [];
const some = (node: Node, test: (n: Node) => boolean): boolean => test(node) || children(node).some((n) => some(n, test));
/** Whether it can match without a character. */
function nullable(node: Node): boolean {
  switch (node.kind) {
    case 'set': case 'grapheme': return false;
    case 'sequence': return node.items.every(nullable);
    case 'choice': return node.items.some(nullable);
    case 'group': case 'atomic': return nullable(node.item);
    case 'repeat': return node.min === 0 || nullable(node.item);
    default: return true;
  }
}
/** In a loop over what may match nothing, engines differ in where it ends; JavaScript's drops the empty round of an option too. */
const loopsOnNothing = (node: Node, rounds: number): boolean => some(node, (n) => n.kind === 'repeat' && n.max >= rounds && nullable(n.item));

/** The longest text on which JavaScript's matcher cannot take long: a loop of characters adds a factor of the length. 0: never. */
function nativeLength(root: Node): number {
  // Groups in loops keep their last match in Java, and lose it in JavaScript; look-behind reads the other way round there.
  const apart = (n: Node): boolean => n.kind === 'reference' || n.kind === 'atomic' || n.kind === 'grapheme' || (n.kind === 'at' && n.what === 'search_begin')
    || (n.kind === 'repeat' && n.max > 1 && !(n.item.kind === 'set' || (n.item.kind === 'sequence' && n.item.items.every((m) => m.kind === 'set')))) || (n.kind === 'look' && (some(n.item, (m) => m.kind === 'group') || (!n.ahead && some(n.item, (m) => m.kind === 'repeat'))));
  if (some(root, apart) || loopsOnNothing(root, 1)) return 0;
  let degree = 1;
  let factor = 1;
  const count = (n: Node): void => {
    if (n.kind === 'repeat') { if (n.max > 64) degree++; else factor *= n.max - n.min + 1; }
    if (n.kind === 'choice') factor *= n.items.length;
    children(n).forEach(count);
  };
  count(root);
  if (root.kind === 'sequence' && root.items[0]?.kind === 'at' && root.items[0].what === 'begin') degree--;
  return factor > 1000 ? 0 : Math.floor((4_000_000 / factor) ** (1 / Math.max(1, degree)));
}

// ── Matchers ────────────────────────────────────────────────────────────────────────────────────

type Matcher = Pick<Pattern, 'find' | 'test'>;

function native({ node }: Parsed): Matcher {
  const compiled = new RegExp(write(node, 'native'), 'gu');
  return {
    test(text) { compiled.lastIndex = 0; return compiled.test(text); },
    find(text, from) {
      compiled.lastIndex = from;
      const m = compiled.exec(text);
      return m && { start: m.index, end: m.index + m[0].length, group: (n) => m[n] ?? null };
    },
  };
}

function automaton({ node }: Parsed): Matcher | undefined {
  if (loopsOnNothing(node, 2)) return undefined;
  try {
    const compiled = re2().RE2JS.compile(write(node, 're2'));
    return {
      test: (text) => compiled.matcher(text).find(),
      find(text, from) {
        const m = compiled.matcher(text);
        return m.find(from) ? { start: m.start(), end: m.end(), group: (n) => m.group(n) ?? null } : null;
      },
    };
  } catch (e) {
    if (e instanceof Unsaid || e instanceof re2().RE2JSException) return undefined;
    throw e;
  }
}
/** `…$` holds where `…\z` holds for the text or for the text without its last line end: enough to tell whether there is a match. */
function endTester({ node, groups, names }: Parsed): ((text: string) => boolean) | undefined {
  if (node.kind !== 'sequence') return undefined;
  const last = node.items[node.items.length - 1];
  if (last?.kind !== 'at' || last.what !== 'last_line_end') return undefined;
  const inner = automaton({ groups, names, node: { kind: 'sequence', items: [...node.items.slice(0, -1), { kind: 'at', what: 'end', unix: false }] } });
  return inner && ((text) => {
    if (inner.test(text)) return true;
    const end = (last.unix ? /\n$/ : /(?:\r\n|[\n\r\u0085\u2028\u2029])$/).exec(text);
    return end !== null && inner.test(text.slice(0, end.index));
  });
}

function bounded(parsed: Parsed): Matcher {
  let made: Backtracker | undefined;
  const find = (text: string, from: number, last?: number): Int32Array | null => { made ??= backtracker(parsed.node, parsed.groups); return made.find(text, from, last); };
  return {
    test: (text) => find(text, 0) !== null,
    find(text, from, last) {
      const at = find(text, from, last);
      return at && { start: at[0]!, end: at[1]!, group: (n) => (at[2 * n] ?? -1) < 0 ? null : text.slice(at[2 * n]!, at[2 * n + 1]!) };
    },
  };
}

/** @throws PatternError */
export function compilePattern(source: string): Pattern {
  const parsed = parsePattern(source);
  const shortest = nativeLength(parsed.node);
  const short = shortest > 0 ? native(parsed) : undefined;
  let long: Matcher | undefined;
  const forLong = (): Matcher => {
    if (long) return long;
    const linear = automaton(parsed);
    const other = linear ?? bounded(parsed);
    const test = linear ? undefined : endTester(parsed);
    long = test ? { find: (text, from, last) => other.find(text, from, last), test } : other;
    return long;
  };
  const matcher = (text: string): Matcher => short && text.length <= shortest ? short : forLong();
  return { groups: parsed.groups, names: parsed.names, find: (text, from, last) => matcher(text).find(text, from, last), test: (text) => matcher(text).test(text) };
}

/** Every match from left to right; after an empty one the search goes on one character further. */
export function* matches(pattern: Pattern, text: string): Generator<Match> {
  for (let from = 0, last = 0; from <= text.length;) {
    const m = pattern.find(text, from, last);
    if (!m) return;
    yield m;
    last = m.end;
    from = m.end > m.start ? m.end : m.end + (m.end < text.length && text.codePointAt(m.end)! > 0xffff ? 2 : 1);
  }
}
