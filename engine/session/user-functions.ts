// Closures registered as SQL functions, in front of the built-in catalogue.

import { raise } from '../../planner/errors/index.js';
import type { FunctionCatalog, FunctionSpec, UserFunction } from '../../planner/tree.js';

export class UserFunctions implements FunctionCatalog {
  private readonly own = new Map<string, FunctionSpec>();
  private readonly builtin: FunctionCatalog;
  constructor(builtin: FunctionCatalog) { this.builtin = builtin; }

  lookup(name: string): FunctionSpec | undefined { return this.own.get(name) ?? this.builtin.lookup(name); }
  get names(): readonly string[] { return [...this.own.keys(), ...this.builtin.names]; }

  register(name: string, fn: UserFunction): void { this.own.set(name.toLowerCase(), specOf(name.toLowerCase(), fn)); }
}

/** A call of the name becomes a call of the closure; arguments are handed over with the types that they have. */
function specOf(name: string, fn: UserFunction): FunctionSpec {
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
