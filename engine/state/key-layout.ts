// How the key columns of a table become Int32 words. Structs are taken apart into their leaves (a window is two timestamps); numbers are
// one, two or four words as they lie; strings, binaries and everything without a fixed width are one word, the id of an interner. Word 0
// holds a null bit for each node of the tree; a struct that is NULL sets the bits of all below it, and null values are 0 words, so
// that equal keys have equal words. NaN and -0.0 (unless rows are kept as they are) are made canonical here; texts that a collation holds
// equal have one id.
//
// source: layout of the state prototype (docs/decisions: vectorised state).

import type { DataType, Field } from '../../planner/types.js';
import * as T from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import { columnOf } from '../columnar/build.js';
import { bitmapBytes, bytesColumn, type Column, fixedColumn, structColumn, voidColumn } from '../columnar/column.js';
import { reader } from '../columnar/read.js';
import { ByteWriter, decodeValue, encodeValue, writeValue } from '../columnar/encode.js';
import { collationForm } from '../columnar/collation.js';
import { CollatedInterner } from './collated-interner.js';
import { Interner, type KeyInterner } from './interner.js';

/** How a leaf's words are read. `none`: a struct or void, only its null bit. `bytes`, `encoded`: the id of an interner. */
type LeafKind = 'none' | 'u8' | 'i8' | 'i16' | 'i32' | 'i64' | 'i128' | 'f32' | 'f64' | 'bytes' | 'encoded';

export interface KeyNode {
  readonly type: DataType;
  readonly kind: LeafKind;
  readonly bit: number;
  /** Bits of this node and all below it. */
  readonly mask: number;
  /** First word, and how many. */
  readonly word: number;
  readonly width: number;
  readonly children: readonly KeyNode[];
  readonly interner: KeyInterner | undefined;
  /** Values stay as they are: -0.0 keeps its sign, a map its order. */
  readonly exact: boolean;
}
export interface KeyLayout {
  /** In preorder. */
  readonly nodes: readonly KeyNode[];
  readonly roots: readonly KeyNode[];
  readonly words: number;
  /** Too many columns for one word of null bits: the key is one encoded struct of them all (and the event time beside it). */
  readonly whole: KeyNode | undefined;
  /** The node of the column with event time. */
  readonly eventTime: KeyNode | undefined;
}
/** A key node's buffers in one batch: how the generated functions read it. */
export interface Source { readonly words: Int32Array | Uint8Array | Int8Array | Int16Array; readonly validity: Uint8Array | null }

const MOST_NODES = 30;
const INTERVAL_FIELDS = [T.INT, T.INT, T.BIGINT];

function leafKind(type: DataType): LeafKind {
  switch (type.kind) {
    case 'boolean': return 'u8';
    case 'tinyint': return 'i8';
    case 'smallint': return 'i16';
    case 'int': case 'date': case 'year_month_interval': return 'i32';
    case 'bigint': case 'timestamp': case 'timestamp_ntz': case 'time': case 'day_time_interval': return 'i64';
    case 'decimal': return type.precision > 18 ? 'i128' : 'i64';
    case 'float': return 'f32';
    case 'double': return 'f64';
    case 'string': case 'binary': return 'bytes';
    case 'array': case 'map': case 'variant': return 'encoded';
    case 'struct': case 'interval': case 'void': return 'none';
  }
}
const widthOf = (kind: LeafKind): number => kind === 'none' ? 0 : kind === 'i64' || kind === 'f64' ? 2 : kind === 'i128' ? 4 : 1;

function internerOf(type: DataType, exact: boolean): KeyInterner {
  const form = exact ? undefined : collationForm(type);
  return form ? new CollatedInterner(type, form) : new Interner();
}

export function keyLayout(fields: readonly Field[], eventTime: number | undefined, exact = false): KeyLayout {
  let nodes: KeyNode[] = [];
  let words = 1;
  const add = (type: DataType): KeyNode => {
    const bit = nodes.length;
    const kind = leafKind(type);
    const width = widthOf(kind);
    const word = words;
    words += width;
    nodes.length++;
    const parts = type.kind === 'struct' ? type.fields.map((f) => f.type) : type.kind === 'interval' ? INTERVAL_FIELDS : [];
    const children = parts.map(add);
    const mask = children.reduce((m, c) => m | c.mask, 1 << bit);
    const node: KeyNode = { type, kind, bit, mask, word, width, children, interner: kind === 'bytes' || kind === 'encoded' ? internerOf(type, exact) : undefined, exact };
    nodes[bit] = node;
    return node;
  };
  const roots = fields.map((f) => add(f.type));
  if (nodes.length <= MOST_NODES) return { nodes, roots, words, whole: undefined, eventTime: eventTime === undefined ? undefined : roots[eventTime] };
  nodes = [];
  words = 2;
  const type = T.struct(fields);
  const whole: KeyNode = { type, kind: 'encoded', bit: 0, mask: 1, word: 1, width: 1, children: [], interner: internerOf(type, exact), exact };
  nodes.push(whole);
  const time = eventTime === undefined ? undefined : add(fields[eventTime]!.type);
  return { nodes, roots: time ? [whole, time] : [whole], words, whole, eventTime: time };
}

/** What identifies the generated code: kind of each node, and where a batch has NULLs. */
export const signature = (layout: KeyLayout, sources: readonly Source[]): string =>
  layout.nodes.map((n, j) => n.kind + (sources[j]!.validity === null ? '' : '?') + (n.children.length > 0 ? `(${n.children.length})` : '')).join(',');

/** The buffers of each node for rows [from, from + n) of `rows` (or of the batch). Interned leaves are aligned with k, the others with
 *  physical rows: `byRow` says which. `insert` false: unknown strings become −1, which no key holds. */
export function keySources(layout: KeyLayout, n: number, rows: Int32Array | null, from: number, columns: readonly Column[], insert: boolean, eventTime: number | undefined): Source[] {
  const sources: Source[] = new Array(layout.nodes.length);
  const visit = (node: KeyNode, column: Column): void => {
    const { validity } = column;
    sources[node.bit] = { words: leafWords(node, column, n, rows, from, insert), validity };
    node.children.forEach((child, c) => { visit(child, column.children[c]!); });
  };
  if (layout.whole) {
    visit(layout.whole, structColumn(layout.whole.type, columns[0]!.length, columns));
    if (layout.eventTime) visit(layout.eventTime, columns[eventTime!]!);
  } else layout.roots.forEach((root, c) => { visit(root, columns[c]!); });
  return sources;
}
/** Whether the words of a leaf are indexed by k, not by physical row. */
export const byPosition = (kind: LeafKind): boolean => kind === 'bytes' || kind === 'encoded';

const NO_WORDS = new Int32Array(0);
function leafWords(node: KeyNode, column: Column, n: number, rows: Int32Array | null, from: number, insert: boolean): Source['words'] {
  const { values } = column;
  switch (node.kind) {
    case 'none': return NO_WORDS;
    case 'u8': case 'i8': case 'i16': return values as Uint8Array;
    case 'i32': return values as Int32Array;
    case 'i64': case 'i128': return int32View(values as BigInt64Array);
    case 'f32': {
      const source = values as Float32Array;
      const zero = node.exact ? -0 : 0;
      const canonical = new Float32Array(column.length);
      for (let i = 0; i < canonical.length; i++) { const v = source[i]!; canonical[i] = Number.isNaN(v) ? Number.NaN : v + zero; }
      return new Int32Array(canonical.buffer);
    }
    case 'f64': {
      const source = values as Float64Array;
      const zero = node.exact ? -0 : 0;
      const canonical = new Float64Array(column.length);
      for (let i = 0; i < canonical.length; i++) { const v = source[i]!; canonical[i] = Number.isNaN(v) ? Number.NaN : v + zero; }
      return new Int32Array(canonical.buffer);
    }
    case 'bytes': {
      const ids = new Int32Array(n);
      node.interner!.resolve(n, rows, from, column, ids, insert);
      return ids;
    }
    case 'encoded': return encodeRows(node, column, n, rows, from, insert);
  }
}
export const int32View = (values: BigInt64Array): Int32Array => new Int32Array(values.buffer, values.byteOffset, values.length * 2);

function encodeRows(node: KeyNode, column: Column, n: number, rows: Int32Array | null, from: number, insert: boolean): Int32Array {
  const ids = new Int32Array(n);
  const read = reader(column);
  const out = new ByteWriter(node.exact);
  const valueAt = (k: number): Value => read(rows === null ? from + k : rows[from + k]!);
  if (insert) node.interner!.resolving?.((k) => encodeValue(node.type, valueAt(k)));
  for (let k = 0; k < n; k++) {
    const value = valueAt(k);
    if (value === null) continue;
    out.length = 0;
    writeValue(node.type, value, out);
    ids[k] = node.interner!.intern(out.bytes, 0, out.length, insert);
  }
  return ids;
}

/** The key columns of slots, from their words. Strings are views into the interner. */
export function keyColumns(layout: KeyLayout, words: Int32Array, slots: Int32Array): readonly Column[] {
  const n = slots.length;
  const W = layout.words;
  const build = (node: KeyNode): Column => {
    const { type, kind, word } = node;
    if (type.kind === 'void') return voidColumn(n);
    const validity = validityOf(node.bit, words, W, slots);
    if (kind === 'none') return structColumn(type, n, node.children.map(build), validity);
    if (kind === 'i64' || kind === 'f64' || kind === 'i128') {
      const width = node.width;
      const out = new Int32Array(n * width);
      for (let k = 0; k < n; k++) { const at = slots[k]! * W + word; for (let j = 0; j < width; j++) out[k * width + j] = words[at + j]!; }
      return fixedColumn(type, n, kind === 'f64' ? new Float64Array(out.buffer) : new BigInt64Array(out.buffer), validity);
    }
    const out = new Int32Array(n);
    for (let k = 0; k < n; k++) out[k] = words[slots[k]! * W + word]!;
    switch (kind) {
      case 'i32': return fixedColumn(type, n, out, validity);
      case 'u8': return fixedColumn(type, n, Uint8Array.from(out), validity);
      case 'i8': return fixedColumn(type, n, Int8Array.from(out), validity);
      case 'i16': return fixedColumn(type, n, Int16Array.from(out), validity);
      case 'f32': return fixedColumn(type, n, new Float32Array(out.buffer), validity);
      case 'bytes': { const { bytes, start, end } = node.interner!.views(out, slots); return bytesColumn(type, n, bytes, start, end, validity); }
      default: {
        const { bytes, start, end } = node.interner!.views(out, slots);
        const valid = (k: number): boolean => validity === null || ((validity[k >> 3]! >> (k & 7)) & 1) === 1;
        return columnOf(type, Array.from(out, (_, k) => valid(k) ? decodeValue(type, bytes, start[k]!, end[k]!) : null));
      }
    }
  };
  return layout.whole ? build(layout.whole).children : layout.roots.map(build);
}

function validityOf(bit: number, words: Int32Array, W: number, slots: Int32Array): Uint8Array | null {
  let validity: Uint8Array | null = null;
  for (let k = 0; k < slots.length; k++) {
    if (((words[slots[k]! * W]! >>> bit) & 1) === 0) continue;
    validity ??= new Uint8Array(bitmapBytes(slots.length)).fill(255);
    validity[k >> 3]! &= ~(1 << (k & 7));
  }
  return validity;
}
