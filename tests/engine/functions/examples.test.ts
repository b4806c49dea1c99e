// Every example of a function holds. `call = expected`; an example without an equals sign is TRUE.

import { functions } from '../../../engine/functions/index.js';
import { openEngine } from '../../conformance/engine.js';

const engine = openEngine({ 'spark.sql.session.timeZone': 'UTC', 'spark.sql.ansi.enabled': 'true', 'spark.sql.timeType.enabled': 'true' });

test('examples of functions', async () => {
  const wrong: string[] = [];
  for (const fn of functions) {
    for (const example of fn.examples) {
      const at = example.lastIndexOf(' = ');
      const sql = at < 0 ? `SELECT ${example}` : `SELECT (${example.slice(0, at)}) <=> (${example.slice(at + 3)})`;
      try {
        const { rows } = await engine.run(sql);
        if (rows[0]?.[0] !== true) wrong.push(`${example}: ${String(rows[0]?.[0])}`);
      } catch (error) { wrong.push(`${example}: ${error instanceof Error ? error.message : String(error)}`); }
    }
  }
  expect(wrong).toEqual([]);
});

test('a name belongs to one function', () => {
  const names = functions.flatMap((fn) => [fn.name, ...fn.aliases ?? []]);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});
