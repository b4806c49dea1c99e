// The text of bound expressions: names of columns without an alias, and expressions in error messages. Printed from the tree after coercion
// and before folding: implicit casts are left out, replaced functions print the call as written.
// source: Spark's `toPrettySQL` and the naming rules of its analyzer.

import { sqlName, type DataType } from '../types.js';
import type { BoundAggregate, BoundApply, BoundExpr, BoundFrame, BoundFrameBound, BoundGenerator, BoundSort, BoundWindow, Call, Expr, FunctionSpec, Settings } from '../tree.js';
import { literalText } from './literals.js';
import { transform } from './walk.js';

const PLAIN: Settings = { timeZone: 'UTC', ansi: true, compatSpark: false, conf: new Map() };

/** The text of an expression as Spark names it. Never qualified. */
export function printExpr(expr: BoundExpr): string {
  const { written } = expr;
  if (written) return written.print ?? `${written.name}(${written.args.map(printExpr).join(', ')})`;
  switch (expr.kind) {
    case 'column': return expr.name;
    case 'variable': return 'namedlambdavariable()';
    case 'const': return expr.text ?? literalText(expr.value, expr.type);
    case 'cast': return printCast(expr.arg, expr.type, expr.origin === 'user', expr.mode === 'try');
    case 'lambda': return `lambdafunction(${[printExpr(expr.body), ...expr.params.map(() => 'namedlambdavariable()')].join(', ')})`;
    case 'apply': return printCall(expr, '');
    case 'generator': return printCall(expr, '');
    case 'aggregate': return printAggregate(expr);
    case 'window': return printWindow(expr);
    case 'subquery': return printSubquery(expr.use, expr.args.map(printExpr), expr.outer.map(printExpr));
    case 'user_call': return `${expr.fn.name}(${expr.args.map(printExpr).join(', ')})`;
  }
}

/** An expression as message parameters show it: printed, in double quotes. */
export const sqlExpr = (expr: BoundExpr): string => `"${printExpr(withoutAliases(expr))}"`;
/** Messages leave out the aliases in struct(…), which names keep: there the text as written goes, and its arguments stay. */
const withoutAliases = (expr: BoundExpr): BoundExpr => transform(expr, (node) => {
  const { written } = node;
  return written && written.args.length > 0 ? { ...node, written: { name: written.name, args: written.args.map(withoutAliases) } } : node;
});
/** What `make` makes of an operand that Spark computes once, ahead of where it stands: what is wrong is told of a reference to it.
 *  source: Spark's With and CommonExpressionRef */
export function computedOnce<T>(operand: BoundExpr, make: (operand: BoundExpr) => T): T {
  try { return make(operand); } catch (error) {
    make({ ...operand, written: { name: '', args: [], print: 'commonexpressionref()' } });
    throw error;
  }
}
/** A type as message parameters show it. */
export const sqlType = (type: DataType): string => `"${sqlName(type)}"`;

function printCast(arg: BoundExpr, to: DataType, user: boolean, tries: boolean): string {
  const text = printExpr(arg);
  if (!user || to.kind === 'array' || to.kind === 'map' || to.kind === 'struct') return text;
  return `${tries ? 'TRY_CAST' : 'CAST'}(${text} AS ${sqlName(to)})`;
}

/** What a spec's own `print` may ask of a call. */
export function callOf(node: BoundApply | BoundAggregate | BoundGenerator, settings: Settings = PLAIN): Call {
  return {
    fn: node.fn, name: node.name, args: node.args, types: node.args.map((a) => a.type), settings, span: node.span, type: node.type,
    constant(index) {
      let arg = node.args[index];
      while (arg?.kind === 'cast' && arg.origin !== 'user') arg = arg.arg;
      return arg?.kind === 'const' ? arg.value : undefined;
    },
  };
}

/** Accessors print as what they access. The second argument of a struct's is its ordinal; its text is the name as referenced. */
const ACCESS: Readonly<Record<string, (base: string, key: string) => string>> = {
  getfield: (base, key) => `${base}.${key}`, getarraystructfields: (base, key) => `${base}.${key}`,
  getarrayitem: (base, key) => `${base}[${key}]`, getmapvalue: (base, key) => `${base}[${key}]`,
};

function printCall(node: BoundApply | BoundAggregate | BoundGenerator, prefix: string): string {
  const access = ACCESS[node.fn.name];
  if (access && node.args.length >= 2) return access(printExpr(node.args[0]!), printExpr(node.args[1]!));
  const texts = visibleArgs(node.fn, node.args).map(printExpr);
  if (prefix !== '') texts[0] = prefix + (texts[0] ?? '');
  if (node.fn.print) return node.fn.print(texts, callOf(node));
  // WITHIN GROUP makes Spark forget under which name listagg was called.
  const called = node.kind === 'aggregate' && node.fn.name === 'listagg' && !node.orderBy?.length;
  return `${called ? node.name : node.fn.fixedName ?? node.name}(${texts.join(', ')})`;
}

/** Arguments that names show: without those marked as not printed, and without hidden defaults that the user did not write. */
function visibleArgs(fn: FunctionSpec, args: readonly BoundExpr[]): readonly BoundExpr[] {
  return args.filter((arg, i) => {
    const param = fn.params[i];
    if (!param) return true;
    const isDefault = param.default?.hidden && innermost(arg).text === HIDDEN_DEFAULT;
    return param.printed !== false && !isDefault;
  });
}
/** `text` of a constant that stands for an argument left out whose default is not shown. */
export const HIDDEN_DEFAULT = '\u0000default';
function innermost(arg: BoundExpr): { readonly text?: string | undefined } {
  let inner = arg;
  while (inner.kind === 'cast' && inner.origin === 'implicit') inner = inner.arg;
  return inner.kind === 'const' ? inner : {};
}

const sortText = (s: BoundSort): string => `${printExpr(s.expr)} ${s.ascending ? 'ASC' : 'DESC'} NULLS ${s.nullsFirst ? 'FIRST' : 'LAST'}`;

function printAggregate(node: BoundAggregate): string {
  let text = printCall(node, node.distinct ? 'DISTINCT ' : '');
  if (node.orderBy && node.orderBy.length > 0) text += ` WITHIN GROUP (ORDER BY ${node.orderBy.map((s) => withinGroupText(node.fn.name, s)).join(', ')})`;
  if (node.filter) text += ` FILTER (WHERE ${printExpr(node.filter)})`;
  return text;
}

function withinGroupText(fn: string, s: BoundSort): string {
  if (fn === 'listagg' || fn === 'string_agg') return sortText(s);
  // `mode` looks for the smallest of the most frequent values, so that its ascending order is the reversed one.
  const descending = fn === 'mode' ? s.ascending : !s.ascending;
  return `${printExpr(s.expr)}${descending ? ' DESC' : ''}`;
}

function printWindow(node: BoundWindow): string {
  const spec = [
    node.partitionBy.length > 0 ? `PARTITION BY ${node.partitionBy.map(printExpr).join(', ')}` : '',
    node.orderBy.length > 0 ? `ORDER BY ${node.orderBy.map(sortText).join(', ')}` : '',
    printFrame(node.frame),
  ].filter((part) => part !== '');
  const nulls = node.ignoreNulls && node.fn.fn.name === 'nth_value' ? ' ignore nulls' : '';
  return `${printExpr(node.fn)}${nulls} OVER (${spec.join(' ')})`;
}

/** `ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW` */
export const printFrame = (frame: BoundFrame): string => `${frame.unit.toUpperCase()} BETWEEN ${printBound(frame.start)} AND ${printBound(frame.end)}`;

export function printBound(bound: BoundFrameBound): string {
  switch (bound.kind) {
    case 'unbounded_preceding': return 'UNBOUNDED PRECEDING';
    case 'unbounded_following': return 'UNBOUNDED FOLLOWING';
    case 'current_row': return 'CURRENT ROW';
    case 'preceding': {
      // A bound cast to the type of the ORDER BY is printed as the sum that it is.
      const offset = bound.offset!;
      return offset.kind === 'cast' && offset.origin === 'implicit' ? `(- ${printExpr(offset.arg)}) FOLLOWING` : `${printExpr(offset)} PRECEDING`;
    }
    case 'following': return `${printExpr(bound.offset!)} FOLLOWING`;
  }
}

function printSubquery(use: 'scalar' | 'exists' | 'in', args: readonly string[], outer: readonly string[]): string {
  if (use === 'scalar') return `scalarsubquery(${outer.join(', ')})`;
  if (use === 'exists') return `exists(${outer.join(', ')})`;
  const left = args.length === 1 ? args[0]! : `named_struct(${args.map((a) => `'${a}', ${a}`).join(', ')})`;
  return `(${left} IN (listquery(${outer.join(', ')})))`;
}

/** A name that no user can write stands for a call that was bound before. */
const isMadeUp = (parts: readonly string[]): boolean => parts[parts.length - 1]!.startsWith('\u0000');
const isPath = (e: Expr): boolean => (e.kind === 'name' && !isMadeUp(e.parts)) || (e.kind === 'field' && isPath(e.arg));

/** `v:a.b[0]` is named by its last name, b. */
function pathName(e: Expr): string | undefined {
  const path = e.kind === 'call' && e.operator && e.name[0] === 'variant_path' ? e.args[1]?.value : undefined;
  return path?.kind === 'literal' ? lastName(String(path.value)) : undefined;
}
/** The last name in the path of a VARIANT. */
export function lastName(path: string): string | undefined {
  const last = [...path.matchAll(/\.([^.[]+)|\['([^']*)'\]/g)].pop();
  return last && (last[1] ?? last[2]);
}

/** The name of a select item without an alias. `written` is the item as the user wrote it, `bound` what it became. */
export function columnName(written: Expr, bound: BoundExpr): string {
  switch (written.kind) {
    case 'alias': return written.names[0]!;
    case 'name': {
      if (isMadeUp(written.parts)) return bound.kind === 'column' ? bound.name : printExpr(bound);
      return written.parts[written.parts.length - 1]!;
    }
    case 'frame_column': return written.name;
    // Brackets leave no trace: `(st).x` is the name st.x.
    case 'field': if (isPath(written.arg)) return written.name; break;
    case 'call': { const name = pathName(written); if (name !== undefined) return name; break; }
    case 'cast':
      if (bound.kind === 'cast' && bound.origin === 'user' && bound.arg.kind === 'column') return bound.arg.name;
      { const name = pathName(written.arg); if (name !== undefined) return name; }
      break;
    default: break;
  }
  return printExpr(bound);
}

/** A dotted name as messages quote it: each part in backquotes. */
export const quotedName = (parts: readonly string[]): string => parts.map((p) => `\`${p.replaceAll('`', '``')}\``).join('.');

const ORDINALS = ['first', 'second', 'third'];
/** The place of an argument as messages name it, from 0. */
export const ordinalWord = (index: number): string => ORDINALS[index] ?? `${index + 1}th`;
