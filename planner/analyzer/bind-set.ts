// UNION, INTERSECT, EXCEPT: by position or by name, each column brought to one type, names of the first input.
// source: Spark's WidenSetOperationTypes, ResolveUnion and their refusals. Names of struct fields do not count, those of the first stay.

import { commonType } from '../coercion.js';
import { outputOf } from '../plan/properties.js';
import type { Span } from '../spans.js';
import type { LogicalPlan, NamedExpr, OutputColumn, UnresolvedPlan } from '../tree.js';
import { type DataType, sameType, sqlName } from '../types.js';
import { type Binder, constant, fail, failNowhere, ordinal, type Place, project, quoted, ref, type Relation, scoped, type ScopeColumn } from './binder.js';
import { implicit } from './coerce.js';
import { checkDistinct } from './check-query.js';
import { columnsNamed } from './scope.js';
import { distinctRows } from './selected-session.js';
import { columnPlace } from './unresolved.js';

type SetNode = UnresolvedPlan & { readonly kind: 'set_operation' };

export function bindSet(binder: Binder, node: SetNode, place: Place): Relation {
  const operator = node.op.toUpperCase() + (node.op !== 'union' && node.all ? ' ALL' : '');
  const chain = operands(node);
  const inputs = chain.map(({ plan }) => binder.bind(plan, place));
  const aligned = node.byName ? byName(binder, inputs, node.allowMissing ?? false) : inputs;
  const first = aligned[0]!;
  aligned.forEach((input, i) => {
    if (input.columns.length !== first.columns.length) {
      fail('NUM_COLUMNS_MISMATCH', { operator, firstNumColumns: String(first.columns.length), invalidOrdinalNum: ordinal(i + 1), invalidNumColumns: String(input.columns.length) }, chain[i]!.span, chain[i]!.plan.span);
    }
  });
  const types = first.columns.map((c, k) => aligned.slice(1).reduce((type, input, i) => {
    // Names do not count where the types are the same without them.
    const renamed = likeNames(input.columns[k]!.type, type);
    const other = sameType(renamed, type) ? renamed : input.columns[k]!.type;
    return commonType([type, other], { strings: true }) ?? fail('INCOMPATIBLE_COLUMN_TYPE', {
      operator, columnOrdinalNumber: ordinal(k + 1), tableOrdinalNumber: ordinal(i + 2), dataType1: quoted(sqlName(input.columns[k]!.type)), dataType2: quoted(sqlName(c.type)), hint: '',
    }, chain[i + 1]!.span, columnPlace(chain[i + 1]!.plan, k));
  }, c.type));
  if (node.op !== 'union' || !node.all) checkDistinct(first.columns.map((c, k) => ({ name: c.name, type: types[k]! })), node.span);
  const plans = aligned.map((input) => converted(binder, input, types, node));
  const columns = first.columns.map((c, k): OutputColumn => {
    const nullable = node.op === 'except' ? c.nullable : aligned[node.op === 'union' ? 'some' : 'every']((input) => input.columns[k]!.nullable);
    return { id: binder.env.freshId(), name: c.name, type: types[k]!, nullable };
  });
  // A column of the first input that needs no cast can still be named by its relation.
  const shown = columns.map((c, k): ScopeColumn => ({ ...c, qualifier: sameType(first.columns[k]!.type, c.type) ? first.columns[k]!.qualifier : [] }));
  if (node.op !== 'union') {
    const plan = plans.slice(1).reduce((left, right): LogicalPlan => ({ kind: 'set_operation', op: node.op === 'except' ? 'except' : 'intersect', all: node.all, left, right, columns }), plans[0]!);
    return { plan, columns: shown };
  }
  const union: LogicalPlan = { kind: 'union', inputs: plans, columns };
  return { plan: node.all ? union : distinctRows(union, columns, binder.env), columns: shown };
}

/** The inputs of a chain of UNIONs, first to last, each with the place of the operation that adds it: UNION ALLs below another are one node with it, and under a UNION that leaves each row once
 *  all UNIONs are. */
function operands(node: SetNode): readonly { readonly plan: UnresolvedPlan; readonly span: Span | undefined }[] {
  const out: { plan: UnresolvedPlan; span: Span | undefined }[] = [{ plan: node.right, span: node.span }];
  let left = node.left;
  while (node.op === 'union' && !node.byName && left.kind === 'set_operation' && left.op === 'union' && (left.all || !node.all) && !left.byName) {
    out.push({ plan: left.right, span: left.span });
    left = left.left;
  }
  return [{ plan: left, span: left.span }, ...out.reverse()];
}

function converted(binder: Binder, input: Relation, types: readonly DataType[], node: SetNode): LogicalPlan {
  const output = outputOf(input.plan);
  const asIs = output.length === types.length && input.columns.every((c, k) => output[k]!.id === c.id && sameType(c.type, types[k]!, true));
  if (asIs) return input.plan;
  return project(input.plan, input.columns.map((c, k): NamedExpr => {
    const expr = ref(c, node.span);
    const to = sameType(c.type, types[k]!, true) ? expr : sameType(c.type, types[k]!) ? { ...expr, type: types[k]! } : implicit(expr, types[k]!, binder.env.settings, node.span);
    return { id: to === expr ? c.id : binder.env.freshId(), name: c.name, expr: to };
  }).map((item, k, all) => all.findIndex((o) => o.id === item.id) < k ? { ...item, id: binder.env.freshId() } : item));
}

/** The second type with the struct field names of the first, where they have the same shape. */
function likeNames(type: DataType, like: DataType): DataType {
  if (type.kind === 'struct' && like.kind === 'struct' && type.fields.length === like.fields.length) {
    return { kind: 'struct', fields: type.fields.map((f, i) => ({ ...f, name: like.fields[i]!.name, type: likeNames(f.type, like.fields[i]!.type) })) };
  }
  if (type.kind === 'array' && like.kind === 'array') return { ...type, element: likeNames(type.element, like.element) };
  if (type.kind === 'map' && like.kind === 'map') return { ...type, key: likeNames(type.key, like.key), value: likeNames(type.value, like.value) };
  return type;
}

/** Columns in the order of the first input's names; with `allowMissing`, NULL for those that one side lacks. */
function byName(binder: Binder, inputs: readonly Relation[], allowMissing: boolean): readonly Relation[] {
  const names: ScopeColumn[] = [...inputs[0]!.columns];
  const seen = new Set(names.map((n) => n.name.toLowerCase()));
  for (const input of inputs.slice(1)) {
    for (const c of input.columns) if (!seen.has(c.name.toLowerCase())) { seen.add(c.name.toLowerCase()); names.push(c); }
  }
  return inputs.map((input) => {
    const items = names.map((n): NamedExpr => {
      const [found] = columnsNamed(input.columns, n.name);
      if (found) return { id: found.id, name: n.name, expr: ref(found) };
      if (!allowMissing) failNowhere('UNRESOLVED_COLUMN_AMONG_FIELD_NAMES', { colName: n.name, fieldNames: input.columns.map((c) => c.name).join(', ') });
      return { id: binder.env.freshId(), name: n.name, expr: constant(null, n.type) };
    });
    const plan = project(input.plan, items);
    return { plan, columns: scoped(outputOf(plan)) };
  });
}
