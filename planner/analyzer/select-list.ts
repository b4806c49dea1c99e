// The SELECT list while it is bound: stars, items with the names that they give, and lateral aliases, by which later items (and GROUP BY,
// HAVING, QUALIFY) see earlier ones. An item is of the level above the highest one that it takes an alias from.
// source: Spark's ResolveReferences (stars, EXCEPT) and ResolveLateralColumnAliasReference.

import { columnName, printExpr } from '../expr/print.js';
import { find } from '../expr/walk.js';
import { columnIds, replaceColumns } from '../plan/columns.js';
import type { Span } from '../spans.js';
import type { BoundColumn, BoundExpr, BoundGenerator, ColumnId, Expr, UnresolvedPlan } from '../tree.js';
import { type Binder, failNowhere, type Place, quoted, quoteName, ref, type ScopeColumn } from './binder.js';
import { columnsOfStar, givenName } from './expand-star.js';
import { QueryScope, } from './scope.js';
import { isPlaceholder, placeholder, unaliased } from './unresolved.js';

export interface Output { readonly id: ColumnId; readonly name: string }
export interface Item {
  readonly written: Expr;
  readonly outputs: readonly Output[];
  /** Over FROM; lateral aliases are columns with the id of their item. */
  readonly bound: BoundExpr;
  readonly level: number;
  readonly qualifier: readonly string[];
}

export const isGenerator = (e: BoundExpr): e is BoundGenerator => e.kind === 'generator';

export class SelectList {
  private readonly binder: Binder;
  private readonly place: Place;
  private readonly plain: boolean;
  readonly items: Item[] = [];
  /** Aliases in sight of later items, by lower-case name. */
  private readonly aliases = new Map<string, { readonly item: Item; readonly output: Output; readonly type: BoundExpr['type']; readonly nullable: boolean }[]>();
  /** The aliases that were taken, by the id of their column. */
  private readonly laterals = new Map<ColumnId, { readonly name: string; readonly item: Item }>();
  /** Items that are bound already, by their placeholder. */
  private readonly given = new Map<string, BoundExpr>();

  /** `plain`: nothing of the query is aggregated. */
  constructor(binder: Binder, place: Place, plain: boolean) {
    this.binder = binder;
    this.place = place;
    this.plain = plain;
  }

  /** The items as they are written, with the columns that stars stand for. Behind a pipe there are none, but for the one that |> EXTEND begins with. */
  expand({ items, pipe }: Pick<UnresolvedPlan & { readonly kind: 'select' }, 'items' | 'pipe'>, scope: QueryScope): readonly Expr[] {
    const out: Expr[] = [];
    for (const item of items) {
      if (item.kind === 'star' && (pipe === 'aggregate' || (pipe === 'extend' && item !== items[0]))) failNowhere('INVALID_USAGE_OF_STAR_OR_REGEX', { elem: "'*'", prettyName: 'expression `pipeexpression`' });
      if (item.kind === 'star') out.push(...columnsOfStar(item, scope, this.binder.env, (fn, args) => this.binder.call(fn, args, this.place)).map((c) => this.boundItem(c)));
      else if (item.kind === 'alias' && item.arg.kind === 'star') failNowhere('INVALID_USAGE_OF_STAR_OR_REGEX', { elem: "'*'", prettyName: 'expression `alias`' }, item.span ?? item.arg.span);
      else out.push(item);
    }
    return out;
  }

  private boundItem(expr: BoundExpr): Expr {
    const key = `star ${this.given.size}`;
    this.given.set(key, expr);
    return placeholder(key, { kind: 'star' });
  }

  /** One more item. `bind` is asked for what is not bound already. */
  add(written: Expr, scope: QueryScope, bind: (inner: Expr) => BoundExpr): void {
    const inner = unaliased(written);
    const key = inner.kind === 'name' && isPlaceholder(inner.parts) ? inner.parts[0]!.slice(1) : '';
    const column = key.startsWith('input ') ? scope.columns[Number(key.slice(6))] : undefined;
    const given = column ? ref(column) : this.given.get(key);
    const bound = given ?? bind(inner);
    checkGenerator(bound);
    const names = written.kind === 'alias' ? written.names : undefined;
    const { freshId } = this.binder.env;
    let outputs: readonly Output[];
    let source: ScopeColumn | undefined;
    if (bound.kind === 'generator') {
      if (names && names.length !== bound.columns.length) {
        const refuse = (): void => failNowhere('UDTF_ALIAS_NUMBER_MISMATCH', { aliasesSize: String(bound.columns.length), aliasesNames: names.join(',') }, written.span);
        const { secondLook } = this.binder.env;
        // Beside aggregates Spark looks at a generator once all items are without fault.
        if (secondLook && this.plain) secondLook.run(refuse, () => undefined);
        else refuse();
      }
      outputs = bound.columns.map((c, i) => ({ id: freshId(), name: names?.[i] ?? c.name }));
    } else {
      source = bound.kind === 'column' && !bound.outer && !this.laterals.has(bound.id) ? scope.columns.find((c) => c.id === bound.id) : undefined;
      const name = names?.[0] ?? (given ? givenName(given) : columnName(inner, bound));
      outputs = [{ id: source && !names ? source.id : freshId(), name }];
    }
    const level = Math.max(0, ...[...columnIds(bound)].map((id) => (this.laterals.get(id)?.item.level ?? -1) + 1));
    const item: Item = { written, outputs, bound, level, qualifier: source && !names ? source.qualifier : [] };
    this.items.push(item);
    if (!names) return;
    outputs.forEach((output, i) => {
      const type = bound.kind === 'generator' ? bound.columns[i]!.type : bound.type;
      const entry = { item, output, type, nullable: bound.kind === 'generator' ? true : bound.nullable };
      const lower = output.name.toLowerCase();
      const known = this.aliases.get(lower);
      if (known) known.push(entry);
      else this.aliases.set(lower, [entry]);
    });
  }

  /** The names that the items give: an item's column, with the qualifier of a bare one. */
  columns(): readonly ScopeColumn[] {
    return this.items.flatMap((item) => item.outputs.map((o, i): ScopeColumn => ({
      id: o.id, name: o.name, qualifier: item.qualifier,
      type: item.bound.kind === 'generator' ? item.bound.columns[i]!.type : item.bound.type, nullable: item.bound.kind === 'generator' ? true : item.bound.nullable,
    })));
  }
  /** Of the item that gives the column at this position of the list. */
  qualifierOf(output: number): readonly string[] {
    let at = output;
    for (const item of this.items) {
      if (at < item.outputs.length) return item.qualifier;
      at -= item.outputs.length;
    }
    return [];
  }

  // ── lateral aliases ───────────────────────────────────────────────────────────────────────────

  /** An earlier item's alias, as the column of its own that a projection below gives. */
  lateral(parts: readonly string[], span: Span | undefined): BoundExpr | undefined {
    const found = this.aliases.get(parts[0]!.toLowerCase());
    if (!found) return undefined;
    if (found.length > 1) return failNowhere('AMBIGUOUS_LATERAL_COLUMN_ALIAS', { name: quoteName(parts[0]!), n: String(found.length) }, span);
    const { output, item, type, nullable } = found[0]!;
    this.laterals.set(output.id, { name: parts[0]!, item });
    const column: BoundColumn = { kind: 'column', id: output.id, name: output.name, type, nullable, ...(span && { span }), ...(!isGenerator(item.bound) && { written: { name: '', args: [], print: `lateralAliasReference(${parts[0]!})` } }) };
    return parts.length === 1 ? column : new QueryScope(this.binder.env, [{ id: output.id, name: parts[0]!, type, nullable, qualifier: [] }]).resolve(parts, span);
  }
  /** What an alias stands for, in terms of FROM: as GROUP BY and QUALIFY read it. */
  aliased(parts: readonly string[], span: Span | undefined): BoundExpr | undefined {
    const alias = parts.length === 1 ? this.aliases.get(parts[0]!.toLowerCase())?.[0] : undefined;
    return alias && !isGenerator(alias.item.bound) ? { ...this.inline(alias.item.bound), ...(span && { span }) } : undefined;
  }
  /** Whether any alias was taken. */
  get hasLaterals(): boolean { return this.laterals.size > 0; }
  /** The alias that the column is, as it was written where it was taken. */
  lateralName(id: ColumnId): string | undefined { return this.laterals.get(id)?.name; }
  /** Lateral aliases replaced by what they stand for. */
  inline(expr: BoundExpr): BoundExpr {
    return replaceColumns(expr, (c) => { const lateral = this.laterals.get(c.id); return lateral && !isGenerator(lateral.item.bound) ? this.inline(lateral.item.bound) : undefined; });
  }
  /** The same over other expressions of the items, in their order. */
  inlineOver(expr: BoundExpr, lowered: readonly BoundExpr[]): BoundExpr {
    return replaceColumns(expr, (c) => {
      const lateral = this.laterals.get(c.id);
      const at = lateral ? this.items.indexOf(lateral.item) : -1;
      return at >= 0 && !isGenerator(lowered[at]!) ? this.inlineOver(lowered[at]!, lowered) : undefined;
    });
  }
}

function checkGenerator(bound: BoundExpr): void {
  const nested = (bound.kind === 'generator' ? bound.args : [bound]).map((e) => find(e, isGenerator)).find((e) => e !== undefined);
  if (nested) failNowhere('UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS', { expression: quoted(printExpr(bound)) }, nested.span);
}
