// Errors of evaluating expressions on rows.

import { conditions } from './define.js';

export const runtimeConditions = conditions({
  ARITHMETIC_OVERFLOW: { sqlState: '22003', message: 'Arithmetic: <message>.<alternative>', hint: 'Set <config> to false to let the result wrap.' },
  BINARY_ARITHMETIC_OVERFLOW: { sqlState: '22003', message: '<value1> <symbol> <value2> does not fit its type.', hint: 'Use <functionName> to get NULL instead.' },
  CAST_INVALID_INPUT: { sqlState: '22018', message: 'The value <expression> of type <sourceType> cannot be read as <targetType>.', hint: 'Correct the value, or use TRY_CAST to get NULL instead.' },
  CAST_OVERFLOW: { sqlState: '22003', message: 'The value <value> of type <sourceType> does not fit <targetType>.', hint: 'Use TRY_CAST to get NULL instead.' },
  DATETIME_OVERFLOW: { sqlState: '22008', message: 'Out of the range of dates and times: cannot <operation>.' },
  DIVIDE_BY_ZERO: { sqlState: '22012', message: 'Division by zero.', hint: 'Use try_divide to get NULL instead, or set <config> to false.' },
  FAILED_EXECUTE_UDF: { sqlState: '39000', message: 'The user function <functionName> (<signature> => <result>) failed: <reason>.' },
  'INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION': { sqlState: '22015', message: 'An interval is out of range.' },
  'INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION': { sqlState: '22015', message: 'An interval is out of range.', hint: 'Use <functionName> to get NULL instead.' },
  INTERVAL_DIVIDED_BY_ZERO: { sqlState: '22012', message: 'An interval was divided by zero.', hint: 'Use try_divide to get NULL instead.' },
  INVALID_ARRAY_INDEX: { sqlState: '22003', message: 'The index <indexValue> is not in the array of <arraySize> elements.', hint: 'Use get() to get NULL instead.' },
  INVALID_BITMAP_POSITION: { sqlState: '22003', message: 'The bit position <bitPosition> is not in a bitmap of <bitmapNumBits> bits.' },
  'INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER': { sqlState: '22007', message: 'The pattern <pattern> has the letter or sign <c>, which no date or time pattern knows.' },
  'INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING': { sqlState: '22006', message: '<input> is no <intervalStr> interval of the type <typeName>.', hint: 'Write it as one of <supportedFormat>.' },
  'INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE': { sqlState: '22006', message: '<input> is no <intervalStr> interval of the type <typeName>.', hint: 'Write it as one of <supportedFormat>.' },
  INVALID_INTERVAL_WITH_MICROSECONDS_ADDITION: { sqlState: '22006', message: 'An interval with a time of day cannot be added to a date.', hint: 'Cast the date to TIMESTAMP first.' },
  'INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE': { sqlState: '22023', message: '<functionName> takes a <parameter> from 0 to less than <upper>, not <invalidValue>.' },
  'INVALID_PARAMETER_VALUE.HMAC_ALGORITHM': { sqlState: '22023', message: '<functionName> knows no <parameter> <algorithm>.', hint: 'Use MD5, SHA1, SHA224, SHA256, SHA384 or SHA512.' },
  INVALID_RELATIVE_DEVIATION: { sqlState: '22023', message: 'approx_count_distinct cannot keep to the relative deviation <value>.', hint: 'Choose one between 0.0003 and 0.27.' },
  INVALID_TIMEZONE: { sqlState: '22009', message: 'There is no time zone <timeZone>.', hint: 'Use a region such as Europe/Paris, or an offset such as +02:00.' },
  INVALID_VARIANT_CAST: { sqlState: '22023', message: 'The variant <value> cannot be cast to <dataType>.', hint: 'Use try_variant_get to get NULL instead.' },
  'MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION': { sqlState: '22023', message: 'A record cannot be read: <badRecord>. The mode is <failFastMode>.', hint: "The mode PERMISSIVE reads such records as NULL." },
  NEGATIVE_FREQUENCY: { sqlState: '22003', message: 'The frequency <frequency> of percentile is negative.' },
  'NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION': { sqlState: '22003', message: '<value> does not fit DECIMAL(<precision>,<scale>).', hint: 'Use TRY_CAST or a wider decimal, or set <config> to false to get NULL instead.' },
  RECURSION_LEVEL_LIMIT_EXCEEDED: { sqlState: '42836', message: 'The recursive query did not end within <levelLimit> levels.', hint: 'Make the recursive part end, or put a LIMIT on the query.' },
  REMAINDER_BY_ZERO: { sqlState: '22012', message: 'Remainder of a division by zero.', hint: 'Use try_mod to get NULL instead.' },
  SCALAR_SUBQUERY_TOO_MANY_ROWS: { sqlState: '21000', message: 'A subquery used as a value gave more than one row.', hint: 'Aggregate it, or add LIMIT 1.' },
  USER_RAISED_EXCEPTION: { sqlState: 'P0001', message: '<errorMessage>' },
});
