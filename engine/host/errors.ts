// Telling file errors apart by Node's code, whichever host raised them.

/** Node's `code` of a file error: ENOENT, EEXIST, ENOSPC …; undefined for other errors. */
export function errorCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
