// What the closures and processors of the recorded cases do: each row brings commands (`v=5;l+x;t+1002000`), and what they answer is a row out.
// Record.scala has the same commands for Spark; a command that is refused answers `!` and the condition, where there is one.

import { EngineError, type GroupState, type ListState, type MapState, StatefulProcessor, StatefulProcessorWithInitialState, type StateHandle, type TimerValues, type ValueState } from '../../../index.js';

export interface Command { readonly k: string | null; readonly at: Date | null; readonly cmd: string | null }
export interface Out { readonly text: string; readonly at: Date | null }
export interface Variables { readonly [name: string]: { readonly kind: 'value' | 'list' | 'map' | 'delete'; readonly ttl?: string } }

/** What a command answers; nothing: no row. */
interface Commands { readonly [name: string]: (argument: string) => unknown }

/** The longest name that a command begins with. */
function answer(commands: Commands, command: string): string {
  if (command === 'xx') throw new Error('boom');
  const name = command in commands ? command : Object.keys(commands).filter((n) => command.startsWith(n) && !n.endsWith('?')).sort((a, b) => b.length - a.length)[0];
  if (name === undefined) return '!';
  try { return String(commands[name]!(command.slice(name.length)) ?? ''); } catch (error) { return `!${error instanceof EngineError ? error.condition : ''}`; }
}
const list = (text: string): string[] => (text === '' ? [] : text.split('/'));
const commandsOf = ({ cmd }: Command): string[] => (cmd ?? '').split(';').filter((c) => c !== '');
/** What a state holds behind its bar is for the time when it times out. */
const waiting = (state: string | undefined): string[] => state?.includes('|') === true ? state.slice(state.indexOf('|') + 1).split(',') : [];

/** The closure of mapGroupsWithState and flatMapGroupsWithState. */
export function group(key: string | null, rows: readonly Command[], state: GroupState<string>): string[] {
  const shown = (): string => state.getOption() ?? '-';
  const commands: Commands = {
    's?': shown, g: () => state.get(), 'e?': () => state.exists, 's-': () => state.remove(), 's=null': () => state.update(null as never), 's=': (s) => state.update(s),
    'w?': () => state.getCurrentWatermarkMs(), 'p?': () => state.getCurrentProcessingTimeMs(),
    'd=': (duration) => state.setTimeoutDuration(duration), 'D=': (millis) => state.setTimeoutDuration(Number(millis)),
    'T=': (time) => { const [at, more] = time.split('+'); state.setTimeoutTimestamp(Number(at), more); },
  };
  const out = [`${key} n=${rows.length} timed=${state.hasTimedOut} s=${shown()}`];
  for (const c of state.hasTimedOut ? waiting(state.getOption()) : rows.flatMap(commandsOf)) {
    const got = answer(commands, c);
    if (got !== '') out.push(`${key} ${c} -> ${got}`);
  }
  return out;
}

/** The states and commands of both kinds of processors. */
class Script {
  private readonly handle: StateHandle;
  private readonly v: ValueState<string> | undefined;
  private readonly l: ListState<string> | undefined;
  private readonly m: MapState<string, string> | undefined;
  private readonly log: ListState<string> | undefined;

  constructor(handle: StateHandle, variables: Variables) {
    this.handle = handle;
    for (const [name, { kind, ttl }] of Object.entries(variables)) {
      const options = ttl === undefined || ttl === '0' ? {} : { ttl: `${ttl} milliseconds` };
      if (kind === 'value') { const made = handle.getValueState<string>(name, options); if (name === 'v') this.v = made; }
      if (kind === 'list') { const made = handle.getListState<string>(name, options); if (name === 'l') this.l = made; if (name === 'log') this.log = made; }
      if (kind === 'map') { const made = handle.getMapState<string, string>(name, options); if (name === 'm') this.m = made; }
      if (kind === 'delete') handle.deleteIfExists(name);
    }
  }

  private commands(times: TimerValues): Commands {
    const { handle, v, l, m, log } = this;
    const entry = (text: string): [string, string | null] => { const [key, value] = text.split('='); return [key!, value === 'null' ? null : value!]; };
    return {
      'w?': () => times.getCurrentWatermarkMs(), 'p?': () => times.getCurrentProcessingTimeMs(), 'b?': () => handle.getQueryInfo().getBatchId(), 't?': () => [...handle.listTimers()].join('/'),
      'v?': () => v!.get() ?? '-', 've?': () => v!.exists(), 'v-': () => v!.clear(), 'v=null': () => v!.update(null as never), 'v=': (x) => v!.update(x),
      'l?': () => [...l!.get()].join('/'), 'le?': () => l!.exists(), 'l-': () => l!.clear(), 'l+null': () => l!.appendValue(null as never), 'l=': (x) => l!.put(list(x)),
      'l++': (x) => l!.appendList(list(x)), 'l+': (x) => l!.appendValue(x),
      'm?': () => [...m!.entries()].map((e) => e.join('=')).sort().join('/'), 'me?': () => m!.exists(), 'm-': () => m!.clear(), 'mk?': () => [...m!.keys()].sort().join('/'), 'mv?': () => [...m!.values()].sort().join('/'),
      'mc.': (key) => m!.containsKey(key),
      'm.': (rest) => rest.endsWith('?') ? m!.getValue(rest.slice(0, -1)) ?? '-' : rest.endsWith('-') ? m!.removeKey(rest.slice(0, -1)) : m!.updateValue(...entry(rest) as [string, string]),
      'i?': () => [...log!.get()].join('/'), 't+': (time) => handle.registerTimer(Number(time)), 't-': (time) => handle.deleteTimer(Number(time)),
      'tp+': (more) => handle.registerTimer(times.getCurrentProcessingTimeMs() + Number(more)), 'tw+': (more) => handle.registerTimer(times.getCurrentWatermarkMs() + Number(more)),
      'new ': (name) => { handle.getValueState(name); }, 'del ': (name) => handle.deleteIfExists(name),
    };
  }
  private *run(key: string | null, commands: Iterable<string>, at: Date | null, times: TimerValues): Iterable<Out> {
    const known = this.commands(times);
    for (const c of commands) {
      const got = answer(known, c);
      if (got !== '') yield { text: `${key} ${c} -> ${got}`, at };
    }
  }
  *rows(key: string | null, rows: Iterable<Command>, times: TimerValues): Iterable<Out> {
    const all = [...rows];
    yield { text: `${key} n=${all.length}`, at: all[0]?.at ?? null };
    for (const row of all) yield* this.run(key, commandsOf(row), row.at, times);
  }
  *timer(key: string | null, times: TimerValues, expired: number): Iterable<Out> {
    const at = new Date(expired);
    yield { text: `${key} timer ${expired}`, at };
    yield* this.run(key, waiting(this.v?.get()), at, times);
  }
  initial(row: Command, times: TimerValues): void {
    this.log?.appendValue(`initial ${row.cmd}`);
    for (const c of commandsOf(row)) {
      const got = answer(this.commands(times), c);
      if (got !== '') this.log?.appendValue(`${c} -> ${got}`);
    }
  }
}

export class Scripted extends StatefulProcessor<string | null, Command, Out> {
  private readonly variables: Variables;
  private script!: Script;
  constructor(variables: Variables) { super(); this.variables = variables; }
  override init(): void { this.script = new Script(this.handle, this.variables); }
  override handleInputRows(key: string | null, rows: Iterable<Command>, times: TimerValues): Iterable<Out> { return this.script.rows(key, rows, times); }
  override handleExpiredTimer(key: string | null, times: TimerValues, expired: number): Iterable<Out> { return this.script.timer(key, times, expired); }
}
export class Seeded extends StatefulProcessorWithInitialState<string | null, Command, Out, Command> {
  private readonly variables: Variables;
  private script!: Script;
  constructor(variables: Variables) { super(); this.variables = variables; }
  override init(): void { this.script = new Script(this.handle, this.variables); }
  override handleInitialState(_key: string | null, row: Command, times: TimerValues): void { this.script.initial(row, times); }
  override handleInputRows(key: string | null, rows: Iterable<Command>, times: TimerValues): Iterable<Out> { return this.script.rows(key, rows, times); }
  override handleExpiredTimer(key: string | null, times: TimerValues, expired: number): Iterable<Out> { return this.script.timer(key, times, expired); }
}
