// Names, texts and types as the lexer reads them back.

import { quotedText } from '../../expr/literals.js';
import { type DataType, sqlName } from '../../types.js';
import { OPENS_TYPE } from '../lexer.js';

/** Thrown of what no text of the grammar makes: closures, frames, functions of other dialects. */
export class WithoutForm extends Error {}
export function withoutForm(what: string): never { throw new WithoutForm(what); }

/** Words that the grammar takes where a name may begin. A name that is one stands in backquotes. */
const WORDS: ReadonlySet<string> = new Set(`ALL AND ANTI ANY ARRAY AS ASC ASOF BETWEEN BOTH BUCKET CASE CAST COLLATE CROSS CUBE CURRENT DEFAULT DELAY DESC DISTINCT DISTRIBUTE DIV ELSE END ESCAPE EXCEPT
  EXISTS EXTENDED FALSE FOR FORMATTED FROM FULL FUNCTION GROUP GROUPING HAVING IDENTIFIER IF ILIKE IN INNER INTERSECT INTERVAL INTO IS JOIN LATERAL LEADING LEFT LIKE LIMIT MAP MATCH_CONDITION MINUS NATURAL NOT NULL
  NULLS OFFSET ON OR ORDER OUTER PARTITION PIVOT QUALIFY QUERY RECURSIVE REGEXP RIGHT RLIKE ROLLUP SELECT SEMI SET SOME SORT CLUSTER STREAM STRUCT TABLE TABLESAMPLE THEN TRAILING TRUE TRY_CAST UNBOUNDED UNION UNPIVOT
  USING VALUES VAR VARIABLE VIEW WATERMARK WHEN WHERE WINDOW WITH`.split(/\s+/));
const PLAIN = /^[A-Za-z_][A-Za-z0-9_]*$/;
const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

export const isWord = (name: string): boolean => WORDS.has(name.toUpperCase());
/** A name where a word of the grammar could stand, too. */
export const ident = (name: string): string => PLAIN.test(name) && !isWord(name) ? name : quoted(name);
/** A name behind a point, or one that may be any word but those that make the lexer wait for a closing bracket. */
export const part = (name: string): string => PLAIN.test(name) && !OPENS_TYPE.has(name.toUpperCase()) ? name : quoted(name);
export const dotted = (parts: readonly string[]): string => parts.map((name, i) => i === 0 ? ident(name) : part(name)).join('.');
export const always = quoted;
export const names = (list: readonly string[]): string => list.map(ident).join(', ');
/** A list of names in brackets, if there is one. */
export const bracketed = (list: readonly string[] | undefined): string => list ? `(${names(list)})` : '';

/** A text as a literal, in which no reference to a setting is seen (`${name}`). */
export const text = (value: string): string => quotedText(value).replaceAll('${', '$\\{');
export const comment = (value: string | undefined): string => value === undefined ? '' : ` COMMENT ${text(value)}`;
/** A number that was written without a sign and a point. */
export const whole = (value: number): string => Number.isFinite(value) ? BigInt(value).toString() : '9'.repeat(400);

export function typeText(type: DataType): string {
  switch (type.kind) {
    case 'array': return `ARRAY<${typeText(type.element)}>`;
    case 'map': return `MAP<${typeText(type.key)}, ${typeText(type.value)}>`;
    case 'struct': return `STRUCT<${type.fields.map((f) => `${ident(f.name)}: ${columnRest(f)}`).join(', ')}>`;
    case 'string': return type.collation ? `STRING COLLATE ${ident(type.collation)}` : 'STRING';
    case 'time': return `TIME(${whole(type.precision)})`;
    default: return sqlName(type);
  }
}
/** What stands behind the name of a column or field. */
export const columnRest = (f: { readonly type: DataType; readonly nullable: boolean; readonly comment?: string | undefined }): string =>
  `${typeText(f.type)}${f.nullable ? '' : ' NOT NULL'}${comment(f.comment)}`;

/** `('k' = 'v', …)` */
export const optionList = (options: Readonly<Record<string, string>>): string =>
  `(${Object.entries(options).map(([key, value]) => `${key.split('.').every((p) => part(p) === p) ? key : text(key)} = ${text(value)}`).join(', ')})`;
