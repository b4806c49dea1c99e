// Dates and times as text, as recorded from Spark 4.3.0: lenient reading, patterns both ways, zones with gaps and overlaps.

import { parseDateText, parseTimestampText, timestampText, dateText } from '../../../engine/formats/datetime.js';
import { dateTimePattern } from '../../../engine/formats/datetime-pattern.js';
import { UTC, zoneOf } from '../../../engine/formats/zone.js';

const read = (text: string, local = false): string | undefined => { const v = parseTimestampText(text, { zone: UTC, local }); return v === undefined ? undefined : timestampText(v, UTC); };
test.each<[string, string | undefined, string | undefined]>([
  ['2024-02-29 12', '2024-02-29 12:00:00', '2024-02-29'], ['2024-02-29 12:34', '2024-02-29 12:34:00', '2024-02-29'], ['2024-02-29 12:34+02:00', undefined, '2024-02-29'],
  ['2024-02-29T12:34:56+0200', '2024-02-29 10:34:56', '2024-02-29'], ['2024-02-29T12:34:56 UTC+2', '2024-02-29 10:34:56', '2024-02-29'], ['2024-02-29T12:34:56.5PST', '2024-02-29 20:34:56.5', '2024-02-29'],
  ['2024-02-29T', undefined, '2024-02-29'], ['2024-02-29 12:34:56.', '2024-02-29 12:34:56', '2024-02-29'], ['2024-02-29  12:34:56', undefined, '2024-02-29'], ['2024-2-9 1:2:3', '2024-02-09 01:02:03', '2024-02-09'],
  ['02024-02-29 00:00:00', '2024-02-29 00:00:00', '2024-02-29'], ['-0001-01-01 00:00:00', '-0001-01-01 00:00:00', '-0001-01-01'], ['24-02-29', undefined, undefined], ['2024-02-29 24:00:00', undefined, '2024-02-29'],
  ['12', undefined, undefined], ['20240229', undefined, undefined], ['2024-02T10:00:00', undefined, undefined], ['0000-01-01', '0000-01-01 00:00:00', '0000-01-01'], ['2024-02-29T12:34:56z', undefined, '2024-02-29'],
  ['2024-02-29t12:34:56', undefined, undefined], ['99999-01-01', '+99999-01-01 00:00:00', '+99999-01-01'], ['2024-02-29T12:34:56-18:00', '2024-03-01 06:34:56', '2024-02-29'],
  ['2024-02-29T12:34:56[Europe/Paris]', undefined, '2024-02-29'], ['2024-10-27T02:30:00 Europe/Paris', '2024-10-27 00:30:00', '2024-10-27'], ['2024-03-31T02:30:00 Europe/Paris', '2024-03-31 01:30:00', '2024-03-31'],
  ['2024-02-29x', undefined, undefined],
])('%s', (text, timestamp, date) => {
  expect(read(text)).toBe(timestamp);
  const days = parseDateText(text);
  expect(days === undefined ? undefined : dateText(days)).toBe(date);
});
test.each<[string, string, string | undefined]>([
  ['yyyy-MM-dd HH:mm:ss.SSS', '2024-02-29 01:02:03.123', '2024-02-29 01:02:03.123'], ['yyyy-MM-dd HH:mm:ss.SSS', '2024-02-29 01:02:03.1234', undefined], ['yyyy-MM-dd HH:mm:ss.SSS', '2024-2-29 01:02:03.123', undefined],
  ['yyyy/M/d H:m', '2024/2/9 1:2', '2024-02-09 01:02:00'], ['yyyy/M/d H:m', '2024/02/09 01:02', '2024-02-09 01:02:00'], ['yyyy/M/d H:m', '12024/2/9 1:2', undefined],
  ['dd MMM yyyy hh:mm a', '29 feb 2024 01:02 pm', '2024-02-29 13:02:00'], ['dd MMM yyyy hh:mm a', '29 Feb 2024 12:02 AM', '2024-02-29 00:02:00'], ['dd MMM yyyy hh:mm a', '29 Feb 2024 13:02 PM', undefined],
  ["yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]", '2024-02-29T01:02:03', '2024-02-29 01:02:03'], ["yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]", '2024-02-29T01:02:03.1+01:00', '2024-02-29 00:02:03.1'],
  ['yyyyMMddHHmmss', '20240229010203', '2024-02-29 01:02:03'], ['yyyyMMddHHmmss', '2024022901020', undefined], ['yy-MM-dd', '99-01-01', '2099-01-01 00:00:00'], ['D yyyy', '60 2024', '2024-02-29 00:00:00'],
  ['yyyy-MM-dd HH:mm z', '2024-02-29 01:02 PST', '2024-02-29 09:02:00'], ['yyyy-MM-dd HH:mm VV', '2024-02-29 01:02 Europe/Paris', '2024-02-29 00:02:00'], ['yyyy-MM-dd HH:mm X', '2024-02-29 01:02 +0130', '2024-02-28 23:32:00'],
  ['h:mm a', '1:20 AM', '1970-01-01 01:20:00'],
])('%s reads %s', (pattern, text, expected) => {
  const v = dateTimePattern(pattern).parse(text, { zone: UTC });
  expect(v === undefined ? undefined : timestampText(v, UTC)).toBe(expected);
});
test.each<[string, string, string]>([
  ['y M d H h K k m s S', '2024 2 9 5 5 5 5 5 6 1', '-5 12 30 16 4 4 16 7 2 0'], ['yy MM dd', '24 02 09', '05 12 30'], ['yyy MMM', '2024 Feb', '-005 Dec'], ['MMMM L LLL E EEEE a', 'February 2 Feb Fri Friday AM', 'December 12 Dec Sat Saturday PM'],
  ['X XX XXX XXXX XXXXX', '-08 -0800 -08:00 -0800 -08:00', '-0752 -0752 -07:52 -075258 -07:52:58'], ['x xx xxx', '-08 -0800 -08:00', '-0752 -0752 -07:52'], ['Z ZZZZ ZZZZZ', '-0800 GMT-08:00 -08:00', '-0752 GMT-07:52:58 -07:52:58'],
  ['z zzzz VV O OOOO', 'PST Pacific Standard Time America/Los_Angeles GMT-8 GMT-08:00', 'PST Pacific Standard Time America/Los_Angeles GMT-7:52:58 GMT-07:52:58'], ['D DDD G', '40 040 AD', '364 364 BC'], ['Q q', '1 1', '4 4'], ['yyyyy', '02024', '-00005'],
])('%s prints', (pattern, first, second) => {
  const zone = zoneOf('America/Los_Angeles');
  const at = (text: string): bigint => parseTimestampText(text, { zone: UTC })!;
  expect(dateTimePattern(pattern).format(at('2024-02-09 13:05:06.123456'), zone)).toBe(first);
  expect(dateTimePattern(pattern).format(at('-0005-12-31 00:00:00'), zone)).toBe(second);
});
test('letters that are refused', () => {
  expect(() => dateTimePattern('B')).toThrow(/ILLEGAL_CHARACTER/);
  expect(() => dateTimePattern('e')).toThrow(/WEEK_BASED/);
  expect(() => dateTimePattern('u')).toThrow(/PATTERN_RECOGNITION/);
  expect(() => dateTimePattern('EEE d').parse('Thu 1', { zone: UTC })).toThrow(/PATTERN_RECOGNITION/);
});
