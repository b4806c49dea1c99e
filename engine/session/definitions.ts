// The text of CREATE for what a session has, and what DESCRIBE tells of it. The text makes the same again, but for secrets, which are not shown.
// source: Spark's ShowCreateTableCommand and DescribeTableCommand (the form of their lines).

import { raise } from '../../planner/errors/index.js';
import { quotedText } from '../../planner/expr/literals.js';
import { type Field, quoteIfNeeded, simpleName, sqlName } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import type { Definition, Entry } from './catalog.js';

/** `declared`: the columns that the relation was given, with types. @throws VIEW_WITHOUT_TEXT */
export function createText({ name, kind, definition }: Entry, declared: readonly Field[] | undefined): string {
  const { watermarks = [], format, options = {}, text } = definition;
  if (kind === 'view' && text === undefined) return raise('VIEW_WITHOUT_TEXT', { viewName: `\`${name}\`` });
  const inBrackets = kind === 'view' ? (definition.columns ?? []).map((c) => `${quoteIfNeeded(c.name)}${commentText(c)}`)
    : [...(declared ?? []).map((f, i) => `${quoteIfNeeded(f.name)} ${sqlName(f.type)}${f.nullable ? '' : ' NOT NULL'}${defaultText(definition.columns?.[i])}${commentText(definition.columns?.[i] ?? f)}`), ...watermarks];
  const given = Object.entries(options);
  return [
    `CREATE ${kind.toUpperCase()} ${quoteIfNeeded(name)}${list(inBrackets)}`, ...format === undefined ? [] : [`USING ${format.split('.').map(quoteIfNeeded).join('.')}`],
    ...given.length === 0 ? [] : [`OPTIONS${list(given.map(([key, value]) => `${quotedText(key)} = ${quotedText(value)}`))}`],
    ...definition.comment === undefined ? [] : [`COMMENT ${quotedText(definition.comment)}`], ...text === undefined ? [] : [`AS ${text}`],
  ].join('\n');
}
const list = (items: readonly string[]): string => items.length === 0 ? '' : ` (\n  ${items.join(',\n  ')})`;
const defaultText = (column: { readonly defaultText?: string | undefined } | undefined): string => column?.defaultText === undefined ? '' : ` DEFAULT ${column.defaultText}`;
const commentText = ({ comment }: Pick<Field, 'comment'>): string => comment === undefined ? '' : ` COMMENT ${quotedText(comment)}`;

/** The lines of DESCRIBE: columns as the analyzed relation has them; `extended`: then what else is known. */
export function describeLines(fields: readonly Field[], entry: Entry | undefined, extended: boolean): readonly (readonly Value[])[] {
  const { columns } = entry?.definition ?? {};
  const lines = fields.map((f, i) => [f.name, simpleName(f.type), columns?.[i]?.comment ?? f.comment ?? null]);
  const defaults = fields.flatMap((f, i) => columns?.[i]?.defaultText === undefined ? [] : [[f.name, simpleName(f.type), columns[i].defaultText]]);
  if (defaults.length > 0) lines.push(['', '', ''], ['# Column Default Values', '', ''], ...defaults);
  if (!extended || !entry) return lines;
  return [...lines, ['', '', null], ['# Detailed Information', '', null], ...detailsOf(entry.kind, entry.definition).map(([key, value]) => [key, value, null])];
}

function detailsOf(kind: Entry['kind'], { format, options = {}, watermarks = [], comment, text }: Definition): readonly (readonly [string, string])[] {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Kind', kind], ['Format', kind === 'view' ? undefined : format ?? 'memory'], ...Object.entries(options).map(([key, value]) => [`Option ${key}`, value] as const),
    ...watermarks.map((clause) => ['Watermark', clause] as const), ['Comment', comment], ['View Text', text],
  ];
  return facts.filter((fact): fact is readonly [string, string] => fact[1] !== undefined);
}
