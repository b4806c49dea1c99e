// Functions about the query and the session, and those that fail on purpose.

import { raise } from '../../../planner/errors/index.js';
import { printExpr, sqlExpr, sqlType } from '../../../planner/expr/print.js';
import { find } from '../../../planner/expr/walk.js';
import { precisionFault } from '../../../planner/functions/timestamp-precision.js';
import * as T from '../../../planner/types.js';
import type { BindContext, RowFunction, ScalarFunction } from '../define.js';
import { floorDays, timeOfDay } from '../../formats/micros.js';
import { utcMicrosToLocal, zoneOf } from '../../formats/zone.js';
import { cutTime } from '../cast/to-time.js';
import { cls, operator, type } from '../operators/shared.js';

const nowMicros = ({ epoch }: BindContext): bigint => BigInt(Math.trunc(epoch.timestampMillis)) * 1000n;
const localNow = (context: BindContext): bigint => utcMicrosToLocal(nowMicros(context), zoneOf(context.settings.timeZone));
const constant = (value: unknown): RowFunction => () => value as never;

/** The same for all rows of an epoch. */
const present = (name: string, aliases: readonly string[], doc: string, example: string, result: T.DataType, value: (context: BindContext) => unknown): ScalarFunction =>
  operator([], { name, aliases, doc, examples: [example], nullable: () => false, perEpoch: true, result: () => result, bind: (_, context) => constant(value(context)) });
/** A timestamp of the epoch. Its precision may be said, which is that of microseconds.
 *  @throws INVALID_TIMESTAMP_PRECISION, FEATURE_NOT_ENABLED of what only the types of nanoseconds have */
const timed = (name: string, aliases: readonly string[], doc: string, example: string, result: T.DataType, value: (context: BindContext) => unknown): ScalarFunction =>
  operator([{ name: 'precision', accepts: type(T.INT), optional: true, constant: true }], { name, aliases, doc, examples: [example], nullable: () => false, perEpoch: true, print: (_, call) => `${call.name}()`, result: () => result, bind: (_, context) => constant(value(context)),
    resolve: (call) => {
      const [given] = call.args;
      if (!given || call.args.length > 1) return undefined;
      if (!T.isIntegral(given.type)) raise('UNEXPECTED_INPUT_TYPE', { functionName: `\`${call.name}\``, paramIndex: 'first', requiredType: '"INT"', inputSql: sqlExpr(given), inputType: sqlType(given.type) }, { span: call.span });
      const precision = call.constant(0);
      if (precision === undefined || precision === null) return raise('NON_FOLDABLE_ARGUMENT', { funcName: `\`${call.name}\``, paramName: '`precision`', paramType: '"INT"' }, { span: call.span });
      const fault = precisionFault(Number(precision), result);
      if (fault) throw fault;
      return call.apply(call.name, []);
    } });
const session = (name: string, aliases: readonly string[], doc: string, example: string, value: (context: BindContext) => string, fixedName?: string): ScalarFunction =>
  operator([], { name, aliases, doc, examples: [example], nullable: () => false, ...(fixedName && { fixedName }), result: () => T.STRING, bind: (_, context) => constant(value(context)) });

export const misc: readonly ScalarFunction[] = [
  operator([cls('any')], { name: 'typeof', doc: 'The type of the argument, which is not evaluated.', examples: ["typeof(1) = 'int'"], nulls: 'custom', nullable: () => false, result: () => T.STRING,
    // A generator stays where it stands, which is not here; an aggregate in the call: the query has groups by it.
    resolve: (call) => call.types.length === 1 && (find(call.args[0]!, (e) => e.kind === 'window') || !find(call.args[0]!, (e) => e.kind === 'aggregate' || e.kind === 'generator')) ? { kind: 'const', type: T.STRING, nullable: false, value: T.simpleName(call.types[0]!) } : undefined,
    bind: (call) => constant(T.simpleName(call.types[0]!)) }),
  operator([type(T.BOOLEAN), { name: 'message', accepts: type(T.STRING), optional: true }], { name: 'assert_true', doc: 'NULL where the condition holds, else an error.', examples: ['assert_true(1 < 2) = NULL'],
    nulls: 'custom', nullable: () => true, result: () => T.VOID,
    // The text of the condition is taken before anything is folded.
    resolve: (call) => {
      const [holds, text] = call.args;
      const message = `'${holds && printExpr(holds)}' is not true!`;
      if (holds && holds.type.kind !== 'boolean' && holds.type.kind !== 'void') {
        const whole = `(IF(${printExpr(holds)}, NULL, raise_error(USER_RAISED_EXCEPTION, map(errorMessage, ${text ? printExpr(text) : message}))))`;
        raise('DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { sqlExpr: `"${whole}"`, paramIndex: 'first', requiredType: '"BOOLEAN"', inputSql: sqlExpr(holds), inputType: sqlType(holds.type) }, { span: call.span });
      }
      return call.args.length === 1 ? call.apply('assert_true', [holds!, { kind: 'const', type: T.STRING, nullable: false, value: message }]) : undefined;
    },
    bind: (): RowFunction => (holds: boolean | null, message?: string | null) => holds ? null : raise('USER_RAISED_EXCEPTION', { errorMessage: message ?? 'null' }, { nowhere: true }) }),
  operator([type(T.STRING)], { name: 'raise_error', doc: 'Fails with a message.',
    examples: ["raise_error('no stock') -- USER_RAISED_EXCEPTION", "if(1 < 2, 'fine', raise_error('no stock')) = 'fine'"], nulls: 'custom', nullable: () => true, result: () => T.VOID, deterministic: false,
    print: (args) => `raise_error(USER_RAISED_EXCEPTION, map(errorMessage, ${args[0]}))`,
    bind: (): RowFunction => (message: string | null) => raise('USER_RAISED_EXCEPTION', { errorMessage: message ?? 'null' }, { nowhere: true }) }),
  operator([], { name: 'monotonically_increasing_id', doc: 'A BIGINT that grows with each row.',
    examples: ["(SELECT collect_list(i) FROM (SELECT monotonically_increasing_id() AS i FROM VALUES ('x'), ('y') AS t(a))) = array(0L, 1L)"], nullable: () => false, deterministic: false, result: () => T.BIGINT,
    bind: (): RowFunction => { let next = 0n; return () => next++; } }),
  operator([], { name: 'spark_partition_id', doc: 'The number of the partition: there is one.', examples: ['spark_partition_id() = 0'], fixedName: 'SPARK_PARTITION_ID', nullable: () => false, deterministic: false, result: () => T.INT, bind: () => constant(0) }),
  session('version', [], "The version of Spark whose behaviour this is.", "split_part(version(), '.', 1) = '4'", () => '4.3.0'),
  session('current_catalog', [], 'The name of the catalogue.', "current_catalog() = 'spark_catalog'", () => 'spark_catalog'),
  session('current_schema', ['current_database'], 'The name of the schema.', "current_schema() = 'default'", () => 'default', 'current_schema'),
  session('current_user', ['user', 'session_user'], 'The name of the user: there is one only.', 'current_user() = session_user()', () => 'user'),
  session('current_timezone', [], "The session's time zone.", "current_timezone() = 'UTC'", ({ settings }) => settings.timeZone),
  timed('current_timestamp', ['now'], 'The timestamp of the epoch.', 'current_timestamp() = now()', T.TIMESTAMP, nowMicros),
  timed('localtimestamp', [], 'The local time of the epoch.', 'localtimestamp() = CAST(current_timestamp() AS TIMESTAMP_NTZ)', T.TIMESTAMP_NTZ, localNow),
  present('current_date', ['curdate'], 'The date of the epoch.', 'current_date() = CAST(current_timestamp() AS DATE)', T.DATE, (context) => floorDays(localNow(context))),
  operator([{ name: 'precision', accepts: type(T.INT), default: { type: T.INT, value: 6 }, constant: true }], { name: 'current_time', aliases: ['localtime'], doc: 'The time of day of the epoch.',
    examples: ['current_time() = CAST(localtimestamp() AS TIME)'], nullable: () => false, perEpoch: true,
    result: (call) => ({ kind: 'time', precision: Number(call.constant(0) ?? 6) }),
    bind: (call, context) => { const local = localNow(context); return constant(cutTime(Number(call.constant(0) ?? 6))(timeOfDay(local))); } }),
];
