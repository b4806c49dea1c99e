// What stands behind FROM: relations with their clauses, joins, lateral views. Each has a grade in the grammar: what is looser than its place takes
// brackets.

import { doubleText } from '../../number-text.js';
import type { Expr, TableArgument, UnresolvedPlan, WatermarkClause } from '../../tree.js';
import { argText, exprList, exprText, type PrintQuery } from './expressions.js';
import { bracketed, dotted, ident, names, optionList, whole, withoutForm } from './names.js';

type PlanOf<K extends UnresolvedPlan['kind']> = Extract<UnresolvedPlan, { kind: K }>;
/** What a place takes without brackets: only names and brackets can be sampled. */
const GRADE = { joined: 0, finished: 1, sampled: 2, base: 3 } as const;

/** The text behind FROM; undefined of what no relation is: a query that only pipes can go on from. `open`: it may begin with brackets around what pipes
 *  could say, too; a chain of pipes has no end, but brackets do. */
export function fromText(query: PrintQuery, plan: UnresolvedPlan, open: boolean): string | undefined {
  return relation(query, plan, GRADE.joined, open) ?? behindViews(query, plan, open);
}
/** Lateral views stand at the end of all relations, and pivots behind them. */
function behindViews(query: PrintQuery, plan: UnresolvedPlan, open: boolean): string | undefined {
  if (plan.kind === 'lateral_view') return after(fromText(query, plan.input, open), lateralView(query, plan));
  if (plan.kind === 'pivot' || plan.kind === 'unpivot') return after(behindViews(query, plan.input, open), relationClause(query, plan));
  return plan.kind === 'subquery_alias' && !plan.columns && isPivot(plan.input) ? after(behindViews(query, plan.input, open), `AS ${ident(plan.alias)}`) : undefined;
}
const after = (before: string | undefined, clause: string): string | undefined => before === undefined ? undefined : `${before} ${clause}`;
const isPivot = (plan: UnresolvedPlan): boolean => plan.kind === 'pivot' || plan.kind === 'unpivot';

function relation(query: PrintQuery, plan: UnresolvedPlan, grade: number, open = true): string | undefined {
  const printed = graded(query, plan, open);
  if (!printed || printed.grade >= grade) return printed?.text;
  // VALUES in brackets is a query.
  return !open || isValues(plan) ? undefined : `(${printed.text})`;
}
/** VALUES, with an alias or without. */
export const isValues = (plan: UnresolvedPlan): boolean => plan.kind === 'inline_table' || (plan.kind === 'subquery_alias' && plan.input.kind === 'inline_table');
function graded(query: PrintQuery, plan: UnresolvedPlan, open: boolean): { readonly grade: number; readonly text: string } | undefined {
  const at = (grade: number, text: string | undefined) => text === undefined ? undefined : { grade, text };
  switch (plan.kind) {
    case 'relation': return at(GRADE.base, plan.stream ? `STREAM(${dotted(plan.name)})${plan.options ? ` WITH ${optionList(plan.options)}` : ''}` : dotted(plan.name));
    case 'table_function': return at(GRADE.sampled, `${dotted(plan.name)}${plan.named ? `(${exprText(query, plan.named)})` : ''}(${plan.args.map((a) => tableArgument(query, a)).join(', ')})`);
    case 'inline_table': return at(GRADE.sampled, valuesText(query, plan));
    case 'subquery_alias':
      if (plan.alias === '') return at(GRADE.base, `(${query(plan.input)})`);
      return (isPivot(plan.input) && !plan.columns && at(GRADE.joined, after(relation(query, plan.input, GRADE.joined, open), `AS ${ident(plan.alias)}`))) || at(GRADE.finished, after(aliased(query, plan.input, open || !!plan.columns), aliasText(plan)));
    case 'sample': return at(GRADE.sampled, after(relation(query, plan.input, GRADE.base, open), relationClause(query, plan)));
    case 'watermark': {
      const { input } = plan;
      if (plan.form !== 'sql') return undefined;
      const clause = `WATERMARK ${watermarkText(query, plan.clause)}`;
      return at(GRADE.finished, input.kind === 'subquery_alias' && input.alias !== '' ? `${aliased(query, input.input, true)!} ${clause} ${aliasText(input)}` : after(relation(query, input, GRADE.sampled), clause));
    }
    case 'pivot': case 'unpivot': return at(GRADE.joined, after(relation(query, plan.input, GRADE.joined, open), relationClause(query, plan)));
    case 'join': return at(GRADE.joined, after(relation(query, plan.left, GRADE.joined, open), relationClause(query, plan)));
    default: return undefined;
  }
}
/** What an alias stands behind. A query in brackets has none of its own. */
const aliased = (query: PrintQuery, plan: UnresolvedPlan, open: boolean): string | undefined =>
  (plan.kind === 'subquery_alias' && plan.alias === '' ? undefined : relation(query, plan, GRADE.sampled, open)) ?? (open ? `(${query(plan)})` : undefined);
export const aliasText = (plan: PlanOf<'subquery_alias'>): string => `AS ${ident(plan.alias)}${bracketed(plan.columns)}`;

/** What stands behind the relation, in FROM as in a pipe. */
export function relationClause(query: PrintQuery, plan: PlanOf<'join' | 'sample' | 'pivot' | 'unpivot'>): string {
  switch (plan.kind) {
    case 'join': return joinText(query, plan);
    case 'sample': return `TABLESAMPLE (${plan.rows ? `${exprText(query, plan.rows)} ROWS` : fractionText(plan.fraction ?? 0)})${plan.seed === undefined ? '' : ` REPEATABLE (${whole(plan.seed)})`}`;
    case 'pivot': return pivotText(query, plan);
    case 'unpivot': return unpivotText(query, plan);
  }
}

export const valuesText = (query: PrintQuery, plan: PlanOf<'inline_table'>): string => `VALUES ${plan.rows.map((row) => `(${exprList(query, row)})`).join(', ')}`;

function tableArgument(query: PrintQuery, arg: TableArgument): string {
  if (!('table' in arg)) return argText(query, arg);
  const table = arg.table.kind === 'relation' && !arg.table.stream ? dotted(arg.table.name) : `(${query(arg.table)})`;
  return `${arg.name === undefined ? '' : `${ident(arg.name)} => `}TABLE ${table}${arg.partitionBy ? ` PARTITION BY (${exprList(query, arg.partitionBy)})` : ''}`;
}

const JOINS = { inner: 'JOIN', left: 'LEFT JOIN', right: 'RIGHT JOIN', full: 'FULL JOIN', left_semi: 'LEFT SEMI JOIN', left_anti: 'LEFT ANTI JOIN', cross: 'CROSS JOIN' } as const;
function joinText(query: PrintQuery, plan: PlanOf<'join'>): string {
  const right = relation(query, plan.right, GRADE.finished) ?? withoutForm(`${plan.right.kind} in a join`);
  const condition = plan.on ? ` ON ${exprText(query, plan.on)}` : plan.using ? ` USING ${bracketed(plan.using)}` : '';
  return `${plan.asOf ? 'ASOF ' : ''}${plan.natural ? 'NATURAL ' : ''}${JOINS[plan.type]} ${plan.lateral ? 'LATERAL ' : ''}${right}${condition}`;
}

function lateralView(query: PrintQuery, plan: PlanOf<'lateral_view'>): string {
  const generator = plan.generator.kind === 'call' ? `${dotted(plan.generator.name)}(${plan.generator.args.map((a) => argText(query, a)).join(', ')})` : '';
  return `LATERAL VIEW ${plan.outer ? 'OUTER ' : ''}${generator}${plan.alias === undefined ? '' : ` ${ident(plan.alias)}`}${plan.columns.length > 0 ? ` AS ${names(plan.columns)}` : ''}`;
}

export function watermarkText(query: PrintQuery, w: WatermarkClause): string {
  return `${exprText(query, w.expr)}${w.name === undefined ? '' : ` AS ${ident(w.name)}`} DELAY OF ${exprText(query, w.delay)}${watermarkBounds(query, w)}`;
}
export const watermarkBounds = (query: PrintQuery, w: WatermarkClause): string =>
  `${w.idleAfter ? ` IDLE AFTER ${exprText(query, w.idleAfter)}` : ''}${w.maxFutureSkew ? ` MAX FUTURE SKEW ${exprText(query, w.maxFutureSkew)}` : ''}`;

/** A fraction that no number of percent gives exactly is a part of a power of two. */
function fractionText(fraction: number): string {
  const percent = [Number((fraction * 100).toPrecision(15)), fraction * 100].map((p) => String(Math.abs(p)).includes('e') ? doubleText(p) : String(p)).find((t) => Number(t) / 100 === fraction);
  if (percent !== undefined) return `${percent} PERCENT`;
  let [of, power] = [fraction, 1n];
  for (; !Number.isInteger(of); of *= 2) power *= 2n;
  return `BUCKET ${whole(of)} OUT OF ${power}`;
}

const asName = (alias: string | undefined): string => alias === undefined ? '' : ` AS ${ident(alias)}`;
const oneOrRow = (items: readonly string[]): string => items.length === 1 && !items[0]!.startsWith('(') ? items[0]! : `(${items.join(', ')})`;
const texts = (query: PrintQuery, list: readonly Expr[]): string[] => list.map((e) => exprText(query, e));

function pivotText(query: PrintQuery, plan: PlanOf<'pivot'>): string {
  if (!plan.values || plan.keys) return withoutForm(plan.kind);
  const values = plan.values.map((v) => `${oneOrRow(texts(query, v.exprs))}${asName(v.alias)}`).join(', ');
  return `PIVOT (${exprList(query, plan.aggregates)} FOR ${oneOrRow(texts(query, plan.on))} IN (${values}))`;
}
function unpivotText(query: PrintQuery, plan: PlanOf<'unpivot'>): string {
  if (plan.ids) return withoutForm(plan.kind);
  const several = plan.valueNames.length > 1 || plan.values.some((v) => v.columns.length > 1);
  const values = plan.values.map((v) => `${several ? `(${exprList(query, v.columns)})` : exprList(query, v.columns)}${asName(v.alias)}`).join(', ');
  return `UNPIVOT ${plan.includeNulls ? 'INCLUDE NULLS ' : ''}(${several ? bracketed(plan.valueNames) : names(plan.valueNames)} FOR ${ident(plan.nameColumn)} IN (${values}))`;
}
