// The model of Spark's grammar as a network, and the tokens of a text as it names them.

import type { Token } from '../lexer.js';
import { PIPE_WORDS } from '../operators.js';
import { EXPRESSIONS } from './grammar-expressions.js';
import { QUERIES } from './grammar-queries.js';
import { STATEMENTS } from './grammar-statements.js';
import { makeNetwork, type Network, UNKNOWN } from './network.js';

const words = (text: string): readonly string[] => text.split(/\s+/);
const STRICT = words('ANTI CROSS EXCEPT FULL INNER INTERSECT JOIN LATERAL LEFT NATURAL ON RIGHT SEMI MINUS UNION USING');
/** Keywords that could not be names if the words of the standard were reserved. */
const RESERVED = words(`ALL AND ANY AS AUTHORIZATION BOTH CALL CASE CAST CHECK COLLATE COLLATION COLLATIONS COLUMN CONSTRAINT CREATE CROSS CURRENT_DATE CURRENT_PATH CURRENT_SCHEMA CURRENT_TIME CURRENT_TIMESTAMP
CURRENT_USER DISTINCT ELSE END ESCAPE EXCEPT EXECUTE FALSE FETCH FILTER FOR FOREIGN FROM FULL GRANT GROUP HAVING IN INNER INTERSECT INTO IS JOIN LATERAL LEADING LEFT LOCALTIME NATURAL NOT NULL OFFSET ON
ONLY OR ORDER OUTER OVERLAPS PRIMARY RECURSIVE REFERENCES RIGHT SELECT SESSION_USER SOME SQL TABLE THEN TIME TO TRAILING UNION UNIQUE UNKNOWN USER USING WHEN WHERE WITH WITHIN`);
const RANGE_UNITS = words('DAY HOUR MINUTE MONTH SECOND YEAR');
const CLASSES: Readonly<Record<string, readonly string[]>> = {
  '@strict': STRICT, '@rangeUnit': RANGE_UNITS,
  '@units': words('DAY DAYS HOUR HOURS MICROSECOND MICROSECONDS MILLISECOND MILLISECONDS MINUTE MINUTES MONTH MONTHS NANOSECOND NANOSECONDS SECOND SECONDS WEEK WEEKS YEAR YEARS'),
  '@dateUnit': words('DAY DAYOFYEAR HOUR MICROSECOND MILLISECOND MINUTE MONTH QUARTER SECOND WEEK YEAR'),
  '@nowFunction': words('CURRENT_DATE CURRENT_PATH CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER LOCALTIME SESSION_USER USER'),
  '@plainType': words('BIGINT BINARY BOOLEAN BYTE DATE DOUBLE FLOAT INT INTEGER LONG REAL SHORT SMALLINT TINYINT VARIANT VOID'),
  '@rlike': words('RLIKE REGEXP'), '@equal': words('= =='), '@atMost': words('<= !>'), '@atLeast': words('>= !<'), '@arithmetic': words('* / % DIV + - ~ & | || ^'),
  '@temporary': words('TEMPORARY TEMP'), '@variable': words('VAR VARIABLE'), '@columns': words('COLUMN COLUMNS'),
  '@namespace': words('DATABASE NAMESPACE SCHEMA'), '@namespaces': words('DATABASES NAMESPACES SCHEMAS'),
};

export function makeModel(): Network {
  const text = `${EXPRESSIONS}${QUERIES}${STATEMENTS}`;
  const keywords = new Set([...text.replace(/'[^']*'|@\w+/g, ' ').match(/\b[A-Z][A-Z_]*\b/g)!, ...Object.values(CLASSES).flat().filter((w) => /^[A-Z]/.test(w))]);
  const without = (some: readonly string[]): readonly string[] => [...keywords].filter((w) => !some.includes(w));
  return makeNetwork(text, { ...CLASSES, '@keyword': without(STRICT), '@ansiName': without(RESERVED) }, [...PIPE_WORDS]);
}

const NUMBERS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^\d+$/, '@integer'], [/BD$/i, '@bigdecimal'], [/L$/i, '@bigint'], [/S$/i, '@smallint'], [/Y$/i, '@tinyint'], [/F$/i, '@float'], [/D$/i, '@double'], [/E/i, '@exponent'], [/./, '@decimal'],
];

export interface ModelToken { readonly kind: number; readonly start: number; readonly stop: number; readonly token: Token }
/** The tokens as the model has them. The end is not among them. */
export function modelTokens(network: Network, text: string, tokens: readonly Token[]): readonly ModelToken[] {
  const made: ModelToken[] = [];
  for (const token of tokens) {
    const push = (name: string): void => { made.push({ kind: network.tokens.get(name) ?? UNKNOWN, start: token.start, stop: token.stop, token }); };
    switch (token.kind) {
      case 'eof': break;
      case 'quoted': push('@quoted'); break;
      case 'string': push(text[token.start] === '"' ? '@doubleQuoted' : '@string'); break;
      case 'number': push(NUMBERS.find(([pattern]) => pattern.test(token.text))![1]); break;
      case 'word': push(network.keywords.has(token.upper) ? token.upper : '@word'); break;
      default: push(token.text);
    }
  }
  return made;
}
