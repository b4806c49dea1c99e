// How long the parts of an epoch took.

import type { Host } from '../host/host.js';

/** Durations of one trigger, by Spark's names. */
export class Timings {
  readonly start: number;
  private readonly parts = new Map<string, number>();
  constructor(start: number) { this.start = start; }
  async measure<T>(clock: Host['clock'], name: string, run: () => Promise<T>): Promise<T> {
    const from = clock.monotonic();
    try { return await run(); } finally { this.parts.set(name, this.of(name) + clock.monotonic() - from); }
  }
  of(name: string): number { return this.parts.get(name) ?? 0; }
  all(total: number): Readonly<Record<string, number>> {
    const named: Record<string, number> = { addBatch: 0, commitOffsets: 0, getBatch: 0, latestOffset: 0, queryPlanning: 0, triggerExecution: Math.round(total), walCommit: 0 };
    for (const [name, millis] of this.parts) named[name] = Math.round(millis);
    return Object.fromEntries(Object.entries(named).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
