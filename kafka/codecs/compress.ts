// How written batches are compressed, by the name that `kafka.compression.type` gives.

import zlib from 'node:zlib';
import { raise } from '../../engine/plugin.js';
import type { BatchCodec } from '../encode.js';
import { compressLz4 } from './lz4-compress.js';
import { compressSnappy } from './snappy-compress.js';

/** Node has Zstandard from 22.15 on. */
const zstd = (zlib as { zstdCompressSync?: (bytes: Uint8Array) => Uint8Array }).zstdCompressSync;

/** Undefined: none. @throws INVALID_OPTION_VALUE, NOT_SUPPORTED_YET */
export function batchCodec(name: string): BatchCodec | undefined {
  switch (name.toLowerCase()) {
    case 'none': return undefined;
    case 'gzip': return { id: 1, compress: (bytes) => zlib.gzipSync(bytes, { level: 6 }) };
    case 'snappy': return { id: 2, compress: compressSnappy };
    case 'lz4': return { id: 3, compress: compressLz4 };
    case 'zstd':
      return zstd ? { id: 4, compress: (bytes) => zstd(bytes) } : raise('NOT_SUPPORTED_YET', { feature: 'Writing zstd on this release of Node.js' }, { hint: 'Node.js 22.15 and newer have it; gzip, snappy and lz4 go with every release.' });
    default: return raise('INVALID_OPTION_VALUE', { format: 'kafka', option: 'kafka.compression.type', value: name, expected: 'none, gzip, snappy, lz4 or zstd' });
  }
}
