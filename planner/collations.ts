// The names of collations: UTF8_BINARY and UTF8_LCASE compare code points, UNICODE and languages by the rules of Unicode, with suffixes for case, accents
// and blanks at the end. A name is written in any case; types carry its canonical form, without the suffixes that say what holds anyway.
// source: Spark CollationFactory, and the locales of its ICU (78).

import { raise } from './errors/index.js';
import { editDistance } from './similar.js';

export const UTF8_BINARY = 'UTF8_BINARY';
/** Of texts that meet with different collations, none of them the stronger: nothing is compared by it. */
export const INDETERMINATE = 'null';

/** A language, perhaps a script, perhaps a country in three letters; sorted. */
const LOCALES: readonly string[] = (
  'UNICODE af am ar ar_SAU as az be bg blo bn bo br bs bs_Cyrl ca ceb chr cs cy da de de_AUT dsb dz ee el en en_USA eo es et fa fa_AFG ff ' +
  'ff_Adlm fi fil fo fr fr_CAN fy ga gl gu ha haw he he_ISR hi hr hsb hu hy id id_IDN ig is it ja ka kk kk_Arab kl km kn ko kok ku ky lb lij ' +
  'lkt ln lo lt lv mk ml mn mr ms mt my nb nb_NOR ne nl nn no nso om or pa pa_Guru pa_Guru_IND pl ps pt ro ru sa se si sk sl smn sq sr sr_Cyrl ' +
  'sr_Cyrl_BIH sr_Cyrl_MNE sr_Cyrl_SRB sr_Latn sr_Latn_BIH sr_Latn_SRB st sv sw ta te th tk tn to tr ug uk ur uz vi wae wo xh yi yo zh zh_Hans ' +
  'zh_Hans_CHN zh_Hans_SGP zh_Hant zh_Hant_HKG zh_Hant_MAC zh_Hant_TWN zu'
).split(' ');
const BY_UPPER: ReadonlyMap<string, string> = new Map(LOCALES.map((name) => [name.toUpperCase(), name]));
const COUNTRIES: Readonly<Record<string, string>> = {
  AFG: 'AF', AUT: 'AT', BIH: 'BA', CAN: 'CA', CHN: 'CN', HKG: 'HK', IDN: 'ID', IND: 'IN', ISR: 'IL', MAC: 'MO', MNE: 'ME', NOR: 'NO', SAU: 'SA', SGP: 'SG', SRB: 'RS', TWN: 'TW', USA: 'US',
};

export interface Collation {
  /** UTF8_BINARY, UTF8_LCASE, UNICODE or a locale. */
  readonly base: string;
  readonly ignoresCase: boolean;
  readonly ignoresAccents: boolean;
  /** Blanks at the end of a text count for nothing. */
  readonly trims: boolean;
}

/** What a name without a qualifier means; undefined if it is none. */
export function parseCollation(name: string): Collation | undefined {
  const upper = name.toUpperCase();
  const byBytes = upper.startsWith('UTF8_');
  const base = byBytes ? ['UTF8_BINARY', 'UTF8_LCASE'].find((b) => upper.startsWith(b)) : longestLocale(upper);
  if (base === undefined) return undefined;
  const rest = upper.slice(base.length);
  if (rest !== '' && !rest.startsWith('_')) return undefined;
  const marks = rest === '' ? [] : rest.slice(1).split('_');
  const count = (...some: readonly string[]): number => marks.filter((m) => some.includes(m)).length;
  const [cases, accents, trims] = [count('CI', 'CS'), count('AI', 'AS'), count('RTRIM')];
  if (cases + accents + trims !== marks.length || cases > 1 || accents > 1 || trims > 1 || (byBytes && cases + accents > 0)) return undefined;
  return { base, ignoresCase: base === 'UTF8_LCASE' || count('CI') > 0, ignoresAccents: count('AI') > 0, trims: trims > 0 };
}
function longestLocale(upper: string): string | undefined {
  for (let i = upper.length; i > 0; i--) {
    const found = BY_UPPER.get(upper.slice(0, i));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The name as types carry it. */
function canonicalName({ base, ignoresCase, ignoresAccents, trims }: Collation): string {
  return `${base}${ignoresCase && base !== 'UTF8_LCASE' ? '_CI' : ''}${ignoresAccents ? '_AI' : ''}${trims ? '_RTRIM' : ''}`;
}

/** The canonical form of a name as users write it, with or without `system.builtin.` in front. @throws COLLATION_INVALID_NAME */
export function collationNamed(written: string): string {
  const parts = written.split('.');
  const name = parts[parts.length - 1]!;
  const qualified = parts.length === 1 || (parts.length === 3 && parts[0]!.toLowerCase() === 'system' && parts[1]!.toLowerCase() === 'builtin');
  const found = qualified ? parseCollation(name) : undefined;
  return found ? canonicalName(found) : raise('COLLATION_INVALID_NAME', { collationName: name, proposals: proposals(name).join(', ') }, { nowhere: true });
}

/** So much of a name is compared: longer ones are like none. */
const COMPARED_CHARACTERS = 64;
/** Up to three names that were perhaps meant: the nearest one, and others that differ in less than three letters. */
function proposals(name: string): readonly string[] {
  const upper = name.slice(0, COMPARED_CHARACTERS).toUpperCase();
  const byBytes = name.startsWith('UTF8_');
  let root = upper;
  const marks: string[] = [];
  const suffix = byBytes ? /_RTRIM$/ : /_(CI|AI|CS|AS|RTRIM)$/;
  for (let mark = suffix.exec(root); mark; mark = suffix.exec(root)) { marks.unshift(mark[0]); root = root.slice(0, mark.index); }
  const unique = [...new Set(marks)].filter((m) => !(m === '_CI' && marks.includes('_CS')) && !(m === '_AI' && marks.includes('_AS')));
  const roots = byBytes ? ['UTF8_BINARY', 'UTF8_LCASE'] : LOCALES;
  const distances = new Map(roots.map((r) => [r, editDistance(r.toUpperCase(), root)]));
  const nearest = [...roots].sort((a, b) => distances.get(a)! - distances.get(b)!).slice(0, 3).map((r) => r + unique.join(''));
  const far = nearest.findIndex((n, i) => i > 0 && editDistance(n.toUpperCase(), upper) >= 3);
  return far < 0 ? nearest : nearest.slice(0, far);
}

/** The locale of Unicode's rules for a collation, as BCP 47 writes it. */
export function localeOf({ base }: Collation): string {
  return base === 'UNICODE' ? 'und' : base.split('_').map((part) => COUNTRIES[part] ?? part).join('-');
}

const SUFFIXES = ['', '_AI', '_AI_RTRIM', '_CI', '_CI_AI', '_CI_AI_RTRIM', '_CI_RTRIM', '_RTRIM'];
/** The names of all collations: those by bytes, then by name. */
export const collationNames = (): readonly string[] => [
  'UTF8_BINARY', 'UTF8_LCASE', 'UTF8_BINARY_RTRIM', 'UTF8_LCASE_RTRIM',
  ...LOCALES.flatMap((locale) => SUFFIXES.map((suffix) => locale + suffix)).sort(),
];
