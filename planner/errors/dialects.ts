// Errors of queries in other dialects.

import { conditions } from './define.js';

export const dialectConditions = conditions({
  DIALECT_UNKNOWN: { sqlState: '42704', message: 'There is no dialect <dialect>.', hint: 'Choose one of <dialects>.' },
  DIALECT_NOT_INSTALLED: { sqlState: '58004', message: 'Queries in <dialect> need the package node-sql-parser, which is not installed.', hint: 'Run npm install node-sql-parser, or write the query in the dialect spark.' },
  NOT_TRANSLATABLE: { sqlState: '0A000', message: 'Spark SQL has no form of <construct> as <dialect> means it.', hint: 'The statement can be run here as it is.' },
  DIALECT_FEATURE: { sqlState: '0A000', message: 'From <dialect>, <construct> is not taken over: it may mean another thing here.', hint: "Write the query in the dialect spark, which has all that the engine can do." },
  DIALECT_NOT_TRUSTED: { sqlState: '0A000', message: 'This <dialect> text cannot be read with certainty, near <near>.', hint: 'Add brackets, quote names, or write the query in the dialect spark.' },
});
