// The relations of a session by name: streams, tables, views, and the tables of memory sinks.

import type { Relation, RelationCatalog } from '../../planner/analyzer/context.js';
import { raise } from '../../planner/errors/index.js';

export interface Entry extends Relation {
  /** As created. */
  readonly name: string;
  /** For DESCRIBE: format, options without secrets, the text of a view. */
  readonly detail: Readonly<Record<string, string>>;
}

export class Catalog implements RelationCatalog {
  private readonly entries = new Map<string, Entry>();

  lookup(name: readonly string[]): Entry | undefined { return name.length === 1 ? this.entries.get(name[0]!.toLowerCase()) : undefined; }
  get names(): readonly string[] { return [...this.entries.values()].map((e) => e.name).sort(); }
  list(kind: Relation['kind']): readonly Entry[] { return [...this.entries.values()].filter((e) => e.kind === kind).sort((a, b) => (a.name < b.name ? -1 : 1)); }

  /** @throws RELATION_ALREADY_EXISTS unless it may be replaced; `keep`: an older one stays. */
  create(entry: Entry, how: 'fail' | 'replace' | 'keep'): void {
    const key = entry.name.toLowerCase();
    if (this.entries.has(key)) {
      if (how === 'keep') return;
      if (how === 'fail') raise('TABLE_OR_VIEW_ALREADY_EXISTS', { relationName: `\`${entry.name}\`` });
    }
    this.entries.set(key, entry);
  }
  /** @throws TABLE_OR_VIEW_NOT_FOUND, WRONG_COMMAND_FOR_OBJECT_TYPE */
  drop(name: readonly string[], kind: Relation['kind'], ifExists: boolean): void {
    const text = name.join('.');
    const entry = this.lookup(name);
    if (!entry) { if (!ifExists) raise('TABLE_OR_VIEW_NOT_FOUND', { relationName: `\`${text}\``, searchPath: '[`session`]' }); return; }
    if (entry.kind !== kind) raise('WRONG_COMMAND_FOR_OBJECT_TYPE', { operation: `DROP ${kind.toUpperCase()}`, objectName: `\`${text}\``, foundType: entry.kind.toUpperCase(), requiredType: kind.toUpperCase(), alternative: `DROP ${entry.kind.toUpperCase()} ${text}` });
    this.entries.delete(text.toLowerCase());
  }
}
