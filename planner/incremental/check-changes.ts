// The edges of a streaming plan must carry what their consumers take: limit, sessions, sampling and closures over groups take rows only, no
// changes of rows; a sink in append mode likewise. Operators and event times must fit, too: one event-time column for each operator.

import { raise } from '../errors/index.js';
import { equalityKeys } from '../plan/join-bound.js';
import { changesOf, eventTimesOf, isSnapshot, isStreaming, outputOf, windowsOf } from '../plan/properties.js';
import { children, visit } from '../plan/walk.js';
import type { LogicalPlan, OutputMode } from '../tree.js';

/** @throws MULTIPLE_EVENT_TIME_COLUMNS, STREAMING_CHANGES_NOT_SUPPORTED; under compatSpark _LEGACY_ERROR_TEMP_1181, UNSUPPORTED_STREAMING_OPERATOR_WITHOUT_WATERMARK */
export function checkChanges(plan: LogicalPlan, mode: OutputMode, compatSpark: boolean): void {
  const insertOnly = (input: LogicalPlan, operation: string, why: string, advice: string): void => {
    if (!isStreaming(input) || isSnapshot(input) || changesOf(input) === 'insert') return;
    raise('STREAMING_CHANGES_NOT_SUPPORTED', { operation, why, advice }, { span: input.span });
  };
  visit(plan, (node) => {
    if (!isStreaming(node)) return;
    switch (node.kind) {
      case 'deduplicate':
        // Spark takes every row that an aggregate hands on for a new one, and so does the operator: a row taken back has been seen before.
        if (!compatSpark && node.withinWatermark) insertOnly(node.input, 'dropDuplicatesWithinWatermark', 'a key is forgotten while the row that stands for it may still be taken back', 'Use dropDuplicates.');
        oneEventTime(node.input);
        break;
      case 'watermark':
        if (node.futureSkewMillis !== undefined) insertOnly(node.input, 'MAX FUTURE SKEW', 'whether a row is too far ahead depends on when it comes', 'Set it where the stream is made.');
        break;
      case 'limit': insertOnly(node.input, 'LIMIT', 'which rows are the first is settled when they come', 'Use the complete mode, in which it counts the whole result of each epoch.'); break;
      case 'sample': insertOnly(node.input, 'TABLESAMPLE', 'a row that is taken back would be drawn anew', 'Filter by a hash of a key instead.'); break;
      case 'sort': if (!compatSpark) insertOnly(node.input, 'ORDER BY', 'changes have no place in an order', 'Use the complete mode, or sort where the result is read.'); break;
      case 'group_state':
        insertOnly(node.input, 'A closure over groups', 'user code cannot be run backwards', 'Put it below the aggregate, or use the append mode.');
        if (node.call.time === 'event_time') oneEventTime(node.input);
        break;
      case 'aggregate':
        if (node.session) insertOnly(node.input, 'A session window', 'the row that joins two sessions cannot be taken out of them again', 'Use the append mode, or a window of fixed length.');
        oneEventTime(node, new Set(node.grouping.map((g) => g.id)));
        break;
      case 'window':
        if (node.byRow) {
          insertOnly(node.input, 'OVER in the order of event time', 'a row that is out has been counted in others', 'Use the update or changelog mode.');
          oneEventTime(node.input);
        }
        break;
      case 'join':
        if (!compatSpark && mode === 'append' && node.subquery && node.emission !== 'on_close' && node.type !== 'left_semi' && isStreaming(node.right)) {
          raise('STREAMING_CHANGES_NOT_SUPPORTED', { operation: 'NOT IN, or NOT EXISTS over a table and a stream, in append mode', why: 'a row is taken back when its partner comes', advice: 'Use the update or changelog mode.' }, { span: node.span });
        }
        if (!compatSpark || !children(node).every(isStreaming)) break;
        // Spark plans no CROSS JOIN of streams, whatever its condition.
        if (node.cross || equalityKeys(node).length === 0) raise('_LEGACY_ERROR_TEMP_1181', {}, { span: node.span });
        for (const input of children(node)) insertOnly(input, 'A join of two streams', "Spark's join flags matches and does not count them", 'SET millrace.compat = millrace.');
        break;
      case 'set_operation': if (compatSpark) raise('UNSUPPORTED_STREAMING_OPERATOR_WITHOUT_WATERMARK', { outputMode: mode, statefulOperator: 'set operations' }, { span: node.span }); break;
      case 'dependent_join':
        if (isStreaming(node.right)) {
          raise('STREAMING_CHANGES_NOT_SUPPORTED', {
            operation: 'A subquery over a stream that is run for each outer row', why: 'it would have to be run again for all rows whenever the stream grows', advice: 'Write it with equalities to the outer columns in its WHERE, or as a join.',
          }, { span: node.span });
        }
        break;
    }
  });
  if (mode === 'append') insertOnly(plan, 'The append mode', 'a row that has been written stays', 'Use the update or changelog mode.');
}

function oneEventTime(plan: LogicalPlan, among?: ReadonlySet<number>): void {
  const times = eventTimesOf(plan);
  const columns = outputOf(plan).filter((c) => times.has(c.id) && (!among || among.has(c.id)));
  if (new Set(columns.map((c) => windowsOf(plan).get(c.id) ?? c.id)).size > 1) {
    raise('MULTIPLE_EVENT_TIME_COLUMNS', { eventTimeCols: `(${columns.map((c) => `${c.name}-T${times.get(c.id)!.delayMillis}ms`).join(',')})` }, { span: plan.span });
  }
}
