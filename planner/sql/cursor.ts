// A place in a list of tokens, with what the grammar asks of it, and the syntax error in Spark's form.

import { EngineError, raise } from '../errors/index.js';
import type { Span } from '../spans.js';
import type { UnresolvedPlan } from '../tree.js';
import { tooDeep } from '../plan/depth.js';
import { type Token, tokenize } from './lexer.js';
import type { Whole } from './places/refusal.js';

/** Brackets in brackets that the parser follows: a level costs it up to 2.5 KB of stack, and a process has somewhat less than 1 MB. */
const NESTING_MAX = 250;

/** What a query begins with. */
export const QUERY_WORDS: ReadonlySet<string> = new Set(['SELECT', 'WITH', 'VALUES', 'FROM', 'TABLE']);
/** What a query begins with in Spark that hands its rows to a program. */
const SCRIPT_WORDS: ReadonlySet<string> = new Set(['MAP', 'REDUCE']);
const STARTS_OPERAND: ReadonlySet<string> = new Set(['(', '-', '+', '~', '*', '?', ':', '!']);

/** The parts of a name that is given as text. */
function namesIn(text: string): string[] {
  const c = new Cursor(text, () => c.fail());
  if (c.peek().kind === 'eof') return [];
  const parts = c.qualifiedName();
  return c.peek().kind === 'eof' ? parts : c.fail();
}

export class Cursor {
  readonly text: string;
  private readonly tokens: readonly Token[];
  private at = 0;
  private depth = 0;
  /** Forms and places that `attempt` has tried in vain, with the token up to which they read. */
  private readonly failed = new Map<string, number>();
  /** What the last vain attempt failed with. */
  missed: EngineError | undefined;
  /** The last token that it came to. */
  missedAt = 0;
  /** The last token at which something could not be read on, whatever was said of it. */
  private furthest = 0;
  /** Where the next token cannot be read on, as a form that was given up began before it: what is said instead. */
  private instead: { readonly at: number; readonly say: number } | undefined;
  /** What is wrong beside the syntax, which is told only if that is right. */
  private readonly wrong: EngineError[] = [];
  /** Types with a length (CHAR, VARCHAR) are refused: what they are of has no lengths. */
  refusesLengths = false;
  /** If set: told the words and symbols that were missed, each with the number of the token in their place. */
  missing: ((at: number, what: string) => void) | undefined;
  /** Places where `choose` answers the other way. */
  private readonly turned: ReadonlySet<number>;
  /** Places where it was asked. */
  readonly choices = new Set<number>();
  /** What the text is in Spark's grammar, and from which token on. */
  model: { readonly whole: Whole; readonly at: number } | undefined;
  /** Some of it was not read as what it is. */
  unread = false;
  /** How many `?` came before. */
  parameters = 0;
  /** The query grammar, which sits above expressions. */
  readonly parseQuery: (cursor: Cursor) => UnresolvedPlan;

  /** `within`: only this part of the text is read; places still are those of the whole. */
  constructor(text: string, parseQuery: (cursor: Cursor) => UnresolvedPlan, within?: Span, turned: ReadonlySet<number> = new Set()) {
    this.text = text;
    this.turned = turned;
    const tokens = tokenize(text);
    const part = within ? tokens.filter((t) => t.kind !== 'eof' && t.start >= within.start && t.stop <= within.stop) : tokens;
    const { unclosed } = tokens.at(-1)!;
    this.tokens = within ? [...part, { kind: 'eof', text: '', upper: '', start: within.stop, stop: within.stop, ...(unclosed !== undefined && unclosed < within.stop && { unclosed }) }] : tokens;
    this.parseQuery = parseQuery;
  }

  peek(ahead = 0): Token { return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)]!; }
  next(): Token { const t = this.peek(); if (t.kind !== 'eof') this.at++; return t; }
  get position(): number { return this.at; }
  /** Goes back to a place that `position` gave. */
  rewind(position: number): void { this.at = position; }

  /** The answer to a question of two readings of the next word, both of which the grammar has: the usual one, or the other if this place is turned. */
  choose(usual: boolean): boolean {
    this.choices.add(this.at);
    return usual !== this.turned.has(this.at);
  }
  /** How far it has been read. */
  get reached(): number { return this.furthest; }

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

  isIdentifier(ahead = 0): boolean { const { kind } = this.peek(ahead); return kind === 'word' || kind === 'quoted'; }
  /** A name: a word, a quoted one, or `IDENTIFIER('a')`. */
  identifier(): string {
    if (!(this.isWord('IDENTIFIER') && this.isSymbol('(', 1) && this.isString(2))) return this.word();
    const from = this.at;
    this.at += 2;
    const parts = namesIn(this.string());
    this.expectSymbol(')');
    const span = this.spanFrom(from);
    if (parts.length === 0) this.later(new EngineError('PARSE_EMPTY_STATEMENT', {}, { span }));
    if (parts.length > 1) this.later(new EngineError('IDENTIFIER_TOO_MANY_NAME_PARTS', { identifier: parts.map((p) => `\`${p}\``).join('.'), limit: '1' }, { span }));
    return parts[0] ?? '';
  }
  /** A name as it stands. */
  word(): string { return this.isIdentifier() ? this.next().text : this.fail(); }
  /** `a.b.c` */
  qualifiedName(): string[] {
    const parts = [this.word()];
    while (this.takeSymbol('.')) parts.push(this.word());
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
  attempt<T>(form: string, body: () => T, otherwise: (furthest: number) => boolean = () => true): T | undefined {
    const { at, parameters, depth, furthest } = this;
    const wrong = this.wrong.length;
    const key = `${form} ${at}`;
    const failed = this.failed.get(key);
    if (failed !== undefined) { this.furthest = Math.max(furthest, failed); return undefined; }
    this.furthest = at;
    try { return body(); } catch (e) {
      if ((e as EngineError).condition !== 'PARSE_SYNTAX_ERROR' || !otherwise(this.furthest)) throw e;
      this.missed = e as EngineError;
      this.missedAt = this.furthest;
      this.wrong.length = wrong;
      this.instead = undefined;
      this.at = at;
      this.parameters = parameters;
      this.depth = depth;
      this.failed.set(key, this.furthest);
      return undefined;
    } finally { this.furthest = Math.max(furthest, this.furthest); }
  }
  /** Reads a form whose word may also be a name, `word ( … )`; where it does not parse, and what stands between the bracket (the token `open`) and the
   *  first token that does not fit could be a list of names or a query, the word is a name: goes back and gives undefined.
   *  `otherwise`: the token to which another form of the word came.
   *  source: the prediction of Spark's parser, which of several readings that end at the same token takes the one that is over. */
  form<T>(form: string, open: number, body: () => T, otherwise = 0): T | undefined {
    return this.attempt(form, body, (furthest) => this.couldBeNames(open + 1, Math.max(furthest, otherwise)) || this.couldBeQuery(open + 1, furthest));
  }
  private couldBeNames(from: number, upTo: number): boolean {
    for (let i = from; i < upTo; i++) {
      const t = this.tokens[i]!;
      if ((i - from) % 2 === 0 ? t.kind !== 'word' && t.kind !== 'quoted' : t.text !== ',') return false;
    }
    return true;
  }
  private couldBeQuery(from: number, upTo: number): boolean {
    let i = from;
    while (this.tokens[i]?.text === '(') i++;
    return i >= upTo || QUERY_WORDS.has(this.tokens[i]?.upper ?? '') || SCRIPT_WORDS.has(this.tokens[i]?.upper ?? '');
  }
  /** The token that closes the bracket `open`; that behind the last one if none does. */
  closing(open: number): number {
    let depth = 0;
    for (let i = open; i < this.tokens.length; i++) {
      const t = this.tokens[i]!;
      if (t.kind !== 'symbol') continue;
      if (t.text === '(') depth++;
      else if (t.text === ')' && --depth === 0) return i;
    }
    return this.tokens.length;
  }
  /** What goes wrong in the syntax of `body` is said of the first token that no reading could take. */
  exactly<T>(body: () => T): T { return this.saying((furthest) => furthest, body); }
  /** What goes wrong in the syntax of `body` is said of the token that `where` makes of the furthest one; also if `body` gave a form up in order to end before it,
   *  and nothing can follow there. */
  private saying<T>(where: (furthest: number) => number, body: () => T, hint = ''): T {
    const { furthest } = this;
    this.furthest = this.at;
    try {
      const result = body();
      if (this.furthest > this.at) this.instead = { at: this.at, say: where(this.furthest) };
      return result;
    } catch (e) {
      if ((e as EngineError).condition !== 'PARSE_SYNTAX_ERROR') throw e;
      this.instead = undefined;
      this.at = where(this.furthest);
      return this.fail(hint);
    } finally { this.furthest = Math.max(furthest, this.furthest); }
  }

  /** All that there is, read by `body`. */
  whole<T>(body: (cursor: Cursor) => T): T {
    const result = body(this);
    this.end();
    this.checkNames();
    return result;
  }
  /** From the next token on the text is what Spark's grammar has as `whole`; undefined: it has nothing of the kind. */
  models(whole: Whole | undefined): void { this.model = whole && { whole, at: this.at }; }
  /** There is nothing between its ends, not even a comment. */
  get isBlank(): boolean { return this.tokens.length === 1 && this.text.slice(0, this.tokens[0]!.stop).trim() === ''; }
  /** The tokens from a position on. */
  from(position: number): readonly Token[] { return this.tokens.slice(position); }
  /** Names without backquotes are ASCII. */
  private checkNames(): void {
    for (const t of this.tokens) if (t.kind === 'word' && !/^\w+$/.test(t.text)) raise('INVALID_IDENTIFIER', { ident: t.text }, { span: { text: this.text, start: t.start, stop: t.stop } });
  }
  /** Nothing may follow but `;`. */
  private end(): void {
    const closed = this.isSymbol(';');
    while (this.takeSymbol(';')) { /* as many as there are */ }
    const t = this.peek();
    if (t.kind !== 'eof') this.fail(closed || this.peek(1).kind === 'eof' ? `: extra input ${quote(t)}` : '');
    this.checkComment();
    if (this.wrong[0]) throw this.wrong[0];
  }
  /** @throws UNCLOSED_BRACKETED_COMMENT */
  private checkComment(): void {
    const { unclosed } = this.tokens.at(-1)!;
    if (unclosed !== undefined) raise('UNCLOSED_BRACKETED_COMMENT', {}, { span: { text: this.text, start: unclosed, stop: this.text.length } });
  }
  /** The syntax error of a token that the grammar has, but not here. */
  extraInput(position: number): EngineError {
    const t = this.tokens[position]!;
    return new EngineError('PARSE_SYNTAX_ERROR', { error: quote(t), hint: `: extra input ${quote(t)}` }, { span: { text: this.text, start: t.start, stop: t.stop } });
  }
  private mismatch(what: string, expected: (token: Token) => boolean): never {
    this.missing?.(this.at, what);
    return this.fail(expected(this.peek(1)) ? `: extra input ${quote(this.peek())}` : '');
  }
  /** Keeps an error until the whole text is read: what is wrong beside the syntax is told only of a text that parses. */
  later(error: EngineError): void { this.wrong.push(error.shownAt(this.spanFrom(Math.max(0, this.at - 1)))); }
  /** It was kept for later: the text parses. */
  kept(error: EngineError): boolean { return this.wrong.includes(error); }
  /** What `body` keeps for later without a place is of what it reads. */
  placing<T>(body: () => T): T {
    const from = this.at;
    const before = this.wrong.length;
    const result = body();
    for (let i = before; i < this.wrong.length; i++) this.wrong[i] = this.wrong[i]!.at(this.spanFrom(from));
    return result;
  }
  /** `read`, or `otherwise` where it finds something wrong beside the syntax, which is told later. */
  lenient<T>(read: () => T, otherwise: T): T {
    try { return read(); } catch (e) {
      if (!(e instanceof EngineError) || e.condition === 'PARSE_SYNTAX_ERROR' || e.condition === 'FAILED_TO_PARSE_TOO_COMPLEX') throw e;
      this.later(e);
      return otherwise;
    }
  }
  /** What goes wrong in the syntax of `body` is said of the token at `position`. */
  failingAt<T>(position: number, body: () => T, hint = ''): T { return this.saying(() => position, body, hint); }
  /** The syntax error at the next token. */
  fail(hint = ''): never {
    this.furthest = Math.max(this.furthest, this.at);
    if (this.instead?.at === this.at) this.at = this.instead.say;
    const t = this.peek();
    const span: Span = { text: this.text, start: t.start, stop: Math.max(t.stop, t.start) };
    return raise('PARSE_SYNTAX_ERROR', { error: t.kind === 'eof' ? 'end of input' : quote(t, this.text), hint }, { span });
  }
}

const quote = (t: Token, text?: string): string => `'${text && t.kind !== 'word' && t.kind !== 'symbol' ? text.slice(t.start, t.stop) : t.text}'`;
