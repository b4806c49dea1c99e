// The relations of a session by name: streams, tables, views, and the tables of memory sinks. They are in one schema, `default`.

import { quoteParts } from '../../planner/analyzer/binder.js';
import type { Relation, RelationCatalog } from '../../planner/analyzer/context.js';
import { raise } from '../../planner/errors/index.js';
import { relationHint } from '../../planner/similar.js';
import type { Span } from '../../planner/spans.js';
import type { ColumnDefinition } from '../../planner/tree.js';
import type { Field } from '../../planner/types.js';

/** What SHOW CREATE and DESCRIBE tell of a relation. */
export interface Definition {
  /** As declared, with their comments. Of a view names only count. */
  readonly columns?: readonly (Pick<Field, 'name' | 'comment'> & Pick<ColumnDefinition, 'default' | 'defaultText'>)[];
  /** WATERMARK clauses as written. */
  readonly watermarks?: readonly string[];
  /** Absent: the rows are in memory. */
  readonly format?: string;
  /** Without secrets. */
  readonly options?: Readonly<Record<string, string>>;
  readonly comment?: string;
  /** The query of a view; absent where it is of no text. */
  readonly text?: string;
}
export interface Entry extends Relation {
  /** As created. */
  readonly name: string;
  readonly definition: Definition;
}

const SCHEMA: ReadonlySet<string> = new Set(['', 'default', 'spark_catalog.default']);
const SESSION: ReadonlySet<string> = new Set(['session', 'system.session']);
const qualifierOf = (name: readonly string[]): string => name.slice(0, -1).join('.').toLowerCase();
/** The bare name of what a statement makes, writes or drops. @throws SCHEMA_NOT_FOUND, REQUIRES_SINGLE_PART_NAMESPACE */
export function ownName(name: readonly string[], span: Span | undefined): string {
  if (SCHEMA.has(qualifierOf(name))) return name.at(-1)!;
  if (name.length > 2) return raise('REQUIRES_SINGLE_PART_NAMESPACE', { sessionCatalog: 'spark_catalog', identifier: quoteParts(name) }, { span });
  return raise('SCHEMA_NOT_FOUND', { schemaName: quoteParts(['spark_catalog', ...name.slice(0, -1)]) }, { span });
}

export class Catalog implements RelationCatalog {
  private readonly entries = new Map<string, Entry>();

  lookup(name: readonly string[]): Entry | undefined {
    const within = qualifierOf(name);
    const entry = SCHEMA.has(within) || SESSION.has(within) ? this.entries.get(name.at(-1)!.toLowerCase()) : undefined;
    return SESSION.has(within) && entry?.kind !== 'view' ? undefined : entry;
  }
  get names(): readonly string[] { return this.all.map((e) => e.name); }
  get all(): readonly Entry[] { return [...this.entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1)); }
  list(kind: Relation['kind']): readonly Entry[] { return this.all.filter((e) => e.kind === kind); }

  /** @throws TABLE_OR_VIEW_ALREADY_EXISTS unless it may be replaced; `keep`: an older one stays. */
  create(entry: Entry, how: 'fail' | 'replace' | 'keep'): void {
    if (how === 'keep' && this.entries.has(entry.name.toLowerCase())) return;
    if (how === 'fail') this.refuseDouble(entry.name);
    this.entries.set(entry.name.toLowerCase(), entry);
  }
  /** @throws TABLE_OR_VIEW_ALREADY_EXISTS */
  refuseDouble(name: string): void {
    if (this.entries.has(name.toLowerCase())) raise('TABLE_OR_VIEW_ALREADY_EXISTS', { relationName: quoteParts([name]) });
  }
  /** @throws TABLE_OR_VIEW_NOT_FOUND, WRONG_COMMAND_FOR_OBJECT_TYPE */
  drop(name: string, kind: Relation['kind'], ifExists: boolean): void {
    const entry = this.entries.get(name.toLowerCase());
    if (!entry) { if (!ifExists) raise('TABLE_OR_VIEW_NOT_FOUND', { relationName: quoteParts([name]), searchPath: '[`session`]' }, { hint: relationHint(name, this.names) }); return; }
    requireKind(entry, kind, 'DROP');
    this.entries.delete(name.toLowerCase());
  }
}

/** @throws WRONG_COMMAND_FOR_OBJECT_TYPE */
export function requireKind(entry: Entry, kind: Relation['kind'], operation: string): void {
  const [found, wanted] = [entry.kind.toUpperCase(), kind.toUpperCase()];
  if (found !== wanted) raise('WRONG_COMMAND_FOR_OBJECT_TYPE', { operation: `${operation} ${wanted}`, objectName: quoteParts([entry.name]), foundType: found, requiredType: wanted, alternative: `${operation} ${found} ${entry.name}` });
}
