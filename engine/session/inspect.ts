// What console.log shows of the objects that users hold.

/** The method that Node.js prints an object by. */
export const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;
