import { makeEngine, noRelations, settingsOf } from '../../../engine/session/environment.js';
import { analyzeExpr } from '../../../planner/analyzer/analyze.js';
import { EngineError } from '../../../planner/errors/index.js';
import { sameExpr } from '../../../planner/expr/equal.js';
import { foldConstants } from '../../../planner/expr/fold.js';
import { columnName, printExpr } from '../../../planner/expr/print.js';
import { parseDataType, parseExpression } from '../../../planner/sql/index.js';
import type { BoundExpr } from '../../../planner/tree.js';
import { sqlName } from '../../../planner/types.js';

const env = makeEngine().analysis(settingsOf(new Map()), noRelations);
const columns = ['b BOOLEAN', 'y TINYINT', 'i INT', 'l BIGINT', 'f FLOAT', 'd DOUBLE', 'x DECIMAL(10,2)', 's STRING', 'dt DATE', 'ts TIMESTAMP', 'xs ARRAY<INT>', 'm MAP<STRING, INT>',
  'st STRUCT<f: INT, g: STRUCT<h: STRING>>'].map((text, id) => {
  const [name, ...type] = text.split(' ');
  return { id, name: name!, type: parseDataType(type.join(' ')), nullable: true, qualifier: ['v'] };
});
const bind = (text: string): BoundExpr => analyzeExpr(parseExpression(text), columns, env);
const item = (text: string): string => { const bound = bind(text); return `${columnName(parseExpression(text), bound)} ${sqlName(bound.type)}`; };
const failure = (text: string): EngineError => { try { bind(text); } catch (e) { if (e instanceof EngineError) return e; throw e; } throw new Error('no error'); };

test.each([
  ['1 + i', '(1 + i) INT'], ['y / 2', '(y / 2) DOUBLE'], ['i div 2', '(i div 2) BIGINT'], ["i + '1'", '(i + 1) BIGINT'], ['x + 1', '(x + 1) DECIMAL(11,2)'], ['x * i', '(x * i) DECIMAL(21,2)'],
  ['1.10 * 1Y', '(1.10 * 1) DECIMAL(7,2)'], ['1.10 + 1L', '(1.10 + 1) DECIMAL(4,2)'], ['f % 2', '(f % 2) DOUBLE'], ['NULL + NULL', '(NULL + NULL) DOUBLE'],
  ['1 <> i', '(NOT (1 = i)) BOOLEAN'], ["dt > '2024-01-01'", '(dt > 2024-01-01) BOOLEAN'], ['i BETWEEN 1 AND 2.5', 'between(i, 1, 2.5) BOOLEAN'], ['i IN (1, 2L)', '(i IN (1, 2)) BOOLEAN'],
  ['b IS NOT TRUE', '(NOT (b <=> true)) BOOLEAN'], ['CASE i WHEN 1 THEN 2L ELSE 3 END', 'CASE WHEN (i = 1) THEN 2 ELSE 3 END BIGINT'], ['if(b, i, d)', '(IF(b, i, d)) DOUBLE'],
  ['dt + 1', 'date_add(dt, 1) DATE'], ['1 + dt', 'date_add(dt, 1) DATE'], ['dt - dt', '(dt - dt) INTERVAL DAY'], ['ts - dt', '(ts - dt) INTERVAL DAY TO SECOND'],
  ['dt + INTERVAL 1 HOUR', "dt + INTERVAL '01' HOUR TIMESTAMP"], ['dt - INTERVAL 1 DAY', "date_add(dt, (- extractansiintervaldays(INTERVAL '1' DAY))) DATE"],
  ['ts - INTERVAL 1 MONTH', "ts - INTERVAL '1' MONTH TIMESTAMP"], ['2 * INTERVAL 1 DAY', "(INTERVAL '1' DAY * 2) INTERVAL DAY TO SECOND"],
  ['CAST(i AS STRING)', 'i STRING'], ['CAST(i + 1 AS STRING)', 'CAST((i + 1) AS STRING) STRING'], ['i::string', 'i STRING'], ['int(s)', 's INT'], ['CAST(xs AS ARRAY<STRING>)', 'xs ARRAY<STRING>'],
  ['st.g.h', 'h STRING'], ['(st).f', 'f INT'], ["st['f']", 'st.f INT'], ['xs[0]', 'xs[0] INT'], ["m['a']", 'm[a] INT'], ['m.a', 'a INT'],
  ['-i', '(- i) INT'], ["- '3'", '(- 3) DOUBLE'], ['mod(i, 2)', 'mod(i, 2) INT'], ['i % 2', '(i % 2) INT'], ['1E7', '1.0E7 DOUBLE'], ["DATE'2024-01-31'", "DATE '2024-01-31' DATE"], ["X'0f'", "X'0F' BINARY"],
  ['sum(DISTINCT i) FILTER (WHERE b)', 'sum(DISTINCT i) FILTER (WHERE b) BIGINT'], ['count(*)', 'count(1) BIGINT'],
  ['sum(i) OVER (PARTITION BY b ORDER BY l)', 'sum(i) OVER (PARTITION BY b ORDER BY l ASC NULLS FIRST RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) BIGINT'],
  ['lag(i) OVER (ORDER BY l)', 'lag(i, 1, NULL) OVER (ORDER BY l ASC NULLS FIRST ROWS BETWEEN -1 FOLLOWING AND -1 FOLLOWING) INT'],
])('%s', (text, expected) => { expect(item(text)).toBe(expected); });

test.each([
  ["'1' + '2'", 'DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE', { actualDataType: '"STRING"', sqlExpr: '"(1 + 2)"' }], ['b + NULL', 'DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES', { left: '"BOOLEAN"', right: '"VOID"' }],
  ['1 & 1.5', 'DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES', { left: '"DECIMAL(1,0)"', right: '"DECIMAL(2,1)"' }], ['1 + dt + dt', 'DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { sqlExpr: '"date_add(date_add(dt, 1), dt)"', paramIndex: 'second' }],
  ["dt + '2'", 'DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { inputType: '"DATE"' }], ['0 - INTERVAL 1 HOUR', 'DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { sqlExpr: '"0 + (- INTERVAL \'01\' HOUR)"' }],
  ['if(1, 2, 3)', 'DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { requiredType: '"BOOLEAN"', paramIndex: 'first' }], ['m = m', 'DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { functionName: '`=`' }],
  ['coalesce()', 'WRONG_NUM_ARGS.WITHOUT_SUGGESTION', { expectedNum: '> 0' }], ['nosuch(1)', 'UNRESOLVED_ROUTINE', { routineName: '`nosuch`' }], ['greatest(1, b)', 'DATATYPE_MISMATCH.DATA_DIFF_TYPES', { dataType: '["INT", "BOOLEAN"]' }],
  ['abs(DISTINCT i)', 'INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX', { syntax: 'DISTINCT' }], ['abs(x -> x)', 'INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION', {}],
  ['sum(i) FILTER (WHERE 1)', 'INVALID_AGGREGATE_FILTER.NOT_BOOLEAN', { filterExpr: '"1"' }], ['rank() OVER (PARTITION BY b)', 'WINDOW_FUNCTION_FRAME_NOT_ORDERED', {}], ['abs(i) OVER ()', 'UNSUPPORTED_EXPR_FOR_WINDOW', { sqlExpr: '"abs(i)"' }],
  ['st.zz', 'FIELD_NOT_FOUND', { fields: '`f`, `g`' }], ['xs[b]', 'DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { requiredType: '"INTEGRAL"' }], ["DATE'x'", 'INVALID_TYPED_LITERAL', { value: "'x'" }], ["dept 'x'", 'UNSUPPORTED_TYPED_LITERAL', {}],
  [':p', 'UNBOUND_SQL_PARAMETER', { name: 'p' }], ['CAST(dt AS INT)', 'DATATYPE_MISMATCH.CAST_WITH_FUNC_SUGGESTION', { functionNames: '`UNIX_DATE`' }],
  ['count(*) OVER (ORDER BY s RANGE BETWEEN 1 PRECEDING AND CURRENT ROW)', 'DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE', { sqlExpr: '"RANGE BETWEEN (- 1) FOLLOWING AND CURRENT ROW"' }],
] as const)('%s is %s', (text, condition, parameters) => {
  const error = failure(text);
  expect(error.condition).toBe(condition);
  expect(error.parameters).toMatchObject(parameters);
});

test('errors point at the predicate, not at its left operand, and count the call', () => {
  const place = (text: string): string => { const { span } = failure(text); return span ? text.slice(span.start, span.stop) : 'nowhere'; };
  expect(place('1 + i IN (b, xs)')).toBe('IN (b, xs)');
  expect(place('i + abs(b)')).toBe('abs(b)');
  expect(place('coalesce()')).toBe('nowhere');
});

test('equality ignores names and spans, not types and values', () => {
  expect(sameExpr(bind('I + 1'), bind('v.i  +  1'))).toBe(true);
  expect(sameExpr(bind('i + 1'), bind('i + 1L'))).toBe(false);
  expect(sameExpr(bind('i + 1'), bind('1 + i'))).toBe(false);
});

test('folding keeps what fails', () => {
  const folded = foldConstants(bind('if(b, 1 + 1, 1 div 0)'), env);
  expect(printExpr(folded)).toBe('(IF(b, 2, (1 div 0)))');
});
