// docs/options.md: the sources and sinks that come with the engine, their options, and the settings of a session.

import type { OptionSpec } from '../../engine/plugin.js';
import { sinks } from '../../sinks/index.js';
import { sources } from '../../sources/index.js';
import { GENERATED, heading, table } from './page.js';
import { SETTINGS } from '../../engine/session/setting-list.js';

const code = (text: string): string => (text === '' ? '' : `\`${text}\``);
/** Signs that would not be seen. */
const visible = (text: string): string => text.replaceAll('\n', '\\n').replaceAll('\t', '\\t');
const typeText = (o: OptionSpec): string => o.values ? o.values.join(' \\| ').replaceAll('\\|', '|') : o.type;
const optionsTable = (options: readonly OptionSpec[]): string => options.length === 0 ? 'No options.'
  : table(['Option', 'Type', 'Default', ''], options.map((o) => [
    `${code(o.prefix ? `${o.name}*` : o.name)}${o.required ? ' (required)' : ''}`, typeText(o), o.default === undefined ? '' : code(visible(o.default)), `${o.doc}${o.secret ? ' (never printed)' : ''}`,
  ]));

const BY_PROGRAM: Readonly<Record<string, string>> = {
  memory: 'Fed by the program: `session.memoryStream(schema)` makes one, `add(row, …)` adds rows, `toDF()` reads it.',
};
const SINK_NOTES: Readonly<Record<string, string>> = {
  memory: 'The rows become a table of the session under the query\'s name: `queryName(\'t\')`, then `session.table(\'t\')` or `SELECT … FROM t`.',
  foreach: 'Set by `writeStream.foreach(writer)`: calls the program for each row.',
  foreachbatch: 'Set by `writeStream.foreachBatch((frame, epoch) => …)`: calls the program with each epoch\'s rows as a frame.',
};

export function optionsPage(): string {
  const parts = [
    '# Sources, sinks, options and settings', GENERATED('the definitions in sources and sinks, and engine/session/setting-list.ts'),
    `Names of options and formats are case-insensitive; values are texts, numbers or booleans. An option that a format does not have is refused (\`UNKNOWN_OPTION\`), and so is a value that
does not fit. A \`duration\` is text such as \`500 ms\`, \`10 seconds\`, \`5m\`, \`1 hour 30 minutes\`; \`bytes\` is a number with \`k\`, \`m\` or \`g\`.

Two names are taken with every format: \`path\`, also as the argument of \`load(path)\` and \`start(path)\`, and \`checkpointLocation\`, which belongs to the query (the clause \`CHECKPOINT\` of
\`START QUERY\`).`,
    `- [Sources](#sources): ${sources.map((s) => `[${s.format}](${heading(`Source ${s.format}`)})`).join(', ')}
- [Sinks](#sinks): ${sinks.map((s) => `[${s.format}](${heading(`Sink ${s.format}`)})`).join(', ')}
- [Settings of a session](#settings-of-a-session)`,
    '## Sources',
  ];
  for (const s of sources) {
    const facts = [s.read ? 'streaming and static' : 'streaming only', s.replayable ? 'gives its rows again after a restart' : 'cannot give rows again: what is not committed is lost in a crash'];
    parts.push(`### Source ${s.format}`, `${BY_PROGRAM[s.format] ? `${BY_PROGRAM[s.format]} ` : ''}${facts.join('; ').replace(/^./, (c) => c.toUpperCase())}.`, optionsTable(s.options));
  }
  parts.push('## Sinks');
  for (const s of sinks) {
    const facts = [`modes ${s.modes.join(', ')}`, s.temporaryCheckpoint ? 'a checkpoint location may be left out' : 'needs a checkpoint location', s.write ? 'also a batch write' : 'no batch write'];
    parts.push(`### Sink ${s.format}`, `${SINK_NOTES[s.format] ? `${SINK_NOTES[s.format]} ` : ''}${facts.join('; ').replace(/^./, (c) => c.toUpperCase())}.`, optionsTable(s.options));
  }
  parts.push('## Settings of a session', `Given to \`new Session({ conf: { … } })\`, by \`session.conf.set(name, value)\`, \`SET name = value\`, or \`--conf name=value\` on the command line. A query keeps the values that it was
started with. Other names may be set and read, and change nothing.`,
    table(['Setting', 'Default', ''], SETTINGS.map((s) => [code(s.name), code(s.default), s.doc])));
  return `${parts.join('\n\n')}\n`;
}
