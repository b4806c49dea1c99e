// readStream and read: what is said about a source, gathered until it is loaded. Nothing is opened here.

import type { ClausePlaces, UnresolvedPlan } from '../../planner/tree.js';
import type { Field } from '../../planner/types.js';
import type { Backend } from './backend.js';
import { ANY, checked, NAME, objectOf, SETTING, type Signature } from './checked.js';
import { Frame } from './frame.js';
import { readSchema } from './schema.js';

export class Reader {
  private readonly backend: Backend;
  private readonly streaming: boolean;
  private readonly given: Record<string, string> = {};
  private source = 'json';
  private fields: readonly Field[] | undefined;
  constructor(backend: Backend, streaming: boolean) { this.backend = backend; this.streaming = streaming; }

  format(name: string): this { this.source = name; return this; }
  option(name: string, value: string | number | boolean): this { this.given[name] = String(value); return this; }
  options(options: Readonly<Record<string, string | number | boolean>>): this { for (const [name, value] of Object.entries(options)) this.option(name, value); return this; }
  schema(schema: unknown): this { this.fields = readSchema(schema); return this; }
  load(path?: string): Frame {
    if (path !== undefined) this.given['path'] = path;
    return new Frame(this.backend, sourcePlan(this.source, { ...this.given }, this.fields, this.streaming));
  }
  json(path: string): Frame { return this.format('json').load(path); }
  csv(path: string): Frame { return this.format('csv').load(path); }
  text(path: string): Frame { return this.format('text').load(path); }
  table(name: string): Frame { return new Frame(this.backend, { kind: 'relation', name: name.split('.'), ...(this.streaming && { stream: true as const }) }); }
}

const named: Signature = [['name', NAME]];
const path: Signature = [['path', NAME]];
checked(Reader.prototype, 'reader', {
  format: named, option: [['name', NAME], ['value', SETTING]], options: [['options', objectOf(SETTING, 'texts, numbers and booleans by name')]], schema: [['schema', ANY]],
  load: [['path', NAME, 'optional']], json: path, csv: path, text: path, table: named,
});

export const sourcePlan = (format: string, options: Readonly<Record<string, string>>, schema: readonly Field[] | undefined, streaming: boolean, name?: string, places?: ClausePlaces): UnresolvedPlan =>
  ({ kind: 'source', streaming, source: { format, options, ...(schema && { schema }), ...(name !== undefined && { name }), ...(places && { places }) } });
