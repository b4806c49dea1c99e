// Functions of regular expressions, split and LIKE. A constant pattern is compiled once per call, others once per change.
// source: Spark regexpExpressions, StringUtils.escapeLikeRegex.

import { raise } from '../../../planner/errors/index.js';
import { printExpr, sqlExpr } from '../../../planner/expr/print.js';
import type { BoundExpr, Call } from '../../../planner/tree.js';
import { isCollated } from '../../../planner/types.js';
import { lowerText } from '../../columnar/collation.js';
import { scalar, type ScalarFunction } from '../define.js';
import { pointsBefore, unitIndex } from '../string/code-points.js';
import { BUDGET, BudgetError, compilePattern, type Match, matches, type Pattern, PatternError } from './pattern.js';

/** As a literal shows it. */
const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
/** A search that goes beyond its budget ends the query, not the program. */
function guarded(pattern: Pattern, source: string): Pattern {
  const stop = (e: unknown, text: string): never => {
    if (e instanceof BudgetError) raise('REGEXP_LIMIT_EXCEEDED', { pattern: quoted(source), length: String(text.length), limit: String(BUDGET) }, { nowhere: true, cause: e });
    throw e;
  };
  return {
    groups: pattern.groups, names: pattern.names,
    find(text, from, last) { try { return pattern.find(text, from, last); } catch (e) { return stop(e, text); } },
    test(text) { try { return pattern.test(text); } catch (e) { return stop(e, text); } },
  };
}
/** Patterns of one call: the last one is kept. Under UTF8_LCASE they ignore case. */
function compiler(call: Call): (source: string) => Pattern {
  const mode = isCollated(call.types[0]!) ? '(?iu)' : '';
  let last: string | undefined;
  let pattern!: Pattern;
  return (source) => {
    if (source !== last) {
      try { pattern = guarded(compilePattern(mode + source), source); } catch (e) {
        if (e instanceof PatternError) raise('INVALID_PARAMETER_VALUE.PATTERN', { parameter: '`regexp`', functionName: `\`${call.name}\``, value: quoted(source) }, { nowhere: true });
        throw e;
      }
      last = source;
    }
    return pattern;
  };
}
function groupOf(call: Call, pattern: Pattern, index: number): number {
  if (index < 0 || index > pattern.groups) raise('INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX', { parameter: '`idx`', functionName: `\`${call.name}\``, groupCount: String(pattern.groups), groupIndex: String(index) }, { nowhere: true });
  return index;
}

/** The replacement's text for one match: `$1`, `${name}`, a backslash before any character. source: Matcher.appendExpandedReplacement */
function expand(template: string, m: Match, pattern: Pattern, bad: () => never): string {
  let out = '';
  for (let i = 0; i < template.length; i++) {
    const c = template[i]!;
    if (c === '\\') out += template[++i] ?? bad();
    else if (c === '$') {
      const name = /^\{(\w+)\}/.exec(template.slice(i + 1));
      if (name) {
        const index = pattern.names.get(name[1]!);
        out += index === undefined ? bad() : m.group(index) ?? '';
        i += name[0].length;
      } else {
        const digit = (k: number): number => /^\d$/.test(template[k] ?? '') ? Number(template[k]) : -1;
        let group = digit(++i);
        if (group < 0 || group > pattern.groups) bad();
        for (let d = digit(i + 1); d >= 0 && group * 10 + d <= pattern.groups; d = digit(i + 1)) { group = group * 10 + d; i++; }
        out += m.group(group) ?? '';
      }
    } else out += c;
  }
  return out;
}
function replaceAll(text: string, source: string, pattern: Pattern, template: string, position: number): string {
  const bad = (): never => raise('INVALID_REGEXP_REPLACE', { source: text, pattern: source, replacement: template, position: String(position) }, { nowhere: true });
  const start = position <= 1 ? 0 : unitIndex(text, position - 1);
  if (start >= text.length && start > 0) return text;
  const tail = start === 0 ? text : text.slice(start);
  const plain = !/[\\$]/.test(template);
  let out = text.slice(0, start);
  let at = 0;
  for (const m of matches(pattern, tail)) { out += tail.slice(at, m.start) + (plain ? template : expand(template, m, pattern, bad)); at = m.end; }
  return out + tail.slice(at);
}

/** A limit above 0: so many parts at most, the last with the rest. An empty pattern parts the characters. source: UTF8String.split, String.split */
function split(text: string, source: string, limit: number, compile: (source: string) => Pattern, folds: boolean): string[] {
  if (source === '' && text !== '') {
    const points = Array.from(text);
    return limit > 0 && points.length > limit ? [...points.slice(0, limit - 1), points.slice(limit - 1).join('')] : points;
  }
  const plain = !folds && !/[\\^$.*+?()[\]{}|]/.test(source);
  if (plain && limit <= 0 && source !== '') return text.split(source);
  const parts: string[] = [];
  let at = 0;
  for (const m of matches(compile(source), text)) {
    if (limit > 0 && parts.length === limit - 1) break;
    // No part before the text, but one behind it: Java's rule.
    if (m.end === 0) continue;
    parts.push(text.slice(at, m.start));
    at = m.end;
  }
  parts.push(text.slice(at));
  return parts;
}

/** Splits by one pattern after another: the last one is kept. */
export const splitter = (call: Call): ((text: string, source: string, limit: number) => string[]) => { const compile = compiler(call); return (text, source, limit) => split(text, source, limit, compile, isCollated(call.types[0]!)); };

/** Parts of a LIKE pattern between the %: the characters, null for _. */
function likeParts(pattern: string, sign: string): readonly (readonly (string | null)[])[] {
  const parts: (string | null)[][] = [[]];
  const points = Array.from(pattern);
  for (let i = 0; i < points.length; i++) {
    const c = points[i]!;
    if (c === sign) {
      const next = points[++i];
      if (next === undefined) return raise('INVALID_FORMAT.ESC_AT_THE_END', { format: quoted(pattern) }, { nowhere: true });
      if (next !== '_' && next !== '%' && next !== sign) raise('INVALID_FORMAT.ESC_IN_THE_MIDDLE', { format: quoted(pattern), char: quoted(next) }, { nowhere: true });
      parts.at(-1)!.push(next);
    } else if (c === '%') parts.push([]);
    else parts.at(-1)!.push(c === '_' ? null : c);
  }
  return parts;
}
export function likeMatcher(pattern: string, sign: string): (text: string) => boolean {
  const parts = likeParts(pattern, sign);
  if (parts.every((p) => !p.includes(null))) {
    const texts = parts.map((p) => p.join(''));
    const [first, ...rest] = texts as [string, ...string[]];
    const last = rest.pop();
    if (last === undefined) return (text) => text === first;
    return (text) => {
      if (!text.startsWith(first)) return false;
      let at = first.length;
      for (const part of rest) { const found = text.indexOf(part, at); if (found < 0) return false; at = found + part.length; }
      return text.length - last.length >= at && text.endsWith(last);
    };
  }
  return (text) => {
    const points = Array.from(text);
    const fits = (part: readonly (string | null)[], at: number): boolean => part.every((c, i) => c === null || c === points[at + i]);
    const [first, ...rest] = parts as [readonly (string | null)[], ...(readonly (string | null)[])[]];
    if (first.length > points.length || !fits(first, 0)) return false;
    const last = rest.pop();
    if (last === undefined) return points.length === first.length;
    let at = first.length;
    for (const part of rest) {
      while (at + part.length <= points.length && !fits(part, at)) at++;
      if (at + part.length > points.length) return false;
      at += part.length;
    }
    return points.length - last.length >= at && fits(last, points.length - last.length);
  };
}
/** A text, not what was cast to one. */
const isGiven = (e: BoundExpr): boolean => !(e.kind === 'cast' && e.origin === 'implicit');
function like(name: 'like' | 'ilike', fold: (text: string) => string): ScalarFunction {
  return scalar(`${name}(string, string, string = '\\') -> boolean`, {
    collation: { takes: 'lcase' }, doc: `Whether a text fits a pattern in which % stands for any characters and _ for one${name === 'ilike' ? ', whatever the case' : ''}.`,
    examples: [`${name}('Spark', '${name === 'like' ? '_park' : '_PARK'}')`],
    print: (args, call) => {
      const sign = call.constant(2);
      if (name === 'ilike') return `ilike(${args.slice(0, sign === '\\' ? 2 : 3).join(', ')})`;
      return `${args[0]} LIKE ${args[1]}${sign === '\\' ? '' : ` ESCAPE ${typeof sign === 'string' ? `'${sign}'` : args[2]}`}`;
    },
    resolve: (call) => { const sign = call.args[2]; return sign && sign.type.kind !== 'string' ? raise('INVALID_ESCAPE_CHAR', { sqlExpr: sqlExpr(sign) }, { span: call.span }) : undefined; },
    check: (call) => {
      const sign = isGiven(call.args[2]!) ? call.constant(2) : undefined;
      if (typeof sign !== 'string' || Array.from(sign).length !== 1) raise('INVALID_ESCAPE_CHAR', { sqlExpr: sqlExpr(call.args[2]!) }, { span: call.span });
    },
    bind: (call) => {
      const folded = isCollated(call.types[0]!) ? (text: string) => lowerText(fold(text)) : fold;
      let last: string | undefined;
      let matcher!: (text: string) => boolean;
      return (text: string, pattern: string, sign: string) => {
        if (pattern !== last) { matcher = likeMatcher(folded(pattern), sign); last = pattern; }
        return matcher(folded(text));
      };
    },
  });
}

export const regularExpressions: readonly ScalarFunction[] = [
  scalar('split(string, regexp: string, int = -1) -> array<string>', { collation: { takes: 'lcase', kept: true }, doc: 'The parts of a text between the matches of a regular expression.', examples: ["split('a,b', ',') = array('a', 'b')"],
    bind: splitter }),
  scalar('rlike(string, regexp: string) -> boolean', { collation: { takes: 'lcase' }, aliases: ['regexp', 'regexp_like'], doc: 'Whether a regular expression matches anywhere in a text.', examples: ["rlike('abc', 'b.')"], print: (args, call) => `${call.name.toUpperCase()}(${args.join(', ')})`,
    bind: (call) => { const compile = compiler(call); return (text: string, source: string) => compile(source).test(text); } }),
  scalar('regexp_replace(subject: string, regexp: string, rep: string, position: const int = 1) -> string', { collation: { meets: true, takes: 'lcase', kept: true }, doc: 'The text with every match from a position on replaced; $1 in the replacement is the first group.', examples: ["regexp_replace('100-200', '([0-9]+)', 'num') = 'num-num'"],
    check: (call) => {
      const position = call.constant(3);
      const written = call.args[3]!;
      if (position === undefined) raise('DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { inputName: '`position`', inputType: '"INT"', inputExpr: sqlExpr(written.kind === 'cast' && written.origin === 'implicit' ? written.arg : written), sqlExpr: `"${call.name}(${call.args.map(printExpr).join(', ')})"` }, { span: call.span });
      if (typeof position === 'number' && position < 1) raise('DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { exprName: 'position', valueRange: '(0, 2147483647]', currentValue: String(position), sqlExpr: `"${call.name}(${call.args.map(printExpr).join(', ')})"` }, { span: call.span });
    },
    bind: (call) => { const compile = compiler(call); return (text: string, source: string, by: string, position: number) => replaceAll(text, source, compile(source), by, position); } }),
  scalar('regexp_extract(string, regexp: string, idx: int = 1) -> string', { collation: { takes: 'lcase', kept: true }, doc: 'A group of the first match, or an empty text.', examples: ["regexp_extract('100-200', '([0-9]+)-([0-9]+)', 2) = '200'"],
    bind: (call) => { const compile = compiler(call); return (text: string, source: string, index: number) => { const p = compile(source); const m = p.find(text, 0); return m?.group(groupOf(call, p, index)) ?? ''; }; } }),
  scalar('regexp_extract_all(string, regexp: string, idx: int = 1) -> array<string>', { collation: { takes: 'lcase', kept: true }, doc: 'A group of every match.', examples: ["regexp_extract_all('1-2,3-4', '([0-9])-([0-9])', 1) = array('1', '3')"],
    bind: (call) => { const compile = compiler(call); return (text: string, source: string, index: number) => { const p = compile(source); return Array.from(matches(p, text), (m) => m.group(groupOf(call, p, index)) ?? ''); }; } }),
  scalar('regexp_count(string, regexp: string) -> int', { collation: { takes: 'lcase', kept: true }, doc: 'The number of matches.', examples: ["regexp_count('abab', 'a') = 2"],
    bind: (call) => { const compile = compiler(call); return (text: string, source: string) => { let n = 0; for (const _ of matches(compile(source), text)) n++; return n; }; } }),
  scalar('regexp_substr(string, regexp: string) -> string', { collation: { takes: 'lcase', kept: true }, doc: 'The first match; NULL if there is none.', examples: ["regexp_substr('ab12', '[0-9]+') = '12'"], nullable: () => true,
    bind: (call) => { const compile = compiler(call); return (text: string, source: string) => { const m = compile(source).find(text, 0); return m && text.slice(m.start, m.end) !== '' ? text.slice(m.start, m.end) : null; }; } }),
  scalar('regexp_instr(string, regexp: string, int = 0) -> int', { collation: { takes: 'lcase', kept: true }, doc: 'The place of the first match from 1; 0 if there is none.', examples: ["regexp_instr('ab12', '[0-9]') = 3"],
    bind: (call) => { const compile = compiler(call); return (text: string, source: string) => { const m = compile(source).find(text, 0); return m ? pointsBefore(text, m.start) + 1 : 0; }; } }),
  like('like', (text) => text),
  like('ilike', (text) => text.toLowerCase()),
];
