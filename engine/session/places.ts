// Where in a statement a fault lies that no expression has: the fault of a format, an option or an output mode in its clause, one of a name
// at that name.

import { EngineError } from '../../planner/errors/index.js';
import type { Span } from '../../planner/spans.js';
import { tokenize } from '../../planner/sql/lexer.js';
import type { ClausePlaces } from '../../planner/tree.js';

/** A statement, or a source that one declared. */
interface Placed { readonly span?: Span | undefined; readonly places?: ClausePlaces | undefined }

/** The clause that the parameters of the error name. */
function clauseOf({ parameters: { option, paramName, outputMode, path, format, provider, className } }: EngineError, places: ClausePlaces): Span | undefined {
  return places.options.get((option ?? paramName ?? '').toLowerCase()) ?? (outputMode === undefined ? undefined : places.mode) ?? (path === undefined ? undefined : places.options.get('path'))
    ?? (format === undefined && provider === undefined && className === undefined ? undefined : places.format);
}

/** Message parameters that hold the name of something, those of parts before those of wholes. */
const NAMING = ['columnName', 'colName', 'extraColumns', 'names', 'columns', 'objectName', 'relationName', 'routineName', 'functionName', 'variableName', 'nameList', 'viewName', 'viewIdent', 'schemaName', 'confName', 'name'] as const;
/** The names that a parameter can be in a text: as it is, and its last part. */
const spellings = (name: string): readonly string[] => [name.replaceAll('`', ''), /(?:^|\.)`?([^.`]+)`?$/.exec(name)?.[1] ?? ''].filter((s) => s !== '').map((s) => s.toLowerCase());

/** The name in the statement that a parameter of the error holds: `nosuch` in DROP TABLE nosuch. */
function nameIn({ condition, parameters }: EngineError, { text, start, stop }: Span): Span | undefined {
  const written = text.slice(start, stop);
  const [, ...tokens] = tokenize(written).filter((t) => t.kind === 'word' || t.kind === 'quoted');
  for (const name of NAMING.flatMap((key) => spellings(parameters[key] ?? ''))) {
    const at = tokens.filter((t) => t.text.toLowerCase() === name || (name.includes('.') && written.slice(t.start, t.start + name.length + 1).toLowerCase().replace(/[\s;=]$/, '') === name));
    // Of two of one name the second is too many.
    const found = condition === 'COLUMN_ALREADY_EXISTS' ? at[1] : at[0];
    if (found) return { text, start: start + found.start, stop: start + Math.max(found.stop, name.includes('.') ? found.start + name.length : 0) };
  }
  return undefined;
}

/** What a part of a statement raised; without a place of its own it is shown at the clause or the name that it is about, else at the whole. */
export function shownIn(error: unknown, { span, places }: Placed): unknown {
  if (!(error instanceof EngineError)) return error;
  const place = (places && clauseOf(error, places)) ?? (span && nameIn(error, span)) ?? span;
  return error.span && error.span.start === span?.start && error.span.stop === span.stop ? error.focusedAt(place) : error.shownAt(place);
}
