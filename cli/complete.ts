// Whether what was typed at the prompt is whole: its last sign, outside of quotes and comments, is a semicolon.

/** A quoted text, a comment, or one sign; a quote or a comment that does not end takes the rest. */
const PIECE = /'(?:[^'\\]|\\.)*(?:'|$)|"(?:[^"\\]|\\.)*(?:"|$)|`[^`]*(?:`|$)|--[^\n]*|\/\*.*?(?:\*\/|$)|\s+|./gs;

export function isComplete(text: string): boolean {
  let last = '';
  for (const [piece] of text.matchAll(PIECE)) if (!/^(\s|--|\/\*.*\*\/$)/s.test(piece)) last = piece;
  return last === ';';
}
