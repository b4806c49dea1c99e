// How a condition is written down. Each file of this folder holds the conditions of one area; index.ts joins them into the closed list.

export interface Condition {
  readonly sqlState: string;
  /** What and where, with `<name>` for the message parameters and `<count name|names>` for a number of things. Our own words, whatever the condition's origin. */
  readonly message: string;
  /** What to do about it. May use parameters. What raises it may know better (ErrorDetails.hint). */
  readonly hint: string;
}
export const conditions = <T extends Readonly<Record<string, Condition>>>(list: T): T => list;
