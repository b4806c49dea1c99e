// The text of one fused loop. Control flow is the mask: an argument that a lazy form withholds stands inside an `if`, so no row runs
// what it must not. Values are JavaScript variables, with a boolean variable beside each that can be NULL; a column that has no bitmap
// in this batch costs no test. Only names made here, and digits of numeric constants, reach the text: everything else is passed in.
//
// Strings that are compared stay bytes: three variables (bytes, start, end). Large expressions are cut into functions of bounded size,
// because V8 never optimises one above 60 KB of bytecode.

import type { TypeKind, DataType } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import { isBytes, isWideDecimal } from '../columnar/column.js';
import { equalBytes, valueEquals } from '../columnar/compare.js';
import { decodeText } from '../columnar/read.js';
import { bytesSet, EMPTY, encode } from './bytes-set.js';
import { Identity } from './identity.js';
import type { Callee, Node, NodeOf } from './node.js';
import { caught } from './rowwise.js';

/** Largest number of nodes in one generated function; about 100 bytes of bytecode each. */
const FUNCTION_WEIGHT = 160;
/** Arguments up to this size are computed without asking first whether they are needed, if they cannot raise. */
const CHEAP_WEIGHT = 12;

/** nothing: whether it is NULL is all that counts. */
type Want = 'value' | 'view' | 'nothing';
/** `codes`: one expression, or three for a view; each a name or a literal. Unspecified (of its type) where `isNull` holds; null: never NULL. */
interface Val { readonly codes: readonly string[]; readonly isNull: string | null }

export interface Generated {
  readonly text: string;
  readonly constants: readonly unknown[];
  readonly callees: readonly Callee[];
  /** Ordinals, in the order in which the function gets its columns. */
  readonly columns: readonly number[];
  /** For each output: the ordinals whose bitmaps, combined, are its validity; undefined where the loop sets NULLs itself. */
  readonly masks: readonly (readonly number[] | undefined)[];
}
/** Which columns have a bitmap, and whether the batch has a selection. */
export interface Shape { readonly nullable: (ordinal: number) => boolean; readonly selected: boolean }

/** `run(C columns, R readers, F bodies, O writers, M masks, sel, n)`: fills the writers. */
export function generateProjection(nodes: readonly Node[], shape: Shape): Generated {
  const g = new Generator(shape);
  const masks = nodes.map((node, k) => g.output(node, k));
  return { ...g.finish(''), masks };
}
/** The same, with an Int32Array for O: writes to it the rows that pass and returns how many they are. */
export function generatePredicate(node: Node, shape: Shape): Generated {
  const g = new Generator(shape);
  g.test(node);
  return { ...g.finish('return q;'), masks: [] };
}

const BIGINTS: readonly TypeKind[] = ['bigint', 'decimal', 'timestamp', 'timestamp_ntz', 'time', 'day_time_interval'];
const NUMBERS: readonly TypeKind[] = ['tinyint', 'smallint', 'int', 'date', 'year_month_interval', 'float', 'double'];
const isFixed = (t: DataType): boolean => t.kind === 'boolean' || BIGINTS.includes(t.kind) || NUMBERS.includes(t.kind);
const zero = (t: DataType): string => BIGINTS.includes(t.kind) ? '0n' : NUMBERS.includes(t.kind) ? '0' : t.kind === 'boolean' ? 'false' : t.kind === 'string' ? "''" : 'null';
const none = (t: DataType, want: Want): readonly string[] => want === 'view' ? ['EMPTY', '0', '0'] : [zero(t)];
const anyNull = (parts: readonly (string | null)[]): string | null => {
  const some = parts.filter((p): p is string => p !== null);
  return some.length === 0 ? null : some.includes('true') ? 'true' : some.length === 1 ? some[0]! : `(${some.join(' || ')})`;
};
/** What every generated function may use by name. */
export const HELPERS = { decodeText, encode, equalBytes, caught, EMPTY, asUintN: BigInt.asUintN };

class Generator {
  private lines: string[] = [];
  private scopes: Map<string, Val>[] = [new Map()];
  private readonly parts: string[] = [];
  private readonly constants: unknown[] = [];
  private readonly constantAt = new Map<unknown, number>();
  private readonly callees: Callee[] = [];
  private readonly columns: number[] = [];
  private readonly columnNames: string[] = [];
  private readonly setup = new Set<string>();
  private readonly variables = new Map<number, string>();
  /** Nodes that are functions of their own, and the names of those that are written. */
  private readonly cut = new Set<Node>();
  private readonly functions = new Map<Node, string>();
  private readonly nullability = new Map<Node, boolean>();
  private readonly identity = new Identity();
  private readonly shape: Shape;
  private names = 0;
  /** Inside an expression that runs only on rows where all its columns are valid. */
  private assumeValid = false;

  constructor(shape: Shape) { this.shape = shape; }

  finish(tail: string): Omit<Generated, 'masks'> {
    const { selected } = this.shape;
    const names = Object.keys(HELPERS).join(', ');
    const text = [
      `"use strict"; const { ${names} } = H;`,
      ...this.constants.map((_, k) => `const k${k} = K[${k}];`),
      'return function (C, R, F, O, M, sel, n) {',
      ...this.columnNames.map((label, c) => `const c${c} = C[${c}].values; // ${label}`),
      ...this.setup, ...this.callees.map((callee, k) => `const f${k} = F[${k}]; // ${callee.label.replace(/\W/g, '_')}`),
      ...this.parts,
      selected ? 'for (let k = 0; k < n; k++) { const i = sel[k];' : 'for (let i = 0; i < n; i++) {',
      ...this.lines, '}', tail, '};',
    ].join('\n');
    return { text, constants: this.constants, callees: this.callees, columns: this.columns };
  }

  // ── Outputs ───────────────────────────────────────────────────────────────────────────────────

  output(node: Node, k: number): readonly number[] | undefined {
    const { type } = node;
    if (!isFixed(type)) {
      this.prepare(node);
      this.setup.add(`const w${k} = O[${k}];`);
      const view = type.kind === 'string' && prefersView(node);
      const v = this.value(node, view ? 'view' : 'value');
      const store = view ? `w${k}.copy(i, ${v.codes.join(', ')});` : `w${k}.set(i, ${v.codes[0]});`;
      this.emit(v.isNull === null ? store : `if (${v.isNull}) w${k}.setNull(i); else ${store}`);
      return undefined;
    }
    this.setup.add(`const o${k} = O[${k}].values;`);
    const store = (code: string): string => isWideDecimal(type) ? `o${k}[2 * i] = ${code}; o${k}[2 * i + 1] = ${code} >> 64n;`
      : type.kind === 'boolean' ? `o${k}[i] = +${code};` : `o${k}[i] = ${code};`;
    const mask = this.commonMask(node);
    if (mask) {
      const total = node.total;
      if (!total) { this.setup.add(`const g${k} = M[${k}];`); this.emit(`if (((g${k}[i >> 3] >> (i & 7)) & 1) === 1)`); }
      // Values known to be valid must not meet those of the other outputs, which are not.
      const outer = this.scopes;
      this.scopes = [new Map()];
      this.assumeValid = true;
      this.prepare(node);
      this.block(() => { this.emit(store(this.value(node, 'value').codes[0]!)); });
      this.assumeValid = false;
      this.scopes = outer;
      return mask;
    }
    this.prepare(node);
    const v = this.value(node, 'value');
    if (v.isNull === null) { this.emit(store(v.codes[0]!)); return undefined; }
    this.setup.add(`const w${k} = O[${k}];`);
    this.emit(`if (${v.isNull}) w${k}.setNull(i); else { ${store(v.codes[0]!)} }`);
    return undefined;
  }

  /** The nullable columns of an expression that is NULL exactly where one of them is, if it may be left out on all those rows. */
  private commonMask(node: Node): readonly number[] | undefined {
    const found = new Set<number>();
    const strict = (n: Node): boolean => {
      if (n.op === 'column') { if (this.shape.nullable(n.ordinal)) found.add(n.ordinal); return n.type.kind !== 'void'; }
      if (n.op === 'const') return n.value !== null;
      return n.op === 'call' && n.propagate && n.callee.inline !== undefined && !n.callee.mayBeNull && n.args.every(strict)
        && n.args.every((arg, j) => arg.total || n.args.every((other, k) => k === j || (n.order === 'forward' && k < j) || (n.order === 'backward' && k > j) || !this.mayBeNull(other)));
    };
    return strict(node) && found.size > 0 ? [...found] : undefined;
  }

  test(node: Node): void {
    this.prepare(node);
    const terms = conjuncts(node);
    const firstNull = terms.findIndex((t) => this.mayBeNull(t));
    const splits = firstNull < 0 || terms.every((t, k) => k <= firstNull || t.total);
    this.setup.add('let q = 0;');
    const parts = splits ? terms : [node];
    for (let k = 0; k < parts.length;) {
      const group = [parts[k]!];
      for (k++; k < parts.length && isCheap(parts[k]!) && isCheap(group[0]!) && group.length < 4; k++) group.push(parts[k]!);
      const tests = group.map((term) => { const v = this.value(term, 'value'); return v.isNull === null ? v.codes[0]! : `(!${v.isNull} && ${v.codes[0]})`; });
      // Bitwise: a jump that goes either way at random costs more than a second comparison.
      const all = tests.length === 1 ? `+${tests[0]}` : tests.join(' & ');
      // Not one block inside of another: there may be thousands.
      this.emit(k < parts.length ? `if (!(${all})) continue;` : `O[q] = i; q += ${all};`);
    }
  }

  // ── Values ────────────────────────────────────────────────────────────────────────────────────

  private emit(line: string): void { if (line !== '') this.lines.push(line); }
  private fresh(prefix: string): string { return `${prefix}${this.names++}`; }
  private constant(value: unknown): string {
    const at = this.constantAt.get(value) ?? this.constants.push(value) - 1;
    this.constantAt.set(value, at);
    return `k${at}`;
  }
  /** Statements of their own scope: what is computed inside is not known after it. */
  private block(body: () => void): void {
    this.scopes.push(new Map());
    this.emit('{');
    body();
    this.emit('}');
    this.scopes.pop();
  }
  private remembered(key: string, make: () => Val): Val {
    for (let s = this.scopes.length - 1; s >= 0; s--) { const v = this.scopes[s]!.get(key); if (v) return v; }
    const made = make();
    this.scopes.at(-1)!.set(key, made);
    return made;
  }

  /** The value, computed once where the same expression was computed before on every row that comes here. */
  private value(node: Node, want: Want): Val {
    return children(node).length === 0 ? this.computed(node, want) : this.remembered(`${this.identity.of(node)}${want}`, () => this.computed(node, want));
  }
  private computed(node: Node, want: Want): Val {
    if (this.cut.has(node)) return this.converted(this.part(node), node.type, want);
    switch (node.op) {
      case 'column': return this.column(node, want);
      case 'const': return this.literal(node.value, node.type, want);
      case 'variable': {
        const name = this.variables.get(node.id)!;
        // A NULL element reads as a zero of its type, as a NULL of a column does: calls that cannot raise run on it.
        return this.converted({ codes: [`(${name} ?? ${zero(node.type)})`], isNull: `(${name} === null)` }, node.type, want);
      }
      case 'lambda': throw new Error('invariant violated: a lambda is the argument of a call');
      case 'and': case 'or': return this.logic(node);
      case 'branch': return this.branch(node, want);
      case 'first_non_null': return this.firstNonNull(node, want);
      case 'until_match': return this.untilMatch(node);
      case 'try': return this.tried(node.args[0]!, want);
      case 'call': return want === 'value' ? this.call(node) : this.converted(this.value(node, 'value'), node.type, want);
    }
  }

  private converted(v: Val, type: DataType, want: Want): Val {
    if (want !== 'view') return v;
    const name = this.fresh('b');
    const bytes = type.kind === 'string' ? `encode(${v.codes[0]})` : v.codes[0]!;
    this.emit(`const ${name} = ${v.isNull === null ? bytes : `${v.isNull} ? EMPTY : ${bytes}`};`);
    return { codes: [name, '0', `${name}.length`], isNull: v.isNull };
  }

  private column(node: NodeOf<'column'>, want: Want): Val {
    const { type, ordinal } = node;
    if (type.kind === 'void') return { codes: none(type, want), isNull: 'true' };
    let c = this.columns.indexOf(ordinal);
    if (c < 0) { c = this.columns.push(ordinal) - 1; this.columnNames.push(type.kind); }
    const checked = !this.assumeValid && this.shape.nullable(ordinal);
    const isNull = checked ? this.remembered(`n${c}`, () => {
      this.setup.add(`const m${c} = C[${c}].validity;`);
      const name = this.fresh('n');
      this.emit(`const ${name} = ((m${c}[i >> 3] >> (i & 7)) & 1) === 0;`);
      return { codes: [name], isNull: null };
    }).codes[0]! : null;
    if (want === 'nothing') return { codes: [zero(type)], isNull };
    const codes = this.remembered(`${want}${c}`, () => {
      if (isBytes(type)) {
        this.setup.add(`const s${c} = C[${c}].start, e${c} = C[${c}].end;`);
        if (want === 'view') {
          const [from, to] = [this.fresh('from'), this.fresh('to')];
          this.emit(`const ${from} = s${c}[i], ${to} = e${c}[i];`);
          return { codes: [`c${c}`, from, to], isNull: null };
        }
      }
      const name = this.fresh('v');
      if (isFixed(type)) {
        this.emit(`const ${name} = ${type.kind === 'boolean' ? `c${c}[i] === 1` : isWideDecimal(type) ? `(c${c}[2 * i + 1] << 64n) | asUintN(64, c${c}[2 * i])` : `c${c}[i]`};`);
        return { codes: [name], isNull: null };
      }
      const read = type.kind === 'string' ? `decodeText(c${c}, s${c}[i], e${c}[i])` : `r${c}(i)`;
      if (type.kind !== 'string') this.setup.add(`const r${c} = R[${c}];`);
      this.emit(`const ${name} = ${isNull === null ? read : `${isNull} ? ${zero(type)} : ${read}`};`);
      return { codes: [name], isNull: null };
    }).codes;
    return { codes, isNull };
  }

  private literal(value: Value, type: DataType, want: Want): Val {
    if (value === null) return { codes: none(type, want), isNull: 'true' };
    if (want === 'view') {
      const bytes = typeof value === 'string' ? encode(value) : value as Uint8Array;
      return { codes: [this.constant(bytes), '0', String(bytes.length)], isNull: null };
    }
    // Digits in the text, since V8 folds a literal but not a variable of the enclosing function.
    if (typeof value === 'number' && Number.isFinite(value)) return { codes: [Object.is(value, -0) ? '(-0)' : value < 0 ? `(${value})` : String(value)], isNull: null };
    if (typeof value === 'bigint') return { codes: [value < 0n ? `(${value}n)` : `${value}n`], isNull: null };
    if (typeof value === 'boolean') return { codes: [String(value)], isNull: null };
    return { codes: [this.constant(value)], isNull: null };
  }

  /** Variables for a result that a block below will assign: NULL until then, if it can be NULL at all. */
  private result(type: DataType, want: Want, nullable: boolean): { readonly val: Val; readonly assign: (v: Val) => string } {
    const initial = none(type, want);
    const names = initial.map(() => this.fresh('v'));
    const flag = nullable ? this.fresh('n') : null;
    this.emit(`let ${names.map((name, k) => `${name} = ${initial[k]}`).join(', ')}${flag === null ? '' : `, ${flag} = true`};`);
    return { val: { codes: names, isNull: flag },
      assign: (v) => flag === null && v.isNull !== null ? mismatch() : v.isNull === 'true' ? `${flag} = true;`
        : `${names.map((name, k) => `${name} = ${v.codes[k]};`).join(' ')}${flag === null ? '' : ` ${flag} = ${v.isNull ?? 'false'};`}` };
  }

  /** The argument, run only where none of `nulls` holds; NULL elsewhere. */
  private guarded(node: Node, want: Want, nulls: readonly (string | null)[]): Val {
    const guard = anyNull(nulls);
    if (guard === null || node.total) return this.value(node, want);
    const { val, assign } = this.result(node.type, want, true);
    this.emit(`if (!${guard})`);
    this.block(() => { this.emit(assign(this.value(node, want))); });
    return val;
  }

  private call(node: NodeOf<'call'>): Val {
    const { callee, args, propagate, order, type } = node;
    const { inline } = callee;
    const vals: Val[] = new Array(args.length);
    const nulls: (string | null)[] = [];
    for (let k = 0; k < args.length; k++) {
      const j = order === 'backward' ? args.length - 1 - k : k;
      const arg = args[j]!;
      if (arg.op === 'lambda') { vals[j] = this.lambda(arg); continue; }
      vals[j] = this.guarded(arg, inline?.nullsOnly ? 'nothing' : inline?.views?.includes(j) ? 'view' : 'value', order === 'all' ? [] : nulls);
      nulls.push(vals[j]!.isNull);
    }
    const anyMissing = propagate ? anyNull(nulls) : null;
    if (anyMissing === 'true') return { codes: [zero(type)], isNull: 'true' };
    const invoke = (): string => {
      if (inline) {
        return `(${inline.code(vals.map((v) => v.codes.join(', ')), (x) => this.constant(x), () => this.temporary(), vals.map((v) => v.isNull ?? 'false'))})`;
      }
      const known = this.callees.indexOf(callee);
      const f = known >= 0 ? known : this.callees.push(callee) - 1;
      return `f${f}(${vals.map((v) => propagate || v.isNull === null ? v.codes[0] : `${v.isNull} ? null : ${v.codes[0]}`).join(', ')})`;
    };
    const nullResult = callee.mayBeNull || !inline;
    if (anyMissing === null) {
      const raw = this.fresh('v');
      this.emit(`const ${raw} = ${invoke()};`);
      if (!nullResult) return { codes: [raw], isNull: null };
      const [name, flag] = [this.fresh('v'), this.fresh('n')];
      this.emit(`const ${flag} = ${raw} === null, ${name} = ${flag} ? ${zero(type)} : ${raw};`);
      return { codes: [name], isNull: flag };
    }
    if (inline?.total && !nullResult && args.every((a) => isFixed(a.type) || a.type.kind === 'string')) {
      const [name, flag] = [this.fresh('v'), this.fresh('n')];
      this.emit(`const ${flag} = ${anyMissing};`);
      this.emit(`const ${name} = ${invoke()};`);
      return { codes: [name], isNull: flag };
    }
    const { val, assign } = this.result(type, 'value', true);
    this.emit(`if (!${anyMissing})`);
    this.block(() => {
      const raw = this.fresh('v');
      this.emit(`const ${raw} = ${invoke()};`);
      this.emit(nullResult ? `if (${raw} !== null) { ${assign({ codes: [raw], isNull: null })} }` : assign({ codes: [raw], isNull: null }));
    });
    return val;
  }
  private temporary(): string {
    const name = this.fresh('t');
    this.emit(`let ${name};`);
    return name;
  }

  /** A closure over the current row. */
  private lambda(node: NodeOf<'lambda'>): Val {
    const name = this.fresh('l');
    const params = node.params.map((id) => { const p = this.fresh('p'); this.variables.set(id, p); return p; });
    this.scopes.push(new Map());
    this.emit(`const ${name} = (${params.join(', ')}) => {`);
    this.emit(returned(this.value(node.body, 'value')));
    this.emit('};');
    this.scopes.pop();
    return { codes: [name], isNull: null };
  }

  private logic(node: NodeOf<'and' | 'or'>): Val {
    const and = node.op === 'and';
    const [left, right] = node.args as [Node, Node];
    const l = this.value(left, 'value');
    const open = `${l.isNull === null ? '' : `${l.isNull} || `}${and ? '' : '!'}${l.codes[0]}`;
    if (isCheap(right) && l.isNull === null && !this.mayBeNull(right)) {
      const r = this.value(right, 'value');
      const name = this.fresh('v');
      this.emit(`const ${name} = ${l.codes[0]} ${and ? '&&' : '||'} ${r.codes[0]};`);
      return { codes: [name], isNull: null };
    }
    const nullable = l.isNull !== null || this.mayBeNull(right);
    const name = this.fresh('v');
    const flag = nullable ? this.fresh('n') : null;
    this.emit(`let ${name} = ${!and}${flag === null ? '' : `, ${flag} = false`};`);
    this.emit(`if (${open})`);
    this.block(() => {
      const r = this.value(right, 'value');
      const missing = anyNull([l.isNull, r.isNull]);
      this.emit(`if (${r.isNull === null ? '' : `${r.isNull} || `}${and ? '' : '!'}${r.codes[0]}) {`);
      this.emit(missing === null || flag === null ? `${name} = ${and};` : `${flag} = ${missing}; ${name} = ${and};`);
      this.emit('}');
    });
    return { codes: [name], isNull: flag };
  }

  private branch(node: NodeOf<'branch'>, want: Want): Val {
    const { val, assign } = this.result(node.type, want, this.mayBeNull(node));
    const label = this.fresh('L');
    this.emit(`${label}: {`);
    this.scopes.push(new Map());
    let k = 0;
    for (; k + 1 < node.args.length; k += 2) {
      const c = this.value(node.args[k]!, 'value');
      this.emit(`if (${c.isNull === null ? '' : `!${c.isNull} && `}${c.codes[0]})`);
      this.block(() => { this.emit(`${assign(this.value(node.args[k + 1]!, want))} break ${label};`); });
    }
    if (k < node.args.length) this.emit(assign(this.value(node.args[k]!, want)));
    this.scopes.pop();
    this.emit('}');
    return val;
  }

  private firstNonNull(node: NodeOf<'first_non_null'>, want: Want): Val {
    const { val, assign } = this.result(node.type, want, this.mayBeNull(node));
    const label = this.fresh('L');
    this.emit(`${label}: {`);
    this.scopes.push(new Map());
    for (const arg of node.args) {
      const v = this.value(arg, want);
      const take = `${assign({ codes: v.codes, isNull: null })} break ${label};`;
      this.emit(v.isNull === null ? take : `if (!${v.isNull}) { ${take} }`);
      if (v.isNull === null) break;
    }
    this.scopes.pop();
    this.emit('}');
    return val;
  }

  private tried(arg: Node, want: Want): Val {
    if (arg.total) return this.value(arg, want);
    const { val, assign } = this.result(arg.type, want, true);
    this.emit('try');
    this.block(() => { this.emit(assign(this.value(arg, want))); });
    this.emit('catch (error) { caught(error); }');
    return val;
  }

  private untilMatch(node: NodeOf<'until_match'>): Val {
    const [subject, ...candidates] = node.args as [Node, ...Node[]];
    const { type } = subject;
    const want: Want = !node.equals && (type.kind === 'string' || type.kind === 'binary') ? 'view' : 'value';
    const x = this.value(subject, want);
    if (x.isNull === 'true') return { codes: ['false'], isNull: 'true' };
    const values = candidates.map((c) => c.op === 'const' ? c.value : undefined);
    if (candidates.length > 4 && !node.equals && isFixedOrBytes(type) && !values.includes(undefined)) {
      const members = (values as Value[]).filter((v) => v !== null);
      const name = this.fresh('v');
      const set = this.constant(want === 'view' ? bytesSet(members as (string | Uint8Array)[]) : new Set(members));
      this.emit(`const ${name} = ${want === 'view' ? `${set}(${x.codes.join(', ')})` : `${set}.has(${x.codes[0]})`};`);
      if (members.length === candidates.length) return { codes: [name], isNull: x.isNull };
      const flag = this.fresh('n');
      this.emit(`const ${flag} = ${x.isNull === null ? '' : `${x.isNull} || `}!${name};`);
      return { codes: [name], isNull: flag };
    }
    const { val, assign } = this.result(node.type, 'value', this.mayBeNull(node));
    const label = this.fresh('L');
    this.emit(`${label}: ${x.isNull === null ? '' : `if (!${x.isNull}) `}{`);
    this.scopes.push(new Map());
    const found = { codes: ['true'], isNull: null };
    const unknown = val.isNull;
    if (unknown !== null) this.emit(`${unknown} = false;`);
    for (const candidate of candidates) {
      const c = this.value(candidate, want);
      const same = node.equals ? `${this.constant(node.equals)}(${x.codes[0]}, ${c.codes[0]})` : this.equality(type, x, c);
      const hit = `if (${same}) { ${assign(found)} break ${label}; }`;
      this.emit(c.isNull === null ? hit : c.isNull === 'true' ? `${unknown} = true;` : `if (${c.isNull}) ${unknown} = true; else ${hit}`);
    }
    this.scopes.pop();
    this.emit('}');
    return val;
  }
  private equality(type: DataType, a: Val, b: Val): string {
    const [x, y] = [a.codes[0]!, b.codes[0]!];
    if (a.codes.length === 3) return `equalBytes(${a.codes.join(', ')}, ${b.codes.join(', ')})`;
    if (type.kind === 'float' || type.kind === 'double') return `${x} === ${y} || (${x} !== ${x} && ${y} !== ${y})`;
    return isFixed(type) ? `${x} === ${y}` : `${this.constant(valueEquals(type))}(${x}, ${y})`;
  }

  private mayBeNull(node: Node): boolean {
    if (this.assumeValid || children(node).length === 0) return this.nullable(node);
    const known = this.nullability.get(node) ?? this.nullable(node);
    this.nullability.set(node, known);
    return known;
  }
  private nullable(node: Node): boolean {
    switch (node.op) {
      case 'column': return node.type.kind === 'void' || (!this.assumeValid && this.shape.nullable(node.ordinal));
      case 'const': return node.value === null;
      case 'variable': return true;
      case 'lambda': return false;
      case 'try': return !node.args[0]!.total || this.mayBeNull(node.args[0]!);
      case 'call': return node.callee.mayBeNull || !node.callee.inline || (node.propagate && node.args.some((a) => this.mayBeNull(a)));
      case 'branch': return node.args.length % 2 === 0 || node.args.some((a, k) => (k % 2 === 1 || k === node.args.length - 1) && this.mayBeNull(a));
      case 'first_non_null': return node.args.every((a) => this.mayBeNull(a));
      default: return node.args.some((a) => this.mayBeNull(a));
    }
  }

  // ── Size ──────────────────────────────────────────────────────────────────────────────────────

  /** Marks parts that become functions of their own, so that no function holds more than FUNCTION_WEIGHT nodes. Gives what is left in this one. */
  private divide(node: Node): number {
    const inner = children(node);
    const weights = inner.map((c) => ({ child: c, weight: this.divide(c) }));
    let total = 2 + weights.reduce((sum, w) => sum + w.weight, 0);
    weights.sort((a, b) => b.weight - a.weight);
    for (const { child, weight } of weights) {
      if (total <= FUNCTION_WEIGHT || weight <= 3) break;
      if (child.op === 'lambda') continue;
      this.cut.add(child);
      total += 3 - weight;
    }
    return total;
  }
  /** Cuts the expression. The parts are written innermost first, so that no text is made by deep recursion. */
  private prepare(node: Node): void {
    const before = this.cut.size;
    this.divide(node);
    for (const inner of [...this.cut].slice(before)) if (!usesVariables(inner)) this.functions.set(inner, this.functionOf(inner, false));
  }
  /** A function of the row; `local`: a closure on the spot, within a lambda. */
  private functionOf(node: Node, local: boolean): string {
    const name = this.fresh('part');
    const { lines, scopes } = this;
    const body: string[] = [];
    this.lines = body;
    this.scopes = [new Map()];
    this.cut.delete(node);
    const result = returned(this.value(node, 'value'));
    this.cut.add(node);
    this.lines = lines;
    this.scopes = scopes;
    const text = [`const ${name} = (${local ? '' : 'i'}) => {`, ...body, result, '};'];
    if (local) for (const line of text) this.emit(line);
    else this.parts.push(...text);
    return name;
  }
  private part(node: Node): Val {
    const local = !this.functions.has(node);
    const name = this.functions.get(node) ?? this.functionOf(node, true);
    const [raw, value, flag] = [this.fresh('v'), this.fresh('v'), this.fresh('n')];
    if (!this.mayBeNull(node)) { this.emit(`const ${raw} = ${name}(${local ? '' : 'i'});`); return { codes: [raw], isNull: null }; }
    this.emit(`const ${raw} = ${name}(${local ? '' : 'i'}), ${flag} = ${raw} === null, ${value} = ${flag} ? ${zero(node.type)} : ${raw};`);
    return { codes: [value], isNull: flag };
  }
}

const mismatch = (): never => { throw new Error('invariant violated: a result that is never NULL is assigned one that may be'); };
const returned = (v: Val): string => `return ${v.isNull === null ? v.codes[0] : v.isNull === 'true' ? 'null' : `${v.isNull} ? null : ${v.codes[0]}`};`;
const isFixedOrBytes = (t: DataType): boolean => isFixed(t) || t.kind === 'string' || t.kind === 'binary';
const children = (node: Node): readonly Node[] => 'args' in node ? node.args : node.op === 'lambda' ? [node.body] : [];
const isCheap = (node: Node): boolean => node.total && node.weight <= CHEAP_WEIGHT && isFixed(node.type) && children(node).every(isCheap);
const prefersView = (node: Node): boolean => node.op === 'column' || node.op === 'const'
  || (node.op === 'branch' && node.args.every((a, k) => (k % 2 === 0 && k < node.args.length - 1) || prefersView(a)))
  || (node.op === 'first_non_null' && node.args.every(prefersView));

function usesVariables(node: Node): boolean {
  const bound = new Set<number>();
  const free = (n: Node): boolean => {
    if (n.op === 'lambda') for (const p of n.params) bound.add(p);
    return n.op === 'variable' ? !bound.has(n.id) : children(n).some(free);
  };
  return free(node);
}

function conjuncts(node: Node): readonly Node[] { return node.op === 'and' ? node.args.flatMap(conjuncts) : [node]; }
