// Which argument an error of a function is about. Spark's place is the whole call; the caret goes under the argument of the parameter that
// the error names.

import type { EngineError } from '../errors/index.js';
import type { BoundExpr, Param } from '../tree.js';
import { ordinalWord } from './print.js';

/** Message parameters that hold the name of a function's parameter. */
const NAMING = ['inputName', 'exprName', 'paramName', 'parameter'] as const;
const plain = (name: string): string => name.replaceAll('`', '').replaceAll('_', '').toLowerCase();

/** The error shown at the argument that it names or counts; as it is where it does not, or is shown somewhere already. */
export function shownAtArgument(error: EngineError, params: readonly Param[], args: readonly BoundExpr[]): EngineError {
  const { paramIndex } = error.parameters;
  const named = NAMING.map((key) => error.parameters[key]).find((name) => name !== undefined);
  let arg = paramIndex !== undefined ? args.find((_, i) => ordinalWord(i) === paramIndex) : args[params.findIndex((p) => plain(p.name) === plain(named ?? ''))];
  while (arg?.kind === 'cast' && arg.origin === 'implicit') arg = arg.arg;
  return error.focusedAt(arg?.kind === 'lambda' ? arg.body.span ?? arg.span : arg?.span);
}
