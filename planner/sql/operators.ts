// The operators of the grammar: how they are called in trees, and how tightly they bind. The parser reads by this table, the printer brackets by it.

/** What binds tighter has the higher level. An operand that stands below the level of its place is in brackets. */
export const LEVEL = {
  /** A lambda, or anything else that runs as far as it can. */
  whole: 0, or: 1, and: 2, not: 3,
  /** BETWEEN, IN, LIKE, IS: they do not chain. */
  predicate: 4,
  /** The loosest of the binary operators, which associate to the left. */
  comparison: 5, unary: 12,
  /** `a[i]`, `a.b`, `a:b`, COLLATE. */
  postfix: 13, primary: 14,
} as const;

/** Binary operators by their names in trees. */
const BINARY = {
  '=': 5, '<>': 5, '<': 5, '<=': 5, '>': 5, '>=': 5, '<=>': 5, '|': 6, '^': 7, '&': 8, '<<': 9, '>>': 9, '>>>': 9, '+': 10, '-': 10, '||': 10, '*': 11, '/': 11, '%': 11, div: 11,
} as const;
export type BinaryOperator = keyof typeof BINARY;
const SPELLINGS: ReadonlyMap<string, BinaryOperator> = new Map([
  ...(Object.keys(BINARY) as BinaryOperator[]).map((name) => [name === 'div' ? 'DIV' : name, name] as const), ['==', '='], ['!=', '<>'], ['!<', '>='], ['!>', '<='],
]);
/** The operator that a symbol or a word in upper case means. */
export const binaryOperator = (spelling: string): BinaryOperator | undefined => SPELLINGS.get(spelling);
export const binaryLevel = (name: BinaryOperator): number => BINARY[name];
export const isBinary = (name: string): name is BinaryOperator => Object.hasOwn(BINARY, name);

type Quantified = `${'' | 'not_'}${'like' | 'ilike'}_${'any' | 'all'}`;
/** Forms of the grammar that are calls in trees. */
export type FormOperator = 'not' | 'between' | 'in' | 'like' | 'ilike' | 'rlike' | 'regexp' | Quantified | 'isnull' | 'isnotnull' | 'isunknown' | 'isnotunknown' | 'istrue' | 'isfalse'
  | 'negative' | 'positive' | '~' | '[]' | 'collate' | 'variant_path' | 'struct' | 'when' | 'extract' | `trim_from_${'both' | 'leading' | 'trailing'}` | 'substring' | 'locate' | 'overlay'
  | 'timestampadd' | 'timestampdiff';
export type Operator = BinaryOperator | 'and' | 'or' | FormOperator;

/** What stands behind a pipe that is written `|`; before another word it is an operator. source: Spark's isOperatorPipeStart. */
export const PIPE_WORDS: ReadonlySet<string> = new Set(`SELECT EXTEND SET DROP AS WHERE PIVOT UNPIVOT TABLESAMPLE INNER CROSS LEFT SEMI RIGHT FULL ANTI NATURAL JOIN
 INTERSECT UNION EXCEPT MINUS ORDER CLUSTER DISTRIBUTE SORT WINDOW LIMIT OFFSET AGGREGATE BIN LATERAL ASOF`.split(/\s+/));
