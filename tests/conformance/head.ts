// What a file of cases says of itself before any of them is run: its name, and whether something is expected of each case.

import { readFileSync } from 'node:fs';

interface Head { readonly family?: string; readonly name?: string }
interface Contents extends Head { readonly cases?: readonly object[]; readonly steps?: readonly object[] }

/** What the file is called, or why there is nothing in it to hold an answer against. */
export function headOf(file: string): Head | string {
  let read: Contents;
  try { read = JSON.parse(readFileSync(file, 'utf8')) as Contents; } catch (error) { return `not JSON: ${(error as Error).message}`; }
  if (read.family !== undefined && Array.isArray(read.cases)) {
    const bare = read.cases.findIndex((c) => !('schema' in c || 'error' in c));
    return bare < 0 ? read : `nothing is expected of case ${bare}: it has not been recorded`;
  }
  if (read.name === undefined || !Array.isArray(read.steps)) return 'not a case file';
  return 'schema' in read || 'error' in read ? read : 'nothing is expected: it has not been recorded';
}
