// Small stores of bytes by name: what a source or sink keeps of its own in a checkpoint. Values are framed and replaced atomically.

import { raise } from '../../planner/errors/index.js';
import { errorCode } from '../host/errors.js';
import type { FileSystem } from '../host/host.js';
import { makeDurableDirectory, replaceFile, settleDirectory, unlinkIfThere } from './atomic.js';
import { decodeSingle, encodeFrame, type FrameKind } from './frame.js';

/** Structure of connect's MetadataStore, which this layer does not import. */
export interface ByteStore {
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, value: Uint8Array): Promise<void>;
  delete(key: string): Promise<void>;
  keys(): Promise<readonly string[]>;
}

const KEY = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
function checkKey(key: string): string {
  return KEY.test(key) ? key : raise('INVALID_OPTION_VALUE', { format: 'checkpoint', option: 'key', value: key, expected: 'a plain file name' });
}

/** A store in a directory, which is made at the first put. What it gives is durable. */
export function directoryStore(files: FileSystem, directory: string, kind: FrameKind = 'source'): ByteStore {
  let settled: Promise<unknown> | undefined;
  let made: Promise<void> | undefined;
  return {
    get: async (key) => {
      const file = `${directory}/${checkKey(key)}`;
      settled ??= settleDirectory(files, directory);
      await settled;
      try { return decodeSingle(kind, await files.readFile(file), file); } catch (error) {
        if (errorCode(error) === 'ENOENT') return undefined;
        throw error;
      }
    },
    put: async (key, value) => {
      made ??= makeDurableDirectory(files, directory);
      await made;
      await replaceFile(files, directory, checkKey(key), encodeFrame(kind, value));
    },
    delete: (key) => unlinkIfThere(files, `${directory}/${checkKey(key)}`),
    keys: () => settleDirectory(files, directory),
  };
}

/** A store that lives as long as the object. */
export function memoryStore(): ByteStore {
  const values = new Map<string, Uint8Array>();
  return {
    get: async (key) => values.get(key),
    put: async (key, value) => { values.set(checkKey(key), value.slice()); },
    delete: async (key) => { values.delete(key); },
    keys: async () => [...values.keys()].sort(),
  };
}
