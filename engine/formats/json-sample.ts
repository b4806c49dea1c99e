// From a sample line to the steps by which the JSON decoder's generated functions read lines like it: the exact bytes between values, and how the
// elements of its lists look. Structs inside of lists that the sample has no element of are taken to be written without blanks, in the order of their type.

import type { JsonOptions } from './json-options.js';
import type { Target } from './decode-targets.js';
import { ELEMENT, type Step, weightOf } from './json-generate.js';
import { isMalformed, JsonParser } from './json-parser.js';

const NOTHING = new Uint8Array(0);
/** A line with more steps is left to the careful parser. */
const MOST_STEPS = 4096;

type Named = (key: string) => Target | undefined;

/** The steps of the line in [from, to), and the targets of the columns that it has; undefined if it is unusual: no object, a key that comes twice, line ends between its values. */
export function sampleSteps(options: JsonOptions, bytes: Uint8Array, from: number, to: number, columns: Named): { readonly steps: readonly Step[]; readonly columns: ReadonlySet<number> } | undefined {
  const sampler = new Sampler(options, bytes, to);
  try { return sampler.line(from, columns); } catch (thrown) {
    if (isMalformed(thrown)) return undefined;
    throw thrown;
  }
}

class Sampler {
  private readonly options: JsonOptions;
  private readonly bytes: Uint8Array;
  private readonly to: number;
  constructor(options: JsonOptions, bytes: Uint8Array, to: number) { this.options = options; this.bytes = bytes; this.to = to; }

  private parserAt(at: number): JsonParser {
    const p = new JsonParser(this.options);
    p.reset(this.bytes, at, this.to);
    return p;
  }

  line(from: number, columns: Named): { readonly steps: readonly Step[]; readonly columns: ReadonlySet<number> } | undefined {
    const p = this.parserAt(from);
    if (p.peek() !== 123) return undefined;
    p.enter();
    const steps: Step[] = [];
    const found = new Set<number>();
    const end = this.fields(p, from, -1, (key) => { const t = columns(key); if (t) found.add(t.id); return t; }, steps);
    if (end === undefined || p.peek() >= 0) return undefined;
    steps.push({ step: 'end', before: this.bytes.slice(end, this.to) });
    const usual = steps.length <= MOST_STEPS && !steps.some(({ before }) => before.includes(10) || before.includes(13));
    return usual ? { steps, columns: found } : undefined;
  }

  /** The fields of the object that the parser has entered. @returns where the bytes begin that its closing brace ends; undefined: a key comes twice */
  private fields(p: JsonParser, from: number, guard: number, named: Named, steps: Step[]): number | undefined {
    const seen = new Set<string>();
    let segment = from;
    for (let first = true; ; first = false) {
      const key = p.key(first);
      if (key === undefined) return segment;
      if (seen.has(key)) return undefined;
      seen.add(key);
      const c = p.peek();
      const at = p.at;
      const before = this.bytes.slice(segment, at);
      const t = named(key);
      if (t?.storage === 'struct' && c === 123) {
        if (!this.struct(p, t, before, guard, steps)) return undefined;
      } else {
        p.skip();
        const kind = c === 34 ? 'string' : c === 123 || c === 91 ? 'nested' : c === 39 ? 'other' : 'bare';
        if (t?.storage === 'struct') steps.push(...structSteps(t, before, guard));
        else steps.push({ step: 'value', before, target: t?.id ?? -1, guard, kind, ...(t?.storage === 'list' && listOf(t, this.firstElement(t, at))) });
      }
      segment = p.at;
    }
  }

  /** A struct whose brace the parser is at. */
  private struct(p: JsonParser, t: Target, before: Uint8Array, guard: number, steps: Step[]): boolean {
    const absent = new Set(t.children);
    const open = steps.push({ step: 'open', before, target: t.id, guard, absent: [] }) - 1;
    const named = fieldsOf(t);
    p.enter();
    const end = this.fields(p, p.at, t.id, (key) => { const field = named.get(key); if (field) absent.delete(field); return field; }, steps);
    if (end === undefined) return false;
    steps[open] = { step: 'open', before, target: t.id, guard, absent: [...absent].flatMap(withFields) };
    steps.push({ step: 'close', before: this.bytes.slice(end, p.at), target: t.id });
    return true;
  }

  /** The struct that is the first element, or the first value, of the list at `at`; undefined: there is none. */
  private firstElement(t: Target, at: number): readonly Step[] | undefined {
    const element = t.children.at(-1)!;
    if (element.storage !== 'struct') return undefined;
    const p = this.parserAt(at);
    const c = p.peek();
    if (c !== (t.children.length === 1 ? 91 : 123)) return undefined;
    p.enter();
    if (t.children.length === 1 ? !p.element(true) : p.key(true) === undefined) return undefined;
    if (p.peek() !== 123) return undefined;
    const steps: Step[] = [];
    return this.struct(p, element, NOTHING, -1, steps) ? steps : undefined;
  }
}

const fieldsOf = (t: Target): ReadonlyMap<string, Target> => new Map(t.type.kind === 'struct' ? t.type.fields.map((f, i) => [f.name, t.children[i]!]) : []);
const withFields = (t: Target): readonly number[] => [t.id, ...(t.storage === 'struct' ? t.children.flatMap(withFields) : [])];

/** A struct as it is usually written. */
function structSteps(t: Target, before: Uint8Array, guard: number): readonly Step[] {
  const fields = [...fieldsOf(t)].flatMap(([name, field], i) => {
    const bytes = Buffer.from(`${i === 0 ? '' : ','}${JSON.stringify(name)}:`);
    return field.storage === 'struct' ? structSteps(field, bytes, t.id) : [valueStep(field, bytes, t.id)];
  });
  return [{ step: 'open', before, target: t.id, guard, absent: [] }, ...fields, { step: 'close', before: Buffer.from('}'), target: t.id }];
}
const valueStep = (t: Target, before: Uint8Array, guard: number): Step =>
  ({ step: 'value', before, target: t.id, guard, kind: 'other', ...(t.storage === 'list' && listOf(t, undefined)) });
/** How the elements of a list are read; nothing if they are too many steps. `first`: as the first one is. */
function listOf(t: Target, first: readonly Step[] | undefined): { readonly elements?: readonly Step[] } {
  const element = t.children.at(-1)!;
  const elements = first ?? (element.storage === 'struct' ? structSteps(element, NOTHING, -1) : [valueStep(element, NOTHING, -1)]);
  return weightOf(elements) > ELEMENT ? {} : { elements };
}
