// Ranking functions: a row's place in its ordered partition.
// source: Spark RowNumber, Rank, DenseRank, PercentRank, CumeDist, NTile.

import { raise } from '../../../planner/errors/index.js';
import { sqlExpr, sqlType } from '../../../planner/expr/print.js';
import { isFoldable } from '../../../planner/expr/walk.js';
import type { BoundExpr } from '../../../planner/tree.js';
import { INT } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { windowFunction, type WindowFunction, type WindowPartition } from '../define.js';
import { positive } from './positive.js';

const ORDERED = { ordered: true, frame: 'rows_to_current' } as const;
const OF_ALL = { ...ORDERED, wholePartition: true } as const;
const notNull = (): boolean => false;
const each = (partition: WindowPartition, value: (i: number) => Value): Value[] => Array.from({ length: partition.length }, (_, i) => value(i));

export const ranking: readonly WindowFunction[] = [
  windowFunction('row_number() -> int', {
    doc: 'Number of the row in its partition, from 1.',
    examples: ["(SELECT collect_list(r) FROM (SELECT row_number() OVER (ORDER BY a) AS r FROM VALUES ('x'), ('x'), ('y') AS t(a))) = array(1, 2, 3)"], window: ORDERED, nullable: notNull,
    evaluate: () => (partition) => each(partition, (i) => i + 1),
  }),
  windowFunction('rank(any...) -> int', {
    variadic: { min: 0 }, print: () => 'RANK()',
    doc: 'One more than the rows before the row in the order; equal rows share it and leave a gap after.',
    examples: ["(SELECT collect_list(r) FROM (SELECT rank() OVER (ORDER BY a) AS r FROM VALUES ('x'), ('x'), ('y') AS t(a))) = array(1, 1, 3)"], window: ORDERED, nullable: notNull,
    evaluate: () => (partition) => each(partition, (i) => partition.peers(i)[0] + 1),
  }),
  windowFunction('dense_rank(any...) -> int', {
    variadic: { min: 0 }, print: () => 'DENSE_RANK()',
    doc: 'As rank, without gaps.',
    examples: ["(SELECT collect_list(r) FROM (SELECT dense_rank() OVER (ORDER BY a) AS r FROM VALUES ('x'), ('x'), ('y') AS t(a))) = array(1, 1, 2)"], window: ORDERED, nullable: notNull,
    evaluate: () => (partition) => {
      let rank = 0;
      return each(partition, (i) => partition.peers(i)[0] === i ? ++rank : rank);
    },
  }),
  windowFunction('percent_rank(any...) -> double', {
    variadic: { min: 0 }, print: () => 'PERCENT_RANK()',
    doc: '(rank - 1) / (rows - 1): from 0 to 1.',
    examples: ["(SELECT collect_list(r) FROM (SELECT percent_rank() OVER (ORDER BY a) AS r FROM VALUES ('x'), ('x'), ('y') AS t(a))) = array(0D, 0D, 1D)"], window: OF_ALL, nullable: notNull,
    evaluate: () => (partition) => each(partition, (i) => partition.length === 1 ? 0 : partition.peers(i)[0] / (partition.length - 1)),
  }),
  windowFunction('cume_dist() -> double', {
    doc: 'Share of the rows that are at or before the row in the order.',
    examples: ['(SELECT collect_list(r) FROM (SELECT cume_dist() OVER (ORDER BY a) AS r FROM VALUES (1), (1), (2), (3) AS t(a))) = array(0.5D, 0.5D, 0.75D, 1.0D)'], window: { ordered: true, frame: 'range_to_current', wholePartition: true }, nullable: notNull,
    evaluate: () => (partition) => each(partition, (i) => partition.peers(i)[1] / partition.length),
  }),
  windowFunction('ntile(n: any = 1) -> int', {
    params: [{ name: 'n', accepts: { kind: 'class', class: 'any' }, default: { type: INT, value: 1 } }],
    doc: 'Deals the rows in order into n buckets of equal size, the first ones one row larger.',
    examples: ['(SELECT collect_list(r) FROM (SELECT ntile(2) OVER (ORDER BY a) AS r FROM VALUES (1), (2), (3) AS t(a))) = array(1, 1, 2)'], window: OF_ALL, nullable: notNull,
    check: (call) => {
      const [buckets] = call.args as readonly [BoundExpr];
      if (isFoldable(buckets) && buckets.type.kind !== 'int') raise('DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { paramIndex: 'first', requiredType: '"INT"', inputSql: sqlExpr(buckets), inputType: sqlType(buckets.type) });
      positive(call, 0, 'buckets', '2147483647');
    },
    evaluate: (call) => {
      const buckets = Number(call.constant(0));
      return (partition) => {
        const size = Math.floor(partition.length / buckets);
        const larger = partition.length % buckets;
        const split = larger * (size + 1);
        return each(partition, (i) => 1 + (i < split ? Math.floor(i / (size + 1)) : larger + Math.floor((i - split) / size)));
      };
    },
  }),
];
