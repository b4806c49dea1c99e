// Telling file errors apart by Node's code, whichever host raised them.

import { EngineError } from '../../planner/errors/index.js';

/** Node's `code` of a file error: ENOENT, EEXIST, ENOSPC …; undefined for other errors. */
export function errorCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

const FULL = 'There is no room left: make some, and start the query again; it goes on from its checkpoint.';
const RIGHTS = 'The user of the process has no right to do that there: give it, or choose another directory.';
const OPEN_FILES = 'Too many files are open: raise the limit of the process (ulimit -n), or run fewer queries in it.';
/** What to do, by code. A code that is not here is no failure of the system that a user could mend. */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: FULL, EDQUOT: FULL, EACCES: RIGHTS, EPERM: RIGHTS, EMFILE: OPEN_FILES, ENFILE: OPEN_FILES,
  EROFS: 'The file system can only be read: choose another directory.', ENOTDIR: 'A part of the path is a file: choose another directory.', EISDIR: 'There is a directory of that name: choose another path.',
  ENOENT: 'A part of the path is not there, or the file system lets nothing be made in it: choose another directory.', ELOOP: 'Links in the path lead in a circle.',
  EINVAL: 'The file system cannot do that: choose a directory on a local disk.', ERR_INVALID_ARG_VALUE: 'A path has no NUL characters.',
  ENAMETOOLONG: 'Choose a shorter path.', EIO: 'The disk fails: see the log of the system.',
};
/** A refusal of the system as an error that says what to do; any other error stays what it is. */
export function explained(error: unknown): unknown {
  const code = errorCode(error);
  const hint = code === undefined || error instanceof EngineError ? undefined : REMEDIES[code];
  if (hint === undefined) return error;
  const { syscall, path, message } = error as NodeJS.ErrnoException;
  return new EngineError('FILE_SYSTEM_ERROR', { operation: syscall ?? 'access to', path: path ?? 'a file', reason: message }, { hint, cause: error });
}
