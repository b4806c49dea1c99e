// Rows as a text table, as `show()` and the console sink print them.
//
// source: Spark Dataset.showString: cells right-aligned and cut to a width, wide characters counted as two, a line that says when rows were left out.

import type { Schema } from '../../planner/types.js';
import type { Row } from '../../planner/values.js';
import { renderer, type Rendering } from './render.js';

/** East Asian wide and full-width characters take two columns of a terminal. */
const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g;
const widthOf = (text: string): number => text.length + (text.match(WIDE)?.length ?? 0);
const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\f': '\\f', '\b': '\\b', '\v': '\\v', '\x07': '\\a' };
const printable = (text: string): string => text.replace(/[\n\r\t\f\b\v\x07]/g, (c) => ESCAPES[c]!);

/** At most `count` of `rows`; a cell longer than `width` is cut with an ellipsis; `width` 0: nothing is cut and cells stand left. */
export function tableText(schema: Schema, rows: readonly Row[], count: number, width: number, rendering: Rendering): string {
  const texts = schema.fields.map((f) => renderer(f.type, rendering));
  const cut = (text: string): string => width === 0 || text.length <= width ? text : width < 4 ? text.slice(0, width) : `${text.slice(0, width - 3)}...`;
  const cells = [schema.fields.map((f) => cut(printable(f.name))),
    ...rows.slice(0, count).map((row) => row.map((value, i) => cut(value === null ? 'NULL' : printable(texts[i]!(value)))))];
  const widths = schema.fields.map((_, c) => Math.max(3, ...cells.map((row) => widthOf(row[c]!))));
  const rule = `+${widths.map((w) => '-'.repeat(w)).join('+')}+\n`;
  const lines = cells.map((row) => `|${row.map((cell, c) => { const pad = ' '.repeat(widths[c]! - widthOf(cell)); return width === 0 ? cell + pad : pad + cell; }).join('|')}|\n`);
  const more = rows.length > count ? `only showing top ${count} ${count === 1 ? 'row' : 'rows'}\n` : '';
  return `${rule}${lines[0]}${rule}${lines.slice(1).join('')}${rule}${more}`;
}
