// stack(n, v1, v2, …): the values dealt into n rows, the last one filled up with NULL.
// source: Spark Stack.

import { raise } from '../../../planner/errors/index.js';
import { sqlExpr, sqlType } from '../../../planner/expr/print.js';
import { sameType, field, sqlName, VOID } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { generator, type GeneratorFunction } from '../define.js';
import type { Call } from '../../../planner/tree.js';

const width = (call: Call): number => Math.ceil((call.args.length - 1) / Number(call.constant(0)));

/** The index-th column's type: that of its first cell that is not a bare NULL. @throws DATATYPE_MISMATCH.STACK_COLUMN_DIFF_TYPES */
function columnType(call: Call, index: number, columns: number) {
  let first = -1;
  for (let i = index + 1; i < call.types.length; i += columns) {
    const type = call.types[i]!;
    if (type.kind === 'void') continue;
    if (first === -1) first = i;
    else if (!sameType(type, call.types[first]!)) {
      raise('DATATYPE_MISMATCH.STACK_COLUMN_DIFF_TYPES', {
        columnIndex: String(index), leftParamIndex: String(first), leftType: `"${sqlName(call.types[first]!)}"`, rightParamIndex: String(i), rightType: `"${sqlName(type)}"`,
      }, { span: call.span });
    }
  }
  return first === -1 ? VOID : call.types[first]!;
}

export const stack: GeneratorFunction = generator('stack(n: int, value: any...) -> void', {
  doc: 'Deals the values into n rows.', examples: ['(SELECT sum(col0) FROM stack(2, 1, 2)) = 3'],
  check: (call) => {
    const n = call.constant(0);
    const [first] = call.args;
    if (first!.kind === 'cast' && first!.origin === 'implicit' && first!.arg.type.kind !== 'void') {
      raise('DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { paramIndex: 'first', requiredType: '"INT"', inputSql: sqlExpr(first!), inputType: sqlType(first!.arg.type) }, { span: call.span });
    }
    if (typeof n !== 'number') raise('DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { inputName: '`n`', inputType: '"INT"', inputExpr: '"n"' }, { span: call.span });
    if (n <= 0) raise('DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { exprName: '`n`', valueRange: '(0, 2147483647]', currentValue: String(n) }, { span: call.span });
  },
  columns: (call) => {
    const columns = width(call);
    return Array.from({ length: columns }, (_, c) => field(`col${c}`, columnType(call, c, columns)));
  },
  rows: (call) => {
    const columns = width(call);
    return (n: number, ...values: readonly Value[]): readonly (readonly Value[])[] =>
      Array.from({ length: n }, (_, r) => Array.from({ length: columns }, (_, c) => values[r * columns + c] ?? null));
  },
});
