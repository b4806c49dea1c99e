// Every function has an example, and every example holds: `call = expected` is so, `call -- CONDITION` raises it, any other is TRUE.

import { functions } from '../../../engine/functions/index.js';
import { EngineError } from '../../../planner/errors/index.js';
import { BEHIND_GRAMMAR } from '../../../planner/functions/behind-grammar.js';
import { openEngine } from '../../conformance/engine.js';

const engine = openEngine({ 'spark.sql.session.timeZone': 'UTC', 'spark.sql.ansi.enabled': 'true', 'spark.sql.timeType.enabled': 'true' });

async function outcome(sql: string): Promise<string> {
  try { return String((await engine.run(`SELECT ${sql}`)).rows[0]?.[0]); } catch (error) { return error instanceof EngineError ? error.condition : String(error); }
}

test('examples of functions', async () => {
  const wrong: string[] = [];
  for (const example of functions.flatMap((fn) => fn.examples)) {
    const [call, condition] = example.split(' -- ') as [string, string?];
    const at = call.lastIndexOf(' = ');
    const found = await outcome(at < 0 ? call : `(${call.slice(0, at)}) <=> (${call.slice(at + 3)})`);
    if (found !== (condition ?? 'true')) wrong.push(`${example}: ${found}`);
  }
  expect(wrong).toEqual([]);
});

test('every function that docs/functions.md shows has an example', () => {
  expect(functions.filter((fn) => !BEHIND_GRAMMAR.has(fn.name) && fn.examples.length === 0).map((fn) => fn.name)).toEqual([]);
});

test('a name belongs to one function', () => {
  const names = functions.flatMap((fn) => [fn.name, ...fn.aliases ?? []]);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});
