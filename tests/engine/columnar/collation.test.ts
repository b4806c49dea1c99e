// The rules of collations: an order, keys that agree with it whatever came first, and what is found in a text.

import { collationNamed } from '../../../planner/collations.js';
import { textRules } from '../../../engine/columnar/collation.js';
import { textSearch } from '../../../engine/columnar/text-search.js';

const TEXTS = ['', ' ', 'a', 'A', 'ä', 'a\u0308', 'Ä', 'á', 'ặ', 'aa', 'å', 'Å', 'æ', 'ae', 'AE', 'ᴭ', 'b', 'ß', 'ss', 'SS', 'ẞ', 'ﬁ', 'fi', 'ʣ', 'dz', 'ð', 'i', 'I', 'ı', 'İ', 'i\u0307', 'ø', 'o', 'ö', 'σ', 'ς', 'Σ', '⑩', '10', '⓾', 'ŀ', 'l', '\u00ad', 'あ', 'ア', '中', '😀', 'a ', 'A  '];
const NAMES = ['UTF8_BINARY', 'UTF8_LCASE', 'UTF8_LCASE_RTRIM', 'UNICODE', 'UNICODE_CI', 'UNICODE_AI', 'UNICODE_CI_AI', 'UNICODE_CI_RTRIM', 'de', 'sv_CI_AI', 'da_CI', 'da_CI_AI', 'tr_CI', 'fr_CAN_CI_AI'];

test.each(NAMES)('%s is an order, and texts are equal that have one form', (name) => {
  const { compare, form = (text: string) => text } = textRules(name);
  const sorted = [...TEXTS].sort(compare);
  const wrong = sorted.flatMap((a, i) => sorted.flatMap((b, j) => {
    const order = Math.sign(compare(a, b));
    return order + Math.sign(compare(b, a)) !== 0 || (order === 0) !== (form(a) === form(b)) || (i < j && order > 0) ? [[a, b, order]] : [];
  }));
  expect(wrong).toEqual([]);
});

test('which texts are equal does not depend on which came first', () => {
  const classes = (name: string, texts: readonly string[]): unknown => {
    const form = textRules(name).form!;
    texts.forEach(form);
    return TEXTS.map((a) => TEXTS.filter((b) => form(a) === form(b)));
  };
  expect(classes('en_CI_AI', TEXTS)).toEqual(classes('UNICODE_CI_AI', [...TEXTS].reverse()));
});

test.each([
  ['UTF8_LCASE', 'xİy', 'i\u0307', [1, 2]], ['UTF8_LCASE', 'xİy', 'i', undefined], ['UNICODE_CI', 'xA\u0308', 'a', undefined], ['UNICODE_CI_AI', 'xA\u0308y', 'a', [1, 3]],
  ['UNICODE_CI_AI', 'straße', 'SS', [4, 5]], ['UNICODE_CI', 'a\u00adb', 'AB', [0, 3]], ['UNICODE_CI', '😀A', 'a', [2, 3]], ['da_CI_AI', 'ål', 'a', undefined], ['UNICODE', 'a', '', undefined],
])('%s: in %j %j is at %j', (name, text, part, place) => {
  const search = textSearch(textRules(name));
  const expected = place && { start: (place as number[])[0], end: (place as number[])[1] };
  expect([search.find(text, part), search.findLast(text, part)]).toEqual([expected, expected]);
});

test.each([['unicode_ai_ci', 'UNICODE_CI_AI'], ['system.BUILTIN.fr_can_cs_ai', 'fr_CAN_AI'], ['SR_CYRL_srb_rtrim', 'sr_Cyrl_SRB_RTRIM'], ['utf8_lcase', 'UTF8_LCASE']])('%s is %s', (written, name) => { expect(collationNamed(written)).toBe(name); });
test.each([['UTF8_LCASE_CI', 'UTF8_LCASE'], ['de_CI_CI', 'de_CI'], ['UNICODE_CI_CS', 'UNICODE_CS'], ['x.UNICODE', 'UNICODE'], ['nope', 'ne, no'], ['a'.repeat(100_000), 'ar_SAU']])('%.20s… is none', (written, proposals) => {
  expect(() => collationNamed(written)).toThrow(expect.objectContaining({ condition: 'COLLATION_INVALID_NAME', parameters: expect.objectContaining({ proposals }) }));
});
