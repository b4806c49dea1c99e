// Inputs that nobody writes: recorded statements with tokens and characters taken out, put in, moved, repeated and mixed with others'.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { tokenize } from '../../planner/sql/lexer.js';
import { OWN_SETUP, OWN_STATEMENTS } from './statements.js';

/** Repeatable random numbers in [0, 1). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Corpus { readonly statements: readonly string[]; /** CREATE VIEW statements that they need. */ readonly setup: readonly string[] }
const filesIn = (at: string): string[] => statSync(at).isDirectory() ? readdirSync(at).sort().flatMap((name) => filesIn(path.join(at, name))) : at.endsWith('.json') ? [at] : [];
interface Recorded { readonly setup?: readonly string[]; readonly cases?: readonly { readonly sql: string }[]; readonly query?: { readonly sql?: string } }
export function recordedStatements(directory: string): Corpus {
  const statements = new Set<string>();
  const setup = new Set<string>();
  for (const file of filesIn(directory)) {
    const recorded = JSON.parse(readFileSync(file, 'utf8')) as Recorded;
    for (const s of recorded.setup ?? []) setup.add(s);
    for (const c of recorded.cases ?? []) statements.add(c.sql);
    if (recorded.query?.sql !== undefined) statements.add(recorded.query.sql);
  }
  // A fiftieth of all.
  const own = Array.from({ length: Math.ceil(statements.size / 50 / OWN_STATEMENTS.length) }, () => OWN_STATEMENTS).flat();
  return { statements: [...statements, ...own], setup: [...setup, ...OWN_SETUP] };
}

/** What breaks readers of text: quotes that do not close, comments, signs of other languages, names that JavaScript objects have. */
/** Characters that a repeated token comes to. */
const REPEATED_MOST = 100_000;
const HOSTILE = [
  "'", '"', '`', '``', "''", '/*', '*/', '--', '\n', '\r', '\0', '\u2028', '\ud800', '\u200b', '😀', 'é', '\\', "'\\", '$', '$' + '{x}', '#', '@', ';', '?', ':', ':x', '::', '->', '=>', '|>', '|', '(', ')', '[', ']', '<', '>', ',', '.', '*',
  '__proto__', 'constructor', 'toString', 'hasOwnProperty', '0x', '1e', '1e999', '.', '..', '99999999999999999999999999999999999999999', '-', "X'0", "DATE'", "INTERVAL '", 'INTERVAL', 'NULL', "r'", 'CAST(', 'CASE', 'OVER (', 'WITH', 'UNION', 'SELECT', 'FROM', 'WHERE',
  'NOT', 'BETWEEN', 'AND', 'IN (', 'EXISTS (', 'LATERAL', 'PIVOT (', 'UNPIVOT (', 'TABLESAMPLE (', 'VALUES', 'STREAM(', 'WATERMARK', 'IDENTIFIER(', 'GROUPING SETS (', 'ARRAY<', 'STRUCT<', 'MAP<', 'WITHIN GROUP (', 'FILTER (', 'QUALIFY', 'a'.repeat(300),
];

/** A statement made of recorded ones. */
export function mutant({ statements }: Corpus, next: () => number): string {
  const below = (n: number): number => Math.floor(next() * n);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const tokensOf = (text: string): string[] => { const all = tokenize(text); return all.slice(0, -1).map((t) => text.slice(t.start, t.stop)); };
  let text = pick(statements);
  // Half of them keep their grammar: the analyzer is to be reached.
  if (below(2) === 0) return likeTokens(text, pick(statements), below);
  for (let steps = 1 + below(3); steps > 0; steps--) {
    if (below(4) === 0) { text = characters(text, below, pick); continue; }
    let tokens: string[];
    try { tokens = tokensOf(text); } catch { continue; }
    const at = below(tokens.length + 1);
    switch (below(8)) {
      case 0: tokens.splice(at, 1 + below(3)); break;
      case 1: tokens.splice(at, 0, pick(HOSTILE)); break;
      case 2: tokens.splice(at, 1, pick(tokensOfOther(pick(statements), tokensOf))); break;
      case 3: tokens.splice(at, 0, ...tokens.slice(below(tokens.length), below(tokens.length) + 6)); break;
      case 4: { const other = tokensOfOther(pick(statements), tokensOf); tokens = [...tokens.slice(0, at), ...other.slice(below(other.length))]; break; }
      case 5: { const i = below(tokens.length); const swap = tokens[i]; if (swap !== undefined && at < tokens.length) { tokens[i] = tokens[at]!; tokens[at] = swap; } break; }
      case 6: { const repeated = tokens[at]; if (repeated !== undefined) tokens.splice(at, 0, ...new Array<string>(Math.min(below(10) === 0 ? 2000 : below(12), Math.ceil(REPEATED_MOST / (repeated.length + 1)))).fill(repeated)); break; }
      default: { const end = Math.min(tokens.length, at + 1 + below(8)); tokens.splice(at, end - at, '(', ...tokens.slice(at, end), ')'); }
    }
    text = tokens.join(below(5) === 0 ? '' : ' ');
  }
  return text;
}
/** Some tokens in place of others of their kind. */
function likeTokens(text: string, other: string, below: (n: number) => number): string {
  try {
    const own = tokenize(text).slice(0, -1);
    const others = tokenize(other).slice(0, -1);
    let out = text;
    for (let steps = 1 + below(3); steps > 0; steps--) {
      const token = own[below(own.length)];
      const like = others.filter((t) => t.kind === token?.kind);
      const chosen = like[below(like.length)];
      // From the right to the left places would stay; a second change at a place that has moved is as good as any.
      if (token && chosen) out = out.slice(0, token.start) + other.slice(chosen.start, chosen.stop) + out.slice(token.stop);
    }
    return out;
  } catch { return text; }
}
function tokensOfOther(text: string, tokensOf: (text: string) => string[]): string[] {
  try { const tokens = tokensOf(text); return tokens.length > 0 ? tokens : ['1']; } catch { return ['1']; }
}
function characters(text: string, below: (n: number) => number, pick: <T>(list: readonly T[]) => T): string {
  const at = below(text.length + 1);
  switch (below(4)) {
    case 0: return text.slice(0, at);
    case 1: return text.slice(0, at) + text.slice(at + 1 + below(4));
    case 2: return text.slice(0, at) + pick(HOSTILE) + text.slice(at);
    default: return text.slice(0, at) + String.fromCharCode(below(256)) + text.slice(at + 1);
  }
}
