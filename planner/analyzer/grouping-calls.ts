// grouping() and grouping_id(): columns while the query block is bound, filled in once the grouping sets are known.
// source: Spark's ResolveGroupingAnalytics.

import { printExpr } from '../expr/print.js';
import { replaceColumns, byId } from '../plan/columns.js';
import type { Span } from '../spans.js';
import type { BoundColumn, BoundExpr, ColumnId, Expr } from '../tree.js';
import type { AggregateBuilder } from './bind-group.js';
import { fail } from './binder.js';
import { callName, isPlaceholder, placeholder, rewriteUnresolved } from './unresolved.js';

type Name = 'grouping' | 'grouping_id';
const MARK = 'analytic ';

export class GroupingCalls {
  private readonly freshId: () => ColumnId;
  private readonly calls: { readonly name: Name; readonly args: readonly BoundExpr[]; readonly column: BoundColumn; readonly span: Span | undefined }[] = [];
  private readonly filled = new Map<ColumnId, BoundExpr>();

  constructor(freshId: () => ColumnId) { this.freshId = freshId; }

  /** The expression with the calls as names that `column` knows. */
  takeFrom(expr: Expr, bind: (argument: Expr) => BoundExpr): Expr {
    return rewriteUnresolved(expr, (e) => {
      const name = callName(e);
      if ((name !== 'grouping' && name !== 'grouping_id') || e.kind !== 'call' || e.over) return undefined;
      const args = e.args.map((a) => bind(a.value));
      const print = `${name}(${args.map(printExpr).join(', ')})`;
      const column: BoundColumn = {
        kind: 'column', id: this.freshId(), name: print, type: { kind: name === 'grouping' ? 'tinyint' : 'bigint' }, nullable: false,
        ...(e.span && { span: e.span }), written: { name, args, print },
      };
      this.calls.push({ name, args, column, span: e.span });
      return placeholder(`${MARK}${this.calls.length - 1}`, e);
    });
  }

  column(parts: readonly string[]): BoundColumn | undefined {
    const key = isPlaceholder(parts) ? parts[0]!.slice(1) : '';
    return key.startsWith(MARK) ? this.calls[Number(key.slice(MARK.length))]?.column : undefined;
  }

  /** Computes those that have come since the last time. `aggregate`: one with grouping sets. @throws UNSUPPORTED_GROUPING_EXPRESSION without */
  fill(aggregate: AggregateBuilder | undefined): void {
    for (const { name, args, column, span } of this.calls) {
      if (this.filled.has(column.id)) continue;
      this.filled.set(column.id, aggregate ? aggregate.analytic(name, args, span) : fail('UNSUPPORTED_GROUPING_EXPRESSION', {}, span));
    }
  }

  /** The expression with what was filled in. */
  replaceIn(expr: BoundExpr): BoundExpr { return this.filled.size > 0 ? replaceColumns(expr, byId(this.filled)) : expr; }
}
