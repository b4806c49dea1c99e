// Statements: the streaming ones (CREATE STREAM, START QUERY …) and what a session needs of SQL's.

import { EngineError, raise } from '../errors/index.js';
import { parseDurationText } from './durations.js';
import type { Span } from '../spans.js';
import type { ColumnDefinition, Expr, Statement, Trigger, WatermarkClause } from '../tree.js';
import { startsQuery } from './clauses.js';
import type { Cursor } from './cursor.js';
import { parseExpr } from './parse-expr.js';
import { parseOptions, parseWatermarkBounds } from './parse-from.js';
import { parseFunction } from './parse-function.js';
import { parseName } from './parse-name.js';
import { parseQuery } from './parse-query.js';
import { parseType } from './parse-type.js';
import { parseDeclare, parseExecute, parseSetVariables } from './parse-variable.js';

/** Statements of Spark's that are not there, with the words before the relation that they are about. */
const UNSUPPORTED: Readonly<Record<string, readonly string[]>> = {
  ALTER: ['TABLE|VIEW'], ANALYZE: ['TABLE'], CACHE: ['LAZY?', 'TABLE'], DELETE: ['FROM'], MERGE: ['INTO'], MSCK: ['REPAIR', 'TABLE'], REFRESH: ['TABLE'], REPAIR: ['TABLE'], UNCACHE: ['TABLE', 'IF?', 'EXISTS?'], UPDATE: [],
  CALL: [], CLEAR: [], COMMENT: [], LOAD: [], USE: [],
};

export function parseStatement(c: Cursor): Statement {
  const from = c.position;
  const head: Head = {};
  const statement = statementAt(c, head);
  return { ...statement, span: c.spanFrom(from), ...head };
}
/** What names the statement's relation or function, if that is no plain name. */
interface Head { named?: Expr }
/** The name that a statement is about, or `IDENTIFIER(text)`, which is known when the statement runs. */
function target(c: Cursor, head: Head): readonly string[] {
  const { name, named } = parseName(c);
  if (named) head.named = named;
  return name;
}

function statementAt(c: Cursor, head: Head): Statement {
  const { upper } = c.peek();
  switch (upper) {
    case 'CREATE': return create(c, head);
    case 'DROP': return drop(c, head);
    case 'INSERT': return insert(c, head);
    case 'START': return startQuery(c);
    case 'STOP': { c.next(); c.models(undefined); c.expectWord('QUERY'); const name = c.isIdentifier() ? c.identifier() : undefined; return { kind: 'stop_query', ...(name !== undefined && { name }) }; }
    case 'EXPLAIN': {
      c.next();
      if (c.takeWord('WHY', 'QUERY')) { c.models(undefined); return { kind: 'explain', extended: false, statement: { kind: 'why', ...(c.isIdentifier() && { name: c.identifier() }) } }; }
      const extended = c.takeWord('EXTENDED') || c.takeWord('FORMATTED') || c.takeWord('COST') || c.takeWord('CODEGEN');
      return { kind: 'explain', extended, statement: c.nested(() => parseStatement(c)) };
    }
    case 'TRUNCATE': { c.next(); c.expectWord('TABLE'); return { kind: 'truncate', table: target(c, head) }; }
    case 'SHOW': return show(c, head);
    case 'DESCRIBE': case 'DESC': return describe(c, head);
    case 'SET': return set(c);
    case 'RESET': { c.next(); const name = c.isIdentifier() ? settingName(c) : undefined; return { kind: 'reset', ...(name !== undefined && { name }) }; }
    case 'EXECUTE': return parseExecute(c);
    case 'DECLARE': if (c.isIdentifier(1)) return parseDeclare(c); break;
    default: break;
  }
  const words = Object.hasOwn(UNSUPPORTED, upper) ? UNSUPPORTED[upper] : undefined;
  if (words) return unsupported(c, upper, words);
  return { kind: 'query', plan: parseQuery(c) };
}

/** What is passed over may still be ill-formed. */
function toEnd(c: Cursor): void { c.unread = true; while (c.peek().kind !== 'eof' && !c.isSymbol(';')) c.next(); }
/** What the statement is about is looked for before it is refused. */
function unsupported(c: Cursor, statement: string, words: readonly string[]): Statement {
  c.next();
  if (!c.isIdentifier()) c.fail();
  for (const word of words) {
    const known = word.replace('?', '').split('|').some((w) => c.takeWord(w));
    if (!known && !word.endsWith('?')) c.fail();
  }
  const from = c.position;
  const named = words.length > 0 || statement === 'UPDATE';
  const name = named ? c.qualifiedName() : undefined;
  const relation = name && { kind: 'relation' as const, name, span: c.spanFrom(from) };
  if (statement === 'UPDATE') c.expectWord('SET');
  toEnd(c);
  return { kind: 'unsupported', statement, ...(relation && { relation }) };
}

function create(c: Cursor, head: Head): Statement {
  const at = c.position;
  c.next();
  const orReplace = c.takeWord('OR', 'REPLACE');
  const temporary = c.takeWord('GLOBAL', 'TEMPORARY') || c.takeWord('GLOBAL', 'TEMP') || c.takeWord('TEMP') || c.takeWord('TEMPORARY');
  if (c.takeWord('VIEW')) {
    const ifNotExists = c.takeWord('IF', 'NOT', 'EXISTS');
    const name = target(c, head);
    const columns = c.isSymbol('(') ? c.parenthesized(() => c.list(() => viewColumn(c))) : undefined;
    const comment = c.takeWord('COMMENT') ? c.string() : undefined;
    c.expectWord('AS');
    const begin = c.peek().start;
    const plan = parseQuery(c);
    return { kind: 'create_view', name, ...(columns && { columns }), temporary, orReplace, ifNotExists, plan, text: c.text.slice(begin, c.spanFrom(at).stop), ...(comment !== undefined && { comment }) };
  }
  if (c.takeWord('FUNCTION')) return parseFunction(c, at, orReplace, temporary, () => target(c, head));
  const kind = c.isWord('STREAM') ? 'create_stream' : 'create_table';
  if (c.takeWord('STREAM')) c.models(undefined); else c.expectWord('TABLE');
  const ifNotExists = c.takeWord('IF', 'NOT', 'EXISTS');
  const name = target(c, head);
  const columns: ColumnDefinition[] = [];
  const watermarks: WatermarkClause[] = [];
  const metadata: Record<string, string> = {};
  const declared = c.isSymbol('(');
  if (declared) c.parenthesized(() => c.list(() => { if (c.areWords('WATERMARK', 'FOR')) watermarks.push(watermarkFor(c)); else columns.push(column(c, metadata)); }));
  let format: string | undefined;
  let options: Record<string, string> = {};
  let comment: string | undefined;
  const places = clausePlaces();
  for (;;) {
    const from = c.position;
    if (c.takeWord('USING')) { format = formatName(c); places.format = c.spanFrom(from + 1); }
    else if (c.takeWord('OPTIONS')) options = parseOptions(c, places.options);
    else if (c.takeWord('COMMENT')) comment = c.string();
    else if (c.takeWord('LOCATION')) { options = { ...options, path: c.string() }; places.options.set('path', c.spanFrom(from + 1)); }
    else break;
  }
  if (Object.keys(metadata).length > 0) { if (format === undefined) c.fail(); options = { ...metadata, ...options }; }
  const as = c.takeWord('AS') ? own(c, parseQuery) : undefined;
  return {
    kind, name, ifNotExists, orReplace, watermarks, options, places, ...(declared && { columns }), ...(format !== undefined && { using: format }), ...(as && { as }), ...(comment !== undefined && { comment }),
  };
}
function viewColumn(c: Cursor): Pick<ColumnDefinition, 'name' | 'comment'> {
  const name = c.identifier();
  return c.takeWord('COMMENT') ? { name, comment: c.string() } : { name };
}
/** `name TYPE [NOT NULL] [DEFAULT expression] [COMMENT 'text']`, in any order. @throws CREATE_TABLE_COLUMN_DESCRIPTOR_DUPLICATE */
function columnOf(c: Cursor): ColumnDefinition {
  const from = c.position;
  const name = c.identifier();
  c.takeSymbol(':');
  let column: ColumnDefinition = { name, type: parseType(c), nullable: true };
  const said = new Set<string>();
  const descriptor = (...words: readonly string[]): boolean => {
    if (!c.takeWord(...words)) return false;
    const optionName = words.join(' ');
    if (said.has(optionName)) c.later(new EngineError('CREATE_TABLE_COLUMN_DESCRIPTOR_DUPLICATE', { columnName: name, optionName }, { span: c.spanFrom(from) }));
    said.add(optionName);
    return true;
  };
  for (;;) {
    if (descriptor('NOT', 'NULL')) column = { ...column, nullable: false };
    else if (c.isString(1) && descriptor('COMMENT')) column = { ...column, comment: c.string() };
    else if (c.startsOperand(1) && descriptor('DEFAULT')) {
      const first = c.position;
      const value = parseExpr(c);
      const { text, start, stop } = c.spanFrom(first);
      column = { ...column, default: value, defaultText: text.slice(start, stop) };
    } else return column;
  }
}
/** `name TYPE`, or Flink's `name TYPE METADATA FROM 'offset'`: then the option `metadata.name` tells the source. */
function column(c: Cursor, metadata: Record<string, string>): ColumnDefinition {
  const from = c.position;
  const field = columnOf(c);
  if (c.takeWord('METADATA')) {
    c.models(undefined);
    metadata[`metadata.${field.name}`] = c.takeWord('FROM') ? c.string() : field.name;
    c.takeWord('VIRTUAL');
  }
  return { ...field, span: c.spanFrom(from) };
}
/** `WATERMARK FOR at AS at - INTERVAL 10 SECONDS [IDLE AFTER …] [MAX FUTURE SKEW …]` (or `AS at`). */
function watermarkFor(c: Cursor): WatermarkClause {
  const from = c.position;
  c.models(undefined);
  c.expectWord('WATERMARK', 'FOR');
  const at = c.position;
  const name = c.identifier();
  const expr: Expr = { kind: 'name', parts: [name], span: c.spanFrom(at) };
  c.expectWord('AS');
  const bound = c.position;
  const limit = parseExpr(c);
  const [time, delay] = limit.kind === 'call' && limit.name[0] === '-' && limit.args.length === 2 ? limit.args.map((a) => a.value) : [limit, NO_DELAY];
  if (time!.kind !== 'name' || time!.parts.at(-1)!.toLowerCase() !== name.toLowerCase() || delay!.kind !== 'literal') { c.rewind(bound); return c.fail(); }
  return { expr, delay: delay!, ...parseWatermarkBounds(c), span: c.spanFrom(from) };
}
const NO_DELAY: Expr = { kind: 'literal', value: 0n, type: { kind: 'day_time_interval', from: 'second', to: 'second' } };

function drop(c: Cursor, head: Head): Statement {
  c.next();
  const temporary = c.takeWord('TEMPORARY') || c.takeWord('TEMP');
  if (c.takeWord('FUNCTION')) { const ifExists = c.takeWord('IF', 'EXISTS'); return { kind: 'drop_function', name: target(c, head), temporary, ifExists }; }
  if (temporary && (c.takeWord('VARIABLE') || c.takeWord('VAR'))) { const ifExists = c.takeWord('IF', 'EXISTS'); return { kind: 'drop_variable', name: target(c, head), ifExists }; }
  if (c.isWord('STREAM') || c.isWord('QUERY')) c.models(undefined);
  const what = c.takeWord('STREAM') ? 'stream' : c.takeWord('TABLE') ? 'table' : c.takeWord('VIEW') ? 'view' : c.takeWord('QUERY') ? 'query' : c.fail();
  const ifExists = c.takeWord('IF', 'EXISTS');
  const name = target(c, head);
  if (what === 'table') c.takeWord('PURGE');
  return { kind: 'drop', what, name, ifExists };
}

function insert(c: Cursor, head: Head): Statement {
  c.next();
  const overwrite = c.takeWord('OVERWRITE');
  if (!overwrite) c.expectWord('INTO');
  c.takeWord('TABLE');
  const table = target(c, head);
  const columns = c.isSymbol('(') && !startsQuery(c) ? c.parenthesized(() => c.list(() => c.identifier())) : undefined;
  const byName = !columns && c.takeWord('BY', 'NAME');
  return { kind: 'insert', table, overwrite, plan: parseQuery(c), ...(columns && { columns }), ...(byName && { byName }) };
}

function startQuery(c: Cursor): Statement {
  c.next();
  if (c.isWord('QUERY')) c.models(undefined);
  c.expectWord('QUERY');
  const name = c.isWord('INTO') ? undefined : c.identifier();
  c.expectWord('INTO');
  const places = clausePlaces();
  const begin = c.position;
  const format = formatName(c);
  places.format = c.spanFrom(begin);
  let options: Record<string, string> = {};
  let mode: string | undefined;
  let trigger: Trigger | undefined;
  let checkpoint: string | undefined;
  for (;;) {
    const from = c.position;
    if (c.takeWord('OPTIONS')) options = parseOptions(c, places.options);
    else if (c.takeWord('OUTPUT', 'MODE')) { mode = c.isString() ? c.string() : c.identifier(); places.mode = c.spanFrom(from + 2); }
    else if (c.takeWord('TRIGGER')) trigger = parseTrigger(c);
    else if (c.takeWord('CHECKPOINT')) { checkpoint = c.string(); places.options.set('checkpointlocation', c.spanFrom(from + 1)); }
    else break;
  }
  c.expectWord('AS');
  const plan = own(c, parseQuery);
  return {
    kind: 'start_query', format, options, plan, places, ...(name !== undefined && { name }), ...(mode !== undefined && { mode }), ...(trigger && { trigger }), ...(checkpoint !== undefined && { checkpoint }),
  };
}
const formatName = (c: Cursor): string => c.isString() ? c.string() : c.qualifiedName().join('.');
const clausePlaces = (): { format?: Span; mode?: Span; readonly options: Map<string, Span> } => ({ options: new Map() });
function parseTrigger(c: Cursor): Trigger {
  if (c.takeWord('ONCE')) return { kind: 'once' };
  if (c.takeWord('AVAILABLE', 'NOW')) return { kind: 'available_now' };
  c.expectWord('EVERY');
  const from = c.position;
  let text = c.isString() ? c.string() : '';
  if (text === '') { c.takeWord('INTERVAL'); while (c.peek().kind === 'number' || c.isString()) text += `${c.isString() ? c.string() : c.next().text} ${c.identifier()} `; }
  const intervalMillis = parseDurationText(text);
  if (intervalMillis === undefined) return raise('INVALID_STATEMENT_OPTION', { what: 'TRIGGER EVERY', value: `'${text.trim()}'`, expected: "a duration such as '2 seconds'" }, { span: c.spanFrom(from) });
  return { kind: 'processing_time', intervalMillis };
}

const SHOWN = { TABLES: 'tables', STREAMS: 'streams', VIEWS: 'views', QUERIES: 'queries', SOURCES: 'sources', SINKS: 'sinks', SETTINGS: 'settings', FUNCTIONS: 'functions', VARIABLES: 'variables', SCHEMAS: 'schemas', DATABASES: 'schemas' } as const;
/** Of them those that Spark does not show. */
const SHOWN_HERE: ReadonlySet<string> = new Set(['STREAMS', 'QUERIES', 'SOURCES', 'SINKS', 'SETTINGS', 'VARIABLES']);
function show(c: Cursor, head: Head): Statement {
  c.next();
  if (c.isAnyWord(SHOWN_HERE)) c.models(undefined);
  if (c.takeWord('COLUMNS')) { if (!c.takeWord('FROM')) c.expectWord('IN'); return { kind: 'show', what: 'columns', of: target(c, head) }; }
  if (c.takeWord('CREATE')) {
    const what = c.takeWord('STREAM') ? 'stream' : c.takeWord('VIEW') ? 'view' : 'table';
    if (what !== 'table') c.models(undefined);
    if (what === 'table') c.expectWord('TABLE');
    return { kind: 'show_create', what, name: target(c, head) };
  }
  const whose = c.isWord('FUNCTIONS', 1) && ((c.takeWord('USER') ? 'user' : c.takeWord('SYSTEM') ? 'system' : c.skipWord('ALL') && undefined));
  const what = Object.hasOwn(SHOWN, c.peek().upper) ? SHOWN[c.next().upper as keyof typeof SHOWN] : undefined;
  if (!what) { if (c.isIdentifier()) c.next(); return c.fail(c.peek().kind === 'eof' ? ": missing 'FUNCTIONS'" : ''); }
  const pattern = c.takeWord('LIKE') || c.isString() ? c.string() : undefined;
  return { kind: 'show', what, ...(pattern !== undefined && { pattern }), ...(whose && { whose }) };
}

function describe(c: Cursor, head: Head): Statement {
  c.next();
  const extended = c.takeWord('EXTENDED') || c.takeWord('FORMATTED');
  if (c.isWord('FUNCTION') && (c.isIdentifier(1) || c.isWord('EXTENDED', 1))) {
    c.next();
    const more = c.isWord('EXTENDED') && c.isIdentifier(1) && c.takeWord('EXTENDED');
    const name = c.isIdentifier() ? target(c, head) : [c.next().text];
    return { kind: 'describe', what: 'function', name, extended: extended || more };
  }
  if (c.isWord('QUERY') || c.isWord('SELECT') || c.isWord('WITH') || c.isSymbol('(')) {
    c.takeWord('QUERY');
    return { kind: 'describe', what: 'query', plan: parseQuery(c), extended };
  }
  if (!c.takeWord('TABLE') && (c.takeWord('STREAM') || c.takeWord('VIEW')) && c.isIdentifier()) c.models(undefined);
  return { kind: 'describe', what: 'relation', name: target(c, head), extended };
}

/** A query at the end of a statement that Spark has not. */
function own<T>(c: Cursor, read: (c: Cursor) => T): T { if (!c.model) c.models('loneQuery'); return read(c); }
const settingName = (c: Cursor): string => c.joined('.', () => c.identifier());
/** Whatever goes wrong behind SET is told of the whole statement. @throws INVALID_SET_SYNTAX */
function set(c: Cursor): Statement {
  const from = c.position;
  const ended = (): boolean => c.peek().kind === 'eof' || c.isSymbol(';');
  const statement = c.attempt('set', () => { const read = setting(c); return ended() ? read : c.fail(); });
  if (statement) return statement;
  const focus = c.missed?.span;
  while (!ended()) c.next();
  return raise('INVALID_SET_SYNTAX', {}, { span: c.spanFrom(from), ...(focus && { focus }) });
}
/** `SET`, `SET name`, `SET name = value` (the value runs to the end), `SET TIME ZONE 'x'`. */
function setting(c: Cursor): Statement {
  c.next();
  const variables = parseSetVariables(c);
  if (variables) return variables;
  if (c.areWords('TIME', 'ZONE')) { c.next(); c.next(); return { kind: 'set', name: 'spark.sql.session.timeZone', value: c.isString() ? c.string() : c.identifier() }; }
  if (c.takeSymbol('-')) { c.expectWord('V'); return { kind: 'show', what: 'settings' }; }
  if (!c.isIdentifier()) return { kind: 'set' };
  const name = settingName(c);
  if (!c.takeSymbol('=')) return { kind: 'set', name };
  if (c.isString()) return { kind: 'set', name, value: c.string() };
  const begin = c.peek().start;
  let stop = begin;
  while (c.peek().kind !== 'eof' && !c.isSymbol(';')) stop = c.next().stop;
  return { kind: 'set', name, value: c.text.slice(begin, stop) };
}
