// Schemas of CSV files without one: what Spark 4.3 says of the same lines and options (csv-schemas.json: lines, options, columns or error).

import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as T from '../../planner/types.js';
import { csvSource } from '../../sources/files/source.js';
import { parseOptions } from '../../engine/connect/options.js';
import { put, simulatedBench } from '../support/connect.js';

const cases = JSON.parse(readFileSync(path.join(__dirname, 'csv-schemas.json'), 'utf8')) as readonly [readonly string[], Readonly<Record<string, string>>, string][];

test.each(cases)('%j %j', async (lines, given, columns) => {
  const { host } = simulatedBench();
  await put(host, '/in/a.csv', `${lines.join('\n')}\n`);
  const options = parseOptions('csv', { path: '/in', ...given }, csvSource.options);
  const found = await csvSource.schema(options, undefined, { host, timeZone: 'UTC' }).then((schema) => schema.fields.map((f) => `${f.name} ${T.sqlName(f.type).toLowerCase()}`).join(', '), (error: { condition: string }) => error.condition);
  expect(found).toBe(columns);
});
