// Where in a statement the fault of a format, an option or an output mode lies: no expression has it, so the clause of the statement does.

import { EngineError } from '../../planner/errors/index.js';
import type { Span } from '../../planner/spans.js';
import type { ClausePlaces } from '../../planner/tree.js';

/** A statement, or a source that one declared. */
interface Placed { readonly span?: Span | undefined; readonly places?: ClausePlaces | undefined }

/** The clause that the parameters of the error name. */
function clauseOf({ parameters: { option, paramName, outputMode, path, format, provider, className } }: EngineError, places: ClausePlaces): Span | undefined {
  return places.options.get((option ?? paramName ?? '').toLowerCase()) ?? (outputMode === undefined ? undefined : places.mode) ?? (path === undefined ? undefined : places.options.get('path'))
    ?? (format === undefined && provider === undefined && className === undefined ? undefined : places.format);
}

/** What a part of a statement raised; without a place of its own it is shown at the clause that it is about, else at the whole. */
export function shownIn(error: unknown, { span, places }: Placed): unknown {
  return error instanceof EngineError ? error.shownAt((places && clauseOf(error, places)) ?? span) : error;
}
