// In which dialect a session reads its statements: ours, or another one by the setting `millrace.sql.dialect`.

import { dialectOf } from '../../planner/dialects/index.js';
import { parseDialectStatementAt, splitDialectStatements } from '../../planner/dialects/statement.js';
import { parseStatementAt, splitStatements } from '../../planner/sql/index.js';
import type { Span } from '../../planner/spans.js';
import type { Statement } from '../../planner/tree.js';

export interface Language {
  /** The name of its dialect. */
  readonly name: string;
  /** The statements from an offset on. */
  split(script: string, from: number): Iterable<Span>;
  statement(at: Span): Statement;
}
export const DIALECT_SETTING = 'millrace.sql.dialect';

const OURS: Language = { name: 'spark', split: (script, from) => splitStatements(script).filter((s) => s.start >= from), statement: parseStatementAt };

/** @throws DIALECT_UNKNOWN */
export function languageOf(name: string | undefined, builtin: (name: string) => boolean): Language {
  if (name === undefined || name.toLowerCase() === OURS.name) return OURS;
  const dialect = dialectOf(name);
  return { name: dialect.name, split: (script, from) => splitDialectStatements(script, dialect, from), statement: (at) => parseDialectStatementAt(at, dialect, builtin) };
}
