// Functions that other dialects have and Spark has not, told apart by the types of their arguments; templates call them by name.

import type { FunctionSpec, Param, RawCall } from '../tree.js';
import { type DataType, DOUBLE, isFractional } from '../types.js';

const WHOLE: readonly DataType['kind'][] = ['tinyint', 'smallint', 'int', 'bigint'];

const operand = (name: string): Param => ({ name, accepts: { kind: 'class', class: 'any' } });
const spec = (name: string, doc: string, params: readonly string[], resolve: (call: RawCall) => ReturnType<RawCall['apply']>): FunctionSpec =>
  ({ name, kind: 'scalar', doc, examples: [], params: params.map(operand), nulls: 'propagate', result: () => DOUBLE, print: (args) => `${name}(${args.join(', ')})`, resolve });

/** `7 / 2` is 3, of the wider of the two types. */
export const truncatingDivision: FunctionSpec = {
  ...spec('/', 'Division that cuts the quotient of whole numbers.', ['left', 'right'], ({ args, types, apply, cast }) => {
    const [left, right] = types.map((t) => WHOLE.indexOf(t.kind)) as [number, number];
    if (left < 0 || right < 0) return apply('/', args);
    return cast(apply('div', args), types[left > right ? 0 : 1]!);
  }),
  print: ([left, right]) => `(${left} / ${right})`,
};

/** Of a date by whole days a date, else a timestamp. */
const keepingDate = (name: string, of: number) => ({ args, types, apply, cast, constant }: RawCall): ReturnType<RawCall['apply']> => {
  const value = apply(name, args);
  const parts = ['HOUR', 'MINUTE', 'SECOND', 'MILLISECOND', 'MICROSECOND'].includes(String(constant(0)));
  return types[of]!.kind === 'date' && !parts ? cast(value, types[of]!) : value;
};

export const SPECS: ReadonlyMap<string, FunctionSpec> = new Map([
  spec('add_units', 'A date or timestamp so many units later.', ['unit', 'amount', 'time'], keepingDate('timestampadd', 2)),
  spec('trunc_units', 'The beginning of the unit that a date or timestamp is in.', ['unit', 'time'], keepingDate('date_trunc', 1)),
  spec('round_even', 'The nearest whole number; of doubles the even one of two that are as near.', ['value'], ({ args, types, apply }) => apply(isFractional(types[0]!) ? 'rint' : 'round', args)),
].map((s) => [s.name, s]));
