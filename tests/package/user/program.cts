// A user's CommonJS module: what it exports must be declarable without naming millrace's inner types.
import { col, explode, Session, split, window, type DataFrame } from 'millrace';
import { type SourceDefinition, types } from 'millrace/plugin';

export const session = new Session();
export const lines = session.readStream.format('socket').option('host', 'localhost').option('port', 9999).load();
export const counts = lines.select(explode(split(col('value'), ' ')).as('word')).groupBy('word').count();
export const clicks = session.readStream.format('json').schema('user STRING, page STRING, at TIMESTAMP').load('in');
export const users = session.read.schema('id STRING, country STRING').option('header', true).csv('users.csv');
export const hits = clicks.withWatermark('at', '10 seconds').join(users, clicks.col('user').equalTo(users.col('id'))).groupBy(window('at', '1 minute'), 'country').count();
export const wider = session.withTable('clicks', clicks);
export const answer = session.sql('SELECT 1 AS one');
export const domain = session.udf.register('domain', (url: string) => new URL(url).host, 'STRING');
export const format: SourceDefinition['format'] = 'mine';
export const schema = { fields: [types.field('value', types.STRING)] };
export async function start() { return counts.writeStream.outputMode('complete').format('console').start(); }
export const rows = async (): Promise<{ word: string | null; count: bigint }[]> => counts.collect();
const frame: DataFrame<{ word: string | null; count: bigint }> = counts;
// @ts-expect-error there is no such column
frame.select('wrd');
