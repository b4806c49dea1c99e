// Names for what a checkpoint keeps: the state of stateful operators and the watermarks of watermark nodes. A name is a hash of what the
// operator means (its kind, keys, functions and where its input comes from), so a change elsewhere in the query does not move it; two
// operators of the same meaning are told apart by a count. With `byPlace` (Spark's way) it is the number of the operator, the most
// downstream one first.

import { eachColumn } from '../plan/columns.js';
import { printExpr } from '../expr/print.js';
import { isSnapshot, isStreaming, keepsState, outputOf } from '../plan/properties.js';
import { children, expressionsOf, mapChildren } from '../plan/walk.js';
import type { BoundExpr, ColumnId, LogicalPlan, PlanOf } from '../tree.js';
import { sqlName } from '../types.js';

/** The plan with stateId on its stateful nodes and nodeId on its watermark nodes. */
export function assignStateIds(plan: LogicalPlan, byPlace: boolean): LogicalPlan { return new Naming(byPlace).name(plan, false); }

const isStateful = (plan: LogicalPlan): boolean => {
  switch (plan.kind) {
    case 'aggregate': case 'deduplicate': case 'materialize': return true;
    case 'group_state': return keepsState(plan);
    case 'window': case 'join': return plan.emission !== undefined;
    case 'union': return plan.once === true;
    // Above the whole result, which comes anew in each epoch, these begin anew too.
    case 'limit': return plan.byEpoch === undefined && !isSnapshot(plan);
    case 'set_operation': return !isSnapshot(plan);
    default: return false;
  }
};

class Naming {
  private readonly byPlace: boolean;
  private states = 0;
  private watermarks = 0;
  private readonly used = new Map<string, number>();
  private readonly written = new Map<number, string>();
  constructor(byPlace: boolean) { this.byPlace = byPlace; }

  name(plan: LogicalPlan, done: boolean): LogicalPlan {
    if (done || !isStreaming(plan)) return plan;
    if (plan.kind === 'watermark') {
      return { ...plan, nodeId: this.watermark(plan), input: this.name(plan.input, false) };
    }
    if (!isStateful(plan)) return mapChildren(plan, (input) => this.name(input, false));
    const stateId = this.byPlace ? String(this.states++) : this.unique(`${plan.kind}-${hash(meaning(plan).plan)}`);
    return mapChildren({ ...plan, stateId } as LogicalPlan, (input) => this.name(input, false));
  }

  /** Uses of one view are one watermark: the greatest event time that any of them saw. source: Spark's EventTimeWatermark.nodeId */
  private watermark(plan: PlanOf<'watermark'>): string {
    const known = plan.written === undefined ? undefined : this.written.get(plan.written);
    if (known !== undefined) return known;
    const id = this.byPlace ? String(this.watermarks++) : this.unique(`w${hash(`${meaning(plan.input).plan}|${meaning(plan.input).columns.get(plan.column) ?? ''}`)}`);
    if (plan.written !== undefined) this.written.set(plan.written, id);
    return id;
  }

  private unique(id: string): string {
    const count = this.used.get(id) ?? 0;
    this.used.set(id, count + 1);
    return count === 0 ? id : `${id}-${count}`;
  }
}

/** What a plan and each of its columns mean, as texts free of column ids. */
interface Meaning { readonly plan: string; readonly columns: ReadonlyMap<ColumnId, string> }
const meanings = new WeakMap<LogicalPlan, Meaning>();

function meaning(plan: LogicalPlan): Meaning {
  const known = meanings.get(plan);
  if (known) return known;
  // What keys begin with counts once, in the first epoch.
  const inputs = (plan.kind === 'group_state' ? [plan.input] : children(plan)).map(meaning);
  const visible = new Map<ColumnId, string>(inputs.flatMap((m) => [...m.columns]));
  const text = (e: BoundExpr): string => {
    const parts: string[] = [];
    eachColumn(e, (c) => { parts.push(visible.get(c.id) ?? ''); });
    return `${printExpr(e)}:${sqlName(e.type)}<${parts.join(',')}>`;
  };
  const columns = new Map<ColumnId, string>();
  let own: string;
  switch (plan.kind) {
    case 'scan': {
      const { source } = plan;
      own = `scan ${source.format} ${source.name ?? ''} ${JSON.stringify(source.paths ?? [])}`;
      for (const c of plan.columns) columns.set(c.id, hash(`${own} ${c.name} ${sqlName(c.type)}`));
      break;
    }
    case 'project':
      // A projection means its columns; what it leaves out does not count.
      own = inputs[0]!.plan;
      for (const { id, expr } of plan.items) columns.set(id, (expr.kind === 'column' ? visible.get(expr.id) : undefined) ?? hash(text(expr)));
      break;
    case 'filter': case 'sort': case 'watermark': case 'write':
      // These do not shape the state above them: they may change while it is kept.
      own = inputs[0]!.plan;
      for (const [id, m] of visible) columns.set(id, m);
      break;
    case 'union':
      own = `union(${inputs.map((m) => m.plan).join('|')})`;
      plan.columns.forEach((c, i) => { columns.set(c.id, hash(plan.inputs.map((input, k) => inputs[k]!.columns.get(outputOf(input)[i]!.id) ?? '').join('|'))); });
      break;
    default: {
      const call = plan.kind === 'group_state' ? `${plan.call.operation} ${plan.call.time}` : plan.kind === 'window' ? windowMeaning(plan)
        : plan.kind === 'time_window' ? windowsMeaning(plan) : plan.kind === 'set_operation' ? `${plan.op}${plan.all ? ' all' : ''}` : '';
      const keys = plan.kind === 'deduplicate' ? plan.keys.map((k) => visible.get(k) ?? '').join(',') + (plan.withinWatermark ? ' within' : '') : call;
      own = `${plan.kind}(${keys};${expressionsOf(plan).map(text).join(';')};${'type' in plan ? plan.type : ''};${inputs.map((m) => m.plan).join('|')})`;
      const here = outputOf(plan);
      here.forEach((c, i) => { columns.set(c.id, visible.get(c.id) ?? hash(`${own} ${i}`)); });
    }
  }
  const result: Meaning = { plan: inputs.some((m) => m.plan === own) ? own : hash(own), columns };
  meanings.set(plan, result);
  return result;
}

/** Which windows a time is in: with another length or slide the groups are others. */
const windowsMeaning = ({ lengthMicros, slideMicros, startMicros, cumulative }: PlanOf<'time_window'>): string =>
  `${lengthMicros} ${slideMicros} ${startMicros}${cumulative ? ' cumulative' : ''}`;

/** Which rows a window keeps, and in which order; its expressions are printed apart. */
const windowMeaning = ({ top, orderBy, byRow }: PlanOf<'window'>): string =>
  `${top ? `${top.rank} ${top.n}` : ''} ${orderBy.map((o) => `${o.ascending ? 'a' : 'd'}${o.nullsFirst ? 'f' : 'l'}`).join('')}${byRow ? ' by row' : ''}`;

/** 64 bits of text, as 16 hex digits; stable over releases. */
function hash(text: string): string {
  let [a, b] = [0x811c9dc5, 0x9747b28c];
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 0x01000193);
    b = Math.imul(b ^ c, 0x5bd1e995);
    b ^= b >>> 15;
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ b;
  b = Math.imul(b ^ (b >>> 13), 0xc2b2ae35) ^ a;
  return (a >>> 0).toString(16).padStart(8, '0') + (b >>> 0).toString(16).padStart(8, '0');
}
