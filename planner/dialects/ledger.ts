// The account of a foreign parse: each token of the user's text has to come back exactly once in what the parser made of it. What was lost,
// doubled or invented shows here, whatever construct it was, and the text is refused instead of being misread.

import { raise } from '../errors/index.js';
import { joinSpans, type Span } from '../spans.js';
import type { Dialect } from './dialect.js';
import type { Folded, FoldedQuery } from './fold.js';
import { numberMark, wordMark } from './scan.js';
import type { Token } from './token.js';

/** Words that say nothing which the rest does not: they are not counted. */
const NOISE = new Set(['AS', 'BY', 'ASC', 'INNER', 'OUTER', 'END', 'ROW', 'WITH', 'RECURSIVE']);
const SILENT_SYMBOLS = new Set(['(', ')', ',', '.', '[', ']', ';']);

export class Ledger {
  readonly dialect: Dialect;
  readonly whole: Span;
  private readonly tokens: readonly Token[];
  private readonly used: Uint8Array;
  private readonly words = new Map<string, number[]>();

  private readonly folded: Folded;

  constructor(tokens: readonly Token[], dialect: Dialect, whole: Span, folded: Folded) {
    this.folded = folded;
    this.tokens = tokens;
    this.dialect = dialect;
    this.whole = whole;
    this.used = new Uint8Array(tokens.length);
    tokens.forEach((t, i) => {
      if (folded.hidden.has(i)) { this.used[i] = 1; return; }
      if (folded.queries.has(i) || folded.distinct.has(i)) return;
      if (t.kind !== 'word' && t.kind !== 'symbol') return;
      if (t.kind === 'word' ? NOISE.has(t.text) : SILENT_SYMBOLS.has(t.text)) { this.used[i] = 1; return; }
      const at = this.words.get(t.text);
      if (at) at.push(i); else this.words.set(t.text, [i]);
    });
  }

  /** The token of a mark that came back. @throws DIALECT_NOT_TRUSTED if it is of another kind, unknown, or came back before */
  mark(value: unknown, kind: 'name' | 'string' | 'number'): Token {
    const i = kind === 'number' ? numberMark(value) : wordMark(value);
    const token = i === undefined ? undefined : this.tokens[i];
    if (!token || token.kind !== kind || this.used[i!] !== 0) return this.distrust(token?.span);
    this.used[i!] = 1;
    return token;
  }
  name(value: unknown): { readonly text: string; readonly span: Span } { return this.mark(value, 'name'); }
  /** The query that a name stands for, if it stands for one. */
  query(value: unknown): FoldedQuery | undefined {
    const i = wordMark(value);
    const found = i === undefined || this.used[i] !== 0 ? undefined : this.folded.queries.get(i);
    if (found) this.used[i!] = 1;
    return found;
  }
  /** The call with DISTINCT that a function's name stands for, if it stands for one. */
  distinctCall(name: string): Token | undefined {
    const i = wordMark(name);
    if (i === undefined || this.used[i] !== 0 || !this.folded.distinct.has(i)) return undefined;
    this.used[i] = 1;
    return this.tokens[i];
  }
  isMark(value: unknown): boolean { return wordMark(value) !== undefined; }

  /** Keywords, operators, names of functions and types, as far as the parser understood them: the next one of each. Returns where they stand. */
  use(...words: readonly string[]): Span | undefined {
    let span: Span | undefined;
    for (const word of words.flatMap((w) => w.toUpperCase().split(/\s+/)).filter((w) => w !== '' && !NOISE.has(w))) {
      const i = this.words.get(word)?.shift();
      if (i === undefined) return this.distrust(undefined);
      this.used[i] = 1;
      span = joinSpans(span, this.tokens[i]!.span);
    }
    return span;
  }

  /** @throws DIALECT_NOT_TRUSTED at the first token that never came back */
  close(): void {
    const i = this.used.indexOf(0);
    if (i >= 0) this.distrust(this.tokens[i]!.span);
  }

  distrust(span: Span | undefined): never {
    const at = span ?? this.whole;
    return raise('DIALECT_NOT_TRUSTED', { dialect: this.dialect.title, near: near(at) }, { span: at });
  }
  refuse(construct: string, span: Span | undefined = undefined): never {
    return raise('DIALECT_FEATURE', { dialect: this.dialect.title, construct }, { span: span ?? this.whole });
  }
}

const near = (span: Span): string => { const text = span.text.slice(span.start, span.stop); return text.length > 40 ? `${text.slice(0, 37)}...` : text; };
