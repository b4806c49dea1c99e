// The part of the model of Spark's grammar that reads queries, relations and pipes; see grammar-expressions.ts.

export const QUERIES = `
query: with? term organization ;
with: WITH RECURSIVE? cte % (',') ;
cte: name names? (MAX RECURSION LEVEL integer)? AS? '(' query ')' ;
term: queryPrimary
  | term {no} (INTERSECT | UNION | EXCEPT | MINUS) quantifier? term
  | term {yes} INTERSECT quantifier? term
  | term {yes} (UNION | EXCEPT | MINUS) quantifier? term
  | term '|>' pipe
  | term {pipe} '|' pipe ;
organization: (ORDER BY sortKey % (','))? (CLUSTER BY expr % (','))? (DISTRIBUTE BY expr % (','))? (SORT BY sortKey % (','))? windows? (LIMIT (ALL | expr))? (OFFSET expr)? ;
queryPrimary: select | fromFirst | TABLE target | inlineTable | '(' query ')' ;
select: transform from? lateralView* where? groupBy? having? windows? | selectClause from? lateralView* where? groupBy? having? windows? qualify? ;
fromFirst: from fromBody* ;
fromBody: transform where? organization | selectClause lateralView* where? groupBy? having? windows? qualify? organization ;
transform: (SELECT TRANSFORM '(' quantifier? exprs ')' | MAP quantifier? exprs | REDUCE quantifier? exprs) rowFormat? (RECORDWRITER text)? USING text
  (AS (nameList | columnTypes | '(' (nameList | columnTypes) ')'))? rowFormat? (RECORDREADER text)? ;
selectClause: SELECT hint* quantifier? nameds ;
hint: '/*+' hintItem (','? hintItem)* '*/' ;
hintItem: plain | plain '(' primary (',' primary)* ')' ;
where: WHERE boolExpr ;
having: HAVING boolExpr ;
qualify: QUALIFY boolExpr ;
windows: WINDOW namedWindow % (',') ;
namedWindow: name AS window ;

from: FROM relation % (',') lateralView* pivot? unpivot? ;
groupBy: GROUP BY groupItem % (',') | GROUP BY named % (',') (WITH ROLLUP | WITH CUBE | GROUPING SETS '(' groupSet % (',') ')')? ;
groupItem: grouping | expr ;
grouping: (ROLLUP | CUBE) '(' groupSet % (',') ')' | GROUPING SETS '(' groupElement % (',') ')' ;
groupElement: grouping | groupSet ;
groupSet: '(' (expr % (','))? ')' | expr ;

pivot: PIVOT '(' nameds FOR pivotColumn IN '(' pivotValue % (',') ')' ')' (AS? name)? ;
pivotColumn: name | '(' name % (',') ')' ;
pivotValue: expr (AS? name)? ;
unpivot: UNPIVOT ((INCLUDE | EXCLUDE) NULLS)? '(' unpivoted ')' (AS? name)? ;
unpivoted: unpivotOne | unpivotSeveral ;
unpivotOne: ident FOR ident IN '(' unpivotColumn % (',') ')' ;
unpivotSeveral: '(' ident % (',') ')' FOR ident IN '(' unpivotColumns % (',') ')' ;
unpivotColumn: path unpivotAlias? ;
unpivotColumns: '(' path % (',') ')' unpivotAlias? ;
unpivotAlias: AS? name ;
binBy: BIN BY '(' RANGE path TO path BIN WIDTH expr (ALIGN TO expr)? DISTRIBUTE UNIFORM '(' path % (',') ')'
  (BIN_START AS name)? (BIN_END AS name)? (BIN_DISTRIBUTE_RATIO AS name)? ')' (AS? name)? ;
lateralView: LATERAL VIEW OUTER? dotted '(' (expr % (','))? ')' ident (AS? ident % (','))? ;

relation: LATERAL? relationPrimary extension* ;
extension: join | pivot | unpivot | binBy ;
join: joinType JOIN LATERAL? relationPrimary joinEnd? | NATURAL joinType JOIN LATERAL? relationPrimary | asOfType ASOF JOIN relationPrimary asOfEnd ;
joinType: INNER? | CROSS | LEFT OUTER? | LEFT? SEMI | RIGHT OUTER? | FULL OUTER? | LEFT? ANTI ;
asOfType: INNER? | LEFT OUTER? ;
joinEnd: criteria | nearest ;
criteria: ON boolExpr | USING names ;
asOfEnd: MATCH_CONDITION '(' boolExpr ')' (ON boolExpr | USING names)? ;
nearest: (APPROX | EXACT) NEAREST @integer? BY (DISTANCE | SIMILARITY) expr ;
sample: TABLESAMPLE (BERNOULLI | SYSTEM)? '(' sampleMethod? ')' (REPEATABLE '(' integer ')')? ;
sampleMethod: '-'? (integer | @decimal) PERCENT | expr ROWS | BUCKET integer OUT OF integer (ON (ident | dotted '(' ')'))? | expr ;
relationPrimary: stream
  | target changes options? alias
  | timedTarget timeTravel? options? sample? watermark? alias
  | '(' query ')' sample? watermark? alias
  | '(' relation ')' sample? watermark? alias
  | inlineTable
  | unnest
  | jsonTable
  | tableFunction ;
alias: (AS? strict names?)? ;
watermark: WATERMARK named DELAY OF interval ;
options: WITH properties ;
identified: IDENTIFIED BY name ;
inlineTable: VALUES expr % (',') alias ;
unnest: UNNEST '(' expr % (',') ')' (WITH ORDINALITY)? alias ;
jsonTable: JSON_TABLE '(' expr ',' text COLUMNS '(' jsonColumn % (',') ')' ((ERROR | NULL) ON ERROR)? ')' alias ;
jsonColumn: name FOR ORDINALITY | name type EXISTS (PATH text)? | name type (PATH text)? ;
stream: STREAM path streamChanges? options? identified? watermark? alias
  | STREAM '(' path ')' options? identified? watermark? alias
  | STREAM tableFunction
  | STREAM '(' tableCall ')' identified? watermark? alias ;
tableFunction: tableCall identified? watermark? alias ;
tableCall: callName '(' (tableArgument % (','))? ')' ;
tableArgument: wholeTable | argument ;
wholeTable: tableOf | ident '=>' tableOf ;
tableOf: TABLE target tablePartition? | TABLE '(' target ')' tablePartition? | TABLE '(' query ')' tablePartition? ;
tablePartition: (WITH SINGLE PARTITION | (PARTITION | DISTRIBUTE) BY ('(' expr % (',') ')' | expr (',' expr)+ | expr))
  ((ORDER | SORT) BY ('(' sortKey % (',') ')' | sortKey (',' sortKey)+ | sortKey))? ;
version: @integer | text ;
timedTarget: target '@' @integer | target '@V' version | target ;
timeTravel: FOR? (SYSTEM_VERSION | VERSION) AS OF version | FOR? (SYSTEM_TIME | TIMESTAMP) AS OF value ;
changes: CHANGES FROM (SYSTEM_VERSION | VERSION) version (INCLUSIVE | EXCLUSIVE)? (TO (SYSTEM_VERSION | VERSION) version (INCLUSIVE | EXCLUSIVE)?)?
  | CHANGES FROM (SYSTEM_TIME | TIMESTAMP) value (INCLUSIVE | EXCLUSIVE)? (TO (SYSTEM_TIME | TIMESTAMP) value (INCLUSIVE | EXCLUSIVE)?)? ;
streamChanges: CHANGES (FROM (SYSTEM_VERSION | VERSION) version (INCLUSIVE | EXCLUSIVE)?)? | CHANGES (FROM (SYSTEM_TIME | TIMESTAMP) value (INCLUSIVE | EXCLUSIVE)?)? ;

pipe: selectClause groupBy? windows?
  | EXTEND nameds
  | SET pipeSet
  | DROP paths
  | AS name
  | where windows?
  | pivot unpivot?
  | unpivot pivot?
  | binBy
  | sample
  | join
  | (INTERSECT | UNION | EXCEPT | MINUS) quantifier? queryPrimary
  | organization
  | AGGREGATE nameds? groupBy? ;
pipeSet: name ('.' name)* @equal expr (',' name ('.' name)* @equal expr)* ;

properties: '(' property % (',') ')' ;
property: (keyOrText @equal propertyValue | keyOrOneText propertyValue?) ;
key: name ('.' name)* ;
keyOrText: key | text ;
keyOrOneText: key | textPart ;
propertyValue: @integer | @decimal | boolean | text ;
rowFormat: ROW FORMAT SERDE text (WITH SERDEPROPERTIES properties)?
  | ROW FORMAT DELIMITED (FIELDS TERMINATED BY text (ESCAPED BY text)?)? (COLLECTION ITEMS TERMINATED BY text)? (MAP KEYS TERMINATED BY text)? (LINES TERMINATED BY text)? (NULL DEFINED AS text)? ;
`;
