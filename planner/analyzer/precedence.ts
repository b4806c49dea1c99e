// Which fault is told of a query that has several. Spark's parser looks at window frames; then every function of a query is looked up before
// a column or a type is looked at, and nested generators are refused in the same phase; the binder does all in one pass and meets another fault first. So when it has met one, this
// looks for those that come before it.
// source: Spark's analyzer batches: LookupFunctions, then ResolveFunctions and ExtractGenerator, then CheckAnalysis.

import { type EngineError, raise } from '../errors/index.js';
import { quotedName } from '../expr/print.js';
import type { Span } from '../spans.js';
import type { Expr, UnresolvedPlan } from '../tree.js';
import { checkName, checkWritten } from './bind-call.js';
import { functionOf } from './function-names.js';
import { checkFrameValue } from './bind-over.js';
import type { AnalysisEnv } from './context.js';
import type { CallExpr } from './expr-binder.js';
import { isOfNames, isOfRules, isOfTheResolved } from './second-look.js';
import { unaliased } from './unresolved.js';

/** Faults that a rule tells before functions above it are looked up. */
const RAISED_BY_RULES = /^(?:INVALID_INLINE_TABLE|WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE)/;

/** @throws the fault that Spark tells before `met`: of a rule, or of a function's name, number of arguments or syntax, or a generator that stands where none can.
 *  `bindLiteral` raises what is wrong with a literal, which Spark's parser tells; `ofRules`: what a look at the rules alone finds */
export function checkPrecedence(plan: UnresolvedPlan, met: EngineError, env: AnalysisEnv, bindLiteral: (literal: Expr) => void, ofRules: () => EngineError | undefined): void {
  const { calls, literals, selects, sorts, views, bounds } = gather(plan);
  for (const literal of literals) bindLiteral(literal);
  for (const offset of bounds) checkFrameValue(offset);
  for (const call of calls) if (!views.some((v) => v.generator === call)) checkName(call, env);
  if (RAISED_BY_RULES.test(met.condition)) return;
  const isGenerator = (e: CallExpr): boolean => functionOf(e, env)?.kind === 'generator';
  // A call is looked at once its arguments are without fault, and its columns those of a query without one.
  const at = met.span;
  const holdsFault = (span: Span | undefined): boolean => at !== undefined && span?.text === at.text && span.start <= at.start && at.stop <= span.stop;
  const faultBelow = selects.filter((s) => holdsFault(s.where?.span) || (s.from && holdsFault(s.from.span)));
  const resolved = (e: Expr): boolean => !(holdsFault(e.span) && !(at!.start === e.span!.start && at!.stop === e.span!.stop))
    && !(faultBelow.length > 0 && hasColumn(e) && faultBelow.some((s) => !holds(s.where, e) && !holds(s.from, e) && holds(s, e)));
  const rule = ofRules();
  const byNames = rule && isOfNames(rule) ? rule : isOfNames(met) ? met : undefined;
  if (rule && byNames === rule) throw rule;
  if (!byNames) for (const call of calls) if (resolved(call) && !gather(call).calls.some((c) => c !== call && isGenerator(c))) checkWritten(call, env);
  for (const { generator, span } of views) {
    const spec = generator.kind === 'call' && resolved(generator) ? functionOf(generator, env) : undefined;
    if (generator.kind === 'call' && spec && spec.kind !== 'generator') raise('UNSUPPORTED_GENERATOR.NOT_GENERATOR', { functionName: quotedName(generator.name), classCanonicalName: generator.name.at(-1)! }, { span });
  }
  if (rule) throw rule;
  // Where no generator can stand, over a query without such a fault.
  const unresolvedIn = (below: UnresolvedPlan | undefined): boolean => !isOfTheResolved(met.condition) && holdsFault(below?.span);
  const places = [
    ...selects.filter((s) => !unresolvedIn(s.from)).flatMap((s) => [s.where, s.having]),
    ...sorts.filter((s) => !unresolvedIn(s.input)).flatMap(({ order }) => order === 'all' ? [] : order.map((item) => item.expr)),
  ];
  for (const e of isOfRules(met.condition) ? [] : places) {
    const outside = e && gather(e).calls.find((c) => isGenerator(c) && !c.spec);
    if (outside) raise('UNSUPPORTED_GENERATOR.OUTSIDE_SELECT', { plan: textOf(e) }, { nowhere: true, focus: outside.span });
  }
  for (const { items } of selects) {
    for (const item of items) {
      const top = unaliased(item);
      const nested = gather(top).calls.find((c) => (c !== top || c.over) && isGenerator(c) && !c.spec && resolved(c));
      if (nested) raise('UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS', { expression: `"${textOf(top)}"` }, { nowhere: true });
    }
  }
}
const holds = (outer: { readonly span?: Span | undefined } | undefined, inner: Expr): boolean =>
  outer?.span !== undefined && inner.span !== undefined && outer.span.text === inner.span.text && outer.span.start <= inner.span.start && inner.span.stop <= outer.span.stop;
const hasColumn = (e: Expr): boolean => e.kind === 'name' || gather(e).names.length > 0;
const textOf = ({ span }: Expr): string => span ? span.text.slice(span.start, span.stop) : '';

interface Found {
  /** Arguments before what they are arguments of. */
  readonly calls: CallExpr[];
  readonly names: Expr[];
  readonly literals: Expr[];
  readonly selects: Extract<UnresolvedPlan, { kind: 'select' }>[];
  readonly sorts: Extract<UnresolvedPlan, { kind: 'sort' }>[];
  readonly views: Extract<UnresolvedPlan, { kind: 'lateral_view' }>[];
  /** Of window frames. */
  readonly bounds: Expr[];
}
/** What stands in a query or expression as it was written; not in the views that it names. Of an expression's subqueries nothing. */
function gather(root: UnresolvedPlan | Expr): Found {
  const found: Found = { calls: [], names: [], literals: [], selects: [], sorts: [], views: [], bounds: [] };
  const ofPlan = 'input' in root || 'from' in root;
  const seen = new Set<object>();
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value) || ArrayBuffer.isView(value)) return;
    seen.add(value);
    const node = value as { readonly kind?: unknown };
    if (!ofPlan && (node.kind === 'subquery' || node.kind === 'in_subquery')) return;
    for (const [key, below] of Object.entries(value)) if (key !== 'span' && key !== 'spec' && key !== 'fn') walk(below);
    if (node.kind === 'call') found.calls.push(value as CallExpr);
    else if (node.kind === 'typed_literal') found.literals.push(value as Expr);
    else if (node.kind === 'name') found.names.push(value as Expr);
    else if (node.kind === 'select') found.selects.push(value as Found['selects'][number]);
    else if (node.kind === 'sort') found.sorts.push(value as Found['sorts'][number]);
    else if ((node.kind === 'preceding' || node.kind === 'following') && 'offset' in node) found.bounds.push(node.offset as Expr);
    else if (node.kind === 'lateral_view') found.views.push(value as Found['views'][number]);
  };
  walk(root);
  return found;
}
