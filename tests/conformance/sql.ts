// Runs the recorded SQL cases (format: cases/README-sql.md) and says how far each came: an error at all, its condition, the types, the
// names, the rows. Parameters and positions of errors are notes: they do not fail a case.

import { readFileSync } from 'node:fs';
import { EngineError } from '../../planner/errors/index.js';
import { lineAndPosition, codePoints } from '../../planner/spans.js';
import { type DataType, isCollated, quoteIfNeeded, sqlName, STRING } from '../../planner/types.js';
import { openEngine, type Args, type Answer, type Engine } from './engine.js';
import type { CaseResult, Level } from './result.js';
import { compareRows, type Json, toJson } from './values.js';

interface ExpectedError {
  readonly condition: string | null; readonly sqlState?: string; readonly parameters?: Readonly<Record<string, string>>;
  readonly line?: number; readonly position?: number; readonly start?: number; readonly stop?: number;
}
export interface SqlCase {
  readonly sql: string;
  readonly args?: Args;
  readonly conf?: Readonly<Record<string, string>>;
  readonly schema?: string;
  readonly rows?: readonly (readonly Json[])[];
  readonly ordered?: boolean;
  readonly approx?: boolean;
  readonly error?: ExpectedError;
}
export interface SqlFile { readonly family: string; readonly setup?: readonly string[]; readonly conf?: Readonly<Record<string, string>>; readonly cases: readonly SqlCase[] }

const DEFAULTS = { 'spark.sql.session.timeZone': 'UTC', 'spark.sql.ansi.enabled': 'true', 'millrace.compat': 'spark' };

/** `only`: part of a case's name. */
export async function runSqlFile(path: string, only?: string): Promise<CaseResult[]> {
  const file = JSON.parse(readFileSync(path, 'utf8')) as SqlFile;
  const results: CaseResult[] = [];
  const wanted = file.cases.map((c, i) => ({ c, name: `#${i} ${c.sql.replace(/\s+/g, ' ')}` })).filter(({ name }) => !only || name.includes(only));
  if (wanted.length === 0) return results;
  const engine = openEngine({ ...DEFAULTS, ...file.conf });
  let broken = '';
  for (const statement of file.setup ?? []) await engine.run(statement).catch((error: unknown) => { broken ||= ` (setup: ${oneLine(error)})`; });
  for (const { c, name } of wanted) {
    const result = await runCase(engine, c);
    results.push({ family: file.family, name, ...result, ...(result.reason !== undefined && { reason: result.reason + broken }) });
  }
  return results;
}

type Verdict = Omit<CaseResult, 'family' | 'name'>;
const failed = (level: Level, reason: string, notes?: readonly string[]): Verdict => ({ status: 'failed', level, reason, ...(notes && { notes }) });
const oneLine = (error: unknown): string => error instanceof EngineError ? `${error.message.replace(/\s+/g, ' ')}`
  : error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]} ${(error.stack ?? '').split('\n').find((l) => l.includes('/dist/') || l.includes('.ts'))?.trim() ?? ''}` : String(error);

async function runCase(engine: Engine, c: SqlCase): Promise<Verdict> {
  let answer: Answer;
  try {
    answer = await engine.run(c.sql, { ...(c.args && { args: c.args }), ...(c.conf && { conf: c.conf }) });
  } catch (error) {
    if (!(error instanceof EngineError)) return failed('crash', oneLine(error));
    return c.error ? compareError(error, c.error) : failed('error', oneLine(error));
  }
  if (c.error) return failed('error', `an answer instead of ${c.error.condition ?? 'an error'}: ${JSON.stringify(answer.rows.slice(0, 2), printable).slice(0, 80)}`);
  return compareAnswer(answer, c);
}
const printable = (_key: string, value: unknown): unknown => typeof value === 'bigint' ? String(value) : value;

function compareError(actual: EngineError, expected: ExpectedError): Verdict {
  if (expected.condition === null) return { status: 'passed' };
  if (actual.condition !== expected.condition) return failed('condition', `${oneLine(actual)} instead of ${expected.condition}`);
  if (expected.sqlState !== undefined && actual.sqlState !== expected.sqlState) return failed('condition', `SQLSTATE ${actual.sqlState} instead of ${expected.sqlState} (${expected.condition})`);
  const notes: string[] = [];
  for (const [key, value] of Object.entries(expected.parameters ?? {})) {
    if (actual.parameters[key] !== value) notes.push(`parameter ${key}: ${JSON.stringify(actual.parameters[key] ?? null)} instead of ${JSON.stringify(value)}`);
  }
  const place = notePlace(actual, expected);
  if (place) notes.push(place);
  return { status: 'passed', ...(notes.length > 0 && { notes }) };
}

function notePlace({ span }: EngineError, expected: ExpectedError): string | undefined {
  if (expected.line !== undefined) {
    if (!span) return `no place instead of ${expected.line}:${expected.position}`;
    const { line, position } = lineAndPosition(span.text, span.start);
    return line === expected.line && position === expected.position ? undefined : `at ${line}:${position} instead of ${expected.line}:${expected.position}`;
  }
  if (expected.start === undefined) return span ? `at ${codePoints(span.text, 0, span.start)} instead of no place` : undefined;
  if (!span) return `no place instead of ${expected.start}–${expected.stop}`;
  const start = codePoints(span.text, 0, span.start);
  const stop = codePoints(span.text, 0, span.stop) - 1;
  return start === expected.start && stop === expected.stop ? undefined : `at ${start}–${stop} instead of ${expected.start}–${expected.stop}`;
}

/** As cases spell a type: collations in their own case, that of UTF8_BINARY and those of elements of arrays and maps left out. */
export function recordedName(type: DataType): string {
  switch (type.kind) {
    case 'string': return isCollated(type) ? `STRING COLLATE ${type.collation}` : 'STRING';
    case 'array': return `ARRAY<${elementName(type.element)}>`;
    case 'map': return `MAP<${elementName(type.key)}, ${elementName(type.value)}>`;
    case 'struct': return `STRUCT<${type.fields.map((f) => `${quoteIfNeeded(f.name)}: ${recordedName(f.type)}`).join(', ')}>`;
    default: return sqlName(type, false);
  }
}
const elementName = (type: DataType): string => recordedName(type.kind === 'string' ? STRING : type);
const column = (name: string, type: DataType): string => `${quoteIfNeeded(name)} ${recordedName(type)}`;

function compareAnswer(answer: Answer, c: SqlCase): Verdict {
  const types = answer.columns.map((x) => x.type);
  const schema = answer.columns.map((x) => column(x.name, x.type)).join(', ');
  if (schema !== c.schema) {
    const expected = splitSchema(c.schema ?? '');
    const actualTypes = types.map(recordedName);
    if (actualTypes.length !== expected.length || actualTypes.some((t, i) => t !== expected[i]!.type)) return failed('schema', `${schema} instead of ${c.schema}`);
  }
  const actual = answer.rows.map((row) => row.map((v, i) => toJson(types[i]!, v, answer.print)));
  const difference = compareRows(types, actual, c.rows ?? [], c.ordered === true, c.approx ? 1e-9 : 0);
  if (difference) return failed('rows', difference);
  return schema === c.schema ? { status: 'passed' } : failed('names', `${schema} instead of ${c.schema}`);
}

/** Columns of a recorded schema: name as printed, and type. */
export function splitSchema(text: string): readonly { readonly name: string; readonly type: string }[] {
  const out: { name: string; type: string }[] = [];
  let at = 0;
  while (at < text.length) {
    const begin = at;
    if (text[at] === '`') { at++; while (text[at] !== '`' || text[at + 1] === '`') at += text[at] === '`' ? 2 : 1; at++; } else while (text[at] !== ' ') at++;
    const name = text.slice(begin, at);
    const from = ++at;
    for (let depth = 0; at < text.length && !(depth === 0 && text[at] === ','); at++) {
      const ch = text[at];
      if (ch === '`') { at++; while (text[at] !== '`' || text[at + 1] === '`') at += text[at] === '`' ? 2 : 1; }
      else if (ch === '<' || ch === '(') depth++;
      else if (ch === '>' || ch === ')') depth--;
    }
    out.push({ name, type: text.slice(from, at) });
    at += 2;
  }
  return out;
}
