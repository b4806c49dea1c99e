// Ports of test servers: below the range from which systems take the ports of outgoing connections, so that a server that was killed
// finds its port free again.

import { createServer } from 'node:net';

const given = new Set<number>();

/** A port of 127.0.0.1 that nothing listens on and that this process has not given out before. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (given.has(port)) continue;
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) { given.add(port); return port; }
  }
}
