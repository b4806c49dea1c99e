// The variables of a session, and the statements that make, set and drop them. A variable is a constant of each query that names it: a query
// that runs keeps the value that it was started with.
// source: Spark's TempVariableManager, CreateVariableExec, SetVariableExec.

import { quoteParts } from '../../planner/analyzer/binder.js';
import type { Variable } from '../../planner/analyzer/context.js';
import { raise } from '../../planner/errors/index.js';
import type { Span } from '../../planner/spans.js';
import type { Expr, Statement, UnresolvedPlan, VariableName } from '../../planner/tree.js';
import { type DataType, VOID } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import { rows } from '../columnar/read.js';
import type { Result } from './backend.js';

type Of<K extends Statement['kind']> = Extract<Statement, { kind: K }>;
interface Entry extends Variable { readonly default: Expr }
export interface Typed { readonly value: Value; readonly type: DataType }

export class Variables {
  private readonly entries = new Map<string, Entry>();

  lookup(name: string): Variable | undefined { return this.entries.get(name.toLowerCase()); }
  get all(): readonly Variable[] { return [...this.entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1)); }
  get(name: string): Entry | undefined { return this.entries.get(name.toLowerCase()); }
  put(entry: Entry): void { this.entries.set(entry.name.toLowerCase(), entry); }
  delete(name: string): boolean { return this.entries.delete(name.toLowerCase()); }
}

export interface VariableHost {
  readonly variables: Variables;
  /** The value of an expression without columns; undefined if it takes a query to know it. */
  valueOf(expr: Expr): Typed | undefined;
  /** The value as another type, as an assignment casts it. @throws what the cast raises */
  assigned(value: Typed, type: DataType, span: Span | undefined): Value;
  run(plan: UnresolvedPlan): Promise<Result>;
}

const NULL: Expr = { kind: 'literal', value: null, type: VOID };
const SESSION = ['session', 'system.session'];
const qualified = (name: string): string => quoteParts(['system', 'session', name]);
/** The bare name; undefined if it is qualified by anything but the session. */
const bare = (name: readonly string[]): string | undefined => name.length === 1 || SESSION.includes(name.slice(0, -1).join('.').toLowerCase()) ? name.at(-1)! : undefined;
const own = (name: readonly string[], span: Span | undefined): string => bare(name) ?? raise('UNRESOLVED_VARIABLE', { variableName: quoteParts(name), searchPath: '[`system`.`session`]' }, { span });

export function declare(host: VariableHost, { names, type: declared, default: given, defaultText, orReplace, span }: Of<'declare'>): void {
  const fresh = names.map(({ name, span: place }) => own(name, place ?? span));
  for (const name of fresh) if (!orReplace && host.variables.lookup(name)) raise('VARIABLE_ALREADY_EXISTS', { variableName: qualified(name) }, { span });
  const expr = given ?? NULL;
  const value = host.valueOf(expr) ?? raise('INVALID_DEFAULT_VALUE.SUBQUERY_EXPRESSION', { statement: 'DECLARE VARIABLE', colName: qualified(fresh[0]!), defaultValue: defaultText! }, { span });
  const type = declared ?? value.type;
  const assigned = host.assigned(value, type, span);
  for (const name of fresh) host.variables.put({ name, type, value: assigned, default: expr });
}

export function dropVariable({ variables }: VariableHost, { name, ifExists, span }: Of<'drop_variable'>): void {
  const variable = own(name, span);
  if (!variables.delete(variable) && !ifExists) raise('VARIABLE_NOT_FOUND', { variableName: qualified(variable) }, { span });
}

/** A promise where it takes a query. All values are known before the first variable is set. */
export function setVariables(host: VariableHost, { names, values, span }: Of<'set_variables'>): Promise<void> | undefined {
  const targets = targetsOf(host, names);
  if (!Array.isArray(values)) return assignRow(host, targets, values as UnresolvedPlan, span);
  const exprs = (values as readonly (Expr | undefined)[]).map((value, i) => value ?? targets[i]!.default);
  const known = exprs.map((e) => host.valueOf(e));
  if (!known.every((v) => v !== undefined)) return assignRow(host, targets, { kind: 'select', items: exprs.map((arg, i) => ({ kind: 'alias', arg, names: [`_${i}`] })) }, span);
  assign(host, targets, known, span);
  return undefined;
}

/** Sets variables to the only row of a query; to NULL if it has none. @throws ROW_SUBQUERY_TOO_MANY_ROWS, ASSIGNMENT_ARITY_MISMATCH */
export async function assignRow(host: VariableHost, targets: readonly Entry[], plan: UnresolvedPlan, span: Span | undefined): Promise<void> {
  const { schema, batches } = await host.run(plan);
  if (schema.fields.length !== targets.length) raise('ASSIGNMENT_ARITY_MISMATCH', { numTarget: String(targets.length), numExpr: String(schema.fields.length) }, { span });
  let row: readonly Value[] | undefined;
  for await (const batch of batches) for (const next of rows(batch)) { if (row) raise('ROW_SUBQUERY_TOO_MANY_ROWS', {}, { span }); row = next; }
  assign(host, targets, schema.fields.map((f, i) => ({ value: row?.[i] ?? null, type: f.type })), span);
}

function assign(host: VariableHost, targets: readonly Entry[], values: readonly Typed[], span: Span | undefined): void {
  const assigned = values.map((value, i) => host.assigned(value, targets[i]!.type, span));
  for (const [i, target] of targets.entries()) host.variables.put({ ...target, value: assigned[i]! });
}

/** @throws UNRESOLVED_VARIABLE, DUPLICATE_ASSIGNMENTS */
export function targetsOf({ variables }: VariableHost, names: readonly VariableName[]): readonly Entry[] {
  const targets = names.map(({ name, span }) => {
    const known = bare(name);
    return (known !== undefined && variables.get(known))
      || raise('UNRESOLVED_VARIABLE', { variableName: quoteParts(name), searchPath: '[`system`.`builtin`, `system`.`session`, `spark_catalog`.`default`]' }, { span });
  });
  const twice = targets.find((t, i) => targets.indexOf(t) !== i);
  if (twice) raise('DUPLICATE_ASSIGNMENTS', { nameList: quoteParts([twice.name]) });
  return targets;
}
