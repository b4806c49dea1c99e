// Ports of test servers: below the range from which systems take the ports of outgoing connections, so that a server that was killed
// finds its port free again.

import { createServer } from 'node:net';

const FIRST = 20_000;
const PORTS = 12_000;
/** Processes look from different places on: a port counts as free until its server listens, which takes seconds, and several test files start servers. */
const SLICE = 60;
const begin = process.pid * SLICE;
let next = 0;

/** A port of 127.0.0.1 that nothing listens on and that this process has not given out before. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + (begin + next++) % PORTS;
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
}
