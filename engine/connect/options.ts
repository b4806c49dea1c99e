// Reading options: case-insensitive names, typed values, and an error that lists the valid ones.

import { EngineError } from '../../planner/errors/index.js';
import { nearestFirst } from '../../planner/similar.js';
import { parseDurationText as parseDuration } from '../../planner/sql/durations.js';

export interface OptionSpec {
  readonly name: string;
  readonly type: 'string' | 'int' | 'boolean' | 'duration' | 'bytes' | 'enum' | 'json';
  readonly values?: readonly string[];
  /** Smallest and largest value of an int. */
  readonly least?: number;
  readonly most?: number;
  readonly default?: string;
  /** Not there or empty: MISSING_OPTION. */
  readonly required?: true;
  /** Any name with this prefix (`kafka.`). Then `name` ends in a dot. */
  readonly prefix?: true;
  /** Never printed. */
  readonly secret?: true;
  readonly doc: string;
}

export interface OptionSet {
  /** As given, or the default; undefined if neither. */
  get(name: string): string | undefined;
  required(name: string): string;
  int(name: string): number | undefined;
  boolean(name: string): boolean;
  /** Milliseconds of `10 seconds`, `5m`, `250ms`. */
  duration(name: string): number | undefined;
  has(name: string): boolean;
  /** All given options, names lower-case. */
  readonly all: ReadonlyMap<string, string>;
}

/** Options that every format takes. */
const COMMON = new Set(['checkpointlocation', 'path']);

const specOf = (specs: readonly OptionSpec[], name: string): OptionSpec | undefined =>
  specs.find((s) => s.name.toLowerCase() === name.toLowerCase()) ?? specs.find((s) => s.prefix && name.toLowerCase().startsWith(s.name.toLowerCase()));
/** Options as they may be shown. */
export const withoutSecrets = (specs: readonly OptionSpec[], given: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name, specOf(specs, name)?.secret ? '***' : value]));

/** Checks `given` against the specs. @throws UNKNOWN_OPTION, MISSING_OPTION, INVALID_OPTION_VALUE */
export function parseOptions(format: string, given: Readonly<Record<string, string>>, specs: readonly OptionSpec[]): OptionSet {
  const all = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) all.set(name.toLowerCase(), value);
  const byName = new Map(specs.map((s) => [s.name.toLowerCase(), s]));
  for (const [name, value] of all) {
    const spec = specOf(specs, name);
    if (!spec) {
      if (COMMON.has(name)) continue;
      const names = specs.map((s) => s.name).sort();
      const written = Object.keys(given).find((n) => n.toLowerCase() === name)!;
      throw new EngineError('UNKNOWN_OPTION', { format, option: written, valid: names.join(', ') }, { hint: nearestFirst(written, names, 'Its options are') });
    }
    checkValue(format, spec, value);
  }
  for (const spec of specs) if (spec.required && (all.get(spec.name.toLowerCase()) ?? '') === '') throw new EngineError('MISSING_OPTION', { format, option: spec.name, doc: spec.doc });
  const get = (name: string): string | undefined => all.get(name.toLowerCase()) ?? byName.get(name.toLowerCase())?.default;
  return {
    all, get,
    has: (name) => all.has(name.toLowerCase()),
    required: (name) => { const v = get(name); if (v === undefined) throw new EngineError('MISSING_OPTION', { format, option: name, doc: byName.get(name.toLowerCase())?.doc ?? '' }); return v; },
    int: (name) => { const v = get(name); return v === undefined ? undefined : Number(v); },
    boolean: (name) => get(name)?.trim().toLowerCase() === 'true',
    duration: (name) => { const v = get(name); return v === undefined ? undefined : parseDuration(v); },
  };
}

function checkValue(format: string, spec: OptionSpec, value: string): void {
  const good = (): boolean => {
    switch (spec.type) {
      case 'int': return /^-?\d+$/.test(value.trim()) && Number(value) >= (spec.least ?? Number.MIN_SAFE_INTEGER) && Number(value) <= (spec.most ?? Number.MAX_SAFE_INTEGER);
      case 'boolean': return /^(true|false)$/i.test(value.trim());
      case 'duration': return parseDuration(value) !== undefined;
      case 'bytes': return /^\d+\s*([kmg]b?|b)?$/i.test(value.trim());
      case 'enum': return spec.values!.some((v) => v.toLowerCase() === value.toLowerCase());
      case 'json': try { JSON.parse(value); return true; } catch { return false; }
      default: return true;
    }
  };
  if (!good()) {
    const { type, least, most } = spec;
    const expected = type === 'enum' ? `one of ${spec.values!.join(', ')}` : type !== 'int' || (least === undefined && most === undefined) ? `a value of kind ${type}`
      : most === undefined ? `a whole number of at least ${least}` : `a whole number from ${least ?? Number.MIN_SAFE_INTEGER} to ${most}`;
    throw new EngineError('INVALID_OPTION_VALUE', { format, option: spec.name, value: spec.secret ? '***' : value, expected });
  }
}

export { parseDuration };
