// The one error class of the engine and the closed list of its conditions: Spark's name and SQLSTATE where Spark has one, ours in
// the same form where it has none. Users' mistakes are EngineErrors; `invariant` guards what no input may reach.

import { caret, lineAndPosition, type Span } from '../spans.js';
import { connectConditions } from './connect.js';
import type { Condition } from './define.js';
import { dialectConditions } from './dialects.js';
import { kafkaConditions } from './kafka.js';
import { namesConditions } from './names.js';
import { parseConditions } from './parse.js';
import { relationConditions } from './relations.js';
import { routineConditions } from './routines.js';
import { runtimeConditions } from './runtime.js';
import { streamingConditions } from './streaming.js';
import { typesConditions } from './types.js';

export const CONDITIONS = {
  ...parseConditions, ...namesConditions, ...typesConditions, ...runtimeConditions, ...streamingConditions, ...connectConditions, ...kafkaConditions,
  ...dialectConditions, ...relationConditions, ...routineConditions,
};
export type ConditionName = keyof typeof CONDITIONS;

export interface ErrorDetails {
  readonly span?: Span | undefined;
  /** What the caret shows, where Spark's place is a larger piece of the text, or none. */
  readonly focus?: Span | undefined;
  /** In place of the condition's own hint. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
  /** Where the row lies that raised it: `in/a.json, byte 120`. */
  readonly row?: string | undefined;
  /** file:line of the DataFrame call at fault. */
  readonly call?: string | undefined;
  /** Spark names no place for this failure: `at` leaves it without one. */
  readonly nowhere?: boolean;
}

/** `<name>` is the parameter, `<count name|names>` one of two words after it, by the number that it is. */
const filled = (text: string, parameters: Readonly<Record<string, string>>, print: (value: string) => string = (v) => v): string =>
  text.replace(/(?<!\w)<(\w+)(?: ([^<>|]+)\|([^<>|]+))?>/g, (whole, key: string, one?: string, many?: string) => {
    const value = parameters[key];
    return value === undefined ? whole : `${print(value)}${one === undefined ? '' : ` ${value === '1' ? one : many!}`}`;
  }).replace(/(?<!\.)\.\.$/, '.').trim();
/** A parameter in a hint, where it is a piece of SQL: without the quotes that messages put around an expression, a type, a setting or a plain name. */
const bare = (value: string): string => /^"((?:(?!", ").)*)"$/s.exec(value)?.[1] ?? value.replace(/`([A-Za-z_]\w*)`/g, '$1');

/** Told of every error that is made, for tests that ask which conditions are. */
export const observer: { raised?: (condition: ConditionName) => void } = {};

export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly condition: ConditionName;
  readonly sqlState: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly span: Span | undefined;
  readonly hint: string;
  readonly focus: Span | undefined;
  readonly row: string | undefined;
  readonly call: string | undefined;
  readonly nowhere: boolean;

  constructor(condition: ConditionName, parameters: Readonly<Record<string, string>> = {}, details: ErrorDetails = {}) {
    const { sqlState, message, hint }: Condition = CONDITIONS[condition];
    super(`[${condition}] ${filled(message, parameters)}`, details.cause === undefined ? undefined : { cause: details.cause });
    observer.raised?.(condition);
    this.condition = condition;
    this.sqlState = sqlState;
    this.parameters = parameters;
    this.span = details.span;
    this.focus = details.focus;
    this.row = details.row;
    this.call = details.call;
    this.nowhere = details.nowhere ?? false;
    this.hint = details.hint ?? filled(hint, parameters, bare);
  }

  /** The same error at a place in the text; one that has a place stays as it is, and one that Spark names no place for only shows it. */
  at(span: Span | undefined): EngineError {
    if (!span || this.span || (this.nowhere && this.focus)) return this;
    return restated(this, this.nowhere ? { focus: span } : { span });
  }
  /** The same error, shown at a place that Spark does not name; one that is shown somewhere stays as it is. */
  shownAt(span: Span | undefined): EngineError { return !span || this.span || this.focus ? this : restated(this, { focus: span }); }
  /** The same error, shown at a part of the place that it has. */
  focusedAt(span: Span | undefined): EngineError { return !span || this.focus ? this : restated(this, { focus: span }); }

  /** The same error of a row; the first place that is named stays. */
  ofRow(row: string): EngineError { return this.row === undefined ? restated(this, { row }) : this; }

  /** The same error of a DataFrame call; the innermost one stays. */
  ofCall(call: string): EngineError { return this.call === undefined ? restated(this, { call }) : this; }

  /** Message, SQLSTATE, line and caret, row, hint: what a terminal shows. */
  override toString(): string {
    const lines = [`${this.message} SQLSTATE: ${this.sqlState}`];
    const shown = this.focus ?? this.span;
    if (shown) {
      const { line, position } = lineAndPosition(shown.text, shown.start);
      lines.push(`== line ${line}, column ${position + 1} ==`, caret(shown));
    }
    if (this.row) lines.push(`Row: ${this.row}`);
    if (this.hint) lines.push(`Hint: ${this.hint}`);
    return lines.join('\n');
  }
}

/** The same error with other details. A class that named itself would have another name in the bundle, and in what Node.js prints of an error. */
export function restated(error: EngineError, details: ErrorDetails): EngineError {
  const { condition, parameters, span, focus, row, call, nowhere, hint, cause } = error;
  return new EngineError(condition, parameters, { span, focus, row, call, nowhere, hint, cause, ...details });
}

/** Throws the condition. */
export function raise(condition: ConditionName, parameters?: Readonly<Record<string, string>>, details?: ErrorDetails): never {
  throw new EngineError(condition, parameters, details);
}

/** Our own mistakes: never reachable by input. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant violated: ${message}`);
}
