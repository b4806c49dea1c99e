// `npm run broker -- [--nodes 3] [--secure] [--port 9092] [--optimized]`: a Kafka for a look by hand, until Ctrl-C; with data only until then.
// `npm run broker -- tool BROKERS TOOL ARGUMENT…`: one of Kafka's own tools.

import { parseArgs } from 'node:util';
import { Cluster, kafkaTool, PASSWORD, USER } from './cluster.js';

async function main(): Promise<void> {
  const [first, brokers, tool, ...rest] = process.argv.slice(2);
  if (first === 'tool' && brokers !== undefined && tool !== undefined) { process.stdout.write(await kafkaTool(brokers, tool, rest)); return; }
  const { values } = parseArgs({ options: { nodes: { type: 'string', default: '1' }, secure: { type: 'boolean', default: false }, port: { type: 'string' }, optimized: { type: 'boolean', default: false } } });
  const cluster = await Cluster.start({ nodes: values.nodes === '3' ? 3 : 1, secure: values.secure, optimized: values.optimized, ...(values.port !== undefined && { port: Number(values.port) }) });
  const lines = [`KAFKA_BROKERS=${cluster.brokers}`, ...(values.secure ? [`KAFKA_SASL_BROKERS=${cluster.sasl}`, `KAFKA_SASL_TLS_BROKERS=${cluster.saslTls}`, `KAFKA_TLS_CA=${cluster.ca}`, `KAFKA_USER=${USER}`, `KAFKA_PASSWORD=${PASSWORD}`] : [])];
  process.stdout.write(`${lines.join('\n')}\nReady; Ctrl-C ends it and removes its data.\n`);
  await new Promise<void>((resolve) => { for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve()); setInterval(() => undefined, 1 << 30); });
  await cluster.destroy();
  process.exit(0);
}
main().catch((error: unknown) => { process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`); process.exit(1); });
