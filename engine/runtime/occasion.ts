// Something that happens, and who waits for it. Who gives up waiting leaves nothing behind: a race with a promise that lives as long as the query
// would keep one reaction for every call of a poll.

import type { Clock } from '../host/host.js';

export class Occasion {
  private readonly waiters = new Set<() => void>();

  get waiting(): number { return this.waiters.size; }

  /** Resolves when it happens next, or after `timeoutMillis`. */
  async wait(clock: Clock, timeoutMillis?: number): Promise<void> {
    if (timeoutMillis === undefined) return new Promise((resolve) => { this.waiters.add(resolve); });
    const over = new AbortController();
    const wake = (): void => { over.abort(); };
    this.waiters.add(wake);
    await clock.sleep(timeoutMillis, over.signal);
    this.waiters.delete(wake);
  }

  /** It happens: all who wait go on. */
  happen(): void {
    const waiters = [...this.waiters];
    this.waiters.clear();
    for (const wake of waiters) wake();
  }
}
