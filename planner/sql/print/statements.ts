// Statements as Spark SQL with streams.

import type { Statement, Trigger, VariableName, WatermarkClause } from '../../tree.js';
import { exprText } from './expressions.js';
import { bracketed, columnRest, comment, dotted, ident, optionList, part, text, typeText, withoutForm } from './names.js';
import { queryText } from './queries.js';
import { watermarkBounds } from './relations.js';

type Of<K extends Statement['kind']> = Extract<Statement, { kind: K }>;
const expr = (e: Parameters<typeof exprText>[1]): string => exprText(queryText, e);
const join = (...parts: readonly (string | false | undefined)[]): string => parts.filter((p) => p !== false && p !== undefined && p !== '').join(' ');

export function statementText(s: Statement): string {
  const target = (name: readonly string[]): string => s.named ? `IDENTIFIER(${expr(s.named)})` : dotted(name);
  switch (s.kind) {
    case 'query': return queryText(s.plan);
    case 'create_stream': case 'create_table': return createRelation(s, target(s.name));
    case 'create_view': return join('CREATE', s.orReplace && 'OR REPLACE', s.temporary && 'TEMPORARY', 'VIEW', s.ifNotExists && 'IF NOT EXISTS', target(s.name),
      s.columns && `(${s.columns.map((c) => `${ident(c.name)}${comment(c.comment)}`).join(', ')})`, comment(s.comment).trim(), `AS ${queryText(s.plan)}`);
    case 'create_function': return createFunction(s, target(s.name));
    case 'drop': return join('DROP', s.what.toUpperCase(), s.ifExists && 'IF EXISTS', target(s.name));
    case 'declare': return join('DECLARE', s.orReplace && 'OR REPLACE', 'VARIABLE', variables(s.names), s.type && typeText(s.type), s.default && `DEFAULT ${expr(s.default)}`);
    case 'set_variables': return setVariables(s);
    case 'drop_variable': return join('DROP TEMPORARY VARIABLE', s.ifExists && 'IF EXISTS', target(s.name));
    case 'drop_function': return join('DROP', s.temporary && 'TEMPORARY', 'FUNCTION', s.ifExists && 'IF EXISTS', target(s.name));
    case 'insert': return join('INSERT', s.overwrite ? 'OVERWRITE' : 'INTO', target(s.table), bracketed(s.columns), s.byName && 'BY NAME', queryText(s.plan));
    case 'truncate': return `TRUNCATE TABLE ${target(s.table)}`;
    case 'start_query': return join('START QUERY', s.name !== undefined && ident(s.name), 'INTO', format(s.format), options(s.options), s.mode !== undefined && `OUTPUT MODE ${format(s.mode)}`,
      s.trigger && triggerText(s.trigger), s.checkpoint !== undefined && `CHECKPOINT ${text(s.checkpoint)}`, `AS ${queryText(s.plan)}`);
    case 'stop_query': return join('STOP QUERY', s.name !== undefined && ident(s.name));
    case 'explain': return s.statement.kind === 'why' ? statementText(s.statement) : join('EXPLAIN', s.extended && 'EXTENDED', statementText(s.statement));
    case 'why': return join('EXPLAIN WHY QUERY', s.name !== undefined && ident(s.name));
    case 'show': return join('SHOW', s.whose?.toUpperCase(), s.what.toUpperCase(), s.what === 'columns' && `IN ${target(s.of ?? [])}`, s.pattern !== undefined && `LIKE ${text(s.pattern)}`);
    case 'show_create': return join('SHOW CREATE', s.what.toUpperCase(), target(s.name));
    case 'describe': return join('DESCRIBE', s.what === 'function' && 'FUNCTION', s.extended && 'EXTENDED', s.what === 'query' ? `QUERY ${queryText(s.plan!)}` : `${s.what === 'relation' ? 'TABLE ' : ''}${target(s.name!)}`);
    case 'set': return join('SET', s.name !== undefined && setting(s.name), s.value !== undefined && `= ${/^\w+$/.test(s.value) ? s.value : text(s.value)}`);
    case 'reset': return join('RESET', s.name !== undefined && setting(s.name));
    case 'execute_immediate': return join('EXECUTE IMMEDIATE', expr(s.query), s.into && `INTO ${variables(s.into)}`,
      s.args.length > 0 && `USING (${s.args.map((a) => `${expr(a.value)}${a.name === undefined ? '' : ` AS ${ident(a.name)}`}`).join(', ')})`);
    // What it does was not kept.
    case 'unsupported': return withoutForm(s.statement);
  }
}

/** A name that is written as one where it can be, else as a text. */
const format = (name: string): string => name.split('.').every((p, i) => (i === 0 ? ident(p) : part(p)) === p) ? name : text(name);
const setting = (name: string): string => dotted(name.split('.'));
const options = (given: Readonly<Record<string, string>>): string | false => Object.keys(given).length > 0 && `OPTIONS ${optionList(given)}`;
const variables = (list: readonly VariableName[]): string => list.map(variable).join(', ');
const variable = (v: VariableName): string => v.named ? `IDENTIFIER(${expr(v.named)})` : dotted(v.name);

function createRelation(s: Of<'create_stream' | 'create_table'>, name: string): string {
  const inBrackets = [...(s.columns ?? []).map((c) => join(ident(c.name), typeText(c.type), !c.nullable && 'NOT NULL', c.default && `DEFAULT ${expr(c.default)}`, comment(c.comment).trim())), ...s.watermarks.map(watermarkFor)];
  return join('CREATE', s.orReplace && 'OR REPLACE', s.kind === 'create_stream' ? 'STREAM' : 'TABLE', s.ifNotExists && 'IF NOT EXISTS', name, inBrackets.length > 0 && `(${inBrackets.join(', ')})`,
    s.using !== undefined && `USING ${format(s.using)}`, options(s.options), comment(s.comment).trim(), s.as && `AS ${queryText(s.as)}`);
}
function watermarkFor(w: WatermarkClause): string {
  const { delay } = w;
  const none = delay.kind === 'literal' && delay.value === 0n && delay.type.kind === 'day_time_interval' && delay.type.from === 'second';
  return `WATERMARK FOR ${expr(w.expr)} AS ${expr(w.expr)}${none ? '' : ` - ${expr(delay)}`}${watermarkBounds(queryText, w)}`;
}

function createFunction(s: Of<'create_function'>, name: string): string {
  const { params, table, returns, columns, deterministic, readsData, body, query, ...definition } = s.definition;
  const params_ = params.map((p) => join(ident(p.name), typeText(p.type), p.default && `DEFAULT ${expr(p.default)}`, comment(p.comment).trim())).join(', ');
  const fields = columns && ` (${columns.map((f) => `${ident(f.name)} ${columnRest(f)}`).join(', ')})`;
  return join('CREATE', s.orReplace && 'OR REPLACE', s.temporary && 'TEMPORARY', 'FUNCTION', s.ifNotExists && 'IF NOT EXISTS', `${name}(${params_})`,
    table ? `RETURNS TABLE${fields ?? ''}` : returns && `RETURNS ${typeText(returns)}`, deterministic !== undefined && (deterministic ? 'DETERMINISTIC' : 'NOT DETERMINISTIC'),
    readsData !== undefined && (readsData ? 'READS SQL DATA' : 'CONTAINS SQL'), comment(definition.comment).trim(), `RETURN ${query ? queryText(query) : expr(body!)}`);
}

function setVariables(s: Of<'set_variables'>): string {
  const { values } = s;
  if ('kind' in values) return `SET VARIABLE (${variables(s.names)}) = (${queryText(values)})`;
  return `SET VARIABLE ${s.names.map((v, i) => `${variable(v)} = ${values[i] ? expr(values[i]) : 'DEFAULT'}`).join(', ')}`;
}

/** In the largest unit that says it as a whole number. */
function triggerText(trigger: Trigger): string {
  switch (trigger.kind) {
    case 'once': return 'TRIGGER ONCE';
    case 'available_now': return 'TRIGGER AVAILABLE NOW';
    case 'processing_time': return `TRIGGER EVERY '${trigger.intervalMillis % 1000 === 0 ? `${trigger.intervalMillis / 1000} seconds` : `${trigger.intervalMillis} ms`}'`;
  }
}
