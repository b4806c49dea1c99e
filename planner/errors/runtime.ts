// Errors of evaluating expressions on rows.

import { conditions } from './define.js';

export const runtimeConditions = conditions({
  DIVIDE_BY_ZERO: { sqlState: '22012', message: 'Division by zero.', hint: 'Use try_divide to get NULL instead, or set <config> to false.' },
  'INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER': { sqlState: '22007', message: 'The pattern <pattern> has the letter or sign <c>, which no date or time pattern knows.' },
  INVALID_TIMEZONE: { sqlState: '22009', message: 'There is no time zone <timeZone>.', hint: 'Use a region such as Europe/Paris, or an offset such as +02:00.' },
  'MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION': { sqlState: '22023', message: 'A record cannot be read: <badRecord>. The mode is <failFastMode>.', hint: "The mode PERMISSIVE reads such records as NULL." },
});
