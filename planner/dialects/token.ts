// A token of a text in another dialect.

import type { Span } from '../spans.js';

export interface Token {
  /** word: a keyword wherever it stands; name: an identifier, or a word that its place may make a keyword. */
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'symbol';
  /** A name without its quotes, a string's value, a word in upper case, else as written. */
  readonly text: string;
  /** What is written without quotes and begins with a letter, in upper case; empty for all else. */
  readonly spelling: string;
  readonly span: Span;
}
