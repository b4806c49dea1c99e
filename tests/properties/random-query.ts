// Random queries in two dialects at once: every piece is built as millrace's text and as DuckDB's, so that nothing has to be translated
// afterwards (and DuckDB's sums of decimals are narrowed: at 38 digits it would give up places). An expression has a kind, and a bound of its size where it is a number, so that no engine overflows; what the two engines
// answer differently by design (division by zero, rounding casts, first of many) is not generated.

import type { GeneratorValue } from 'fast-check';
import * as fc from 'fast-check';
import { type Kind, type Table, TABLES } from './data.js';

/** A piece of SQL: millrace's, DuckDB's. */
interface Text { readonly m: string; readonly d: string }
/** max: what the absolute value does not exceed; leaf: a column or a literal; constant: reads no column. */
interface Term extends Text { readonly kind: Kind; readonly max: number; readonly constant?: true; readonly scale?: number }
interface Column extends Text { readonly name: string; readonly kind: Kind; readonly max: number; readonly scale?: number }
interface Relation extends Text { readonly columns: readonly Column[]; readonly join?: true }
/** What a query is made of: `keys` lead the rows of an aggregate on top and are unique; ordered: by all columns, cut. */
export interface RandomQuery extends Text {
  readonly columns: readonly { readonly name: string; readonly kind: Kind }[];
  readonly keys?: number; /** How many aggregates there are. */ readonly aggregates: number; readonly tables: readonly string[]; readonly features: readonly string[];
}

const KINDS: readonly Kind[] = ['int', 'decimal', 'double', 'string', 'timestamp', 'date', 'boolean'];
const same = (s: string): Text => ({ m: s, d: s });
/** Both texts of a template whose holes are pieces. */
function sql(parts: TemplateStringsArray, ...holes: readonly (Text | string | number)[]): Text {
  let [m, d] = [parts[0]!, parts[0]!];
  for (const [i, hole] of holes.entries()) {
    const text = typeof hole === 'object' ? hole : same(String(hole));
    m += text.m + parts[i + 1]!;
    d += text.d + parts[i + 1]!;
  }
  return { m, d };
}
const join = (pieces: readonly Text[], by: string): Text => ({ m: pieces.map((p) => p.m).join(by), d: pieces.map((p) => p.d).join(by) });
const either = (m: string, d: string): Text => ({ m, d });

export class QueryGenerator {
  private readonly g: GeneratorValue;
  private names = 0;
  private aggregates = 0;
  private readonly features = new Set<string>();
  constructor(g: GeneratorValue) { this.g = g; }

  private below(n: number): number { return this.g(fc.nat, n - 1); }
  private pick<T>(items: readonly T[]): T { return items[this.below(items.length)]!; }
  private chance(percent: number): boolean { return this.below(100) >= 100 - percent; }
  private fresh(prefix: string): string { return `${prefix}${this.names++}`; }
  private feature(name: string): void { this.features.add(name); }

  // ------------------------------------------------------------------------------------------------ expressions

  private literal(kind: Kind): Term {
    const constant = true as const;
    switch (kind) {
      case 'int': { const n = this.below(6); return { ...either(String(n), `CAST(${n} AS BIGINT)`), kind, max: n, constant }; }
      case 'decimal': return { ...same(this.pick(['1.25', '0.5', '2.00', '10.1'])), kind, max: 11, constant, scale: 2 };
      case 'double': return { ...this.pick([either('1.5D', '1.5::DOUBLE'), either('0.25D', '0.25::DOUBLE'), either('2D', '2::DOUBLE')]), kind, max: 2, constant };
      case 'string': return { ...same(`'${this.pick(['a', 'b', 'ab', '', 'x', 'zz-top'])}'`), kind, max: 0, constant };
      case 'timestamp': return { ...same(`TIMESTAMP '2024-02-${this.pick(['28 23:59:30', '29 00:00:00', '29 00:01:00.5'])}'`), kind, max: 0, constant };
      case 'date': return { ...same(`DATE '2024-02-${this.pick(['28', '29'])}'`), kind, max: 0, constant };
      case 'boolean': return { ...same(this.pick(['true', 'false'])), kind, max: 0, constant };
    }
  }
  private leaf(kind: Kind, scope: readonly Column[]): Term {
    const columns = scope.filter((c) => c.kind === kind);
    return columns.length > 0 && !this.chance(15) ? this.pick(columns) : this.literal(kind);
  }
  private either(kind: Kind, scope: readonly Column[], depth: number): Term {
    const [a, b] = [this.expr(kind, scope, depth), this.expr(kind, scope, depth)];
    const max = Math.max(a.max, b.max);
    const scale = Math.max(a.scale ?? 0, b.scale ?? 0);
    const both = a.constant && b.constant ? { constant: true as const } : {};
    switch (this.below(4)) {
      case 0: return { ...sql`coalesce(${a}, ${b})`, kind, max, scale, ...both };
      case 1: return { ...sql`nullif(${a}, ${b})`, kind, max, scale, ...both };
      case 2: return { ...sql`CASE WHEN ${this.expr('boolean', scope, depth)} THEN ${a} ELSE ${b} END`, kind, max, scale };
      default: return kind === 'boolean' ? { ...sql`coalesce(${b}, ${a})`, kind, max, ...both } : { ...sql`${this.pick(['greatest', 'least'])}(${a}, ${b})`, kind, max, scale, ...both };
    }
  }
  private expr(kind: Kind, scope: readonly Column[], depth: number): Term {
    if (depth <= 0 || this.chance(25)) return this.leaf(kind, scope);
    if (this.chance(20)) return this.either(kind, scope, depth - 1);
    switch (kind) {
      case 'int': return this.int(scope, depth - 1);
      case 'decimal': return this.decimal(scope, depth - 1);
      case 'double': return this.double(scope, depth - 1);
      case 'string': return { ...this.string(scope, depth - 1), kind, max: 0 };
      case 'timestamp': return { ...this.timestamp(scope, depth - 1), kind, max: 0 };
      case 'date': return { ...this.date(scope, depth - 1), kind, max: 0 };
      case 'boolean': return { ...this.boolean(scope, depth - 1), kind, max: 0 };
    }
  }
  private int(scope: readonly Column[], depth: number): Term {
    const kind = 'int';
    const a = this.expr(kind, scope, depth);
    const small = a.max < 1e6;
    switch (this.below(10)) {
      case 0: case 1: { const b = this.expr(kind, scope, depth); return small && b.max < 1e6 ? { ...sql`(${a} ${this.pick(['+', '-'])} ${b})`, kind, max: a.max + b.max } : a; }
      case 2: { const b = this.leaf(kind, scope); return a.max * b.max < 1e6 ? { ...sql`(${a} * ${b})`, kind, max: a.max * b.max } : a; }
      case 3: return { ...sql`(${a} % ${this.pick([2, 3, 5])})`, kind, max: 4 };
      case 4: return { ...sql`${this.pick(['abs', '-', 'abs'])}(${a})`, kind, max: a.max };
      case 5: return { ...sql`length(${this.expr('string', scope, depth)})`, kind, max: 100 };
      case 6: { const t = this.expr('timestamp', scope, depth); return { ...sql`${this.pick(['minute', 'hour', 'day', 'month', 'second', 'year', 'dayofyear', 'quarter'])}(${t})`, kind, max: 3000 }; }
      case 7: { const t = this.expr('date', scope, depth); return { ...sql`${this.pick(['day', 'month', 'year'])}(${t})`, kind, max: 3000 }; }
      case 8: { const s = this.expr('string', scope, depth); return { ...sql`${either('instr', 'strpos')}(${s}, 'b')`, kind, max: 100 }; }
      default: {
        const b = this.expr(kind, scope, depth);
        const op = this.below(3);
        const [x, y] = [sql`CAST(${a} AS BIGINT)`, sql`CAST(${b} AS BIGINT)`];
        return { ...(op === 0 ? sql`(${x} & ${y})` : op === 1 ? sql`(${x} | ${y})` : { m: `(${x.m} ^ ${y.m})`, d: `xor(${x.d}, ${y.d})` }), kind, max: Math.max(a.max, b.max) * 2 + 1 };
      }
    }
  }
  private decimal(scope: readonly Column[], depth: number): Term {
    const kind = 'decimal';
    const a = this.expr(kind, scope, depth);
    const scale = a.scale ?? 3;
    switch (this.below(5)) {
      case 0: case 1: { const b = this.expr(kind, scope, depth); return a.max < 1e6 && b.max < 1e6 ? { ...sql`(${a} ${this.pick(['+', '-'])} ${b})`, kind, max: a.max + b.max, scale: Math.max(scale, b.scale ?? 3) } : a; }
      case 2: { const b = this.literal(kind); return a.max < 1e5 && scale < 4 ? { ...sql`(${a} * ${b})`, kind, max: a.max * b.max, scale: scale + 2 } : a; }
      case 3: { const i = this.expr('int', scope, depth); return i.max < 1e6 ? { ...sql`CAST(${i} AS DECIMAL(12,2))`, kind, max: i.max, scale: 2 } : a; }
      default: return { ...sql`${this.pick(['abs', '-'])}(${a})`, kind, max: a.max, scale };
    }
  }
  private double(scope: readonly Column[], depth: number): Term {
    const kind = 'double';
    const a = this.expr(kind, scope, depth);
    switch (this.below(5)) {
      case 0: case 1: { const b = this.expr(kind, scope, depth); return a.max < 1e9 && b.max < 1e9 ? { ...sql`(${a} ${this.pick(['+', '-'])} ${b})`, kind, max: a.max + b.max } : a; }
      case 2: { const b = this.leaf(kind, scope); return a.max * b.max < 1e12 ? { ...sql`(${a} * ${b})`, kind, max: a.max * b.max } : a; }
      case 3: { const i = this.expr('int', scope, depth); return { ...sql`CAST(${i} AS DOUBLE)`, kind, max: i.max }; }
      default: return { ...sql`abs(${a})`, kind, max: a.max };
    }
  }
  private string(scope: readonly Column[], depth: number): Text {
    const a = this.expr('string', scope, depth);
    switch (this.below(12)) {
      case 0: case 1: return sql`(${a} || ${this.leaf('string', scope)})`;
      case 2: return sql`${this.pick(['upper', 'lower'])}(${a})`;
      case 3: return sql`${this.pick(['trim', 'ltrim', 'rtrim', 'reverse'])}(${a})`;
      case 4: return sql`substring(${a}, ${1 + this.below(3)}, ${this.below(4)})`;
      case 5: return sql`replace(${a}, 'a', ${this.literal('string')})`;
      case 6: return either(...((t) => [`CAST(${t.m} AS STRING)`, `CAST(${t.d} AS VARCHAR)`] as const)(this.expr(this.pick(['int', 'boolean', 'date', 'timestamp']), scope, depth)));
      case 7: return sql`${this.pick(['lpad', 'rpad'])}(${a}, ${this.below(6)}, '*-')`;
      case 8: return sql`concat_ws('-', ${a}, ${this.leaf('string', scope)})`;
      case 9: return sql`${this.pick(['left', 'right'])}(${a}, ${this.below(4)})`;
      case 10: { const t = this.expr('timestamp', scope, depth); return either(`date_format(${t.m}, 'yyyy-MM-dd HH:mm')`, `strftime(${t.d}, '%Y-%m-%d %H:%M')`); }
      default: return sql`repeat(${a}, ${this.below(3)})`;
    }
  }
  private timestamp(scope: readonly Column[], depth: number): Text {
    const t = this.expr('timestamp', scope, depth);
    switch (this.below(4)) {
      case 0: return sql`(${t} ${this.pick(['+', '-'])} INTERVAL ${1 + this.below(90)} ${this.pick(['SECOND', 'MINUTE', 'HOUR', 'DAY'])})`;
      case 1: return sql`date_trunc('${this.pick(['minute', 'hour', 'day', 'month'])}', ${t})`;
      case 2: return either(...((x) => [`CAST(${x.m} AS TIMESTAMP)`, `CAST(${x.d} AS TIMESTAMP)`] as const)(this.expr('date', scope, depth)));
      default: return t;
    }
  }
  private date(scope: readonly Column[], depth: number): Text {
    switch (this.below(3)) {
      case 0: { const n = this.below(40); const t = this.expr('date', scope, depth); return either(`date_add(${t.m}, ${n})`, `CAST(${t.d} + ${n} AS DATE)`); }
      case 1: return sql`last_day(${this.expr('date', scope, depth)})`;
      default: return sql`CAST(${this.expr('timestamp', scope, depth)} AS DATE)`;
    }
  }
  private boolean(scope: readonly Column[], depth: number): Text {
    const kind = this.pick(KINDS);
    const a = this.expr(kind, scope, depth);
    switch (this.below(9)) {
      case 0: case 1: case 2: return sql`(${a} ${this.pick(['=', '<', '<=', '>', '>=', '<>'])} ${this.expr(kind, scope, depth)})`;
      case 3: return sql`(${a} IS ${this.pick(['NULL', 'NOT NULL'])})`;
      case 4: return sql`(${this.expr('boolean', scope, depth)} ${this.pick(['AND', 'OR'])} ${this.expr('boolean', scope, depth)})`;
      case 5: return sql`(NOT ${this.expr('boolean', scope, depth)})`;
      case 6: return sql`(${a} IS ${this.pick(['', 'NOT '])}DISTINCT FROM ${this.expr(kind, scope, depth)})`;
      case 7: return kind === 'boolean' ? a : sql`(${a} ${this.pick(['', 'NOT '])}${this.chance(50) ? sql`BETWEEN ${this.leaf(kind, scope)} AND ${this.leaf(kind, scope)}` : sql`IN (${this.literal(kind)}, ${this.literal(kind)}${this.chance(20) ? ', NULL' : ''})`})`;
      default: { const s = this.expr('string', scope, depth); return this.chance(60) ? sql`(${s} LIKE '${this.pick(['a%', '%b%', '_', 'a_b', '%'])}')` : either(...((x) => [`startswith(${x.m}, 'a')`, `starts_with(${x.d}, 'a')`] as const)(s)); }
    }
  }
  /** An expression that reads a column, so that it is no ordinal where it is a key. */
  private key(scope: readonly Column[], depth: number): Term {
    const column = this.pick(scope);
    if (depth === 0 || this.chance(60)) return column;
    const made = this.expr(column.kind, scope, depth);
    return made.constant ? column : made;
  }

  // ------------------------------------------------------------------------------------------------ relations

  private base(): Relation {
    const table: Table = this.pick(TABLES);
    const alias = this.fresh('t');
    return { ...same(`${table.name} AS ${alias}`), columns: table.columns.map((c) => ({ ...same(`${alias}.${c.name}`), name: c.name, kind: c.kind, max: c.kind === 'double' ? 1e6 : c.kind === 'int' ? 6 : 1000, scale: 3 })) };
  }
  /** A query as a table with a name of its own. */
  private derived(query: Text, items: readonly { readonly name: string; readonly term: Term }[]): Relation {
    const alias = this.fresh('q');
    return { ...sql`(${query}) AS ${alias}`, columns: items.map(({ name, term }) => ({ ...same(`${alias}.${name}`), name, kind: term.kind, max: term.max, ...(term.scale !== undefined && { scale: term.scale }) })) };
  }
  private items(terms: readonly Term[]): readonly { readonly name: string; readonly term: Term }[] { return terms.map((term) => ({ name: this.fresh('c'), term })); }
  private select(items: readonly { readonly name: string; readonly term: Text }[], from: Text, rest: Text = same(''), distinct = false): Text {
    return sql`SELECT ${distinct ? 'DISTINCT ' : ''}${join(items.map(({ name, term }) => sql`${term} AS ${name}`), ', ')} FROM ${from}${rest}`;
  }
  private some<T>(least: number, most: number, make: () => T): T[] { return Array.from({ length: least + this.below(most - least + 1) }, make); }

  private relation(depth: number): Relation {
    if (depth <= 0) return this.base();
    switch (this.below(8)) {
      case 0: case 1: return this.projection(depth);
      case 2: return this.base();
      case 3: case 4: return this.joined(depth);
      case 5: { const { query, items } = this.aggregate(depth - 1); return this.derived(query, items); }
      case 6: return this.setOperation(depth);
      default: { this.feature('distinct'); const from = this.relation(depth - 1); const items = this.items(this.some(1, 3, () => this.key(from.columns, 1))); return this.derived(this.select(items, from, same(''), true), items); }
    }
  }
  private projection(depth: number): Relation {
    const from = this.relation(depth - 1);
    const items = this.items(this.some(2, 5, () => this.expr(this.pick(from.columns).kind, from.columns, 2)));
    return this.derived(this.select(items, from, this.chance(60) ? sql` WHERE ${this.predicate(from.columns, depth - 1)}` : same('')), items);
  }
  private joined(depth: number): Relation {
    this.feature('join');
    const left = this.relation(depth - 1);
    const right = this.relation(depth - 1 - this.below(2));
    const kind = this.pick(['JOIN', 'JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'SEMI', 'ANTI']);
    const pairs = left.columns.flatMap((l) => right.columns.filter((r) => r.kind === l.kind).map((r): readonly [Column, Column] => [l, r]));
    const on: Text[] = pairs.length > 0 ? this.some(1, 2, () => { const [l, r] = this.pick(pairs); return sql`${l} ${this.chance(12) ? either('<=>', 'IS NOT DISTINCT FROM') : '='} ${r}`; }) : [same('true')];
    if (this.chance(30)) on.push(this.expr('boolean', [...left.columns, ...right.columns], 1));
    const semi = kind === 'SEMI' || kind === 'ANTI';
    if (semi) this.feature('semi');
    else if (kind !== 'JOIN') this.feature('outer');
    const op = semi ? either(`LEFT ${kind} JOIN`, `${kind} JOIN`) : same(kind);
    return { join: true, ...sql`${left} ${op} ${right.join ? sql`(${right})` : right} ON ${join(on, ' AND ')}`, columns: semi ? left.columns : [...left.columns, ...right.columns] };
  }
  private setOperation(depth: number): Relation {
    const op = this.pick(['UNION ALL', 'UNION ALL', 'UNION', 'INTERSECT', 'EXCEPT', 'INTERSECT ALL', 'EXCEPT ALL']);
    this.feature(op === 'UNION ALL' ? 'union' : op === 'UNION' ? 'distinct' : 'set operation');
    const left = this.relation(depth - 1);
    const right = this.relation(depth - 1);
    const shared = [...new Set(left.columns.map((c) => c.kind))].filter((k) => right.columns.some((c) => c.kind === k));
    if (shared.length === 0) return left;
    const kinds = this.some(1, 2, () => this.pick(shared));
    const side = (r: Relation): Term[] => kinds.map((kind) => this.pick(r.columns.filter((c) => c.kind === kind)));
    const [l, r] = [side(left), side(right)];
    const items = this.items(l.map((term, i) => ({ ...term, max: Math.max(term.max, r[i]!.max), scale: Math.max(term.scale ?? 0, r[i]!.scale ?? 0) })));
    return this.derived(sql`(${this.select(items, left)}) ${op} (${this.select(this.items(r), right)})`, items);
  }

  private predicate(scope: readonly Column[], depth: number): Text {
    if (depth <= 0 || !this.chance(25)) return this.expr('boolean', scope, 2);
    this.feature('subquery');
    const inner = this.relation(depth - 1);
    const pairs = scope.flatMap((l) => inner.columns.filter((r) => r.kind === l.kind).map((r): readonly [Column, Column] => [l, r]));
    if (pairs.length === 0) return this.expr('boolean', scope, 2);
    const [o, i] = this.pick(pairs);
    const where = this.chance(50) ? sql` WHERE ${this.expr('boolean', inner.columns, 1)}` : same('');
    switch (this.below(4)) {
      case 0: return sql`${o} ${this.pick(['', 'NOT '])}IN (SELECT ${i} FROM ${inner}${where})`;
      case 1: return sql`${this.pick(['', 'NOT '])}EXISTS (SELECT 1 FROM ${inner} WHERE ${i} = ${o})`;
      case 2: return sql`${o} ${this.pick(['=', '<', '>='])} (SELECT ${this.pick(['max', 'min'])}(${i}) FROM ${inner}${where})`;
      default: { const [p, q] = this.pick(pairs); return sql`${o} ${this.pick(['<=', '>'])} (SELECT ${this.pick(['max', 'min'])}(${i}) FROM ${inner} WHERE ${q} = ${p})`; }
    }
  }

  private aggregateTerm(scope: readonly Column[]): Term {
    const filter = this.chance(20) ? sql` FILTER (WHERE ${this.expr('boolean', scope, 1)})` : same('');
    const distinct = this.chance(15) ? 'DISTINCT ' : '';
    if (distinct !== '') this.feature('distinct aggregate');
    const arg = (kind: Kind): Term => this.expr(kind, scope, 1);
    switch (this.below(10)) {
      case 0: case 1: return { ...sql`count(*)${filter}`, kind: 'int', max: 1e5 };
      case 2: { const kind = this.pick(KINDS); return { ...sql`count(${distinct}${arg(kind)})${filter}`, kind: 'int', max: 1e5 }; }
      case 3: { const a = arg('int'); return a.max < 1e6 ? { ...sql`sum(${distinct}${a})${filter}`, kind: 'int', max: a.max * 1e4 } : { ...sql`count(${a})`, kind: 'int', max: 1e5 }; }
      case 4: { const a = arg('decimal'); return a.max < 1e6 ? { ...((s) => either(s.m, `CAST(${s.d} AS DECIMAL(28,6))`))(sql`sum(${distinct}${a})${filter}`), kind: 'decimal', max: a.max * 1e4, scale: a.scale ?? 3 } : { ...sql`max(${a})`, kind: 'decimal', max: a.max, scale: a.scale ?? 3 }; }
      case 5: { const a = arg('double'); return a.max < 1e12 ? { ...sql`sum(${a})${filter}`, kind: 'double', max: a.max * 1e4 } : { ...sql`min(${a})`, kind: 'double', max: a.max }; }
      case 6: { const a = this.expr('int', scope, 1); return { ...sql`avg(${a})${filter}`, kind: 'double', max: a.max }; }
      case 7: { const a = arg('boolean'); return { ...sql`${this.pick(['bool_and', 'bool_or'])}(${a})${filter}`, kind: 'boolean', max: 0 }; }
      default: { const kind = this.pick(KINDS); const a = arg(kind); return { ...sql`${this.pick(['min', 'max'])}(${a})${filter}`, kind, max: a.max, ...(a.scale !== undefined && { scale: a.scale }) }; }
    }
  }
  private aggregate(depth: number): { readonly query: Text; readonly items: readonly { readonly name: string; readonly term: Term }[]; readonly keys: number; readonly having: boolean } {
    this.feature('aggregate');
    this.aggregates++;
    const from = this.relation(depth);
    const keys: Term[] = this.some(0, 2, () => this.key(from.columns, 1));
    const times = from.columns.filter((c) => c.kind === 'timestamp');
    if (times.length > 0 && this.chance(25)) {
      this.feature('window');
      const t = this.pick(times);
      const seconds = this.pick([10, 30, 60, 3600]);
      keys.push({ ...either(`window(${t.m}, '${seconds} seconds').start`, `time_bucket(INTERVAL '${seconds} seconds', ${t.d}, TIMESTAMP '1970-01-01')`), kind: 'timestamp', max: 0 });
    }
    const items = this.items([...keys, ...this.some(1, 3, () => this.aggregateTerm(from.columns))]);
    const where: Text[] = this.chance(40) ? [this.predicate(from.columns, depth)] : [];
    // A row without a time is in no window.
    for (const k of keys) if (k.m.startsWith('window(')) where.push(either('true', `${k.d} IS NOT NULL`));
    const having = this.chance(15);
    const rest = join([
      where.length > 0 ? sql` WHERE ${join(where, ' AND ')}` : same(''),
      keys.length > 0 ? sql` GROUP BY ${join(keys, ', ')}` : same(''),
      having ? sql` HAVING ${this.pick([same('count(*) > 1'), same('count(*) % 2 = 1')])}` : same(''),
    ], '');
    return { query: this.select(items, from, rest), items, keys: keys.length, having };
  }

  /** A whole query. */
  query(): RandomQuery {
    const depth = 1 + this.below(3);
    const named = (items: readonly { readonly name: string; readonly term: Term }[]): RandomQuery['columns'] => items.map(({ name, term }) => ({ name, kind: term.kind }));
    const done = (text: Text, columns: RandomQuery['columns'], keys?: number): RandomQuery => ({ ...text, columns, tables: TABLES.map((t) => t.name).filter((name) => text.m.includes(` ${name} AS t`) || text.m.includes(`(${name} AS t`)), features: [...this.features], aggregates: this.aggregates, ...(keys !== undefined && { keys }) });
    if (this.chance(55)) {
      const { query, items, keys, having } = this.aggregate(depth);
      if (this.chance(12)) {
        this.feature('top');
        const order = items.map(({ name }, i) => `${name} ${i % 2 === 0 ? 'DESC NULLS LAST' : 'ASC NULLS FIRST'}`).join(', ');
        return done(sql`${query} ORDER BY ${order} LIMIT ${1 + this.below(5)}`, named(items));
      }
      return done(query, named(items), having ? undefined : keys);
    }
    const from = this.relation(depth);
    const items = this.items(this.some(1, 4, () => this.expr(this.pick(from.columns).kind, from.columns, 2)));
    return done(this.select(items, from, this.chance(50) ? sql` WHERE ${this.predicate(from.columns, depth)}` : same('')), named(items));
  }
}
