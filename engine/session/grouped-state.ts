// groupByKey: rows by the key that a closure gives them, and what can be done with each key's rows. count and reduceGroups are aggregates like
// those of groupBy; the others hand the rows of a key to a closure or a processor (engine/operators/group-state.ts).
//
// source: Spark's KeyValueGroupedDataset. Types are erased at run time: keys and states of no declared type are kept as JavaScript values,
// results of no declared schema are text.

import { EngineError, raise } from '../../planner/errors/index.js';
import { parseTypeOrFields } from '../../planner/sql/index.js';
import type { GroupCall, RowClosure, UnresolvedPlan } from '../../planner/tree.js';
import { type DataType, field, STRING, struct } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import { type AggregateFunction, aggregate } from '../functions/define.js';
import { objectAccumulator } from '../functions/aggregate/object.js';
import { encodeText } from '../operators/group-values.js';
import { ANY, checked, FUNCTION, type Kind, NAME, OBJECT, type Signature } from './checked.js';
import { call, literal, nameExpr } from './column.js';
import type { Converter } from './convert.js';
import { readSchema } from './schema.js';
import { processorFace } from './stateful-processor.js';

type Closure = (...args: never[]) => unknown;
interface StateOptions { readonly timeout?: string; readonly state?: string; readonly output?: string; readonly outputMode?: string; readonly initialState?: object }
interface TransformOptions { readonly timeMode?: string; readonly outputMode?: string; readonly output?: string; readonly eventTimeColumn?: string; readonly initialState?: object }

/** Rows under a key. F: the frames that its methods make. */
export interface KeyedRows<F> {
  readonly input: UnresolvedPlan;
  readonly typed: boolean;
  readonly convert: Converter;
  readonly key: RowClosure;
  readonly keyType?: DataType;
  /** mapValues */
  readonly value?: { readonly fn: RowClosure; readonly type: DataType };
  make(plan: UnresolvedPlan, bare: boolean): F;
}

export class KeyedFrame<F> {
  private readonly rows: KeyedRows<F>;
  constructor(rows: KeyedRows<F>) { this.rows = rows; }

  mapValues(fn: RowClosure, type?: string): KeyedFrame<F> {
    const before = this.rows.value?.fn as ((row: unknown) => unknown) | undefined;
    const after = fn as (row: unknown) => unknown;
    return new KeyedFrame({ ...this.rows, value: { fn: before === undefined ? fn : (row: unknown) => after(before(row)), type: type === undefined ? STRING : parseTypeOrFields(type) } });
  }

  count(): F {
    const { input, typed } = this.rows;
    const key = this.rows.key as (row: unknown) => unknown;
    const keyed: UnresolvedPlan = {
      kind: 'map_rows', input, mode: 'map', fn: (row: unknown) => ({ key: key(row) }), schema: [field('key', this.rows.keyType ?? STRING)], ...(typed && { typed: true as const }),
    };
    return this.aggregated(keyed, call('count', literal(1)).expr);
  }
  reduceGroups(fn: Closure): F {
    const { input, typed, key, keyType, value } = this.rows;
    const keyed: UnresolvedPlan = { kind: 'key_rows', input, key, keyType: keyType ?? STRING, ...(value && { value }), ...(typed && { typed: true as const }) };
    const args = [nameExpr('value'), nameExpr('key')].map((e) => ({ value: e }));
    return this.aggregated(keyed, { kind: 'alias', names: ['value'], arg: { kind: 'call', name: ['reduce_groups'], spec: reduceFunction(fn, this.rows.convert), args } });
  }
  private aggregated(from: UnresolvedPlan, item: Extract<UnresolvedPlan, { kind: 'select' }>['items'][number]): F {
    return this.rows.make({ kind: 'select', from, items: [item], groupBy: { kind: 'list', keys: [nameExpr('key')] }, keysFirst: true }, false);
  }

  mapGroups(fn: Closure, output?: string): F { return this.called({ operation: 'map_groups', fn, time: 'none', mode: 'append' }, output); }
  flatMapGroups(fn: Closure, output?: string): F { return this.called({ operation: 'flat_map_groups', fn, time: 'none', mode: 'append' }, output); }
  mapGroupsWithState(fn: Closure, options: StateOptions = {}): F { return this.withState('map_groups_with_state', fn, { ...options, outputMode: 'update' }); }
  flatMapGroupsWithState(fn: Closure, options: StateOptions = {}): F { return this.withState('flat_map_groups_with_state', fn, options); }
  private withState(operation: GroupCall['operation'], fn: Closure, { timeout, state, output, outputMode, initialState }: StateOptions): F {
    return this.called({
      operation, fn, time: timeOf('timeout', timeout), mode: modeOf(outputMode), ...(state !== undefined && { stateType: parseTypeOrFields(state) }),
    }, output, initialState);
  }
  transformWithState(processor: object, { timeMode, outputMode = 'append', output, eventTimeColumn, initialState }: TransformOptions = {}): F {
    const time = eventTimeColumn !== undefined && timeMode === undefined ? 'event_time' : timeOf('timeMode', timeMode);
    const face = processorFace(processor);
    if (initialState !== undefined && !face.handleInitialState) raise('INVALID_USER_VALUE', { where: 'transformWithState', value: 'StatefulProcessor', type: 'StatefulProcessorWithInitialState' });
    return this.called({
      operation: 'transform_with_state', fn: () => face, time, mode: modeOf(outputMode), ...(eventTimeColumn !== undefined && { eventTime: eventTimeColumn }),
    }, output, initialState);
  }

  private called(how: Omit<GroupCall, 'key' | 'keyType' | 'value'>, output: string | undefined, initialState?: object): F {
    const { input, typed, key, keyType, value } = this.rows;
    const initial = initialState === undefined ? undefined : initialState instanceof KeyedFrame ? (initialState as KeyedFrame<F>).rows
      : raise('INVALID_USER_VALUE', { where: 'initialState', value: typeof initialState, type: 'result of groupByKey' });
    const schema = output === undefined ? [field('value', STRING)] : readSchema(output);
    const group: GroupCall = { ...how, key, ...(keyType && { keyType }), ...(value && { value: value.fn }), ...(initial && { initial: { key: initial.key, ...(initial.value && { value: initial.value.fn }) } }) };
    const states = initial && { initial: initial.input, ...(initial.typed && { initialTyped: true as const }) };
    return this.rows.make({ kind: 'group_state', input, call: group, schema, ...states, ...(typed && { typed: true as const }) }, output === undefined);
  }
}

const OPTIONS: Kind = { expected: 'an object of options', holds: OBJECT.holds };
const withState: Signature = [['fn', FUNCTION], ['options', OPTIONS, 'optional']];
const closure: Signature = [['fn', FUNCTION], ['output', ANY, 'optional']];
checked(KeyedFrame.prototype as KeyedFrame<unknown>, 'groupByKey', {
  mapValues: [['fn', FUNCTION], ['type', NAME, 'optional']], count: [], reduceGroups: [['fn', FUNCTION]], mapGroups: closure, flatMapGroups: closure, mapGroupsWithState: withState, flatMapGroupsWithState: withState,
  transformWithState: [['processor', OBJECT], ['options', OPTIONS, 'optional']],
});

function timeOf(what: string, text = 'none'): GroupCall['time'] {
  switch (text) {
    case 'none': case 'processing-time': case 'event-time': return text.replace('-', '_') as GroupCall['time'];
    default: return raise('INVALID_STATEMENT_OPTION', { what, value: text, expected: 'none, processing-time or event-time' });
  }
}
const modeOf = (text: string | undefined): GroupCall['mode'] =>
  text === 'append' || text === 'update' ? text : raise('INVALID_STATEMENT_OPTION', { what: 'outputMode', value: String(text), expected: 'append or update' });

/** The closure of reduceGroups as an aggregate of (value, key). The state is the value so far. */
function reduceFunction(fn: Closure, convert: Converter): AggregateFunction {
  const combine = fn as (a: unknown, b: unknown) => unknown;
  const any = { kind: 'class', class: 'any' } as const;
  return aggregate('reduce_groups(any, any) -> string', {
    doc: 'The values of a group, reduced by a closure.', params: [{ name: 'value', accepts: any }, { name: 'key', accepts: any }],
    result: ({ types }) => types[0]!, nullable: () => true, retract: 'multiset', print: () => 'reduceGroups()',
    accumulator: ({ types }) => {
      const type = types[0]!;
      const toUser = convert.toUser(type);
      const fromUser = convert.fromUser(type, 'the result of reduceGroups');
      const reduce = (a: Value, b: Value, key: Value): Value => {
        try { return fromUser(combine(toUser(a), toUser(b))); } catch (cause) {
          if (cause instanceof EngineError) throw cause;
          throw new EngineError('REDUCE_GROUPS_USER_FUNCTION_ERROR', { key: encodeText(key, 'the key'), reason: cause instanceof Error ? cause.message : String(cause) }, { cause });
        }
      };
      interface Reduced { readonly value: Value; readonly key: Value; readonly empty: boolean }
      return objectAccumulator<Reduced>({
        init: () => ({ value: null, key: null, empty: true }),
        add: (state, [value, key]) => ({ value: state.empty ? value! : reduce(state.value, value!, key!), key: key!, empty: false }),
        merge: (into, other) => into.empty ? other : other.empty ? into : { ...into, value: reduce(into.value, other.value, into.key) },
        result: (state) => state.value, type, stateType: struct([field('value', type), field('key', types[1]!)]),
        save: (state) => [state.value, state.key], load: (saved) => { const [value, key] = saved as readonly Value[]; return { value: value!, key: key!, empty: false }; },
      });
    },
  });
}
