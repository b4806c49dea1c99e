// Nodes of our tree as the readers of other dialects make them.

import { joinSpans, type Span } from '../spans.js';
import type { Expr, FunctionSpec } from '../tree.js';
import * as T from '../types.js';

/** An operator: its span is that of its operands, and of `span`. */
export const operatorCall = (name: string, args: readonly Expr[], span?: Span, spec?: FunctionSpec): Expr =>
  ({ kind: 'call', name: [name], args: args.map((value) => ({ value })), operator: true, span: args.reduce((s, a) => joinSpans(s, a.span), span), ...(spec && { spec }) });
export const operatorNot = (arg: Expr, span?: Span): Expr => operatorCall('not', [arg], span);
export const functionCall = (name: string, args: readonly Expr[], span?: Span): Expr => ({ kind: 'call', name: [name], args: args.map((value) => ({ value })), span });
export const textLiteral = (value: string, span?: Span): Expr => ({ kind: 'literal', value, type: T.STRING, span });
export const nullLiteral = (span?: Span): Expr => ({ kind: 'literal', value: null, type: T.VOID, span });
/** A text as a literal of our own dialect. */
export const quoted = (value: string): string => `'${value.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
