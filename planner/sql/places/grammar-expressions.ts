// The part of the model of Spark's grammar that reads names, literals, expressions and types; the notation is explained in network.ts.
//
// What ends a rule and in which order alternatives stand decides where an error is: both follow Spark's behaviour (4.3, ANSI mode, nothing reserved).

export const EXPRESSIONS = `
name: ident dashes ;
dashes: ('-' ident)+ | ;
ident: strict | {yes} @strict ;
plain: plainStrict | {yes} @strict ;
strict: @word | quoted | {yes} IDENTIFIER '(' text ')' | {no} @ansiName | {yes} @keyword ;
plainStrict: @word | quoted | {no} @ansiName | {yes} @keyword ;
quoted: @quoted | {no} @doubleQuoted ;
path: name % ('.') ;
paths: path % (',') ;
dotted: ident % ('.') ;
target: IDENTIFIER '(' expr ')' | path ;
names: '(' nameList ')' ;
nameList: name % (',') ;

oneText: @string | {yes} @doubleQuoted ;
textPart: oneText | marker ;
text: textPart+ ;
marker: {yes} namedMarker | {yes} '?' ;
namedMarker: ':' plain ;
integer: @integer | marker ;
number: {yes} '-'? @exponent | {yes} '-'? @decimal | '-'? @integer | '-'? @bigint | '-'? @smallint | '-'? @tinyint | '-'? @double | '-'? @float | '-'? @bigdecimal ;
boolean: TRUE | FALSE ;
constant: NULL | '?' | namedMarker | interval | literalType oneText | number | boolean | text ;
literalType: DATE | TIME | TIMESTAMP | TIMESTAMP_LTZ | TIMESTAMP_NTZ | INTERVAL | X | ident ;

interval: INTERVAL (unitsFirst | rangeFirst) ;
unitsFirst: unitValues unitRange? ;
unitValues: (unitValue @units)+ ;
rangeFirst: unitRange (unitValues | unitRange)? ;
unitRange: unitValue @rangeUnit TO @rangeUnit ;
unitValue: ('+' | '-')? (@integer | @decimal | text) ;

named: expr (AS? (name | names))? ;
nameds: named % (',') ;
expr: boolExpr ;
exprs: expr % (',') ;
argument: expr | ident '=>' expr ;

boolExpr: (NOT | '!') boolExpr | EXISTS '(' query ')' | value predicate? | boolExpr AND boolExpr | boolExpr OR boolExpr ;
not: NOT | '!' ;
predicate: not? BETWEEN value AND value
  | not? IN ('(' ')' | '(' expr % (',') ')')
  | not? IN '(' query ')'
  | not? @rlike value
  | not? (LIKE | ILIKE) (ANY | SOME | ALL) ('(' ')' | '(' expr % (',') ')')
  | not? (LIKE | ILIKE) value (ESCAPE text)?
  | IS not? NULL
  | IS not? (TRUE | FALSE | UNKNOWN)
  | IS not? DISTINCT FROM value ;

value: primary
  | ('-' | '+' | '~') value
  | value ('*' | '/' | '%' | DIV) value
  | value ('+' | '-' | '||') value
  | value shift value
  | value '&' value
  | value '^' value
  | value {bar} '|' value
  | value comparison value ;
shift: '<<' | '>>' | '>>>' ;
comparison: @equal | '<>' | '!=' | '<' | @atMost | '>' | @atLeast | '<=>' ;

primary: @nowFunction
  | (TIMESTAMPADD | DATEADD | DATE_ADD) '(' (@dateUnit | text) ',' value ',' value ')'
  | (TIMESTAMPDIFF | DATEDIFF | DATE_DIFF | TIMEDIFF) '(' (@dateUnit | text) ',' value ',' value ')'
  | CASE whenThen+ (ELSE expr)? END
  | CASE expr whenThen+ (ELSE expr)? END
  | (CAST | TRY_CAST) '(' expr AS type ')'
  | primary collate
  | primary '::' type
  | STRUCT '(' (named % (','))? ')'
  | FIRST '(' expr (IGNORE NULLS)? ')'
  | ANY_VALUE '(' expr (IGNORE NULLS)? ')'
  | LAST '(' expr (IGNORE NULLS)? ')'
  | POSITION '(' value IN value ')'
  | constant
  | '*' exceptColumns?
  | dotted '.' '*' exceptColumns?
  | primary ':' variantPath
  | '(' named (',' named)+ ')'
  | '(' query ')'
  | callName '(' (quantifier? argument % (','))? ')' (WITHIN GROUP '(' ORDER BY sortKey % (',') ')')? (FILTER '(' WHERE boolExpr ')')? ((IGNORE | RESPECT) NULLS)? (OVER window)?
  | ident '->' expr
  | '(' ident (',' ident)+ ')' '->' expr
  | primary '[' value ']'
  | ident
  | primary '.' ident
  | '(' expr ')'
  | EXTRACT '(' plain FROM value ')'
  | (SUBSTR | SUBSTRING) '(' value (FROM | ',') value ((FOR | ',') value)? ')'
  | TRIM '(' (BOTH | LEADING | TRAILING)? value? FROM value ')'
  | OVERLAY '(' value PLACING value FROM value (FOR value)? ')' ;
whenThen: WHEN expr THEN expr ;
callName: IDENTIFIER '(' expr ')' | IDENTIFIER | dotted | FILTER | LEFT | RIGHT ;
exceptColumns: EXCEPT '(' paths ')' ;
quantifier: DISTINCT | ALL ;
variantPath: variantStart variantPart* ;
variantName: ident | @quoted ;
variantKey: '[' text ']' ;
variantStart: variantName | variantKey | '[' integer ']' ;
variantPart: '.' variantName | variantKey | '[' integer ']' | '[' ident ']' ;
collate: COLLATE path ;

sortKey: expr (ASC | DESC)? (NULLS (LAST | FIRST))? ;
window: name | '(' name ')' | '(' (CLUSTER BY expr % (',') | ((PARTITION | DISTRIBUTE) BY expr % (','))? ((ORDER | SORT) BY sortKey % (','))?) frame? ')' ;
frame: RANGE bound | ROWS bound | RANGE BETWEEN bound AND bound | ROWS BETWEEN bound AND bound ;
bound: UNBOUNDED (PRECEDING | FOLLOWING) | CURRENT ROW | expr (PRECEDING | FOLLOWING) ;

type: ARRAY ('<' type '>')? | MAP ('<' type ',' type '>')? | STRUCT ('<' fields? '>' | '<>')? | simpleType ;
simpleType: sizedType | @plainType | ident ('(' integer (',' integer)* ')')? ;
sizedType: STRING collate?
  | (CHAR | CHARACTER) ('(' integer ')')? collate?
  | VARCHAR ('(' integer ')')? collate?
  | (DECIMAL | DEC | NUMERIC) ('(' integer (',' integer)? ')')?
  | INTERVAL ((YEAR | MONTH) (TO MONTH)? | (DAY | HOUR | MINUTE | SECOND) (TO (HOUR | MINUTE | SECOND))?)?
  | TIMESTAMP ('(' integer ')')? (WITH LOCAL TIME ZONE | WITHOUT TIME ZONE)?
  | TIMESTAMP_LTZ ('(' integer ')')?
  | TIMESTAMP_NTZ ('(' integer ')')?
  | TIME ('(' integer ')')? (WITHOUT TIME ZONE)?
  | GEOGRAPHY '(' (integer | ANY) ')'
  | GEOMETRY '(' (integer | ANY) ')' ;
fields: field % (',') ;
field: name ':'? type (not NULL)? comment? ;
columnTypes: columnType % (',') ;
columnType: name type (not NULL)? comment? ;
comment: COMMENT text ;
`;
