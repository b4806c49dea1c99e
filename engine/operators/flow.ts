// One epoch of a physical plan as a sequence of steps: batches of each leaf are pushed along the edges, ports end in their declared
// order (a static side is exhausted before the other side is read), nodes finish in topological order. Emitting never recurses: what
// an operator emits waits on a stack, depth first, so that no more than one call's output is held per level.
//
// The generator runs synchronously; what only its driver can do it yields: a promise to be waited for (its value is sent back), a delta
// of the result to be handed on, or undefined as a place to breathe.

import { invariant } from '../../planner/errors/index.js';
import { type Delta, delta, type RecordBatch, rowCount } from '../columnar/column.js';
import { memoryStore } from '../state/memory.js';
import type { StateStore } from '../state/store.js';
import { RowLedger } from './ledger.js';
import type { Emit, EpochContext, Operator, PhysicalPlan, QueryIds } from './operator.js';

export type Feed = Iterable<RecordBatch> | AsyncIterable<RecordBatch>;
export interface FlowRun {
  readonly plan: PhysicalPlan;
  /** One for each node. */
  readonly operators: readonly Operator[];
  context(node: number): EpochContext;
  /** The batches of a leaf that reads a source or a given relation. Asked once a leaf, when its turn comes. */
  feed(node: number): Feed;
  /** Records of which a leaf's source could make no rows, once it has been fed. */
  refused?(node: number): number;
  /** Hold the operators' counts against the rows on the edges, at the end of the epoch. */
  readonly checked?: boolean;
}
export type FlowEvent = Delta | Promise<unknown> | undefined;

type Step = { readonly kind: 'feed' | 'finish'; readonly node: number } | { readonly kind: 'end'; readonly node: number; readonly port: number };

/** Leaves that are fed from outside: sources and given relations. */
const fedLeaves = (plan: PhysicalPlan): Set<number> => new Set([...plan.sources.map((s) => s.node), ...(plan.given ?? []).map((g) => g.node)]);

/** Depth first from the root: a port's whole subtree comes before the next port's. */
function schedule(plan: PhysicalPlan): readonly Step[] {
  const fed = fedLeaves(plan);
  const steps: Step[] = [];
  const stack: { node: number; port: number }[] = [{ node: plan.root, port: 0 }];
  while (stack.length > 0) {
    const top = stack.at(-1)!;
    const { inputs } = plan.nodes[top.node]!;
    if (top.port > 0) steps.push({ kind: 'end', node: top.node, port: top.port - 1 });
    if (top.port < inputs.length) { stack.push({ node: inputs[top.port++]!, port: 0 }); continue; }
    if (fed.has(top.node)) steps.push({ kind: 'feed', node: top.node });
    steps.push({ kind: 'finish', node: top.node });
    stack.pop();
  }
  return steps;
}

/** A delta on its way, or (`input` null) an operator that has more to say. */
interface Pending { readonly node: number; readonly port: number; readonly input: Delta | null }

export function* flow(run: FlowRun): Generator<FlowEvent, void, unknown> {
  const { plan, operators } = run;
  const contexts = plan.nodes.map((_, node) => run.context(node));
  const waiting: Pending[] = [];
  let fresh: Pending[] = [];
  const ledger = run.checked ? new RowLedger(operators) : undefined;
  const edge = (from: number, to: number, port: number): Emit => (input) => {
    if (ledger) ledger.emitted(from, input);
    if (rowCount(input) > 0) fresh.push({ node: to, port, input });
  };
  const emits: Emit[] = plan.nodes.map((_, node) => edge(node, -1, 0));
  plan.nodes.forEach((node, consumer) => {
    node.inputs.forEach((input, port) => {
      invariant(input < consumer, 'a physical plan is in topological order');
      emits[input] = edge(input, consumer, port);
    });
  });

  const consumers: ({ readonly node: number; readonly port: number } | undefined)[] = [];
  plan.nodes.forEach(({ inputs }, node) => { inputs.forEach((input, port) => { consumers[input] = { node, port }; }); });
  /** Whether what a node gives is of use to all that is above it. */
  const wanted = (from: number): boolean => {
    for (let at = consumers[from]; at !== undefined; at = consumers[at.node]) if (operators[at.node]!.wantsPort?.(at.port) === false) return false;
    return true;
  };

  function* drain(): Generator<FlowEvent, void, unknown> {
    for (;;) {
      if (fresh.length > 0) { for (let i = fresh.length - 1; i >= 0; i--) waiting.push(fresh[i]!); fresh = []; }
      const next = waiting.pop();
      if (next === undefined) return;
      const { node, input } = next;
      const operator = operators[node];
      if (operator === undefined) { yield input!; continue; }
      if (input === null) {
        if (contexts[node]!.final && !wanted(node)) continue;
        if (operator.more!(contexts[node]!, emits[node]!)) waiting.push(next);
        yield undefined;
        continue;
      }
      if (operator.prepare) yield operator.prepare(input, next.port);
      ledger?.given(plan, node, next.port, input);
      operator.process(input, next.port, contexts[node]!, emits[node]!);
      if (operator.more) waiting.push({ node, port: next.port, input: null });
    }
  }

  function* push(node: number, batch: RecordBatch): Generator<FlowEvent, void, unknown> {
    if (rowCount(batch) > 0) { ledger?.given(plan, node, 0, delta(batch)); operators[node]!.process(delta(batch), 0, contexts[node]!, emits[node]!); }
    yield* drain();
    yield undefined;
  }

  for (const step of schedule(plan)) {
    const operator = operators[step.node]!;
    const context = contexts[step.node]!;
    const emit = emits[step.node]!;
    if (step.kind === 'feed') {
      const feed = wanted(step.node) ? run.feed(step.node) : [];
      if (Symbol.iterator in feed) {
        for (const batch of feed) { yield* push(step.node, batch); if (!wanted(step.node)) break; }
      } else {
        const iterator = feed[Symbol.asyncIterator]();
        let ended = false;
        try {
          while (wanted(step.node)) {
            const next = (yield iterator.next()) as IteratorResult<RecordBatch>;
            if (next.done) { ended = true; break; }
            yield* push(step.node, next.value);
          }
        } finally { if (!ended) yield closed(iterator); }
      }
      const refused = run.refused?.(step.node) ?? 0;
      operator.counts.in += refused;
      operator.counts.rejected += refused;
      ledger?.refused(step.node, refused);
    } else if (step.kind === 'end') {
      operator.finishPort?.(step.port, context, emit);
      if (operator.more) waiting.push({ node: step.node, port: step.port, input: null });
      yield* drain();
    } else {
      // In a query of one epoch there is nothing that an operator would have to do for the next.
      const dispensable = context.final || plan.nodes[step.node]!.inputs.length === 0;
      if (!dispensable || wanted(step.node)) {
        for (const _ of operator.finish?.(context, emit) ?? []) { yield* drain(); yield undefined; if (dispensable && !wanted(step.node)) break; }
      }
      yield* drain();
    }
  }
  ledger?.close(plan);
}

/** A reader that is left early has closed what it holds; what it says to that is of no use: the epoch has failed already by something else, or has its rows. */
const closed = async (iterator: AsyncIterator<RecordBatch>): Promise<void> => { try { await iterator.return?.(); } catch { /* see above */ } };

/** The operators of a plan, one a node. `store`: of a node with a state id. @throws what making one raises, after closing those that were made */
export function createOperators(plan: PhysicalPlan, store: (node: number) => StateStore, query?: QueryIds): readonly Operator[] {
  const made: Operator[] = [];
  try { for (const [i, node] of plan.nodes.entries()) made.push(node.create({ store: store(i), ...(query && { query }) })); } catch (error) {
    closeOperators(made);
    throw error;
  }
  return made;
}
/** Closes all of them. What one raises in it is given back, the first of them: an epoch may have failed already, by something else. */
export function closeOperators(operators: readonly Operator[]): { readonly error: unknown } | undefined {
  let failed: { readonly error: unknown } | undefined;
  for (const operator of operators) try { operator.close?.(); } catch (error) { failed ??= { error }; }
  return failed;
}

/** Runs a bounded plan whose leaves are literal or given: sub-plans inside of operators. `given`: batches by loop. */
export function flowNow(plan: PhysicalPlan, given: ReadonlyMap<number, readonly RecordBatch[]>, surrounding: EpochContext): RecordBatch[] {
  invariant(plan.sources.length === 0, 'a sub-plan inside of an operator reads no source');
  const loops = new Map((plan.given ?? []).map((g) => [g.node, g.loop]));
  const context: EpochContext = { ...surrounding, final: true };
  const output: RecordBatch[] = [];
  for (const event of flow({ plan, operators: createOperators(plan, memoryStore), context: () => context, feed: (node) => given.get(loops.get(node)!) ?? [] })) {
    if (event === undefined) continue;
    invariant(!(event instanceof Promise), 'a sub-plan inside of an operator waits for nothing');
    output.push({ length: event.length, columns: event.columns, selection: event.selection });
  }
  return output;
}
