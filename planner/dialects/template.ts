// Calls of other dialects as expressions of ours: `instr(_2, _1)` with the arguments in their places. An argument may have to be of a kind
// that has one meaning on both sides: P a whole number above 0 as a literal, U a unit of time, F a pattern for times as a literal, G one
// for dates alone.

import { GRAMMAR_FORMS } from '../functions/behind-grammar.js';
import type { Span } from '../spans.js';
import { parseExpression } from '../sql/index.js';
import type { Expr } from '../tree.js';
import { STRING } from '../types.js';
import { textLiteral } from './build.js';
import { UNITS } from './extent.js';
import { javaPattern } from './patterns.js';
import type { Reader } from './reader.js';
import { SPECS } from './specs.js';

const PLACE = /\b[_PUFG]([1-9])\b/g;
const arityOf = (template: string): number => Math.max(0, ...[...template.matchAll(PLACE)].map((m) => Number(m[1])));

/** A word of the grammar, which has no quotes. */
const unitLiteral = (unit: string, span?: Span): Expr => ({ kind: 'literal', value: unit, type: STRING, text: unit, span });
const parsed = new Map<string, Expr>();

/** The first of the templates that the arguments fit in. @throws DIALECT_FEATURE if there is none */
export function fill(templates: readonly string[], args: readonly Expr[], name: string, span: Span, r: Reader): Expr {
  const counted = templates.filter((t) => arityOf(t) === args.length);
  if (counted.length === 0) return r.refuse(`${name} with ${args.length} arguments`, span);
  let misfit: { readonly what: string; readonly span: Span } | undefined;
  for (const template of counted) {
    const values = new Map<string, Expr>();
    const unfit = [...template.matchAll(PLACE)].find(([place]) => {
      const arg = args[Number(place[1]) - 1]!;
      const value = suited(place[0]!, arg, r);
      if (value) values.set(place, value); else misfit = { what: NEEDS[place[0]!]!, span: arg.span ?? span };
      return !value;
    });
    if (!unfit) return put(template, values, span);
  }
  return r.refuse(`${name} ${misfit!.what}`, misfit!.span);
}
const NEEDS: Readonly<Record<string, string>> = { P: 'with a position or length that is no whole number above 0', U: 'with this unit', F: 'with this pattern', G: 'with this pattern' };

function put(template: string, values: ReadonlyMap<string, Expr>, span: Span): Expr {
  const tree = parsed.get(template) ?? parseExpression(template);
  parsed.set(template, tree);
  const walk = (e: Expr): Expr => {
    switch (e.kind) {
      case 'name': return values.get(e.parts[0]!) ?? { ...e, span };
      case 'call': { const found = e.operator ? undefined : SPECS.get(e.name[0]!); return { ...e, args: e.args.map((a) => ({ ...a, value: walk(a.value) })), span, ...(found && { spec: found }), ...(GRAMMAR_FORMS.has(e.name[0]!) && { operator: true as const }) }; }
      case 'cast': case 'field': return { ...e, arg: walk(e.arg), span };
      default: return { ...e, span };
    }
  };
  return walk(tree);
}
/** The argument as it goes into a place of this kind; undefined if it does not fit. */
function suited(kind: string, arg: Expr, { dialect }: Reader): Expr | undefined {
  const text = arg.kind === 'literal' && typeof arg.value === 'string' ? arg.value : undefined;
  switch (kind) {
    case 'P': return arg.kind === 'literal' && typeof arg.value === 'number' && arg.value > 0 ? arg : undefined;
    case 'U': {
      const unit = (text ?? (arg.kind === 'name' && arg.parts.length === 1 ? arg.parts[0]! : '')).toUpperCase();
      // BigQuery's weeks begin on Sunday.
      return UNITS.has(unit) && !(dialect.name === 'bigquery' && unit === 'WEEK') ? unitLiteral(unit.replace(/S$/, ''), arg.span) : undefined;
    }
    case 'F': case 'G': {
      const pattern = text === undefined ? undefined : javaPattern(text, dialect.patterns);
      return pattern === undefined || (kind === 'G' && /[HhmsSa]/.test(pattern)) ? undefined : textLiteral(pattern, arg.span);
    }
    default: return arg;
  }
}
