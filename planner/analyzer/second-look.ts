// Which of two faults is told. Spark's rules raise some faults while they resolve the plan; columns that are missing and types that do not
// fit are told by the check at the end, of the lowest node. The binder does all in one pass. So when it has met a fault of the check, the plan
// is bound once more, leniently: what has such a fault stays unresolved, names above it too, and the first fault of a rule beside it wins.
// source: Spark's Analyzer (batch Resolution) before CheckAnalysis; rules wait for `resolved` children, and ResolveReferences for a resolved child plan.

import { EngineError } from '../errors/index.js';
import type { ConditionName } from '../errors/index.js';

const oneOf = (...beginnings: readonly string[]) => (condition: ConditionName): boolean => beginnings.some((b) => condition.startsWith(b));
/** Faults that rules raise once what they look at is resolved, in the order of the rules, each of which looks at the whole plan. */
const RULES = [
  oneOf('AMBIGUOUS_REFERENCE', 'FIELD_NOT_FOUND', 'INVALID_EXTRACT_BASE_FIELD_TYPE', 'INVALID_EXTRACT_FIELD_TYPE'),
  oneOf(
    'WRONG_NUM_ARGS', 'INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX', 'INVALID_WITHIN_GROUP_EXPRESSION.WITHIN_GROUP_MISSING', 'INVALID_WITHIN_GROUP_EXPRESSION.WRONG_NUM_ORDERINGS',
    'INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION',
  ),
  oneOf(
    'INVALID_LAMBDA_FUNCTION_CALL', 'UDTF_ALIAS_NUMBER_MISMATCH', 'STAR_GROUP_BY_POS', 'ORDER_BY_POS_OUT_OF_RANGE', 'GROUP_BY_POS_OUT_OF_RANGE', 'WINDOW_FUNCTION_FRAME_NOT_ORDERED',
    'UNSUPPORTED_GENERATOR.OUTSIDE_SELECT',
  ),
  oneOf('_LEGACY_ERROR_TEMP_1036'),
];
const rankOf = (condition: ConditionName): number => RULES.findIndex((rule) => rule(condition));
/** Those of names, which are resolved before functions are made of calls: not so a field of what a function gives. */
export const isOfNames = ({ condition, span, focus }: EngineError): boolean => {
  const shown = focus ?? span;
  return rankOf(condition) === 0 && !(shown && /\w\s*\(/.test(shown.text.slice(shown.start, shown.stop)));
};
export const isOfRules = (condition: ConditionName): boolean => rankOf(condition) >= 0;
/** Those of them that are raised whatever is below: what is written is enough. */
const isOfWriting = oneOf('WINDOW_FUNCTION_FRAME_NOT_ORDERED', 'UNSUPPORTED_GENERATOR.OUTSIDE_SELECT', 'WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE');
/** Those that the check tells of what is resolved. */
export const isOfTheResolved = oneOf(
  'NESTED_AGGREGATE_FUNCTION', 'WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE', 'UNSUPPORTED_GROUPING_EXPRESSION', 'INVALID_SUBQUERY_EXPRESSION', 'DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN',
  'INVALID_WHERE_CONDITION', 'MISSING_', 'UNSUPPORTED_EXPR_FOR_OPERATOR', 'QUALIFY_',
);
/** A window function in another's place is refused by a rule; in an aggregate function by the check. */
const isInAggregate = ({ parameters }: EngineError): boolean => parameters['clauseName'] === 'aggregate function';

/** A lenient pass. */
export class SecondLook {
  /** How many uses of unresolved expressions and plans there are so far. */
  unresolved = 0;
  private readonly unknown = new WeakSet<object>();
  private found: EngineError | undefined;

  /** What `bind` gives, or `instead` where it has a fault. */
  run<R>(bind: () => R, instead: () => R): R {
    const before = this.unresolved;
    try { return bind(); } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if ((isOfWriting(error.condition) && !isInAggregate(error)) || (isOfRules(error.condition) && this.unresolved === before)) {
        if (!this.found || comesBefore(error, this.found)) this.found = error;
      }
      if (!isOfTheResolved(error.condition)) this.unresolved++;
      return instead();
    }
  }

  /** No name finds these columns from now on, if something below them became unresolved since `before`. */
  hide(columns: object, before: number): void { if (this.unresolved > before) this.unknown.add(columns); }
  hides(columns: object): boolean { return this.unknown.has(columns); }

  /** The fault of a rule that comes before `met`, of those that `analyze` finds. */
  faultBefore(met: EngineError, analyze: () => unknown): EngineError | undefined {
    // What stops the pass has been met before; what it has found up to there counts.
    try { analyze(); } catch { /* as said */ }
    return this.found && comesBefore(this.found, met) ? this.found : undefined;
  }
}

function comesBefore(a: EngineError, b: EngineError): boolean {
  const [first, second] = [rankOf(a.condition), rankOf(b.condition)];
  return !isOfRules(b.condition) || (first >= 0 && first < second);
}
