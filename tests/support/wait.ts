// Waiting for what happens in its own time. A test waits for the thing itself, never for a while in which it should have happened: how long
// anything takes is no property of the program on a machine that others use, too.

export const sleep = (millis: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, millis); });

/** Tries until `attempt` gives something. The limit is against hangs only. @throws after `millis` */
export async function eventually<R>(what: string, attempt: () => R | undefined | Promise<R | undefined>, millis = 120_000): Promise<R> {
  const deadline = performance.now() + millis;
  for (;;) {
    const result = await attempt();
    if (result !== undefined) return result;
    if (performance.now() > deadline) throw new Error(`waited ${millis} ms in vain: ${what}`);
    await sleep(20);
  }
}
