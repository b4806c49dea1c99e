// URLs: parts of them, and text made safe to stand in them. source: Spark ParseUrl over java.net.URI, URLEncoder.

import { raise } from '../../../planner/errors/index.js';
import * as T from '../../../planner/types.js';
import { type RowFunction, scalar, type ScalarFunction } from '../define.js';
import { operator, type } from '../operators/shared.js';

const encodeUrl = (text: string): string =>
  encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8')).replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`).replaceAll('%20', '+');
const undecodable = (url: string): never => raise('CANNOT_DECODE_URL', { url }, { nowhere: true });
/** `+` is a blank; a run of %XX is UTF-8, whose bad bytes become U+FFFD. */
function decodeUrl(failed: (text: string) => null): (text: string) => string | null {
  return (text) => {
    let bad = false;
    const out = text.replaceAll('+', ' ').replace(/(?:%[0-9a-fA-F]{2})+|%/g, (run) => {
      if (run === '%') bad = true;
      return Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8');
    });
    return bad ? failed(text) : out;
  };
}

interface Uri { readonly [part: string]: string | undefined }
const URI = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;
// biome-ignore lint/suspicious/noControlCharactersInRegex: Java refuses exactly these
const ILLEGAL = /[\u0000-\u0020\u007f"<>\\^`{|}]|%(?![0-9a-fA-F]{2})/;
const HOST = /^(?:([^@]*)@)?((?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.]+\])(?::\d*)?$/;
/** The parts of a URI; undefined if it is none. */
function parseUri(url: string): Uri | undefined {
  const m = ILLEGAL.test(url) ? null : URI.exec(url);
  if (!m) return undefined;
  const [, scheme, authority, path = '', query, fragment] = m;
  if (scheme === undefined && authority === undefined && path.split('/')[0]!.includes(':')) return undefined;
  if (/[[\]]/.test(`${path}${query ?? ''}${fragment ?? ''}`) || (authority !== undefined && /[[\]]/.test(authority) && !HOST.test(authority))) return undefined;
  // mailto:a@b.c has no path
  if (scheme !== undefined && authority === undefined && !path.startsWith('/')) return path === '' ? undefined : { PROTOCOL: scheme, REF: fragment };
  const host = authority === undefined || authority === '' ? null : HOST.exec(authority);
  return { PROTOCOL: scheme, AUTHORITY: authority === '' ? undefined : authority, USERINFO: host?.[1], HOST: host?.[2], PATH: path, QUERY: query, REF: fragment,
    FILE: query === undefined ? path : `${path}?${query}` };
}
const PARTS = new Set(['HOST', 'PATH', 'QUERY', 'REF', 'PROTOCOL', 'FILE', 'AUTHORITY', 'USERINFO']);
function parseUrl(invalid: (url: string) => null): RowFunction {
  return (url: string, part: string, key?: string) => {
    if (key !== undefined && part !== 'QUERY') return null;
    const uri = parseUri(url);
    if (!uri) return invalid(url);
    if (!PARTS.has(part)) return null;
    const value = uri[part];
    if (key === undefined || value === undefined) return value ?? null;
    for (const pair of value.split('&')) if (pair.startsWith(`${key}=`)) return pair.slice(key.length + 1);
    return null;
  };
}
const giveNull = (): null => null;
const KEY = { name: 'key', accepts: type(T.STRING), optional: true as const };
const parsing = (name: string, tries: boolean): ScalarFunction => operator([type(T.STRING), type(T.STRING), KEY], {
  name, exact: true, doc: `A part of a URL (HOST, PATH, QUERY, REF, PROTOCOL, FILE, AUTHORITY, USERINFO), or a value of its query${tries ? '; NULL if it is no URL' : ''}.`,
  examples: [`${name}('http://spark.apache.org/path?query=1', 'HOST') = 'spark.apache.org'`], nullable: () => true, result: () => T.STRING,
  bind: (call) => parseUrl(tries || !call.settings.ansi ? giveNull : (url) => raise('INVALID_URL', { url }, { nowhere: true })),
});

export const urls: readonly ScalarFunction[] = [
  scalar('url_encode(string) -> string', { doc: 'The text as a part of a form URL.', examples: ["url_encode('a b&c') = 'a+b%26c'"], row: encodeUrl }),
  scalar('url_decode(string) -> string', { doc: 'The text of a part of a form URL.', examples: ["url_decode('a+b%26c') = 'a b&c'"], row: decodeUrl(undecodable) }),
  scalar('try_url_decode(string) -> string', { doc: 'As url_decode, NULL for text that is none.', examples: ["try_url_decode('%') = NULL"], nullable: () => true, row: decodeUrl(giveNull) }),
  parsing('parse_url', false), parsing('try_parse_url', true),
];
