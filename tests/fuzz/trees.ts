// Random trees as the parser could make them, with names that want to be something else.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Arg, Expr, FrameBound, GroupBy, GroupItem, SortItem, UnresolvedPlan, WindowSpec } from '../../planner/tree.js';
import * as T from '../../planner/types.js';
import type { Value } from '../../planner/values.js';

/** Every word that the parser's source names. */
export function grammarWords(folder: string): readonly string[] {
  const words = readdirSync(folder).filter((f) => f.endsWith('.ts')).flatMap((f) => [...readFileSync(path.join(folder, f), 'utf8').matchAll(/\b[A-Z][A-Z_]+\b/g)].map((m) => m[0]));
  return [...new Set(words)].sort();
}
const STRANGE = ['a', 'b', 'x1', 'x`y', 'x y', '', '2nd', '1', 'é', '😀', 'a.b', "it's", '--', '/*', '*/', '$' + '{x}', '\n', '__proto__', 'constructor', '`', '``', "']['", 'a[0]', 'date', 'x', 'r', 'X'];
const TEXTS = ['', 'a', "it's", '\\', '\\%', '\\_%', "\\'", '"', '\n', '\0', '$' + '{spark.x}', '😀', '\ud800', '--', '/* */', '\\u0041', '\\101'];

const { BIGINT, BINARY, BOOLEAN, DOUBLE, FLOAT, INT, SMALLINT, STRING, TINYINT, VOID } = T;
const LITERALS: readonly (readonly [Value, T.DataType])[] = [
  [null, VOID], [true, BOOLEAN], [false, BOOLEAN], [0, INT], [-1, INT], [-2147483648, INT], [5, TINYINT], [-128, TINYINT], [7, SMALLINT], [5n, BIGINT], [-9223372036854775808n, BIGINT], [1.5, DOUBLE], [-0, DOUBLE], [0.1, DOUBLE],
  [1e300, DOUBLE], [5e-324, DOUBLE], [-1e-7, DOUBLE], [Math.fround(0.1), FLOAT], [Math.fround(3.4e38), FLOAT], [Math.fround(1e-45), FLOAT], [110n, T.decimal(3, 2)], [0n, T.decimal(3, 3)], [0n, T.decimal(1, 0)], [-(10n ** 37n), T.decimal(38, 0)], [1n, T.decimal(38, 38)],
  [Uint8Array.of(0, 255), BINARY], [new Uint8Array(0), BINARY], [-14, T.YEAR_MONTH], [24, { kind: 'year_month_interval', from: 'year', to: 'year' }], [-5, { kind: 'year_month_interval', from: 'month', to: 'month' }], [-2147483648, T.YEAR_MONTH],
  [-9223372036854775808n, T.DAY_TIME], [90_061_000_001n, T.DAY_TIME], [0n, T.DAY_TIME], [-1n, { kind: 'day_time_interval', from: 'second', to: 'second' }], [90_000_000_000n, { kind: 'day_time_interval', from: 'hour', to: 'hour' }],
  [3_660_000_000n, { kind: 'day_time_interval', from: 'hour', to: 'minute' }], [-61_000_000n, { kind: 'day_time_interval', from: 'minute', to: 'second' }], [172_800_000_000n, { kind: 'day_time_interval', from: 'day', to: 'day' }],
];
const BINARY_OPERATORS = ['=', '<>', '<', '<=', '>', '>=', '<=>', '|', '^', '&', '<<', '>>', '>>>', '+', '-', '||', '*', '/', '%', 'div'];
const UNITS = ['YEAR', 'month', 'DAYOFYEAR', 'SECOND'];

export class Trees {
  private readonly random: () => number;
  private readonly words: readonly string[];
  constructor(random: () => number, words: readonly string[]) { this.random = random; this.words = words; }

  below(n: number): number { return Math.floor(this.random() * n); }
  pick<X>(list: readonly X[]): X { return list[this.below(list.length)]!; }
  chance<X extends object>(part: () => X): X | Record<string, never> { return this.below(3) === 0 ? part() : {}; }
  name(): string { const from = this.pick([this.words, STRANGE]); const name = this.pick(from); return this.below(3) === 0 ? name.toLowerCase() : name; }
  names(most = 3): string[] { return this.several(() => this.name(), most); }
  several<X>(make: () => X, most = 3): X[] { return Array.from({ length: 1 + this.below(most) }, make); }
  text(): Expr { return { kind: 'literal', value: this.pick(TEXTS), type: STRING }; }

  type(depth: number): T.DataType {
    if (depth <= 0) return this.pick<T.DataType>([INT, STRING, T.decimal(10, 2), T.DAY_TIME, T.TIME, T.VARIANT, T.CALENDAR_INTERVAL, T.TIMESTAMP_NTZ, { kind: 'string', collation: 'UNICODE_CI' }, T.struct([])]);
    switch (this.below(4)) {
      case 0: return T.array(this.type(depth - 1));
      case 1: return T.map(this.type(depth - 1), this.type(depth - 1));
      case 2: return T.struct(this.several(() => ({ name: this.name(), type: this.type(depth - 1), nullable: this.below(2) === 0, ...this.chance(() => ({ comment: this.pick(TEXTS) })) })));
      default: return this.type(0);
    }
  }

  private operator(name: string, ...args: readonly Expr[]): Expr { return { kind: 'call', name: [name], args: args.map((value) => ({ value })), operator: true }; }
  private chain(name: 'and' | 'or', d: number): Expr { return this.several(() => this.expr(d), 5).reduce((left, right) => this.below(2) === 0 ? this.operator(name, left, right) : this.operator(name, right, left)); }
  private quantified(d: number): Expr { return this.operator(`${this.pick(['', 'not_'])}${this.pick(['like', 'ilike'])}_${this.pick(['any', 'all'])}`, this.expr(d), ...this.several(() => this.expr(d))); }
  private readonly leaves: readonly (() => Expr)[] = [
    () => ({ kind: 'name', parts: this.names() }), () => { const [value, type] = this.pick(LITERALS); return { kind: 'literal', value, type }; }, () => this.text(),
    () => ({ kind: 'typed_literal', type: this.pick(['DATE', 'TIMESTAMP', 'TIMESTAMP_NTZ', 'TIME']), text: this.pick(TEXTS) }), () => ({ kind: 'parameter', name: this.name(), index: -1 }),
    () => ({ kind: 'star', ...this.chance(() => ({ qualifier: this.names() })), ...this.chance(() => ({ except: this.several(() => this.names()) })) }),
  ];
  private readonly forms: readonly ((d: number) => Expr)[] = [
    (d) => this.operator(this.pick(BINARY_OPERATORS), this.expr(d), this.expr(d)), (d) => this.operator(this.pick(BINARY_OPERATORS), this.expr(d), this.expr(d)), (d) => this.chain('and', d), (d) => this.chain('or', d),
    (d) => this.operator('not', this.expr(d)), (d) => this.operator('not', this.expr(d)), (d) => this.operator('between', this.expr(d), this.expr(d), this.expr(d)),
    (d) => this.operator('in', this.expr(d), ...this.several(() => this.unqueried(d))), (d) => this.operator(this.pick(['like', 'ilike', 'rlike', 'regexp']), this.expr(d), this.expr(d)),
    (d) => this.operator('like', this.expr(d), this.expr(d), { kind: 'literal', value: this.pick(["'", '\\', '#', '😀']), type: STRING }), (d) => this.quantified(d),
    (d) => this.operator(this.pick(['isnull', 'isnotnull', 'isunknown', 'isnotunknown', 'istrue', 'isfalse', 'positive', '~', 'negative']), this.expr(d)), (d) => this.operator('negative', this.expr(d)), (d) => this.operator('[]', this.expr(d), this.expr(d)),
    (d) => this.operator('collate', this.expr(d), { kind: 'literal', value: this.pick(['UNICODE', 'a.b', 'SELECT', 'x y']), type: STRING }),
    (d) => this.operator('variant_path', this.unquoted(d), { kind: 'literal', value: this.pick(['$.a', "$['a b'].c[0]", '$[1][2]', '$.a.b[0].c', '$.from', "$['']", "$.x y.z['it's']"]), type: STRING }),
    (d) => this.operator('struct', this.item(d), this.item(d)), (d) => this.operator('when', this.expr(d), this.expr(d), ...this.several(() => this.expr(d), 4)),
    (d) => this.operator('extract', this.word(this.name()), this.expr(d)), (d) => this.operator(`trim_from_${this.pick(['both', 'leading', 'trailing'])}`, ...this.several(() => this.expr(d), 2)),
    (d) => this.operator('substring', this.expr(d), this.expr(d), ...this.several(() => this.expr(d), 1)), (d) => this.operator('locate', this.expr(d), this.expr(d)), (d) => this.operator('overlay', this.expr(d), this.expr(d), ...this.several(() => this.expr(d), 2)),
    (d) => this.operator(this.pick(['timestampadd', 'timestampdiff']), this.word(this.pick(UNITS)), this.expr(d), this.expr(d)),
    (d) => ({ kind: 'cast', arg: this.expr(d), to: this.type(2), try: this.below(2) === 0 }), (d) => ({ kind: 'field', arg: this.expr(d), name: this.name() }), (d) => ({ kind: 'lambda', params: this.names(2), body: this.expr(d) }),
    (d) => ({ kind: 'subquery', use: this.pick(['scalar', 'exists']), plan: this.query(d) }), (d) => ({ kind: 'in_subquery', args: this.below(2) === 0 ? [this.unstructured(d)] : [this.expr(d), this.expr(d)], plan: this.query(d) }),
    (d) => this.call(d), (d) => this.call(d), (d) => this.call(d),
  ];
  expr(depth: number): Expr { return depth <= 0 || this.below(4) === 0 ? this.pick(this.leaves)() : this.pick(this.forms)(depth - 1); }
  /** Places whose grammar would read some operand as another form. */
  private without(depth: number, kinds: (e: Expr) => boolean): Expr { const e = this.expr(depth); return kinds(e) ? { kind: 'name', parts: ['a'] } : e; }
  private unqueried(d: number): Expr { return this.without(d, (e) => e.kind === 'subquery' && e.use === 'scalar'); }
  private unquoted(d: number): Expr { return this.without(d, (e) => e.kind === 'literal' && e.type.kind === 'string'); }
  private unstructured(d: number): Expr { return this.without(d, isStruct); }
  private word(value: string): Expr { return { kind: 'literal', value, type: STRING, text: value }; }
  private item(d: number): Expr { return this.below(3) === 0 ? { kind: 'alias', arg: this.expr(d), names: this.names(2) } : this.expr(d); }
  private arg(d: number): Arg { return this.below(6) === 0 ? { name: this.name(), value: this.expr(d) } : { value: this.expr(d) }; }
  private call(d: number): Expr {
    const name = this.below(2) === 0 ? [this.pick(['f', 'count', 'first', 'exists', 'position', 'trim', 'substring', 'overlay', 'dateadd', 'extract', 'any', 'cast', 'left', 'interval', 'case'])] : this.names(2);
    if (name.length === 1 && name[0]!.toLowerCase() === 'identifier') return { kind: 'call', name, args: [this.arg(d)], named: this.expr(d) };
    const args = this.below(5) === 0 ? [] : this.several(() => this.arg(d));
    return {
      kind: 'call', name, args, ...(args.length > 0 && this.chance(() => ({ distinct: true as const }))), ...this.chance(() => ({ filter: this.expr(d) })), ...this.chance(() => ({ withinGroup: this.sort(d) })),
      ...this.chance(() => ({ nulls: this.pick(['ignore', 'respect'] as const) })), ...this.chance(() => ({ over: this.window(d) })),
    };
  }
  sort(d: number): SortItem[] { return this.several(() => ({ expr: this.expr(d), ascending: this.below(2) === 0, nullsFirst: this.below(2) === 0 }), 2); }
  private bound(d: number): FrameBound { const kind = this.pick(['unbounded_preceding', 'preceding', 'current_row', 'following', 'unbounded_following'] as const); return kind === 'preceding' || kind === 'following' ? { kind, offset: this.expr(d) } : { kind }; }
  window(d: number): WindowSpec {
    if (this.below(3) === 0) return { name: this.name(), partitionBy: [], orderBy: [] };
    return { partitionBy: this.below(2) === 0 ? [] : this.several(() => this.expr(d), 2), orderBy: this.below(2) === 0 ? [] : this.sort(d), ...this.chance(() => ({ frame: { unit: this.pick(['rows', 'range'] as const), start: this.bound(d), end: this.bound(d) } })) };
  }

  // ── Plans ─────────────────────────────────────────────────────────────────────────────────────

  private readonly queries: readonly ((d: number) => UnresolvedPlan)[] = [
    (d) => this.select(d), (d) => this.select(d), (d) => this.relation(d), (d) => ({ kind: 'with', ctes: this.several(() => ({ name: this.name(), ...this.chance(() => ({ columns: this.names() })), ...this.chance(() => ({ levelMax: this.below(9) })), plan: this.query(d) }), 2), recursive: this.below(2) === 0, query: this.query(d) }),
    (d) => ({ kind: 'set_operation', op: this.pick(['union', 'intersect', 'except']), all: this.below(2) === 0, left: this.query(d), right: this.query(d), ...this.chance(() => ({ pipe: true as const })) }),
    (d) => ({ kind: 'sort', input: this.query(d), order: this.sort(d), global: this.below(2) === 0 }), (d) => ({ kind: 'limit', input: this.query(d), limit: this.bare(d), ...this.chance(() => ({ offset: this.expr(d) })) }),
    (d) => ({ kind: 'repartition', input: this.query(d), exprs: this.several(() => this.expr(d)), ...this.chance(() => ({ sorted: true as const })) }), (d) => ({ kind: 'filter', input: this.query(d), predicate: this.expr(d), pipe: true }),
    (d) => ({ kind: 'with_columns', input: this.query(d), columns: [{ name: this.name(), expr: this.expr(d) }], pipe: 'set' }), (d) => ({ kind: 'drop_columns', input: this.query(d), columns: this.several(() => this.expr(d)), pipe: true }),
    (d) => ({ kind: 'subquery_alias', input: this.query(d), alias: this.filled() }), (d) => this.clause(this.query(d), d),
  ];
  query(depth: number): UnresolvedPlan { return depth <= 0 ? { kind: 'select', items: this.several(() => this.item(0)) } : this.pick(this.queries)(depth - 1); }
  private filled(): string { return this.name() || 'a'; }
  /** `LIMIT ALL` is none. */
  private bare(d: number): Expr { return this.without(d, (e) => e.kind === 'name' && /^all$/i.test(e.parts[0]!)); }
  private select(d: number): UnresolvedPlan {
    const items = this.several(() => this.item(d));
    switch (this.below(6)) {
      case 0: return { kind: 'select', from: this.query(d), items: [{ kind: 'star' }, ...items], pipe: 'extend' };
      case 1: return { kind: 'select', from: this.query(d), items, pipe: 'aggregate', keysFirst: true, ...this.chance(() => ({ groupBy: { kind: 'list' as const, keys: this.several(() => this.grouped(d, true)) } })) };
      default: {
        const piped = this.below(4) === 0;
        return {
          kind: 'select', items, ...(piped ? { from: this.query(d), pipe: 'select' as const } : this.below(4) > 0 ? { from: this.from(d) } : {}), ...this.chance(() => ({ distinct: true as const })), ...this.chance(() => ({ where: this.expr(d) })), ...this.chance(() => ({ groupBy: this.groupBy(d) })),
          ...this.chance(() => ({ having: this.expr(d) })), ...this.chance(() => ({ windows: [{ name: this.name(), spec: this.window(d) }] })), ...this.chance(() => ({ qualify: this.expr(d) })),
          ...(!piped && this.chance(() => ({ hints: this.several(() => ({ name: this.name(), args: this.below(2) === 0 ? [] : this.several(() => this.expr(d)) }), 2) as never }))),
        };
      }
    }
  }
  private grouped(d: number, aliases = false): Expr { return aliases && this.below(3) === 0 ? { kind: 'alias', arg: this.expr(d), names: [this.name()] } : this.expr(d); }
  private sets(d: number): Expr[][] { return this.several(() => this.below(4) === 0 ? [] : this.below(2) === 0 ? [this.unstructured(d)] : [this.expr(d), this.expr(d)]); }
  private groupBy(d: number): GroupBy {
    const keys = (): GroupItem[] => this.several((): GroupItem => this.below(4) === 0 ? { kind: 'grouping', of: this.pick(['rollup', 'cube', 'grouping_sets']), sets: this.sets(d) } : this.expr(d));
    const kind = this.pick(['list', 'all', 'rollup', 'cube', 'grouping_sets'] as const);
    return kind === 'all' ? { kind, keys: [] } : { kind, keys: keys(), ...(kind === 'grouping_sets' && { sets: this.sets(d) }) };
  }

  /** What may stand behind FROM. */
  from(d: number): UnresolvedPlan {
    const relation = this.relation(d);
    if (d <= 0 || this.below(4) > 0) return relation;
    const view: UnresolvedPlan = { kind: 'lateral_view', input: relation, generator: { kind: 'call', name: this.names(2), args: this.several(() => ({ value: this.expr(d) })) }, outer: this.below(2) === 0, ...this.chance(() => ({ alias: this.name() })), columns: this.names() };
    return this.below(3) === 0 ? this.pivoted(view, d) : view;
  }
  private relation(d: number): UnresolvedPlan {
    if (d <= 0) return { kind: 'relation', name: this.names(), ...this.chance(() => ({ stream: true as const, ...this.chance(() => ({ options: { [this.filled()]: this.pick(TEXTS), 'a.b': '1' } })) })) };
    switch (this.below(8)) {
      case 0: return { kind: 'table_function', name: this.names(2), args: this.several(() => this.below(3) > 0 ? this.arg(d - 1) : { table: this.below(2) === 0 ? { kind: 'relation' as const, name: this.names(2) } : this.query(d - 1), ...this.chance(() => ({ partitionBy: this.several(() => this.expr(d - 1)) })) }) };
      case 1: return { kind: 'inline_table', rows: this.several(() => this.below(2) === 0 ? [this.unstructured(d - 1)] : [this.expr(d - 1), this.expr(d - 1)]) };
      case 2: return { kind: 'subquery_alias', input: this.query(d - 1), alias: this.below(2) === 0 ? '' : this.filled() };
      case 3: return { kind: 'subquery_alias', input: this.relation(d - 1), alias: this.filled(), ...this.chance(() => ({ columns: this.names() })) };
      case 4: return { kind: 'watermark', form: 'sql', input: this.relation(d - 1), clause: { expr: this.expr(d - 1), ...this.chance(() => ({ name: this.name() })), delay: { kind: 'literal', value: 10_000_000n, type: T.DAY_TIME }, ...this.chance(() => ({ idleAfter: { kind: 'literal' as const, value: 1n, type: T.DAY_TIME } })) } };
      case 5: return this.relation(0);
      default: { const input = this.relation(d - 1); return isValues(input) ? input : this.clause(input, d - 1); }
    }
  }
  private clause(input: UnresolvedPlan, d: number): UnresolvedPlan {
    switch (this.below(3)) {
      case 0: return { kind: 'sample', input, ...(this.below(2) === 0 ? { rows: this.expr(d) } : { fraction: this.pick([0, 1, 0.1, 1 / 3, 0.07, 0.29, this.random()]) }), ...this.chance(() => ({ seed: this.below(1000) })) };
      case 1: return this.pivoted(input, d);
      default: return {
        kind: 'join', left: input, right: this.relation(d), type: this.pick(['inner', 'left', 'right', 'full', 'left_semi', 'left_anti', 'cross']),
        ...this.pick<object>([{}, { natural: true }, { lateral: true }, { on: this.expr(d) }, { using: this.names() }, { lateral: true, on: this.expr(d) }]),
      };
    }
  }
  private pivoted(input: UnresolvedPlan, d: number): UnresolvedPlan {
    const alias = (): object => this.chance(() => ({ alias: this.name() }));
    if (this.below(2) === 0) {
      return { kind: 'pivot', input, aggregates: this.several(() => this.item(d)), on: this.several(() => ({ kind: 'name', parts: [this.name()] }), 2), values: this.several(() => ({ exprs: this.several(() => this.expr(d), 2), ...alias() })) };
    }
    const several = this.below(2) === 0;
    const columns = (): Expr[] => several ? this.several(() => ({ kind: 'name', parts: this.names(2) })) : [{ kind: 'name', parts: this.names(2) }];
    return { kind: 'unpivot', input, includeNulls: this.below(2) === 0, values: this.several(() => ({ columns: columns(), ...alias() })), valueNames: several ? this.names() : [this.name()], nameColumn: this.name() };
  }
}
/** In brackets it is a query: it has no clauses behind it. */
const isValues = (plan: UnresolvedPlan): boolean => plan.kind === 'inline_table' || (plan.kind === 'subquery_alias' && isValues(plan.input));
const isStruct = (e: Expr): boolean => e.kind === 'call' && e.name.length === 1 && e.name[0]!.toLowerCase() === 'struct';
