// What errors show of a text.

import { caret } from '../../planner/spans.js';

const shown = (text: string, at: string): string => { const start = text.indexOf(at); return caret({ text, start, stop: start + at.length }); };

test('a line with its place under it', () => { expect(shown('SELECT 1,\n  😀 wrong here', 'wrong')).toBe('  😀 wrong here\n    ^^^^^'); });
test.each([
  ["OPTIONS (`kafka.sasl.password` 'hidden') oops", "OPTIONS (`kafka.sasl.password` ********) oops"],
  ["OPTIONS ('Kafka.SSL.key.password' = 'hid\\'den') oops", "OPTIONS ('Kafka.SSL.key.password' = **********) oops"],
  [`required username="u" password="hidden";') oops`, `required username="u" password=********;') oops`],
  ["`kafka.sasl.jaas.config` 'x required password=\"hidden\";' oops", `\`kafka.sasl.jaas.config\` ${'*'.repeat(31)} oops`],
  ["token 'hidden' oops", "token ******** oops"], ["subscribe 'clicks' oops", "subscribe 'clicks' oops"],
])('secrets are stars, and the place is right: %s', (text, expected) => { expect(shown(text, 'oops')).toBe(`${expected}\n${' '.repeat(text.indexOf('oops'))}^^^^`); });
