// What the optimizer makes of expressions that are known whatever a part of them is; the part, which would raise here, is not run.

import { Session } from '../../index.js';

const session = new Session();
const of = async (expression: string, conf = 'true'): Promise<unknown> => {
  await session.sql(`SET millrace.optimizer.enabled = ${conf}`).collect();
  try { return (await session.sql(`SELECT ${expression} AS r FROM range(1)`).collect())[0]?.r; } catch (error) { return (error as { condition?: string }).condition; }
};

test.each([
  ['1 / id > 0 AND false', false], ['1 / id > 0 OR true', true], ['NOT (1 / id > 0 AND false)', true], ['if(1 / id > 0, id, id)', 0n], ['CASE WHEN 1 / id > 0 THEN id WHEN id > 0 THEN id ELSE id END', 0n],
  ['1 / id <=> 1 / id', true], ['isnull(1 / id) IS NOT NULL', true], ["named_struct('a', 1 / id, 'b', id).b", 0n], ['array(1 / id, 5)[1]', 5],
])('%s', async (expression, answer) => {
  expect([await of(expression), await of(expression, 'false')]).toEqual([answer, 'DIVIDE_BY_ZERO']);
});

test('what is not known is run', async () => {
  const raising = ['1 / id > 0 AND true', '1 / id > 0 OR NULL', 'if(1 / id > 0, id, id + 1)', 'CASE WHEN 1 / id > 0 THEN id END', '1 / id IS NOT NULL', 'array(1 / id, 5)[id]', "if(raise_error('x') > 0, id, id)"];
  expect(await Promise.all(raising.map((e) => of(e)))).toEqual([...raising.slice(1).map(() => 'DIVIDE_BY_ZERO'), 'USER_RAISED_EXCEPTION']);
  expect(await of('isnull(nullif(id, 0)) <=> true')).toBe(true);
});
