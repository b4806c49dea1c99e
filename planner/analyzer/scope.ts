// The names visible at one place: columns of FROM, those hidden behind USING, further names of the clause, then the enclosing query.
// A name is tried as qualifier and column first (longest qualifier first), what is left of it is a path into the column.
// source: Spark's AttributeSeq.resolve and its suggestions of similar names.

import { EngineError, raise } from '../errors/index.js';
import { find } from '../expr/walk.js';
import { editDistance } from '../similar.js';
import type { Span } from '../spans.js';
import type { BoundColumn, BoundExpr, ColumnId } from '../tree.js';
import { asOuter } from '../plan/columns.js';
import { extractField } from './bind-field.js';
import { quoteName, quoteParts, ref, type ScopeColumn } from './binder.js';
import type { AnalysisEnv, Scope } from './context.js';

export const same = (a: string, b: string): boolean => a === b || a.toLowerCase() === b.toLowerCase();
const endsWith = (qualifier: readonly string[], parts: readonly string[], count: number): boolean => {
  if (count > qualifier.length) return false;
  for (let i = 0; i < count; i++) if (!same(qualifier[qualifier.length - count + i]!, parts[i]!)) return false;
  return true;
};

interface Match { readonly columns: readonly ScopeColumn[]; readonly path: readonly string[]; readonly name: string }

const indexes = new WeakMap<readonly ScopeColumn[], ReadonlyMap<string, readonly ScopeColumn[]>>();
/** The columns of this name; of long lists by an index, which is made once for each list. */
export function columnsNamed(columns: readonly ScopeColumn[], name: string): readonly ScopeColumn[] {
  if (columns.length < 8) return columns.filter((c) => same(c.name, name));
  let index = indexes.get(columns);
  if (!index) {
    const made = new Map<string, ScopeColumn[]>();
    for (const c of columns) {
      const key = c.name.toLowerCase();
      const others = made.get(key);
      if (others) others.push(c); else made.set(key, [c]);
    }
    indexes.set(columns, made);
    index = made;
  }
  return index.get(name.toLowerCase()) ?? [];
}

/** The columns that the longest fitting qualifier of `parts` leaves, by name; each column once. `among`: only those that it says yes to. */
export function matchName(columns: readonly ScopeColumn[], parts: readonly string[], among?: (column: ScopeColumn) => boolean): Match | undefined {
  for (let qualifiers = Math.min(3, parts.length - 1); qualifiers >= 0; qualifiers--) {
    const name = parts[qualifiers]!;
    const found: ScopeColumn[] = [];
    for (const c of columnsNamed(columns, name)) {
      if ((qualifiers === 0 || endsWith(c.qualifier, parts, qualifiers)) && (!among || among(c)) && !found.some((f) => f.id === c.id)) found.push(c);
    }
    if (found.length > 0) return { columns: found, path: parts.slice(qualifiers + 1), name };
  }
  return undefined;
}

/** Names of a clause beside the columns: select aliases, the column of a time window. */
export type Names = (parts: readonly string[], span: Span | undefined) => BoundExpr | undefined;
export interface ScopeOptions {
  readonly hidden?: readonly ScopeColumn[] | undefined;
  /** Tried before the columns. */
  readonly before?: Names | undefined;
  /** Tried after the columns. */
  readonly after?: Names | undefined;
  readonly outer?: Scope | undefined;
  /** What is proposed instead of the columns. */
  readonly propose?: readonly ScopeColumn[] | undefined;
  /** What subqueries see, where it is another scope. */
  readonly subqueries?: Scope | undefined;
  /** The scope of an aggregate function's arguments, where it is another. */
  readonly aggregated?: Scope | undefined;
  /** A name that more than one column has is none: ORDER BY of Spark, which looks on where a name is ambiguous, and finds nothing. */
  readonly ambiguousIsUnknown?: boolean | undefined;
}

export class QueryScope implements Scope {
  readonly env: AnalysisEnv;
  readonly columns: readonly ScopeColumn[];
  readonly options: ScopeOptions;

  constructor(env: AnalysisEnv, columns: readonly ScopeColumn[], options: ScopeOptions = {}) {
    this.env = env;
    this.columns = columns;
    this.options = options;
  }

  /** This scope with other layers. */
  with(options: ScopeOptions): QueryScope { return new QueryScope(this.env, this.columns, { ...this.options, ...options }); }

  /** As a subquery sees it: without select aliases and what the clause adds. */
  get forSubquery(): Scope { return this.options.subqueries ?? (this.options.after ? this.with({ after: undefined }) : this); }

  /** Whether the column is one of this place. */
  sees(id: ColumnId): boolean { return this.columns.some((c) => c.id === id) || (this.options.hidden?.some((c) => c.id === id) ?? false); }

  get inAggregate(): Scope { return this.options.aggregated ?? this; }

  resolve(parts: readonly string[], span: Span | undefined): BoundExpr | undefined {
    const { before, after, outer } = this.options;
    return before?.(parts, span) ?? this.local(parts, span) ?? after?.(parts, span) ?? fromOuter(outer, parts, span, this.env.settings.compatSpark);
  }

  /** Among the columns of this query only. */
  local(parts: readonly string[], span: Span | undefined): BoundExpr | undefined {
    if (this.env.secondLook?.hides(this.columns)) return undefined;
    const match = matchName(this.columns, parts) ?? (this.options.hidden && matchName(this.options.hidden, parts));
    if (!match) return undefined;
    const { columns, path, name } = match;
    if (columns.length > 1) {
      if (this.options.ambiguousIsUnknown) return undefined;
      raise('AMBIGUOUS_REFERENCE', { name: quoteParts(parts), referenceNames: `[${columns.map((c) => quoteParts([...c.qualifier, name])).sort().join(', ')}]` }, { span });
    }
    const column: BoundColumn = { ...ref(columns[0]!, span), name };
    return path.reduce<BoundExpr>((base, field) => extractField(base, field, this.env, span), column);
  }

  expandStar(qualifier: readonly string[] | undefined, span: Span | undefined): readonly BoundExpr[] {
    if (this.env.secondLook?.hides(this.columns)) raise('UNRESOLVED_COLUMN.WITHOUT_SUGGESTION', { objectName: '*' }, { span });
    if (!qualifier) return this.columns.map((c) => ref(c, span));
    const of = (list: readonly ScopeColumn[]): readonly ScopeColumn[] => list.filter((c) => qualifier.length <= c.qualifier.length && endsWith(c.qualifier, qualifier, qualifier.length));
    const found = [...of(this.options.hidden ?? []), ...of(this.columns)];
    if (found.length > 0) return found.map((c) => ref(c, span));
    const base = this.resolve(qualifier, span);
    if (base?.type.kind === 'struct') return base.type.fields.map((f) => extractField(base, f.name, this.env, span));
    return raise('CANNOT_RESOLVE_STAR_EXPAND', { targetString: quoteParts(qualifier), columns: sortedNames(this.columns).map((c) => quoteName(c.name)).join(', ') }, { span });
  }

  proposals(name: string): readonly string[] {
    return similarNames(name, sortedNames(this.options.propose ?? this.columns).map((c) => [...c.qualifier, c.name]));
  }
}

/** A name that means nothing in the query around either is none of this one, whatever is wrong with it there. source: Spark's ResolveSubquery */
function fromOuter(outer: Scope | undefined, parts: readonly string[], span: Span | undefined, compatSpark: boolean): BoundExpr | undefined {
  let found: BoundExpr | undefined;
  try { found = outer?.resolve(parts, span); } catch (error) { if (!(error instanceof EngineError)) throw error; }
  // Spark looks one query up, no further.
  if (found && compatSpark && find(found, (e) => e.kind === 'column' && e.outer === true)) return undefined;
  return found && asOuter(found);
}

const sortedNames = (columns: readonly ScopeColumn[]): readonly ScopeColumn[] =>
  [...new Map(columns.map((c) => [c.id, c])).values()].sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id);

/** Candidates ordered by edit distance to `name`, quoted, five at most; qualifiers that all share are left out where the name has none. */
export function similarNames(name: string, candidates: readonly (readonly string[])[]): readonly string[] {
  const parts = splitName(name).length;
  const shared = (drop: number): boolean => new Set(candidates.map((c) => JSON.stringify(c.slice(0, -drop)))).size === 1;
  const keep = parts === 1 && shared(1) ? 1 : parts <= 2 && shared(2) ? 2 : Number.POSITIVE_INFINITY;
  return candidates.map((c) => quoteParts(keep >= c.length ? c : c.slice(-keep)))
    .map((text) => ({ text, distance: editDistance(text, name) }))
    .sort((a, b) => a.distance - b.distance).slice(0, 5).map((c) => c.text);
}

/** The parts of a name as written: dots outside of backquotes part it. */
function splitName(name: string): readonly string[] { return name.match(/(?:`(?:[^`]|``)*`|[^.`])+/g) ?? [name]; }
