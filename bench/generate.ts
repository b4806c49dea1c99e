// Deterministic Nexmark events as NDJSON: <out>/{person,auction,bid}/part-NNN.json. File k of every entity covers the same slice of the
// event numbers, so the three streams advance together. Every event has its own generator seeded by its id: any slice can be made alone
// and gives the same bytes.
// source: the Nexmark benchmark's event proportions and value distributions.

import fs from 'node:fs';
import path from 'node:path';

const { floor, imul, min, max, round } = Math;

const PERSON = 1;
const AUCTION = 3;
const TOTAL = 50;
const BASE_TIME = 1436918400000;
const FIRST_ID = 1000;
const FIRST_CATEGORY = 10;
const STATES = ['AZ', 'CA', 'ID', 'OR', 'WA', 'WY'];
const CITIES = ['Phoenix', 'Los Angeles', 'San Francisco', 'Boise', 'Portland', 'Bend', 'Redmond', 'Seattle', 'Kent', 'Cheyenne'];
const FIRST_NAMES = ['Peter', 'Paul', 'Luke', 'John', 'Saul', 'Vicky', 'Kate', 'Julie', 'Sarah', 'Deiter', 'Walter'];
const LAST_NAMES = ['Shultz', 'Abrams', 'Spencer', 'White', 'Bartels', 'Walton', 'Smith', 'Jones', 'Noris'];
const HOT_CHANNELS = ['Google', 'Facebook', 'Baidu', 'Apple'];

export type Kind = 'person' | 'auction' | 'bid';
export const KINDS: readonly Kind[] = ['person', 'auction', 'bid'];
export type NexmarkEvent = readonly [Kind, Readonly<Record<string, number | string>>];

// A 32-bit mix of both halves of the id, then mulberry32.
let state = 0;
function mix(value: number): number {
  let x = value;
  x = imul(x ^ (x >>> 16), 0x85ebca6b);
  x = imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
function seed(id: number): void { state = mix((id >>> 0) ^ mix(floor(id / 4294967296) + 0x9e3779b9)); }
function uniform(): number {
  state = (state + 0x6d2b79f5) | 0;
  let t = imul(state ^ (state >>> 15), 1 | state);
  t = (t + imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const below = (n: number): number => floor(uniform() * n);
const price = (): number => round(10 ** (uniform() * 6) * 100);
const letter = (): string => String.fromCharCode(97 + below(26));
function text(most: number, special = ' '): string {
  let s = '';
  for (let n = 3 + below(most - 3); n > 0; n--) s += below(13) === 0 ? special : letter();
  return s.trim();
}
/** Letters that fill an event up to a size, drawn five at a time; the length is uniform in [0.8 d, 1.2 d). */
function extra(fixed: number, target: number): string {
  if (fixed > target) return '';
  const d = target - fixed;
  const spread = round(d * 0.2);
  let n = d - spread + (spread === 0 ? 0 : below(2 * spread));
  let s = '';
  while (n > 0) {
    let v = floor(uniform() * 11881376);
    for (let i = 0; i < 5 && n > 0; i++, n--) { s += String.fromCharCode(97 + (v % 26)); v = floor(v / 26); }
  }
  return s;
}

const lastPerson = (e: number): number => floor(e / TOTAL);
function lastAuction(e: number): number {
  const epoch = floor(e / TOTAL);
  const offset = e % TOTAL;
  if (offset < PERSON) return (epoch - 1) * AUCTION + 2;
  return offset >= PERSON + AUCTION ? epoch * AUCTION + 2 : epoch * AUCTION + offset - PERSON;
}
function coldPerson(e: number): number {
  const n = lastPerson(e) + 1;
  const active = min(n, 1000);
  return n - active + below(active + 10);
}
function coldAuction(e: number): number {
  const last = lastAuction(e);
  const low = max(last - 100, 0);
  return low + below(last - low + 1 + 10);
}

function reverse32(value: number): number {
  let r = 0;
  let v = value;
  for (let i = 0; i < 32; i++) { r = (r << 1) | (v & 1); v >>>= 1; }
  return r;
}
const baseUrl = (): string => `https://www.nexmark.com/${text(5, '_')}/${text(5, '_')}/${text(5, '_')}/item.htm?query=1`;
interface Urls { readonly hot: readonly string[]; readonly cold: readonly string[] }
let urls: Urls | undefined;
function makeUrls(): Urls {
  return {
    hot: HOT_CHANNELS.map((_, i) => { seed(2 ** 40 + i); return baseUrl(); }),
    cold: Array.from({ length: 10000 }, (_, k) => {
      seed(2 ** 41 + k);
      const url = baseUrl();
      return below(10) > 0 ? `${url}&channel_id=${Math.abs(reverse32(k))}` : url;
    }),
  };
}

export const kindOf = (e: number): Kind => (e % TOTAL < PERSON ? 'person' : e % TOTAL < PERSON + AUCTION ? 'auction' : 'bid');

/** Event number e, at `rate` events a second. */
export function event(e: number, rate = 10000): NexmarkEvent {
  urls ??= makeUrls();
  const delay = 1e6 / rate;
  const time = (k: number): number => BASE_TIME + floor(floor(k * delay) / 1000);
  const ms = time(e);
  seed(e);
  const dateTime = new Date(ms).toISOString();
  switch (kindOf(e)) {
    case 'person': {
      const name = `${FIRST_NAMES[below(11)]} ${LAST_NAMES[below(9)]}`;
      const emailAddress = `${text(7)}@${text(5)}.com`;
      const creditCard = Array.from({ length: 4 }, () => String(below(10000)).padStart(4, '0')).join(' ');
      const city = CITIES[below(10)]!;
      const st = STATES[below(6)]!;
      const size = 16 + name.length + emailAddress.length + creditCard.length + city.length + st.length;
      return ['person', { id: lastPerson(e) + FIRST_ID, name, emailAddress, creditCard, city, state: st, dateTime, extra: extra(size, 200) }];
    }
    case 'auction': {
      const seller = below(4) > 0 ? floor(lastPerson(e) / 100) * 100 : coldPerson(e);
      const category = FIRST_CATEGORY + below(5);
      const initialBid = price();
      const reserve = initialBid + price();
      const horizon = time(e + floor((100 * TOTAL) / AUCTION)) - ms;
      const expires = new Date(ms + 1 + below(max(horizon * 2, 1))).toISOString();
      const itemName = text(20);
      const description = text(100);
      const size = 64 + itemName.length + description.length;
      return ['auction', { id: lastAuction(e) + FIRST_ID, itemName, description, initialBid, reserve, dateTime, expires, seller: seller + FIRST_ID, category, extra: extra(size, 500) }];
    }
    case 'bid': {
      const auction = below(2) > 0 ? floor(lastAuction(e) / 100) * 100 : coldAuction(e);
      const bidder = below(4) > 0 ? floor(lastPerson(e) / 100) * 100 + 1 : coldPerson(e);
      const amount = price();
      let channel: string;
      let url: string;
      if (below(2) > 0) { const i = below(4); channel = HOT_CHANNELS[i]!; url = urls.hot[i]!; }
      else { const k = below(10000); channel = `channel-${k}`; url = urls.cold[k]!; }
      return ['bid', { auction: auction + FIRST_ID, bidder: bidder + FIRST_ID, price: amount, channel, url, dateTime, extra: extra(32, 100) }];
    }
  }
}

export interface GenerateOptions { readonly events: number; readonly files: number; readonly rate?: number; readonly kinds?: readonly Kind[] }
/** Writes the files and meta.json; nothing if meta.json says that they are there already. */
export function generate(out: string, { events, files, rate = 10000, kinds = KINDS }: GenerateOptions): void {
  const meta = path.join(out, 'meta.json');
  const wanted = new Set(kinds);
  if (fs.existsSync(meta)) {
    const known = JSON.parse(fs.readFileSync(meta, 'utf8')) as { events: number; files: number; rate: number };
    if (known.events === events && known.files === files && known.rate === rate && kinds.every((k) => fs.existsSync(path.join(out, k)))) return;
  }
  const per = Math.ceil(events / files);
  for (const name of kinds) fs.mkdirSync(path.join(out, name), { recursive: true });
  const counts: Record<Kind, number> = { person: 0, auction: 0, bid: 0 };
  for (let f = 0; f < files; f++) {
    const lines: Record<Kind, string[]> = { person: [], auction: [], bid: [] };
    for (let e = f * per; e < min((f + 1) * per, events); e++) {
      if (!wanted.has(kindOf(e))) continue;
      const [kind, row] = event(e, rate);
      lines[kind].push(JSON.stringify(row));
      counts[kind]++;
    }
    for (const kind of kinds) {
      const file = path.join(out, kind, `part-${String(f).padStart(3, '0')}.json`);
      fs.writeFileSync(file, lines[kind].length > 0 ? `${lines[kind].join('\n')}\n` : '');
      fs.utimesSync(file, 1.7e9 + f, 1.7e9 + f); // sources that order files by modification time see event-time order
    }
  }
  fs.writeFileSync(meta, `${JSON.stringify({ events, files, rate, ...counts })}\n`);
}
