// A statement that is read, printed, and read again is the same, and prints the same again.

import { parseStatement } from '../../planner/sql/index.js';
import { printStatement } from '../../planner/sql/print/index.js';
import type { Statement } from '../../planner/tree.js';

/** Where things stand, and pieces of the text that was read: no part of what it means. */
const isPlace = (holder: object, key: string): boolean => key === 'span' || key === 'places' || key === 'defaultText'
  || (key === 'text' && (('kind' in holder && holder.kind === 'create_view') || 'params' in holder));
/** A tree as text, without places. In which order the fields of a node were set does not count; that of options does. */
export const bare = (tree: unknown): string => JSON.stringify(tree, function replace(this: object, key, value: unknown) {
  if (isPlace(this, key)) return undefined;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return Object.is(value, -0) || !Number.isFinite(value) ? `${1 / value} ${value}` : value;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || key === 'options') return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1));
});

/** Of statements that are not carried out only the name is kept. */
const isRefused = (statement: Statement): boolean => statement.kind === 'unsupported' || (statement.kind === 'explain' && isRefused(statement.statement));

/** What is wrong with the printed text; undefined if nothing is. */
export function printingFault(statement: Statement): string | undefined {
  const printed = printStatement(statement);
  if (printed === undefined) return isRefused(statement) ? undefined : 'has no text';
  let again: Statement;
  try { again = parseStatement(printed); } catch (error) { return `printed as ${printed}, which does not read: ${String(error)}`; }
  if (bare(again) !== bare(statement)) return `printed as ${printed}, which reads as ${bare(again)} and not ${bare(statement)}`;
  const twice = printStatement(again);
  return twice === printed ? undefined : `printed as ${printed}, then as ${twice}`;
}
