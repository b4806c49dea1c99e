// Where in a text something stands. Offsets are UTF-16 indices into the text; positions for people and for Spark's error
// fields count code points (an emoji is one).

/** [start, stop): UTF-16 offsets into `text`. */
export interface Span {
  readonly text: string;
  readonly start: number;
  readonly stop: number;
}

export const joinSpans = (a: Span | undefined, b: Span | undefined): Span | undefined =>
  !a ? b : !b ? a : { text: a.text, start: Math.min(a.start, b.start), stop: Math.max(a.stop, b.stop) };

/** Code points in text[from, to). */
export function codePoints(text: string, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0xdc00 || unit > 0xdfff || i === 0 || (text.charCodeAt(i - 1) & 0xfc00) !== 0xd800) count++;
  }
  return count;
}

/** Line from 1 and position in the line from 0, in code points. */
export function lineAndPosition(text: string, offset: number): { readonly line: number; readonly position: number } {
  let line = 1;
  let begin = 0;
  for (let i = 0; i < offset; i++) if (text.charCodeAt(i) === 10) { line++; begin = i + 1; }
  return { line, position: codePoints(text, begin, offset) };
}

/** A literal behind a name that tells of a secret: an option's value in a statement, or `password="…"` within one. */
const SECRET = /((?:password|passwd|secret|jaas|credential|token|ssl\.\w+\.key)[\w.-]*[`'"]?\s*=?\s*)('(?:[^'\\]|\\.|'')*'?|"(?:[^"\\]|\\.|"")*"?)/gi;
const concealed = (line: string): string => line.replace(SECRET, (_, name: string, literal: string) => `${name}${'*'.repeat(codePoints(literal, 0, literal.length))}`);

/** The line of the span with carets under it, as errors print it; secrets are stars. */
export function caret(span: Span): string {
  const begin = span.text.lastIndexOf('\n', span.start - 1) + 1;
  const newline = span.text.indexOf('\n', span.start);
  const end = newline === -1 ? span.text.length : newline;
  const width = Math.max(1, codePoints(span.text, span.start, Math.min(Math.max(span.stop, span.start + 1), end)));
  return `${concealed(span.text.slice(begin, end))}\n${' '.repeat(codePoints(span.text, begin, span.start))}${'^'.repeat(width)}`;
}
