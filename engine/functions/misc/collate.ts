// COLLATE and the collation of a text. A collation is a part of the type: the value stays as it is.

import { raise } from '../../../planner/errors/index.js';
import { sqlExpr, sqlType } from '../../../planner/expr/print.js';
import * as T from '../../../planner/types.js';
import { collationOf } from '../../columnar/collation.js';
import type { ScalarFunction } from '../define.js';
import { inlineCode, operator, type } from '../operators/shared.js';

const NAME = /^(UTF8_BINARY|UTF8_LCASE|UNICODE|[A-Z]{2,3}(?:_[A-Z]{4})?(?:_[A-Z]{2,3})??)((?:_(?:CI|CS|AI|AS|RTRIM))*)$/;
/** The name as types carry it; parts that say what holds anyway are left out. @throws COLLATION_INVALID_NAME */
function canonical(name: string): string {
  const m = NAME.exec(name.toUpperCase());
  const base = m?.[1] ?? '';
  const binary = base.startsWith('UTF8');
  const known = base === 'UNICODE' || binary || (m !== null && Intl.Collator.supportedLocalesOf(base.toLowerCase().split('_')[0]!).length > 0);
  const marks = (m?.[2] ?? '').split('_').filter((s) => s !== '' && s !== 'CS' && s !== 'AS');
  if (!known || (binary && marks.some((s) => s !== 'RTRIM'))) return raise('COLLATION_INVALID_NAME', { collationName: name, proposals: 'UTF8_BINARY, UTF8_LCASE, UNICODE' }, { nowhere: true });
  const order = ['CI', 'AI', 'RTRIM'].filter((s) => marks.includes(s));
  return [base === 'UNICODE' || binary ? base : base.toLowerCase(), ...order].join('_');
}

export const collations: readonly ScalarFunction[] = [
  operator([{ name: 'expr', accepts: type(T.STRING), exact: true }, { name: 'collation', accepts: type(T.STRING), constant: true }], { name: 'collate',
    // The collation is looked at before the text.
    resolve: (call) => {
      const [, name] = call.args;
      if (name && name.type.kind !== 'string') raise('UNEXPECTED_INPUT_TYPE', { functionName: '`collate`', paramIndex: 'first', requiredType: '"STRING"', inputSql: sqlExpr(name), inputType: sqlType(name.type) }, { span: call.span });
      const value = call.constant(1);
      if (value === undefined) raise('NON_FOLDABLE_ARGUMENT', { funcName: '`collate`', paramName: '`collationName`', paramType: '"STRING"' }, { span: call.span });
      if (value === null) raise('DATATYPE_MISMATCH.UNEXPECTED_NULL', { exprName: '`collation`', sqlExpr: sqlExpr(name!) }, { span: call.span });
      canonical(String(value));
      return undefined;
    },
    doc: 'The text with a collation, which says how it compares.', examples: ["collate('a', 'UTF8_LCASE') = 'A'"],
    result: (call) => { const name = canonical(String(call.constant(1))); return name === 'UTF8_BINARY' ? T.STRING : { kind: 'string', collation: name }; },
    bind: () => (text: string) => text, inline: () => ({ ...inlineCode((text) => text!), total: true }) }),
  operator([type(T.STRING)], { name: 'collation', exact: true, doc: "The full name of the text's collation.", examples: ["collation('x') = 'SYSTEM.BUILTIN.UTF8_BINARY'"], result: () => T.STRING, nulls: 'custom', nullable: () => false,
    bind: (call) => { const name = `SYSTEM.BUILTIN.${collationOf(call.types[0]!)}`; return () => name; } }),
];
