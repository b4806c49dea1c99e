// Division as dialects have it that cut the quotient of whole numbers: `7 / 2` is 3, of the wider of the two types.

import type { FunctionSpec, Param } from '../tree.js';
import { type DataType, DOUBLE } from '../types.js';

const WHOLE: readonly DataType['kind'][] = ['tinyint', 'smallint', 'int', 'bigint'];

const operand = (name: string): Param => ({ name, accepts: { kind: 'class', class: 'any' } });

export const truncatingDivision: FunctionSpec = {
  name: '/', kind: 'scalar', doc: 'Division that cuts the quotient of whole numbers.', examples: [], params: ['left', 'right'].map(operand), nulls: 'propagate', result: () => DOUBLE,
  print: ([left, right]) => `(${left} / ${right})`,
  resolve({ args, types, apply, cast }) {
    const [left, right] = types.map((t) => WHOLE.indexOf(t.kind)) as [number, number];
    if (left < 0 || right < 0) return apply('/', args);
    return cast(apply('div', args), types[left > right ? 0 : 1]!);
  },
};
