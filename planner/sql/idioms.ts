// What people write who come from PostgreSQL, MySQL, Flink, ksqlDB and others, where it is no syntax here, and what to write instead.

import type { Token } from './lexer.js';

/** The pattern is held against the tokens around the error, each followed by a blank, words in upper case; `$1` is what its group matched. */
const IDIOMS: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/LIMIT (\S+) , (\S+) /, 'Write LIMIT $2 OFFSET $1.'],
  [/SELECT TOP (?:\( )?(\d+) /, 'Write LIMIT $1 at the end.'],
  [/FETCH (?:FIRST|NEXT) (\d+ )?ROWS? ONLY /, 'Write LIMIT $1.'],
  [/EMIT (?:CHANGES|FINAL) /, 'The output mode says what is emitted: leave this out, and start the query with OUTPUT MODE update (changes) or append (final rows).'],
  [/WINDOW (?:TUMBLING|HOPPING) \( /, "Write GROUP BY window(time, '1 hour'), with a third argument for the step of a hopping window."],
  [/WINDOW SESSION \( /, "Write GROUP BY session_window(time, '10 minutes')."],
  [/MATCH_RECOGNIZE \( .*/, 'There is no pattern matching over rows: compare neighbours by lag and lead, or keep state by key with transformWithState.'],
  [/ON (?:CONFLICT|DUPLICATE KEY) /, 'Rows are never updated in place: keep one row a key in the query, with QUALIFY row_number() OVER (PARTITION BY key ORDER BY time DESC) = 1.'],
  [/(?:AUTO_INCREMENT|AUTOINCREMENT|IDENTITY) /, 'No column numbers itself: leave this out, and make ids in the query, with uuid() or row_number() OVER (ORDER BY time).'],
  [/(?:PRIMARY KEY|FOREIGN KEY|UNIQUE|REFERENCES|CHECK \() /, 'Tables and streams have no constraints: leave this out. Rows that break a rule are sorted out by WHERE.'],
  [/CREATE (?:UNIQUE )?INDEX /, 'There are no indexes: leave the statement out.'],
  [/(?:BEGIN|COMMIT|ROLLBACK|START TRANSACTION) /, 'There are no transactions: what a query writes in one epoch is committed whole.'],
  [/CREATE (?:SOURCE|SINK) /, 'A source is CREATE STREAM name (columns) USING format OPTIONS (…); rows go to a sink by START QUERY name INTO format OPTIONS (…) AS SELECT ….'],
  [/\) WITH \( '/, 'Options stand behind the format: USING json OPTIONS (path \'in\').'],
  [/IN (\d+|'.*?') /, 'The list of IN stands in brackets: IN ($1, …).'],
  [/\$ (\d+) /, 'A parameter is written :name or ?.'],
  [/ARRAY \[ [^\]]*/, 'An array is written array(1, 2, 3).'],
  [/\[ (\S+) : (\S+) \] /, 'A part of an array is slice(array, start, length), counted from 1.'],
  [/& & /, 'Write AND.'],
  [/(?:! )?~ (?:\* )?'/, 'A regular expression is matched by RLIKE.'],
  [/->>? '(\w+)' /, "A field of JSON text is get_json_object(json, '$.$1'); of a VARIANT it is v:$1."],
  [/-> > '(\w+)' /, "A field of JSON text is get_json_object(json, '$.$1'); of a VARIANT it is v:$1."],
  [/: = /, 'A variable is set by SET VAR name = value.'],
  [/(?:^|[^'])# /, 'A comment begins with --.'],
  [/INTERVAL (\d+) (?:$|[,)]|FROM |WHERE |AND |AS )/, 'An interval has a unit: INTERVAL $1 MINUTE.'],
  [/SELECT (?:.* )?INTO \w+ FROM /, 'Write INSERT INTO name SELECT …, or CREATE VIEW name AS SELECT ….'],
];
const BEFORE = 8;
const AFTER = 8;

/** The hint of the first idiom that holds the failing token or the one before it. */
export function idiomHint(tokens: readonly Token[], failing: number, text: string): string | undefined {
  const first = Math.max(0, failing - BEFORE);
  const starts: number[] = [];
  let around = '';
  for (const t of tokens.slice(first, failing + AFTER)) {
    starts.push(around.length);
    if (t.kind !== 'eof') around += `${t.upper || text.slice(t.start, t.stop)} `;
  }
  const [from, at] = [starts[Math.max(0, failing - first - 1)]!, starts[failing - first]!];
  for (const [pattern, hint] of IDIOMS) {
    const match = pattern.exec(around);
    if (match && match.index <= at && match.index + match[0].length > from) return hint.replace(/\$(\d)/g, (whole, n: string) => match[Number(n)]?.trim() ?? (match.length > Number(n) ? 'n' : whole));
  }
  return undefined;
}
