// What Spark's parser says first of a text that it refuses, and where: only texts that ours has refused are read here.

import { EngineError } from '../../errors/index.js';
import type { Token } from '../lexer.js';
import { makeModel, type ModelToken, modelTokens } from './model.js';
import { Recognizer, type Hooks } from './recognizer.js';
import { TooDeep } from './stacks.js';

/** What a text is: a statement, a query, an expression, one that may have an alias, one that may have an order, a type, columns with their types. */
export type Whole = 'start' | 'loneQuery' | 'loneExpression' | 'loneItem' | 'loneSortKey' | 'loneType' | 'loneColumns';

type Model = { readonly network: ReturnType<typeof makeModel>; readonly recognizer: Recognizer };
let made: Model | undefined;
function model(): Model {
  if (!made) { const network = makeModel(); made = { network, recognizer: new Recognizer(network) }; }
  return made;
}

/** The error of the text: PARSE_SYNTAX_ERROR, or what Spark finds while it reads, INVALID_IDENTIFIER and UNCLOSED_BRACKETED_COMMENT;
 *  INVALID_STATEMENT_OR_CLAUSE of what its grammar has only to refuse it. Null: Spark reads it.
 *  Undefined: it is too long or deep to say. */
export function refusal(text: string, tokens: readonly Token[], whole: Whole): EngineError | null | undefined {
  const { network, recognizer } = model();
  const read = modelTokens(network, text, tokens);
  const { unclosed, ...end } = tokens.at(-1)!;
  const at = (i: number): { readonly start: number; readonly stop: number } => read[i] ?? end;
  const error = (condition: 'PARSE_SYNTAX_ERROR' | 'INVALID_IDENTIFIER' | 'UNCLOSED_BRACKETED_COMMENT' | 'INVALID_STATEMENT_OR_CLAUSE', parameters: Record<string, string>, start: number, stop: number): EngineError =>
    new EngineError(condition, parameters, { span: { text, start, stop } });
  let outcome: ReturnType<Recognizer['read']>;
  const native = new NativeStatement(read);
  try { outcome = recognizer.read(whole, read.map((t) => t.kind), { ...wrongNames(read), ...native.hooks }); } catch (e) { if (e instanceof TooDeep) return undefined; throw e; }
  const { fault, seen } = outcome;
  if (fault?.name !== undefined) {
    // With what a minus joins to it.
    const upTo = Math.max(fault.upTo ?? 0, fault.name + 1);
    return error('INVALID_IDENTIFIER', { ident: read.slice(fault.name, upTo).map((t) => text.slice(t.start, t.stop)).join('') }, at(fault.at).start, at(upTo - 1).stop);
  }
  if (unclosed !== undefined && seen > read.length) return error('UNCLOSED_BRACKETED_COMMENT', {}, unclosed, text.length);
  if (!fault) return native.words === undefined ? null : error('INVALID_STATEMENT_OR_CLAUSE', { operation: native.words }, at(0).start, at(read.length - 1).stop);
  const { start, stop } = at(fault.at);
  const word = read[fault.at] ? `'${text.slice(start, stop)}'` : 'end of input';
  return error('PARSE_SYNTAX_ERROR', { error: word, hint: fault.extra ? `: extra input ${word}` : fault.missing ? `: missing ${shown(fault.missing)}` : '' }, start, stop);
}

/** Tokens that are missing, as Spark shows them. */
function shown(names: readonly string[]): string {
  const each = [...names].sort().map((name) => SHOWN[name] ?? `'${name}'`);
  return each.length === 1 ? each[0]! : `{${each.join(', ')}}`;
}
const SHOWN: Readonly<Record<string, string>> = { '@eof': '<EOF>', '@integer': 'INTEGER_VALUE', '@word': 'IDENTIFIER', '@quoted': 'BACKQUOTED_IDENTIFIER', '@string': 'STRING_LITERAL' };

/** The words of a statement that the grammar has only to refuse it, without the table that it names. */
class NativeStatement {
  words: string | undefined;
  readonly hooks: Hooks;
  constructor(tokens: readonly ModelToken[]) {
    const named = new Set<number>();
    const without = (from: number, upTo: number): undefined => { for (let i = from; i < upTo; i++) named.add(i); };
    this.hooks = {
      tableName: without, partition: without,
      native: (from, upTo) => { this.words = tokens.slice(from, upTo).filter((_, i) => !named.has(from + i)).map((t) => t.token.upper).join(' '); return undefined; },
    };
  }
}

/** Names without backquotes are ASCII, and a minus is no part of them. */
function wrongNames(tokens: readonly ModelToken[]): Hooks {
  const word: Hooks[string] = (from, upTo) => {
    const token = tokens[from]?.token;
    return upTo > from && token?.kind === 'word' && !/^\w+$/.test(token.text) ? { at: from, name: from } : undefined;
  };
  return { strict: word, plainStrict: word, dashes: (from, upTo) => upTo > from ? { at: from, name: from - 1, upTo } : undefined };
}
