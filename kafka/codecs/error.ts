// The one error of the codecs.

/** Compressed data that is not what it must be, or that would be too much. */
export class CodecError extends Error { override readonly name = 'CodecError'; }
