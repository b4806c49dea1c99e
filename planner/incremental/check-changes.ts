// The edges of a streaming plan must carry what their consumers take: deduplication, limit, sessions and sampling take rows only, no
// changes of rows; a sink in append mode likewise. Operators and event times must fit, too: one event-time column for each operator.

import { raise } from '../errors/index.js';
import { equalityKeys } from '../plan/join-bound.js';
import { changesOf, eventTimesOf, isStreaming, outputOf } from '../plan/properties.js';
import { children, visit } from '../plan/walk.js';
import type { LogicalPlan, OutputMode } from '../tree.js';
import { isSnapshot } from './assign-state-ids.js';

/** @throws MULTIPLE_EVENT_TIME_COLUMNS, NOT_SUPPORTED_YET, STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION */
export function checkChanges(plan: LogicalPlan, mode: OutputMode, compatSpark: boolean): void {
  const insertOnly = (input: LogicalPlan, what: string): void => {
    if (isStreaming(input) && !isSnapshot(input) && changesOf(input) !== 'insert') raise('NOT_SUPPORTED_YET', { feature: `${what} over rows that change` }, { span: input.span });
  };
  visit(plan, (node) => {
    if (!isStreaming(node)) return;
    switch (node.kind) {
      case 'deduplicate':
        // Spark takes every row that an aggregate hands on for a new one, and so does the operator: a row taken back has been seen before.
        if (!compatSpark) insertOnly(node.input, 'dropDuplicates');
        oneEventTime(node.input);
        break;
      // Whether a row is too far ahead depends on when it comes: its retraction could be judged otherwise.
      case 'watermark': if (node.futureSkewMillis !== undefined) insertOnly(node.input, 'MAX FUTURE SKEW'); break;
      case 'limit': insertOnly(node.input, 'LIMIT'); break;
      case 'sample': insertOnly(node.input, 'Sampling'); break;
      case 'group_state':
        insertOnly(node.input, 'A closure over groups');
        if (node.call.time === 'event_time') oneEventTime(node.input);
        break;
      case 'aggregate': if (node.session) insertOnly(node.input, 'A session window'); oneEventTime(node, new Set(node.grouping.map((g) => g.id))); break;
      case 'join':
        if (!children(node).every(isStreaming)) break;
        if (compatSpark && equalityKeys(node).length === 0) raise('_LEGACY_ERROR_TEMP_1181', {}, { span: node.span });
        for (const input of children(node)) insertOnly(input, 'A join of two streams');
        break;
      case 'set_operation': raise('UNSUPPORTED_STREAMING_OPERATOR_WITHOUT_WATERMARK', { outputMode: mode, statefulOperator: 'set operations' }, { span: node.span }); break;
    }
  });
  if (mode === 'append') insertOnly(plan, 'The append mode');
  if (mode === 'complete' && !compatSpark) checkWhole(plan);
}

/** Complete mode: no rows may come beside the aggregates, for they would be in the result of their epoch only. Spark lets them.
 *  @throws STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION */
function checkWhole(plan: LogicalPlan): void {
  if ((plan.kind === 'aggregate' || plan.kind === 'window') && plan.emission === 'all') return;
  const inputs = children(plan).filter(isStreaming);
  if (inputs.length === 0) {
    raise('STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION', { outputMode: 'complete', operation: 'rows of a stream beside an aggregate', advice: 'Use the update or changelog mode, or aggregate these rows, too.' }, { span: plan.span });
  }
  inputs.forEach(checkWhole);
}

function oneEventTime(plan: LogicalPlan, among?: ReadonlySet<number>): void {
  const times = eventTimesOf(plan);
  const columns = outputOf(plan).filter((c) => times.has(c.id) && (!among || among.has(c.id)));
  if (new Set(columns.map((c) => c.id)).size > 1) {
    raise('MULTIPLE_EVENT_TIME_COLUMNS', { eventTimeCols: `(${columns.map((c) => `${c.name}-T${times.get(c.id)!.delayMillis}ms`).join(',')})` }, { span: plan.span });
  }
}
