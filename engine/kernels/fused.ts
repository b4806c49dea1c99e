// Expressions as generated loops: the fast evaluator. A projection is split into groups of bounded size; each group has a function per
// shape of batch (which columns have bitmaps, selection or not). The loop keeps no books: when it raises, the rows are run again one by
// one to find the node at fault. Functions are shared by text, which includes the columns' types, so their warm-up is shared too.

import { andBitmaps } from '../columnar/bitmap.js';
import { allSet, type Column, type RecordBatch, structColumn, voidColumn } from '../columnar/column.js';
import { validReader } from '../columnar/read.js';
import { CodeCache } from '../columnar/generate.js';
import { columnWriter, FixedWriter } from '../columnar/write.js';
import { type Generated, generatePredicate, generateProjection, HELPERS, type Shape } from './codegen.js';
import type { Predicate, Projection } from './evaluator.js';
import type { Node } from './node.js';
import { Frame } from './rowwise.js';
import { inRowOrder } from './vectorized.js';

type Run = (columns: readonly Column[], readers: readonly unknown[], bodies: readonly unknown[], out: unknown, masks: readonly (Uint8Array | null)[],
  selection: Int32Array | null, n: number) => number;
type Factory = (helpers: typeof HELPERS, constants: readonly unknown[]) => Run;
interface Compiled extends Generated { readonly run: Run; /** Columns without a bitmap must be given one. */ readonly fill: boolean }

const GROUP_WEIGHT = 120;
const GROUP_SIZE = 16;
/** With more shapes of batches than this, all columns count as having a bitmap. */
const SHAPES = 8;
const factories = new CodeCache<Factory>();

const factory = (text: string): Factory => factories.get(text, () => `function (H, K) { ${text}\n}`);

/** Functions of one group of expressions by shape of batch. */
class Shapes {
  private readonly compiled = new Map<string, Compiled>();
  private readonly ordinals: readonly number[];
  private readonly generate: (shape: Shape) => Generated;
  constructor(nodes: readonly Node[], generate: (shape: Shape) => Generated) {
    this.ordinals = [...new Set(nodes.flatMap(ordinals))];
    this.generate = generate;
  }
  of(batch: RecordBatch): Compiled {
    let key = batch.selection === null ? 'a' : 's';
    for (const o of this.ordinals) key += batch.columns[o]!.validity === null ? '0' : '1';
    const known = this.compiled.get(key);
    if (known) return known;
    const every = this.compiled.size >= SHAPES; // One text, hence one function, for all further shapes.
    const generated = this.generate({ selected: batch.selection !== null, nullable: (o) => every || batch.columns[o]!.validity !== null });
    const made = { ...generated, run: factory(generated.text)(HELPERS, generated.constants), fill: every };
    this.compiled.set(key, made);
    return made;
  }
}
function ordinals(node: Node): readonly number[] {
  return node.op === 'column' ? [node.ordinal] : 'args' in node ? node.args.flatMap(ordinals) : node.op === 'lambda' ? ordinals(node.body) : [];
}

function execute(c: Compiled, batch: RecordBatch, frame: Frame, out: unknown, masks: readonly (Uint8Array | null)[]): number {
  const { length, selection } = batch;
  let columns: readonly Column[] = c.columns.map((o) => batch.columns[o]!);
  if (c.fill) columns = columns.map((x) => x.validity === null ? { ...x, validity: allSet(length) } : x);
  return c.run(columns, columns.map(validReader), c.callees.map((callee) => frame.body(callee)), out, masks, selection, selection === null ? length : selection.length);
}

/** Structs of a projection are put together from the columns of their fields; only those are computed. */
type Assembly = { readonly leaf: number } | { readonly node: Node; readonly parts: readonly Assembly[] };
function assembly(node: Node, leaves: Node[]): Assembly {
  if (node.op === 'call' && node.assembles) return { node, parts: node.assembles.map((i) => assembly(node.args[i]!, leaves)) };
  return { leaf: leaves.push(node) - 1 };
}
const assemble = (plan: Assembly, leaves: readonly Column[], length: number): Column => 'leaf' in plan ? leaves[plan.leaf]!
  : structColumn(plan.node.type, length, plan.parts.map((p) => assemble(p, leaves, length)));

export function fusedProjection(outputs: readonly Node[]): Projection {
  const nodes: Node[] = [];
  const plans = outputs.map((node) => assembly(node, nodes));
  const groups: { readonly at: readonly number[]; readonly shapes: Shapes; readonly nodes: readonly Node[] }[] = [];
  let at: number[] = [];
  let weight = 0;
  const flush = (): void => {
    if (at.length === 0) return;
    const members = at.map((k) => nodes[k]!);
    groups.push({ at, nodes: members, shapes: new Shapes(members, (shape) => generateProjection(members, shape)) });
    at = [];
    weight = 0;
  };
  nodes.forEach((node, k) => {
    if (node.op === 'column') return;
    if (at.length === GROUP_SIZE || weight + node.weight > GROUP_WEIGHT) flush();
    at.push(k);
    weight += node.weight;
  });
  flush();
  const frame = new Frame();
  return (batch, epoch) => {
    frame.enter(batch, epoch);
    return inRowOrder(outputs, batch, epoch, () => {
      const out: Column[] = nodes.map((node) => node.op === 'column' ? batch.columns[node.ordinal]! : NOTHING);
      for (const group of groups) {
        const compiled = group.shapes.of(batch);
        const writers = group.nodes.map((node) => columnWriter(node.type, batch.length));
        const masks = compiled.masks.map((columns) => columns ? columns.reduce<Uint8Array | null>((bits, o) => andBitmaps(bits, batch.columns[o]!.validity, batch.length), null)
          ?? (compiled.fill ? allSet(batch.length) : null) : null);
        execute(compiled, batch, frame, writers, masks);
        writers.forEach((writer, k) => {
          if (masks[k] && writer instanceof FixedWriter) writer.validity = masks[k]!;
          out[group.at[k]!] = writer.finish();
        });
      }
      return plans.map((plan) => assemble(plan, out, batch.length));
    });
  };
}
const NOTHING: Column = voidColumn(0);

export function fusedPredicate(node: Node): Predicate {
  const shapes = new Shapes([node], (shape) => generatePredicate(node, shape));
  const frame = new Frame();
  return (batch, epoch) => {
    frame.enter(batch, epoch);
    return inRowOrder([node], batch, epoch, () => {
      const rows = batch.selection === null ? batch.length : batch.selection.length;
      const passed = new Int32Array(rows);
      const n = execute(shapes.of(batch), batch, frame, passed, []);
      return n === rows ? batch.selection : passed.subarray(0, n);
    });
  };
}
