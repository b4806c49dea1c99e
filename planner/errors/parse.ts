// Errors of the lexer, the parser and statements.

import { conditions } from './define.js';

export const parseConditions = conditions({
  'INVALID_SQL_SYNTAX.EMPTY_QUANTIFIED_PATTERN': { sqlState: '42000', message: 'LIKE ANY and LIKE ALL need at least one pattern.', hint: "Write for example LIKE ANY ('a%', 'b%')." },
  INVALID_IDENTIFIER: { sqlState: '42602', message: 'The name <ident> must stand in backquotes.', hint: 'Without them a name has letters from A to Z, digits and underscores only.' },
  INVALID_TIMESTAMP_PRECISION: { sqlState: '22023', message: 'The type <type> has no precision of <precision> digits.', hint: 'Leave the precision out: it is that of microseconds.' },
  PARSE_SYNTAX_ERROR: { sqlState: '42601', message: 'Syntax error at or near <error><hint>.', hint: 'Compare with docs/sql.md; names with other signs than letters, digits and _ stand in backquotes.' },
  CANNOT_PARSE_INTERVAL: { sqlState: '22006', message: 'The text <intervalString> is not an interval.', hint: "Write for example INTERVAL '1' DAY, INTERVAL 1 DAY 2 HOURS or INTERVAL '1-2' YEAR TO MONTH (months and days do not mix in one literal); a duration given as text is '10 seconds' or '1 hour 30 minutes'." },
  DATATYPE_MISSING_SIZE: { sqlState: '42K01', message: 'The type <type> needs a length.', hint: 'Write for example VARCHAR(20).' },
  DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION: { sqlState: '22003', message: 'A decimal of <precision> digits has more than the <maxPrecision> that DECIMAL can hold.', hint: 'Use at most DECIMAL(<maxPrecision>, …), DOUBLE, or STRING to keep all digits.' },
  DECIMAL_SCALE_EXCEEDS_PRECISION: { sqlState: '22003', message: 'A decimal cannot have <scale> digits after the point out of <precision>.', hint: 'Write DECIMAL(digits, digits after the point): DECIMAL(10, 2).' },
  FAILED_TO_PARSE_TOO_COMPLEX: { sqlState: '54001', message: 'The statement is nested more than <limit> levels deep.', hint: 'Split it up: put parts of it into views, or write long chains with IN (…), concat(…), UNION ALL or VALUES.' },
  'INCOMPLETE_TYPE_DEFINITION.ARRAY': { sqlState: '42K01', message: 'The type ARRAY needs the type of its elements.', hint: 'Write ARRAY<elementType>.' },
  'INCOMPLETE_TYPE_DEFINITION.MAP': { sqlState: '42K01', message: 'The type MAP needs the types of its keys and values.', hint: 'Write for example MAP<STRING, INT>.' },
  'INCOMPLETE_TYPE_DEFINITION.STRUCT': { sqlState: '42K01', message: 'The type STRUCT needs its fields.', hint: 'Write for example STRUCT<name: STRING, age: INT>.' },
  INVALID_ESC: { sqlState: '42604', message: 'An escape must be one character, not <invalidEscape>.', hint: "Write for example LIKE '10!%' ESCAPE '!'." },
  INVALID_NUMERIC_LITERAL_RANGE: { sqlState: '22003', message: 'The number <rawStrippedQualifier> is not between <minValue> and <maxValue>, the limits of <typeName>.', hint: 'Use a wider type: 1L is a BIGINT, 1BD a decimal, 1D a DOUBLE.' },
  'INVALID_SQL_SYNTAX.EMPTY_IN_PREDICATE': { sqlState: '42000', message: 'The list of IN is empty.', hint: 'Write at least one value between the parentheses.' },
  INVALID_SET_SYNTAX: { sqlState: '42000', message: 'SET is followed by neither a setting nor a variable with its value.', hint: 'Write SET name = value, SET name, SET, or SET VARIABLE name = value; a name of odd characters stands in backquotes.' },
  INVALID_STATEMENT_OPTION: { sqlState: '42601', message: '<what> cannot be <value>.', hint: 'It takes <expected>.' },
  QUERY_TOO_LARGE: { sqlState: '54001', message: 'The query has more than <limit> nodes once its views and common table expressions stand in their places.', hint: 'Write what is used many times to a table first.' },
  TRAILING_COMMA_IN_SELECT: { sqlState: '42601', message: 'There is a comma at the end of the SELECT list.', hint: 'Remove it.' },
  UNCLOSED_BRACKETED_COMMENT: { sqlState: '42601', message: 'A comment that begins with /* does not end.', hint: 'Close it with */; comments nest.' },
  UNSUPPORTED_DATATYPE: { sqlState: '0A000', message: 'There is no type <typeName>.', hint: 'Types are BOOLEAN, INT, BIGINT, DOUBLE, DECIMAL(p, s), STRING, BINARY, DATE, TIMESTAMP, ARRAY<…>, MAP<…>, STRUCT<…> and the like.' },
  'INVALID_SQL_SYNTAX.REPETITIVE_WINDOW_DEFINITION': { sqlState: '42000', message: 'The window <windowName> is defined twice.', hint: 'Give each window a name of its own.' },
  'NOT_ALLOWED_IN_PIPE_OPERATOR_WHERE.WINDOW_CLAUSE': { sqlState: '42601', message: 'A WINDOW clause cannot follow |> WHERE.', hint: 'Write WINDOW behind |> SELECT.' },
  'UNSUPPORTED_FEATURE.PIPE_OPERATOR_AGGREGATE_UNSUPPORTED_CASE': { sqlState: '0A000', message: '|> AGGREGATE cannot have <case>.', hint: 'Write the grouping in a SELECT.' },
  'UNSUPPORTED_FEATURE.CLAUSE_WITH_PIPE_OPERATORS': { sqlState: '0A000', message: 'A pipe cannot hold <clauses>.', hint: 'Put what stands before the first |> into brackets, or write the clause as |> ORDER BY or |> LIMIT.' },
  'UNSUPPORTED_FEATURE.COMBINATION_QUERY_RESULT_CLAUSES': { sqlState: '0A000', message: 'ORDER BY, SORT BY, CLUSTER BY and DISTRIBUTE BY do not go together.', hint: 'Keep one of them.' },
  'UNSUPPORTED_FEATURE.TIME_TRAVEL': { sqlState: '0A000', message: 'The relation <relationId> has no earlier versions to read.', hint: 'Leave the version out.' },
  PARSE_EMPTY_STATEMENT: { sqlState: '42617', message: 'There is nothing to parse.', hint: 'Write a statement, such as SELECT 1.' },
});
