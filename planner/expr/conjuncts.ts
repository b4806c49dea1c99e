// Conditions as lists of conjuncts: NOT pushed inwards, factors common to both sides of an OR taken out. All of it holds in three-valued
// logic for a filter, where NULL and FALSE are the same.
//
// source: Spark BooleanSimplification, as far as it decides which conjuncts can move.

import { invariant } from '../errors/index.js';
import type { BoundApply, BoundExpr, FunctionCatalog, FunctionSpec, PlanOf } from '../tree.js';
import { BOOLEAN, STRING } from '../types.js';
import { sameExpr } from './equal.js';

/** Name and arguments of a call. */
const nameOf = (e: BoundExpr): string => (e.kind === 'apply' ? e.fn.name : '');
const argsOf = (e: BoundExpr): readonly BoundExpr[] => (e.kind === 'apply' ? e.args : []);

/** The conjuncts of a condition, left to right; none of null. */
export function conjunctsOf(e: BoundExpr | null): readonly BoundExpr[] {
  if (e === null) return [];
  return nameOf(e) === 'and' ? argsOf(e).flatMap((a) => conjunctsOf(a)) : [e];
}
const disjunctsOf = (e: BoundExpr): readonly BoundExpr[] => (nameOf(e) === 'or' ? argsOf(e).flatMap(disjunctsOf) : [e]);

/** How far a chain may lean to the left. */
const LEANING_MAX = 64;
/** All of a list by a binary operation, from the left; a longer list than LEANING_MAX is halved first, so that no list makes a deep tree. */
export function chained<T>(list: readonly T[], both: (left: T, right: T) => T): T {
  if (list.length <= LEANING_MAX) return list.reduce(both);
  const half = list.length >> 1;
  return both(chained(list.slice(0, half), both), chained(list.slice(half), both));
}

/** Makes calls that the analyzer has not seen, of functions that propagate NULL or give a definite answer. */
export class Calls {
  private readonly functions: FunctionCatalog;
  constructor(functions: FunctionCatalog) { this.functions = functions; }

  private spec(name: string): FunctionSpec {
    const fn = this.functions.lookup(name);
    invariant(fn, `the function ${name} exists`);
    return fn;
  }
  predicate(name: string, args: readonly BoundExpr[]): BoundApply {
    return { kind: 'apply', fn: this.spec(name), name, args, type: BOOLEAN, nullable: args.some((a) => a.nullable) };
  }
  and(list: readonly BoundExpr[]): BoundExpr | null { return list.length === 0 ? null : chained(list, (a, b) => this.predicate('and', [a, b])); }
  or(list: readonly BoundExpr[]): BoundExpr { return chained(list, (a, b) => this.predicate('or', [a, b])); }
  isNotNull(arg: BoundExpr): BoundExpr { return { ...this.predicate('isnotnull', [arg]), nullable: false }; }

  /** The session of one row by itself: its time, its time plus the gap, and the two as a struct. */
  session({ time, gap, column }: NonNullable<PlanOf<'aggregate'>['session']>): readonly [start: BoundExpr, end: BoundExpr, session: BoundApply] {
    const end: BoundExpr = { kind: 'apply', fn: this.spec('timestamp_add_interval'), name: 'timestamp_add_interval', args: [time, gap], type: time.type, nullable: true };
    const name = (value: string): BoundExpr => ({ kind: 'const', type: STRING, nullable: false, value });
    return [time, end, { kind: 'apply', fn: this.spec('named_struct'), name: 'named_struct', args: [name('start'), time, name('end'), end], type: column.type, nullable: false }];
  }

  /** `size(list) > 0` */
  isNotEmpty(list: BoundExpr, size: BoundExpr['type']): BoundExpr {
    const call: BoundExpr = { kind: 'apply', fn: this.spec('size'), name: 'size', args: [list], type: size, nullable: list.nullable };
    return this.predicate('>', [call, { kind: 'const', type: size, nullable: false, value: 0 }]);
  }

  /** The conjuncts of a filter, simplified: TRUE is none. */
  simplified(e: BoundExpr): readonly BoundExpr[] { return conjunctsOf(this.inwards(e)).filter((c) => c.kind !== 'const' || c.value !== true).flatMap((c) => this.factored(c)); }

  /** NOT pushed inwards, for a condition as a whole. */
  private inwards(e: BoundExpr): BoundExpr {
    const outer = nameOf(e);
    if (outer === 'and' || outer === 'or') {
      const args = argsOf(e).map((a) => this.inwards(a));
      return args.every((a, i) => a === argsOf(e)[i]) ? e : this.predicate(outer, args);
    }
    if (outer !== 'not') return e;
    const inner = argsOf(e)[0]!;
    const name = nameOf(inner);
    if (name === 'not') return this.inwards(argsOf(inner)[0]!);
    if (name === 'and' || name === 'or') return this.predicate(name === 'and' ? 'or' : 'and', argsOf(inner).map((a) => this.inwards(this.predicate('not', [a]))));
    const opposite = OPPOSITE.get(name);
    return opposite === undefined ? e : this.predicate(opposite, argsOf(inner));
  }

  /** `(a AND b) OR (a AND c)` is `a` and `b OR c`. */
  private factored(e: BoundExpr): readonly BoundExpr[] {
    const options = disjunctsOf(e).map((d) => conjunctsOf(d));
    if (options.length < 2) return [e];
    const common = options[0]!.filter((c) => options.every((o) => o.some((x) => sameExpr(x, c))));
    if (common.length === 0) return [e];
    const rests = options.map((o) => o.filter((c) => !common.some((x) => sameExpr(x, c))));
    return rests.some((r) => r.length === 0) ? common : [...common, this.or(rests.map((r) => this.and(r)!))];
  }

  /** An OR of ANDs as the ORs that each of its conjunctive forms implies: `(a AND b) OR (c AND d)` gives a OR c, a OR d, b OR c, b OR d. */
  implied(e: BoundExpr): readonly BoundExpr[] {
    const options = disjunctsOf(e).map((d) => conjunctsOf(d));
    if (options.length < 2 || options.reduce((n, o) => n * o.length, 1) > MAX_FORMS) return [];
    let forms: BoundExpr[][] = [[]];
    for (const option of options) forms = forms.flatMap((form) => option.map((c) => [...form, c]));
    return forms.map((form) => this.or(form));
  }
}
const OPPOSITE: ReadonlyMap<string, string> = new Map([['<', '>='], ['<=', '>'], ['>', '<='], ['>=', '<'], ['isnull', 'isnotnull'], ['isnotnull', 'isnull']]);
/** Spark's spark.sql.optimizer.maxCNFNodeCount. */
const MAX_FORMS = 128;
