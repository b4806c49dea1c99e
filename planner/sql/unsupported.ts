// Statements and forms that Spark reads and that are not there: what is said of them, and what to write instead.

import { EngineError } from '../errors/index.js';
import type { Span } from '../spans.js';
import { QUERY_WORDS } from './cursor.js';
import { idiomHint } from './idioms.js';
import type { Token } from './lexer.js';

/** By the first words of a statement. */
const INSTEAD: Readonly<Record<string, string>> = {
  MERGE: 'Rows are never updated in place: keep one row a key in the query, with QUALIFY row_number() OVER (PARTITION BY key ORDER BY time DESC) = 1.',
  UPDATE: 'Rows are never updated in place: write a query that computes the new values, and START QUERY or INSERT INTO to keep them.',
  DELETE: 'Rows are never deleted in place: write a query that leaves them out.',
  CACHE: 'Nothing is cached by name: leave the statement out.', UNCACHE: 'Nothing is cached by name: leave the statement out.', CLEAR: 'Nothing is cached by name: leave the statement out.',
  ALTER: 'A table or view is declared anew: CREATE OR REPLACE.', ANALYZE: 'There are no statistics to compute: leave the statement out.',
  REFRESH: 'Files are listed when a query begins: leave the statement out.', MSCK: 'Files are listed when a query begins: leave the statement out.', REPAIR: 'Files are listed when a query begins: leave the statement out.',
  LOAD: "Declare the files as a table: CREATE TABLE name USING json OPTIONS (path 'in').", USE: 'There is one schema: leave the statement out.',
  COMMENT: 'A comment is given where a table or view is declared: CREATE TABLE name (…) COMMENT \'text\'.',
  'CREATE MATERIALIZED': 'Write CREATE VIEW, or START QUERY name INTO format AS SELECT … to keep the rows.', 'CREATE INDEX': 'There are no indexes: leave the statement out.', 'DROP INDEX': 'There are no indexes: leave the statement out.',
  BEGIN: 'Write the statements one by one, or the steps of the script in TypeScript.', CALL: 'There are no procedures: write a function, or TypeScript.',
};

/** @throws nothing; gives NOT_SUPPORTED_YET */
export function unsupportedStatement(words: string, span: Span | undefined): EngineError {
  const hint = INSTEAD[words] ?? INSTEAD[/^\w*/.exec(words)![0]];
  return new EngineError('NOT_SUPPORTED_YET', { feature: `The statement ${words}` }, { ...(span && { span }), ...(hint !== undefined && { hint }) });
}

/** What Spark reads and the parser here does not, from the token at fault on; or what the parser says of it on purpose. */
export function unsupportedForm(tokens: readonly Token[], error: EngineError): EngineError {
  const said = error.parameters['hint'] ?? '';
  if (said !== '' && !/^: (extra|missing) /.test(said)) return error;
  const span = error.span!;
  const at = Math.max(0, tokens.findIndex((t) => t.start >= span.start));
  // The words that tell the statement are not known together.
  if (!QUERY_WORDS.has(tokens[0]!.upper) && (at < 2 || (at === 2 && tokens[0]!.upper === 'SHOW'))) return unsupportedStatement(tokens.slice(0, 2).flatMap((t) => t.upper || []).join(' '), span);
  const hint = idiomHint(tokens, at, span.text);
  const from = span.start < span.stop ? `'${span.text.slice(span.start, span.stop)}'` : 'the end';
  return new EngineError('NOT_SUPPORTED_YET', { feature: `What Spark reads from ${from} on` }, { span, ...(hint !== undefined && { hint }) });
}
