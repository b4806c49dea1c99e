// docs/errors.md: every condition of the closed list.

import { CONDITIONS } from '../../planner/errors/index.js';
import type { Condition } from '../../planner/errors/define.js';
import { GENERATED, table } from './page.js';

/** What a message holds, so that `<name>` is text in a page; `ARRAY<STRING>` is none. */
const code = (text: string): string => text.replace(/(?<!\w)<(\w+)>/g, '‹$1›').replace(/(?<!\w)<(\w+) [^<>|]+\|([^<>|]+)>/g, '‹$1› $2').replaceAll('<', '&lt;');

export function errorsPage(): string {
  const list: [string, Condition][] = Object.entries(CONDITIONS).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${[
    '# Errors', GENERATED('planner/errors'),
    `Everything that a user can do wrong ends in an \`EngineError\` with one of these conditions: \`condition\` (its name), \`sqlState\`, \`parameters\` (the values in ‹angle
brackets›), \`hint\`, and where it comes from SQL text a \`span\`; \`String(error)\` prints all of it with a caret under the place. Names and SQLSTATEs are Spark's where Spark
has the condition; the words are ours. A query that fails ends with \`STREAM_FAILED\`, whose \`cause\` is the error itself.`,
    `${list.length} conditions.`,
    table(['Condition', 'SQLSTATE', 'Message', 'Hint'], list.map(([name, c]) => [`\`${name}\``, c.sqlState, code(c.message), code(c.hint)])),
  ].join('\n\n')}\n`;
}
