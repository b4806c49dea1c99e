// Every .stream file in every mode that it states, under every variant, against the same expectations.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CRASH_POINTS, parseStream } from './format.js';
import { StreamRun, type Variant } from './run.js';

const VARIANTS: Readonly<Record<string, Variant>> = {
  plain: {}, restart: { restart: true }, ...Object.fromEntries(CRASH_POINTS.map((crash) => [`crash ${crash}`, { crash }])),
  'rows=1': { batchRows: 1 }, vectorized: { kernels: 'vectorized' }, 'no optimizer': { optimizer: false }, 'all at once': { restart: true, batchRows: 1, kernels: 'vectorized', crash: 'sink-written' },
};

for (const name of readdirSync(__dirname).filter((n) => n.endsWith('.stream')).sort()) {
  const file = parseStream(readFileSync(path.join(__dirname, name), 'utf8'));
  describe(name, () => {
    for (const mode of file.modes) test.each(Object.keys(VARIANTS))(`${mode}, %s`, async (variant) => {
      const run = new StreamRun(file, mode, VARIANTS[variant]!);
      await run.all();
      const { crash } = VARIANTS[variant]!;
      // Without state nothing is written between computing and the sink.
      if (crash && (crash !== 'computed' || file.steps.some((s) => s.kind === 'epoch' && s.state))) expect(run.crashed.size).toBeGreaterThan(1);
    });
  });
}

test('a wrong expectation is seen, with its line', async () => {
  const text = readFileSync(path.join(__dirname, 'tumbling.stream'), 'utf8');
  for (const [from, to, message] of [
    ['  @10  a  2\n', '  @10  a  3\n', /^line \d+, epoch 0, update:\n@10 {2}a {2}2/], ['watermark @15', 'watermark @16', /^line \d+, epoch \d, watermark:\n@15/],
    ['  !late', '', /^line \d+, epoch 4, late rows:\n1/], ['epoch 1  now @100  idle', 'epoch 1  now @100', /^line \d+, epoch 0, epochs:\n0 1\n/],
  ] as const) {
    expect(text).toContain(from);
    await expect(new StreamRun(parseStream(text.replace(from, to)), 'update', {}).all()).rejects.toThrow(message);
  }
});
