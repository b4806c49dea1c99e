// A text in another dialect while it is read: its tokens, which bracket closes which, and the readers of its parts, which call each other.
// What stands in brackets is always a part of its own, so that no stretch of text that is read at once has brackets inside.

import { raise } from '../errors/index.js';
import { joinSpans, type Span } from '../spans.js';
import { keywordMeant } from '../sql/syntax-hint.js';
import type { Expr, UnresolvedPlan } from '../tree.js';
import type { Dialect } from './dialect.js';
import { inSpark, inSparkAt } from './in-spark.js';
import type { Token } from './token.js';

/** Tokens `from` up to but without `to`. */
export interface Stretch { readonly from: number; readonly to: number }

/** The readers of the parts: all of them take a stretch whole, or refuse it. */
export interface Readers {
  query(r: Reader, at: Stretch): UnresolvedPlan;
  expression(r: Reader, at: Stretch): Expr;
}

const OPENS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const CLOSES = new Set(Object.values(OPENS));
/** How deep brackets may stand inside of each other. */
const MAX_DEPTH = 300;

export class Reader {
  readonly tokens: readonly Token[];
  readonly whole: Span;
  readonly dialect: Dialect;
  /** A function of Spark's has this name, so that the dialect's may mean another thing. */
  readonly builtin: (name: string) => boolean;
  private readonly readers: Readers;
  /** For a token that opens a bracket, or CASE: the one that closes it. */
  private readonly partner: Int32Array;

  /** @throws PARSE_SYNTAX_ERROR for brackets without a partner, DIALECT_FEATURE for too many of them */
  constructor(tokens: readonly Token[], whole: Span, dialect: Dialect, builtin: (name: string) => boolean, readers: Readers) {
    this.tokens = tokens;
    this.whole = whole;
    this.dialect = dialect;
    this.builtin = builtin;
    this.readers = readers;
    this.partner = new Int32Array(tokens.length).fill(-1);
    const open: number[] = [];
    for (const [i, t] of tokens.entries()) {
      if (t.kind === 'word' ? t.text === 'CASE' : t.kind === 'symbol' && t.text in OPENS) {
        if (open.push(i) > MAX_DEPTH) this.refuse(`more than ${MAX_DEPTH} brackets inside of each other`, t.span);
      } else if (t.kind === 'word' ? t.text === 'END' : t.kind === 'symbol' && CLOSES.has(t.text)) {
        const from = open.pop();
        if (from === undefined || (OPENS[tokens[from]!.text] ?? 'END') !== t.text) this.fail(i);
        this.partner[from!] = i;
      }
    }
    if (open.length > 0) this.fail(tokens.length);
  }

  query(at: Stretch): UnresolvedPlan { return this.readers.query(this, at); }
  expression(at: Stretch): Expr { return this.readers.expression(this, at); }
  expressions(at: Stretch): Expr[] { return this.split(at).map((item) => this.expression(item)); }

  isSymbol(i: number, ...symbols: readonly string[]): boolean { const t = this.tokens[i]; return t?.kind === 'symbol' && symbols.includes(t.text); }
  /** Words without quotes, one after another, whatever they are elsewhere. */
  spelled(i: number, ...words: readonly string[]): boolean { return words.every((word, k) => this.tokens[i + k]?.spelling === word); }
  /** Behind any number of brackets. */
  startsQuery(i: number): boolean { let k = i; while (this.isSymbol(k, '(')) k++; const t = this.tokens[k]; return (t?.kind === 'word' && (t.text === 'SELECT' || t.text === 'WITH')) || (t?.spelling === 'VALUES' && this.isSymbol(k + 1, '(')); }
  isOneOf(i: number, words: ReadonlySet<string>): boolean { const spelling = this.tokens[i]?.spelling; return spelling !== undefined && spelling !== '' && words.has(spelling); }
  isName(i: number): boolean { const kind = this.tokens[i]?.kind; return kind === 'name' || kind === 'word'; }
  /** The token that closes what this one opens; undefined if it opens nothing. */
  close(i: number): number | undefined { const at = this.partner[i]; return at === undefined || at < 0 ? undefined : at; }
  /** What is between the brackets that begin at `open` and end the stretch; fails if they do not end it. */
  inside(open: number, to: number): Stretch {
    const close = this.close(open);
    return close === undefined || close + 1 !== to ? this.fail(close === undefined ? open : close + 1) : { from: open + 1, to: close };
  }
  span({ from, to }: Stretch): Span { return joinSpans(this.tokens[from]?.span, this.tokens[to - 1]?.span) ?? this.whole; }

  /** The first token from `from` on, outside of brackets, that `is` says yes to; `to` if there is none. */
  find({ from, to }: Stretch, is: (i: number) => boolean): number {
    for (let i = from; i < to; i = (this.close(i) ?? i) + 1) if (is(i)) return i;
    return to;
  }
  /** The stretches between commas outside of brackets; none of an empty stretch. */
  split({ from, to }: Stretch): Stretch[] {
    const parts: Stretch[] = [];
    for (let start = from; start < to || parts.length > 0; ) {
      const comma = this.find({ from: start, to }, (i) => this.isSymbol(i, ','));
      if (comma === start) this.fail(start);
      parts.push({ from: start, to: comma });
      if (comma === to) break;
      start = comma + 1;
    }
    return parts;
  }

  /** @throws PARSE_SYNTAX_ERROR at the token */
  fail(i: number, hint = `: ${this.dialect.title} as read here has nothing like it at this place`): never {
    const token = this.tokens[i];
    const span = token?.span ?? this.whole;
    return raise('PARSE_SYNTAX_ERROR', { error: token ? `'${span.text.slice(span.start, span.stop)}'` : 'end of input', hint }, { span, hint: inSparkAt(this.tokens, i) ?? (token?.kind === 'word' ? keywordMeant(token.text) : undefined) });
  }
  /** @throws DIALECT_FEATURE */
  refuse(construct: string, span: Span | undefined = undefined): never {
    return raise('DIALECT_FEATURE', { dialect: this.dialect.title, construct }, { span: span ?? this.whole, hint: inSpark(construct) });
  }
}
