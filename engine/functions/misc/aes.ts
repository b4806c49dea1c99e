// AES encryption of bytes: GCM (default), CBC and ECB with PKCS padding. The initialisation vector comes before the text; without one
// given it is random, as the cipher's safety asks. source: Spark ExpressionImplUtils.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { EngineError, raise } from '../../../planner/errors/index.js';
import * as T from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import type { ScalarFunction } from '../define.js';
import { operator, type } from '../operators/shared.js';

const MODES: Readonly<Record<string, { readonly ivBytes: number; readonly tagBytes: number; readonly paddings: readonly string[] }>> = {
  ECB: { ivBytes: 0, tagBytes: 0, paddings: ['PKCS', 'DEFAULT'] }, CBC: { ivBytes: 16, tagBytes: 0, paddings: ['PKCS', 'DEFAULT'] }, GCM: { ivBytes: 12, tagBytes: 16, paddings: ['NONE', 'DEFAULT'] },
};
const refuse = (condition: 'AES_KEY_LENGTH' | 'AES_IV_LENGTH' | 'AES_CRYPTO_ERROR', name: string, parameters: Readonly<Record<string, string>>): never =>
  raise(`INVALID_PARAMETER_VALUE.${condition}`, { functionName: `\`${name}\``, ...parameters }, { nowhere: true });
function settle(name: string, key: Uint8Array, mode: string, padding: string): { readonly algorithm: string; readonly ivBytes: number; readonly tagBytes: number } {
  if (![16, 24, 32].includes(key.length)) refuse('AES_KEY_LENGTH', name, { parameter: '`key`', actualLength: String(key.length) });
  const found = MODES[mode.toUpperCase()];
  if (!found?.paddings.includes(padding.toUpperCase())) return raise('UNSUPPORTED_FEATURE.AES_MODE', { mode, padding, functionName: `\`${name}\`` }, { nowhere: true });
  return { algorithm: `aes-${key.length * 8}-${mode.toLowerCase()}`, ...found };
}
const failed = (name: string, error: unknown): never =>
  error instanceof EngineError ? (() => { throw error; })() : refuse('AES_CRYPTO_ERROR', name, { parameter: '`expr`, `key`', detailMessage: error instanceof Error ? error.message : String(error) });

function encrypt(name: string) {
  return (bytes: Uint8Array, key: Uint8Array, mode: string, padding: string, iv: Uint8Array, aad: Uint8Array): Value => {
    const { algorithm, ivBytes, tagBytes } = settle(name, key, mode, padding);
    if (iv.length > 0 && iv.length !== ivBytes) refuse('AES_IV_LENGTH', name, { mode, parameter: '`iv`', actualLength: String(iv.length) });
    const vector = iv.length > 0 ? iv : randomBytes(ivBytes);
    try {
      const cipher = createCipheriv(algorithm, key, ivBytes === 0 ? null : vector) as ReturnType<typeof createCipheriv> & { setAAD(a: Uint8Array): void; getAuthTag(): Uint8Array };
      if (aad.length > 0) cipher.setAAD(aad);
      const parts = [vector, cipher.update(bytes), cipher.final()];
      return new Uint8Array(Buffer.concat(tagBytes > 0 ? [...parts, cipher.getAuthTag()] : parts));
    } catch (error) { return failed(name, error); }
  };
}
function decrypt(name: string) {
  return (bytes: Uint8Array, key: Uint8Array, mode: string, padding: string, aad: Uint8Array): Value => {
    const { algorithm, ivBytes, tagBytes } = settle(name, key, mode, padding);
    try {
      const decipher = createDecipheriv(algorithm, key, ivBytes === 0 ? null : bytes.subarray(0, ivBytes)) as ReturnType<typeof createDecipheriv> & { setAAD(a: Uint8Array): void; setAuthTag(t: Uint8Array): void };
      if (tagBytes > 0) decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
      if (aad.length > 0) decipher.setAAD(aad);
      return new Uint8Array(Buffer.concat([decipher.update(bytes.subarray(ivBytes, bytes.length - tagBytes)), decipher.final()]));
    } catch (error) { return failed(name, error); }
  };
}

const BYTES = type(T.BINARY);
const KEY = { name: 'key', accepts: BYTES };
const word = (name: string, value: string) => ({ name, accepts: type(T.STRING), default: { type: T.STRING, value } });
const noBytes = (name: string) => ({ name, accepts: BYTES, default: { type: T.STRING, value: '' } });
const decrypting = (name: string, tries: boolean, example: string): ScalarFunction => operator([BYTES, KEY, word('mode', 'GCM'), word('padding', 'DEFAULT'), noBytes('aad')], {
  name, doc: `Bytes decrypted by AES${tries ? ', NULL where that fails' : ''}.`, examples: [example], result: () => T.BINARY, ...(tries && { nullable: () => true }),
  bind: () => {
    const body = decrypt('aes_decrypt');
    return tries ? (...args: Parameters<typeof body>) => { try { return body(...args); } catch (e) { if (e instanceof EngineError) return null; throw e; } } : body;
  },
});

export const aes: readonly ScalarFunction[] = [
  operator([BYTES, KEY, word('mode', 'GCM'), word('padding', 'DEFAULT'), noBytes('iv'), noBytes('aad')], {
    name: 'aes_encrypt', doc: 'Bytes encrypted by AES.',
      examples: ["base64(aes_encrypt('Spark', 'abcdefghijklmnop', 'ECB')) = '4Hv0UKCx6nfUeAoPZo1z+w=='"], result: () => T.BINARY, bind: () => encrypt('aes_encrypt') }),
  decrypting('aes_decrypt', false, "CAST(aes_decrypt(aes_encrypt('Spark', '0000111122223333'), '0000111122223333') AS STRING) = 'Spark'"),
  decrypting('try_aes_decrypt', true, "try_aes_decrypt(X'00', '0000111122223333') = NULL"),
];
