// Parser and analyzer against inputs that nobody writes: every one is accepted, or refused by an error of ours whose place is in the text,
// and soon. What is read prints as a text that reads the same.

import { EngineError } from '../../planner/errors/index.js';
import { parseStatement } from '../../planner/sql/index.js';
import { FormatRegistry } from '../../engine/connect/registry.js';
import type { Statement } from '../../planner/tree.js';
import { SessionCore } from '../../engine/session/session.js';
import { type Corpus, mutant, random } from './mutate.js';
import { printingFault } from './printing.js';

/** Longer than this is a hang: the median is a fraction of a millisecond. */
const TOO_LONG_MILLIS = 5_000;

export interface Fault { readonly input: string; readonly what: string }
export interface FuzzReport { readonly inputs: number; readonly accepted: number; readonly refused: number; readonly faults: readonly Fault[]; readonly slowest: { readonly millis: number; readonly input: string } }

/** A session in which the views of the corpus are. */
async function sessionWith(setup: readonly string[]): Promise<SessionCore> {
  const session = new SessionCore(new FormatRegistry(), { print: () => undefined, warn: () => undefined });
  for (const statement of setup) await session.sql(statement).collect();
  return session;
}

export async function fuzz(corpus: Corpus, inputs: number, seed: number, progress?: (done: number) => void): Promise<FuzzReport> {
  const session = await sessionWith(corpus.setup);
  const next = random(seed);
  const faults: Fault[] = [];
  let [accepted, refused] = [0, 0];
  let slowest = { millis: 0, input: '' };
  for (const input of new Set(corpus.statements)) {
    const what = unprinted(input);
    if (what !== undefined) faults.push({ input, what });
  }
  for (let i = 0; i < inputs; i++) {
    const input = mutant(corpus, next);
    const started = performance.now();
    try {
      const statement = parseStatement(input);
      const what = printingFault(statement);
      if (what !== undefined) faults.push({ input, what });
      await carryOut(session, statement);
      accepted++;
    } catch (error) {
      refused++;
      const what = faultOf(error, input);
      if (what !== undefined) faults.push({ input, what });
    }
    const millis = performance.now() - started;
    if (millis > slowest.millis) slowest = { millis, input };
    if (millis > TOO_LONG_MILLIS && await hangs(session, input)) faults.push({ input, what: `took ${Math.round(millis)} ms` });
    if (progress && i % 10_000 === 9_999) progress(i + 1);
  }
  return { inputs, accepted, refused, faults, slowest };
}

/** What is wrong with the text that the statement prints as. */
function unprinted(input: string): string | undefined {
  let statement: Statement;
  try { statement = parseStatement(input); } catch { return undefined; }
  return printingFault(statement);
}

async function carryOut(session: SessionCore, statement: Statement): Promise<void> {
  if (statement.kind === 'query') await session.analyze(statement.plan);
  if (statement.kind === 'create_function') await session.define(statement.definition, statement.span);
}
/** Whether it takes too long again: once may be the machine. */
async function hangs(session: SessionCore, input: string): Promise<boolean> {
  const started = performance.now();
  try { await carryOut(session, parseStatement(input)); } catch { /* as before */ }
  return performance.now() - started > TOO_LONG_MILLIS;
}

function faultOf(error: unknown, input: string): string | undefined {
  if (!(error instanceof EngineError)) return error instanceof Error ? error.stack ?? String(error) : String(error);
  const { span } = error;
  if (span && !(span.start >= 0 && span.start <= span.stop && span.stop <= span.text.length)) return `${error.condition} at ${span.start} to ${span.stop} of ${span.text.length} characters of ${JSON.stringify(input.slice(0, 200))}`;
  try { String(error); } catch (printing) { return `printing ${error.condition}: ${String(printing)}`; }
  return undefined;
}
