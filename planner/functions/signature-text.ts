// A function's signature as people read it: in docs/functions.md, and in the hint of a call with a wrong number of arguments.

import type { Accepts, Call, FunctionSpec, Param } from '../tree.js';
import { sqlName } from '../types.js';

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

export const isOperator = (name: string): boolean => !/^[a-z_]\w*$/.test(name);

export function signatureText(fn: FunctionSpec): string {
  const params = fn.params.filter((p) => p.name !== 'ignored').map(paramText);
  const operand = (text: string | undefined): string => (text?.includes('|') ? `(${text})` : text ?? '');
  if (isOperator(fn.name) && params.length === 2) return `${operand(params[0])} ${fn.name} ${operand(params[1])}${resultText(fn)}`;
  if (isOperator(fn.name)) return `${fn.name}${operand(params[0])}${resultText(fn)}`;
  return `${fn.name}(${params.join(', ')}${fn.variadic ? `${params.length > 0 ? ', ' : ''}…` : ''})${resultText(fn)}`;
}
