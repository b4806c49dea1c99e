// Why there is no output yet: what the operators of a query say of themselves, put together. Structure first, text from it. The counts are
// those since this start as long as nothing has come out, else those of the newest epoch with rows, so that a query that has fallen silent is explained
// as one that never spoke.

import { type Held, type Millis, operatorId, type PhysicalPlan, type RowCounts } from '../operators/operator.js';
import { leastWhere } from '../operators/tools.js';
import { propagate, type WatermarkState } from './watermarks.js';

/** What a reason is about.
 *  failed, stopped: the query has ended. not_begun: no epoch has run since this start. trigger_not_due: rows may be there, the next epoch comes later.
 *  no_rows: a source has given none. source_idle: a source is left out of the watermark. held: rows wait for the watermark. never_released: rows wait
 *  that no watermark lets go. filtered, late, rejected, deduplicated, unmatched: what became of all rows that came to an operator. limit_reached. */
export type WhyKind = 'failed' | 'stopped' | 'not_begun' | 'trigger_not_due' | 'no_rows' | 'source_idle' | 'held' | 'never_released' | 'filtered' | 'late' | 'rejected' | 'deduplicated'
  | 'unmatched' | 'limit_reached';

export interface WhyReason {
  readonly kind: WhyKind;
  /** A sentence. */
  readonly text: string;
  /** Kind and id of an operator, as progress names them. */
  readonly operator?: string;
  readonly id?: string;
  readonly source?: string;
  /** Rows (of an aggregate: groups) that it is about. */
  readonly rows?: number;
  /** ms since 1970: the operator's watermark, the one that lets the first of its rows go, and how much event time lies between. */
  readonly watermark?: Millis;
  readonly releasedAt?: Millis;
  readonly missingMillis?: Millis;
  /** What pins the watermark, and what would move it far enough. */
  readonly pinnedBy?: readonly { readonly source: string; readonly watermark: Millis; /** A row with at least this event time is wanted. */ readonly needsEventTime: Millis }[];
}
export interface Why {
  readonly query: string;
  /** Rows that have come out since this start, and in the newest epoch. */
  readonly rowsOut: number;
  readonly rowsOutOfLastEpoch: number;
  /** What matters most, in a sentence. */
  readonly summary: string;
  /** What matters most first. */
  readonly reasons: readonly WhyReason[];
  /** The summary and the reasons, a line each. */
  toString(): string;
}

/** The state of a query between two epochs. */
export interface WhyFacts {
  readonly query: string;
  readonly plan: PhysicalPlan;
  readonly failure: string | undefined;
  readonly ended: boolean;
  /** Epochs that have run since this start. */
  readonly epochs: number;
  /** When the next trigger is due, if it does not come at once. */
  readonly nextTrigger: Millis | undefined;
  readonly rowsOut: number;
  readonly rowsOutOfLastEpoch: number;
  /** By node: since this start, and in the newest epoch with rows. */
  readonly counts: readonly Readonly<RowCounts>[];
  readonly lastCounts: readonly Readonly<RowCounts>[];
  readonly held: readonly (Held | undefined)[];
  /** What a leaf reads, for people. */
  readonly source: (node: number) => string | undefined;
  readonly policy: 'min' | 'max';
  readonly allowMultiple: boolean;
  readonly global: Millis;
  /** Of each watermark node of the plan. */
  readonly watermarks: readonly (WatermarkState & { readonly node: number; readonly delayMillis: Millis })[];
}

const iso = (millis: Millis): string => { const date = new Date(millis); return Number.isNaN(date.getTime()) ? `${millis} ms` : date.toISOString(); };
const many = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
/** `1 h 5 min`, `12.5 s`: the two largest units. */
export function span(millis: Millis): string {
  const units = [['d', 86_400_000], ['h', 3_600_000], ['min', 60_000]] as const;
  for (const [i, [unit, size]] of units.entries()) {
    if (millis < size) continue;
    const rest = millis % size;
    const next = units[i + 1] ?? (['s', 1000] as const);
    const part = Math.floor(rest / next[1]);
    return `${Math.floor(millis / size)} ${unit}${part > 0 ? ` ${part} ${next[0]}` : ''}`;
  }
  return millis >= 1000 ? `${millis / 1000} s` : `${millis} ms`;
}

export function explainSilence(facts: WhyFacts): Why {
  const reasons = facts.ended ? ofEnd(facts) : [...ofStart(facts), ...ofHeld(facts), ...ofBlocked(facts), ...ofSources(facts), ...ofIdle(facts), ...ofTrigger(facts)];
  const { rowsOut, rowsOutOfLastEpoch, query } = facts;
  const spoke = rowsOutOfLastEpoch > 0 ? `The newest epoch gave ${many(rowsOutOfLastEpoch, 'row')}.` : undefined;
  const summary = (rowsOutOfLastEpoch > 0 && !facts.ended ? spoke : reasons[0]?.text) ?? 'All rows that came have been taken in, and nothing waits.';
  return {
    query, rowsOut, rowsOutOfLastEpoch, summary, reasons,
    toString: () => [`${query}: ${many(rowsOut, 'row')} out since it started. ${summary}`, ...reasons.filter((r) => r.text !== summary).map((r) => `- ${r.text}`)].join('\n'),
  };
}

const ofEnd = ({ failure }: WhyFacts): WhyReason[] => [failure !== undefined ? { kind: 'failed', text: `It has failed: ${failure}` } : { kind: 'stopped', text: 'It has been stopped, or has come to its end.' }];
const ofStart = ({ epochs }: WhyFacts): WhyReason[] => epochs > 0 ? [] : [{ kind: 'not_begun', text: 'No epoch has run since it started: no source has had rows yet.' }];
const ofTrigger = ({ nextTrigger }: WhyFacts): WhyReason[] => nextTrigger === undefined ? [] : [{ kind: 'trigger_not_due', text: `The next epoch is due at ${iso(nextTrigger)}.` }];

/** Operators that took rows in and gave none. */
function ofBlocked({ plan, rowsOut, counts, lastCounts, held, watermarks }: WhyFacts): WhyReason[] {
  const horizon = rowsOut === 0 ? counts : lastCounts;
  return plan.nodes.flatMap((node, i): WhyReason[] => {
    const c = horizon[i]!;
    if (c.in === 0 || c.out > 0) return [];
    const about = (kind: WhyKind, text: string, rows: number): WhyReason => ({ kind, text, operator: node.name, id: operatorId(plan, i), rows });
    const name = `${node.name}${node.detail === '' ? '' : ` ${node.detail}`}`;
    if (c.late === c.in) return [about('late', `All ${many(c.in, 'row')} that came to ${name} were late: lateRows() shows them.`, c.late)];
    if (c.rejected === c.in) return [about('rejected', `All ${many(c.in, 'row')} that came to ${name} were rejected${watermarks.some((w) => w.node === i) ? ' as too far in the future' : ''}: rejectedRows() shows them.`, c.rejected)];
    if (c.deduplicated === c.in) return [about('deduplicated', `All ${many(c.in, 'row')} that came to ${name} had been seen before.`, c.deduplicated)];
    if (c.filtered === c.in) return [node.name === 'limit' ? about('limit_reached', `The limit has been reached: ${name}.`, c.filtered) : about('filtered', `All ${many(c.in, 'row')} that came to ${name} were dropped by it.`, c.filtered)];
    const lost = ([['late', c.late], ['filtered', c.filtered], ['rejected', c.rejected], ['seen before', c.deduplicated]] as const).filter(([, n]) => n > 0).map(([what, n]) => `${n} ${what}`);
    const combined = node.name.startsWith('except') || node.name.startsWith('intersect');
    const joined = combined || (node.inputs.length === 2 && node.name.includes('join'));
    if (held[i] !== undefined && !joined) return [];
    const how = joined ? `None of the ${many(c.used, 'row')} that ${name} took in ${combined ? 'is in the result' : 'has found a partner'}` : `${name} took in ${many(c.used, 'row')} and has given none`;
    return [about(joined ? 'unmatched' : 'filtered', `${how}${lost.length > 0 ? `; ${lost.join(', ')}` : ''}.`, c.used)];
  });
}

/** Rows that wait for event time. */
function ofHeld(facts: WhyFacts): WhyReason[] {
  const { plan, held, allowMultiple, global, watermarks } = facts;
  const now = propagate(plan, global, allowMultiple);
  return plan.nodes.flatMap((node, i): WhyReason[] => {
    const waits = held[i];
    if (waits === undefined || waits.rows === 0) return [];
    const base = { operator: node.name, id: operatorId(plan, i), rows: waits.rows, watermark: now[i]! };
    const holds = `${node.name} holds ${many(waits.rows, node.name.includes('aggregate') ? 'group' : 'row')}`;
    if (waits.until === undefined) return [{ ...base, kind: 'never_released', text: `${holds} that no watermark lets go: ${waits.because ?? 'they have no event time'}.` }];
    const until = waits.until;
    // What the global watermark must be: operators below may hold theirs back.
    const needed = leastWhere((w) => w > 0 && propagate(plan, w, allowMultiple)[i]! >= until, until) ?? until;
    const behind = watermarks.filter((w) => !w.idle && (w.watermark ?? 0) < needed);
    const pins = facts.policy === 'max' && watermarks.some((w) => (w.watermark ?? 0) >= needed) ? [] : facts.policy === 'max' ? behind.slice(0, 1) : behind;
    const pinnedBy = [...new Map(pins.map((w) => [w.nodeId, { source: sourcesBelow(facts, w.node), watermark: w.watermark ?? 0, needsEventTime: needed + w.delayMillis }])).values()].sort((a, b) => a.watermark - b.watermark);
    const missingMillis = Math.max(0, until - now[i]!);
    const release = pinnedBy.map((p) => `a row of ${p.source} at ${iso(p.needsEventTime)} or later`).join(' and ');
    return [{
      ...base, kind: 'held', releasedAt: until, missingMillis, pinnedBy,
      text: `${holds}; the first goes out when the watermark is at ${iso(until)}, ${now[i] === 0 ? 'and there is none yet' : `it is at ${iso(now[i]!)} (${span(missingMillis)} short)`}. `
        + (pinnedBy.length === 0 ? 'The next epoch moves it.' : `It takes ${release}${facts.policy === 'max' && pinnedBy.length > 0 && watermarks.length > 1 ? ', or of another source' : ''}.`),
    }];
  });
}

function ofIdle(facts: WhyFacts): WhyReason[] {
  return facts.watermarks.filter((w) => w.idle).map((w): WhyReason => {
    const source = sourcesBelow(facts, w.node);
    return { kind: 'source_idle', source, id: w.nodeId, watermark: w.watermark ?? 0, text: `${source} is idle (no rows since ${iso(w.activeAt ?? 0)}) and holds no watermark back.` };
  });
}

/** Sources that have given nothing since the start. */
function ofSources({ plan, counts, source, epochs }: WhyFacts): WhyReason[] {
  if (epochs === 0) return [];
  return plan.nodes.flatMap((_, i): WhyReason[] => {
    const name = source(i);
    return name === undefined || counts[i]!.in > 0 ? [] : [{ kind: 'no_rows', source: name, id: operatorId(plan, i), text: `${name} has given no rows.` }];
  });
}

function sourcesBelow({ plan, source }: WhyFacts, node: number): string {
  const below = new Set<string>();
  const visit = (at: number): void => { const name = source(at); if (name !== undefined) below.add(name); for (const input of plan.nodes[at]!.inputs) visit(input); };
  visit(node);
  return [...below].join(' and ');
}
