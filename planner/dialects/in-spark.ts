// What is refused of the dialects in daily use, and how the same is said in Spark's.

import type { Token } from './token.js';

/** The pattern is held against the name of a construct, or the tokens around a place that cannot be read, in capitals with a blank between. */
const FORMS: readonly (readonly [pattern: RegExp, form: string])[] = [
  [/(?:OPERATOR|!|^|[\w'`"]) (?:! )?~ \*/, "text RLIKE '(?i)pattern', with a regular expression of Java"],
  [/(?:OPERATOR|!|^) (?:~|REGEXP|RLIKE)|SIMILAR TO/, "text RLIKE 'pattern', with a regular expression of Java"],
  [/->|# >/, "get_json_object(json, '$.name') for a text that holds JSON"],
  [/PATH INTO A DOCUMENT/, "v:name for a VARIANT, get_json_object(json, '$.name') for a text that holds JSON"],
  [/AT TIME ZONE/, "to_utc_timestamp(t, zone) reads a wall clock of the zone, from_utc_timestamp(t, zone) shows one, convert_timezone(from, to, t) takes one to another"],
  [/FLATTEN/, 'FROM t LATERAL VIEW explode(t.list) f AS value, or posexplode with positions'],
  [/WITH (?:OFFSET|ORDINALITY)/, 'FROM t LATERAL VIEW posexplode(t.list) f AS position, value, counted from 0'],
  [/UNPIVOT/, 'FROM t UNPIVOT (value FOR name IN (a, b))'],
  [/PIVOT/, "FROM t PIVOT (sum(a) FOR b IN ('x', 'y'))"],
  [/OPERATOR \|\|/, 'a OR b, or concat(a, b)'],
  [/\* REPLACE/, 'SELECT * EXCEPT (a), expression AS a'],
  [/DISTINCT ON/, 'SELECT … QUALIFY row_number() OVER (PARTITION BY a ORDER BY b) = 1'],
  [/NATURAL/, 'NATURAL JOIN, or JOIN … USING (a)'],
  [/^SEMI JOIN/, 'LEFT SEMI JOIN'],
  [/^ANTI JOIN/, 'LEFT ANTI JOIN'],
  [/ASOF JOIN/, 'ASOF JOIN r MATCH_CONDITION (l.time >= r.time) ON l.key = r.key'],
  [/SAMPLE/, 'FROM t TABLESAMPLE (10 PERCENT)'],
];

/** The hint that says it; undefined where there is nothing to say. */
export function inSpark(construct: string): string | undefined {
  const form = FORMS.find(([pattern]) => pattern.test(construct.toUpperCase()))?.[1];
  return form && `In the dialect spark: ${form}.`;
}
const [BEFORE, FROM] = [2, 4];
/** The hint for the token at which a text could not be read. */
export const inSparkAt = (tokens: readonly Token[], at: number): string | undefined =>
  inSpark(tokens.slice(Math.max(0, at - BEFORE), at + FROM).map((t) => t.kind === 'string' ? "'…'" : t.spelling || t.text).join(' '));
