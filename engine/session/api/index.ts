// The public types, as users see them: checked names and inferred rows. Declarations only; engine/session has the untyped classes behind
// them, cast once. tests/types holds what must and must not compile.

export type { Call, Column, ColumnsOf, Ref, WindowSpec } from './column.js';
export type {
  ArrowTable, DataFrame, DataFrameWriter, DataStreamWriter, ForeachWriter, GroupedData, GroupState, JoinType, KeyedDataFrame, MissingValues, LateRow, ListState, MapState, OptionValue, OutputMode, Processor, ProcessorWithInitialState, QueryInfo,
  QueryLedger, QueryProgress, QueryStatus, RejectedRow, StateHandle, StateOptions, StateVariableOptions, StreamingQuery, TimerValues, TransformOptions, Trigger, ValueState, WatermarkBounds, Why, WhyReason,
} from './dataframe.js';
export type { BuiltinFunctions } from './builtin-functions.js';
export type { Fn as ColumnFunction, Lambda, Options, Text } from './column-function.js';
export type { FromDdl, Schema, SchemaLike } from './ddl.js';
export type { UserFunction } from './functions.js';
export type * as functions from './functions.js';
export type { Formats, MemoryStream, QueryListener, Reader, SessionConf, SessionOptions, StreamsManager, Tables, TypedSession, Udfs } from './session.js';
export type { Queries, UnresolvedColumn } from './sql.js';
export type { Decimal, Double, Int, Interval, Timestamp, TimeWindow, UnknownRow } from './types.js';
