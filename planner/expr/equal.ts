// When two bound expressions mean the same: grouping expressions are found again in the select list by it. Spelling, spans, the names of
// columns and what was written do not count; ids, types, functions and values do. Lambda variables match by position.
// source: Spark's semantic equality (canonical forms), without its reordering of commutative operators.

import { sameType } from '../types.js';
import type { Value } from '../values.js';
import { children } from './walk.js';
import type { BoundExpr, BoundFrameBound, BoundSort } from '../tree.js';

type Renamed = ReadonlyMap<number, number>;
const NONE: Renamed = new Map();

/** Whether both give the same value on the same row. Non-deterministic expressions are the same only if they are one node. */
export const sameExpr = (a: BoundExpr, b: BoundExpr): boolean => same(a, b, NONE);

function same(a: BoundExpr, b: BoundExpr, renamed: Renamed): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || !sameType(a.type, b.type)) return false;
  switch (a.kind) {
    case 'column': return b.kind === 'column' && a.id === b.id;
    case 'variable': return b.kind === 'variable' && (renamed.get(a.id) ?? a.id) === b.id;
    case 'const': return b.kind === 'const' && sameValue(a.value, b.value);
    case 'cast': return b.kind === 'cast' && a.mode === b.mode && same(a.arg, b.arg, renamed);
    case 'apply': return b.kind === 'apply' && a.fn.name === b.fn.name && a.fn.deterministic !== false && sameList(a.args, b.args, renamed);
    case 'lambda': {
      if (b.kind !== 'lambda' || a.params.length !== b.params.length) return false;
      const inner = new Map(renamed);
      for (const [i, p] of a.params.entries()) inner.set(p.id, b.params[i]!.id);
      return same(a.body, b.body, inner);
    }
    case 'aggregate':
      return b.kind === 'aggregate' && a.fn.name === b.fn.name && a.fn.deterministic !== false && a.distinct === b.distinct
        && a.ignoreNulls === b.ignoreNulls && a.respectNulls === b.respectNulls
        && sameList(a.args, b.args, renamed) && sameOptional(a.filter, b.filter, renamed) && sameSorts(a.orderBy ?? [], b.orderBy ?? [], renamed);
    case 'window':
      return b.kind === 'window' && (a.ignoreNulls ?? false) === (b.ignoreNulls ?? false) && same(a.fn, b.fn, renamed) && sameList(a.partitionBy, b.partitionBy, renamed)
        && sameSorts(a.orderBy, b.orderBy, renamed) && a.frame.unit === b.frame.unit && sameBound(a.frame.start, b.frame.start, renamed) && sameBound(a.frame.end, b.frame.end, renamed);
    case 'generator': return b.kind === 'generator' && a.fn.name === b.fn.name && sameList(a.args, b.args, renamed);
    case 'subquery': return false;
    case 'user_call': return b.kind === 'user_call' && a.fn === b.fn && a.fn.deterministic && sameList(a.args, b.args, renamed);
  }
}

const sameList = (a: readonly BoundExpr[], b: readonly BoundExpr[], renamed: Renamed): boolean => a.length === b.length && a.every((x, i) => same(x, b[i]!, renamed));
const sameOptional = (a: BoundExpr | undefined, b: BoundExpr | undefined, renamed: Renamed): boolean => a === b || (a !== undefined && b !== undefined && same(a, b, renamed));
const sameSorts = (a: readonly BoundSort[], b: readonly BoundSort[], renamed: Renamed): boolean =>
  a.length === b.length && a.every((s, i) => s.ascending === b[i]!.ascending && s.nullsFirst === b[i]!.nullsFirst && same(s.expr, b[i]!.expr, renamed));
const sameBound = (a: BoundFrameBound, b: BoundFrameBound, renamed: Renamed): boolean => a.kind === b.kind && sameOptional(a.offset, b.offset, renamed);

/** A number that is one for expressions that mean the same; one for all that hold a subquery. Each node is walked once. */
export function meaningHash(expr: BoundExpr): number {
  const known = HASHES.get(expr);
  if (known !== undefined) return known;
  const own = expr.kind === 'column' ? expr.id : expr.kind === 'const' ? hashText(typeof expr.value === 'object' ? 'object' : String(expr.value))
    : expr.kind === 'apply' || expr.kind === 'aggregate' || expr.kind === 'generator' || expr.kind === 'user_call' ? hashText(expr.fn.name) : 0;
  let hash = Math.imul(hashText(expr.kind) ^ own, 0x9e3779b1) >>> 0;
  for (const child of children(expr)) {
    const inner = meaningHash(child);
    if (inner === OF_SUBQUERY) { hash = OF_SUBQUERY; break; }
    hash = (Math.imul(hash, 31) + inner) >>> 0;
  }
  if (expr.kind === 'subquery') hash = OF_SUBQUERY;
  HASHES.set(expr, hash);
  return hash;
}
/** Expressions, each once for all that mean the same. */
export class ExprSet {
  private readonly byHash = new Map<number, BoundExpr[]>();
  constructor(exprs: Iterable<BoundExpr> = []) { for (const e of exprs) this.add(e); }
  has(expr: BoundExpr): boolean { return this.byHash.get(meaningHash(expr))?.some((x) => sameExpr(x, expr)) === true; }
  /** Whether it is new. */
  add(expr: BoundExpr): boolean {
    if (this.has(expr)) return false;
    const hash = meaningHash(expr);
    const alike = this.byHash.get(hash);
    if (alike) alike.push(expr); else this.byHash.set(hash, [expr]);
    return true;
  }
}
const OF_SUBQUERY = -1;
const HASHES = new WeakMap<BoundExpr, number>();
function hashText(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}

/** Equality of two values in the representation of one type (values.ts); NaN equals itself, -0.0 and 0.0 differ. */
export function sameValue(a: Value, b: Value): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Uint8Array) return b instanceof Uint8Array && a.length === b.length && a.every((x, i) => x === b[i]);
  if (isArray(a)) return isArray(b) && a.length === b.length && a.every((x, i) => sameValue(x, b[i]!));
  const [ka, kb] = [Object.entries(a), Object.entries(b)];
  return ka.length === kb.length && ka.every(([key, value], i) => key === kb[i]![0] && sameValue(value as Value, kb[i]![1] as Value));
}
const isArray = (x: unknown): x is readonly Value[] => Array.isArray(x);
