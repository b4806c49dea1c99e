// get_json_object: a path through a JSON text, in one pass over its bytes. `$`, then .name, ['name'], [n], [*]. What a wildcard finds
// is an array, or the value itself where it finds one only; two wildcards side by side flatten. Names after * in braces find nothing.
// source: Spark JsonPathParser, GetJsonObjectEvaluator.

import { jsonQuote, jsonQuoteBytes, isMalformed, JsonParser } from '../../formats/json-parser.js';
import { type JsonOptions, jsonOptions } from '../../formats/json-options.js';

type Step = { readonly kind: 'name'; readonly name: string } | { readonly kind: 'index'; readonly index: number } | { readonly kind: 'every' } | { readonly kind: 'any_name' };
const STEP = /\.\*|\['\*'\]|\.\s*([^.[]+)|\[\s*'\s*([^'?]+)\s*'\s*\]|\[\s*(\d+)\s*\]|\[\s*(\*)\s*\]/y;

/** undefined: the text is no path. */
function parsePath(text: string): readonly Step[] | undefined {
  if (!text.startsWith('$')) return undefined;
  const steps: Step[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < text.length) {
    const m = STEP.exec(text);
    if (!m) return undefined;
    const name = m[1] ?? m[2];
    if (name !== undefined) steps.push({ kind: 'name', name });
    else if (m[3] !== undefined) steps.push({ kind: 'index', index: Number(m[3]) });
    else steps.push({ kind: m[4] === undefined ? 'any_name' : 'every' });
  }
  return steps;
}

/** As Hive reads: single quotes and control characters are allowed, NaN is not. */
export const LENIENT: JsonOptions = jsonOptions((name) => name === 'allowUnquotedControlChars' ? 'true' : name === 'allowNonNumericNumbers' ? 'false' : undefined, 'UTC');

/** raw: a text comes without quotes. quoted: within an array. flat: arrays dissolve in the one around. */
type Style = 'raw' | 'quoted' | 'flat';

class PathReader {
  private readonly parser = new JsonParser(LENIENT);
  read(steps: readonly Step[], bytes: Uint8Array, from: number, to: number): string | null {
    this.parser.reset(bytes, from, to);
    const out: string[] = [];
    try {
      if (this.parser.peek() < 0) return null;
      return this.follow(steps, 0, 'raw', out, jsonQuoteBytes) ? out.join(' ') : null;
    } catch (thrown) {
      if (isMalformed(thrown)) return null;
      throw thrown;
    }
  }
  /** Reads one value; appends what the rest of the path finds in it. False: nothing was found. */
  private follow(steps: readonly Step[], at: number, style: Style, out: string[], quote: (text: string) => string): boolean {
    const p = this.parser;
    const c = p.peek();
    const step = steps[at];
    if (!step) {
      if (style === 'raw' && (c === 34 || c === 39)) { out.push(p.text(c)); return true; }
      if (style !== 'flat' || c !== 91) { out.push(p.compact(quote)); return true; }
      let found = false;
      this.each(() => { found = this.follow(steps, at, style, out, quote) || found; });
      return found;
    }
    if (c === 123 && step.kind === 'name') return this.member(step.name, steps, at, style, out, quote);
    if (c === 91 && step.kind === 'every') return this.every(steps, at, style, out, quote);
    if (c === 91 && step.kind === 'index') {
      const next = steps[at + 1]?.kind === 'every' ? 'quoted' : style;
      let found = false;
      let i = 0;
      this.each(() => { if (i++ === step.index) found = this.follow(steps, at + 1, next, out, quote); else p.skip(); });
      return found;
    }
    p.skip();
    return false;
  }
  private each(visit: () => void): void {
    const p = this.parser;
    p.enter();
    for (let first = true; p.element(first); first = false) visit();
  }
  /** The first member of the name that the rest of the path finds something in. */
  private member(name: string, steps: readonly Step[], at: number, style: Style, out: string[], quote: (text: string) => string): boolean {
    const p = this.parser;
    let found = false;
    p.enter();
    for (let first = true; ; first = false) {
      const key = p.key(first);
      if (key === undefined) return found;
      // A member that is null is none.
      if (found || key !== name || p.peek() === 110) p.skip();
      else found = this.follow(steps, at + 1, style, out, quote);
    }
  }
  private every(steps: readonly Step[], at: number, style: Style, out: string[], quote: (text: string) => string): boolean {
    const double = steps[at + 1]?.kind === 'every';
    const inner: string[] = [];
    let hits = 0;
    const one = !double && style !== 'quoted';
    const next: Style = double ? 'flat' : style === 'flat' ? 'flat' : 'quoted';
    this.each(() => { if (this.follow(steps, at + (double ? 2 : 1), next, inner, one ? jsonQuote : quote)) hits++; });
    if (one && hits === 1) out.push(inner.join(','));
    else if (!one || hits > 1) out.push(`[${inner.join(',')}]`);
    return hits > 0;
  }
}

/** Reads a path from the bytes of a text. The path may change from row to row. */
export function pathReader(): (path: string, bytes: Uint8Array, from: number, to: number) => string | null {
  const reader = new PathReader();
  let last: string | undefined;
  let steps: readonly Step[] | undefined;
  return (path, bytes, from, to) => {
    if (path !== last) { last = path; steps = parsePath(path); }
    return steps ? reader.read(steps, bytes, from, to) : null;
  };
}
