import { backtracker, BudgetError } from '../../../engine/functions/regexp/backtrack.js';
import { compilePattern, matches, PatternError } from '../../../engine/functions/regexp/pattern.js';
import { parsePattern } from '../../../engine/functions/regexp/parse.js';
import * as T from '../../../planner/types.js';
import { bodyOf, callOf, outcome } from './call.js';

/** All matches with their groups, and the same of the backtracker alone. */
function found(source: string, text: string): readonly string[] {
  const pattern = compilePattern(source);
  const list = Array.from(matches(pattern, text), (m) => [text.slice(m.start, m.end), ...Array.from({ length: pattern.groups }, (_, i) => m.group(i + 1) ?? '~')].join('/'));
  const { node, groups } = parsePattern(source);
  const slow = backtracker(node, groups);
  const again = Array.from(matches({
    ...pattern, find: (s, from, last) => { const at = slow.find(s, from, last); return at && { start: at[0]!, end: at[1]!, group: (n) => at[2 * n]! < 0 ? null : s.slice(at[2 * n], at[2 * n + 1]) }; },
  }, text), (m) => [text.slice(m.start, m.end), ...Array.from({ length: groups }, (_, i) => m.group(i + 1) ?? '~')].join('/'));
  expect(again).toEqual(list);
  return list;
}

// The right column is what Java 17 finds.
test.each([
  ['a$', 'a\na\n', ['a']], ['(?m)a$', 'a\r\na', ['a', 'a']], ['(?md)^.', 'a\rb\nc', ['a', 'c']], ['$', 'a\r\n', ['', '']], ['a\\z', 'a\n', []],
  ['\\bé', 'é aé', ['é']], ['x\\B\u0301', 'x\u0301', ['x\u0301']], ['\\w', 'é1', ['1']], ['(?U)\\w', 'é1', ['é', '1']],
  ['(?i)é', 'É', []], ['(?iu)é', 'É', ['É']], ['(?i)\\p{Lu}', 'a', ['a']], ['a(?i)b|c', 'aBC', ['aB', 'C']], ['(?i:a)b', 'AbAB', ['Ab']],
  ['[a-z&&[^b]]', 'abc', ['a', 'c']], ['[^a&&[^b]]', 'abc', ['b', 'c']], ['[a[1-3]]', 'a2', ['a', '2']], ['[]a]', ']', [']']], ['[a-]', '-', ['-']],
  ['(?>a+)a', 'aaa', []], ['a*+', 'aa', ['aa', '']], ['(a)(?=\\1)', 'aa', ['a/a']], ['(?<!a)b', 'abb', ['b']], ['(?<=a{1,3})b', 'aab', ['b']], ['(a)\\2', 'aa', []], ['(a)\\11', 'aa1', ['aa1/a']],
  ['(?:(a)|b)*', 'ab', ['ab/a', '/~']], ['(a*)?', 'b', ['/', '/']], ['(x)?a', 'a', ['a/~']], ['\\Gab', 'ababxab', ['ab', 'ab']], ['\\Q.*\\E+', '.**', ['.**']],
  ['.', '😀', ['😀']], ['[^a]', '😀', ['😀']], ['\\uD83D\\uDE00', '😀', ['😀']], ['\\x{1F600}', '😀', ['😀']], ['\\X', 'e\u0301', ['e\u0301']], ['\\R', '\r\n\n', ['\r\n', '\n']], ['(?x) a b # c', 'ab', ['ab']],
  ['\\p{IsHan}', '日a', ['日']], ['\\p{javaUpperCase}', 'aB', ['B']], ['\\p{InGreek}', 'aα', ['α']], ['\\cA', '\x01', ['\x01']], ['\\0101', 'A', ['A']],
] as const)('%s in %j', (source, text, expected) => { expect(found(source, text)).toEqual(expected); });

test.each(['(a', 'a)', '[a', '[]', '*a', 'a**', 'a{', 'a{2,1}', '\\', '\\y', '\\p{Nope}', '(?z)', '(?<1>a)', '(?<a>a)(?<a>b)', '\\k<b>', '[b-a]', '\\x1'])('%s is refused', (source) => {
  expect(() => compilePattern(source)).toThrow(PatternError);
});

test('long texts take linear time where an automaton can, and end within a budget where none can', () => {
  const text = 'a'.repeat(50_000);
  expect(compilePattern('(a+)+b').test(text)).toBe(false);
  expect(compilePattern('(a|aa)+$').test(`${text}b`)).toBe(false);
  expect(compilePattern('a+b').test(text)).toBe(false);
  const hostile = compilePattern('(?:(a|aa)\\1)+c');
  expect(() => hostile.find(text, 0)).toThrow(BudgetError);
  expect(hostile.find('aac', 0)).toMatchObject({ start: 0, end: 3 });
});

test('replacing', () => {
  const replace = (...args: readonly [string, string, string, number]) => outcome(() => bodyOf(callOf('regexp_replace', [T.STRING, T.STRING, T.STRING, T.INT], args))(...args));
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Java's notation of a named group.
  expect([replace('ab', '(a)(b)', '$2$1$10', 1), replace('ab', '(?<x>a)', '[${x}]', 1), replace('ab', 'b', '\\$1', 1), replace('aaa', 'a', 'x', 2), replace('ab', '', '-', 1)]).toEqual(['baa0', '[a]b', 'a$1', 'axx', '-a-b-']);
  expect([replace('ab', 'a', '$1', 1), replace('ab', '(', 'x', 1)]).toEqual(['! INVALID_REGEXP_REPLACE', '! INVALID_PARAMETER_VALUE.PATTERN']);
});
