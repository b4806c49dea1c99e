// Whether this process looks at itself while it works: tests do.

/** Costly or strict checks of the engine by itself are wanted. */
export const selfChecks = (): boolean => process.env['NODE_ENV'] === 'test';
