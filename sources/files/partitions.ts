// Partition directories `key=value`: which columns they give, of which types, and what a file's path says of them.
// source: Spark PartitioningUtils, PartitioningAwareFileIndex.

import { type FileSystem, type OptionSet, partitionTextType, type Schema, types, widerPartitionType } from '../../engine/plugin.js';
import { type FoundFile, globRegex, isPattern, plainPath } from './listing.js';

/** Column, in lower case, → value as text. */
export type Partitions = ReadonlyMap<string, string | null>;

/** What the directories of a file say, from below the option `basePath`, or the directory that the option `path` names, down to the file. */
export function partitionsOf(options: OptionSet, files: FileSystem): (path: string) => Partitions {
  if (options.boolean('recursiveFileLookup')) return () => new Map();
  const base = options.get('basePath');
  const path = options.required('path');
  const roots = base !== undefined ? [base] : isPattern(path) ? [path] : [path, ...path.split(',').map((p) => p.trim())];
  const bases = roots.map((root) => files.absolute(plainPath(root)).split('/').map((name) => ({ name, regex: isPattern(name) ? globRegex(name) : undefined })));
  return (file) => {
    const names = file.split('/');
    const root = bases.find((b) => b.length <= names.length && b.every(({ name, regex }, i) => name === names[i] || regex?.test(names[i]!)));
    const out = new Map<string, string | null>();
    for (const segment of root ? names.slice(root.length, -1) : []) {
      const at = segment.indexOf('=');
      if (at <= 0) continue;
      const value = unescapeName(segment.slice(at + 1));
      out.set(unescapeName(segment.slice(0, at)).toLowerCase(), value === '__HIVE_DEFAULT_PARTITION__' ? null : value);
    }
    return out;
  };
}
const unescapeName = (text: string): string => text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** The schema of the files together with the columns of their directories, which come last. One that the user has declared keeps its name and
 *  type; one that the files have too keeps its place, with the values and the type of the directories. */
export function withPartitions(schema: Schema, declared: boolean, found: readonly FoundFile[], options: OptionSet, files: FileSystem): Schema {
  const read = partitionsOf(options, files);
  const columns = new Map<string, types.DataType | undefined>();
  for (const file of found) {
    for (const [name, value] of read(file.path)) {
      const so = columns.get(name);
      const type = value === null ? undefined : partitionTextType(value);
      columns.set(name, so && type ? widerPartitionType(so, type) : so ?? type);
    }
  }
  if (columns.size === 0) return schema;
  const known = new Map(schema.fields.map((f) => [f.name.toLowerCase(), f]));
  const partitions = new Map([...columns].map(([name, type]) => {
    const field = known.get(name);
    return [name, declared && field ? field : types.field(field?.name ?? name, type ?? types.INT)];
  }));
  const kept = schema.fields.flatMap((f) => { const p = partitions.get(f.name.toLowerCase()); return !p ? [f] : declared ? [] : [p]; });
  return { fields: [...kept, ...[...partitions].filter(([name]) => declared || !known.has(name)).map(([, field]) => field)] };
}
