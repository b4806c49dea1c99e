// Which function a name is of: qualifiers, operators, names that the grammar keeps, and what to say where there is none.
// source: Spark's function resolution (builtin, session and default namespaces).

import { raise } from '../errors/index.js';
import { quotedName } from '../expr/print.js';
import { BEHIND_GRAMMAR, GRAMMAR_FORMS } from '../functions/behind-grammar.js';
import { OF_OTHERS } from '../functions/elsewhere.js';
import { didYouMean } from '../similar.js';
import type { Span } from '../spans.js';
import type { FunctionNamespace, FunctionSpec } from '../tree.js';
import type { AnalysisEnv } from './context.js';
import type { CallExpr } from './expr-binder.js';

const SEARCH_PATH = '[`system`.`builtin`, `system`.`session`, `spark_catalog`.`default`]';
/** Prefixes under which functions are found: `builtin.upper`. */
const PREFIXES: ReadonlyMap<string, FunctionNamespace> = new Map([
  ['builtin', 'builtin'], ['system.builtin', 'builtin'], ['session', 'session'], ['system.session', 'session'], ['default', 'default'], ['spark_catalog.default', 'default'],
]);
const prefixOf = (parts: readonly string[]): string => parts.slice(0, -1).join('.').toLowerCase();

/** The function's name, lower-case; undefined if the qualifier is of nothing we have. */
export function functionName(parts: readonly string[]): string | undefined {
  const name = parts[parts.length - 1]!.toLowerCase();
  return parts.length === 1 || PREFIXES.has(prefixOf(parts)) ? name : undefined;
}
/** The function of that name, which may be qualified. */
export function lookupFunction(parts: readonly string[], env: Pick<AnalysisEnv, 'functions'>): FunctionSpec | undefined {
  const name = functionName(parts);
  return name === undefined ? undefined : env.functions.lookup(name, PREFIXES.get(prefixOf(parts)));
}

/** The function of a call; undefined: its name is of none, though perhaps of a type (`int(x)`). */
export function functionOf(expr: CallExpr, env: AnalysisEnv): FunctionSpec | undefined {
  const name = functionName(expr.name);
  const known = name !== undefined && (expr.operator || !(BEHIND_GRAMMAR.has(name) || GRAMMAR_FORMS.has(name)));
  return expr.spec ?? (known ? lookupFunction(expr.name, env) : undefined);
}

/** The name in front of the bracket of a call. */
const calledName = (span: Span): Span => { const open = span.text.indexOf('(', span.start); return open < 0 || open >= span.stop ? span : { ...span, stop: open }; };

/** @throws UNRESOLVED_ROUTINE with what is spelt nearly so, or is called so elsewhere */
export function unresolved(parts: readonly string[], span: Span | undefined, env: AnalysisEnv): never {
  const name = parts[parts.length - 1]!;
  if (name.toLowerCase() === 'range') raise('NOT_A_SCALAR_FUNCTION', { functionName: '`range`' }, { span });
  if (name.toLowerCase() === 'grouping' || name.toLowerCase() === 'grouping_id') raise('UNSUPPORTED_GROUPING_EXPRESSION', {}, { nowhere: true });
  return raise('UNRESOLVED_ROUTINE', { routineName: quotedName(parts), searchPath: SEARCH_PATH },
    { span, focus: span && calledName(span), hint: OF_OTHERS.get(name.toLowerCase()) ?? didYouMean(name, env.functions.names) });
}
