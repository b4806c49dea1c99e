// The text of a .stream file: one query, its epochs, and what is expected of each.
//
//   file   := source+ table* query ("deduplicate" ["within watermark"] column*)? modes step* "end"
//   source := "source" name "(" col TYPE, … ")" ("watermark" col delay ("idle" delay)? ("skew" delay)?)?     table := "table" name "(" col TYPE, … ")" row*
//   modes  := "modes" mode+                                                   query := "query" line+ up to an empty line
//   step   := epoch | "restart" | "restart with" option=value
//   epoch  := "epoch" n "now" time ["idle"] ["crash" point]  ("feed" source row*)*  (mode ["ordered"] row*)*  ("error" condition)?
//             "after" ["watermark" time] ["state" name=rows …] ["late" rows]
//   row    := two spaces, cells ["!late" | "!rejected"]
//
// Cells part at two or more spaces. NULL is bare, "quotes" where it is ambiguous, @12.5 is 12.5 s after 1970. Lines that begin with # are
// comments. A row marked !rejected must be rejected. An epoch without data ("idle") follows by itself. A row marked !late must be dropped as late; where the query makes several rows of
// one before it judges them, "late" says how many those are.

export const CRASH_POINTS = ['offsets-logged', 'computed', 'state-committed', 'sink-written', 'commit-logged'] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];
export type Mode = 'append' | 'update' | 'complete';
export interface Relation { readonly name: string; readonly schema: string; readonly watermark?: { readonly column: string; readonly delay: string; readonly idleAfter?: string | undefined; readonly maxFutureSkew?: string | undefined }; readonly rows: readonly (readonly string[])[] }
export interface Feed { readonly source: string; readonly rows: readonly { readonly cells: readonly string[]; readonly late: boolean; readonly rejected: boolean }[] }
export interface Epoch {
  readonly kind: 'epoch'; readonly epoch: number; readonly nowMillis: number; readonly idle: boolean; readonly crash: CrashPoint | undefined;
  readonly feeds: Feed[]; readonly expected: Map<Mode, { readonly ordered: boolean; readonly rows: string[][] }>;
  error?: string; watermark?: string; state?: string[]; late?: number;
  /** Where it stands in the file. */ readonly line: number;
}
export interface Restart { readonly kind: 'restart'; readonly conf: Readonly<Record<string, string>> }
/** SQL has no word for it: dropDuplicates, on top of the query. */
export interface Deduplicate { readonly withinWatermark: boolean; readonly columns: readonly string[] }
export interface StreamFile { readonly sources: readonly Relation[]; readonly tables: readonly Relation[]; readonly query: string; readonly deduplicate: Deduplicate | undefined; readonly modes: readonly Mode[]; readonly steps: readonly (Epoch | Restart)[] }

export const millisOf = (time: string): number => {
  const m = /^@(-?\d+(?:\.\d+)?)$/.exec(time);
  if (!m) throw new Error(`${time} is no time`);
  return Math.round(Number(m[1]) * 1000);
};
const cellsOf = (line: string): string[] => line.trim().split(/ {2,}/);

export function parseStream(text: string): StreamFile {
  const sources: Relation[] = [];
  const tables: Relation[] = [];
  const steps: (Epoch | Restart)[] = [];
  let query = '';
  let deduplicate: Deduplicate | undefined;
  let modes: Mode[] = [];
  /** Takes the rows that follow. */
  let take: ((cells: string[]) => void) | undefined;
  let inQuery = false;
  let ended = false;
  for (const [index, line] of text.split('\n').entries()) {
    const bad = (why: string): never => { throw new Error(`line ${index + 1}: ${why}: ${line}`); };
    if (inQuery) { if (line.trim() === '') inQuery = false; else query += `${line}\n`; continue; }
    if (line.trim() === '' || line.startsWith('#')) continue;
    if (ended) bad('it stands after the end');
    if (line.startsWith('  ')) { (take ?? bad('a row of nothing'))(cellsOf(line)); continue; }
    take = undefined;
    const [word, ...rest] = line.split(/\s+/);
    const last = steps.at(-1);
    const epoch = (): Epoch => last?.kind === 'epoch' ? last : bad('it stands outside of an epoch');
    switch (word) {
      case 'source': case 'table': {
        const m = /^\w+\s+(\w+)\s*\((.*)\)(?:\s+watermark\s+(\w+)\s+(\d+)s(?:\s+idle\s+(\d+)s)?(?:\s+skew\s+(\d+)s)?)?$/.exec(line) ?? bad('no relation');
        const rows: string[][] = [];
        (word === 'source' ? sources : tables).push({ name: m[1]!, schema: m[2]!, ...(m[3] !== undefined && { watermark: { column: m[3], delay: `${m[4]} seconds`, idleAfter: m[5] && `${m[5]}s`, maxFutureSkew: m[6] && `${m[6]}s` } }), rows });
        if (word === 'table') take = (cells) => { rows.push(cells); };
        break;
      }
      case 'query': inQuery = true; break;
      case 'deduplicate': {
        const within = rest[0] === 'within';
        deduplicate = { withinWatermark: within, columns: within ? rest.slice(2) : rest };
        break;
      }
      case 'modes': modes = rest as Mode[]; break;
      case 'restart': steps.push({ kind: 'restart', conf: rest[0] === 'with' ? Object.fromEntries([rest[1]!.split('=') as [string, string]]) : {} }); break;
      case 'epoch': {
        const m = /^epoch (\d+)\s+now (\S+)(\s+idle)?(?:\s+crash (\S+))?$/.exec(line) ?? bad('no epoch');
        steps.push({ kind: 'epoch', epoch: Number(m[1]), nowMillis: millisOf(m[2]!), idle: m[3] !== undefined, crash: m[4] as CrashPoint | undefined, feeds: [], expected: new Map(), line: index + 1 });
        break;
      }
      case 'feed': {
        const rows: { cells: string[]; late: boolean; rejected: boolean }[] = [];
        epoch().feeds.push({ source: rest[0]!, rows });
        take = (cells) => {
          const [late, rejected] = [cells.at(-1) === '!late', cells.at(-1) === '!rejected'];
          rows.push({ cells: late || rejected ? cells.slice(0, -1) : cells, late, rejected });
        };
        break;
      }
      case 'append': case 'update': case 'complete': {
        const rows: string[][] = [];
        epoch().expected.set(word, { ordered: rest[0] === 'ordered', rows });
        take = (cells) => { rows.push(cells); };
        break;
      }
      case 'error': epoch().error = rest[0]!; break;
      case 'after': {
        const now = epoch();
        for (const part of line.slice('after'.length).trim().split(/ {2,}/)) {
          const [what, ...values] = part.split(' ');
          if (what === 'watermark') now.watermark = values[0]!;
          else if (what === 'state') now.state = values;
          else if (what === 'late') now.late = Number(values[0]);
          else bad(`no expectation ${what}`);
        }
        break;
      }
      case 'end': ended = true; break;
      default: bad('what is this');
    }
  }
  if (!ended || query === '' || modes.length === 0) throw new Error('a file has a query, modes and an end');
  for (const step of steps) if (step.kind === 'epoch') for (const mode of modes) if (!step.error && !step.expected.has(mode)) throw new Error(`line ${step.line}: epoch ${step.epoch} says nothing of ${mode}`);
  return { sources, tables, query, deduplicate, modes, steps };
}
