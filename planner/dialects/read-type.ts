// Types as the other dialects write them.

import * as T from '../types.js';
import type { DataType } from '../types.js';
import { typeEnd } from './extent.js';
import type { Reader, Stretch } from './reader.js';

/** The whole stretch is one type. @throws DIALECT_FEATURE for one that has no counterpart, or another meaning */
export function readType(r: Reader, at: Stretch): DataType {
  const { from, to } = at;
  if (from >= to || !r.isName(from) || typeEnd(r, from) < to) return r.fail(from);
  if (r.isSymbol(to - 1, ']')) return T.array(readType(r, { from, to: to - 2 }));
  const word = r.tokens[from]!.spelling;
  const angle = r.isSymbol(from + 1, '<');
  if (angle || (r.isSymbol(from + 1, '(') && r.dialect.name === 'trino')) {
    // A type is no expression: what is in angles is split by hand.
    const parts = angle ? splitAngles(r, { from: from + 2, to: to - 1 }) : r.split(r.inside(from + 1, to));
    if (word === 'ARRAY' && parts.length === 1) return T.array(readType(r, parts[0]!));
    if (word === 'MAP' && parts.length === 2) return T.map(readType(r, parts[0]!), readType(r, parts[1]!));
    if (word === (angle ? r.dialect.name === 'flinksql' ? 'ROW' : 'STRUCT' : 'ROW')) return T.struct(parts.map((p) => T.field(r.tokens[p.from]!.text, readType(r, { from: p.from + 1, to: p.to }))));
  }
  const open = r.tokens.findIndex((_, i) => i >= from && i < to && r.isSymbol(i, '('));
  const sizes = open < 0 ? [] : r.split({ from: open + 1, to: r.close(open)! }).map((s) => s.to === s.from + 1 && /^\d+$/.test(r.tokens[s.from]!.text) ? Number(r.tokens[s.from]!.text) : r.fail(s.from));
  const words = r.tokens.slice(from, to).filter((t) => t.kind === 'word' || t.kind === 'name').map((t) => t.spelling).join(' ');
  const found = sizes.length > 2 ? undefined : r.dialect.types.get(words)?.(sizes[0], sizes[1]);
  return found ?? r.refuse(`the type ${words}${sizes.length > 0 ? `(${sizes.join(', ')})` : ''}`, r.span(at));
}

/** Between commas outside of brackets and angles. */
function splitAngles(r: Reader, { from, to }: Stretch): Stretch[] {
  const parts: Stretch[] = [];
  let depth = 0;
  let start = from;
  for (let i = from; i < to; i++) {
    depth += r.isSymbol(i, '<', '(') ? 1 : r.isSymbol(i, '>', ')') ? -1 : 0;
    if (depth === 0 && r.isSymbol(i, ',')) { parts.push({ from: start, to: i }); start = i + 1; }
  }
  parts.push({ from: start, to });
  return parts;
}
