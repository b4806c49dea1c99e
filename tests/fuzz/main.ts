// `npm run fuzz -- [--inputs N] [--seed N]`: as many inputs as wanted; closes with what became of them. Exit code 1 if one is a fault.

import path from 'node:path';
import { parseArgs } from 'node:util';
import { recordedStatements } from './mutate.js';
import { fuzz } from './run.js';

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { inputs: { type: 'string', default: '100000' }, seed: { type: 'string', default: String(Date.now() & 0x7fffffff) } } });
  const seed = Number(values.seed);
  const corpus = recordedStatements(path.join(__dirname, '..', '..', '..', 'tests', 'conformance', 'cases'));
  process.stdout.write(`seed ${seed}, ${corpus.statements.length} statements to begin with\n`);
  const { inputs, accepted, refused, faults, slowest } = await fuzz(corpus, Number(values.inputs), seed, (done) => { process.stdout.write(`${done}\n`); });
  for (const { input, what } of faults.slice(0, 50)) process.stdout.write(`FAULT ${JSON.stringify(input.slice(0, 2000))}\n${what}\n`);
  process.stdout.write(`${inputs} inputs: ${accepted} accepted, ${refused} refused, ${faults.length} faults; slowest ${Math.round(slowest.millis)} ms: ${JSON.stringify(slowest.input.slice(0, 200))}\n`);
  return faults.length === 0 ? 0 : 1;
}
void main().then((code) => { process.exitCode = code; });
