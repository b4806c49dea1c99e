// The account of a foreign parse: each token that was shown has to come back exactly once in what the parser made of it. What was lost,
// doubled or invented shows here, whatever construct it was, and the text is refused instead of being misread.

import { raise } from '../errors/index.js';
import { joinSpans, type Span } from '../spans.js';
import { type Fold, type Folded, numberMark, wordMark } from './fold.js';
import type { Reader, Stretch } from './reader.js';
import type { Token } from './token.js';

/** Words that say nothing which the rest does not: they are not counted. */
const NOISE = new Set(['AS', 'ASC', 'INNER', 'OUTER']);
const SILENT_SYMBOLS = new Set(['(', ')', ',']);

export class Ledger {
  readonly reader: Reader;
  private readonly folded: Folded;
  /** By token, from the first of the stretch on. */
  private readonly used: Uint8Array;
  private readonly words = new Map<string, number[]>();

  constructor(reader: Reader, folded: Folded) {
    this.reader = reader;
    this.folded = folded;
    const { from, to } = folded.at;
    this.used = new Uint8Array(to - from);
    for (let i = from; i < to; i++) {
      const { kind, text, spelling } = reader.tokens[i]!;
      if (folded.hidden.has(i)) { this.used[i - from] = 1; continue; }
      if (folded.folds.has(i)) continue;
      const word = spelling === 'UNKNOWN' && folded.shown.has(i) ? 'NULL' : text;
      if (kind !== 'word' && kind !== 'symbol' && word === text) continue;
      if (kind === 'symbol' ? SILENT_SYMBOLS.has(word) : NOISE.has(word)) { this.used[i - from] = 1; continue; }
      const at = this.words.get(word);
      if (at) at.push(i); else this.words.set(word, [i]);
    }
  }

  private take(i: number | undefined): number | undefined {
    const { from, to } = this.folded.at;
    if (i === undefined || i < from || i >= to || this.used[i - from] !== 0) return undefined;
    this.used[i - from] = 1;
    return i;
  }
  /** The token of a mark that came back. @throws DIALECT_NOT_TRUSTED if it is of another kind, unknown, or came back before */
  mark(value: unknown, kind: 'name' | 'string' | 'number'): Token {
    const i = kind === 'number' ? numberMark(value) : wordMark(value);
    const token = i === undefined || this.folded.folds.has(i) ? undefined : this.reader.tokens[i];
    return token?.kind === kind && this.take(i) !== undefined ? token : this.distrust(token?.span);
  }
  /** The name behind a mark, and what an alias of a relation calls its columns. */
  name(value: unknown): { readonly text: string; readonly span: Span; readonly columns?: Stretch } {
    const { text, span } = this.mark(value, 'name');
    const columns = this.folded.columns.get(wordMark(value)!);
    return { text, span, ...(columns && { columns }) };
  }
  /** What is folded behind a mark, if it is of this kind. */
  fold(value: unknown, kind: Fold['kind']): Fold | undefined {
    const i = wordMark(value);
    const found = i === undefined ? undefined : this.folded.folds.get(i);
    return found?.kind === kind && this.take(i) !== undefined ? found : undefined;
  }
  isMark(value: unknown): boolean { return wordMark(value) !== undefined; }
  /** NATURAL stands before the join of the relation behind the mark. */
  isNatural(value: unknown): boolean { return this.folded.naturals.has(wordMark(value) ?? -1); }

  /** Keywords and operators as far as the parser understood them: the next one of each. Returns where they stand. */
  use(...words: readonly string[]): Span | undefined {
    let span: Span | undefined;
    for (const word of words.flatMap((w) => w.toUpperCase().split(/\s+/)).filter((w) => w !== '' && !NOISE.has(w))) {
      const i = this.take(this.words.get(word)?.shift());
      if (i === undefined) return this.distrust(undefined);
      span = joinSpans(span, this.reader.tokens[i]!.span);
    }
    return span;
  }

  /** @throws DIALECT_NOT_TRUSTED at the first token that never came back */
  close(): void {
    const k = this.used.indexOf(0);
    if (k >= 0) this.distrust(this.reader.tokens[this.folded.at.from + k]!.span);
  }

  distrust(span: Span | undefined): never {
    const at = span ?? this.reader.span(this.folded.at);
    return raise('DIALECT_NOT_TRUSTED', { dialect: this.reader.dialect.title, near: near(at) }, { span: at });
  }
  refuse(construct: string, span: Span | undefined = undefined): never { return this.reader.refuse(construct, span ?? this.reader.span(this.folded.at)); }
}

const near = (span: Span): string => { const text = span.text.slice(span.start, span.stop); return text.length > 40 ? `${text.slice(0, 37)}...` : text; };
