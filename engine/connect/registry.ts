// Formats by name: what session.register fills and the runtime looks sources and sinks up in.

import { raise } from '../../planner/errors/index.js';
import { nearestFirst } from '../../planner/similar.js';
import type { SinkDefinition, SourceDefinition } from './contract.js';

export class FormatRegistry {
  private readonly sources = new Map<string, SourceDefinition>();
  private readonly internal = new Map<string, SourceDefinition>();
  private readonly sinks = new Map<string, SinkDefinition>();

  constructor(sources: readonly SourceDefinition[] = [], sinks: readonly SinkDefinition[] = []) {
    for (const s of sources) this.sources.set(s.format.toLowerCase(), s);
    for (const s of sinks) this.sinks.set(s.format.toLowerCase(), s);
  }

  /** Adds a definition, in place of an older one of the same name. */
  registerSource(definition: SourceDefinition): void { this.sources.set(definition.format.toLowerCase(), definition); }
  /** One that the engine itself uses: not among the names. */
  registerInternal(definition: SourceDefinition): void { this.internal.set(definition.format, definition); }
  registerSink(definition: SinkDefinition): void { this.sinks.set(definition.format.toLowerCase(), definition); }

  /** @throws DATA_SOURCE_NOT_FOUND */
  source(format: string): SourceDefinition {
    return this.sources.get(format.toLowerCase()) ?? this.internal.get(format) ?? notFound(format, this.sourceNames);
  }
  /** @throws DATA_SOURCE_NOT_FOUND */
  sink(format: string): SinkDefinition {
    return this.sinks.get(format.toLowerCase()) ?? notFound(format, this.sinkNames);
  }
  get sourceNames(): readonly string[] { return [...this.sources.keys()].sort(); }
  get sinkNames(): readonly string[] { return [...this.sinks.keys()].sort(); }
}

const notFound = (format: string, names: readonly string[]): never => raise('DATA_SOURCE_NOT_FOUND', { provider: format, known: names.join(', ') }, { hint: nearestFirst(format, names, 'Formats are') });
