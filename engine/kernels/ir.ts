// From bound expressions to the IR. What is decided here: which body a call has, how NULL and laziness go, what is bound once and what
// each epoch. What is not: how rows are looped over.

import { EngineError, invariant, raise } from '../../planner/errors/index.js';
import type { BoundApply, BoundExpr, BoundUserCall, Call, Settings } from '../../planner/tree.js';
import { type DataType, isCollated, simpleName } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import type { BindContext, EpochInfo, Inline, RowFunction, ScalarFunction } from '../functions/define.js';
import type { Layout } from './evaluator.js';
import type { DerivedColumns } from './derived.js';
import type { Body, Callee, Node, NodeOf } from './node.js';
import { numericCast } from './numeric-cast.js';
import { Frame, rowEvaluator } from './rowwise.js';

/** Casts by type, from the layer above. Neither function is ever given NULL. */
export interface CastProvider {
  row(from: DataType, to: DataType, mode: 'ansi' | 'legacy' | 'try', settings: Settings): (value: Value) => Value;
  inline?(from: DataType, to: DataType, mode: 'ansi' | 'legacy' | 'try', settings: Settings): Inline | undefined;
}
/** Between values and what the closures of users see. Both take and give NULL as null. */
export interface UserConverter {
  toUser(type: DataType): (value: Value) => unknown;
  /** `where`: what the value is, for the error. */
  fromUser(type: DataType, where?: string): (value: unknown) => Value;
}
export interface Environment { readonly casts: CastProvider; readonly convert?: UserConverter | undefined }

/** Casts of these may give NULL in ANSI mode too: NaN as a decimal, the null inside of a variant. */
const NULL_SOURCES = new Set<DataType['kind']>(['float', 'double', 'variant', 'void']);
const UNIT_EPOCH: EpochInfo = { epoch: 0, timestampMillis: 0 };

const weigh = (args: readonly Node[]): number => 1 + args.reduce((n, a) => n + a.weight, 0);

/** @throws what the analyzer should have refused: kinds that are not scalar expressions. */
export function toIr(expr: BoundExpr, layout: Layout, settings: Settings, env: Environment, derived?: DerivedColumns): Node {
  const build = (e: BoundExpr): Node => {
    switch (e.kind) {
      case 'column': {
        const ordinal = layout.get(e.id);
        invariant(ordinal !== undefined, `column ${e.name}#${e.id} is in the layout`);
        return { op: 'column', type: e.type, source: e, weight: 1, total: true, ordinal };
      }
      case 'const': return { op: 'const', type: e.type, source: e, weight: 1, total: true, value: e.value };
      case 'variable': return { op: 'variable', type: e.type, source: e, weight: 1, total: true, id: e.id };
      case 'lambda': {
        const body = build(e.body);
        return { op: 'lambda', type: e.type, source: e, weight: body.weight + 1, total: body.total, params: e.params.map((p) => p.id), body };
      }
      case 'cast': return castNode(e, build(e.arg));
      case 'apply': return applyNode(e);
      case 'user_call': return call(e, userCallee(e, env), e.args.map(build), false);
      default: return invariant(false, `${e.kind} is not a scalar expression`) as never;
    }
  };
  const call = (e: BoundExpr, callee: Callee, args: readonly Node[], propagate: boolean, order: NodeOf<'call'>['order'] = 'all'): Node => ({
    op: 'call', type: e.type, source: e, weight: 2 + args.reduce((n, a) => n + a.weight, 0), callee, args, propagate, order,
    total: callee.inline?.total === true && args.every((a) => a.total),
  });
  const castNode = (e: Extract<BoundExpr, { kind: 'cast' }>, arg: Node): Node => {
    const from = e.arg.type;
    const plain = numericCast(from, e.type);
    const callee: Callee = {
      label: `cast_${from.kind}_${e.type.kind}`, perEpoch: false, mayBeNull: plain === undefined && (e.mode !== 'ansi' || NULL_SOURCES.has(from.kind) || e.type.kind === 'interval'),
      bind: plain ? () => plain.row : once(() => env.casts.row(from, e.type, e.mode, settings) as Body),
      inline: plain ? plain.inline : env.casts.inline?.(from, e.type, e.mode, settings),
    };
    return call(e, callee, [arg], true);
  };
  const applyNode = (e: BoundApply): Node => {
    const fn = e.fn as ScalarFunction;
    invariant(fn.kind === 'scalar', `${fn.name} is a scalar function`);
    const args = e.args.map(build);
    const [first] = args;
    const column = (ordinal: number): Node => ({ op: 'column', type: e.type, source: e, weight: 1, total: true, ordinal });
    if (fn.field && derived && first?.op === 'column') return column(derived.field(first.ordinal, fn.field(describe(e, fn, settings, env))));
    const texts = fn.overTexts && derived && first && columnOfTexts(first);
    if (texts !== undefined) {
      const read = fn.overTexts!(describe(e, fn, settings, env));
      if (read) return column(derived!.ofTexts(texts, call(e, scalarCallee(e, fn, settings, env), args, true), read));
    }
    switch (fn.lazy) {
      case 'branch': case 'first_non_null': return nested(fn.lazy, e, args);
      case 'and': case 'or': case 'try':
        return { op: fn.lazy as 'and', type: e.type, source: e, args, weight: weigh(args), total: fn.lazy === 'try' || args.every((a) => a.total) };
      case 'until_match': return { op: 'until_match', type: e.type, source: e, args, weight: weigh(args), total: args.every((a) => a.total),
        equals: fn.bind && isCollated(args[0]!.type) ? scalarCallee(e, fn, settings, env).bind(UNIT_EPOCH) as (a: Value, b: Value) => boolean : undefined };
      default: {
        const propagate = fn.nulls === 'propagate';
        if (fn.nullOnZero?.(describe(e, fn, settings, env))) args[1] = { ...call(e, NOT_ZERO, [args[1]!], true), type: args[1]!.type };
        const order = fn.lazy === 'right_then_left' ? 'backward' : propagate && fn.lazy !== 'all' && args.slice(1).some((a) => !a.total) ? 'forward' : 'all';
        const node = call(e, scalarCallee(e, fn, settings, env), args, propagate, order);
        return fn.assembles ? { ...node, assembles: fn.assembles(describe(e, fn, settings, env)) } as Node : node;
      }
    }
  };
  return build(expr);
}

const NESTED_ARGS = 32;
/** CASE and COALESCE; those of very many arguments as nested ones of few, so that functions of a bounded size can be made of them. */
function nested(op: 'branch' | 'first_non_null', e: BoundApply, args: readonly Node[]): Node {
  const shown = args.length <= 2 * NESTED_ARGS ? args : [...args.slice(0, NESTED_ARGS), nested(op, e, args.slice(NESTED_ARGS))];
  return { op, type: e.type, source: e, args: shown, weight: weigh(shown), total: shown.every((a) => a.total) };
}

/** The argument, NULL where it is zero. */
const NOT_ZERO: Callee = { label: 'not_zero', perEpoch: false, mayBeNull: true, inline: undefined, bind: () => (v) => v === 0 || v === 0n ? null : v as Value };

/** The ordinal of a column of strings, or of binaries that are taken for strings. */
function columnOfTexts(node: Node): number | undefined {
  const { source } = node;
  const inner = node.op === 'call' && source.kind === 'cast' && source.type.kind === 'string' && source.arg.type.kind === 'binary' ? node.args[0]! : node;
  return inner.op === 'column' && (inner !== node || inner.type.kind === 'string') ? inner.ordinal : undefined;
}

const describe = (e: BoundApply, fn: ScalarFunction, settings: Settings, env: Environment): Call => ({
  fn, name: e.name, args: e.args, types: e.args.map((a) => a.type), type: e.type, settings, span: e.span,
  constant: (index) => { const arg = e.args[index]; return arg && foldable(arg, settings, env); },
});

function scalarCallee(e: BoundApply, fn: ScalarFunction, settings: Settings, env: Environment): Callee {
  const bound = describe(e, fn, settings, env);
  const perEpoch = fn.perEpoch === true || fn.deterministic === false;
  invariant(fn.bind, `${fn.name} has a body`);
  const bind = (epoch: EpochInfo): RowFunction => fn.bind!(bound, { settings, epoch } satisfies BindContext);
  return { label: fn.name, perEpoch, mayBeNull: fn.nullable ? fn.nullable({ ...bound, args: e.args.map((a) => ({ ...a, nullable: false })) }) : fn.nulls === 'custom',
    bind: perEpoch ? (epoch) => safely(() => bind(epoch) as Body) : once(() => bind(UNIT_EPOCH) as Body),
    inline: fn.inline?.(bound) };
}

/** Bound at the first call; what binding raises is raised for an active row only. */
function once(bind: () => Body): () => Body {
  let body: Body | undefined;
  return () => { body ??= safely(bind); return body; };
}
function safely(bind: () => Body): Body {
  try { return bind(); }
  catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return () => { throw error; };
  }
}

function userCallee(e: BoundUserCall, env: Environment): Callee {
  const bind = (): Body => {
    const { convert } = env;
    const to = e.args.map((a) => convert ? convert.toUser(a.type) : (v: Value): unknown => v);
    const from = convert ? convert.fromUser(e.fn.type, `the result of \`${e.fn.name}\``) : (v: unknown): Value => v as Value;
    const invoke = e.fn.call as (...args: readonly unknown[]) => unknown;
    return (...args) => {
      let result: unknown;
      try { result = invoke(...args.map((a, i) => to[i]!(a as Value))); }
      catch (error) {
        if (error instanceof EngineError) throw error;
        raise('FAILED_EXECUTE_UDF', { functionName: `\`${e.fn.name}\``, signature: e.args.map((a) => simpleName(a.type)).join(', '), result: simpleName(e.type),
          reason: error instanceof Error ? error.message : String(error) }, { cause: error });
      }
      return from(result);
    };
  };
  return { label: 'user', bind: once(bind), perEpoch: false, inline: undefined, mayBeNull: true };
}

/** The value of an argument that needs no row; undefined if it has none, or if computing it raises. */
function foldable(arg: BoundExpr, settings: Settings, env: Environment): Value | undefined {
  if (arg.kind === 'const') return arg.value;
  const node = constantNode(arg, settings, env);
  if (!node) return undefined;
  try { return rowEvaluator(node, new Frame())(0); }
  catch (error) {
    if (error instanceof EngineError) return undefined;
    throw error;
  }
}
function constantNode(arg: BoundExpr, settings: Settings, env: Environment): Node | undefined {
  const closed = (e: BoundExpr): boolean => {
    switch (e.kind) {
      case 'const': case 'variable': return true;
      case 'cast': return closed(e.arg);
      case 'lambda': return closed(e.body);
      case 'apply': return e.fn.deterministic !== false && !e.fn.perEpoch && e.args.every(closed);
      default: return false;
    }
  };
  return closed(arg) ? toIr(arg, new Map(), settings, env) : undefined;
}
