// CREATE, DROP, SHOW and DESCRIBE FUNCTION.
// source: Spark's CreateSQLFunctionCommand, DropFunctionCommand, DescribeFunctionCommand (the form of its lines).

import { functionName, lookupFunction } from '../../planner/analyzer/function-names.js';
import { quoteParts } from '../../planner/analyzer/binder.js';
import { raise } from '../../planner/errors/index.js';
import type { Span } from '../../planner/spans.js';
import type { SqlFunction, Statement } from '../../planner/tree.js';
import { type Field, sqlName } from '../../planner/types.js';
import { ownName } from './catalog.js';
import type { UserFunctions } from './user-functions.js';

type Of<K extends Statement['kind']> = Extract<Statement, { kind: K }>;
export interface FunctionHost {
  readonly functions: UserFunctions;
  /** The definition with its types, checked: at once, unless sources have to be asked for their columns. */
  define(fn: SqlFunction, span: Span | undefined): SqlFunction | Promise<SqlFunction>;
}

/** A promise where the definition waits for sources. */
export function createFunction({ functions, define }: FunctionHost, { name, definition, temporary, orReplace, ifNotExists, span }: Of<'create_function'>): Promise<void> | undefined {
  const own = placeOf(name, temporary, span);
  const how = orReplace ? 'replace' : ifNotExists ? 'keep' : 'fail';
  const put = (fn: SqlFunction): void => { functions.create(fn, temporary ? 'session' : 'default', how); };
  const checked = define({ ...definition, name: temporary ? own : `spark_catalog.default.${own}` }, span);
  if (checked instanceof Promise) return checked.then(put);
  put(checked);
  return undefined;
}

export function dropFunction({ functions }: FunctionHost, { name, temporary, ifExists, span }: Of<'drop_function'>): void {
  functions.drop(placeOf(name, temporary, span), temporary ? 'session' : 'default', ifExists);
}

/** The bare name. @throws INVALID_TEMP_OBJ_QUALIFIER, REQUIRES_SINGLE_PART_NAMESPACE, SCHEMA_NOT_FOUND */
function placeOf(name: readonly string[], temporary: boolean, span: Span | undefined): string {
  const own = name.at(-1)!;
  const qualifier = name.slice(0, -1);
  if (!temporary) return ownName(name, span);
  if (['', 'session', 'system.session'].includes(qualifier.join('.').toLowerCase())) return own;
  return raise('INVALID_TEMP_OBJ_QUALIFIER', { objectType: 'FUNCTION', objectName: quoteParts([own]), qualifier: quoteParts(qualifier) }, { span });
}

/** The names of functions, sorted. */
export function functionNames({ functions }: Pick<FunctionHost, 'functions'>, whose: 'user' | 'system' | undefined): readonly string[] {
  return [...whose === 'user' ? functions.userNames : whose === 'system' ? functions.builtinNames : functions.names].sort();
}

/** The lines of DESCRIBE FUNCTION. @throws UNRESOLVED_ROUTINE */
export function describeFunction(host: FunctionHost, { name, extended, span }: Of<'describe'>): readonly string[] {
  const fn = lookupFunction(name!, host) ?? host.functions.lookup(functionName(name!) ?? '');
  if (!fn) return raise('UNRESOLVED_ROUTINE', { routineName: quoteParts(name!), searchPath: '[`system`.`builtin`, `system`.`session`, `spark_catalog`.`default`]' }, { span });
  if (!fn.sql) return [`Function: ${fn.name}`, fn.doc, ...fn.examples.map((e) => `Example: ${e}`)];
  const { sql } = fn;
  const width = extended ? 15 : 10;
  const labelled = (label: string, lines: readonly string[]): readonly string[] => lines.map((line, i) => `${(i === 0 ? `${label}:` : '').padEnd(width)}${line}`);
  return [
    ...labelled('Function', [sql.name]), ...labelled('Type', [sql.table ? 'TABLE' : 'SCALAR']),
    ...labelled('Input', sql.params.length === 0 ? ['()'] : sql.params.map((p) => [p.name, sqlName(p.type), ...extended && p.defaultText !== undefined ? [`DEFAULT ${p.defaultText}`] : [], ...extended ? commentOf(p) : []].join(' '))),
    ...labelled('Returns', sql.table ? sql.columns!.map((f) => [f.name, sqlName(f.type), ...extended ? commentOf(f) : []].join(' ')) : [sqlName(sql.returns!)]),
    ...extended ? [
      ...labelled('Comment', sql.comment === undefined ? [] : [sql.comment]), ...labelled('Deterministic', [String(sql.deterministic ?? true)]),
      ...labelled('Data Access', [sql.readsData ? 'READS SQL DATA' : 'CONTAINS SQL']), ...labelled('Body', [sql.text]),
    ] : [],
  ];
}
const commentOf = ({ comment }: Pick<Field, 'comment'>): readonly string[] => comment === undefined ? [] : [`'${comment}'`];
