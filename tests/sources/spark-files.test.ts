// Files as Spark 4.3 reads them (spark-files.json): the files' texts, the schema if one was given, options; what columns came and what they
// hold, cast to STRING. `@` in an option is the directory. Then what is cut at the ends of blocks, which Spark has none of.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Session } from '../../index.js';

interface Case {
  readonly format: string; readonly files: readonly (readonly [name: string, text: string | { readonly base64: string }])[]; readonly path?: string;
  readonly schema?: string; readonly options?: Readonly<Record<string, string>>; readonly fails?: true | string; readonly columns?: readonly string[]; readonly rows?: readonly (readonly (string | null)[])[];
}
const cases = JSON.parse(readFileSync(path.join(__dirname, 'spark-files.json'), 'utf8')) as readonly Case[];

let directory: string;
beforeEach(() => { directory = mkdtempSync(path.join(tmpdir(), 'spark-files-')); });
afterEach(() => { rmSync(directory, { recursive: true }); });
const write = (name: string, data: string | Buffer): void => {
  mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
  writeFileSync(path.join(directory, name), data);
};
const columnOf = (name: string, type: string): string => `${name} ${type}`.toLowerCase().replaceAll(' ', '');
const sorted = (rows: readonly (readonly unknown[])[]): string[] => rows.map((row) => JSON.stringify(row)).sort();

test.each(cases.map((c) => [`${c.format} ${JSON.stringify(c.files).slice(0, 80)} ${c.schema ?? ''} ${JSON.stringify(c.options ?? {})}`, c] as const))('%s', async (_, c) => {
  for (const [name, text] of c.files) write(name, typeof text === 'string' ? text : Buffer.from(text.base64, 'base64'));
  const session = new Session();
  session.conf.set('spark.sql.session.timeZone', 'UTC');
  let reader = session.read.format(c.format);
  if (c.schema) reader = reader.schema(c.schema);
  for (const [name, value] of Object.entries(c.options ?? {})) reader = reader.option(name, value.replace('@', directory));
  const answer = async (): Promise<unknown> => {
    const frame = reader.load(path.join(directory, c.path ?? ''));
    const { fields } = await frame.schema();
    const rows = await frame.selectExpr(...fields.map((f, i) => `cast(\`${f.name}\` AS STRING) AS c${i}`)).collect();
    return { columns: fields.map((f) => columnOf(f.name, f.type)), rows: sorted(rows.map((row) => Object.values(row as object))) };
  };
  if (c.fails) await expect(answer()).rejects.toMatchObject({ name: 'EngineError', ...(c.fails !== true && { condition: c.fails }) });
  else expect(await answer()).toEqual({ columns: c.columns!.map((column) => columnOf(column, '')), rows: sorted(c.rows!) });
});

test('a carriage return and its line feed at the end of a block are one line end; with lineSep it is a character', async () => {
  const block = 1 << 20;
  for (const spare of [3, 20, 63, 64, 65]) {
    write('a.txt', `${'x'.repeat(block - spare)}\r\ny\n`);
    expect((await new Session().read.text(directory).collect()).map((row) => String(row.value).length)).toEqual([block - spare, 1]);
  }
  write('a.txt', `x\r${'y'.repeat(block)}\nz`);
  expect((await new Session().read.option('lineSep', '\n').text(directory).collect()).map((row) => String(row.value).length)).toEqual([block + 2, 1]);
});

test('files of formats that are not unpacked are refused, not read as they lie', async () => {
  write('a.txt.bz2', 'BZh9');
  await expect(new Session().read.text(directory).collect()).rejects.toMatchObject({ condition: 'FAILED_READ_FILE.NO_HINT', message: expect.stringContaining('.bz2') as string });
});

test('what no column can take is refused by its name', async () => {
  write('d=x/a.json', '{"v":1}\n[2]\n3\n');
  await expect(new Session().read.schema('v INT, d INT').json(directory).collect()).rejects.toMatchObject({ condition: 'INVALID_PARTITION_VALUE' });
  await expect(new Session().read.option('mode', 'FAILFAST').json(directory).schema()).rejects.toMatchObject({ condition: 'INVALID_JSON_RECORD_TYPE' });
});
