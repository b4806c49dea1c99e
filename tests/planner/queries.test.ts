// Whole queries against what Spark answered: scopes, grouping, lateral aliases, set operations, subqueries in every place. Each runs with the
// optimizer on and off: switching it off changes no answer.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSqlFile } from '../conformance/sql.js';

const folder = mkdtempSync(join(tmpdir(), 'queries-'));
const withConf = (name: string, conf: object): string => {
  const file = join(folder, `${name}-${Object.keys(conf).length}.json`);
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(join(__dirname, 'queries', `${name}.json`), 'utf8')), conf }));
  return file;
};

for (const name of ['clauses', 'correlated', 'generators']) {
  for (const conf of [{}, { 'millrace.optimizer.enabled': 'false' }]) {
    test(`${name} ${JSON.stringify(conf)}`, async () => {
      const results = await runSqlFile(withConf(name, conf));
      expect(results.length).toBeGreaterThan(15);
      expect(results.filter((r) => r.status !== 'passed').map((r) => `${r.name}: ${r.reason}`)).toEqual([]);
    });
  }
}
