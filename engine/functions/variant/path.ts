// Paths into VARIANT values: `$`, then .name, ['name'], ["name"], [index].
// source: Spark VariantPathParser, VariantGet, VariantPathUpdate.

import { raise } from '../../../planner/errors/index.js';
import type { VariantValue } from '../../../planner/values.js';

export type Step = string | number;
const STEP = /\.([^.[]+)|\['([^']*)'\]|\["([^"]*)"\]|\[(\d+)\]/y;

/** undefined: the text is no path. */
function parse(text: string): readonly Step[] | undefined {
  if (!text.startsWith('$')) return undefined;
  const steps: Step[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < text.length) {
    const m = STEP.exec(text);
    if (!m) return undefined;
    const index = Number(m[4]);
    if (index > 2_147_483_647) return undefined;
    steps.push(m[4] === undefined ? (m[1] ?? m[2] ?? m[3])! : index);
  }
  return steps;
}
/** Parses paths, remembering the last one. @throws INVALID_VARIANT_GET_PATH, INVALID_VARIANT_PATH */
export function pathParser(functionName: string, condition: 'INVALID_VARIANT_GET_PATH' | 'INVALID_VARIANT_PATH', whole: boolean): (path: string) => readonly Step[] {
  let last: string | undefined;
  let steps: readonly Step[] = [];
  return (path) => {
    if (path === last) return steps;
    const found = parse(path);
    if (!found || (!whole && found.length === 0)) return raise(condition, { functionName: `\`${functionName}\``, path }, { nowhere: true });
    last = path;
    steps = found;
    return found;
  };
}

const entryOf = (v: VariantValue, name: string): VariantValue | undefined => v.kind === 'object' ? v.entries.find(([k]) => k === name)?.[1] : undefined;
/** What stands there; undefined if nothing does. */
export function follow(value: VariantValue, steps: readonly Step[]): VariantValue | undefined {
  let v: VariantValue | undefined = value;
  for (const step of steps) {
    v = typeof step === 'string' ? entryOf(v, step) : v.kind === 'array' ? v.elements[step] : undefined;
    if (!v) return undefined;
  }
  return v;
}

// ── Changes: new values, which share what stays ──

/** What becomes of the last step. `missing`: an object without the key, an array that ends before; undefined: as it was. */
export interface Change {
  readonly present: (parent: VariantValue, step: Step, old: VariantValue) => VariantValue;
  readonly missing: 'create' | 'keep';
  readonly value: VariantValue;
  /** What stands on the way is of another kind: undefined leaves all as it is. */
  readonly mismatch: ((steps: readonly Step[]) => never) | undefined;
}
const NULL: VariantValue = { kind: 'null' };

/** With the child of a step replaced, or added: gaps in arrays are filled with null, keys stay in order. */
export function withChild(parent: VariantValue, step: Step, child: VariantValue): VariantValue {
  if (parent.kind === 'array') {
    const elements = [...parent.elements];
    while (elements.length < (step as number)) elements.push(NULL);
    elements[step as number] = child;
    return { kind: 'array', elements };
  }
  const entries = parent.kind === 'object' ? parent.entries : [];
  const key = step as string;
  const at = entries.findIndex(([k]) => k >= key);
  const from = at < 0 ? entries.length : at;
  const to = at >= 0 && entries[at]![0] === key ? at + 1 : from;
  return { kind: 'object', entries: [...entries.slice(0, from), [key, child], ...entries.slice(to)] };
}
export function withoutChild(parent: VariantValue, step: Step): VariantValue {
  return parent.kind === 'array' ? { kind: 'array', elements: parent.elements.filter((_, i) => i !== step) }
    : parent.kind === 'object' ? { kind: 'object', entries: parent.entries.filter(([k]) => k !== step) } : parent;
}
/** A value under the rest of a path. */
const nested = (steps: readonly Step[], value: VariantValue): VariantValue =>
  steps.reduceRight<VariantValue>((inner, step) => withChild(typeof step === 'string' ? { kind: 'object', entries: [] } : { kind: 'array', elements: [] }, step, inner), value);

export function change(value: VariantValue, steps: readonly Step[], how: Change, at = 0): VariantValue {
  const step = steps[at]!;
  if (value.kind !== (typeof step === 'string' ? 'object' : 'array')) return how.mismatch ? how.mismatch(steps.slice(0, at)) : value;
  const child = follow(value, [step]);
  if (!child) return how.missing === 'keep' ? value : withChild(value, step, nested(steps.slice(at + 1), how.value));
  if (at === steps.length - 1) return how.present(value, step, child);
  const changed = change(child, steps, how, at + 1);
  return changed === child ? value : withChild(value, step, changed);
}
/** The path up to where it failed, as messages show it. */
export const pathText = (steps: readonly Step[]): string =>
  `$${steps.map((s) => typeof s === 'number' ? `[${s}]` : /^[^.[\]]+$/.test(s) ? `.${s}` : `['${s}']`).join('')}`;
