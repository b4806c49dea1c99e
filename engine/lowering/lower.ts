// From a bound logical plan to a physical one: nodes in topological order over ordinals, each with what creates its operator. Nothing is
// decided here that changes an answer: emission, state ids and watermark names come from the planner's passes.
//
// Subqueries that are left in expressions must have been replaced by their values before (engine/runtime/static.ts).

import { invariant } from '../../planner/errors/index.js';
import { callOf } from '../../planner/expr/print.js';
import { byId, freeColumns, replaceInPlan } from '../../planner/plan/columns.js';
import { planDetail } from '../../planner/plan/print.js';
import { changesOf, isSnapshot, isStreaming, outputOf } from '../../planner/plan/properties.js';
import { children, mapChildren, visit } from '../../planner/plan/walk.js';
import type { BoundAggregate, BoundApply, BoundExpr, BoundFrameBound, BoundGenerator, Call, LogicalPlan, NamedWindow, OutputColumn, PlanKind, PlanOf, Settings, TopRows } from '../../planner/tree.js';
import type { DataType } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import { zoneOf } from '../formats/zone.js';
import { accumulatorOf } from '../functions/aggregate/object.js';
import type { AggregateFunction, GeneratorFunction, WindowFunction } from '../functions/define.js';
import type { UserConverter } from '../kernels/compiler.js';
import type { Compiler, Projection } from '../kernels/evaluator.js';
import { aggregateNode } from '../operators/aggregate.js';
import { changelogColumns, changelogOperator } from '../operators/changelog.js';
import { countingJoinNode } from '../operators/counting-join.js';
import { deduplicateNode } from '../operators/deduplicate.js';
import { deduplicateChangesNode } from '../operators/deduplicate-changes.js';
import { dependentJoinOperator } from '../operators/dependent-join.js';
import { filterOperator } from '../operators/filter.js';
import { flowNow } from '../operators/flow.js';
import { generateOperator, type GenerateSpec } from '../operators/generate.js';
import { groupStateNode } from '../operators/group-state.js';
import { joinOperator, type JoinSpec } from '../operators/join.js';
import { limitNode } from '../operators/limit.js';
import { mapRowsOperator } from '../operators/map-rows.js';
import { consolidateOperator, materializeNode } from '../operators/net-changes.js';
import type { Changes, PhysicalNode, PhysicalPlan } from '../operators/operator.js';
import { expandOperator, projectOperator } from '../operators/project.js';
import { recursiveOperator } from '../operators/recursive.js';
import { sampleOperator } from '../operators/sample.js';
import { setOperationNode } from '../operators/set-operation.js';
import { sortOperator } from '../operators/sort.js';
import { streamJoinNode } from '../operators/stream-join.js';
import { timeWindowOperator } from '../operators/time-window.js';
import { aggregateCall, constantValue, layoutOf, type LoweringTools, type NodeInput } from '../operators/tools.js';
import { timeOrderedWindowNode } from '../operators/time-ordered-window.js';
import { unionOperator, unionWithTablesNode } from '../operators/union.js';
import { rangeOperator, scanOperator, valuesOperator } from '../operators/values.js';
import { watermarkOperator } from '../operators/watermark.js';
import { streamWindowNode } from '../operators/stream-window.js';
import { type WindowCall, windowOperator, type WindowSpec } from '../operators/window.js';
import type { FrameSide } from '../operators/window-frame.js';
import { splitCondition } from './join.js';

export interface LowerOptions {
  readonly settings: Settings;
  readonly compiler: Compiler;
  /** Needed for typed closures only. */
  readonly convert?: UserConverter;
  /** The result of a stream is wanted as a changelog: with the rows that it takes back, and the column `op`. */
  readonly changelog?: boolean;
}

export function lower(plan: LogicalPlan, options: LowerOptions): PhysicalPlan {
  const changelog = options.changelog === true && isStreaming(plan);
  const lowering = new Lowering(options, plan, changelog);
  const root = changelog ? lowering.changelog(plan) : lowering.top(plan);
  return { nodes: lowering.nodes, root, sources: lowering.sources, given: lowering.given, output: lowering.nodes[root]!.output };
}

const INSERT: readonly Changes[] = ['insert'];
/** spark.sql.cteRecursionLevelLimit */
const LEVEL_MAX = 100;

const STATEFUL: ReadonlySet<PlanKind> = new Set<PlanKind>(['aggregate', 'deduplicate', 'limit', 'set_operation', 'materialize']);
/** Whether the plan may put a row in and take it out again within one epoch: a join over changes of both sides, with no state above. */
function wavers(plan: LogicalPlan): boolean {
  if (!isStreaming(plan) || STATEFUL.has(plan.kind)) return false;
  return plan.kind === 'join' && plan.emission === 'on_touch' ? true : children(plan).some(wavers);
}

/** Nodes whose user needs the old rows of an update too: a stateful operator, or a sink that takes the `changelog`. Spark takes nothing back:
 *  what stands above an aggregate (which it allows with its checks off only) gets the new rows as further ones. */
function retractingNodes(plan: LogicalPlan, changelog: boolean, compatSpark: boolean): ReadonlySet<LogicalPlan> {
  const found = new Set<LogicalPlan>();
  const visit = (node: LogicalPlan, wanted: boolean): void => {
    if (wanted) found.add(node);
    const stateful = STATEFUL.has(node.kind) || ((node.kind === 'join' || node.kind === 'window') && node.emission !== undefined);
    for (const input of children(node)) if (isStreaming(input)) visit(input, wanted || (stateful && !compatSpark));
  };
  visit(plan, changelog);
  return found;
}

type NodeFields = Omit<PhysicalNode, 'output' | 'detail' | 'inputs' | 'ports'> & { readonly ports?: readonly Changes[]; readonly output?: readonly OutputColumn[] };

const RANKS: ReadonlySet<string> = new Set<TopRows['rank']>(['row_number', 'rank', 'dense_rank']);
const typesOf = (columns: readonly OutputColumn[]): readonly DataType[] => columns.map((c) => c.type);
const conditionsOf = (plan: PlanOf<'join'>): readonly BoundExpr[] => plan.condition ? [plan.condition] : [];
/** Numbers of the relations that operators give to their sub-plans; below those of the analyzer's loops. */
let nextGiven = -1;

class Lowering {
  readonly nodes: PhysicalNode[] = [];
  readonly sources: { readonly node: number; readonly scan: PlanOf<'scan'> }[] = [];
  readonly given: { readonly node: number; readonly loop: number }[] = [];
  private readonly options: LowerOptions;
  private readonly tools: LoweringTools;
  private readonly retracting: ReadonlySet<LogicalPlan>;
  constructor(options: LowerOptions, root: LogicalPlan, changelog: boolean) { this.retracting = retractingNodes(root, changelog, options.settings.compatSpark); this.options = options; this.tools = { compiler: options.compiler, settings: options.settings, detail: planDetail }; }

  /** Lowers the inputs, then adds the node: its index. */
  private add(plan: LogicalPlan, inputs: readonly LogicalPlan[], fields: NodeFields): number {
    const indices = inputs.map((input) => this.node(input));
    return this.push({ output: outputOf(plan), detail: planDetail(plan), ports: indices.map(() => 'retract' as const), ...fields, inputs: indices });
  }
  private push(node: PhysicalNode): number { return this.nodes.push(node) - 1; }
  private input(plan: LogicalPlan): NodeInput { return { output: outputOf(plan), index: this.node(plan) }; }
  private projectionOver(exprs: readonly BoundExpr[], columns: readonly OutputColumn[]): Projection {
    return this.options.compiler.projection(exprs, layoutOf(columns), this.options.settings);
  }
  private projection(exprs: readonly BoundExpr[], input: LogicalPlan): Projection { return this.projectionOver(exprs, outputOf(input)); }

  private call(node: BoundApply | BoundGenerator): Call {
    const constants = node.args.map((a) => constantValue(a, this.tools));
    return { ...callOf(node, this.options.settings), constant: (i) => constants[i] };
  }

  /** The plan for a sink, which is told what an epoch changes in the end. */
  top(plan: LogicalPlan): number {
    const index = this.node(plan);
    const types = typesOf(outputOf(plan));
    return wavers(plan) ? this.push({ name: 'consolidate', inputs: [index], output: outputOf(plan), ports: ['retract'], detail: '', create: () => consolidateOperator(types) }) : index;
  }
  changelog(plan: LogicalPlan): number {
    const columns = outputOf(plan);
    return this.push({ name: 'changelog', inputs: [this.top(plan)], output: changelogColumns(columns), ports: ['retract'], detail: '', create: changelogOperator });
  }

  node(plan: LogicalPlan): number {
    const { compiler, settings, convert } = this.options;
    switch (plan.kind) {
      case 'scan': {
        const node = this.add(plan, [], { name: 'scan', create: scanOperator });
        this.sources.push({ node, scan: plan });
        return node;
      }
      case 'recursive_ref': {
        const node = this.add(plan, [], { name: 'given', create: scanOperator });
        this.given.push({ node, loop: plan.loop });
        return node;
      }
      case 'values': return this.add(plan, [], { name: 'values', create: () => valuesOperator(plan.columns, plan.rows) });
      case 'range': return this.add(plan, [], { name: 'range', create: () => rangeOperator(plan.start, plan.step, plan.count) });
      case 'project': {
        const projection = this.projection(plan.items.map((i) => i.expr), plan.input);
        return this.add(plan, [plan.input], { name: 'project', create: () => projectOperator(projection) });
      }
      case 'filter': {
        const predicate = compiler.predicate(plan.predicate, layoutOf(outputOf(plan.input)), settings);
        return this.add(plan, [plan.input], { name: 'filter', create: () => filterOperator(predicate) });
      }
      case 'expand': {
        const projections = plan.projections.map((p) => this.projection(p, plan.input));
        return this.add(plan, [plan.input], { name: 'expand', create: () => expandOperator(projections) });
      }
      case 'time_window': {
        const time = this.projection([plan.time], plan.input);
        return this.add(plan, [plan.input], { name: 'time_window', create: () => timeWindowOperator(time, plan) });
      }
      case 'watermark': return this.watermark(plan);
      case 'union':
        if (plan.once) return this.push(unionWithTablesNode(plan, plan.inputs.map((input) => this.input(input)), this.tools));
        return this.add(plan, plan.inputs, { name: 'union', create: unionOperator });
      case 'sample': return this.add(plan, [plan.input], { name: 'sample', ports: INSERT, create: () => sampleOperator(plan) });
      case 'map_rows': {
        invariant(convert, 'typed closures need the session\'s conversion of values');
        return this.add(plan, [plan.input], { name: 'map_rows', create: () => mapRowsOperator({ ...plan, input: outputOf(plan.input), output: plan.columns }, convert) });
      }
      case 'group_state': {
        invariant(convert, 'typed closures need the session\'s conversion of values');
        return this.push(groupStateNode(plan, plan.initial && this.input(plan.initial), this.input(plan.input), this.tools, convert));
      }
      case 'join': return this.join(plan);
      case 'dependent_join': return this.dependentJoin(plan);
      case 'set_operation': return this.push(setOperationNode(plan, this.input(plan.left), this.input(plan.right), this.tools));
      case 'materialize': return this.push(materializeNode(plan, this.input(plan.input), this.tools));
      case 'sort': return this.sort(plan, null);
      case 'generate': return this.generate(plan);
      case 'window': return this.window(plan);
      case 'recursive': return this.recursive(plan);
      case 'write': return this.node(plan.input);
      case 'aggregate': return this.push(aggregateNode(plan, this.input(plan.input), this.tools, { retractions: this.retracting.has(plan) }));
      case 'limit': {
        // Only the rows that the limit takes need to be kept while sorting.
        const input = plan.input.kind === 'sort' && plan.limit !== null ? { output: outputOf(plan.input), index: this.sort(plan.input, plan.limit + plan.offset) } : this.input(plan.input);
        return this.push(limitNode(plan, input, this.tools));
      }
      case 'deduplicate': {
        const node = changesOf(plan.input) === 'insert' || isSnapshot(plan.input) || settings.compatSpark ? deduplicateNode : deduplicateChangesNode;
        return this.push(node(plan, this.input(plan.input), this.tools));
      }
    }
  }

  private watermark(plan: PlanOf<'watermark'>): number {
    if (!isStreaming(plan)) return this.node(plan.input);
    const ordinal = layoutOf(outputOf(plan.input)).get(plan.column);
    invariant(ordinal !== undefined, 'the watermark column is in the input');
    const nodeId = plan.nodeId ?? String(this.nodes.length);
    return this.add(plan, [plan.input], {
      name: 'watermark', watermark: { nodeId, delayMillis: plan.delayMillis, idleMillis: plan.idleMillis }, create: () => watermarkOperator(ordinal, plan.futureSkewMillis, this.tools.settings.compatSpark),
      ...(plan.futureSkewMillis !== undefined && { ports: INSERT }),
      outputWatermark: (_inputs, global) => global,
    });
  }

  private sort(plan: PlanOf<'sort'>, first: number | null): number {
    const spec = { types: typesOf(outputOf(plan.input)), keys: this.projection(plan.order.map((o) => o.expr), plan.input), order: plan.order, first };
    return this.add(plan, [plan.input], { name: first === null ? 'sort' : 'top_k', ports: INSERT, create: () => sortOperator(spec) });
  }

  private join(plan: PlanOf<'join'>): number {
    const { left, right, type } = plan;
    if (plan.emission === 'on_close') return this.push(streamJoinNode(plan, this.input(left), this.input(right), this.tools));
    const { equalities, rest } = splitCondition(plan.condition, left, right);
    if (plan.emission === 'on_touch') {
      const residual = this.residual(plan.nullAware ? conditionsOf(plan) : rest, [...outputOf(left), ...outputOf(right)]);
      return this.push(countingJoinNode(plan, this.input(left), this.input(right), { equalities, residual }, this.tools));
    }
    const whole = isSnapshot(plan);
    const buildLeft = whole ? type === 'right' : isStreaming(right) || (type === 'right' && !isStreaming(left));
    const [build, probe] = buildLeft ? [left, right] : [right, left];
    const keys = (side: 'left' | 'right', input: LogicalPlan): Projection => this.projection(equalities.map((e) => e[side]), input);
    const nullAware = plan.nullAware === true;
    const residual = nullAware ? conditionsOf(plan) : rest;
    const spec: JoinSpec = {
      type, buildLeft, nullAware, whole, span: plan.span,
      buildTypes: typesOf(outputOf(build)), probeTypes: typesOf(outputOf(probe)),
      buildKeys: keys(buildLeft ? 'left' : 'right', build), probeKeys: keys(buildLeft ? 'right' : 'left', probe),
      keyTypes: equalities.map((e) => e.left.type), nullSafe: equalities.map((e) => e.nullSafe),
      residual: this.residual(residual, [...outputOf(left), ...outputOf(right)]),
    };
    return this.add(plan, [build, probe], { name: `${equalities.length === 0 ? 'nested_loop' : 'hash'}_join`, ports: ['insert', type === 'full' ? 'insert' : 'retract'], create: () => joinOperator(spec) });
  }
  /** A conjunction as one boolean column. */
  private residual(parts: readonly BoundExpr[], columns: readonly OutputColumn[]): Projection | null {
    if (parts.length === 0) return null;
    if (parts.length === 1) return this.projectionOver(parts, columns);
    const tests = parts.map((p) => this.options.compiler.predicate(p, layoutOf(columns), this.options.settings));
    return (batch, epoch) => {
      let selection = batch.selection;
      for (const test of tests) selection = test({ ...batch, selection }, epoch);
      const values = new Uint8Array(batch.length);
      if (selection === null) values.fill(1);
      else for (const i of selection) values[i] = 1;
      return [{ type: { kind: 'boolean' }, length: batch.length, validity: null, values, start: null, end: null, children: [] }];
    };
  }

  /** The plan with its largest parts that fulfil `independent` given from outside, and those parts. */
  private separate(plan: LogicalPlan, independent: (plan: LogicalPlan) => boolean): { readonly plan: LogicalPlan; readonly parts: readonly { readonly loop: number; readonly plan: LogicalPlan }[] } {
    const parts: { loop: number; plan: LogicalPlan }[] = [];
    const walk = (node: LogicalPlan): LogicalPlan => {
      if (node.kind === 'values' || node.kind === 'range' || !independent(node)) return mapChildren(node, walk);
      const loop = nextGiven--;
      parts.push({ loop, plan: node });
      return { kind: 'recursive_ref', loop, columns: outputOf(node) };
    };
    return { plan: walk(plan), parts };
  }

  private dependentJoin(plan: PlanOf<'dependent_join'>): number {
    const { left, right, outer, type } = plan;
    const inner = this.separate(right, (node) => freeColumns(node).length === 0);
    const ids = [...new Map(outer.map((c) => [c.id, c])).values()];
    const number = (id: number): OutputColumn => ({ id, name: 'tuple', type: { kind: 'int' }, nullable: false });
    const columns = [...outputOf(left), number(-1), ...outputOf(right), number(-2)];
    const spec = {
      type, nullAware: plan.nullAware === true, span: plan.span, residual: this.residual(plan.condition ? [plan.condition] : [], columns),
      outer: this.projection(ids.map(({ outer: _, ...c }): BoundExpr => c), left), outerTypes: ids.map((c) => c.type),
      leftTypes: typesOf(outputOf(left)), rightTypes: typesOf(outputOf(right)), loops: inner.parts.map((p) => p.loop),
      run: (tuple: readonly Value[], given: Parameters<typeof flowNow>[1], context: Parameters<typeof flowNow>[2]) => {
        const values = new Map(ids.map((c, i): [number, BoundExpr] => [c.id, { kind: 'const', value: tuple[i]!, type: c.type, nullable: c.nullable }]));
        return flowNow(lower(replaceInPlan(inner.plan, byId(values)), this.options), given, context);
      },
    };
    return this.add(plan, [...inner.parts.map((p) => p.plan), left], { name: 'dependent_join', create: () => dependentJoinOperator(spec) });
  }

  private recursive(plan: PlanOf<'recursive'>): number {
    const depends = (node: LogicalPlan): boolean => {
      let found = false;
      visit(node, (n) => { if (n.kind === 'recursive_ref' && n.loop === plan.loop) found = true; });
      return found;
    };
    const step = this.separate(plan.step, (node) => !depends(node));
    const physical = lower(step.plan, this.options);
    const limit = Number(this.options.settings.conf.get('spark.sql.cteRecursionLevelLimit') ?? LEVEL_MAX);
    const spec = {
      types: typesOf(plan.columns), loop: plan.loop, distinct: plan.distinct, limit: plan.limit, levelMax: plan.levelMax ?? limit, span: plan.span,
      parts: step.parts.map((p) => ({ loop: p.loop, types: typesOf(outputOf(p.plan)) })),
      step: (given: Parameters<typeof flowNow>[1], context: Parameters<typeof flowNow>[2]) => flowNow(physical, given, context),
    };
    return this.add(plan, [plan.anchor, ...step.parts.map((p) => p.plan)], { name: 'recursive', ports: [plan.anchor, ...step.parts].map(() => 'insert' as const), create: () => recursiveOperator(spec) });
  }

  private generate(plan: PlanOf<'generate'>): number {
    const { generator } = plan;
    const fn = generator.fn as GeneratorFunction;
    const args = this.projection(generator.args, plan.input);
    const offsets = /^(pos)?explode(_outer)?$/.exec(fn.name);
    const kind = generator.args[0]?.type.kind;
    const body: GenerateSpec['body'] = offsets && (kind === 'array' || kind === 'map') ? { kind: 'offsets', position: offsets[1] !== undefined }
      : { kind: 'rows', rows: fn.rows(this.call(generator)) as (...args: Value[]) => readonly (readonly Value[])[] };
    const spec: GenerateSpec = { args, outer: plan.outer || fn.outer === true, types: typesOf(plan.columns), body };
    return this.add(plan, [plan.input], { name: 'generate', create: () => generateOperator(spec) });
  }

  private window(plan: PlanOf<'window'>): number {
    const { input } = plan;
    const spec: WindowSpec = {
      types: typesOf(outputOf(input)), top: plan.top ?? null, partitions: plan.partitionBy.length, order: plan.orderBy,
      partitionBy: this.projection(plan.partitionBy, input), orderBy: this.projection(plan.orderBy.map((o) => o.expr), input),
      functions: plan.functions.map((f) => this.windowCall(f, input)), zone: zoneOf(this.options.settings.timeZone),
    };
    if (plan.byRow) return this.push(timeOrderedWindowNode(plan, spec, this.input(input), this.tools));
    if (plan.emission !== undefined) return this.push(streamWindowNode(plan, spec, this.input(input), this.tools, this.retracting.has(plan)));
    return this.add(plan, [input], { name: 'window', ports: INSERT, create: () => windowOperator(spec) });
  }
  private windowCall({ window }: NamedWindow, input: LogicalPlan): WindowCall {
    const { fn, frame } = window;
    const side = ({ kind, offset }: BoundFrameBound): FrameSide => ({ kind, offset: offset ? constantValue(offset, this.tools) ?? null : null });
    return {
      type: window.type, span: fn.span, args: this.projection([...fn.args, ...(fn.kind === 'aggregate' ? fn.orderBy ?? [] : []).map((o) => o.expr)], input),
      frame: { unit: frame.unit, start: side(frame.start), end: side(frame.end), offsetTypes: [frame.start.offset?.type, frame.end.offset?.type] },
      body: fn.kind === 'aggregate' ? this.frameAggregate(fn, input) : RANKS.has(fn.fn.name) ? { kind: 'rank', rank: fn.fn.name as TopRows['rank'] }
        : { kind: 'window', evaluate: (fn.fn as WindowFunction).evaluate({ ...this.call(fn), ignoreNulls: window.ignoreNulls === true }) },
    };
  }
  private frameAggregate(node: BoundAggregate, input: LogicalPlan): WindowCall['body'] {
    const call = aggregateCall(node, false, this.tools);
    const { exactParts } = node.fn as AggregateFunction;
    return {
      kind: 'aggregate', accumulator: () => accumulatorOf(call), exactParts: (args) => exactParts?.(call, args) === true,
      filter: node.filter ? this.projection([node.filter], input) : null,
    };
  }
}
