// Patterns of times: what other dialects write, as ours. Only what means the same is known: no names padded with blanks, no weeks.

/** percent: `%Y-%m-%d` of MySQL and Trino; strftime: that of BigQuery; words: `YYYY-MM-DD` of PostgreSQL and Snowflake; java: as ours. */
export type Patterns = 'percent' | 'strftime' | 'words' | 'java';

const SHARED: Readonly<Record<string, string>> = { Y: 'yyyy', y: 'yy', m: 'MM', d: 'dd', e: 'd', H: 'HH', I: 'hh', p: 'a', b: 'MMM', a: 'EEE', j: 'DDD', T: 'HH:mm:ss' };
const LETTERS: Readonly<Record<'percent' | 'strftime', Readonly<Record<string, string>>>> = {
  percent: { ...SHARED, i: 'mm', s: 'ss', S: 'ss', h: 'hh', M: 'MMMM', W: 'EEEE', c: 'M', f: 'SSSSSS' },
  strftime: { ...SHARED, M: 'mm', S: 'ss', B: 'MMMM', A: 'EEEE', F: 'yyyy-MM-dd', R: 'HH:mm' },
};
const WORDS: readonly (readonly [string, string])[] = [['YYYY', 'yyyy'], ['HH24', 'HH'], ['HH12', 'hh'], ['YY', 'yy'], ['MM', 'MM'], ['MI', 'mm'], ['DD', 'dd'], ['SS', 'ss'], ['US', 'SSSSSS'], ['MS', 'SSS'], ['FF3', 'SSS'], ['FF6', 'SSSSSS']];

const literally = (text: string): string => /[A-Za-z']/.test(text) ? `'${text.replaceAll("'", "''")}'` : text;

/** undefined if something in it has no certain counterpart. */
export function javaPattern(pattern: string, of: Patterns): string | undefined {
  if (of === 'java') return pattern;
  if (of === 'words') return fromWords(pattern);
  const parts = pattern.match(/%.|[^%]+|%$/gs) ?? [];
  const read = parts.map((part) => part.startsWith('%') ? part === '%%' ? '%' : LETTERS[of][part.slice(1)] : /[[\]{}#]/.test(part) ? undefined : literally(part));
  return read.includes(undefined) ? undefined : read.join('');
}
function fromWords(pattern: string): string | undefined {
  let out = '';
  for (let rest = pattern; rest !== ''; ) {
    const found = WORDS.find(([word]) => rest.toUpperCase().startsWith(word));
    const quoted = /^"([^"]*)"/.exec(rest);
    if (found) { out += found[1]; rest = rest.slice(found[0].length); }
    else if (quoted) { out += literally(quoted[1]!); rest = rest.slice(quoted[0].length); }
    else if (/^[-/:., T]/.test(rest) && !/^T[A-Z]/i.test(rest)) { out += literally(rest[0]!); rest = rest.slice(1); }
    else return undefined;
  }
  return out;
}
