// A column of JSON texts to a column of structs, as from_json reads them: what is written as the sample is by generated code (json-generate.ts), the rest
// text by text.
// Invariant: a text that generated code accepts has the value that the careful reader gives it.

import { isUtf8 } from 'node:buffer';
import type { Field } from '../../planner/types.js';
import * as T from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import { allSet, type Column, isValid, structColumn } from '../columnar/column.js';
import { blockOfTexts } from './block.js';
import { RowTargets } from './decode-targets.js';
import type { JsonOptions } from './json-options.js';
import { LearnedLayout } from './json-layout.js';
import { JsonParser } from './json-parser.js';

/** Structs from texts by physical row; what rows outside of the selection have is unspecified. */
export type TextsReader = (texts: Column, selection: Int32Array | null) => Column;

/** `careful`: the struct that a text stands for, NULL included; it raises nothing. */
export function structsOfTexts(fields: readonly Field[], options: JsonOptions, careful: (bytes: Uint8Array, from: number, to: number) => Value): TextsReader {
  const type = T.struct(fields);
  const targets = new RowTargets(fields.map((f) => f.type));
  const columns = new Map(fields.map((f, i) => [f.name, targets.list[i]!]));
  const layout = new LearnedLayout(targets, columns, new JsonParser(options), options);

  return (texts, selection) => {
    const n = texts.length;
    const active = (row: number): boolean => isValid(texts.validity, row);
    const rows = selection ?? Int32Array.from({ length: n }, (_, row) => row);
    // Rows that are not read have no text.
    const start = new Int32Array(n);
    const end = new Int32Array(n);
    for (const row of rows) if (active(row)) { start[row] = texts.start![row]!; end[row] = texts.end![row]!; }
    const { block, records } = blockOfTexts({ bytes: texts.values as Uint8Array, start, end, length: n });
    targets.begin(block, n);
    const pos = new Int32Array(n).fill(-1);
    const learn = (row: number): void => { if (records.start[row]! < records.end[row]!) layout.learn(records.start[row]!, records.end[row]!); };
    if (isUtf8(block.bytes.subarray(0, block.length))) {
      if (layout.known === undefined) layout.learnFirst(records, rows.length, (i) => rows[i]!);
      if (layout.known !== undefined) {
        for (const row of rows) if (active(row)) pos[row] = records.start[row]!;
        const view = new DataView(block.bytes.buffer, block.bytes.byteOffset, block.bytes.byteLength);
        for (const group of layout.known.groups) group(block.bytes, view, pos, records.end, n, targets, layout.reads);
      }
    }
    let validity = texts.validity;
    let missed = 0;
    let last = -1;
    for (const row of rows) {
      if (pos[row]! >= 0 || !active(row)) continue;
      missed++;
      last = row;
      const value = careful(targets.bytes, records.start[row]!, records.end[row]!) as readonly Value[] | null;
      if (value === null) {
        if (validity === null || validity === texts.validity) validity = validity === null ? allSet(n) : validity.slice();
        validity[row >> 3]! &= ~(1 << (row & 7));
        targets.clear(row);
      } else value.forEach((v, k) => { targets.store(k, row, v); });
    }
    if (missed * 2 > rows.length) learn(last);
    return structColumn(type, n, targets.finish(n), validity);
  };
}
