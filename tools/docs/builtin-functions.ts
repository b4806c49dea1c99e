// engine/session/api/builtin-functions.ts: the types of every function of the catalogue as a column function.

import { functions } from '../../engine/functions/index.js';
import { camelCase, isText, TEXTS } from '../../engine/session/all-functions.js';
import { BEHIND_GRAMMAR } from '../../planner/functions/behind-grammar.js';
import type { Call, FunctionSpec, Param } from '../../planner/tree.js';
import type { DataType } from '../../planner/types.js';
import { parseDataType } from '../../planner/sql/index.js';

const TYPES: Partial<Record<DataType['kind'], string>> = {
  boolean: 'boolean', tinyint: 'Int', smallint: 'Int', int: 'Int', bigint: 'bigint', float: 'Double', double: 'Double', decimal: 'Decimal', string: 'string', binary: 'Uint8Array',
  date: 'Date', timestamp: 'Timestamp', timestamp_ntz: 'Timestamp', interval: 'Interval', year_month_interval: 'Interval', day_time_interval: 'Interval',
};
function typeText(type: DataType): string {
  if (type.kind === 'array') return `readonly (${typeText(type.element)} | null)[]`;
  return TYPES[type.kind] ?? 'unknown';
}
/** The result where it is the same for every call. */
function resultOf(fn: FunctionSpec): string {
  try {
    const type = fn.returns === undefined || fn.returns === 'void' ? fn.result({} as Call) : parseDataType(fn.returns);
    const text = typeText(type);
    return text === 'unknown' ? text : `${text} | null`;
  } catch { return 'unknown'; }
}

function paramText(param: Param, i: number, text: boolean): string {
  const named = /^arg\d+$/.test(param.name) || !/^[a-z_]\w*$/i.test(param.name) ? `arg${i + 1}` : camelCase(param.name);
  const type = param.accepts.kind === 'lambda' ? 'Lambda' : param.name === 'options' ? 'Options' : text ? 'Text' : 'Arg';
  return `${RESERVED.has(named) ? `${named}_` : named}${param.optional || param.default ? '?' : ''}: ${type}`;
}
const RESERVED: ReadonlySet<string> = new Set(['default', 'case', 'if', 'in', 'new', 'function', 'with', 'else', 'this', 'null', 'true', 'false', 'enum', 'export', 'import', 'void', 'var', 'const', 'class']);

function memberText(name: string, fn: FunctionSpec): string {
  const places = TEXTS[name] ?? [];
  const shown = fn.params.filter((p) => p.name !== 'ignored');
  const own = fn.returns !== undefined && fn.resolve !== undefined && shown.every((p) => /^arg\d+$/.test(p.name));
  const fixed = fn.variadic ? shown.slice(0, -(fn.variadic.every ?? 1)) : shown;
  const parts = fixed.map((p, i) => paramText(p, i, isText(places, i)));
  if (fn.variadic) parts.push(`...rest: ${places.includes('rest') ? 'Text' : 'Arg'}[]`);
  // Functions that read their arguments in their own way take what they are given.
  const list = own && parts.every((p) => !p.includes('Lambda')) && new Set(fixed.map((p) => p.name)).size !== fixed.length ? '...args: Arg[]' : parts.join(', ');
  const texts = fixed.map((_, i) => i).filter((i) => isText(places, i)).map((i) => `'${i}'`).join(' | ');
  return `  /** ${fn.doc.replaceAll('*/', '* /')} */\n  readonly ${camelCase(name)}: Fn<[${list}], ${resultOf(fn)}${texts === '' ? '' : `, ${texts}`}>;`;
}

export function builtinFunctions(): string {
  const all = functions.filter((fn) => fn.kind !== 'table').flatMap((fn) => [fn.name, ...fn.aliases ?? []].map((name) => [name, fn] as const))
    .filter(([name]) => /^[a-z_]\w*$/.test(name) && !BEHIND_GRAMMAR.has(name));
  const byMethod = new Map(all.map(([name, fn]) => [camelCase(name), memberText(name, fn)] as const));
  const members = [...byMethod].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text).join('\n');
  const imported = (names: readonly string[], file: string): string => `import type { ${names.filter((n) => new RegExp(`\\b${n}\\b`).test(members.replace(/\/\*\*.*?\*\//g, ''))).join(', ')} } from './${file}.js';`;
  return `// Written by \`npm run docs\` from the catalogue of functions; tests/docs compares. What each argument means: all-functions.ts.

${imported(['Arg', 'Fn', 'Lambda', 'Options', 'Text'], 'column-function')}
${imported(['Decimal', 'Double', 'Int', 'Interval', 'Timestamp'], 'types')}

/** Every SQL function by its name in camel case. */
export interface BuiltinFunctions {
${members}
}
`;
}
