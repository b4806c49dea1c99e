// docs/functions.md: every function of the catalogue by family, from its own definition.

import { families } from '../../engine/functions/index.js';
import { BEHIND_GRAMMAR } from '../../planner/functions/behind-grammar.js';
import { isOperator, signatureText } from '../../planner/functions/signature-text.js';
import type { FunctionSpec } from '../../planner/tree.js';
import { GENERATED, heading } from './page.js';

function entry(fn: FunctionSpec): string {
  const lines = [`### ${isOperator(fn.name) ? `\`${fn.name}\`` : fn.name}`, '', `\`${signatureText(fn)}\``, '', fn.doc];
  if (fn.aliases && fn.aliases.length > 0) lines.push('', `Also: ${fn.aliases.map((a) => `\`${a}\``).join(', ')}.`);
  if (fn.deterministic === false) lines.push('', 'Evaluated anew for each row.');
  if (fn.perEpoch) lines.push('', 'Constant within an epoch.');
  if (fn.examples.length > 0) lines.push('', '```sql', ...fn.examples, '```');
  return lines.join('\n');
}

const byName = (a: FunctionSpec, b: FunctionSpec): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

export function functionsPage(): string {
  const shown = Object.entries(families).map(([name, list]) => [name, list.filter((fn) => !BEHIND_GRAMMAR.has(fn.name))] as const);
  const parts = [
    '# Functions', GENERATED('the functions themselves (engine/functions)'),
    `In a signature \`[x]\` may be left out, \`…\` repeats the last parameter, and a capital letter stands for one type that its uses share. \`any\`, \`numeric\`,
\`integral\`, \`fractional\`, \`atomic\` and \`orderable\` are classes of types. An argument of another type is cast where [the rules](sql.md#types-and-coercion)
allow it. Each example holds, and is run as a test: \`call = value\`, an expression that is true, or \`call -- CONDITION\` for an [error](errors.md). \`DESCRIBE FUNCTION name\` shows an entry at the prompt.

Calls with a grammar of their own (\`CAST\`, \`EXTRACT\`, \`CASE\`, \`window(…)\`, functions in FROM) are in the [SQL reference](sql.md).`,
    shown.map(([name, list]) => `- [${name}](${heading(name)}): ${list.length}`).join('\n'),
  ];
  for (const [name, list] of shown) {
    const sorted = [...list].sort(byName);
    parts.push(`## ${name}`, sorted.filter((fn) => !isOperator(fn.name)).map((fn) => `[${fn.name}](${heading(fn.name)})`).join(' · '), ...sorted.map(entry));
  }
  return `${parts.join('\n\n')}\n`;
}
