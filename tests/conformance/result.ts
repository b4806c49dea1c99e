// What running one case gives, for cases of both kinds.

/** How far a failing case came. crash: an error that is not an EngineError. */
export type Level = 'crash' | 'error' | 'condition' | 'schema' | 'names' | 'rows' | 'batches' | 'counts';

export interface CaseResult {
  readonly family: string;
  /** SQL: index and statement; streaming: the case's name. */
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly level?: Level;
  /** One line. */
  readonly reason?: string;
  /** Differences that do not fail the case: error parameters, positions. */
  readonly notes?: readonly string[];
}
