// Generators over collections: one row for each element of an array or entry of a map; inline takes the structs of an array apart. The
// forms with `_outer` give one row of NULLs where there is none.
// source: Spark Explode, PosExplode, Inline.

import type { Call } from '../../../planner/tree.js';
import { type DataType, type Field, field, INT } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { generator, type GeneratorFunction } from '../define.js';

type Rows = readonly (readonly Value[])[];

function elements(type: DataType | undefined): readonly Field[] {
  if (type?.kind === 'map') return [field('key', type.key, false), field('value', type.value, type.valueContainsNull)];
  return [field('col', type?.kind === 'array' ? type.element : { kind: 'void' }, type?.kind === 'array' ? type.containsNull : true)];
}
const isMap = (call: Call): boolean => call.types[0]?.kind === 'map';

function explode(name: string, outer: boolean, examples: readonly string[]): GeneratorFunction {
  return generator(`${name}(collection: array|map) -> void`, {
    byName: true,
    doc: `A row for each element of an array, or each entry of a map${outer ? '; one row of NULLs for none' : ''}.`, examples,
    // Spark builds the outer forms from the plain ones, and its messages name these.
    ...(outer && { outer: true as const, fixedName: name.replace('_outer', '') }),
    columns: (call) => elements(call.types[0]).map((f) => outer ? { ...f, nullable: true } : f),
    rows: (call) => isMap(call)
      ? (entries: Rows | null): Rows => entries ?? []
      : (list: readonly Value[] | null): Rows => (list ?? []).map((element) => [element]),
  });
}
function posexplode(name: string, outer: boolean, examples: readonly string[]): GeneratorFunction {
  return generator(`${name}(collection: array|map) -> void`, {
    byName: true,
    doc: `As explode, with the position from 0 before${outer ? '; one row of NULLs for none' : ''}.`, examples,
    ...(outer && { outer: true as const, fixedName: name.replace('_outer', '') }),
    columns: (call) => [field('pos', INT, outer), ...elements(call.types[0]).map((f) => outer ? { ...f, nullable: true } : f)],
    rows: (call) => isMap(call)
      ? (entries: Rows | null): Rows => (entries ?? []).map((entry, i) => [i, ...entry])
      : (list: readonly Value[] | null): Rows => (list ?? []).map((element, i) => [i, element]),
  });
}
function inline(name: string, outer: boolean, examples: readonly string[]): GeneratorFunction {
  const fields = (call: Call): readonly Field[] => {
    const [type] = call.types;
    return type?.kind === 'array' && type.element.kind === 'struct' ? type.element.fields : [];
  };
  return generator(`${name}(input: array<struct>) -> void`, {
    byName: true, params: [{ name: 'input', accepts: { kind: 'array', element: { kind: 'class', class: 'struct' } }, exact: 'typed' }],
    doc: `A row for each struct of an array, a column for each of its fields${outer ? '; one row of NULLs for none' : ''}.`, examples,
    ...(outer && { outer: true as const, fixedName: name.replace('_outer', '') }),
    columns: (call) => {
      const containsNull = call.types[0]?.kind === 'array' && call.types[0].containsNull;
      return fields(call).map((f) => outer || containsNull ? { ...f, nullable: true } : f);
    },
    rows: (call) => {
      const nothing: readonly Value[] = fields(call).map(() => null);
      return (structs: readonly (readonly Value[] | null)[] | null): Rows => (structs ?? []).map((s) => s ?? nothing);
    },
  });
}

export const explodes: readonly GeneratorFunction[] = [
  explode('explode', false, ['(SELECT collect_list(c) FROM (SELECT explode(array(10, 20)) AS c)) = array(10, 20)', "(SELECT max(value) FROM explode(map('a', 1, 'b', 2))) = 2"]),
  explode('explode_outer', true, ['(SELECT count(*) FROM (SELECT explode_outer(array()) AS c)) = 1']),
  posexplode('posexplode', false, ["(SELECT collect_list(pos) FROM posexplode(array('x', 'y'))) = array(0, 1)"]),
  posexplode('posexplode_outer', true, ['(SELECT count(*) FROM posexplode_outer(CAST(NULL AS ARRAY<INT>)) WHERE pos IS NULL) = 1']),
  inline('inline', false, ["(SELECT sum(a) FROM inline(array(named_struct('a', 1, 'b', 'x'), named_struct('a', 2, 'b', 'y')))) = 3"]),
  inline('inline_outer', true, ['(SELECT count(*) FROM inline_outer(CAST(NULL AS ARRAY<STRUCT<a: INT>>)) WHERE a IS NULL) = 1']),
];
