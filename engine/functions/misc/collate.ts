// COLLATE and the collation of a text. A collation is a part of the type: the value stays as it is.

import { collationNamed, INDETERMINATE } from '../../../planner/collations.js';
import { raise } from '../../../planner/errors/index.js';
import { sqlExpr, sqlType } from '../../../planner/expr/print.js';
import * as T from '../../../planner/types.js';
import { collationOf } from '../../columnar/collation.js';
import type { ScalarFunction } from '../define.js';
import { inlineCode, operator, type } from '../operators/shared.js';

export const collations: readonly ScalarFunction[] = [
  operator([{ name: 'expr', accepts: type(T.STRING), exact: true }, { name: 'collation', accepts: type(T.STRING), constant: true }], { name: 'collate',
    // The collation is looked at before the text.
    resolve: (call) => {
      const [, name] = call.args;
      if (name && name.type.kind !== 'string') raise('UNEXPECTED_INPUT_TYPE', { functionName: '`collate`', paramIndex: 'first', requiredType: '"STRING"', inputSql: sqlExpr(name), inputType: sqlType(name.type) }, { span: call.span });
      const value = call.constant(1);
      if (value === undefined) raise('NON_FOLDABLE_ARGUMENT', { funcName: '`collate`', paramName: '`collationName`', paramType: '"STRING"' }, { span: call.span });
      if (value === null) raise('DATATYPE_MISMATCH.UNEXPECTED_NULL', { exprName: '`collation`', sqlExpr: sqlExpr(name!) }, { span: call.span });
      collationNamed(String(value));
      return undefined;
    },
    doc: 'The text with a collation, which says how it compares.', examples: ["collate('a', 'UTF8_LCASE') = 'A'"],
    result: (call) => ({ kind: 'string', collation: collationNamed(String(call.constant(1))) }),
    bind: () => (text: string) => text, inline: () => ({ ...inlineCode((text) => text!), total: true }) }),
  operator([type(T.STRING)], { name: 'collation', exact: true, doc: "The full name of the text's collation.", examples: ["collation('x') = 'SYSTEM.BUILTIN.UTF8_BINARY'"], result: () => T.STRING, nulls: 'custom', nullable: () => false,
    bind: (call) => { const name = collationOf(call.types[0]!); return () => name === INDETERMINATE ? name : `SYSTEM.BUILTIN.${name}`; } }),
];
