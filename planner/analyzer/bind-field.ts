// Taking parts out of structs, maps and arrays: `a.b`, `a['b']`, `a[i]`. source: Spark's ExtractValue.

import { implicitCast } from '../coercion.js';
import { isFoldable } from '../expr/walk.js';
import { sqlExpr, sqlType, ordinalWord } from '../expr/print.js';
import { didYouMean } from '../similar.js';
import { raise } from '../errors/index.js';
import type { Span } from '../spans.js';
import type { BoundExpr } from '../tree.js';
import { array, type Field, INT, isIntegral, sameType, STRING } from '../types.js';
import { apply, constant, constantValue, fail, implicit } from './coerce.js';
import type { AnalysisEnv } from './context.js';

/** The field, map value or array of fields that `name` means in `base`. Without a span errors name no place.
 *  @throws FIELD_NOT_FOUND, AMBIGUOUS_REFERENCE_TO_FIELDS, INVALID_EXTRACT_BASE_FIELD_TYPE */
export function extractField(base: BoundExpr, name: string, env: AnalysisEnv, span: Span | undefined): BoundExpr {
  return extract(base, constant(name, STRING, span), env, span, span ?? base.span);
}

/** `base[index]`. */
export const extractItem = (base: BoundExpr, index: BoundExpr, env: AnalysisEnv, span: Span | undefined): BoundExpr => extract(base, index, env, undefined, span);

function extract(base: BoundExpr, index: BoundExpr, env: AnalysisEnv, errorSpan: Span | undefined, span: Span | undefined): BoundExpr {
  const { type } = base;
  if (type.kind === 'void') return apply(env, 'getarrayitem', [base, index], { type, span, nullable: true });
  if (type.kind === 'map') {
    // Of texts only a literal takes the collation of the keys.
    const keyType = index.type.kind === 'string' && type.key.kind === 'string' && index.kind !== 'const' && !sameType(index.type, type.key) ? undefined : implicitCast(index.type, type.key);
    if (!keyType) {
      return fail('DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { sqlExpr: `"${bare(base)}[${bare(index)}]"`, paramIndex: ordinalWord(1), requiredType: sqlType(type.key), inputSql: sqlExpr(index), inputType: sqlType(index.type) }, span);
    }
    return apply(env, 'getmapvalue', [base, implicit(index, type.key, env.settings, span)], { type: type.value, span, nullable: true });
  }
  const name = index.type.kind === 'string' && isFoldable(index) ? constantValue(index, env) : undefined;
  if (type.kind === 'struct' && typeof name === 'string') {
    const ordinal = fieldOrdinal(type.fields, name, errorSpan);
    const found = type.fields[ordinal]!;
    return apply(env, 'getfield', [base, constant(ordinal, INT, span, name)], { type: found.type, span, nullable: base.nullable || found.nullable });
  }
  if (type.kind === 'array' && type.element.kind === 'struct' && typeof name === 'string') {
    const ordinal = fieldOrdinal(type.element.fields, name, errorSpan);
    const found = type.element.fields[ordinal]!;
    return apply(env, 'getarraystructfields', [base, constant(ordinal, INT, span, found.name)],
      { type: array(found.type, type.containsNull || found.nullable), span, nullable: base.nullable });
  }
  if (type.kind === 'array') {
    if (!isIntegral(index.type) && index.type.kind !== 'void') {
      return fail('DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { sqlExpr: `"${bare(base)}[${bare(index)}]"`, paramIndex: ordinalWord(1), requiredType: '"INTEGRAL"', inputSql: sqlExpr(index), inputType: sqlType(index.type) }, span);
    }
    const at = index.type.kind === 'void' ? implicit(index, INT, env.settings, span) : index;
    return apply(env, 'getarrayitem', [base, at], { type: type.element, span, nullable: true });
  }
  if (type.kind === 'struct') return fail('INVALID_EXTRACT_FIELD_TYPE', { extraction: sqlExpr(index) }, errorSpan);
  return fail('INVALID_EXTRACT_BASE_FIELD_TYPE', { base: sqlExpr(base), other: sqlType(type) }, errorSpan);
}

const bare = (expr: BoundExpr): string => sqlExpr(expr).slice(1, -1);

function fieldOrdinal(fields: readonly Field[], name: string, span: Span | undefined): number {
  const wanted = name.toLowerCase();
  const hits = fields.flatMap((f, i) => f.name.toLowerCase() === wanted ? [i] : []);
  const quote = (text: string): string => `\`${text.replaceAll('`', '``')}\``;
  if (hits.length === 0) return raise('FIELD_NOT_FOUND', { fieldName: quote(name), fields: fields.map((f) => quote(f.name)).join(', ') }, { span, nowhere: !span, hint: didYouMean(name, fields.map((f) => f.name)) });
  if (hits.length > 1) return fail('AMBIGUOUS_REFERENCE_TO_FIELDS', { field: quote(name), count: String(hits.length) }, undefined);
  return hits[0]!;
}
