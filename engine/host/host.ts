// Every effect of the engine: clock, timers, randomness, files. The real host is real.ts; simulated.ts has a seeded one with a clock
// set by hand and a file system that forgets what was not fsynced. Nothing else in the engine touches Node's effects.

export interface Clock {
  /** Wall clock, ms since 1970. */
  now(): number;
  /** Monotonic, ms with fractions: durations only. */
  monotonic(): number;
  /** Resolves after `millis`, or at once when the signal is aborted. */
  sleep(millis: number, signal?: AbortSignal): Promise<void>;
}

export interface FileStat { readonly sizeBytes: number; readonly modifiedMillis: number; readonly isDirectory: boolean }

export interface ReadableFile {
  /** When it was opened. */
  readonly sizeBytes: number;
  /** Bytes from `offset` on into `target`. @returns how many: fewer than fit only at the end of the file */
  read(target: Uint8Array, offset: number): Promise<number>;
  close(): Promise<void>;
}

export interface WritableFile {
  /** Appends; resolves when the bytes are with the operating system. */
  write(parts: readonly Uint8Array[]): Promise<void>;
  /** Durable against power loss. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Paths are absolute or relative to the working directory, with '/' as separator. Errors carry Node's `code` (ENOENT, EEXIST, ENOSPC …) and name the path. */
export interface FileSystem {
  /** The same place whatever the working directory. */
  absolute(path: string): string;
  /** The whole file. */
  readFile(path: string): Promise<Uint8Array>;
  openRead(path: string): Promise<ReadableFile>;
  /** mode `create`: EEXIST if it exists; `truncate`: replaces; `append`. */
  open(path: string, mode: 'create' | 'truncate' | 'append'): Promise<WritableFile>;
  /** Gives the file a second name; EEXIST if `to` exists: compare-and-swap for log entries. */
  link(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** Names in a directory, sorted by bytes. ENOENT if there is none. */
  readDirectory(path: string): Promise<readonly string[]>;
  /** In one that is there. Nothing if it is there already; EEXIST if a file has the name. */
  makeDirectory(path: string): Promise<void>;
  removeDirectory(path: string): Promise<void>;
  /** Undefined if there is nothing. */
  stat(path: string): Promise<FileStat | undefined>;
  /** Makes the entries of a directory durable. */
  syncDirectory(path: string): Promise<void>;
}

export interface Host {
  readonly clock: Clock;
  readonly files: FileSystem;
  /** Uniform in [0, 1). */
  random(): number;
  uuid(): string;
}
