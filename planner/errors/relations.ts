// Errors of statements about streams, tables and views.

import { conditions } from './define.js';

export const relationConditions = conditions({
  CAST_OVERFLOW_IN_TABLE_INSERT: { sqlState: '22003', message: 'A value of type <sourceType> does not fit into the column <columnName> of type <targetType>.', hint: 'Correct the value, use try_cast to insert NULL instead, or give the column a wider type.' },
  CREATE_VIEW_WITH_IF_NOT_EXISTS_AND_REPLACE: { sqlState: '42601', message: 'The view <viewName> is created either IF NOT EXISTS or with OR REPLACE.', hint: 'Keep one of the two.' },
  'CREATE_VIEW_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS': { sqlState: '21S01', message: 'The view <viewName> names the columns <viewColumns>, and its query has only <dataColumns>.', hint: 'Give as many names as the query has columns, or none.' },
  'CREATE_VIEW_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS': { sqlState: '21S01', message: 'The view <viewName> names the columns <viewColumns>, and its query has more: <dataColumns>.', hint: 'Give as many names as the query has columns, or none.' },
  'EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE': { sqlState: '42809', message: '<operation> is for tables, and <viewName> is none.', hint: 'Name a table: SHOW TABLES says which are.' },
  'INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST': { sqlState: 'KD000', message: 'The column <colName> of <tableName> is <targetType>; a value of type <srcType> might not be what is meant.', hint: 'Write CAST(… AS <targetType>), if that is what is meant.' },
  'INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_COLUMNS': { sqlState: 'KD000', message: 'The table <tableName> has no columns <extraColumns>.', hint: 'Leave them out, or give them the names of columns of the table.' },
  VIEW_WITHOUT_TEXT: { sqlState: '42809', message: 'The view <viewName> was made of a DataFrame: there is no statement that makes it.', hint: 'DESCRIBE shows its columns; CREATE VIEW keeps its text.' },
  _LEGACY_ERROR_TEMP_0035: { sqlState: 'XXKST', message: '<message>.', hint: 'Cast the columns in the query.' },
});
