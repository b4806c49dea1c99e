// Links between the pages lead to a file that is there and to a heading that it has.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { heading } from '../../tools/docs/page.js';

const root = path.join(__dirname, '..', '..');
const pagesIn = (folder: string): string[] => readdirSync(path.join(root, folder)).filter((n) => n.endsWith('.md')).map((n) => path.join(folder, n));
const PAGES = [...pagesIn('.'), ...pagesIn('docs'), ...pagesIn('docs/decisions')];
/** Text without code. */
const prose = (page: string): string => readFileSync(path.join(root, page), 'utf8').replace(/^```[\s\S]*?^```$/gm, '');
const headings = (page: string): Set<string> => new Set([...prose(page).matchAll(/^#+ (.*)$/gm)].map((m) => heading(m[1]!.replaceAll('`', ''))));

test.each(PAGES)('links of %s', (page) => {
  const broken: string[] = [];
  for (const [, target] of prose(page).replace(/`[^`\n]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^https?:/.test(target!)) continue;
    const [file, fragment] = target!.split('#') as [string, string | undefined];
    const to = file === '' ? page : path.join(path.dirname(page), file);
    if (!existsSync(path.join(root, to)) || (fragment !== undefined && !headings(to).has(`#${fragment}`))) broken.push(target!);
  }
  expect(broken).toEqual([]);
});
