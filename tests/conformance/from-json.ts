// Input values of the recorded streaming cases in the representation of planner/values.ts.

import type { DataType } from '../../planner/types.js';
import type { Value } from '../../planner/values.js';
import type { Json } from './values.js';

const NUMBERS: Readonly<Record<string, number>> = { NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY, '-Infinity': Number.NEGATIVE_INFINITY };

function micros(text: string): bigint {
  const m = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?Z?$/.exec(text);
  if (!m) throw new Error(`not a timestamp: ${text}`);
  const date = new Date(0);
  date.setUTCFullYear(Number(m[1]), Number(m[2]) - 1, Number(m[3]));
  date.setUTCHours(Number(m[4]), Number(m[5]), Number(m[6] ?? 0));
  return BigInt(date.getTime()) * 1000n + BigInt((m[7] ?? '').padEnd(6, '0'));
}

export function fromJson(type: DataType, json: Json): Value {
  if (json === null) return null;
  switch (type.kind) {
    case 'tinyint': case 'smallint': case 'int': return Number(json);
    case 'bigint': return BigInt(json as number | string);
    case 'float': return Math.fround(typeof json === 'string' ? NUMBERS[json] ?? Number(json) : json as number);
    case 'double': return typeof json === 'string' ? NUMBERS[json] ?? Number(json) : json as number;
    case 'decimal': {
      const [whole, fraction = ''] = String(json).split('.');
      return BigInt(`${whole}${fraction.padEnd(type.scale, '0').slice(0, type.scale)}`);
    }
    case 'binary': return new Uint8Array(Buffer.from(String(json), 'base64'));
    case 'date': return Number(micros(`${String(json)}T00:00:00`) / 86_400_000_000n);
    case 'timestamp': case 'timestamp_ntz': return micros(String(json));
    case 'array': return (json as readonly Json[]).map((v) => fromJson(type.element, v));
    case 'map': return (json as readonly (readonly Json[])[]).map(([k, v]) => [fromJson(type.key, k!), fromJson(type.value, v!)]);
    case 'struct': return (json as readonly Json[]).map((v, i) => fromJson(type.fields[i]!.type, v));
    case 'string': case 'boolean': return json as string | boolean;
    default: throw new Error(`no input values of type ${type.kind}`);
  }
}
