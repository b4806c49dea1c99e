// The part of the model of Spark's grammar that reads statements; see grammar-expressions.ts.

export const STATEMENTS = `
start: single | script ;
loneQuery: query ';'* @eof ;
loneExpression: expr ';'* @eof ;
loneItem: named ';'* @eof ;
loneSortKey: sortKey @eof ;
loneType: type @eof ;
loneColumns: columnTypes @eof ;
single: (statement | setting) ';'* @eof ;
script: BEGIN (NOT ATOMIC)? body? END ';'? @eof ;
body: (step ';')+ ;
step: condition | statement | setStep | block | handler | ifStep | caseStep | while | repeat | LEAVE strict | ITERATE strict | loop | for ;
setStep: SET assignments | SET '(' paths ')' @equal '(' query ')' ;
block: beginLabel? BEGIN (NOT ATOMIC)? body? END strict? ;
beginLabel: strict ':' ;
condition: DECLARE strict CONDITION (FOR SQLSTATE VALUE? text)? ;
handled: SQLSTATE VALUE? text | SQLEXCEPTION | NOT FOUND | path ;
handler: DECLARE (CONTINUE | EXIT) HANDLER FOR handled % (',') (block | statement | setStep) ;
while: beginLabel? WHILE boolExpr DO body END WHILE strict? ;
repeat: beginLabel? REPEAT body UNTIL boolExpr END REPEAT strict? ;
loop: beginLabel? LOOP body END LOOP strict? ;
for: beginLabel? FOR (strict AS)? query DO body END FOR strict? ;
ifStep: IF boolExpr THEN body (ELSEIF boolExpr THEN body)* (ELSE body)? END IF ;
caseStep: CASE (WHEN boolExpr THEN body)+ (ELSE body)? END CASE | CASE expr (WHEN expr THEN body)+ (ELSE body)? END CASE ;

setting: SET ROLE @any *?
  | SET TIME ZONE interval
  | SET TIME ZONE (text | LOCAL)
  | SET TIME ZONE @any *?
  | SET PATH @equal pathElement (',' pathElement)*
  | SET @variable assignments
  | SET @variable '(' paths ')' @equal '(' query ')'
  | SET settingKey @equal @quoted
  | SET settingKey (@equal @any *?)?
  | SET @any *? @equal @quoted
  | SET @any *?
  | RESET settingKey
  | RESET @any *? ;
settingKey: quoted ;
pathElement: DEFAULT_PATH | SYSTEM_PATH | PATH | CURRENT_DATABASE | CURRENT_SCHEMA | path ;
assignments: assignment % (',') ;
assignment: path @equal expr ;

statement: query
  | execute
  | with? change
  | USE target
  | USE @namespace target
  | SET CATALOG expr
  | CREATE @namespace ifNotExists? target (comment | LOCATION text | collation | WITH (DBPROPERTIES | PROPERTIES) properties)*
  | ALTER @namespace target SET (DBPROPERTIES | PROPERTIES) properties
  | ALTER @namespace target UNSET (DBPROPERTIES | PROPERTIES) properties
  | ALTER @namespace target collation
  | ALTER @namespace target SET LOCATION text
  | DROP @namespace (IF EXISTS)? target (RESTRICT | CASCADE)?
  | SHOW @namespaces ((FROM | IN) path)? (LIKE? text)?
  | createTable ('(' elements ')')? provider? tableClauses (AS? query)?
  | CREATE TABLE ifNotExists? target LIKE target (provider | rowFormat | fileFormat | LOCATION text | TBLPROPERTIES properties)*
  | replaceTable ('(' elements ')')? provider? tableClauses (AS? query)?
  | ANALYZE TABLE target partition? COMPUTE STATISTICS (plain | FOR COLUMNS nameList | FOR ALL COLUMNS)?
  | ANALYZE TABLES ((FROM | IN) target)? COMPUTE STATISTICS plain?
  | ALTER TABLE target ADD @columns newColumns
  | ALTER TABLE target ADD @columns '(' newColumns ')'
  | ALTER TABLE target RENAME COLUMN path TO name
  | ALTER TABLE target DROP @columns (IF EXISTS)? '(' paths ')'
  | ALTER TABLE target DROP @columns (IF EXISTS)? paths
  | ALTER (TABLE | VIEW) target RENAME TO path
  | ALTER (TABLE | VIEW) target SET TBLPROPERTIES properties
  | ALTER (TABLE | VIEW) target UNSET TBLPROPERTIES (IF EXISTS)? properties
  | ALTER TABLE target (ALTER | CHANGE) COLUMN? changedColumn % (',')
  | ALTER TABLE target partition? CHANGE COLUMN? path columnType position?
  | ALTER TABLE target partition? REPLACE COLUMNS '(' newColumns ')'
  | ALTER TABLE target partition? SET SERDE text (WITH SERDEPROPERTIES properties)?
  | ALTER TABLE target partition? SET SERDEPROPERTIES properties
  | ALTER (TABLE | VIEW) target ADD ifNotExists? placedPartition+
  | ALTER TABLE target partition RENAME TO partition
  | ALTER (TABLE | VIEW) target DROP (IF EXISTS)? partition (',' partition)* PURGE?
  | ALTER TABLE target partition? SET LOCATION text
  | ALTER TABLE target RECOVER PARTITIONS
  | ALTER TABLE target (clusterBy | CLUSTER BY NONE)
  | ALTER TABLE target collation
  | ALTER TABLE target ADD tableConstraint
  | ALTER TABLE target DROP CONSTRAINT (IF EXISTS)? ident (RESTRICT | CASCADE)?
  | DROP TABLE (IF EXISTS)? target PURGE?
  | DROP VIEW (IF EXISTS)? target
  | CREATE (OR REPLACE)? (GLOBAL? @temporary)? VIEW ifNotExists? target viewColumns? (comment | binding | collation | PARTITIONED ON names | TBLPROPERTIES properties)* AS query
  | CREATE (OR REPLACE)? VIEW ifNotExists? target viewColumns? (WITH METRICS | LANGUAGE (SQL | @word) | comment | TBLPROPERTIES properties)* AS @code
  | CREATE (OR REPLACE)? GLOBAL? @temporary VIEW tableName ('(' columnTypes ')')? provider (OPTIONS properties)?
  | ALTER VIEW target AS? query
  | ALTER VIEW target binding
  | CREATE (OR REPLACE)? @temporary? FUNCTION ifNotExists? target AS text (USING resource (',' resource)*)?
  | CREATE (OR REPLACE)? @temporary? FUNCTION ifNotExists? target '(' columns? ')' (RETURNS (type | TABLE '(' columnTypes ')'))? characteristics RETURN (query | expr)
  | DROP @temporary? FUNCTION (IF EXISTS)? target
  | DECLARE (OR REPLACE)? @variable? target % (',') type? variableDefault?
  | DROP @temporary @variable (IF EXISTS)? target
  | DECLARE name (ASENSITIVE | INSENSITIVE)? CURSOR FOR query (FOR READ ONLY)?
  | OPEN path (USING ('(' nameds ')' | nameds))?
  | FETCH (NEXT? FROM | FROM)? path INTO paths
  | CLOSE path
  | EXPLAIN (LOGICAL | FORMATTED | EXTENDED | CODEGEN | COST)? (statement | setting)
  | SHOW TABLES ((FROM | IN) target)? (LIKE? text)? (AS JSON)?
  | SHOW TABLE EXTENDED ((FROM | IN) target)? LIKE text partition? (AS JSON)?
  | SHOW TBLPROPERTIES target ('(' keyOrText ')')?
  | SHOW COLUMNS (FROM | IN) target ((FROM | IN) path)?
  | SHOW VIEWS ((FROM | IN) target)? (LIKE? text)?
  | SHOW PARTITIONS target partition? (AS JSON)?
  | SHOW plain? FUNCTIONS ((FROM | IN) target)? (LIKE? (path | text))?
  | SHOW PROCEDURES ((FROM | IN) target)?
  | SHOW CREATE TABLE target (AS SERDE)?
  | SHOW CURRENT @namespace
  | SHOW CATALOGS (LIKE? text)?
  | SHOW COLLATIONS (LIKE? text)?
  | (DESC | DESCRIBE) FUNCTION EXTENDED? functionShown
  | (DESC | DESCRIBE) PROCEDURE target
  | (DESC | DESCRIBE) @namespace EXTENDED? target
  | (DESC | DESCRIBE) TABLE? (EXTENDED | FORMATTED)? target partition? columnShown? (AS JSON)?
  | (DESC | DESCRIBE) QUERY? query
  | COMMENT ON @namespace target IS commentText
  | COMMENT ON TABLE target IS commentText
  | COMMENT ON TABLE target COLUMN '(' columnComment % (',') ')'
  | COMMENT ON COLUMN columnComment
  | REFRESH TABLE target
  | REFRESH FUNCTION target
  | REFRESH (text | @any *?)
  | CACHE LAZY? TABLE target (OPTIONS properties)? (AS? query)?
  | UNCACHE TABLE (IF EXISTS)? target
  | CLEAR CACHE
  | LOAD DATA LOCAL? INPATH text OVERWRITE? INTO TABLE target partition?
  | TRUNCATE TABLE target partition?
  | MSCK? REPAIR TABLE target ((ADD | DROP | SYNC) PARTITIONS)?
  | (ADD | LIST) plain @any *?
  | CREATE INDEX ifNotExists? ident ON TABLE? target (USING ident)? '(' indexed % (',') ')' (OPTIONS properties)?
  | DROP INDEX (IF EXISTS)? ident ON TABLE? target
  | CALL target '(' (argument (',' argument)*)? ')'
  | native @any *?
  | createDataset ('(' elements? ')')? provider? tableClauses (AS query | FLOW AUTO CDC cdc)?
  | CREATE FLOW target comment? AS insertInto query
  | CREATE FLOW target comment? AS AUTO CDC INTO path cdc ;
ifNotExists: IF not EXISTS ;
collation: DEFAULT COLLATION ident ;
binding: WITH SCHEMA (BINDING | COMPENSATION | EVOLUTION | TYPE EVOLUTION) ;
commentText: text | NULL ;
execute: EXECUTE IMMEDIATE expr (INTO paths)? using? ;
using: USING '(' nameds ')' | USING nameds ;
variableDefault: (DEFAULT | @equal) expr ;
functionShown: target | text | comparison | @arithmetic | (OR | AND | IN | NOT) | shift | '!' ;
columnShown: name ('.' name)* ;
columnComment: path IS commentText ;
tableName: (name '.')? name ;
resource: plain text ;
indexed: path (OPTIONS properties)? ;

change: insertInto (query | '(' query ')' alias)
  | from inserting+
  | DELETE FROM target alias options? where?
  | UPDATE target alias options? setClause where?
  | MERGE (WITH SCHEMA EVOLUTION)? INTO target alias options? USING (target options? | '(' query ')') alias ON boolExpr whenMatched* whenNotMatched* whenOnlyTarget* ;
inserting: insertInto fromBody ;
insertInto: INSERT (WITH SCHEMA EVOLUTION)? OVERWRITE TABLE? target options? (partition ifNotExists?)? (BY NAME | names)?
  | INSERT (WITH SCHEMA EVOLUTION)? INTO TABLE? target options? partition? ifNotExists? (BY NAME | names)?
  | INSERT (WITH SCHEMA EVOLUTION)? INTO TABLE? target alias options? (BY NAME | names)? REPLACE (WHERE | ON) boolExpr
  | INSERT (WITH SCHEMA EVOLUTION)? INTO TABLE? target alias options? (BY NAME)? REPLACE USING names
  | INSERT OVERWRITE LOCAL? DIRECTORY text rowFormat? fileFormat?
  | INSERT OVERWRITE LOCAL? DIRECTORY text? provider (OPTIONS properties)? ;
setClause: SET assignments ;
whenMatched: WHEN MATCHED (AND boolExpr)? THEN (DELETE | UPDATE SET '*' | UPDATE SET assignments) ;
whenNotMatched: WHEN not MATCHED (BY TARGET)? (AND boolExpr)? THEN (INSERT '*' | INSERT '(' paths ')' VALUES '(' expr (',' expr)* ')') ;
whenOnlyTarget: WHEN not MATCHED BY SOURCE (AND boolExpr)? THEN (DELETE | UPDATE SET assignments) ;

createTable: CREATE @temporary? EXTERNAL? TABLE ifNotExists? target ;
replaceTable: (CREATE OR)? REPLACE TABLE target ;
createDataset: CREATE (MATERIALIZED VIEW | STREAMING TABLE) ifNotExists? target ;
provider: USING path ;
tableClauses: (OPTIONS exprProperties | PARTITIONED BY '(' partitionField % (',') ')' | skew | clusterBy | buckets | rowFormat | fileFormat | LOCATION text | comment | collation | TBLPROPERTIES properties)* ;
exprProperties: '(' exprProperty % (',') ')' ;
exprProperty: keyOrText @equal expr | keyOrOneText expr? ;
clusterBy: CLUSTER BY '(' paths ')' ;
buckets: CLUSTERED BY names (SORTED BY '(' orderedName % (',') ')')? INTO integer BUCKETS ;
orderedName: name (ASC | DESC)? ;
skew: SKEWED BY names ON (constants | '(' constants % (',') ')') (STORED AS DIRECTORIES)? ;
constants: '(' constant % (',') ')' ;
fileFormat: STORED AS storedAs | STORED BY text (WITH SERDEPROPERTIES properties)? ;
storedAs: INPUTFORMAT text OUTPUTFORMAT text | plain ;
partitionField: transformed | columnType ;
transformed: dotted | ident '(' transformArgument % (',') ')' ;
transformArgument: dotted | constant ;
partition: PARTITION '(' partitionValue % (',') ')' ;
partitionValue: ident (@equal constant)? | ident @equal DEFAULT ;
placedPartition: partition (LOCATION text)? ;
viewColumns: '(' viewColumn % (',') ')' ;
viewColumn: ident comment? ;
elements: element % (',') ;
element: tableConstraint | column ;
columns: column % (',') ;
column: name type columnOption* ;
columnOption: not NULL | DEFAULT expr | generation | comment | columnConstraint ;
generation: GENERATED ALWAYS AS '(' expr ')' | GENERATED (ALWAYS | BY DEFAULT) AS IDENTITY ('(' sequenceOption* ')')? ;
sequenceOption: START WITH sequenceValue | INCREMENT BY sequenceValue ;
sequenceValue: '-'? integer | '-'? @bigint ;
newColumns: newColumn % (',') ;
newColumn: path type newColumnOption* ;
newColumnOption: not NULL | DEFAULT expr | comment | position ;
position: FIRST | AFTER name ;
changedColumn: path columnAction? ;
columnAction: TYPE type | comment | position | (SET | DROP) not NULL | SET DEFAULT expr | DROP DEFAULT ;
columnConstraint: (CONSTRAINT name)? (check | unique | references) constraintTrait* ;
tableConstraint: (CONSTRAINT name)? (check | unique names | FOREIGN KEY names references) constraintTrait* ;
check: CHECK '(' boolExpr ')' ;
unique: UNIQUE | PRIMARY KEY ;
references: REFERENCES path names? ;
constraintTrait: (ENFORCED | NOT ENFORCED) | (RELY | NORELY) ;
characteristics: characteristic* ;
characteristic: LANGUAGE (SQL | @word) | SPECIFIC name | (DETERMINISTIC | not DETERMINISTIC) | (NO SQL | CONTAINS SQL | READS SQL DATA | MODIFIES SQL DATA)
  | (RETURNS NULL ON NULL INPUT | CALLED ON NULL INPUT) | comment | collation | (SQL SECURITY INVOKER | SQL SECURITY DEFINER) ;
cdc: FROM relationPrimary KEYS '(' nameList ')' (APPLY AS DELETE WHEN boolExpr | SEQUENCE BY expr | COLUMNS ('(' nameList ')' | '*' EXCEPT '(' nameList ')')
  | STORED AS SCD TYPE @integer | TRACK HISTORY ON ('(' nameList ')' | '*' EXCEPT '(' nameList ')'))* ;
native: CREATE ROLE | DROP ROLE | GRANT ROLE? | REVOKE ROLE? | SHOW GRANT | SHOW ROLE GRANT? | SHOW PRINCIPALS | SHOW ROLES | SHOW CURRENT ROLES | EXPORT TABLE | IMPORT TABLE
  | SHOW COMPACTIONS | SHOW CREATE TABLE | SHOW TRANSACTIONS | SHOW INDEXES | SHOW LOCKS | CREATE INDEX | DROP INDEX | ALTER INDEX | LOCK TABLE | LOCK DATABASE | UNLOCK TABLE
  | UNLOCK DATABASE | CREATE @temporary MACRO | DROP @temporary MACRO | ALTER TABLE tableName NOT CLUSTERED | ALTER TABLE tableName CLUSTERED BY | ALTER TABLE tableName NOT SORTED
  | ALTER TABLE tableName SKEWED BY | ALTER TABLE tableName NOT SKEWED | ALTER TABLE tableName NOT STORED AS DIRECTORIES | ALTER TABLE tableName SET SKEWED LOCATION
  | ALTER TABLE tableName EXCHANGE PARTITION | ALTER TABLE tableName ARCHIVE PARTITION | ALTER TABLE tableName UNARCHIVE PARTITION | ALTER TABLE tableName TOUCH
  | ALTER TABLE tableName partition? COMPACT | ALTER TABLE tableName partition? CONCATENATE | ALTER TABLE tableName partition? SET FILEFORMAT
  | ALTER TABLE tableName partition? REPLACE COLUMNS | START TRANSACTION | COMMIT | ROLLBACK | DFS ;
`;
