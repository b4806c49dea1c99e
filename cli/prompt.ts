// The prompt: statements over several lines, a history that is kept, Tab for words, Ctrl-C for what is typed or runs.

import { appendFileSync, chmodSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { isComplete } from './complete.js';

export interface PromptHost {
  /** Carries out whole statements; a failure is reported by it, not thrown. */
  run(statements: string): Promise<void>;
  /** Whether queries run. */
  busy(): boolean;
  /** Stops the queries that run. */
  stop(): Promise<void>;
  readonly version: string;
}

const HELP = `Statements end with a semicolon and may go over several lines. SELECT over a stream prints as rows arrive.
  SHOW TABLES; SHOW QUERIES; SHOW FUNCTIONS LIKE 'date*'; SHOW SETTINGS;      what there is
  DESCRIBE name; DESCRIBE FUNCTION EXTENDED name; SHOW CREATE TABLE name;     more of one thing
  EXPLAIN SELECT …; EXPLAIN WHY QUERY;                                        plans, and why a query is silent
  SELECT * FROM system.progress;                                              what queries did
Ctrl-C drops what is typed, or else stops the queries that run; exit, or Ctrl-D, leaves.
`;
const COMMANDS: Readonly<Record<string, 'help' | 'leave'>> = { help: 'help', '?': 'help', '\\?': 'help', '\\h': 'help', exit: 'leave', quit: 'leave', '\\q': 'leave' };
const FIRST = 'millrace> ';
const NEXT = '       -> ';
const HISTORY_LINES = 500;

/** The file of the lines that were typed at earlier prompts; MILLRACE_HISTORY names another one, or, where it is empty, none. */
const historyFile = (): string => process.env['MILLRACE_HISTORY'] ?? path.join(homedir(), '.millrace_history');
/** Newest first, as readline has them. A file that cannot be read is an empty one. */
function readHistory(file: string): string[] {
  if (file === '') return [];
  try { return readFileSync(file, 'utf8').split('\n').filter((line) => line.trim() !== '').slice(-HISTORY_LINES).reverse(); } catch { return []; }
}
/** For the user's eyes only. A history that cannot be written is none: the statement runs all the same. */
function remember(file: string, line: string): void {
  if (file === '' || line.trim() === '') return;
  try { appendFileSync(file, `${line}\n`, { mode: 0o600 }); chmodSync(file, 0o600); } catch { /* nowhere to keep it */ }
}

/** Reads and runs statements until the input ends. */
export function prompt(host: PromptHost): Promise<void> {
  const file = historyFile();
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: FIRST, historySize: HISTORY_LINES, history: readHistory(file), removeHistoryDuplicates: true });
  let pending = '';
  let work = Promise.resolve();
  const show = (text: string): void => { lines.setPrompt(text); lines.prompt(); };
  process.stdout.write(`millrace ${host.version}. Statements end with a semicolon; help tells more.\n`);
  lines.prompt();
  lines.on('line', (line) => {
    remember(file, line);
    const command = pending.trim() === '' ? COMMANDS[line.trim().replace(/;$/, '').toLowerCase()] : undefined;
    if (command === 'leave') { lines.close(); return; }
    if (command === 'help') { process.stdout.write(HELP); show(FIRST); return; }
    pending += `${line}\n`;
    if (!isComplete(pending)) { show(pending.trim() === '' ? FIRST : NEXT); return; }
    const statements = pending;
    pending = '';
    work = work.then(() => host.run(statements)).then(() => { show(FIRST); });
  });
  lines.on('SIGINT', () => {
    if (pending.trim() !== '' || lines.line !== '') {
      pending = '';
      lines.write(null, { ctrl: true, name: 'e' });
      lines.write(null, { ctrl: true, name: 'u' });
      process.stdout.write('^C\n');
      show(FIRST);
    } else if (host.busy()) work = work.then(() => host.stop()).then(() => { show(FIRST); });
    else lines.close();
  });
  return new Promise((resolve) => { lines.on('close', () => { process.stdout.write('\n'); void work.then(resolve); }); });
}
