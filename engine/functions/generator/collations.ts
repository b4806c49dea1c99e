// collations(): the collations that there are. source: Spark's table function of that name.

import { collationNames, localeOf, parseCollation } from '../../../planner/collations.js';
import { field, STRING } from '../../../planner/types.js';
import type { Value } from '../../../planner/values.js';
import { generator } from '../define.js';

const COLUMNS = ['CATALOG', 'SCHEMA', 'NAME', 'LANGUAGE', 'COUNTRY', 'ACCENT_SENSITIVITY', 'CASE_SENSITIVITY', 'PAD_ATTRIBUTE', 'ICU_VERSION'];

function rows(): readonly (readonly Value[])[] {
  const languages = new Intl.DisplayNames(['en'], { type: 'language' });
  const countries = new Intl.DisplayNames(['en'], { type: 'region' });
  const version = [...process.versions.icu!.split('.'), '0', '0', '0'].slice(0, 4).join('.');
  return collationNames().map((name) => {
    const collation = parseCollation(name)!;
    const byBytes = collation.base.startsWith('UTF8');
    const { language, region } = new Intl.Locale(byBytes ? 'und' : localeOf(collation));
    const sensitive = (what: string, ignored: boolean): string => `${what}_${ignored ? 'INSENSITIVE' : 'SENSITIVE'}`;
    return ['SYSTEM', 'BUILTIN', name, language === undefined || language === 'und' ? null : languages.of(language) ?? null, region === undefined ? null : countries.of(region) ?? null,
      sensitive('ACCENT', collation.ignoresAccents), sensitive('CASE', collation.ignoresCase), collation.trims ? 'RTRIM' : 'NO_PAD', byBytes ? null : version];
  });
}

export const collations = generator('collations() -> void', {
  doc: 'A row for each collation: its name, language and country, what it ignores, whether it trims, and the version of the rules of Unicode.',
  examples: ["(SELECT CASE_SENSITIVITY FROM collations() WHERE NAME = 'UTF8_LCASE') = 'CASE_INSENSITIVE'"], tableOnly: true,
  columns: () => COLUMNS.map((name) => field(name, STRING)), rows: () => rows,
});
