// The check of an argument that must be a constant above zero.

import { raise } from '../../../planner/errors/index.js';
import { printExpr, sqlType } from '../../../planner/expr/print.js';
import type { Call } from '../../../planner/tree.js';

/** @throws DATATYPE_MISMATCH.NON_FOLDABLE_INPUT, DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE */
export function positive(call: Call, index: number, name: string, most: string): void {
  const arg = call.args[index]!;
  const value = call.constant(index);
  const sqlExpr = `"${call.name}(${call.args.map(printExpr).join(', ')})"`;
  if (value === undefined) raise('DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { inputName: `\`${name}\``, inputType: sqlType(arg.type), inputExpr: `"${printExpr(arg)}"`, sqlExpr });
  if (value === null || Number(value) <= 0) {
    raise('DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { exprName: name, valueRange: `(0, ${most}]`, currentValue: value === null ? 'NULL' : typeof value === 'bigint' ? `${value}L` : String(value), sqlExpr });
  }
}
