// Errors of statements about streams, tables and views.

import { conditions } from './define.js';

export const relationConditions = conditions({
  CAST_OVERFLOW_IN_TABLE_INSERT: { sqlState: '22003', message: 'A value of type <sourceType> does not fit into the column <columnName> of type <targetType>.' },
  CREATE_VIEW_WITH_IF_NOT_EXISTS_AND_REPLACE: { sqlState: '42601', message: 'The view <viewName> is created either IF NOT EXISTS or with OR REPLACE.' },
  'CREATE_VIEW_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS': { sqlState: '21S01', message: 'The view <viewName> names the columns <viewColumns>, and its query has only <dataColumns>.' },
  'CREATE_VIEW_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS': { sqlState: '21S01', message: 'The view <viewName> names the columns <viewColumns>, and its query has more: <dataColumns>.' },
  'EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE': { sqlState: '42809', message: '<operation> is for tables, and <viewName> is none.' },
  'INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST': { sqlState: 'KD000', message: 'The column <colName> of <tableName> is <targetType>; a value of type <srcType> might not be what is meant.', hint: 'Write the CAST.' },
  'INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_COLUMNS': { sqlState: 'KD000', message: 'The table <tableName> has no columns <extraColumns>.' },
  VIEW_WITHOUT_TEXT: { sqlState: '42809', message: 'The view <viewName> was made of a DataFrame or with parameters: there is no statement that makes it.' },
  _LEGACY_ERROR_TEMP_0035: { sqlState: 'XXKST', message: '<message>.', hint: 'Cast the columns in the query.' },
});
