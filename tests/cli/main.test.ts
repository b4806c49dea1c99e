// The built command line as users run it: processes, exit codes, signals, pipes, a terminal.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { eventually, sleep } from '../support/wait.js';

const main = path.join(__dirname, '../../bundle/cli/main.js');
let root = '';
beforeAll(() => {
  if (!existsSync(main)) throw new Error(`${main} is not there: npm run build makes it`);
  root = mkdtempSync(path.join(tmpdir(), 'millrace-cli-'));
});
afterAll(() => { rmSync(root, { recursive: true, force: true }); });

const children: ChildProcess[] = [];
afterEach(() => { for (const child of children.splice(0)) child.kill('SIGKILL'); });

interface Ended { readonly status: number | null; readonly stdout: string; readonly stderr: string }
const run = (args: readonly string[], input = '', env: Readonly<Record<string, string>> = {}): Ended => spawnSync(process.execPath, [main, ...args], { cwd: root, input, encoding: 'utf8', env: { ...process.env, ...env } });
const shell = (command: string): Ended => spawnSync('bash', ['-c', `M() { "${process.execPath}" "${main}" "$@"; }; ${command}`], { cwd: root, encoding: 'utf8' });
const ONE = '+---+\n|one|\n+---+\n|1  |\n+---+\n\n';

test('sql -e, scripts from files and standard input', () => {
  expect(run(['sql', '-e', 'SELECT 1 AS one'])).toMatchObject({ status: 0, stdout: ONE, stderr: '' });
  expect(run(['sql'], 'SELECT 1 AS one')).toMatchObject({ status: 0, stdout: ONE });
  writeFileSync(path.join(root, 'job.sql'), `
    -- a job that ends by itself
    CREATE TABLE t (a INT); INSERT INTO t VALUES (1), (2); CREATE TABLE f (a INT) USING csv OPTIONS (path 'f'); INSERT INTO f SELECT a FROM t;
    CREATE STREAM s (a INT) USING csv OPTIONS (path 'f');
    START QUERY q INTO json OPTIONS (path 'out') OUTPUT MODE append TRIGGER AVAILABLE NOW AS SELECT a * 10 AS b FROM s;`);
  expect(run(['run', 'job.sql', '--checkpoint', 'chk'])).toMatchObject({ status: 0, stdout: '', stderr: '' });
  expect(existsSync(path.join(root, 'chk/q/commits/0'))).toBe(true);
  expect(run(['run', '-'], "CREATE TABLE o (b INT) USING json OPTIONS (path 'out'); SELECT sum(b) AS s FROM o;").stdout).toContain('|30 |');
  expect(run(['sql', '-c', 'a.b=c=d', '-e', "SHOW SETTINGS LIKE 'a.b'"]).stdout).toContain('|a.b|c=d  |');
  expect(run(['sql', '-e', 'EXPLAIN SELECT id FROM range(3)']).stdout).toMatch(/^\S+ .*\n$/);
  expect(run(['translate', '--dialect', 'mysql', '-'], 'SELECT "x" AS a; SELECT IFNULL(a, 1) FROM t LIMIT 2, 3')).toMatchObject({ status: 0, stdout: "SELECT 'x' AS a;\nSELECT ifnull(a, 1) FROM t LIMIT 3 OFFSET 2;\n", stderr: '' });
  expect(run(['translate', '--dialect', 'trino', '-'], 'SELECT a / b FROM t')).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('NOT_TRANSLATABLE') });
  expect(run(['sql', '--rows', '2', '-e', 'SELECT id FROM range(9)']).stdout).toContain('|1  |\n+---+\nonly showing top 2 rows\n');
});

test('a text of several lines stands as it is; a statement that has nothing to say prints nothing', () => {
  expect(run(['sql', '-e', 'CREATE VIEW v AS SELECT 1 AS one; SHOW CREATE VIEW v']).stdout).toBe('CREATE VIEW v\nAS SELECT 1 AS one\n');
  expect(run(['sql', '-e', "DECLARE x INT; EXECUTE IMMEDIATE 'SET VAR x = 1'; EXECUTE IMMEDIATE 'SELECT x AS one'"])).toMatchObject({ status: 0, stdout: ONE });
});

test('help and version of every command; exit code 2 for what was called wrongly', () => {
  for (const args of [['--help'], ['run', '--help'], ['sql', '--help'], ['help', 'run']]) expect(run(args)).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/^Usage: millrace/) });
  expect(run(['--version'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  for (const args of [[], ['nope'], ['sql', '--nope'], ['run'], ['run', 'nosuch.sql'], ['sql', '-c', 'x', '-e', 'SELECT 1'], ['sql', '--rows', 'all', '-e', 'SELECT 1']]) {
    expect([args, run(args)]).toMatchObject([args, { status: 2, stdout: '', stderr: expect.stringMatching(/./) }]);
  }
});

test('a query that fails while the script goes on fails the script', () => {
  writeFileSync(path.join(root, 'one.csv'), '1\n');
  const script = `CREATE STREAM one (a INT) USING csv OPTIONS (path 'one.csv');
    START QUERY early INTO noop TRIGGER AVAILABLE NOW CHECKPOINT 'chk-early' AS SELECT a / 0 FROM one;
    SELECT count(*) AS n FROM range(1000000) WHERE sha2(CAST(id AS STRING), 256) = 'x';`;
  expect(run(['sql', '-e', script])).toMatchObject({ status: 1, stdout: expect.stringContaining('|0  |'), stderr: expect.stringMatching(/DIVIDE_BY_ZERO|early/) });
});

test('a statement that fails: what came before, the place, exit code 1', () => {
  const { status, stdout, stderr } = run(['sql', '-e', 'SELECT 1 AS one; SELECT\n  nope FROM range(1); SELECT 3']);
  expect({ status, stdout }).toEqual({ status: 1, stdout: ONE });
  expect(stderr).toBe('error: [UNRESOLVED_COLUMN.WITH_SUGGESTION] There is no column `nope`; there are `id`. SQLSTATE: 42703\n== line 2, column 3 ==\n  nope FROM range(1); SELECT 3\n  ^^^^\nHint: Choose one of these, or check the table that is before the name.\n');
  const failing = "CREATE STREAM r USING rate OPTIONS (rowsPerSecond '100'); START QUERY q INTO noop OUTPUT MODE append AS SELECT assert_true(value < 3) FROM r;";
  expect(run(['run', '-'], failing)).toMatchObject({ status: 1, stderr: expect.stringMatching(/^error: \[STREAM_FAILED\] The query q .* failed in epoch \d+/) });
});

test('a reader that goes away ends it without a word', () => {
  expect(shell('set -o pipefail; M sql --rows 200000 -e "SELECT id FROM range(200000)" | head -1; echo $?')).toMatchObject({ stdout: expect.stringMatching(/^\+-+\+\n0\n$/), stderr: '' });
});

interface Running { readonly child: ChildProcess; readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>; out(): string; err(): string }
function start(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(command, args, { cwd: root, stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  children.push(child);
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => { out += text; });
  child.stderr.setEncoding('utf8').on('data', (text: string) => { err += text; });
  return { child, out: () => out, err: () => err, ended: new Promise((resolve) => { child.on('close', (code) => resolve({ code, out, err })); }) };
}
const over = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;
/** What one of the outputs matches at last. @throws if the program has ended before */
const shows = (running: Running, output: 'out' | 'err', what: RegExp): Promise<RegExpExecArray> => eventually(`${what} in its output`, () => {
  const found = what.exec(running[output]());
  if (!found && over(running.child)) throw new Error(`it ended: ${running.out()}${running.err()}`);
  return found ?? undefined;
});
/** Starts a script and waits for its first output. */
async function started(script: string, until: RegExp, args: readonly string[] = []): Promise<Running> {
  const running = start(process.execPath, [main, 'run', '-', ...args]);
  running.child.stdin!.end(script);
  await shows(running, 'out', until);
  return running;
}

test.each(['SIGINT', 'SIGTERM'] as const)('%s stops the queries and leaves with 0', async (signal) => {
  const { child, ended } = await started("CREATE STREAM r USING rate OPTIONS (rowsPerSecond '50'); SELECT value FROM r;", /\|0 {4}\|/);
  child.kill(signal);
  const { code, out, err } = await ended;
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/\+\n\n$/);
});

test('a query that gives nothing says why, once', async () => {
  writeFileSync(path.join(root, 'few.csv'), '1\n2\n3\n');
  const running = await started(`CREATE STREAM f (n INT) USING csv OPTIONS (path 'few.csv'); START QUERY q INTO noop AS SELECT n FROM f WHERE n < 0; START QUERY busy INTO noop AS SELECT n FROM f;
    SELECT 'on' AS it;`, /on/, ['--why-after', '10']);
  await shows(running, 'err', /\n/);
  running.child.kill('SIGINT');
  const { code, err } = await running.ended;
  expect(code).toBe(0);
  expect(err).toMatch(/^no output yet from q: 0 rows out since it started\. All 3 rows that came to filter predicate=.* were dropped by it\.\n$/);
});

test('a second Ctrl-C leaves at once, though an epoch runs', async () => {
  const { child, ended } = await started(`CREATE STREAM r USING rate OPTIONS (rowsPerSecond '100000000');
    START QUERY q INTO noop OUTPUT MODE append CHECKPOINT 'endless' AS SELECT sha2(CAST(value AS STRING), 256) FROM r; SELECT 'on' AS it;`, /on/);
  // An epoch of a hundred million rows has begun: it takes minutes.
  await eventually('an epoch', () => existsSync(path.join(root, 'endless/offsets/0')) || undefined);
  child.kill('SIGINT');
  await sleep(300);
  expect(over(child)).toBe(false);
  // Of two signals that come before it has looked at the first it sees one.
  const again = setInterval(() => { child.kill('SIGINT'); }, 300);
  expect(await ended).toMatchObject({ code: 130, err: '' });
  clearInterval(again);
});

const terminal = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false;
/** What a terminal shows for lines that are typed each when there is a prompt, until the end of the input or the program. */
async function typed(lines: readonly string[], env: Readonly<Record<string, string>>, history = ''): Promise<{ readonly status: number | null; readonly stdout: string }> {
  const running = start('script', ['-qec', `"${process.execPath}" "${main}" sql`, '/dev/null'], { TERM: 'xterm', NO_COLOR: '', ...env, MILLRACE_HISTORY: history });
  let from = 0;
  for (const line of [...lines.map((text) => (text.endsWith('\u0003') ? text : `${text}\r`)), '\u0004']) {
    await eventually('a prompt', () => /(millrace>| {7}->) $/.test(stripVTControlCharacters(running.out().slice(from))) || over(running.child) || undefined);
    if (over(running.child)) break;
    from = running.out().length;
    running.child.stdin!.write(line);
  }
  const { code, out } = await running.ended;
  return { status: code, stdout: out };
}
// A prompt shows itself at a terminal only, and script(1) of util-linux is what makes one here: Debian always has it, macOS has another script(1).
const testAtTerminal = terminal ? test : test.skip;
testAtTerminal('the prompt: statements over lines, errors in colour unless NO_COLOR, end of input', async () => {
  const ours = await typed(["SELECT 'a;", "b' AS text;", 'SELECT nope;', 'SELECT 1 AS one;'], {});
  expect(ours.status).toBe(0);
  expect(ours.stdout).toContain('a;\\nb');
  expect(ours.stdout).toContain('\u001b[31merror:\u001b[0m [UNRESOLVED_COLUMN');
  expect(ours.stdout.replaceAll('\r', '')).toContain(ONE);
  expect((await typed(['SELECT nope;'], { NO_COLOR: '1' })).stdout).not.toContain('\u001b[31m');
});

testAtTerminal('the prompt: help, a history that is kept, Ctrl-C drops what is typed, exit leaves', async () => {
  const history = path.join(root, 'history');
  const { stdout: told } = await typed(['help', 'SELECT 1', 'AS dropped\u0003', 'SELECT 2 AS kept;', 'exit', 'SELECT 3 AS never;'], { NO_COLOR: '1' }, history);
  expect(told).toContain('EXPLAIN WHY QUERY');
  expect(told).toMatch(/\|kept\s*\|/);
  expect(told).not.toMatch(/\|(dropped|never)\s*\|/);
  expect(readFileSync(history, 'utf8').split('\n')).toEqual(expect.arrayContaining(['help', 'SELECT 1', 'SELECT 2 AS kept;', 'exit']));
  expect(statSync(history).mode & 0o077).toBe(0);
  // The key for the line before: the newest of the earlier prompt.
  expect((await typed(['\u001b[A\u001b[A'], { NO_COLOR: '1' }, history)).stdout).toMatch(/\|kept\s*\|/);
});
