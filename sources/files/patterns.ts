// Paths as users write them: patterns, `file:` in front, slashes behind.
// source: Hadoop glob patterns.

import { raise } from '../../engine/plugin.js';

export const isPattern = (text: string): boolean => /[*?[\]{}]/.test(text);
/** Without `file:` and trailing slashes. */
export function plainPath(path: string): string {
  const local = path.replace(/^file:(\/\/)?(?=\/)/, '');
  return local.length > 1 ? local.replace(/\/+$/, '') : local;
}
/** A Hadoop pattern of one name: * ? [abc] [^a-z] {a,b} and \ before a sign. @throws INVALID_OPTION_VALUE */
export function globRegex(glob: string): RegExp {
  let source = '';
  let braces = 0;
  for (let i = 0; i < glob.length; i++) {
    const c = glob[i]!;
    if (c === '\\' && i + 1 < glob.length) source += glob[++i]!.replace(/[\^$.*+?()[\]{}|\\/]/g, '\\$&');
    else if (c === '*') source += '[^/]*';
    else if (c === '?') source += '[^/]';
    else if (c === '{') { braces++; source += '(?:'; }
    else if (c === '}' && braces > 0) { braces--; source += ')'; }
    else if (c === ',' && braces > 0) source += '|';
    else if (c === '[') {
      const close = glob.indexOf(']', i + 2);
      if (close < 0) { source += '['; break; }
      source += `[${glob.slice(i + 1, close).replace(/^!/, '^').replace(/\\/g, '\\\\')}]`;
      i = close;
    } else source += c.replace(/[\^$.*+?()[\]{}|\\/]/g, '\\$&');
  }
  try { return new RegExp(`^${source}$`, 's'); } catch (error) {
    return raise('INVALID_OPTION_VALUE', { format: 'file', option: 'path', value: glob, expected: 'a pattern whose brackets and ranges are whole' }, { cause: error });
  }
}
