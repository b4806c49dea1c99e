// The engine as the runner sees it: temporary views and one statement at a time, over the same wiring that a session uses.

import { analyze } from '../../planner/analyzer/analyze.js';
import { raise } from '../../planner/errors/index.js';
import { normalize } from '../../planner/normalize/index.js';
import { outputOf } from '../../planner/plan/properties.js';
import { optimize } from '../../planner/optimizer/index.js';
import { parseStatement } from '../../planner/sql/index.js';
import type { Relation } from '../../planner/analyzer/context.js';
import type { BoundConst, OutputColumn, Statement, UnresolvedPlan } from '../../planner/tree.js';
import { type DataType, STRING } from '../../planner/types.js';
import type { Row, Value } from '../../planner/values.js';
import { Session } from '../../index.js';
import { rows } from '../../engine/columnar/read.js';
import { realHost } from '../../engine/host/real.js';
import { runStatic } from '../../engine/runtime/static.js';
import { checkViewColumns, constantOf, makeEngine, settingsOf } from '../../engine/session/environment.js';
import { bindParameters, immediateStatement } from '../../engine/session/parameters.js';
import { SETTINGS } from '../../engine/session/setting-list.js';
import { substituteVariables } from '../../planner/sql/variables.js';

export type Args = Readonly<Record<string, string | number | boolean>>;
export interface Answer {
  readonly columns: readonly OutputColumn[];
  readonly rows: readonly Row[];
  /** Text of an interval or variant. */
  readonly print: (type: DataType, value: Value) => string;
}
export interface Engine { run(sql: string, options?: { readonly args?: Args; readonly conf?: Readonly<Record<string, string>> }): Promise<Answer> }

const { compiler, analysis } = makeEngine();
const host = realHost;

export function openEngine(conf: Readonly<Record<string, string>>): Engine {
  const views = new Map<string, Relation>();
  /** The statements that made them. */
  const made: string[] = [];
  const relations = { lookup: (name: readonly string[]) => views.get(name.at(-1)!.toLowerCase()), get names() { return [...views.keys()]; } };
  const base = new Map(Object.entries(conf));
  /** What else there is belongs to a session, here one with the same views; of such statements only the errors are recorded. */
  const inSession = async (sql: string): Promise<void> => {
    const session = new Session({ print: () => undefined, warn: () => undefined });
    try {
      for (const text of [...made, sql]) await session.sql(text).collect();
    } finally { await session.stop(); }
  };
  return {
    async run(sql, { args, conf: more } = {}) {
      const settings = settingsOf(new Map([...base, ...Object.entries(more ?? {})]));
      const env = analysis(settings, relations);
      const printer = { settings, evaluate: env.evaluate, functions: env.functions };
      const query = async (unresolved: UnresolvedPlan): Promise<Answer> => {
        const plan = optimize(normalize(analyze(unresolved, env), env), env);
        const { output, batches } = await runStatic(plan, {
          lowering: { settings, compiler }, clock: host.clock, timestampMillis: host.clock.now(),
          read: () => raise('NOT_SUPPORTED_YET', { feature: 'sources in the runner' }),
        });
        return { columns: output, rows: batches.flatMap((b) => rows(b)), print: (type, value) => text(printer, type, value) };
      };
      const nothing: Answer = { columns: [], rows: [], print: () => '' };
      const execute = async (statement: Statement): Promise<Answer> => {
        switch (statement.kind) {
          case 'query': return query(statement.plan);
          case 'create_view':
            checkViewColumns(outputOf(analyze(statement.plan, env)));
            if (statement.columns || !statement.orReplace) await inSession(sql);
            made.push(sql);
            views.set(statement.name.at(-1)!.toLowerCase(), { plan: statement.plan, kind: 'view', timeZone: settings.timeZone, ...(statement.columns && { columns: statement.columns.map((c) => c.name) }) });
            return nothing;
          case 'execute_immediate': return execute(immediateStatement(statement, { constant: (expr) => constantOf(expr, env, host.clock.now()), parse: parseStatement }));
          default: await inSession(sql); return nothing;
        }
      };
      return execute(bindParameters(parseStatement(substituteVariables(sql, (name) => base.get(name) ?? SETTINGS.find((s) => s.name === name)?.default, 'dropped')), args, false));
    },
  };
}

type Printer = Pick<ReturnType<typeof analysis>, 'settings' | 'evaluate' | 'functions'>;
function text({ settings, evaluate, functions }: Printer, type: DataType, value: Value): string {
  const arg: BoundConst = { kind: 'const', type, value, nullable: true };
  const toJson = type.kind === 'variant' ? functions.lookup('to_json') : undefined;
  const expr = toJson ? { kind: 'apply' as const, fn: toJson, name: 'to_json', args: [arg], type: STRING, nullable: true }
    : { kind: 'cast' as const, arg, mode: 'ansi' as const, origin: 'user' as const, type: STRING, nullable: true };
  return String(evaluate(expr, settings));
}
