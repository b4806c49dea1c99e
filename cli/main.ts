#!/usr/bin/env node
// The command line: runs scripts and statements in one session, prints answers, and stays as long as queries run.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Command, InvalidArgumentError } from 'commander';
import { type DataFrame, EngineError, Session } from '../index.js';
import { prompt } from './prompt.js';

interface Options { readonly dialect?: string; readonly conf?: Readonly<Record<string, string>>; readonly checkpoint?: string; readonly rows: number; readonly truncate: boolean; readonly whyAfter: number }

const collect = (pair: string, all: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => {
  const at = pair.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It takes name=value.');
  return { ...all, [pair.slice(0, at)]: pair.slice(at + 1) };
};
const count = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It takes a whole number.');
  return Number(text);
};
const packageVersion = (): string => (JSON.parse(readFileSync(path.join(__dirname, '..', '..', 'package.json'), 'utf8')) as { version: string }).version;

// V8 takes columns, which lie outside of its heap, for growth of a heap of a few megabytes, and marks it for every 20 MB of them. Four times what
// is alive is the most that it would wait for by itself.
setFlagsFromString('--heap-growing-percent=300');

const program = new Command('millrace')
  .description('Structured streaming in SQL: one query over live streams, kept up to date as rows arrive.')
  .version(packageVersion(), '-v, --version')
  .showHelpAfterError('(millrace --help tells more)')
  .exitOverride((e) => { process.exit(e.exitCode === 0 ? 0 : 2); });
const withOptions = (command: Command): Command => command
  .option('-c, --conf <name=value>', 'a setting of the session, such as spark.sql.session.timeZone=UTC; may be given several times', collect)
  .option('--dialect <name>', 'the dialect of queries: spark, postgresql, mysql, snowflake, bigquery, trino or flinksql (default: spark)')
  .option('--checkpoint <directory>', 'where queries without a CHECKPOINT of their own keep theirs')
  .option('--rows <count>', 'how many rows of an answer to print', count, 1000)
  .option('--truncate', 'cut cells to 20 characters', false)
  .option('--why-after <seconds>', 'say why, once, when a query has given no rows for so long; 0: never', count, 30);

withOptions(program.command('run').argument('<script>', 'a file of SQL statements, each ended by a semicolon; - reads standard input'))
  .summary('run a script and stay until its queries end')
  .description('Carries out the statements of a script one after another. SELECT prints its answer; over a stream it prints to the console as rows arrive.\nStays until all queries have ended (AVAILABLE NOW, ONCE) or Ctrl-C, which stops them cleanly; a second Ctrl-C leaves at once.')
  .action((script: string, options: Options) => main(() => readScript(script), options));
withOptions(program.command('sql').option('-e, --execute <statements>', 'the statements to run'))
  .summary('run statements, or a prompt')
  .description('Runs the statements given by -e, or those of standard input; at a terminal without -e it is a prompt, whose history is kept in ~/.millrace_history (MILLRACE_HISTORY: another file, or empty for none).\nA SELECT over a stream runs to the console (complete mode if it aggregates, else append) until Ctrl-C.')
  .action((options: Options & { readonly execute?: string }) => options.execute === undefined && process.stdin.isTTY ? converse(options) : main(() => options.execute ?? readScript('-'), options));

program.command('translate').argument('<script>', 'a file of SQL statements, each ended by a semicolon; - reads standard input')
  .requiredOption('--dialect <name>', 'the dialect of the script: spark, postgresql, mysql, snowflake, bigquery, trino or flinksql')
  .summary('print a script in Spark SQL')
  .description('Prints what the statements of a script in another dialect mean, in Spark SQL. Nothing is run. What may mean another thing is refused, with its place.')
  .action((script: string, options: Pick<Options, 'dialect'>) => {
    const text = readScript(script);
    try { for (const statement of open(options).translate(text)) process.stdout.write(`${statement};\n`); } catch (e) { fail(e); }
  });

function readScript(file: string): string {
  try { return readFileSync(file === '-' ? 0 : file, 'utf8'); } catch (e) { return fail(new Error(`cannot read ${file}: ${(e as NodeJS.ErrnoException).code ?? String(e)}`), 2); }
}

const open = (options: Pick<Options, 'dialect' | 'conf' | 'checkpoint'>): Session => new Session({ conf: { ...(options.dialect && { 'millrace.sql.dialect': options.dialect }), ...options.conf }, ...(options.checkpoint !== undefined && { checkpoint: options.checkpoint }) });

async function main(text: () => string, options: Options): Promise<void> {
  const script = text();
  const session = open(options);
  const stopping = stopOnSignal(session);
  // A query may fail while the script goes on, and be over when it ends.
  const failed: Error[] = [];
  session.streams.addListener({ onQueryTerminated: ({ exception }) => { if (exception) failed.push(exception); } });
  try {
    await session.runScript(script, (frame, kind) => answer(frame, kind, options));
    const silence = explainSilence(session, options.whyAfter);
    while (failed.length === 0 && session.streams.active.length > 0 && !stopping()) {
      session.streams.resetTerminated();
      await session.streams.awaitAnyTermination().catch(() => undefined);
    }
    clearTimeout(silence);
    if (failed[0]) throw failed[0];
  } catch (e) {
    await session.stop();
    fail(e);
  }
}

/** Prints a bounded answer; starts a query to the console for an unbounded one. */
async function answer(frame: DataFrame, kind: string, options: Options): Promise<void> {
  // A text of several lines stands as it is.
  if (kind === 'explain' || kind === 'show_create') { for (const row of await frame.collect()) process.stdout.write(`${String(Object.values(row as object)[0])}\n`); return; }
  if (!frame.isStreaming) return frame.show(options.rows, options.truncate);
  await frame.writeStream.outputMode(await frame.defaultOutputMode()).format('console').option('truncate', options.truncate).option('numRows', options.rows).start();
}

/** Says on standard error why queries have given nothing, if they have not. */
function explainSilence(session: Session, seconds: number): NodeJS.Timeout | undefined {
  if (seconds === 0) return undefined;
  return setTimeout(() => {
    for (const query of session.streams.active) { const why = query.why(); if (why.rowsOut === 0) process.stderr.write(`no output yet from ${String(why)}\n`); }
  }, seconds * 1000).unref();
}

/** The first Ctrl-C stops the queries after the epochs that run, the second leaves at once. */
function stopOnSignal(session: Session): () => boolean {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(130);
    stopping = true;
    session.stop().then(() => process.exit(0), (e: unknown) => fail(e));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return () => stopping;
}

async function converse(options: Options): Promise<void> {
  const session = open(options);
  await prompt({
    version: packageVersion(), busy: () => session.streams.active.length > 0, stop: () => session.stop(),
    async run(statements) { try { await session.runScript(statements, (frame, kind) => answer(frame, kind, options)); } catch (e) { report(e); } },
  });
  await session.stop();
  process.exit(0);
}

function report(error: unknown): void {
  const colored = process.stderr.isTTY === true && !process.env['NO_COLOR'];
  const label = colored ? '\u001b[31merror:\u001b[0m' : 'error:';
  const text = error instanceof EngineError ? error.toString() : error instanceof Error ? error.message : String(error);
  process.stderr.write(`${label} ${text}\n`);
}
function fail(error: unknown, code = 1): never {
  report(error);
  process.exit(code);
}

process.stdout.on('error', (e: NodeJS.ErrnoException) => { if (e.code === 'EPIPE') process.exit(0); throw e; });
program.parseAsync().catch(fail);
