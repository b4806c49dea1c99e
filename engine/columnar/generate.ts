// The one door to code from text. Where the platform forbids it (`node --disallow-code-generation-from-strings`) every caller has a plain
// loop that does the same. Texts hold engine-made identifiers only; whatever comes from users is passed as an argument.

/** False where the platform forbids making functions from text. */
export const canGenerate: boolean = (() => {
  try { new Function(''); return true; }
  catch (error) { if (error instanceof EvalError) return false; throw error; }
})();

/** Generated functions of one kind by key, for the process: at most `limit`, the oldest go first. */
export class CodeCache<F> {
  private readonly known = new Map<string, F>();
  private readonly limit: number;
  constructor(limit = 1000) { this.limit = limit; }

  /** `text`: a function expression in which `imul` is Math.imul. Asked for when the key is new. @throws EvalError unless `canGenerate` */
  get(key: string, text: () => string): F {
    let made = this.known.get(key);
    if (made === undefined) {
      made = new Function('imul', `return ${text()}`)(Math.imul) as F;
      if (this.known.size >= this.limit) this.known.delete(this.known.keys().next().value!);
      this.known.set(key, made);
    }
    return made;
  }
}
