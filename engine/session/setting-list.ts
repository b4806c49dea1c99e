// The settings of a session that the engine reads. tests/docs/generated.test.ts compares the names with those in the code.

import { raise } from '../../planner/errors/index.js';
import { editDistance, nearestFirst } from '../../planner/similar.js';

export interface SettingDoc { readonly name: string; readonly default: string; readonly doc: string }

export const SETTINGS: readonly SettingDoc[] = [
  { name: 'spark.sql.session.timeZone', default: 'UTC', doc: 'the zone in which timestamps are read from text, printed, and taken apart; a region or an offset' },
  { name: 'spark.sql.variable.substitute', default: 'true', doc: 'false: references to settings, a name in braces behind a dollar sign, stay in the text of statements as they are' },
  { name: 'spark.sql.ansi.enabled', default: 'true', doc: 'false: overflow, division by zero and casts that do not fit give NULL or wrap around instead of failing, and texts are cast more freely' },
  { name: 'spark.sql.timeType.enabled', default: 'false', doc: 'true: the type TIME is on' },
  { name: 'spark.sql.timestampNanosTypes.enabled', default: 'false', doc: 'types of timestamps with nanoseconds: there are none here, whatever it says' },
  { name: 'spark.sql.pivotMaxValues', default: '10000', doc: 'most values of a pivot that does not list them' },
  { name: 'spark.sql.mapKeyDedupPolicy', default: 'EXCEPTION', doc: 'LAST_WIN: of equal keys of a map the last one stays, instead of an error' },
  { name: 'spark.sql.cteRecursionLevelLimit', default: '100', doc: 'how many rounds a recursive WITH may take' },
  { name: 'spark.sql.streaming.checkpointLocation', default: '', doc: 'the directory below which queries without a checkpoint of their own keep theirs, by name' },
  { name: 'spark.sql.streaming.noDataMicroBatches.enabled', default: 'true', doc: 'whether an epoch without new rows runs when the watermark has moved' },
  { name: 'spark.sql.streaming.multipleWatermarkPolicy', default: 'min', doc: 'the global watermark of several: min or max. Fixed by the first epoch of a checkpoint' },
  { name: 'spark.sql.streaming.statefulOperator.allowMultiple', default: 'true', doc: 'false: all operators see the global watermark, as before Spark 3.4' },
  { name: 'spark.sql.streaming.statefulOperator.checkCorrectness.enabled', default: 'true', doc: 'false: plans in which rows of one stateful operator would be late for the next are not refused' },
  { name: 'spark.sql.streaming.flatMapGroupsWithState.skipEmittingInitialStateKeys', default: 'false', doc: 'true: a key that has nothing but an initial state is not called in the first epoch' },
  { name: 'spark.sql.streaming.unsupportedOperationCheck', default: 'true', doc: 'false: streaming plans are not checked for what Spark refuses; the answers are then at your own risk' },
  { name: 'spark.sql.streaming.pollingDelay', default: '10', doc: 'ms between two looks at sources that cannot tell when new rows are there' },
  { name: 'spark.sql.streaming.noDataProgressEventInterval', default: '10000', doc: 'ms between two onQueryIdle events' },
  { name: 'spark.sql.streaming.numRecentProgressUpdates', default: '100', doc: 'how many entries recentProgress keeps' },
  { name: 'spark.sql.streaming.stopTimeout', default: '0', doc: 'ms that stop() waits for the running epoch before it gives it up; 0: as long as it takes, unless a source or sink is trying again' },
  { name: 'spark.sql.shuffle.partitions', default: '1', doc: 'written into checkpoints and kept by them; without effect, as a query runs in one partition' },
  { name: 'millrace.compat', default: '', doc: 'spark: refuses what Spark refuses, and shows the defects that Spark is known for' },
  { name: 'millrace.sql.dialect', default: 'spark', doc: 'the dialect that queries are read in: spark, postgresql, mysql, snowflake, bigquery, trino or flinksql' },
  { name: 'millrace.keptRows', default: '1000', doc: 'how many late and how many rejected rows a query keeps to be looked at, the newest ones, and no more than 16 MB of them; the counts are exact in any case' },
  { name: 'millrace.keptRows.durable', default: 'false', doc: 'true: kept late and rejected rows are written into the checkpoint, and are there again after a restart' },
  { name: 'millrace.warnUnboundedState', default: 'true', doc: 'false: a query that starts with state that nothing bounds says nothing of it' },
  { name: 'millrace.optimizer.enabled', default: 'true', doc: 'false: the optimizer is off. No answer depends on it' },
];

const OWN = 'millrace.';
/** Letters in which a name differs from the one that was meant. */
const SLIPS = 2;
/** Spark takes any name, and reads those that it knows, by their case: one of Spark's that looks like a slip is warned of, one of ours is refused.
 *  @throws UNKNOWN_SETTING */
export function checkSetting(name: string, warn: (message: string) => void): void {
  const names = SETTINGS.map((s) => s.name);
  if (names.includes(name)) return;
  if (name.startsWith(OWN)) raise('UNKNOWN_SETTING', { confName: name }, { hint: nearestFirst(name, names.filter((n) => n.startsWith(OWN)), 'Its settings are') });
  const meant = name.startsWith('spark.') ? names.find((n) => editDistance(n.toLowerCase(), name.toLowerCase()) <= SLIPS) : undefined;
  if (meant !== undefined) warn(`nothing reads the setting ${name}: did you mean ${meant}?`);
}
