// The functions of a session behind the built-in catalogue: closures and temporary functions, and those of CREATE FUNCTION.
// source: Spark's order of look-up, system.builtin, system.session, spark_catalog.default.

import { raise } from '../../planner/errors/index.js';
import { specOf } from '../../planner/analyzer/bind-sql-function.js';
import { quoteParts } from '../../planner/analyzer/binder.js';
import { didYouMean } from '../../planner/similar.js';
import type { FunctionCatalog, FunctionNamespace, FunctionSpec, SqlFunction, UserFunction } from '../../planner/tree.js';

type Own = Exclude<FunctionNamespace, 'builtin'>;

export class UserFunctions implements FunctionCatalog {
  private readonly own: Readonly<Record<Own, Map<string, FunctionSpec>>> = { session: new Map(), default: new Map() };
  private readonly builtin: FunctionCatalog;
  constructor(builtin: FunctionCatalog) { this.builtin = builtin; }

  lookup(name: string, namespace?: FunctionNamespace): FunctionSpec | undefined {
    if (namespace === 'builtin') return this.builtin.lookup(name);
    return namespace ? this.own[namespace].get(name) : this.builtin.lookup(name) ?? this.own.session.get(name) ?? this.own.default.get(name);
  }
  get names(): readonly string[] { return [...this.builtin.names, ...this.userNames]; }
  /** Without those that come with the engine; those of a schema with its name. */
  get userNames(): readonly string[] { return [...this.own.session.keys(), ...[...this.own.default.values()].map((fn) => fn.name)]; }
  get made(): readonly (readonly [schema: Own, name: string, FunctionSpec])[] {
    return (['session', 'default'] as const).flatMap((within) => [...this.own[within]].map(([name, fn]) => [within, name, fn] as const));
  }
  get builtinNames(): readonly string[] { return this.builtin.names; }

  register(name: string, fn: UserFunction): void { this.own.session.set(name.toLowerCase(), closureSpec(name.toLowerCase(), fn)); }

  /** @throws ROUTINE_ALREADY_EXISTS unless it may be replaced; `keep`: an older one stays. */
  create(fn: SqlFunction, namespace: Own, how: 'fail' | 'replace' | 'keep'): void {
    const key = keyOf(fn.name);
    if (this.own[namespace].has(key)) {
      if (how === 'keep') return;
      if (how === 'fail') raise('ROUTINE_ALREADY_EXISTS', { routineName: shown(key, namespace), newRoutineType: 'routine', existingRoutineType: 'routine' });
    }
    this.own[namespace].set(key, specOf(fn));
  }
  /** @throws ROUTINE_NOT_FOUND, FORBIDDEN_OPERATION, EXPECT_PERSISTENT_FUNCTION_NOT_TEMP */
  drop(name: string, namespace: Own, ifExists: boolean): void {
    const key = name.toLowerCase();
    if (this.own[namespace].delete(key)) return;
    const functionName = quoteParts([name]);
    if (this.builtin.lookup(key)) raise('FORBIDDEN_OPERATION', { statement: 'DROP', objectType: 'FUNCTION', objectName: functionName });
    if (namespace === 'default' && this.own.session.has(key)) raise('EXPECT_PERSISTENT_FUNCTION_NOT_TEMP', { functionName, operation: 'DROP FUNCTION' });
    if (!ifExists) raise('ROUTINE_NOT_FOUND', { routineName: shown(name, namespace) }, { hint: didYouMean(key, this.own[namespace].keys()) });
  }
}
const keyOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1).toLowerCase();
const shown = (name: string, namespace: Own): string => quoteParts(namespace === 'default' ? ['default', name] : [name]);

/** A call of the name becomes a call of the closure; arguments are handed over with the types that they have. */
function closureSpec(name: string, fn: UserFunction): FunctionSpec {
  return {
    name, kind: 'scalar', doc: 'A function of the user.', examples: [], params: [], variadic: { min: 0 }, nulls: 'custom', result: () => fn.type,
    resolve: (call) => {
      if (fn.arity > 0 && call.args.length !== fn.arity) {
        raise('WRONG_NUM_ARGS.WITHOUT_SUGGESTION', { functionName: `\`${name}\``, expectedNum: String(fn.arity), actualNum: String(call.args.length), docroot: '' }, { span: call.span });
      }
      return { kind: 'user_call', fn: { ...fn, name }, args: call.args, type: fn.type, nullable: true, span: call.span };
    },
  };
}
