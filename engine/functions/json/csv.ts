// Functions of CSV records. Values are read and written by engine/formats, as files are.
// source: Spark csvExpressions, CSVInferSchema.

import { raise } from '../../../planner/errors/index.js';
import { sqlExpr, sqlType } from '../../../planner/expr/print.js';
import type { Call } from '../../../planner/tree.js';
import * as T from '../../../planner/types.js';
import type { DataType } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { csvLine, csvOptions, csvRecordReader, csvText, CsvTokenizer } from '../../formats/csv.js';
import { CsvInference } from '../../formats/csv-infer.js';
import { type RowFunction, scalar, type ScalarFunction } from '../define.js';
import { checkMode, checkOptions, corruptField, checkExample, exampleOf, malformed, OPTIONS, optionsOf, SCHEMA, schemaOf } from './arguments.js';

function schema(call: Call): T.TypeOf<'struct'> {
  const type = schemaOf(call, 1);
  return type.kind === 'struct' ? type : raise('INVALID_SCHEMA.NON_STRUCT_TYPE', { inputSchema: sqlExpr(call.args[1]!), dataType: sqlType(type) }, { span: call.span });
}
function fromCsv(call: Call): RowFunction {
  const { fields } = schema(call);
  const options = csvOptions(optionsOf(call, 2), call.settings.timeZone, 'read');
  const corrupt = corruptField(T.struct(fields), options.corruptColumn);
  const read = csvRecordReader({ fields }, fields.map((_, i) => i), options);
  const tokens = new CsvTokenizer(options);
  const failFast = options.mode === 'FAILFAST';
  return (text: string): Value => {
    tokens.at = 0;
    const { values, bad } = options.comment !== '' && text.startsWith(options.comment) ? read([]) : read(tokens.record(text));
    if (failFast && bad) malformed(values);
    return corrupt < 0 || !bad || text === '' ? values : values.map((v, i) => i === corrupt ? text : v);
  };
}
const holdsVariant = (t: DataType): boolean => t.kind === 'variant' || (t.kind === 'array' && holdsVariant(t.element))
  || (t.kind === 'map' && (holdsVariant(t.key) || holdsVariant(t.value))) || (t.kind === 'struct' && t.fields.some((f) => holdsVariant(f.type)));

function toCsv(call: Call): RowFunction {
  const options = csvOptions(optionsOf(call, 1), call.settings.timeZone, 'write');
  const [type] = call.types;
  const print = type?.kind === 'struct' ? type.fields.map((f) => f.type.kind === 'void' ? (): null => null : csvText(f.type, options)) : [];
  return (row: readonly Value[]) => {
    const line = csvLine(row.map((v, i) => v === null ? null : print[i]!(v)), options);
    return line === '' ? null : line;
  };
}

function schemaOfCsv(call: Call): RowFunction {
  const get = optionsOf(call, 1);
  const options = csvOptions(get, call.settings.timeZone, 'read');
  const inference = new CsvInference(get, options);
  const fields = new CsvTokenizer(options).record(exampleOf(call, 'csv'));
  return () => T.sqlName(T.struct(fields.map((f, i) => T.field(`_c${i}`, inference.typeOf(f)))), false);
}

export const csvFunctions: readonly ScalarFunction[] = [
  scalar('from_csv(string, any, any?) -> void', {
    doc: 'A CSV record as a struct of a schema given as DDL. What does not fit is NULL.', examples: ["from_csv('1,x', 'a INT, b STRING').b = 'x'"],
    params: [{ name: 'csv', accepts: { kind: 'type', type: T.STRING }, exact: true }, SCHEMA, OPTIONS],
    resolve: (call) => { if (call.args.length > 1) { schema(call); checkOptions(call, 2); } return undefined; },
    check: (call) => {
      const type = schema(call);
      checkOptions(call, 2);
      const options = csvOptions(optionsOf(call, 2), call.settings.timeZone, 'read');
      checkMode(options.mode, 'from_csv');
      corruptField(type, options.corruptColumn);
      for (const f of type.fields) if (['array', 'map', 'struct'].includes(f.type.kind)) raise('UNSUPPORTED_DATATYPE', { typeName: sqlType(f.type) }, { nowhere: true });
    },
    result: schema, nullable: () => true, bind: fromCsv,
  }),
  scalar('to_csv(any, any?) -> string', {
    doc: 'A struct as a CSV record.', examples: ["to_csv(named_struct('a', 1, 'b', 'x')) = '1,x'"],
    params: [{ name: 'value', accepts: { kind: 'class', class: 'any' } }, OPTIONS], nullable: () => true,
    check: (call) => {
      checkOptions(call, 1);
      const type = call.types[0]!;
      if (type.kind !== 'void' && (type.kind !== 'struct' || holdsVariant(type))) raise('DATATYPE_MISMATCH.UNSUPPORTED_INPUT_TYPE', { functionName: '`to_csv`', dataType: sqlType(type) });
    },
    bind: toCsv,
  }),
  scalar('schema_of_csv(string, any?) -> string', {
    collation: { takes: 'bytes' }, doc: 'The schema of a constant CSV record as DDL, as from_csv takes it.', examples: ["schema_of_csv('1,x') = 'STRUCT<_c0: INT, _c1: STRING>'"],
    params: [{ name: 'csv', constant: true, accepts: { kind: 'type', type: T.STRING }, exact: true }, OPTIONS], nulls: 'custom', nullable: () => false,
    resolve: (call) => checkExample(call, 'csv'),
    bind: schemaOfCsv,
  }),
];
