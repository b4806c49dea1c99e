// What the methods of the public API may be given. Types are erased at run time and JavaScript has none: each public method has a signature
// here or beside its class, and an argument that is none of it is refused by name before anything is done with it.

import { raise } from '../../planner/errors/index.js';
import { shownValue } from '../operators/user-rows.js';

/** A kind of arguments; `expected` completes "… must be". */
export interface Kind { readonly expected: string; readonly holds: (value: unknown) => boolean }
/** 'optional': it may be left out or undefined; 'rest': any number of them. */
export type Parameter = readonly [name: string, kind: Kind, how?: 'optional' | 'rest'];
export type Signature = readonly Parameter[];
export type Methods<T> = { [K in keyof T]-?: T[K] extends (...args: never[]) => unknown ? K : never }[keyof T] & string;

export const ANY: Kind = { expected: 'a value', holds: () => true };
export const TEXT: Kind = { expected: 'a text', holds: (v) => typeof v === 'string' };
export const NAME: Kind = { expected: 'a text that is not empty', holds: (v) => typeof v === 'string' && v !== '' };
export const WHOLE: Kind = { expected: 'a whole number', holds: Number.isSafeInteger };
export const NUMBER: Kind = { expected: 'a number', holds: (v) => typeof v === 'number' && !Number.isNaN(v) };
export const BOOLEAN: Kind = { expected: 'true or false', holds: (v) => typeof v === 'boolean' };
export const FUNCTION: Kind = { expected: 'a function', holds: (v) => typeof v === 'function' };
export const OBJECT: Kind = { expected: 'an object', holds: (v) => isObject(v) && !Array.isArray(v) };
export const SETTING: Kind = { expected: 'a text, a number, true or false', holds: (v) => typeof v === 'string' || typeof v === 'boolean' || typeof v === 'bigint' || (typeof v === 'number' && !Number.isNaN(v)) };
export const listOf = (kind: Kind, of: string): Kind => ({ expected: `a list of ${of}`, holds: (v) => Array.isArray(v) && v.every(kind.holds) });
export const oneOf = (...values: readonly string[]): Kind => ({ expected: `one of ${values.map((v) => `'${v}'`).join(', ')}`, holds: (v) => typeof v === 'string' && values.includes(v) });
/** An object of such values by name. */
export const objectOf = (kind: Kind, of: string): Kind => ({ expected: `an object of ${of}`, holds: (v) => OBJECT.holds(v) && Object.values(v as object).every(kind.holds) });
export const either = (...kinds: readonly Kind[]): Kind => ({ expected: kinds.map((k) => k.expected).join(', or '), holds: (v) => kinds.some((k) => k.holds(v)) });
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The methods, each checking what it is given, its signature beside it. Of a class: its prototype. What gives promises refuses by one. @throws INVALID_ARGUMENT */
export function checked<T extends object, K extends Methods<T> = Methods<T>>(methods: T, where: string, signatures: Readonly<Record<K, Signature>>): T {
  for (const [name, signature] of Object.entries<Signature>(signatures)) {
    const method = methods[name as K] as (...args: unknown[]) => unknown;
    const promises = method.constructor.name === 'AsyncFunction';
    const guarded = function (this: unknown, ...args: unknown[]): unknown {
      try { check(`${where}.${name}`, signature, args); } catch (error) { if (promises) return Promise.reject(error); throw error; }
      return method.apply(this, args);
    };
    Object.defineProperty(methods, name, { value: Object.defineProperties(guarded, { name: { value: name }, signature: { value: signature } }), configurable: true, writable: true });
  }
  return methods;
}

/** A function that checks what it is given. @throws INVALID_ARGUMENT */
export const checkedFunction = <A extends unknown[], R>(name: string, signature: Signature, fn: (...args: A) => R): ((...args: A) => R) => (...args) => { check(name, signature, args); return fn(...args); };

/** @throws INVALID_ARGUMENT */
export function check(method: string, signature: Signature, args: readonly unknown[]): void {
  signature.forEach(([name, kind, how], i) => {
    const given = how === 'rest' ? args.slice(i) : how === 'optional' && args[i] === undefined ? [] : [args[i]];
    for (const value of given) if (!kind.holds(value)) raise('INVALID_ARGUMENT', { method, argument: name, expected: kind.expected, value: shownValue(value), call: `${method}(${signature.map(written).join(', ')})` });
  });
}
const written = ([name, , how]: Parameter): string => how === 'rest' ? `...${name}` : how === 'optional' ? `[${name}]` : name;
