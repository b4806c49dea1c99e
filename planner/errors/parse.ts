// Errors of the lexer, the parser and statements.

import { conditions } from './define.js';

export const parseConditions = conditions({
  PARSE_SYNTAX_ERROR: { sqlState: '42601', message: 'Syntax error at or near <error><hint>.' },
});
