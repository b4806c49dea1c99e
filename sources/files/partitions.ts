// Partition directories `key=value`: which columns they give, of which types, and what a file's path says of them. The columns of a file are those
// of the directories next above it, up to one that is no `key=value`, or to where the path, or the option `basePath`, begins.
// source: Spark PartitioningUtils, PartitioningAwareFileIndex.

import { type FileSystem, type OptionSet, partitionTextType, raise, type Schema, types, widerPartitionType } from '../../engine/plugin.js';
import { globRegex, isPattern, plainPath } from './patterns.js';

interface PartitionValue { readonly name: string; readonly value: string | null }
/** What the directory of a file says. */
export interface Partition {
  readonly directory: string;
  /** The outermost first. */
  readonly values: readonly PartitionValue[];
  /** The same by name in lower case. */
  readonly byName: ReadonlyMap<string, string | null>;
  /** The directory in which the first of them stands; without any the file's own. */
  readonly base: string;
}

/** What the path of a file says. It remembers directories.
 *  @throws by that EMPTY_PARTITION_COLUMN_NAME, EMPTY_PARTITION_COLUMN_VALUE, COLUMN_ALREADY_EXISTS, INVALID_OPTION_VALUE for a basePath that is not above */
export function partitionOf(options: OptionSet, files: FileSystem): (path: string) => Partition {
  const base = options.get('basePath');
  const path = options.required('path');
  const recursive = options.boolean('recursiveFileLookup');
  const roots = base !== undefined ? [base] : isPattern(path) ? [path] : [path, ...path.split(',').map((p) => p.trim())];
  const bases = roots.map((root) => files.absolute(plainPath(root)).split('/').map((name) => ({ name, regex: isPattern(name) ? globRegex(name) : undefined })))
    .sort((a, b) => b.length - a.length);
  const known = new Map<string, Partition>();
  return (file) => {
    const directory = file.slice(0, file.lastIndexOf('/'));
    const seen = known.get(directory);
    if (seen) return seen;
    const names = file.split('/');
    const root = bases.find((b) => b.length <= names.length && b.every(({ name, regex }, i) => name === names[i] || regex?.test(names[i]!)));
    if (!root && base !== undefined) raise('INVALID_OPTION_VALUE', { format: 'file', option: 'basePath', value: base, expected: `a directory above ${file}` });
    const from = root?.length ?? names.length;
    const partition = readPartition(directory, from, recursive ? [] : names.slice(from, -1));
    // A path that names the file itself says nothing of others in its directory.
    if (from < names.length) known.set(directory, partition);
    return partition;
  };
}
/** `below`: the directories from where the path begins, `from` names down, to the file. */
function readPartition(directory: string, from: number, below: readonly string[]): Partition {
  const values: PartitionValue[] = [];
  let at = below.length;
  for (; at > 0; at--) {
    const value = columnOf(below[at - 1]!);
    if (value) values.unshift(value); else if (values.length > 0) break;
  }
  const byName = new Map<string, string | null>();
  for (const { name, value } of values) {
    if (byName.has(name.toLowerCase())) raise('COLUMN_ALREADY_EXISTS', { columnName: `\`${name.toLowerCase()}\`` });
    byName.set(name.toLowerCase(), value);
  }
  return { directory, values, byName, base: values.length === 0 ? directory : directory.split('/').slice(0, from + at).join('/') };
}
function columnOf(segment: string): PartitionValue | undefined {
  const at = segment.indexOf('=');
  if (at < 0) return undefined;
  if (at === 0) return raise('EMPTY_PARTITION_COLUMN_NAME', { columnSpec: segment });
  if (at === segment.length - 1) return raise('EMPTY_PARTITION_COLUMN_VALUE', { columnSpec: segment });
  const value = unescapeName(segment.slice(at + 1));
  return { name: unescapeName(segment.slice(0, at)), value: value === '__HIVE_DEFAULT_PARTITION__' ? null : value };
}
const unescapeName = (text: string): string => text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** The files that are in partitions, or all if none is.
 *  @throws CONFLICTING_DIRECTORY_STRUCTURES if the partitions begin in several directories, CONFLICTING_PARTITION_COLUMN_NAMES if they have not all the same columns */
export function inPartitions<F extends { readonly path: string }>(found: readonly F[], partition: (path: string) => Partition): F[] {
  const all = new Set(found.map((f) => partition(f.path)));
  const partitions = [...all].filter((p) => p.values.length > 0);
  if (partitions.length === 0) return [...found];
  const list = (paths: Iterable<string>): string => [...paths].map((path) => `\n\tfile:${path}`).join('');
  const bases = new Map([...all].map((p) => [p.base.toLowerCase(), p.base]));
  if (bases.size > 1) raise('CONFLICTING_DIRECTORY_STRUCTURES', { discoveredBasePaths: `${list(bases.values())}\n` });
  const columns = new Map<string, string[]>();
  for (const p of partitions) {
    const names = p.values.map((v) => v.name.toLowerCase()).join(', ');
    columns.set(names, [...columns.get(names) ?? [], p.directory]);
  }
  if (columns.size > 1) {
    const lists = [...columns.keys()].map((names, i) => `\n\tPartition column name list #${i}: ${names}`).join('');
    raise('CONFLICTING_PARTITION_COLUMN_NAMES', { distinctPartColLists: `${lists}\n`, suspiciousPaths: list([...columns.values()].flat()) });
  }
  return found.filter((f) => partition(f.path).values.length > 0);
}

/** The schema of the files together with the columns of their directories, which come last. One that the user has declared keeps its name and
 *  type; one that the files have too keeps its place, with the name, the values and the type of the directories. */
export function withPartitions(schema: Schema, declared: boolean, found: readonly { readonly path: string }[], partition: (path: string) => Partition): Schema {
  const columns = new Map<string, { readonly name: string; readonly type: types.DataType | undefined }>();
  for (const { values } of new Set(found.map((f) => partition(f.path)))) {
    for (const { name, value } of values) {
      const key = name.toLowerCase();
      const so = columns.get(key);
      const type = value === null ? undefined : partitionTextType(value);
      columns.set(key, { name: so?.name ?? name, type: so?.type && type ? widerPartitionType(so.type, type) : so?.type ?? type });
    }
  }
  if (columns.size === 0) return schema;
  const known = new Map(schema.fields.map((f) => [f.name.toLowerCase(), f]));
  const partitions = new Map([...columns].map(([key, { name, type }]) => [key, (declared ? known.get(key) : undefined) ?? types.field(name, type ?? types.INT)]));
  const kept = schema.fields.flatMap((f) => { const p = partitions.get(f.name.toLowerCase()); return !p ? [f] : declared ? [] : [p]; });
  return { fields: [...kept, ...[...partitions].filter(([key]) => declared || !known.has(key)).map(([, field]) => field)] };
}
