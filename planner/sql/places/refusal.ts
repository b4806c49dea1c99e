// What Spark's parser says first of a text that it refuses, and where: only texts that ours has refused are read here.

import { EngineError } from '../../errors/index.js';
import type { Token } from '../lexer.js';
import { makeModel, type ModelToken, modelTokens } from './model.js';
import { Recognizer, type Hooks } from './recognizer.js';
import { TooDeep } from './stacks.js';

/** What a text is: a statement, a query, an expression with or without an alias, one with an order, a type, columns with their types. */
export type Whole = 'start' | 'loneQuery' | 'loneExpression' | 'loneSortKey' | 'loneType' | 'loneColumns';

type Model = { readonly network: ReturnType<typeof makeModel>; readonly recognizer: Recognizer };
let made: Model | undefined;
function model(): Model {
  if (!made) { const network = makeModel(); made = { network, recognizer: new Recognizer(network) }; }
  return made;
}

/** The error of the text: PARSE_SYNTAX_ERROR, or what Spark finds while it reads, INVALID_IDENTIFIER and UNCLOSED_BRACKETED_COMMENT. Null: Spark reads it.
 *  Undefined: it is too long or deep to say. */
export function refusal(text: string, tokens: readonly Token[], whole: Whole): EngineError | null | undefined {
  const { network, recognizer } = model();
  const read = modelTokens(network, text, tokens);
  const { unclosed, ...end } = tokens.at(-1)!;
  const at = (i: number): { readonly start: number; readonly stop: number } => read[i] ?? end;
  const error = (condition: 'PARSE_SYNTAX_ERROR' | 'INVALID_IDENTIFIER' | 'UNCLOSED_BRACKETED_COMMENT', parameters: Record<string, string>, start: number, stop: number): EngineError =>
    new EngineError(condition, parameters, { span: { text, start, stop } });
  let outcome: ReturnType<Recognizer['read']>;
  try { outcome = recognizer.read(whole, read.map((t) => t.kind), wrongNames(read)); } catch (e) { if (e instanceof TooDeep) return undefined; throw e; }
  const { fault, seen } = outcome;
  if (fault?.name !== undefined) {
    // With what a minus joins to it.
    const upTo = Math.max(fault.upTo ?? 0, fault.name + 1);
    return error('INVALID_IDENTIFIER', { ident: read.slice(fault.name, upTo).map((t) => text.slice(t.start, t.stop)).join('') }, at(fault.at).start, at(upTo - 1).stop);
  }
  if (unclosed !== undefined && seen > read.length) return error('UNCLOSED_BRACKETED_COMMENT', {}, unclosed, text.length);
  if (!fault) return null;
  const { start, stop } = at(fault.at);
  const word = read[fault.at] ? `'${text.slice(start, stop)}'` : 'end of input';
  return error('PARSE_SYNTAX_ERROR', { error: word, hint: fault.extra ? `: extra input ${word}` : fault.missing !== undefined ? `: missing '${fault.missing}'` : '' }, start, stop);
}

/** Names without backquotes are ASCII, and a minus is no part of them. */
function wrongNames(tokens: readonly ModelToken[]): Hooks {
  const word: Hooks[string] = (from, upTo) => {
    const token = tokens[from]?.token;
    return upTo > from && token?.kind === 'word' && !/^\w+$/.test(token.text) ? { at: from, name: from } : undefined;
  };
  return { strict: word, plainStrict: word, dashes: (from, upTo) => upTo > from ? { at: from, name: from - 1, upTo } : undefined };
}
