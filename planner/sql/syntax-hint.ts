// What to do about a syntax error. First the idioms of other systems; then repairs of one token near the place (a keyword mistyped, a word, a
// comma or a bracket left out, a token too much, a name in double quotes): a repair is proposed if the text, so repaired, reads further.

import { EngineError } from '../errors/index.js';
import { didYouMean, likely } from '../similar.js';
import type { Cursor } from './cursor.js';
import { idiomHint } from './idioms.js';
import { type Token, tokenize } from './lexer.js';

/** Longer texts are not read again and again. */
const REPAIRED_CHARACTERS = 10_000;

/** Words that are mistyped most. A proposal is tried before it is made, so that more words do no harm. */
const KEYWORDS = `SELECT FROM WHERE GROUP ORDER BY HAVING LIMIT OFFSET QUALIFY WINDOW JOIN LEFT RIGHT FULL INNER CROSS OUTER ON USING LATERAL VIEW AS AND OR NOT IN IS LIKE ILIKE
BETWEEN EXISTS CASE WHEN THEN ELSE END UNION EXCEPT INTERSECT ALL DISTINCT WITH VALUES INSERT INTO CREATE REPLACE TABLE STREAM FUNCTION DROP SHOW DESCRIBE EXPLAIN START STOP QUERY
SET OPTIONS WATERMARK FOR OUTPUT MODE TRIGGER EVERY CHECKPOINT OVER PARTITION ROWS RANGE PRECEDING FOLLOWING UNBOUNDED CURRENT DESC ASC NULLS FIRST LAST NULL TRUE FALSE CAST INTERVAL
YEAR MONTH WEEK DAY HOUR MINUTE SECOND YEARS MONTHS WEEKS DAYS HOURS MINUTES SECONDS PIVOT UNPIVOT FILTER RETURNS RETURN IF`.split(/\s+/);
/** `Did you mean FROM?`; undefined for a word that is a keyword, or like none. */
export const keywordMeant = (word: string): string | undefined => KEYWORDS.includes(word.toUpperCase()) ? undefined : didYouMean(word, KEYWORDS);

const BEFORE_BY: ReadonlySet<string> = new Set(['GROUP', 'ORDER', 'PARTITION', 'SORT', 'CLUSTER', 'DISTRIBUTE']);

type Read = (text: string, missing?: Cursor['missing']) => void;
interface Repair { readonly start: number; readonly stop: number; readonly text: string; readonly hint: string }

/** `at`: the offset of the token that the error names. */
export function syntaxHint(text: string, at: number, read: Read): string | undefined {
  const tokens = tokenize(text);
  const failing = tokens.findIndex((t) => t.start >= at);
  const token = tokens[failing];
  if (!token) return undefined;
  if (token.kind === 'symbol' && /^[rR]?['"`]$/.test(token.text)) return `The ${token.text === '`' ? 'name' : 'text'} that begins here has no closing ${token.text.at(-1)!}.`;
  const idiom = idiomHint(tokens, failing, text);
  if (idiom !== undefined || text.length > REPAIRED_CHARACTERS) return idiom;
  const left = text.length - at;
  let best: { readonly hint: string; readonly left: number } | undefined;
  for (const repair of repairs(tokens, failing, text, read)) {
    const rest = unread(`${text.slice(0, repair.start)}${repair.text}${text.slice(repair.stop)}`, read);
    if (rest === 0) return repair.hint;
    if (rest < (best?.left ?? left - (tokens[failing + 1]?.stop ?? token.stop) + token.start)) best = { hint: repair.hint, left: rest };
  }
  return best?.hint ?? (token.kind === 'eof' ? 'The text ends too early.' : undefined);
}

/** How much of the text is left where it cannot be read on; 0: all of it is read. What is wrong beside the syntax counts as not read. */
function unread(text: string, read: Read): number {
  try { read(text); return 0; } catch (error) {
    return error instanceof EngineError && error.condition === 'PARSE_SYNTAX_ERROR' && error.span ? Math.max(1, text.length - error.span.start) : text.length + 1;
  }
}

function* repairs(tokens: readonly Token[], failing: number, text: string, read: Read): Generator<Repair> {
  const token = tokens[failing]!;
  const shown = (t: Token): string => t.kind === 'eof' ? 'the end' : text.slice(t.start, t.stop);
  for (const at of [failing, failing - 1]) {
    const word = tokens[at];
    if (word?.kind !== 'word') continue;
    for (const keyword of likely(word.upper, KEYWORDS.filter((k) => k !== word.upper))) {
      yield { start: word.start, stop: word.stop, text: keyword, hint: `Did you mean ${keyword} instead of ${word.text}?` };
    }
  }
  for (const at of [failing, failing - 1]) {
    const name = tokens[at];
    if (name?.kind !== 'string' || text[name.start] !== '"') continue;
    const quoted = `\`${name.text.replaceAll('`', '``')}\``;
    yield { start: name.start, stop: name.stop, text: quoted, hint: `Double quotes make a text. A name is quoted by backquotes: ${quoted}` };
  }
  const insert = (at: number, missing: string): Repair =>
    ({ start: tokens[at]!.start, stop: tokens[at]!.start, text: ` ${missing} `, hint: `${missing} seems to be missing before ${shown(tokens[at]!)}.` });
  if (BEFORE_BY.has(tokens[failing - 1]?.upper ?? '')) yield insert(failing, 'BY');
  const missed = new Map<number, Set<string>>();
  try { read(text, (at, what) => { if (at < tokens.length) missed.set(at, (missed.get(at) ?? new Set()).add(what)); }); } catch { /* as before */ }
  // A form that was given up may have come further.
  const furthest = Math.max(failing, ...missed.keys());
  for (const at of new Set([furthest, failing])) for (const what of missed.get(at) ?? []) yield insert(at, what);
  if (token.kind === 'eof') return;
  if (token.kind !== 'symbol') yield { start: token.start, stop: token.start, text: ', ', hint: `A comma seems to be missing before ${shown(token)}.` };
  yield { start: token.start, stop: token.stop, text: ' ', hint: `${shown(token)} seems to be too much.` };
}
