// The queries of Nexmark, q0 to q22, as SQL over the streams bid, auction and person and the table side_input. What differs from the
// published SQL: q12 counts by event time; a day or minute is a text; the average of q4, q6 and q17 is a DOUBLE; q13 joins a table instead
// of looking it up; ties of q6, q9, q18 and q19 are broken by the remaining columns, so that there is one answer. q5r is q5 as an aggregate
// of an aggregate: one of the auctions that tie.
// source: the Nexmark suite of Flink; the neutral forms of its queries.

import type { Kind } from './generate.js';

export interface NexmarkQuery {
  /** What the benchmark runs it in; update: rows change, and the changelog sums to the answer. */
  readonly mode: 'append' | 'update';
  readonly inputs: readonly (Kind | 'side_input')[];
  /** The streams have a watermark of 4 seconds. */
  readonly watermark: boolean;
  readonly sql: string;
}

const DAY = "date_format(dateTime, 'yyyy-MM-dd')";
const WINDOW = "window(dateTime, '10 seconds')";
const RANKS = ['price < 10000', 'price >= 10000 AND price < 1000000', 'price >= 1000000'];
/** A count for all rows and one for each price band. */
const counts = (what: string, name: string): string => [`count(${what}) AS total_${name}`, ...RANKS.map((r, i) => `count(${what}) FILTER (WHERE ${r}) AS rank${i + 1}_${name}`)].join(', ');
const STATISTICS = [counts('*', 'bids'), counts('DISTINCT bidder', 'bidders'), counts('DISTINCT auction', 'auctions')].join(', ');
/** Bids on auctions that were open; the columns of the auction that the query needs. */
const valid = (columns: string): string => `SELECT ${columns} FROM auction AS a JOIN bid AS b ON a.id = b.auction AND b.dateTime BETWEEN a.dateTime AND a.expires`;
const BID = 'auction, bidder, price, channel, url, dateTime, extra';
const CHANNEL_ID = "nullif(regexp_extract(url, '(&|^)channel_id=([^&]*)', 2), '')";
const HOT = "CASE lower(channel) WHEN 'apple' THEN '0' WHEN 'google' THEN '1' WHEN 'facebook' THEN '2' WHEN 'baidu' THEN '3' END";
const HOP = "SELECT auction, window, count(*) AS num FROM bid GROUP BY auction, window(dateTime, '10 seconds', '2 seconds')";

const of = (mode: NexmarkQuery['mode'], inputs: NexmarkQuery['inputs'], sql: string, watermark = false): NexmarkQuery => ({ mode, inputs, watermark, sql });
const bids = (sql: string): NexmarkQuery => of('append', ['bid'], sql);
const windows = (inputs: NexmarkQuery['inputs'], sql: string): NexmarkQuery => of('append', inputs, sql, true);

export const QUERIES: Readonly<Record<string, NexmarkQuery>> = {
  q0: bids('SELECT auction, bidder, price, dateTime, extra FROM bid'),
  q1: bids('SELECT auction, bidder, 0.908 * price AS price, dateTime, extra FROM bid'),
  q2: bids('SELECT auction, price FROM bid WHERE auction % 123 = 0'),
  q3: of('append', ['auction', 'person'], "SELECT p.name, p.city, p.state, a.id FROM auction AS a JOIN person AS p ON a.seller = p.id WHERE a.category = 10 AND p.state IN ('OR', 'ID', 'CA')"),
  q4: of('update', ['auction', 'bid'], `SELECT category, avg(final) AS price FROM (SELECT id, category, max(price) AS final FROM (${valid('a.id, a.category, b.price')}) GROUP BY id, category) GROUP BY category`),
  q5: windows(['bid'], `WITH c AS (${HOP}) SELECT c.auction, c.num, c.window.start AS starts FROM c JOIN (SELECT window, max(num) AS most FROM c GROUP BY window) AS m ON c.window = m.window AND c.num >= m.most`),
  q5r: windows(['bid'], `SELECT window, max(struct(num, auction)) AS hot FROM (${HOP}) GROUP BY window`),
  q6: of('update', ['auction', 'bid'], `SELECT seller, avg(price) OVER (PARTITION BY seller ORDER BY dateTime, id ROWS BETWEEN 10 PRECEDING AND CURRENT ROW) AS price FROM (
    SELECT id, seller, price, dateTime FROM (${valid('a.id, a.seller, b.price, b.dateTime, b.bidder, b.channel, b.url, b.extra')})
    QUALIFY row_number() OVER (PARTITION BY id, seller ORDER BY price DESC, dateTime, bidder, channel, url, extra) = 1)`),
  // The highest bid of each window, as the peers of the benchmark have it; q7j: all bids of the highest price, by a join, as Nexmark has it.
  q7: windows(['bid'], `SELECT window, max(struct(price, auction, bidder, dateTime, extra)) AS top FROM bid GROUP BY ${WINDOW}`),
  q7j: windows(['bid'], `SELECT b.auction, b.price, b.bidder, b.dateTime, b.extra FROM bid AS b JOIN (
    SELECT most, window_time(window) AS last FROM (SELECT max(price) AS most, window FROM bid GROUP BY ${WINDOW})) AS m
    ON b.price = m.most AND b.dateTime BETWEEN m.last - INTERVAL '9.999999' SECOND AND m.last + INTERVAL '0.000001' SECOND`),
  q8: windows(['person', 'auction'], `SELECT p.id, p.name, p.window.start AS starts FROM (SELECT id, name, window FROM person GROUP BY id, name, ${WINDOW}) AS p
    JOIN (SELECT seller, window FROM auction GROUP BY seller, ${WINDOW}) AS a ON p.id = a.seller AND p.window = a.window`),
  q9: of('update', ['auction', 'bid'], `SELECT * FROM (${valid('a.*, b.auction, b.bidder, b.price, b.dateTime AS bid_dateTime, b.extra AS bid_extra')})
    QUALIFY row_number() OVER (PARTITION BY id ORDER BY price DESC, bid_dateTime, bidder, bid_extra) = 1`),
  q10: bids(`SELECT auction, bidder, price, dateTime, extra, ${DAY} AS dt, date_format(dateTime, 'HH:mm') AS hm FROM bid`),
  q11: windows(['bid'], "SELECT bidder, count(*) AS bid_count, session_window.start AS starts, session_window.end AS ends FROM bid GROUP BY bidder, session_window(dateTime, '10 seconds')"),
  q12: windows(['bid'], `SELECT bidder, count(*) AS n, window.start AS starts FROM bid GROUP BY bidder, ${WINDOW}`),
  q13: of('append', ['bid', 'side_input'], 'SELECT b.auction, b.bidder, b.price, b.dateTime, s.value FROM bid AS b JOIN side_input AS s ON b.auction % 10000 = s.key'),
  q14: bids(`SELECT auction, bidder, 0.908 * price AS price, CASE WHEN hour(dateTime) BETWEEN 8 AND 18 THEN 'dayTime' WHEN hour(dateTime) <= 6 OR hour(dateTime) >= 20 THEN 'nightTime' ELSE 'otherTime' END AS bidTimeType,
    dateTime, extra, length(extra) - length(replace(extra, 'c', '')) AS c_counts FROM bid WHERE 0.908 * price > 1000000 AND 0.908 * price < 50000000`),
  q15: of('update', ['bid'], `SELECT ${DAY} AS day, ${STATISTICS} FROM bid GROUP BY ${DAY}`),
  q16: of('update', ['bid'], `SELECT channel, ${DAY} AS day, max(date_format(dateTime, 'HH:mm')) AS minute, ${STATISTICS} FROM bid GROUP BY channel, ${DAY}`),
  q17: of('update', ['bid'], `SELECT auction, ${DAY} AS day, ${counts('*', 'bids')}, min(price) AS least, max(price) AS most, avg(price) AS mean, sum(price) AS total FROM bid GROUP BY auction, ${DAY}`),
  q18: of('update', ['bid'], `SELECT ${BID} FROM bid QUALIFY row_number() OVER (PARTITION BY bidder, auction ORDER BY dateTime DESC, price, channel, url, extra) <= 1`),
  q19: of('update', ['bid'], `SELECT * FROM (SELECT ${BID}, row_number() OVER (PARTITION BY auction ORDER BY price DESC, dateTime, bidder, channel, url, extra) AS rank FROM bid) WHERE rank <= 10`),
  q20: of('append', ['bid', 'auction'], `SELECT b.auction, b.bidder, b.price, b.channel, b.url, b.dateTime, b.extra, a.itemName, a.description, a.initialBid, a.reserve, a.dateTime AS auction_dateTime,
    a.expires, a.seller, a.category, a.extra AS auction_extra FROM bid AS b JOIN auction AS a ON b.auction = a.id WHERE a.category = 10`),
  q21: bids(`SELECT auction, bidder, price, channel, coalesce(${HOT}, ${CHANNEL_ID}) AS channel_id FROM bid WHERE ${CHANNEL_ID} IS NOT NULL OR lower(channel) IN ('apple', 'google', 'facebook', 'baidu')`),
  q22: bids("SELECT auction, bidder, price, channel, split_part(url, '/', 4) AS dir1, split_part(url, '/', 5) AS dir2, split_part(url, '/', 6) AS dir3 FROM bid"),
};
