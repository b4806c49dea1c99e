// A place in a list of tokens, with what the grammar asks of it, and the syntax error in Spark's form.

import { type EngineError, raise } from '../errors/index.js';
import type { Span } from '../spans.js';
import type { UnresolvedPlan } from '../tree.js';
import { tooDeep } from '../plan/depth.js';
import { type Token, tokenize } from './lexer.js';

/** Brackets in brackets that the parser follows: a level costs it up to 2.5 KB of stack, and a process has somewhat less than 1 MB. */
const NESTING_MAX = 250;

const STARTS_OPERAND: ReadonlySet<string> = new Set(['(', '-', '+', '~', '*', '?', ':', '!']);

export class Cursor {
  readonly text: string;
  private readonly tokens: Token[];
  private at = 0;
  private depth = 0;
  /** Forms and places that `attempt` has tried in vain. */
  private readonly failed = new Set<string>();
  /** What the last vain attempt failed with. */
  missed: EngineError | undefined;
  /** What is wrong beside the syntax, which is told only if that is right. */
  private readonly wrong: EngineError[] = [];
  /** Types with a length (CHAR, VARCHAR) are refused: what they are of has no lengths. */
  refusesLengths = false;
  /** If set: told the words and symbols that were missed, each with the number of the token in their place. */
  missing: ((at: number, what: string) => void) | undefined;
  /** How many `?` came before. */
  parameters = 0;
  /** The query grammar, which sits above expressions. */
  readonly parseQuery: (cursor: Cursor) => UnresolvedPlan;

  /** `within`: only this part of the text is read; places still are those of the whole. */
  constructor(text: string, parseQuery: (cursor: Cursor) => UnresolvedPlan, within?: Span) {
    this.text = text;
    const tokens = tokenize(text);
    const part = within ? tokens.filter((t) => t.kind !== 'eof' && t.start >= within.start && t.stop <= within.stop) : tokens;
    this.tokens = within ? [...part, { kind: 'eof', text: '', upper: '', start: within.stop, stop: within.stop }] : tokens;
    this.parseQuery = parseQuery;
  }

  peek(ahead = 0): Token { return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)]!; }
  next(): Token { const t = this.peek(); if (t.kind !== 'eof') this.at++; return t; }
  get position(): number { return this.at; }
  /** Goes back to a place that `position` gave. */
  rewind(position: number): void { this.at = position; }

  isWord(word: string, ahead = 0): boolean { return this.peek(ahead).upper === word; }
  isAnyWord(words: ReadonlySet<string>, ahead = 0): boolean { const { upper } = this.peek(ahead); return upper !== '' && words.has(upper); }
  /** The next words are these. */
  areWords(...words: readonly string[]): boolean { return words.every((w, i) => this.isWord(w, i)); }
  isSymbol(symbol: string, ahead = 0): boolean { const t = this.peek(ahead); return t.kind === 'symbol' && t.text === symbol; }
  takeWord(...words: readonly string[]): boolean {
    if (!this.areWords(...words)) return false;
    this.at += words.length;
    return true;
  }
  takeSymbol(symbol: string): boolean { if (!this.isSymbol(symbol)) return false; this.at++; return true; }
  expectWord(...words: readonly string[]): void { for (const w of words) if (!this.takeWord(w)) this.mismatch(w, (t) => t.upper === w); }
  expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) this.mismatch(symbol, (t) => t.kind === 'symbol' && t.text === symbol);
  }
  /** As expectSymbol, where nothing but this symbol could have come. */
  requireSymbol(symbol: string): void { if (!this.takeSymbol(symbol)) { this.missing?.(this.at, symbol); this.fail(`: missing '${symbol}'`); } }
  /** `>` where a longer symbol begins with it (`ARRAY<ARRAY<INT>>`). */
  expectGreater(): void {
    const t = this.peek();
    if (t.kind === 'symbol' && t.text.length > 1 && t.text.startsWith('>')) {
      this.tokens.splice(this.at, 1, { ...t, text: '>', stop: t.start + 1 }, { ...t, text: t.text.slice(1), start: t.start + 1 });
      this.failed.clear();
    }
    this.expectSymbol('>');
  }

  isIdentifier(ahead = 0): boolean { const { kind } = this.peek(ahead); return kind === 'word' || kind === 'quoted'; }
  identifier(): string { return this.isIdentifier() ? this.next().text : this.fail(); }
  /** `a.b.c` */
  qualifiedName(): string[] {
    const parts = [this.identifier()];
    while (this.takeSymbol('.')) parts.push(this.identifier());
    return parts;
  }
  isString(ahead = 0): boolean { return this.peek(ahead).kind === 'string'; }
  /** Adjacent literals join. */
  string(): string {
    if (!this.isString()) this.fail();
    let text = '';
    while (this.isString()) text += this.next().text;
    return text;
  }
  /** Several with a separator, joined by it. */
  joined(separator: string, item: () => string): string {
    let text = item();
    while (this.takeSymbol(separator)) text += separator + item();
    return text;
  }
  /** Takes the word if it is there; always true, to be used for words that change nothing. */
  skipWord(word: string): true { this.takeWord(word); return true; }
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.takeSymbol(',')) items.push(item());
    return items;
  }
  parenthesized<T>(body: () => T): T {
    this.expectSymbol('(');
    const result = body();
    this.expectSymbol(')');
    return result;
  }

  /** From token `from` to the last one taken. */
  spanFrom(from: number): Span {
    const first = this.tokens[from]!;
    const last = this.tokens[Math.max(from, this.at - 1)]!;
    return { text: this.text, start: first.start, stop: Math.max(last.stop, first.start) };
  }

  /** Could the token begin an operand? */
  startsOperand(ahead = 0): boolean {
    const t = this.peek(ahead);
    if (t.kind === 'eof') return false;
    return t.kind !== 'symbol' || STARTS_OPERAND.has(t.text);
  }

  nested<T>(body: () => T): T {
    if (++this.depth > NESTING_MAX) tooDeep(NESTING_MAX, this.spanFrom(this.at));
    const result = body();
    this.depth--;
    return result;
  }
  /** Runs `body`; where it does not parse, goes back and gives undefined. Errors other than of syntax pass. What did not parse as this form
   *  is not tried at the same place again: otherwise each level of nesting would double the work. */
  attempt<T>(form: string, body: () => T): T | undefined {
    const { at, parameters, depth } = this;
    const wrong = this.wrong.length;
    const key = `${form} ${at}`;
    if (this.failed.has(key)) return undefined;
    try { return body(); } catch (e) {
      if ((e as EngineError).condition !== 'PARSE_SYNTAX_ERROR') throw e;
      this.missed = e as EngineError;
      this.wrong.length = wrong;
      this.at = at;
      this.parameters = parameters;
      this.depth = depth;
      this.failed.add(key);
      return undefined;
    }
  }

  /** All that there is, read by `body`. @throws INVALID_IDENTIFIER of a name before what else is wrong */
  whole<T>(body: (cursor: Cursor) => T): T {
    try {
      const result = body(this);
      this.end();
      this.checkNames(Number.POSITIVE_INFINITY);
      return result;
    } catch (e) {
      const { condition, span } = e as EngineError;
      if (condition === 'PARSE_SYNTAX_ERROR' && span) this.checkNames(span.start);
      throw e;
    }
  }
  /** Names without backquotes are ASCII. */
  private checkNames(before: number): void {
    for (const t of this.tokens) {
      if (t.start >= before) return;
      if (t.kind === 'word' && !/^\w+$/.test(t.text)) raise('INVALID_IDENTIFIER', { ident: t.text }, { span: { text: this.text, start: t.start, stop: t.stop } });
    }
  }
  /** Nothing may follow but `;`. */
  private end(): void {
    const closed = this.isSymbol(';');
    while (this.takeSymbol(';')) { /* as many as there are */ }
    const t = this.peek();
    if (t.kind !== 'eof') this.fail(closed || this.peek(1).kind === 'eof' ? `: extra input ${quote(t)}` : '');
    if (this.wrong[0]) throw this.wrong[0];
  }
  private mismatch(what: string, expected: (token: Token) => boolean): never {
    this.missing?.(this.at, what);
    return this.fail(expected(this.peek(1)) ? `: extra input ${quote(this.peek())}` : '');
  }
  /** Keeps an error until the whole text is read. */
  later(error: EngineError): void { this.wrong.push(error); }
  /** What goes wrong in the syntax of `body` is said of the token at `position`. */
  failingAt<T>(position: number, body: () => T, hint = ''): T {
    try { return body(); } catch (e) {
      if ((e as EngineError).condition !== 'PARSE_SYNTAX_ERROR') throw e;
      this.rewind(position);
      return this.fail(hint);
    }
  }
  /** The syntax error at the next token. */
  fail(hint = ''): never {
    const t = this.peek();
    const span: Span = { text: this.text, start: t.start, stop: Math.max(t.stop, t.start) };
    return raise('PARSE_SYNTAX_ERROR', { error: t.kind === 'eof' ? 'end of input' : quote(t, this.text), hint }, { span });
  }
}

const quote = (t: Token, text?: string): string => `'${text && t.kind !== 'word' && t.kind !== 'symbol' ? text.slice(t.start, t.stop) : t.text}'`;
