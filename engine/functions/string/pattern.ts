// Java's regular expressions over re2js, whose time is linear in the text; look-around and back references, which no automaton does, go to
// JavaScript's own backtracking engine, as they go to Java's in Spark. What neither means the same way is refused, never misread.
// source: java.util.regex.Pattern; Spark regexpExpressions.

import type * as Re2 from 're2js';

/** One match: UTF-16 positions of the whole and of each group; -1: the group took no part. */
export interface Match { readonly start: number; readonly end: number; group(n: number): string | null; named(name: string): string | null | undefined }
export interface Pattern { readonly groups: number; /** The first match at or after `from`. */ find(text: string, from: number): Match | null; test(text: string): boolean }

/** Not Java's syntax, or none that is supported. */
export class PatternError extends Error {}

const LINE_ENDS = '\\n\\r\\x{85}\\x{2028}\\x{2029}';
const HORIZONTAL = '\\t \\x{a0}\\x{1680}\\x{180e}\\x{2000}-\\x{200a}\\x{202f}\\x{205f}\\x{3000}';
const POSIX: Readonly<Record<string, string>> = {
  Lower: 'a-z', Upper: 'A-Z', ASCII: '\\x{0}-\\x{7f}', Alpha: 'a-zA-Z', Digit: '0-9', Alnum: 'a-zA-Z0-9', Punct: '!-/:-@\\[-`{-~', Graph: '!-~', Print: ' -~', Blank: ' \\t', Cntrl: '\\x{0}-\\x{1f}\\x{7f}', XDigit: '0-9a-fA-F', Space: '\\t-\\r ',
};

/** The same pattern in the syntax of re2 (`backtracking` false) or of JavaScript's `u` mode (true). @throws PatternError */
function translate(source: string, backtracking: boolean): { readonly text: string; readonly flags: string } {
  let out = '';
  let flags = '';
  let inClass = false;
  const code = (hex: string): string => backtracking ? `\\u{${hex}}` : `\\x{${hex}}`;
  const set = (body: string, negated = false): string => {
    const text = backtracking ? body.replaceAll('\\x{', '\\u{') : body;
    if (inClass && negated) throw new PatternError('a negated class within a class');
    return inClass ? text : `[${negated ? '^' : ''}${text}]`;
  };
  for (let i = 0; i < source.length; i++) {
    const c = source[i]!;
    if (c === '\\') {
      const next = source[++i];
      if (next === undefined) throw new PatternError('a backslash at the end');
      if (next === 'Q') {
        const end = source.indexOf('\\E', i + 1);
        out += source.slice(i + 1, end < 0 ? undefined : end).replace(/[\\^$.*+?()[\]{}|/-]/g, (s) => s === '-' && !inClass ? s : `\\${s}`);
        i = end < 0 ? source.length : end + 1;
      } else if (next === 's' || next === 'S') out += set('\\t-\\r ', next === 'S');
      else if (next === 'h' || next === 'H') out += set(HORIZONTAL, next === 'H');
      else if (next === 'v' || next === 'V') out += set('\\n-\\r\\x{85}\\x{2028}\\x{2029}', next === 'V');
      else if (next === 'R' && !inClass) out += `(?:\\r\\n|[${LINE_ENDS.replaceAll('\\x{', backtracking ? '\\u{' : '\\x{')}\\v\\f])`;
      else if (next === 'p' || next === 'P') {
        const found = /^(?:\{(\w+)\}|(\w))/.exec(source.slice(i + 1));
        if (!found) throw new PatternError('a property without a name');
        const name = found[1] ?? found[2]!;
        i += found[0].length;
        const posix = POSIX[name];
        if (posix !== undefined) out += set(posix, next === 'P');
        else { const bare = name.replace(/^Is(?=[A-Z])/, ''); out += backtracking ? `\\${next}{${bare.length > 2 ? `Script=${bare}` : bare}}` : `\\${next}{${bare}}`; }
      } else if (next === 'u' || next === 'x') {
        const rest = source.slice(i + 1);
        const braced = next === 'x' ? /^\{([0-9a-fA-F]+)\}/.exec(rest)?.[1] : undefined;
        const hex = braced ?? (next === 'u' ? /^[0-9a-fA-F]{4}/ : /^[0-9a-fA-F]{2}/).exec(rest)?.[0];
        if (hex === undefined) throw new PatternError('an escape without its digits');
        i += braced === undefined ? hex.length : hex.length + 2;
        out += code(hex);
      } else if (next === '0') {
        const digits = /^[0-7]{1,3}/.exec(source.slice(i + 1))?.[0];
        if (digits === undefined) throw new PatternError('an octal escape without digits');
        i += digits.length;
        out += code(parseInt(digits, 8).toString(16));
      } else if (next === 'e' || next === 'a') out += code(next === 'e' ? '1b' : '7');
      else if (next === 'z' && !inClass) out += backtracking ? '(?![^])' : '\\z';
      else if (next === 'A' && !inClass) out += backtracking ? '(?<![^])' : '\\A';
      else if (/[1-9k]/.test(next)) { if (!backtracking || inClass) throw new PatternError('a back reference'); out += `\\${next}`; }
      else if (/[dDwWbBtnrf]/.test(next)) out += `\\${next}`;
      else if (/[a-zA-Z]/.test(next)) throw new PatternError(`the escape \\${next}`);
      else out += /[\\^$.*+?()[\]{}|/]/.test(next) || (next === '-' && inClass) ? `\\${next}` : next;
    } else if (inClass) {
      if (c === ']') { inClass = false; out += c; }
      else if (c === '[' || (c === '&' && source[i + 1] === '&')) throw new PatternError('a union or an intersection of classes');
      else out += c;
    } else if (c === '[') {
      inClass = true;
      out += c;
      if (source[i + 1] === '^') { out += '^'; i++; }
      if (source[i + 1] === ']') { out += '\\]'; i++; }
    } else if (c === '.' && !/s/.test(flags)) out += `[^${LINE_ENDS.replaceAll('\\x{', backtracking ? '\\u{' : '\\x{')}]`;
    else if (c === '(' && source[i + 1] === '?') {
      const found = /^\(\?([a-zA-Z]+)\)/.exec(source.slice(i));
      if (found && i === 0) {
        if (/[^imsuUd]/.test(found[1]!)) throw new PatternError(`the flags ${found[1]}`);
        flags = found[1]!.replace(/[uUd]/g, '');
        i = found[0].length - 1;
      } else if (found || /^\(\?[a-zA-Z-]+:/.test(source.slice(i))) throw new PatternError('flags for a part');
      else if (/^\(\?(?::|<[a-zA-Z])/.test(source.slice(i))) out += c;
      else if (/^\(\?(?:[=!]|<[=!])/.test(source.slice(i))) { if (!backtracking) throw new PatternError('look-around'); out += c; }
      else throw new PatternError('a group of this kind');
    } else if (/[*+?}]/.test(c) && source[i + 1] === '+') throw new PatternError('a possessive quantifier');
    else out += c;
  }
  if (inClass) throw new PatternError('a class that does not end');
  return { text: out, flags };
}

const JAVA_END = /(?<!\\)(?:\\\\)*\$/;

/** Loaded at the first pattern. */
const re2 = (): typeof Re2 => require('re2js') as typeof Re2;

function automaton(source: string): Pattern {
  const { text, flags } = translate(source, false);
  // Java's $ stands before the last line end too: an automaton without look-ahead cannot say that.
  if (JAVA_END.test(source) && !/\[[^\]]*\$/.test(source)) throw new PatternError('the end of the text');
  const compiled = re2().RE2JS.compile(flags === '' ? text : `(?${flags})${text}`);
  return {
    groups: compiled.groupCount(),
    test: (s) => compiled.matcher(s).find(),
    find(s, from) {
      const m = compiled.matcher(s);
      if (!m.find(from)) return null;
      return { start: m.start(), end: m.end(), group: (n) => m.group(n) ?? null, named: (name) => { try { return m.group(name) ?? null; } catch { return undefined; } } };
    },
  };
}

function backtracker(source: string): Pattern {
  const { text, flags } = translate(source, true);
  const ended = /m/.test(flags) ? text : text.replace(/(\\.|\[(?:\\.|[^\]])*\])|\$/gsu, (_all, kept: string | undefined) => kept ?? '(?=(?:\\r\\n|[\\n\\r\\u{85}\\u{2028}\\u{2029}])?(?![^]))');
  const compiled = new RegExp(ended, `g${flags}u`);
  const groups = (new RegExp(`${ended}|`, `${flags}u`).exec('')?.length ?? 1) - 1;
  return {
    groups,
    test: (s) => { compiled.lastIndex = 0; return compiled.test(s); },
    find(s, from) {
      compiled.lastIndex = from;
      const m = compiled.exec(s);
      return m && { start: m.index, end: m.index + m[0].length, group: (n) => m[n] ?? null, named: (name) => m.groups && name in m.groups ? m.groups[name] ?? null : undefined };
    },
  };
}

/** @throws PatternError */
export function compilePattern(source: string): Pattern {
  try { return automaton(source); } catch (e) { if (!(e instanceof PatternError || e instanceof re2().RE2JSException)) throw e; }
  try { return backtracker(source); } catch (e) { if (e instanceof SyntaxError) throw new PatternError(e.message); throw e; }
}

/** Every match from left to right; after an empty one the search goes on one character further. */
export function* matches(pattern: Pattern, text: string): Generator<Match> {
  for (let from = 0; from <= text.length;) {
    const m = pattern.find(text, from);
    if (!m) return;
    yield m;
    from = m.end > m.start ? m.end : m.end + (text.codePointAt(m.end)! > 0xffff ? 2 : 1);
  }
}
