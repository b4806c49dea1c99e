// docs/functions.md: every function of the catalogue by family, from its own definition.

import { families } from '../../engine/functions/index.js';
import { BEHIND_GRAMMAR } from '../../planner/functions/behind-grammar.js';
import type { Accepts, Call, FunctionSpec, Param } from '../../planner/tree.js';
import { sqlName } from '../../planner/types.js';
import { GENERATED, heading } from './page.js';

const ANY_TYPE: Readonly<Record<string, string>> = { array: 'array', map: 'map', struct: 'struct', addable: 'numeric | interval | timestamp' };

function acceptsText(accepts: Accepts): string {
  switch (accepts.kind) {
    case 'type': return sqlName(accepts.type).toLowerCase();
    case 'class': return ANY_TYPE[accepts.class] ?? accepts.class;
    case 'variable': return accepts.name;
    case 'array': return `array<${acceptsText(accepts.element)}>`;
    case 'map': return `map<${acceptsText(accepts.key)}, ${acceptsText(accepts.value)}>`;
    case 'one_of': return [...new Set(accepts.options.map(acceptsText))].join(' | ');
    case 'lambda': return 'lambda';
  }
}

function paramText(param: Param): string {
  const name = /^arg\d+$/.test(param.name) ? '' : `${param.name} `;
  const constant = param.constant ? 'constant ' : '';
  const { value } = param.default ?? {};
  const fallback = param.default === undefined ? '' : ` = ${typeof value === 'string' ? `'${value}'` : String(value)}`;
  const text = `${name}${constant}${acceptsText(param.accepts)}${fallback}`;
  return param.optional || param.default ? `[${text}]` : text;
}

/** The result as the signature says it, or where it is the same for every call. */
function resultText(fn: FunctionSpec): string {
  if (fn.returns !== undefined) return fn.returns === 'void' ? '' : ` → ${fn.returns}`;
  try { return ` → ${sqlName(fn.result({} as Call)).toLowerCase()}`; } catch { return ''; }
}

const isOperator = (name: string): boolean => !/^[a-z_]\w*$/.test(name);

export function signatureText(fn: FunctionSpec): string {
  const params = fn.params.filter((p) => p.name !== 'ignored').map(paramText);
  const operand = (text: string | undefined): string => (text?.includes('|') ? `(${text})` : text ?? '');
  if (isOperator(fn.name) && params.length === 2) return `${operand(params[0])} ${fn.name} ${operand(params[1])}${resultText(fn)}`;
  if (isOperator(fn.name)) return `${fn.name}${operand(params[0])}${resultText(fn)}`;
  return `${fn.name}(${params.join(', ')}${fn.variadic ? `${params.length > 0 ? ', ' : ''}…` : ''})${resultText(fn)}`;
}

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
