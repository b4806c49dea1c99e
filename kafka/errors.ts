// What can go wrong between us and a cluster, and the one place where it becomes an EngineError: with broker, topic, partition, offset
// and the brokers' own name of the error; never with a secret.

import { EngineError, raise } from '../engine/plugin.js';
import { errorCodeOf } from './error-codes.js';
import { WireError } from './wire.js';

/** A connection that could not be made, broke, or gave no answer in time. */
export class ConnectionFailure extends Error {
  override readonly name = 'ConnectionFailure';
  readonly kind: 'network' | 'timeout' | 'tls' | 'authentication';
  readonly broker: string;
  constructor(kind: ConnectionFailure['kind'], broker: string, reason: string, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.broker = broker;
  }
}
interface Where { readonly broker: string; readonly topic?: string | undefined; readonly partition?: number | undefined; readonly resource?: string | undefined }
/** A broker's answer that is an error code. */
export class RequestFailure extends Error {
  override readonly name = 'RequestFailure';
  readonly code: number;
  readonly what: string;
  readonly broker: string;
  readonly topic: string | undefined;
  readonly partition: number | undefined;
  /** What is neither topic nor partition: a group, a transactional id. */
  readonly resource: string | undefined;
  /** `where`: of which broker, topic, partition; `what` was asked in a few words. */
  constructor(code: number, what: string, where: Where) {
    super(errorCodeOf(code).name);
    this.code = code;
    this.what = what;
    this.broker = where.broker;
    this.topic = where.topic;
    this.partition = where.partition;
    this.resource = where.resource;
  }
}
/** A partition that no node leads just now, or that nothing is known of yet. */
export class NoLeader extends Error {
  override readonly name = 'NoLeader';
  constructor(topic: string, partition: number) { super(`${topic}-${partition} has no leader`); }
}

/** Whether the same request may succeed later. */
export function mayRetry(error: unknown): boolean {
  if (error instanceof ConnectionFailure) return error.kind === 'network' || error.kind === 'timeout';
  if (error instanceof RequestFailure) return errorCodeOf(error.code).retriable;
  return error instanceof NoLeader;
}
export const reasonOf = (error: unknown): string => error instanceof ConnectionFailure ? `${error.broker}: ${error.message}` : error instanceof Error ? error.message : String(error);

const DENIED = new Set([29, 30, 31, 53]);
const UNKNOWN_TOPIC = 3;
const INVALID_TOPIC = 17;
const AUTHENTICATION = new Set([33, 58]);

/** The condition for a failure that is final, or that has lasted `timeoutMillis`. */
export function kafkaError(error: unknown, context: { readonly brokers: string; readonly mechanism: string; readonly what: string; readonly timeoutMillis: number }): EngineError {
  if (error instanceof EngineError) return error;
  const { brokers, mechanism, what, timeoutMillis } = context;
  const cause = { cause: error };
  if (error instanceof ConnectionFailure && error.kind === 'tls') return new EngineError('KAFKA_TLS_FAILED', { broker: error.broker, reason: error.message }, cause);
  if (error instanceof ConnectionFailure && error.kind === 'authentication') return new EngineError('KAFKA_AUTHENTICATION_FAILED', { broker: error.broker, mechanism, reason: error.message }, cause);
  if (error instanceof RequestFailure) {
    const place = error.topic === undefined ? error.resource : error.partition === undefined ? `topic ${error.topic}` : `partition ${error.topic}-${error.partition}`;
    if (AUTHENTICATION.has(error.code)) return new EngineError('KAFKA_AUTHENTICATION_FAILED', { broker: error.broker, mechanism, reason: error.message }, cause);
    if (DENIED.has(error.code)) return new EngineError('KAFKA_NOT_AUTHORIZED', { broker: error.broker, what: error.what, resource: place ?? 'the cluster' }, cause);
    if (error.code === UNKNOWN_TOPIC && place !== undefined) return new EngineError('KAFKA_UNKNOWN_TOPIC', { topic: place, brokers }, cause);
    if (error.code === INVALID_TOPIC) return new EngineError('KAFKA_REQUEST_FAILED', { what: error.what, where: place ?? error.broker, reason: `${error.message}: this is no name of a topic` }, cause);
    if (!errorCodeOf(error.code).retriable) return new EngineError('KAFKA_REQUEST_FAILED', { what: error.what, where: `${place ?? 'the cluster'}, broker ${error.broker}`, reason: error.message }, cause);
  }
  if (error instanceof WireError) return new EngineError('KAFKA_REQUEST_FAILED', { what, where: brokers, reason: error.message }, cause);
  if (mayRetry(error)) return new EngineError('KAFKA_BROKERS_UNREACHABLE', { brokers, what, timeout: String(timeoutMillis), reason: reasonOf(error) }, cause);
  return new EngineError('KAFKA_REQUEST_FAILED', { what, where: brokers, reason: reasonOf(error) }, cause);
}

/** Throws RequestFailure unless `code` is 0. */
export function check(code: number, what: string, where: Where): void {
  if (code !== 0) throw new RequestFailure(code, what, where);
}
export const refuse = (option: string, value: string, expected: string): never => raise('INVALID_OPTION_VALUE', { format: 'kafka', option, value, expected });
