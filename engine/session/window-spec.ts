// Window, where window specifications of the DataFrame API begin: the nodes that OVER (…) gives.
// source: Spark's Window and WindowSpec.

import type { FrameBound, WindowSpec } from '../../planner/tree.js';
import type { WindowSpec as PublicSpec } from './api/column.js';
import { checked, type Kind, NUMBER, type Signature, WHOLE } from './checked.js';
import { argument, COLUMN, literal, sortItem } from './column.js';

class WindowSpecification {
  readonly spec: WindowSpec;
  constructor(spec: WindowSpec) { this.spec = spec; }
  partitionBy(...columns: unknown[]): WindowSpecification { return new WindowSpecification({ ...this.spec, partitionBy: columns.map(argument) }); }
  orderBy(...columns: unknown[]): WindowSpecification { return new WindowSpecification({ ...this.spec, orderBy: columns.map(sortItem) }); }
  rowsBetween(start: number, end: number): WindowSpecification { return this.frame('rows', start, end); }
  rangeBetween(start: number, end: number): WindowSpecification { return this.frame('range', start, end); }
  private frame(unit: 'rows' | 'range', start: number, end: number): WindowSpecification {
    return new WindowSpecification({ ...this.spec, frame: { unit, start: bound(start), end: bound(end) } });
  }
}
const BOUND: Kind = { expected: 'a whole number, Window.unboundedPreceding, Window.unboundedFollowing or Window.currentRow', holds: (v) => WHOLE.holds(v) || v === Number.NEGATIVE_INFINITY || v === Number.POSITIVE_INFINITY };
const DISTANCE: Kind = { expected: BOUND.expected.replace('whole ', ''), holds: NUMBER.holds };
const columns: Signature = [['columns', COLUMN, 'rest']];
checked(WindowSpecification.prototype, 'Window', {
  partitionBy: columns, orderBy: columns, rowsBetween: [['start', BOUND], ['end', BOUND]], rangeBetween: [['start', DISTANCE], ['end', DISTANCE]],
});
function bound(offset: number): FrameBound {
  if (offset === Number.NEGATIVE_INFINITY) return { kind: 'unbounded_preceding' };
  if (offset === Number.POSITIVE_INFINITY) return { kind: 'unbounded_following' };
  if (offset === 0) return { kind: 'current_row' };
  return offset < 0 ? { kind: 'preceding', offset: literal(-offset) } : { kind: 'following', offset: literal(offset) };
}

const all = new WindowSpecification({ partitionBy: [], orderBy: [] });
const face = (spec: WindowSpecification): PublicSpec => spec as unknown as PublicSpec;

/** `Window.partitionBy('user').orderBy('at').rowsBetween(-2, Window.currentRow)` for `column.over(…)`. */
export const Window = {
  partitionBy: (...columns: unknown[]): PublicSpec => face(all.partitionBy(...columns)),
  orderBy: (...columns: unknown[]): PublicSpec => face(all.orderBy(...columns)),
  rowsBetween: (start: number, end: number): PublicSpec => face(all.rowsBetween(start, end)),
  rangeBetween: (start: number, end: number): PublicSpec => face(all.rangeBetween(start, end)),
  unboundedPreceding: Number.NEGATIVE_INFINITY,
  unboundedFollowing: Number.POSITIVE_INFINITY,
  currentRow: 0,
} as const;
