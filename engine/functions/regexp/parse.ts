// Java's patterns as trees. Case and the named classes are worked into the sets of characters, so that nothing later depends on flags.
// source: java.util.regex.Pattern (Java 17).

import { ANY, type CharSet, DIGIT, foldCase, HORIZONTAL, intersect, LINE_ENDS, namedSet, negate, SPACE, union, unicodeDigit, unicodeSpace, unicodeWord, VERTICAL, WORD } from './charset.js';

/** Not Java's syntax, or none that is supported. */
export class PatternError extends Error {}

export type Anchor = 'begin' | 'end' | 'last_line_end' | 'line_begin' | 'line_end' | 'word' | 'not_word' | 'search_begin';
export type Node =
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'sequence' | 'choice'; readonly items: readonly Node[] }
  | { readonly kind: 'group'; readonly index: number; readonly item: Node }
  | { readonly kind: 'repeat'; readonly item: Node; readonly min: number; readonly max: number; readonly mode: 'greedy' | 'lazy' }
  | { readonly kind: 'atomic'; readonly item: Node }
  | { readonly kind: 'look'; readonly ahead: boolean; readonly negative: boolean; readonly item: Node }
  | { readonly kind: 'reference'; readonly index: number; readonly fold: 'none' | 'ascii' | 'unicode' }
  | { readonly kind: 'at'; readonly what: Anchor; /** Only \n ends lines. */ readonly unix: boolean }
  | { readonly kind: 'grapheme' };
export interface Parsed { readonly node: Node; readonly groups: number; readonly names: ReadonlyMap<string, number> }

/** \R */
const LINE_BREAK = { kind: 'choice', items: [{ kind: 'sequence', items: [{ kind: 'set', set: [13, 13] }, { kind: 'set', set: [10, 10] }] }, { kind: 'set', set: VERTICAL }] } as const;
const MAX_REPEATS = 2 ** 31 - 1;
const isAlpha = (c: string): boolean => /[a-zA-Z]/.test(c);

/** `\Q…\E` written out. */
function unquoted(source: string): string {
  let out = '';
  for (let i = 0; i < source.length;) {
    if (source[i] !== '\\' || source[i + 1] === undefined) { out += source[i++]; continue; }
    if (source[i + 1] !== 'Q') { out += source.slice(i, i + 2); i += 2; continue; }
    const end = source.indexOf('\\E', i + 2);
    const text = source.slice(i + 2, end < 0 ? undefined : end);
    // A digit must not go on with an escape before it.
    out += text.replace(/[^a-zA-Z0-9]/g, (c) => c > '\x7f' ? c : `\\${c}`).replace(/^\d/, (d) => `\\x3${d}`);
    i = end < 0 ? source.length : end + 2;
  }
  return out;
}

/** @throws PatternError */
export function parsePattern(written: string): Parsed {
  const source = Array.from(unquoted(written));
  let at = 0;
  let flags = '';
  let groups = 0;
  const names = new Map<string, number>();
  const fail = (reason: string): never => { throw new PatternError(reason); };
  const has = (flag: string): boolean => flags.includes(flag);
  const skip = (): void => {
    if (!has('x')) return;
    for (; at < source.length; at++) {
      if (source[at] === '#') while (at < source.length && !/[\n\r\u0085\u2028\u2029]/.test(source[at]!)) at++;
      else if (!/[\t-\r ]/.test(source[at]!)) return;
    }
  };
  const peek = (): string | undefined => { skip(); return source[at]; };
  const take = (text: string): boolean => {
    skip();
    if (!source.slice(at, at + text.length).join('').startsWith(text)) return false;
    at += text.length;
    return true;
  };
  const folded = (set: CharSet): CharSet => has('i') ? foldCase(set, has('u') || has('U')) : set;
  const single = (point: number): CharSet => folded([point, point]);
  const anchor = (what: Anchor): Node => ({ kind: 'at', what, unix: has('d') });

  const choice = (): Node => {
    const items = [sequence()];
    while (take('|')) items.push(sequence());
    return items.length === 1 ? items[0]! : { kind: 'choice', items };
  };
  const sequence = (): Node => {
    const items: Node[] = [];
    for (let c = peek(); c !== undefined && c !== '|' && c !== ')'; c = peek()) {
      if ('*+?'.includes(c)) fail(`nothing before ${c}`);
      // Java repeats the nothing before it.
      const item: Node | undefined = c === '{' ? { kind: 'sequence', items: [] } : atom();
      if (item) items.push(quantified(item));
    }
    return items.length === 1 ? items[0]! : { kind: 'sequence', items };
  };
  const quantified = (item: Node): Node => {
    let [min, max] = [0, MAX_REPEATS];
    const c = peek();
    if (c === '*') at++;
    else if (c === '+') { at++; min = 1; }
    else if (c === '?') { at++; max = 1; }
    else if (c === '{') {
      const m = /^\{(\d+)(?:(,)(\d*))?\}/.exec(source.slice(at, at + 30).join(''));
      if (!m) return fail('a repetition that is none');
      at += m[0].length;
      min = Number(m[1]);
      max = m[2] === undefined ? min : m[3] === '' ? MAX_REPEATS : Number(m[3]);
      if (max < min || min > MAX_REPEATS || max > MAX_REPEATS) fail('a repetition that is none');
    } else return item;
    const mode = peek() === '?' ? 'lazy' : 'greedy';
    const possessive = source[at] === '+';
    if (mode === 'lazy' || possessive) at++;
    // Whatever is no group is tried in one way only in each round.
    const once = item.kind === 'choice' && item.items[1] === LINE_BREAK.items[1];
    const repeat: Node = { kind: 'repeat', item: once ? { kind: 'atomic', item } : item, min, max, mode };
    return possessive ? { kind: 'atomic', item: repeat } : repeat;
  };

  /** Undefined for flags alone. */
  const atom = (): Node | undefined => {
    const c = source[at++]!;
    switch (c) {
      case '(': return group();
      case '[': return { kind: 'set', set: charClass(true) };
      case '.': return { kind: 'set', set: has('s') ? ANY : negate(has('d') ? [10, 10] : LINE_ENDS) };
      case '^': return anchor(has('m') ? 'line_begin' : 'begin');
      case '$': return anchor(has('m') ? 'line_end' : 'last_line_end');
      case '\\': return escaped();
      default: return { kind: 'set', set: single(c.codePointAt(0)!) };
    }
  };
  const close = (): void => { if (!take(')')) fail('a group that does not end'); };
  const group = (): Node | undefined => {
    const before = flags;
    const inner = (): Node => { const item = choice(); close(); flags = before; return item; };
    if (source[at] !== '?') { const index = ++groups; return { kind: 'group', index, item: inner() }; }
    at++;
    if (take(':')) return inner();
    if (take('>')) return { kind: 'atomic', item: inner() };
    if (take('=')) return { kind: 'look', ahead: true, negative: false, item: inner() };
    if (take('!')) return { kind: 'look', ahead: true, negative: true, item: inner() };
    if (take('<=')) return { kind: 'look', ahead: false, negative: false, item: inner() };
    if (take('<!')) return { kind: 'look', ahead: false, negative: true, item: inner() };
    if (take('<')) {
      const name = groupName();
      if (names.has(name)) fail(`two groups ${name}`);
      const index = ++groups;
      names.set(name, index);
      return { kind: 'group', index, item: inner() };
    }
    let on = true;
    for (let c = source[at]; c !== ')' && c !== ':'; c = source[at]) {
      at++;
      if (c === '-' && on) on = false;
      else if (c === undefined || !'idmsuxU'.includes(c)) fail('a group of this kind');
      else flags = on ? flags + c : flags.replaceAll(c, '');
    }
    // Flags alone hold to the end of the group around.
    return source[at++] === ')' ? undefined : inner();
  };
  const groupName = (): string => {
    const m = /^([a-zA-Z][a-zA-Z0-9]*)>/.exec(source.slice(at, at + 200).join(''));
    if (!m) return fail('a group without a name');
    at += m[0].length;
    return m[1]!;
  };

  const escaped = (): Node => {
    const c = source[at];
    if (c === undefined) return fail('a backslash at the end');
    const fold = !has('i') ? 'none' : has('u') || has('U') ? 'unicode' : 'ascii';
    if (/[1-9]/.test(c)) {
      at++;
      let index = Number(c);
      // Further digits belong to it as long as there are so many groups.
      while (/\d/.test(source[at] ?? '') && index * 10 + Number(source[at]) <= groups) index = index * 10 + Number(source[at++]);
      return { kind: 'reference', index, fold };
    }
    switch (c) {
      case 'A': at++; return anchor('begin');
      case 'z': at++; return anchor('end');
      case 'Z': at++; return anchor('last_line_end');
      case 'G': at++; return anchor('search_begin');
      case 'b': at++; if (source.slice(at, at + 3).join('') === '{g}') fail('this boundary'); return anchor('word');
      case 'B': at++; return anchor('not_word');
      case 'X': at++; return { kind: 'grapheme' };
      case 'R': at++; return LINE_BREAK;
      case 'k': {
        at++;
        if (source[at++] !== '<') fail('a reference without a name');
        const index = names.get(groupName());
        return index === undefined ? fail('a reference to no group') : { kind: 'reference', index, fold };
      }
      default: return { kind: 'set', set: escapedSet() };
    }
  };
  /** After a backslash: a class, or one character. */
  const escapedSet = (): CharSet => predefined() ?? single(escapedPoint());
  const classes: Readonly<Record<string, () => CharSet>> = {
    d: () => has('U') ? unicodeDigit() : DIGIT, w: () => has('U') ? unicodeWord() : WORD, s: () => has('U') ? unicodeSpace() : SPACE, h: () => HORIZONTAL, v: () => VERTICAL,
  };
  const predefined = (): CharSet | undefined => {
    const c = source[at]!;
    const small = /[dwshvDWSHV]/.test(c) ? classes[c.toLowerCase()] : undefined;
    if (small) { at++; return c === c.toLowerCase() ? small() : negate(small()); }
    if (c !== 'p' && c !== 'P') return undefined;
    at++;
    let name = source[at++];
    if (name === '{') {
      const end = source.indexOf('}', at);
      if (end < 0) fail('a property that does not end');
      name = source.slice(at, end).join('');
      at = end + 1;
    }
    const set = name === undefined ? undefined : namedSet(name, has('U'), has('i'));
    return set === undefined ? fail(`no property ${String(name)}`) : c === 'p' ? set : negate(set);
  };
  const hex = (pattern: RegExp): number => {
    const m = pattern.exec(source.slice(at, at + 12).join(''));
    if (!m) return fail('an escape without its digits');
    at += m[0].length;
    const point = parseInt(m[1]!, 16);
    return point > 0x10ffff ? fail('no such character') : point;
  };
  const escapedPoint = (): number => {
    const c = source[at++]!;
    switch (c) {
      case 't': return 9;
      case 'n': return 10;
      case 'r': return 13;
      case 'f': return 12;
      case 'a': return 7;
      case 'e': return 27;
      case 'c': { const control = source[at++]; return control === undefined ? fail('a control character without its letter') : control.codePointAt(0)! ^ 64; }
      case '0': {
        const m = /^(?:[0-3][0-7]{2}|[0-7]{1,2})/.exec(source.slice(at, at + 3).join(''));
        if (!m) return fail('an octal escape without digits');
        at += m[0].length;
        return parseInt(m[0], 8);
      }
      case 'x': return source[at] === '{' ? hex(/^\{([0-9a-fA-F]{1,8})\}/) : hex(/^([0-9a-fA-F]{2})/);
      case 'u': {
        const high = hex(/^([0-9a-fA-F]{4})/);
        if (high < 0xd800 || high > 0xdbff || source[at] !== '\\' || source[at + 1] !== 'u') return high;
        const back = at;
        at += 2;
        const low = hex(/^([0-9a-fA-F]{4})/);
        if (low >= 0xdc00 && low <= 0xdfff) return ((high - 0xd800) << 10) + (low - 0xdc00) + 0x10000;
        at = back;
        return high;
      }
      default: return isAlpha(c) ? fail(`the escape \\${c}`) : c.codePointAt(0)!;
    }
  };

  /** After `[`. Unions of what stands side by side, intersections at &&, the whole turned round by ^. Without `consume` the `]` stays. */
  const charClass = (consume: boolean): CharSet => {
    let set: CharSet | undefined;
    const add = (more: CharSet): void => { set = set === undefined ? more : union(set, more); };
    const negative = consume && source[at] === '^';
    if (negative) at++;
    for (;;) {
      const c = peek();
      if (c === undefined) return fail('a class that does not end');
      if (c === '[') { at++; add(charClass(true)); continue; }
      if (c === ']' && set !== undefined) { if (consume) at++; break; }
      if (c === '&' && source[at + 1] === '&') {
        at += 2;
        let right: CharSet | undefined;
        for (let next = peek(); next !== ']' && next !== '&'; next = peek()) {
          if (next === undefined) return fail('a class that does not end');
          if (next === '[') { at++; const more = charClass(true); right = right === undefined ? more : union(right, more); } else right = charClass(false);
        }
        if (set === undefined && right === undefined) fail('an intersection of nothing');
        set = set === undefined ? right : right === undefined ? set : intersect(set, right);
        continue;
      }
      add(member());
    }
    return negative ? negate(set) : set;
  };
  const member = (): CharSet => {
    const point = (): number | CharSet => {
      const c = source[at++]!;
      if (c !== '\\') return c.codePointAt(0)!;
      if (source[at] === undefined) return fail('a backslash at the end');
      return predefined() ?? escapedPoint();
    };
    const first = point();
    if (typeof first !== 'number') return first;
    if (peek() !== '-' || source[at + 1] === ']' || source[at + 1] === '[' || source[at + 1] === undefined) return single(first);
    at++;
    skip();
    const last = point();
    if (typeof last !== 'number' || last < first) return fail('a range that is none');
    return folded([first, last]);
  };

  const node = choice();
  if (at < source.length) fail('a bracket that closes nothing');
  return { node, groups, names };
}
