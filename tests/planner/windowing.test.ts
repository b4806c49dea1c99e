// The windowing functions in FROM: arguments by place and by name mean the same, and what is wrong with them is said.

import { EngineError } from '../../planner/errors/index.js';
import { printPlan } from '../../planner/plan/print.js';
import { planQuery, streamsOf } from '../support/stream-plan.js';

const streams = streamsOf({ s: 'at TIMESTAMP, k STRING' });
const from = (call: string): string => `SELECT k, count(*) FROM ${call} GROUP BY k, window_start, window_end`;
const plan = (call: string): string => printPlan(planQuery(from(call), streams, 'update').logical);
const condition = (call: string): string => {
  try { plan(call); } catch (error) { if (error instanceof EngineError) return `${error.condition} ${error.parameters['argument'] ?? ''}`.trim(); throw error; }
  return 'none';
};

test.each([
  ["TUMBLE(TABLE s, DESCRIPTOR(at), INTERVAL '5' SECONDS)", "TABLE(TUMBLE(SIZE => INTERVAL '5' SECONDS, DATA => TABLE s, TIMECOL => DESCRIPTOR(at)))"],
  ["HOP(TABLE s, at, INTERVAL '5' SECONDS, INTERVAL '1' MINUTE)", "HOP(DATA => TABLE s, TIMECOL => at, SLIDE => INTERVAL '5' SECONDS, SIZE => INTERVAL '1' MINUTE)"],
  ["CUMULATE(TABLE (SELECT * FROM s), at, INTERVAL '5' SECONDS, INTERVAL '1' MINUTE, INTERVAL '1' SECOND)",
    "CUMULATE(DATA => TABLE (SELECT * FROM s), TIMECOL => at, STEP => INTERVAL '5' SECONDS, SIZE => INTERVAL '1' MINUTE, OFFSET => INTERVAL '1' SECOND)"],
])('%s', (byPlace, byName) => { expect(plan(byName)).toBe(plan(byPlace)); });

test.each([
  ["TUMBLE(TABLE s, DESCRIPTOR(at))", 'WRONG_NUM_ARGS.WITHOUT_SUGGESTION'],
  ["TUMBLE(TABLE s, DESCRIPTOR(at), SLIDE => INTERVAL '5' SECONDS)", 'UNRECOGNIZED_PARAMETER_NAME'],
  ["TUMBLE(TABLE s, DESCRIPTOR(at), SIZE => INTERVAL '5' SECONDS, SIZE => INTERVAL '5' SECONDS)", 'DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.DOUBLE_NAMED_ARGUMENT_REFERENCE'],
  ["TUMBLE(TABLE s, DESCRIPTOR(at, k), INTERVAL '5' SECONDS)", 'INVALID_WINDOWING_ARGUMENT TIMECOL'],
  ["TUMBLE(TABLE s, DESCRIPTOR(at), INTERVAL '-1' SECOND)", 'INVALID_WINDOWING_ARGUMENT SIZE'],
  ["TUMBLE(TABLE s, DESCRIPTOR(at), INTERVAL '1' MONTH)", 'INVALID_WINDOWING_ARGUMENT SIZE'],
  ["TUMBLE(TABLE s, DESCRIPTOR(at), INTERVAL '5' SECONDS, NULL)", 'INVALID_WINDOWING_ARGUMENT OFFSET'],
  ["HOP(TABLE s, DESCRIPTOR(at), INTERVAL '0' SECONDS, INTERVAL '5' SECONDS)", 'INVALID_WINDOWING_ARGUMENT SLIDE'],
  ["HOP(TABLE s, DESCRIPTOR(at), INTERVAL '1' MICROSECOND, INTERVAL '1' DAY)", 'TOO_MANY_WINDOWS'],
  ["CUMULATE(TABLE s, DESCRIPTOR(at), INTERVAL '-1' SECOND, INTERVAL '5' SECONDS)", 'INVALID_WINDOWING_ARGUMENT STEP'],
  ["CUMULATE(TABLE s, DESCRIPTOR(at), INTERVAL '1' MICROSECOND, INTERVAL '1' DAY)", 'TOO_MANY_WINDOWS'],
  ["SESSION(TABLE s PARTITION BY k, DESCRIPTOR(at), INTERVAL '0' SECONDS)", 'INVALID_WINDOWING_ARGUMENT GAP'],
  ["SESSION(TABLE s PARTITION BY k, DESCRIPTOR(at), INTERVAL '-1' SECOND)", 'INVALID_WINDOWING_ARGUMENT GAP'],
  ["TUMBLE(TABLE s, DESCRIPTOR(k), INTERVAL '5' SECONDS)", 'INVALID_WINDOWING_ARGUMENT TIMECOL'],
  ["TUMBLE(TABLE s, DESCRIPTOR(at), INTERVAL '0' SECONDS)", 'INVALID_WINDOWING_ARGUMENT SIZE'],
  ["TUMBLE(TABLE s, DESCRIPTOR(at), 5)", 'INVALID_WINDOWING_ARGUMENT SIZE'],
  ["TUMBLE(TABLE s PARTITION BY k, DESCRIPTOR(at), INTERVAL '5' SECONDS)", 'INVALID_WINDOWING_ARGUMENT DATA'],
  ["HOP(TABLE s, DESCRIPTOR(at), INTERVAL '9' SECONDS, INTERVAL '5' SECONDS)", 'INVALID_WINDOWING_ARGUMENT SLIDE'],
  ["CUMULATE(TABLE s, DESCRIPTOR(at), INTERVAL '4' SECONDS, INTERVAL '10' SECONDS)", 'INVALID_WINDOWING_ARGUMENT SIZE'],
])('%s is refused', (call, wanted) => { expect(condition(call)).toBe(wanted); });
