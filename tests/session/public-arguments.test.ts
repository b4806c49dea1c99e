// Whatever a method of the public API is given, it takes it or says what is wrong: no TypeError of ours, no argument read as something else.

import { EngineError, functions, sum, Window } from '../../index.js';
import type { Signature } from '../../engine/session/checked.js';
import { shownValue } from '../../engine/operators/user-rows.js';
import { cleanUp, open } from './support.js';

afterEach(cleanUp);

/** Nothing that a method means, and some that one might. */
const HOSTILE: readonly unknown[] = [null, undefined, {}, [], Number.NaN, -1, 1.5, Number.POSITIVE_INFINITY, '', ' ', 'a b', 10n, true, Symbol('s'), new Date(Number.NaN), { a: 1 }, [null], Object.create(null), () => undefined, new Map()];
type Method = ((...args: unknown[]) => unknown) & { readonly signature?: Signature };
/** What waits, or writes files, where it is given what it means. */
const WAITS: ReadonlySet<string> = new Set(['awaitTermination', 'awaitAnyTermination', 'processAllAvailable', 'json', 'csv', 'text', 'save']);

function surfaces(): Readonly<Record<string, object>> {
  const { session } = open();
  const frame = session.createDataFrame([{ n: 1, s: 'a' }], 'n INT, s STRING');
  return {
    session, conf: session.conf, udf: session.udf, streams: session.streams, read: session.read, readStream: session.readStream, frame, na: frame.na, grouped: frame.groupBy('n'),
    keyed: frame.groupByKey((row) => String(row.n)), write: frame.write, writeStream: frame.writeStream, column: frame.col('n'), window: Window.partitionBy('n'),
  };
}
/** The methods with a signature, of the object or of its class. */
function methodsOf(object: object): readonly (readonly [string, Method])[] {
  const found = new Map<string, Method>();
  for (let at: object = object; at !== Object.prototype; at = Object.getPrototypeOf(at) as object) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) if (typeof value === 'function' && (value as Method).signature && !found.has(name)) found.set(name, value as Method);
  }
  return [...found];
}
/** Runs it; what it gives is analyzed too. Undefined: nothing was wrong. */
async function wrongWith(run: () => unknown): Promise<unknown> {
  try {
    const made = await run();
    if (typeof made === 'object' && made !== null && 'schema' in made && 'collect' in made) await (made as { schema(): Promise<unknown> }).schema();
    return undefined;
  } catch (error) { return error; }
}

test('whatever is given is taken or refused by a condition', async () => {
  const faults: string[] = [];
  let calls = 0;
  for (const [surface, object] of Object.entries(surfaces())) {
    const methods = methodsOf(object);
    expect([surface, methods.length > 1 || surface === 'udf']).toEqual([surface, true]);
    const { frame, column } = surfaces();
    for (const [name, method] of methods) {
      for (const value of HOSTILE) {
        const lists = [[value], [value, value], ['n', value], [frame, value], [column, value], [frame, 'n', value], [(x: unknown) => x, value]];
        for (const args of lists.slice(0, Math.max(2, method.signature!.length * 4))) {
          if (WAITS.has(name) && method.signature!.every(([, kind, how], i) => kind.holds(args[i]) || (how === 'optional' && args[i] === undefined))) continue;
          calls++;
          const error = await wrongWith(() => method.apply(object, args));
          if (error !== undefined && !(error instanceof EngineError)) faults.push(`${surface}.${name}(${args.map(shownValue).join(', ')}): ${String(error)}`);
        }
      }
    }
  }
  expect(faults).toEqual([]);
  expect(calls).toBeGreaterThan(10_000);
});

test('so it is with the functions of columns', () => {
  const faults: string[] = [];
  for (const name of Object.keys(functions)) {
    for (const value of HOSTILE) {
      try { (functions as unknown as Record<string, (...args: unknown[]) => unknown>)[name]!(value, value); } catch (error) { if (!(error instanceof EngineError)) faults.push(`${name}: ${String(error)}`); }
    }
  }
  expect(faults).toEqual([]);
});

test('the refusal names the method, the argument, what it may be, and what it was', async () => {
  const { session } = open();
  const frame = session.createDataFrame([{ n: 1 }], 'n INT');
  const loose = frame as unknown as Record<string, (...args: unknown[]) => unknown>;
  const message = async (run: () => unknown): Promise<string> => String(await wrongWith(run));
  expect(await message(() => loose['show']!({ n: 5 }))).toBe('[INVALID_ARGUMENT] DataFrame.show: the argument count must be a whole number, not { n }. SQLSTATE: 22023\nHint: It is called as DataFrame.show([count], [truncate]).');
  expect(await message(() => loose['select']!(['n']))).toContain('the argument columns must be a column or the name of one, or a function, not Array.');
  expect(await message(() => loose['join']!(frame))).toContain('the argument on must be a column, or a text that is not empty, or a list of names, not undefined.');
  expect(await message(() => (sum as (...args: unknown[]) => unknown)(Symbol('x')))).toContain('sum: the argument args must be a column, the name of one, a value or a function, not Symbol(x).');
});
