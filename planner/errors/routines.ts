// Errors of functions that are written in SQL: making them, calling them, dropping them.

import { conditions } from './define.js';

export const routineConditions = conditions({
  CYCLIC_FUNCTION_REFERENCE: { sqlState: '42887', message: 'The function refers to itself: <path>.', hint: 'A function cannot call itself; WITH RECURSIVE repeats a query.' },
  DUPLICATE_ROUTINE_PARAMETER_NAMES: { sqlState: '42734', message: 'The function <routineName> has two parameters of one name: <names>.' },
  DUPLICATE_ROUTINE_RETURNS_COLUMNS: { sqlState: '42711', message: 'The function <routineName> returns two columns of one name: <columns>.' },
  EXPECT_PERSISTENT_FUNCTION_NOT_TEMP: { sqlState: '42809', message: '<operation> is not for <functionName>: it is a temporary function.', hint: 'Use DROP TEMPORARY FUNCTION.' },
  SCHEMA_NOT_FOUND: { sqlState: '42704', message: 'There is no schema <schemaName>.' },
  FORBIDDEN_OPERATION: { sqlState: '42809', message: '<statement> cannot be carried out: the <objectType> <objectName> comes with the engine.' },
  'INVALID_SQL_SYNTAX.CREATE_ROUTINE_WITH_IF_NOT_EXISTS_AND_REPLACE': { sqlState: '42000', message: 'A function is created either IF NOT EXISTS or with OR REPLACE.' },
  'INVALID_SQL_SYNTAX.CREATE_TEMP_FUNC_WITH_IF_NOT_EXISTS': { sqlState: '42000', message: 'IF NOT EXISTS is not for temporary functions.', hint: 'Use CREATE OR REPLACE TEMPORARY FUNCTION.' },
  INVALID_SQL_FUNCTION_DATA_ACCESS: { sqlState: '42K0E', message: 'A function that CONTAINS SQL cannot hold a query.', hint: 'Say READS SQL DATA, or nothing.' },
  INVALID_TEMP_OBJ_QUALIFIER: { sqlState: '42602', message: 'The temporary <objectType> <objectName> is of the session and cannot be in <qualifier>.' },
  ROUTINE_ALREADY_EXISTS: { sqlState: '42723', message: 'There is a function <routineName> already.', hint: 'Use CREATE OR REPLACE to replace it.' },
  TABLE_VALUED_ARGUMENTS_NOT_YET_IMPLEMENTED_FOR_SQL_FUNCTIONS: { sqlState: '0A000', message: 'The function <functionName> is written in SQL and takes values, no TABLE.' },
  'USER_DEFINED_FUNCTIONS.CANNOT_CONTAIN_COMPLEX_FUNCTIONS': { sqlState: '42601', message: 'Outside of a query the body of a function cannot hold aggregate, window or generator functions: <queryText>.', hint: 'Write the body as a query: RETURN SELECT ….' },
  'USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_EXPRESSION': { sqlState: '42601', message: 'The default of the parameter <parameterName> of <functionName> cannot hold a query.' },
  'USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_PARAMETER_POSITION': { sqlState: '42601', message: 'The parameter <parameterName> of <functionName> has a default, so <nextParameterName> behind it needs one too.' },
  'USER_DEFINED_FUNCTIONS.NOT_NULL_ON_FUNCTION_PARAMETERS': { sqlState: '42601', message: 'A parameter cannot be NOT NULL: <input>.' },
  'USER_DEFINED_FUNCTIONS.RETURN_COLUMN_COUNT_MISMATCH': { sqlState: '42601', message: 'The query of <name> has <outputSize> columns, but it returns <returnParamSize>.' },
  'USER_DEFINED_FUNCTIONS.SQL_TABLE_UDF_BODY_MUST_BE_A_QUERY': { sqlState: '42601', message: 'The function <name> returns a table: its body must be a query.' },
  'USER_DEFINED_FUNCTIONS.SQL_TABLE_UDF_MISSING_COLUMN_NAMES': { sqlState: '42601', message: 'A column of the query of <functionName> has no name.', hint: 'Give it one with AS, or write RETURNS TABLE (name TYPE, …).' },
});
