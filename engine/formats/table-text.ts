// Rows as a text table with borders, as the console sink and show() print them.
// source: Spark Dataset.showString: right-aligned cells cut to a width, control characters escaped, wide characters counted twice.

import type { DataType, Schema } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import { zoneOf } from './zone.js';
import { renderer } from './render.js';

const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g;
const widthOf = (text: string): number => text.length + (text.match(WIDE)?.length ?? 0);
const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\f': '\\f', '\b': '\\b', '\u000b': '\\v', '\u0007': '\\a' };

/** The first `count` rows; `width` > 0: longer cells are cut and cells stand right, 0: whole and left. Ends in a line feed unless rows were left out. */
export function tableText(schema: Schema, rows: readonly (readonly Value[])[], count: number, width: number, timeZone = 'UTC'): string {
  const print = schema.fields.map((f) => renderer(f.type, { zone: zoneOf(timeZone), nullText: 'NULL' }));
  const cut = (text: string): string => {
    if (width <= 0 || text.length <= width) return text;
    return width < 4 ? text.slice(0, width) : `${text.slice(0, width - 3)}...`;
  };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these would break the table
  const clean = (text: string): string => text.replace(/[\n\r\t\f\u0007\u0008\u000b]/g, (c) => ESCAPES[c]!);
  const lines = [schema.fields.map((f) => cut(clean(f.name))), ...rows.slice(0, count).map((row) => row.map((v, i) => v === null ? 'NULL' : cut(clean(print[i]!(v)))))];
  const widths = schema.fields.map((_, i) => lines.reduce((width, l) => Math.max(width, widthOf(l[i]!)), 3));
  const border = `+${widths.map((w) => '-'.repeat(w)).join('+')}+\n`;
  const line = (cells: readonly string[]): string =>
    `|${cells.map((c, i) => { const pad = ' '.repeat(widths[i]! - widthOf(c)); return width > 0 ? pad + c : c + pad; }).join('|')}|\n`;
  const body = border + line(lines[0]!) + border + lines.slice(1).map(line).join('') + border;
  return rows.length > count ? `${body}only showing top ${count} ${count === 1 ? 'row' : 'rows'}` : body;
}

/** A printer of non-NULL values of one column, as in a table. */
export const tableCellText = (type: DataType, timeZone: string): ((value: Value) => string) => renderer(type, { zone: zoneOf(timeZone), nullText: 'null' });
