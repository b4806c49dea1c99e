// bool_and, bool_or and the bitwise aggregates: NULLs do not count, a group without values gives NULL.

import { fixedColumn } from '../../columnar/column.js';
import { aggregate, type AggregateFunction } from '../define.js';
import { gather, seenState, seenValidity, typedAccumulator } from './typed.js';

const fold = (name: string, doc: string, example: string, operator: '&' | '|' | '^', accepts: 'boolean' | 'integral', aliases: readonly string[] = []): AggregateFunction =>
  aggregate(`${name}(${accepts}) -> boolean`, {
    doc, examples: [example], aliases, nullable: () => true, retract: 'multiset', exactParts: () => true, ...(operator !== '^' && { duplicateInsensitive: true as const }),
    ...(accepts === 'boolean' && { end: () => ({ by: 0, greatest: operator === '|', latest: false, value: 0, needs: [0] }) }),
    result: (call) => call.types[0]!,
    accumulator: (call) => {
      const type = call.types[0]!;
      const long = type.kind === 'bigint';
      const keep = (x: string): string => `if (S0[s] === 0) { S0[s] = 1; S1[s] = ${x}; } else S1[s] = ${long ? `BigInt.asIntN(64, S1[s] ${operator} ${x})` : `S1[s] ${operator} ${x}`};`;
      return typedAccumulator({
        id: `fold${operator}${long ? 'long' : ''}`, states: [seenState, { type, identity: long ? 0n : 0 }], reads: ['value'],
        add: (weighted) => operator === '^' && weighted ? `if ((w & 1) !== 0) { ${keep('x0')} } else S0[s] = 1;` : keep('x0'),
        merge: `if (x0 !== 0) { ${keep('x1')} }`,
        result: (slots, [seen, values]) => fixedColumn(type, slots.length, gather(values!, slots), seenValidity(seen!, slots)),
      });
    },
  });

export const boolAnd = fold('bool_and', 'TRUE if all values are.',
  '(SELECT bool_and(a > 1) FROM VALUES (1), (2) AS t(a)) = false', '&', 'boolean', ['every']);
export const boolOr = fold('bool_or', 'TRUE if some value is.',
  '(SELECT bool_or(a > 1) FROM VALUES (1), (2) AS t(a)) = true', '|', 'boolean', ['some', 'any']);
export const bitAnd = fold('bit_and', 'Bitwise AND of the values.', '(SELECT bit_and(a) FROM VALUES (6), (3) AS t(a)) = 2', '&', 'integral');
export const bitOr = fold('bit_or', 'Bitwise OR of the values.', '(SELECT bit_or(a) FROM VALUES (6), (3) AS t(a)) = 7', '|', 'integral');
export const bitXor = fold('bit_xor', 'Bitwise exclusive OR of the values.', '(SELECT bit_xor(a) FROM VALUES (6), (3) AS t(a)) = 5', '^', 'integral');
