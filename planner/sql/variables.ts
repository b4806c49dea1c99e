// `${name}` in the text of a statement: the value of a setting, before anything is parsed.
// source: Spark's VariableSubstitution. Its references to the environment (`${env:…}`, `${system:…}`) are left as they stand.

const REFERENCE = /\$\{(?:(\w+?):)?(\S+?)\}/g;
const OF_SETTINGS: ReadonlySet<string> = new Set(['', 'spark', 'sparkconf', 'hivevar', 'hiveconf']);

/** The text with the values of settings in place of `${name}`, `${spark:name}` and the like. `unset`: what stands for a setting without a value: its
 *  reference, or nothing, as Spark has it. */
export const substituteVariables = (text: string, setting: (name: string) => string | undefined, unset: 'kept' | 'dropped'): string =>
  !text.includes('${') ? text
    : text.replace(REFERENCE, (written, prefix: string | undefined, name: string) => OF_SETTINGS.has(prefix ?? '') ? setting(name) ?? (unset === 'kept' ? written : '') : written);
