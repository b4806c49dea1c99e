import { isComplete } from '../../cli/complete.js';

test.each([
  ['SELECT 1;', true], ['SELECT 1;\n -- done', true], ['SELECT 1; /* a */ ', true], ['SELECT 1;; \n', true], ["SELECT 'a;';", true], ["SELECT 'it\\'s;';", true], ['SELECT `;`;', true], ["SELECT 'a''b';", true],
  ['SELECT 1', false], ["SELECT 'a;\n", false], ['SELECT "a;', false], ['SELECT `a;', false], ['SELECT 1; /* a;', false], ['SELECT 1 -- a;', false], ['SELECT 1; SELECT 2', false], ['', false], ['  \n', false],
])('%j is complete: %s', (text, expected) => { expect(isComplete(text)).toBe(expected); });
