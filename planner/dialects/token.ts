// A token of a text in another dialect.

import type { Span } from '../spans.js';

export interface Token {
  /** word: a keyword, or the name of a function or type; name: an identifier. */
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'symbol';
  /** A name without its quotes, a string's value, a word in upper case, else as written. */
  readonly text: string;
  readonly span: Span;
}
