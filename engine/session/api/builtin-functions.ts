// Written by `npm run docs` from the catalogue of functions; tests/docs compares. What each argument means: all-functions.ts.

import type { Arg, Fn, Lambda, Options, Text } from './column-function.js';
import type { Decimal, Double, Int, Timestamp } from './types.js';

/** Every SQL function by its name in camel case. */
export interface BuiltinFunctions {
  /** The value without its sign. */
  readonly abs: Fn<[arg1: Arg], unknown>;
  /** The arc cosine. */
  readonly acos: Fn<[arg1: Arg], Double | null>;
  /** The inverse hyperbolic cosine. */
  readonly acosh: Fn<[arg1: Arg], Double | null>;
  /** The date some months later; the last day of the month where the day does not exist there. */
  readonly addMonths: Fn<[arg1: Arg, arg2: Arg], Date | null>;
  /** Bytes decrypted by AES. */
  readonly aesDecrypt: Fn<[arg1: Arg, key: Arg, mode?: Text, padding?: Text, aad?: Arg], Uint8Array | null, '2' | '3'>;
  /** Bytes encrypted by AES. */
  readonly aesEncrypt: Fn<[arg1: Arg, key: Arg, mode?: Text, padding?: Text, iv?: Arg, aad?: Arg], Uint8Array | null, '2' | '3'>;
  /** Folds the elements into a start value by a lambda (value so far, element), then finishes by another one. */
  readonly aggregate: Fn<[array: Arg, start: Arg, merge: Lambda, finish?: Lambda], unknown>;
  /** Whether a lambda is true for every element. */
  readonly allMatch: Fn<[array: Arg, function_: Lambda], boolean | null>;
  /** Both sides hold; FALSE wins over NULL. */
  readonly and: Fn<[arg1: Arg, arg2: Arg], boolean | null>;
  /** TRUE if some value is. */
  readonly any: Fn<[arg1: Arg], unknown>;
  /** Whether a lambda is true for some element. */
  readonly anyMatch: Fn<[array: Arg, function_: Lambda], boolean | null>;
  /** Some value of the group: the first to arrive. */
  readonly anyValue: Fn<[expr: Arg, isIgnoreNull?: Arg], unknown>;
  /** About how many distinct values that are not NULL; the second argument is the relative deviation allowed (0.05). */
  readonly approxCountDistinct: Fn<[arg1: Arg, arg2?: Arg], bigint | null>;
  /** A value of the group below which about the given fraction of the values lies, for an array of fractions an array. The error of its rank is at most 1/accuracy (third argument, 10000) of the number of values. */
  readonly approxPercentile: Fn<[expr: Arg, percentage: Arg, accuracy?: Arg], unknown>;
  /** The k most frequent values with their counts, most frequent first. All values are counted, so the answer is exact. */
  readonly approxTopK: Fn<[expr: Arg, k?: Arg, maxItemsTracked?: Arg], unknown>;
  /** An array of the arguments, which come to one type. */
  readonly array: Fn<[...rest: Arg[]], unknown>;
  /** The values that are not NULL, in order of arrival. */
  readonly arrayAgg: Fn<[arg1: Arg], unknown>;
  /** The array with one more element at the end. */
  readonly arrayAppend: Fn<[arg1: Arg, arg2: Arg], unknown>;
  /** The array without NULLs. */
  readonly arrayCompact: Fn<[arg1: Arg], unknown>;
  /** Whether the array holds the value; NULL if it does not but holds a NULL. */
  readonly arrayContains: Fn<[arg1: Arg, arg2: Arg], boolean | null>;
  /** Each element once, in order of first occurrence. */
  readonly arrayDistinct: Fn<[arg1: Arg], unknown>;
  /** The elements of the first that are not in the second, each once. */
  readonly arrayExcept: Fn<[arg1: Arg, arg2: Arg], unknown>;
  /** The array with one more element at a position, from 1 or, negative, from the end. */
  readonly arrayInsert: Fn<[arg1: Arg, arg2: Arg, arg3: Arg], unknown>;
  /** The elements of the first that are in the second, each once. */
  readonly arrayIntersect: Fn<[arg1: Arg, arg2: Arg], unknown>;
  /** The elements with a text between; NULLs are left out, or replaced by the third argument. */
  readonly arrayJoin: Fn<[array: Arg, delimiter: Text, nullReplacement?: Text], string | null, '1' | '2'>;
  /** The greatest element; NULLs do not count. */
  readonly arrayMax: Fn<[arg1: Arg], unknown>;
  /** The least element; NULLs do not count. */
  readonly arrayMin: Fn<[arg1: Arg], unknown>;
  /** The position of the first such element, from 1; 0 if there is none. */
  readonly arrayPosition: Fn<[arg1: Arg, arg2: Arg], bigint | null>;
  /** The array with one more element at the beginning. */
  readonly arrayPrepend: Fn<[arg1: Arg, arg2: Arg], unknown>;
  /** The array without the elements equal to the value. */
  readonly arrayRemove: Fn<[arg1: Arg, arg2: Arg], unknown>;
  /** An array of one value so many times. */
  readonly arrayRepeat: Fn<[arg1: Arg, arg2: Arg], unknown>;
  /** How many elements. */
  readonly arraySize: Fn<[arg1: Arg], Int | null>;
  /** The elements in order, NULLs last; or as a comparing lambda says, which gives a negative number, 0 or a positive one. */
  readonly arraySort: Fn<[array: Arg, comparator?: Lambda], unknown>;
  /** The elements of both, each once. */
  readonly arrayUnion: Fn<[arg1: Arg, arg2: Arg], unknown>;
  /** Whether the arrays share an element; NULL if not, and one that is not empty holds a NULL. */
  readonly arraysOverlap: Fn<[arg1: Arg, arg2: Arg], boolean | null>;
  /** An array of structs of the elements at the same positions; shorter arrays are filled up with NULL. */
  readonly arraysZip: Fn<[...rest: Arg[]], unknown>;
  /** The code point of the first character, 0 for an empty text. */
  readonly ascii: Fn<[arg1: Arg], Int | null>;
  /** The arc sine. */
  readonly asin: Fn<[arg1: Arg], Double | null>;
  /** The inverse hyperbolic sine. */
  readonly asinh: Fn<[arg1: Arg], Double | null>;
  /** NULL where the condition holds, else an error. */
  readonly assertTrue: Fn<[arg1: Arg, message?: Text], unknown, '1'>;
  /** The arc tangent. */
  readonly atan: Fn<[arg1: Arg], Double | null>;
  /** The angle of the point (x, y) given as y, x. */
  readonly atan2: Fn<[arg1: Arg, arg2: Arg], Double | null>;
  /** The inverse hyperbolic tangent. */
  readonly atanh: Fn<[arg1: Arg], Double | null>;
  /** Mean of the values that are not NULL; NULL if there are none. */
  readonly avg: Fn<[expr: Arg], unknown>;
  /** Bytes in base 64, in lines of 76 characters. */
  readonly base64: Fn<[arg1: Arg], string | null>;
  /** The bits of a BIGINT. */
  readonly bin: Fn<[arg1: Arg], string | null>;
  /** Bitwise AND of the values. */
  readonly bitAnd: Fn<[arg1: Arg], unknown>;
  /** The number of bits set. */
  readonly bitCount: Fn<[expr: Arg], Int | null>;
  /** The bit at a position, from the right, from 0. */
  readonly bitGet: Fn<[arg1: Arg, pos: Arg], Int | null>;
  /** Bits of the UTF-8 text or the binary. */
  readonly bitLength: Fn<[arg1: Arg], Int | null>;
  /** Bitwise OR of the values. */
  readonly bitOr: Fn<[arg1: Arg], unknown>;
  /** Bitwise exclusive OR of the values. */
  readonly bitXor: Fn<[arg1: Arg], unknown>;
  /** Intersection of the bitmaps. */
  readonly bitmapAndAgg: Fn<[child: Arg], Uint8Array | null>;
  /** The bit of a number within its bitmap. */
  readonly bitmapBitPosition: Fn<[arg1: Arg], bigint | null>;
  /** The number of the bitmap that holds a number. */
  readonly bitmapBucketNumber: Fn<[arg1: Arg], bigint | null>;
  /** A bitmap with the bits at the given positions set. */
  readonly bitmapConstructAgg: Fn<[arg1: Arg], Uint8Array | null>;
  /** The number of bits set in a bitmap. */
  readonly bitmapCount: Fn<[bitmap: Arg], bigint | null>;
  /** Union of the bitmaps. */
  readonly bitmapOrAgg: Fn<[child: Arg], Uint8Array | null>;
  /** TRUE if all values are. */
  readonly boolAnd: Fn<[arg1: Arg], unknown>;
  /** TRUE if some value is. */
  readonly boolOr: Fn<[arg1: Arg], unknown>;
  /** Rounded to a number of digits, halves to the even one. */
  readonly bround: Fn<[arg1: Arg, scale?: Arg], unknown>;
  /** Takes blanks, or the characters of the second argument, off both ends. */
  readonly btrim: Fn<[arg1: Arg, arg2?: Text], string | null, '1'>;
  /** How many elements or entries. */
  readonly cardinality: Fn<[arg1: Arg], Int | null>;
  /** The cube root. */
  readonly cbrt: Fn<[arg1: Arg], Double | null>;
  /** The least whole number that is not less. */
  readonly ceil: Fn<[arg1: Arg, scale?: Arg], unknown>;
  /** The least whole number that is not less. */
  readonly ceiling: Fn<[arg1: Arg, scale?: Arg], unknown>;
  /** The character of a code, modulo 256; an empty text for negative ones. */
  readonly char: Fn<[arg1: Arg], string | null>;
  /** Code points of a text, bytes of a binary. */
  readonly charLength: Fn<[arg1: Arg], Int | null>;
  /** Code points of a text, bytes of a binary. */
  readonly characterLength: Fn<[arg1: Arg], Int | null>;
  /** The character of a code, modulo 256; an empty text for negative ones. */
  readonly chr: Fn<[arg1: Arg], string | null>;
  /** The first argument that is not NULL. */
  readonly coalesce: Fn<[...rest: Arg[]], unknown>;
  /** The text with a collation, which says how it compares. */
  readonly collate: Fn<[expr: Arg, collation: Text], unknown, '1'>;
  /** The full name of the text's collation. */
  readonly collation: Fn<[arg1: Arg], string | null>;
  /** A row for each collation: its name, language and country, what it ignores, whether it trims, and the version of the rules of Unicode. */
  readonly collations: Fn<[], unknown>;
  /** The values that are not NULL, in order of arrival. */
  readonly collectList: Fn<[arg1: Arg], unknown>;
  /** The distinct values that are not NULL, in the order of Spark's hash table. */
  readonly collectSet: Fn<[arg1: Arg], unknown>;
  /** The distinct elements of the arrays that are not NULL, in the order of Spark's hash table. */
  readonly collectUnion: Fn<[expr: Arg], unknown>;
  /** Texts, binaries or arrays, one after another. */
  readonly concat: Fn<[...rest: Arg[]], string | null>;
  /** Texts and the elements of arrays with a separator between; NULLs are left out. */
  readonly concatWs: Fn<[arg1: Text, ...rest: Arg[]], string | null, '0'>;
  /** Whether the first text holds the second. */
  readonly contains: Fn<[str: Arg, right: Arg], boolean | null>;
  /** A number written in another base. */
  readonly conv: Fn<[arg1: Arg, arg2: Arg, arg3: Arg], string | null>;
  /** A clock's reading in one zone as that of another; the session's where the first is left out. */
  readonly convertTimezone: Fn<[arg1: Text, arg2: Text, arg3?: Arg], Timestamp | null, '0' | '1'>;
  /** Pearson's correlation; NULL for one pair. */
  readonly corr: Fn<[arg1: Arg, arg2: Arg], Double | null>;
  /** The cosine. */
  readonly cos: Fn<[arg1: Arg], Double | null>;
  /** The hyperbolic cosine. */
  readonly cosh: Fn<[arg1: Arg], Double | null>;
  /** The cotangent. */
  readonly cot: Fn<[arg1: Arg], Double | null>;
  /** Number of rows for which no argument is NULL; `count(*)`: of all rows. */
  readonly count: Fn<[...rest: Arg[]], bigint | null>;
  /** Number of rows for which the argument is TRUE. */
  readonly countIf: Fn<[arg1: Arg], bigint | null>;
  /** A count-min sketch of a column, as bytes that Spark reads: relative error, confidence, seed. */
  readonly countMinSketch: Fn<[column: Arg, epsilon: Arg, confidence: Arg, seed: Arg], Uint8Array | null>;
  /** What a growing counter grew by since the row before; NULL where it begins: at the first row, below the last value, at a later start time. */
  readonly counterDiff: Fn<[value: Arg, startTime?: Arg], unknown>;
  /** Covariance of the population. */
  readonly covarPop: Fn<[arg1: Arg, arg2: Arg], Double | null>;
  /** Covariance of the sample; NULL for one pair. */
  readonly covarSamp: Fn<[arg1: Arg, arg2: Arg], Double | null>;
  /** The CRC-32 of bytes. */
  readonly crc32: Fn<[arg1: Arg], bigint | null>;
  /** The cosecant. */
  readonly csc: Fn<[arg1: Arg], Double | null>;
  /** Share of the rows that are at or before the row in the order. */
  readonly cumeDist: Fn<[], Double | null>;
  /** The date of the epoch. */
  readonly curdate: Fn<[], Date | null>;
  /** The name of the catalogue. */
  readonly currentCatalog: Fn<[], string | null>;
  /** The name of the schema. */
  readonly currentDatabase: Fn<[], string | null>;
  /** The date of the epoch. */
  readonly currentDate: Fn<[], Date | null>;
  /** The name of the schema. */
  readonly currentSchema: Fn<[], string | null>;
  /** The time of day of the epoch. */
  readonly currentTime: Fn<[precision?: Arg], unknown>;
  /** The timestamp of the epoch. */
  readonly currentTimestamp: Fn<[precision?: Arg], Timestamp | null>;
  /** The session's time zone. */
  readonly currentTimezone: Fn<[], string | null>;
  /** The name of the user: there is one only. */
  readonly currentUser: Fn<[], string | null>;
  /** The date some days later. */
  readonly dateAdd: Fn<[arg1: Arg, arg2: Arg], Date | null>;
  /** Days from the second date to the first. */
  readonly dateDiff: Fn<[arg1: Arg, arg2: Arg], Int | null>;
  /** A time as text, by a pattern of letters (yyyy, MM, dd, HH, mm, ss …). */
  readonly dateFormat: Fn<[timestamp: Arg, fmt: Text], string | null, '1'>;
  /** The date so many days after 1970-01-01. */
  readonly dateFromUnixDate: Fn<[arg1: Arg], Date | null>;
  /** A field of a date, a time or an interval. */
  readonly datePart: Fn<[field: Text, arg2: Arg], unknown, '0'>;
  /** The date some days earlier. */
  readonly dateSub: Fn<[arg1: Arg, arg2: Arg], Date | null>;
  /** The beginning of the unit that holds the time; NULL for an unknown unit. */
  readonly dateTrunc: Fn<[arg1: Text, arg2: Arg], Timestamp | null, '0'>;
  /** The date some days later. */
  readonly dateadd: Fn<[arg1: Arg, arg2: Arg], Date | null>;
  /** Days from the second date to the first. */
  readonly datediff: Fn<[arg1: Arg, arg2: Arg], Int | null>;
  /** A field of a date, a time or an interval. */
  readonly datepart: Fn<[field: Text, arg2: Arg], unknown, '0'>;
  /** The day of the month. */
  readonly day: Fn<[arg1: Arg], Int | null>;
  /** The short name of the day. */
  readonly dayname: Fn<[arg1: Arg], string | null>;
  /** The day of the month. */
  readonly dayofmonth: Fn<[arg1: Arg], Int | null>;
  /** The day of the week, Sunday is 1. */
  readonly dayofweek: Fn<[arg1: Arg], Int | null>;
  /** The day of the year, from 1. */
  readonly dayofyear: Fn<[arg1: Arg], Int | null>;
  /** The text of bytes in a character set. With more arguments: what stands after the first value that the first argument equals, or the last argument. */
  readonly decode: Fn<[bin: Arg, ...rest: Arg[]], string | null>;
  /** Radians as degrees. */
  readonly degrees: Fn<[arg1: Arg], Double | null>;
  /** As rank, without gaps. */
  readonly denseRank: Fn<[...rest: Arg[]], Int | null>;
  /** The quotient without its fraction, as a BIGINT. */
  readonly div: Fn<[arg1: Arg, arg2: Arg], bigint | null>;
  /** Euler's number. */
  readonly e: Fn<[], Double | null>;
  /** The element of an array at a position, counted from 1 or, negative, from the end; the value of a map's key. Past the ends of an array it is an error. */
  readonly elementAt: Fn<[container: Arg, key: Arg], unknown>;
  /** The n-th of the arguments that follow. */
  readonly elt: Fn<[arg1: Arg, ...rest: Arg[]], string | null>;
  /** The bytes of a text in a character set. */
  readonly encode: Fn<[arg1: Arg, charset: Text], Uint8Array | null, '1'>;
  /** Whether the first text ends with the second. */
  readonly endswith: Fn<[str: Arg, right: Arg], boolean | null>;
  /** Whether both sides are equal, NULL counting as a value. */
  readonly equalNull: Fn<[arg1: Arg, arg2: Arg], boolean | null>;
  /** TRUE if all values are. */
  readonly every: Fn<[arg1: Arg], unknown>;
  /** Whether a lambda is true for some element. */
  readonly exists: Fn<[array: Arg, function_: Lambda], boolean | null>;
  /** e to the power of the argument. */
  readonly exp: Fn<[arg1: Arg], Double | null>;
  /** A row for each element of an array, or each entry of a map. */
  readonly explode: Fn<[collection: Arg], unknown>;
  /** A row for each element of an array, or each entry of a map; one row of NULLs for none. */
  readonly explodeOuter: Fn<[collection: Arg], unknown>;
  /** exp(x) - 1, exact near zero. */
  readonly expm1: Fn<[arg1: Arg], Double | null>;
  /** A field of a date, a time or an interval. */
  readonly extract: Fn<[field: Text, arg2: Arg], unknown, '0'>;
  /** The factorial of 0 to 20, else NULL. */
  readonly factorial: Fn<[arg1: Arg], bigint | null>;
  /** The elements for which a lambda (element, or element and index) is true. */
  readonly filter: Fn<[array: Arg, function_: Lambda], unknown>;
  /** The place of the first text among the parts of the second between commas, from 1; 0 if it is not there. */
  readonly findInSet: Fn<[arg1: Arg, arg2: Arg], Int | null>;
  /** The first value of the group, in order of arrival; the first that is not NULL with IGNORE NULLS. */
  readonly first: Fn<[expr: Arg, isIgnoreNull?: Arg], unknown>;
  /** The first value of the group, in order of arrival; the first that is not NULL with IGNORE NULLS. */
  readonly firstValue: Fn<[expr: Arg, isIgnoreNull?: Arg], unknown>;
  /** The elements of the arrays in an array, one after another; NULL if one of them is NULL. */
  readonly flatten: Fn<[array: Arg], unknown>;
  /** The greatest whole number that is not greater. */
  readonly floor: Fn<[arg1: Arg, scale?: Arg], unknown>;
  /** Whether a lambda is true for every element. */
  readonly forall: Fn<[array: Arg, function_: Lambda], boolean | null>;
  /** A number with grouped thousands and so many digits after the point, or by a pattern such as #,##0.00; rounded half to even. */
  readonly formatNumber: Fn<[x: Arg, d: Arg], string | null>;
  /** A text by a format of Java's: %s, %d, %,.2f, %-8s … */
  readonly formatString: Fn<[strfmt: Text, ...rest: Arg[]], string | null, '0'>;
  /** The bytes of a text in base 32. */
  readonly fromBase32: Fn<[arg1: Arg], Uint8Array | null>;
  /** A CSV record as a struct of a schema given as DDL. What does not fit is NULL. */
  readonly fromCsv: Fn<[csv: Arg, schema: Text, options?: Options], unknown, '1'>;
  /** A JSON text as a struct, array, map or variant of a schema given as DDL. What does not fit is NULL. */
  readonly fromJson: Fn<[json: Arg, schema: Text, options?: Options], unknown, '1'>;
  /** The time so many seconds after 1970 as text, by a pattern. */
  readonly fromUnixtime: Fn<[arg1: Arg, arg2?: Text], string | null, '1'>;
  /** What a clock of the zone shows when one of UTC shows the time. */
  readonly fromUtcTimestamp: Fn<[arg1: Arg, arg2: Text], Timestamp | null, '1'>;
  /** The element at a position counted from 0; NULL past the ends. */
  readonly get: Fn<[arg1: Arg, arg2: Arg], unknown>;
  /** What a path ($, .name, [index], [*]) finds in a JSON text, as text; NULL if nothing. */
  readonly getJsonObject: Fn<[json: Arg, path: Text], string | null, '1'>;
  /** The bit at a position, from the right, from 0. */
  readonly getbit: Fn<[arg1: Arg, pos: Arg], Int | null>;
  /** The greatest of the arguments that are not NULL. */
  readonly greatest: Fn<[...rest: Arg[]], unknown>;
  /** The Murmur3 hash of all arguments. */
  readonly hash: Fn<[...rest: Arg[]], Int | null>;
  /** Hexadecimal digits of a number, of bytes or of the UTF-8 bytes of a text. */
  readonly hex: Fn<[arg1: Arg], string | null>;
  /** At most n bins (x, y) that approximate how the values are spread: y values near x. */
  readonly histogramNumeric: Fn<[expr: Arg, nBins: Arg], unknown>;
  /** A HyperLogLog sketch of the values, with 2^lgConfigK registers. */
  readonly hllSketchAgg: Fn<[expr: Arg, lgConfigK?: Arg], Uint8Array | null>;
  /** About how many distinct values a HyperLogLog sketch has seen. */
  readonly hllSketchEstimate: Fn<[arg1: Arg], bigint | null>;
  /** The union of two HyperLogLog sketches. */
  readonly hllUnion: Fn<[sketch: Arg, sketch: Arg, allowDifferentLgConfigK?: Arg], Uint8Array | null>;
  /** The union of HyperLogLog sketches. */
  readonly hllUnionAgg: Fn<[sketch: Arg, allowDifferentLgConfigK?: Arg], Uint8Array | null>;
  /** The keyed-hash message authentication code. */
  readonly hmac: Fn<[key: Arg, expr: Arg, algorithm?: Arg], Uint8Array | null>;
  /** The hour. */
  readonly hour: Fn<[time: Arg], Int | null>;
  /** The length of the hypotenuse. */
  readonly hypot: Fn<[arg1: Arg, arg2: Arg], Double | null>;
  /** The second argument where the first holds, else the third. */
  readonly if: Fn<[arg1: Arg, arg2: Arg, arg3: Arg], unknown>;
  /** The first argument, or the second where it is NULL. */
  readonly ifnull: Fn<[arg1: Arg, arg2: Arg], unknown>;
  /** Whether a text fits a pattern in which % stands for any characters and _ for one, whatever the case. */
  readonly ilike: Fn<[arg1: Arg, arg2: Arg, arg3?: Arg], boolean | null>;
  /** Whether the first value is among the others. */
  readonly in: Fn<[...rest: Arg[]], boolean | null>;
  /** Each word with a capital, the rest in lower case. */
  readonly initcap: Fn<[arg1: Arg], string | null>;
  /** A row for each struct of an array, a column for each of its fields. */
  readonly inline: Fn<[input: Arg], unknown>;
  /** A row for each struct of an array, a column for each of its fields; one row of NULLs for none. */
  readonly inlineOuter: Fn<[input: Arg], unknown>;
  /** The position of the second text in the first (from a start, the n-th one), from 1; 0 if it is not there. A negative start counts from the end, and looks toward the beginning. */
  readonly instr: Fn<[arg1: Arg, arg2: Text, arg3?: Arg, occurrence?: Arg], Int | null, '1'>;
  /** Whether the bytes are well-formed UTF-8. */
  readonly isValidUtf8: Fn<[str: Arg], boolean | null>;
  /** Whether a VARIANT is well-formed, as all of them are here. */
  readonly isValidVariant: Fn<[input: Arg], boolean | null>;
  /** Whether a VARIANT holds JSON's null; false for NULL. */
  readonly isVariantNull: Fn<[input: Arg], boolean | null>;
  /** Whether the value is NaN; false for NULL. */
  readonly isnan: Fn<[expr: Arg], boolean | null>;
  /** Whether the value is not NULL. */
  readonly isnotnull: Fn<[arg1: Arg], boolean | null>;
  /** Whether the value is NULL. */
  readonly isnull: Fn<[arg1: Arg], boolean | null>;
  /** How alike two texts are, from 0 to 1, the same beginning counting more. */
  readonly jaroWinklerSimilarity: Fn<[arg1: Arg, arg2: Arg], Double | null>;
  /** How many elements the outermost array of a JSON text has; NULL if it is no array. */
  readonly jsonArrayLength: Fn<[json: Arg], Int | null>;
  /** The keys of the outermost object of a JSON text; NULL if it is no object. */
  readonly jsonObjectKeys: Fn<[json: Arg], readonly (string | null)[] | null>;
  /** One row: what the named fields of a JSON object hold, as texts. */
  readonly jsonTuple: Fn<[json: Arg, ...rest: Text[]], unknown>;
  /** Excess kurtosis; NULL where all values are equal. */
  readonly kurtosis: Fn<[arg1: Arg], Double | null>;
  /** Value of the row that many rows before, or the default where there is none. */
  readonly lag: Fn<[input?: Arg, offset?: Arg, default_?: Arg], unknown>;
  /** The last value of the group, in order of arrival; the last that is not NULL with IGNORE NULLS. */
  readonly last: Fn<[expr: Arg, isIgnoreNull?: Arg], unknown>;
  /** The last day of the month. */
  readonly lastDay: Fn<[arg1: Arg], Date | null>;
  /** The last value of the group, in order of arrival; the last that is not NULL with IGNORE NULLS. */
  readonly lastValue: Fn<[expr: Arg, isIgnoreNull?: Arg], unknown>;
  /** The text in lower case. */
  readonly lcase: Fn<[arg1: Arg], string | null>;
  /** Value of the row that many rows after, or the default where there is none. */
  readonly lead: Fn<[input?: Arg, offset?: Arg, default_?: Arg], unknown>;
  /** The least of the arguments that are not NULL. */
  readonly least: Fn<[...rest: Arg[]], unknown>;
  /** The first characters. */
  readonly left: Fn<[arg1: Arg, arg2: Arg], unknown>;
  /** Code points of a text, bytes of a binary. */
  readonly len: Fn<[arg1: Arg], Int | null>;
  /** Code points of a text, bytes of a binary. */
  readonly length: Fn<[arg1: Arg], Int | null>;
  /** How many characters must be put in, taken out or replaced to make one text the other; -1 if more than the limit. */
  readonly levenshtein: Fn<[arg1: Arg, arg2: Arg, arg3?: Arg], Int | null>;
  /** Whether a text fits a pattern in which % stands for any characters and _ for one. */
  readonly like: Fn<[arg1: Arg, arg2: Arg, arg3?: Arg], boolean | null>;
  /** The texts that are not NULL put together, with a separator between them; WITHIN GROUP (ORDER BY …) says in which order. */
  readonly listagg: Fn<[expr: Arg, delimiter?: Text], unknown, '1'>;
  /** The natural logarithm, NULL for zero and less. */
  readonly ln: Fn<[arg1: Arg], Double | null>;
  /** The time of day of the epoch. */
  readonly localtime: Fn<[precision?: Arg], unknown>;
  /** The local time of the epoch. */
  readonly localtimestamp: Fn<[precision?: Arg], Timestamp | null>;
  /** The position of the first text in the second, from a start on; 0 if it is not there. */
  readonly locate: Fn<[arg1: Text, arg2: Arg, arg3?: Arg], Int | null, '0'>;
  /** The natural logarithm, or the one to a base. */
  readonly log: Fn<[base: Arg, expr?: Arg], Double | null>;
  /** The logarithm to base 10, NULL for zero and less. */
  readonly log10: Fn<[arg1: Arg], Double | null>;
  /** ln(1 + x), exact near zero; NULL for -1 and less. */
  readonly log1p: Fn<[arg1: Arg], Double | null>;
  /** The logarithm to base 2, NULL for zero and less. */
  readonly log2: Fn<[arg1: Arg], Double | null>;
  /** The text in lower case. */
  readonly lower: Fn<[arg1: Arg], string | null>;
  /** Makes the text exactly so long: cut, or filled up on the left. */
  readonly lpad: Fn<[str: Arg, len: Arg, pad?: Text], unknown, '2'>;
  /** Takes blanks, or the characters of the first of two arguments, off the beginning of the text. */
  readonly ltrim: Fn<[arg1: Arg, arg2?: Text], string | null, '1'>;
  /** Whether the last of a text of digits is their check digit, by the formula of Luhn. */
  readonly luhnCheck: Fn<[arg1: Arg], boolean | null>;
  /** A date of year, month and day. */
  readonly makeDate: Fn<[arg1: Arg, arg2: Arg, arg3: Arg], Date | null>;
  /** An interval of days, hours, minutes and seconds. */
  readonly makeDtInterval: Fn<[days?: Arg, hours?: Arg, mins?: Arg, secs?: Arg], unknown>;
  /** A calendar interval of years, months, weeks, days, hours, minutes and seconds. */
  readonly makeInterval: Fn<[years?: Arg, months?: Arg, weeks?: Arg, days?: Arg, hours?: Arg, mins?: Arg, secs?: Arg], unknown>;
  /** A time of hour, minute and second. */
  readonly makeTime: Fn<[hour: Arg, minute: Arg, second: Arg], unknown>;
  /** A timestamp of its parts (and of a zone), or of a date and a time. */
  readonly makeTimestamp: Fn<[year?: Arg, month?: Arg, day?: Arg, hour?: Arg, min?: Arg, sec?: Arg, timezone?: Text], Timestamp | null, '6'>;
  /** A timestamp of its parts (and of a zone), or of a date and a time. */
  readonly makeTimestampLtz: Fn<[year?: Arg, month?: Arg, day?: Arg, hour?: Arg, min?: Arg, sec?: Arg, timezone?: Arg], Timestamp | null>;
  /** A timestamp_ntz of its parts, or of a date and a time. */
  readonly makeTimestampNtz: Fn<[year?: Arg, month?: Arg, day?: Arg, hour?: Arg, min?: Arg, sec?: Arg], Timestamp | null>;
  /** The text with U+FFFD in place of malformed bytes. */
  readonly makeValidUtf8: Fn<[str: Arg], string | null>;
  /** An interval of years and months. */
  readonly makeYmInterval: Fn<[years?: Arg, months?: Arg], unknown>;
  /** A map of keys and values, one after the other. A key that is NULL or comes twice is an error. */
  readonly map: Fn<[...rest: Arg[]], unknown>;
  /** One map of the entries of all. */
  readonly mapConcat: Fn<[...rest: Arg[]], unknown>;
  /** Whether the map has the key. */
  readonly mapContainsKey: Fn<[arg1: Arg, arg2: Arg], boolean | null>;
  /** The entries as structs of key and value. */
  readonly mapEntries: Fn<[arg1: Arg], unknown>;
  /** The entries for which a lambda (key, value) is true. */
  readonly mapFilter: Fn<[map: Arg, function_: Lambda], unknown>;
  /** A map of keys and values at the same positions of two arrays. */
  readonly mapFromArrays: Fn<[arg1: Arg, arg2: Arg], unknown>;
  /** A map of an array of structs of key and value. */
  readonly mapFromEntries: Fn<[arg1: Arg], unknown>;
  /** The keys, in order of insertion. */
  readonly mapKeys: Fn<[arg1: Arg], unknown>;
  /** The values, in order of insertion. */
  readonly mapValues: Fn<[arg1: Arg], unknown>;
  /** For each key of either map what a lambda (key, value, value) gives. */
  readonly mapZipWith: Fn<[left: Arg, right: Arg, function_: Lambda], unknown>;
  /** The text with upper-case letters, lower-case letters, digits and other characters each replaced by a character; NULL keeps them. */
  readonly mask: Fn<[str: Arg, upperChar?: Text, lowerChar?: Text, digitChar?: Text, otherChar?: Text], string | null, '1' | '2' | '3' | '4'>;
  /** The greatest value that is not NULL. */
  readonly max: Fn<[expr: Arg], unknown>;
  /** The value of the row where the second argument is greatest; with a third argument k, those of the first k rows. */
  readonly maxBy: Fn<[x: Arg, y: Arg, k?: Arg], unknown>;
  /** The MD5 digest as hexadecimal digits. */
  readonly md5: Fn<[arg1: Arg], string | null>;
  /** Mean of the values that are not NULL; NULL if there are none. */
  readonly mean: Fn<[expr: Arg], unknown>;
  /** The middle value, interpolated. */
  readonly median: Fn<[expr: Arg], unknown>;
  /** The least value that is not NULL. */
  readonly min: Fn<[expr: Arg], unknown>;
  /** The value of the row where the second argument is least; with a third argument k, those of the first k rows. */
  readonly minBy: Fn<[x: Arg, y: Arg, k?: Arg], unknown>;
  /** The minute. */
  readonly minute: Fn<[time: Arg], Int | null>;
  /** The remainder, with the sign of the dividend. */
  readonly mod: Fn<[arg1: Arg, arg2: Arg], unknown>;
  /** The most frequent value that is not NULL; of several the first in the order of WITHIN GROUP, with `true` the least, else the first in Spark's hash table. */
  readonly mode: Fn<[expr?: Arg, deterministic?: Arg], unknown>;
  /** A BIGINT that grows with each row. */
  readonly monotonicallyIncreasingId: Fn<[], bigint | null>;
  /** The month, 1 to 12. */
  readonly month: Fn<[arg1: Arg], Int | null>;
  /** The short name of the month. */
  readonly monthname: Fn<[arg1: Arg], string | null>;
  /** Months from the second time to the first, with fractions of 31 days; rounded to 8 digits unless told not to. */
  readonly monthsBetween: Fn<[arg1: Arg, arg2: Arg, arg3?: Arg], Double | null>;
  /** A struct of names and values, one after the other. */
  readonly namedStruct: Fn<[...rest: Arg[]], unknown>;
  /** The first argument, or the second where it is NaN. */
  readonly nanvl: Fn<[expr1: Arg, expr2: Arg], Double | null>;
  /** The value with its sign turned round. */
  readonly negative: Fn<[arg1: Arg], unknown>;
  /** The next such day of the week after a date. */
  readonly nextDay: Fn<[arg1: Arg, arg2: Text], Date | null, '1'>;
  /** The opposite. */
  readonly not: Fn<[arg1: Arg], boolean | null>;
  /** The timestamp of the epoch. */
  readonly now: Fn<[precision?: Arg], Timestamp | null>;
  /** Value of the n-th row of the frame, counted from 1; NULL if the frame is shorter. */
  readonly nthValue: Fn<[input: Arg, offset: Arg], unknown>;
  /** Deals the rows in order into n buckets of equal size, the first ones one row larger. */
  readonly ntile: Fn<[n?: Arg], Int | null>;
  /** NULL where both arguments are equal, else the first. */
  readonly nullif: Fn<[arg1: Arg, arg2: Arg], unknown>;
  /** NULL for zero, else the argument. */
  readonly nullifzero: Fn<[arg1: Arg], unknown>;
  /** The first argument, or the second where it is NULL. */
  readonly nvl: Fn<[arg1: Arg, arg2: Arg], unknown>;
  /** The second argument where the first is not NULL, else the third. */
  readonly nvl2: Fn<[arg1: Arg, arg2: Arg, arg3: Arg], unknown>;
  /** Bytes of the UTF-8 text or the binary. */
  readonly octetLength: Fn<[arg1: Arg], Int | null>;
  /** One side holds; TRUE wins over NULL. */
  readonly or: Fn<[arg1: Arg, arg2: Arg], boolean | null>;
  /** The text with the part that begins at a position replaced by another. */
  readonly overlay: Fn<[input: Arg, replace: Text, pos: Arg, len?: Arg], unknown, '1'>;
  /** A JSON text as a VARIANT; an error if it is none. */
  readonly parseJson: Fn<[json: Arg], unknown>;
  /** A part of a URL (HOST, PATH, QUERY, REF, PROTOCOL, FILE, AUTHORITY, USERINFO), or a value of its query. */
  readonly parseUrl: Fn<[arg1: Arg, arg2: Text, key?: Text], string | null, '1' | '2'>;
  /** (rank - 1) / (rows - 1): from 0 to 1. */
  readonly percentRank: Fn<[...rest: Arg[]], Double | null>;
  /** The value below which the given fraction of the values lies, interpolated; for an array of fractions an array. The third argument says how often a value counts. */
  readonly percentile: Fn<[expr: Arg, percentage: Arg, frequency?: Arg], unknown>;
  /** A value of the group below which about the given fraction of the values lies, for an array of fractions an array. The error of its rank is at most 1/accuracy (third argument, 10000) of the number of values. */
  readonly percentileApprox: Fn<[expr: Arg, percentage: Arg, accuracy?: Arg], unknown>;
  /** The value at the fraction of the order of WITHIN GROUP, interpolated. */
  readonly percentileCont: Fn<[percentage: Arg], unknown>;
  /** The first value whose place in the order of WITHIN GROUP is at or above the fraction. */
  readonly percentileDisc: Fn<[percentage: Arg], unknown>;
  /** The ratio of circumference and diameter. */
  readonly pi: Fn<[], Double | null>;
  /** The remainder, not negative for a positive divisor. */
  readonly pmod: Fn<[arg1: Arg, arg2: Arg], unknown>;
  /** As explode, with the position from 0 before. */
  readonly posexplode: Fn<[collection: Arg], unknown>;
  /** As explode, with the position from 0 before; one row of NULLs for none. */
  readonly posexplodeOuter: Fn<[collection: Arg], unknown>;
  /** The position of the first text in the second, from a start on; 0 if it is not there. */
  readonly position: Fn<[arg1: Text, arg2: Arg, arg3?: Arg], Int | null, '0'>;
  /** The value itself. */
  readonly positive: Fn<[arg1: Arg], unknown>;
  /** The first argument to the power of the second. */
  readonly pow: Fn<[arg1: Arg, arg2: Arg], Double | null>;
  /** The first argument to the power of the second. */
  readonly power: Fn<[arg1: Arg, arg2: Arg], Double | null>;
  /** A text by a format of Java's: %s, %d, %,.2f, %-8s … */
  readonly printf: Fn<[strfmt: Text, ...rest: Arg[]], string | null, '0'>;
  /** The quarter, 1 to 4. */
  readonly quarter: Fn<[arg1: Arg], Int | null>;
  /** The text as a literal in single quotes. */
  readonly quote: Fn<[arg1: Arg], string | null>;
  /** Degrees as radians. */
  readonly radians: Fn<[arg1: Arg], Double | null>;
  /** Fails with a message. */
  readonly raiseError: Fn<[arg1: Text], unknown, '0'>;
  /** A random DOUBLE in [0, 1). */
  readonly rand: Fn<[seed?: Arg], Double | null>;
  /** A random DOUBLE of the standard normal distribution. */
  readonly randn: Fn<[seed?: Arg], Double | null>;
  /** A random DOUBLE in [0, 1). */
  readonly random: Fn<[seed?: Arg], Double | null>;
  /** A random text of letters and digits. */
  readonly randstr: Fn<[arg1: Arg, seed?: Arg], string | null>;
  /** One more than the rows before the row in the order; equal rows share it and leave a gap after. */
  readonly rank: Fn<[...rest: Arg[]], Int | null>;
  /** Folds the elements into a start value by a lambda (value so far, element), then finishes by another one. */
  readonly reduce: Fn<[array: Arg, start: Arg, merge: Lambda, finish?: Lambda], unknown>;
  /** Whether a regular expression matches anywhere in a text. */
  readonly regexp: Fn<[arg1: Arg, regexp: Text], boolean | null, '1'>;
  /** The number of matches. */
  readonly regexpCount: Fn<[arg1: Arg, regexp: Text], Int | null, '1'>;
  /** A group of the first match, or an empty text. */
  readonly regexpExtract: Fn<[arg1: Arg, regexp: Text, idx?: Arg], string | null, '1'>;
  /** A group of every match. */
  readonly regexpExtractAll: Fn<[arg1: Arg, regexp: Text, idx?: Arg], readonly (string | null)[] | null, '1'>;
  /** The place of the first match from 1; 0 if there is none. */
  readonly regexpInstr: Fn<[arg1: Arg, regexp: Text, arg3?: Arg], Int | null, '1'>;
  /** Whether a regular expression matches anywhere in a text. */
  readonly regexpLike: Fn<[arg1: Arg, regexp: Text], boolean | null, '1'>;
  /** The text with every match from a position on replaced; $1 in the replacement is the first group. */
  readonly regexpReplace: Fn<[subject: Arg, regexp: Text, rep: Text, position?: Arg], string | null, '1' | '2'>;
  /** The first match; NULL if there is none. */
  readonly regexpSubstr: Fn<[arg1: Arg, regexp: Text], string | null, '1'>;
  /** Mean of x over the pairs without NULL. */
  readonly regrAvgx: Fn<[y: Arg, x: Arg], unknown>;
  /** Mean of y over the pairs without NULL. */
  readonly regrAvgy: Fn<[y: Arg, x: Arg], unknown>;
  /** Number of pairs without NULL. */
  readonly regrCount: Fn<[arg1: Arg, arg2: Arg], bigint | null>;
  /** Intercept of the least-squares line. */
  readonly regrIntercept: Fn<[arg1: Arg, arg2: Arg], Double | null>;
  /** Coefficient of determination of the least-squares line. */
  readonly regrR2: Fn<[arg1: Arg, arg2: Arg], Double | null>;
  /** Slope of the least-squares line. */
  readonly regrSlope: Fn<[arg1: Arg, arg2: Arg], Double | null>;
  /** Sum of the squares of x around its mean. */
  readonly regrSxx: Fn<[arg1: Arg, arg2: Arg], Double | null>;
  /** Sum of the products of x and y around their means. */
  readonly regrSxy: Fn<[arg1: Arg, arg2: Arg], Double | null>;
  /** Sum of the squares of y around its mean. */
  readonly regrSyy: Fn<[arg1: Arg, arg2: Arg], Double | null>;
  /** The text so many times. */
  readonly repeat: Fn<[arg1: Arg, arg2: Arg], string | null>;
  /** The text with every occurrence of another replaced. */
  readonly replace: Fn<[arg1: Arg, arg2: Text, arg3?: Text], string | null, '1' | '2'>;
  /** The characters or elements the other way round. */
  readonly reverse: Fn<[arg1: Arg], unknown>;
  /** The last characters. */
  readonly right: Fn<[arg1: Arg, arg2: Arg], string | null>;
  /** The nearest whole double, halves to the even one. */
  readonly rint: Fn<[arg1: Arg], Double | null>;
  /** Whether a regular expression matches anywhere in a text. */
  readonly rlike: Fn<[arg1: Arg, regexp: Text], boolean | null, '1'>;
  /** Rounded to a number of digits, halves away from zero. */
  readonly round: Fn<[arg1: Arg, scale?: Arg], unknown>;
  /** Number of the row in its partition, from 1. */
  readonly rowNumber: Fn<[], Int | null>;
  /** Makes the text exactly so long: cut, or filled up on the right. */
  readonly rpad: Fn<[str: Arg, len: Arg, pad?: Text], unknown, '2'>;
  /** Takes blanks, or the characters of the first of two arguments, off the end of the text. */
  readonly rtrim: Fn<[arg1: Arg, arg2?: Text], string | null, '1'>;
  /** The schema of a constant CSV record as DDL, as from_csv takes it. */
  readonly schemaOfCsv: Fn<[csv: Text, options?: Options], string | null, '0'>;
  /** The schema of a constant JSON text as DDL, as from_json takes it. */
  readonly schemaOfJson: Fn<[json: Text, options?: Options], string | null, '0'>;
  /** The schema of a VARIANT. */
  readonly schemaOfVariant: Fn<[input: Arg], string | null>;
  /** The schema that all VARIANT values of the group fit. */
  readonly schemaOfVariantAgg: Fn<[input: Arg], string | null>;
  /** The secant. */
  readonly sec: Fn<[arg1: Arg], Double | null>;
  /** The second. */
  readonly second: Fn<[time: Arg], Int | null>;
  /** The words of each sentence of a text. */
  readonly sentences: Fn<[arg1: Arg, arg2?: Arg, arg3?: Arg], readonly (readonly (string | null)[] | null)[] | null>;
  /** The numbers, dates or times from a start to an end, by a step. */
  readonly sequence: Fn<[arg1: Arg, arg2: Arg, arg3?: Arg], unknown>;
  /** The name of the user: there is one only. */
  readonly sessionUser: Fn<[], string | null>;
  /** The SHA-1 digest as hexadecimal digits. */
  readonly sha: Fn<[arg1: Arg], string | null>;
  /** The SHA-1 digest as hexadecimal digits. */
  readonly sha1: Fn<[arg1: Arg], string | null>;
  /** A SHA-2 digest of 224, 256, 384 or 512 bits (0: 256) as hexadecimal digits; NULL for other lengths. */
  readonly sha2: Fn<[arg1: Arg, arg2: Arg], string | null>;
  /** Bits moved to the left. */
  readonly shiftleft: Fn<[arg1: Arg, arg2: Arg], unknown>;
  /** Bits moved to the right, keeping the sign. */
  readonly shiftright: Fn<[arg1: Arg, arg2: Arg], unknown>;
  /** Bits moved to the right, zeros coming in. */
  readonly shiftrightunsigned: Fn<[arg1: Arg, arg2: Arg], unknown>;
  /** The elements in a random order. */
  readonly shuffle: Fn<[array: Arg, seed?: Arg], unknown>;
  /** -1, 0 or 1 as a DOUBLE. */
  readonly sign: Fn<[arg1: Arg], Double | null>;
  /** -1, 0 or 1 as a DOUBLE. */
  readonly signum: Fn<[arg1: Arg], Double | null>;
  /** The sine. */
  readonly sin: Fn<[arg1: Arg], Double | null>;
  /** The hyperbolic sine. */
  readonly sinh: Fn<[arg1: Arg], Double | null>;
  /** How many elements or entries. */
  readonly size: Fn<[arg1: Arg], Int | null>;
  /** Skewness; NULL where all values are equal. */
  readonly skewness: Fn<[arg1: Arg], Double | null>;
  /** So many elements from a position, counted from 1 or, negative, from the end. */
  readonly slice: Fn<[arg1: Arg, start: Arg, length: Arg], unknown>;
  /** TRUE if some value is. */
  readonly some: Fn<[arg1: Arg], unknown>;
  /** The elements in order; NULLs first, or last in descending order. */
  readonly sortArray: Fn<[array: Arg, ascendingOrder?: Arg], unknown>;
  /** The code of how an English name sounds. */
  readonly soundex: Fn<[arg1: Arg], string | null>;
  /** So many blanks. */
  readonly space: Fn<[arg1: Arg], string | null>;
  /** The number of the partition: there is one. */
  readonly sparkPartitionId: Fn<[], Int | null>;
  /** The parts of a text between the matches of a regular expression. */
  readonly split: Fn<[arg1: Arg, regexp: Text, arg3?: Arg], readonly (string | null)[] | null, '1'>;
  /** The n-th part between delimiters, from 1 or, negative, from the end; empty past the ends. */
  readonly splitPart: Fn<[arg1: Arg, arg2: Text, arg3: Arg], string | null, '1'>;
  /** The square root, NaN for less than zero. */
  readonly sqrt: Fn<[arg1: Arg], Double | null>;
  /** Deals the values into n rows. */
  readonly stack: Fn<[n: Arg, ...rest: Arg[]], unknown>;
  /** Whether the first text begins with the second. */
  readonly startswith: Fn<[str: Arg, right: Arg], boolean | null>;
  /** Standard deviation of the sample; NULL for one value. */
  readonly std: Fn<[arg1: Arg], Double | null>;
  /** Standard deviation of the sample; NULL for one value. */
  readonly stddev: Fn<[arg1: Arg], Double | null>;
  /** Standard deviation of the population. */
  readonly stddevPop: Fn<[arg1: Arg], Double | null>;
  /** Standard deviation of the sample; NULL for one value. */
  readonly stddevSamp: Fn<[arg1: Arg], Double | null>;
  /** A map of a text of pairs: what parts the pairs, and key from value, are regular expressions. */
  readonly strToMap: Fn<[arg1: Arg, arg2?: Text, arg3?: Text], unknown, '1' | '2'>;
  /** The texts that are not NULL put together, with a separator between them; WITHIN GROUP (ORDER BY …) says in which order. */
  readonly stringAgg: Fn<[expr: Arg, delimiter?: Text], unknown, '1'>;
  /** The part that begins at a position, counted from 1 or, negative, from the end. */
  readonly substr: Fn<[arg1: Arg, arg2: Arg, arg3?: Arg], unknown>;
  /** The part that begins at a position, counted from 1 or, negative, from the end. */
  readonly substring: Fn<[arg1: Arg, arg2: Arg, arg3?: Arg], unknown>;
  /** What stands before the n-th delimiter, or, for a negative n, after the n-th from the end. */
  readonly substringIndex: Fn<[arg1: Arg, arg2: Text, arg3: Arg], string | null, '1'>;
  /** Total of the values that are not NULL; NULL if there are none. */
  readonly sum: Fn<[expr: Arg], unknown>;
  /** The tangent. */
  readonly tan: Fn<[arg1: Arg], Double | null>;
  /** The hyperbolic tangent. */
  readonly tanh: Fn<[arg1: Arg], Double | null>;
  /** What the first theta sketch has and the second has not. */
  readonly thetaDifference: Fn<[arg1: Arg, arg2: Arg], Uint8Array | null>;
  /** What two theta sketches have in common. */
  readonly thetaIntersection: Fn<[arg1: Arg, arg2: Arg], Uint8Array | null>;
  /** A theta sketch of the values: the least 2^lgNomEntries of their hashes. */
  readonly thetaSketchAgg: Fn<[expr: Arg, lgNomEntries?: Arg], Uint8Array | null>;
  /** About how many distinct values a theta sketch has seen. */
  readonly thetaSketchEstimate: Fn<[arg1: Arg], bigint | null>;
  /** The union of two theta sketches. */
  readonly thetaUnion: Fn<[sketch: Arg, sketch: Arg, lgNomEntries?: Arg], Uint8Array | null>;
  /** The beginning of the bucket of a fixed length, counted from an origin, that holds the time. */
  readonly timeBucket: Fn<[bucketSize: Arg, time: Arg, origin?: Arg], unknown>;
  /** Whole units from the first time to the second. */
  readonly timeDiff: Fn<[unit: Text, time: Arg, time: Arg], bigint | null, '0'>;
  /** The time so many microseconds after midnight. */
  readonly timeFromMicros: Fn<[arg1: Arg], unknown>;
  /** The time so many milliseconds after midnight. */
  readonly timeFromMillis: Fn<[arg1: Arg], unknown>;
  /** The time so many seconds after midnight. */
  readonly timeFromSeconds: Fn<[arg1: Arg], unknown>;
  /** Microseconds since midnight. */
  readonly timeToMicros: Fn<[time: Arg], bigint | null>;
  /** Milliseconds since midnight. */
  readonly timeToMillis: Fn<[time: Arg], bigint | null>;
  /** Seconds since midnight. */
  readonly timeToSeconds: Fn<[time: Arg], Decimal | null>;
  /** The beginning of the unit that holds the time. */
  readonly timeTrunc: Fn<[unit: Text, time: Arg], unknown, '0'>;
  /** The time so many microseconds after 1970. */
  readonly timestampMicros: Fn<[arg1: Arg], Timestamp | null>;
  /** The time so many milliseconds after 1970. */
  readonly timestampMillis: Fn<[arg1: Arg], Timestamp | null>;
  /** The time so many nanoseconds after 1970: refused, as no type here is that fine. */
  readonly timestampNanos: Fn<[arg1: Arg], Timestamp | null>;
  /** The time so many seconds after 1970. */
  readonly timestampSeconds: Fn<[arg1: Arg], Timestamp | null>;
  /** A time so many units later. */
  readonly timestampadd: Fn<[unit: Arg, quantity: Arg, timestamp: Arg], unknown>;
  /** Whole units from the first time to the second, by the wall clock. */
  readonly timestampdiff: Fn<[arg1: Arg, arg2: Arg, arg3: Arg], bigint | null>;
  /** Bytes in base 32. */
  readonly toBase32: Fn<[arg1: Arg], string | null>;
  /** The bytes that a text stands for: 'hex' (which goes without saying), 'utf-8' or 'base64'. */
  readonly toBinary: Fn<[expr: Arg, fmt?: Text], Uint8Array | null, '1'>;
  /** A number by a format of digits (9, 0), separators (G D , .), signs (S MI PR) and $; a date or time by a pattern of letters; bytes as hex, base64 or utf-8. */
  readonly toChar: Fn<[expr: Arg, format: Text], string | null, '1'>;
  /** A struct as a CSV record. */
  readonly toCsv: Fn<[value: Arg, options?: Options], string | null>;
  /** Reads a date from text: as a cast does, or by a pattern. */
  readonly toDate: Fn<[arg1: Arg, arg2?: Text], unknown, '1'>;
  /** A struct, array, map or variant as JSON text; fields that are NULL are left out. */
  readonly toJson: Fn<[value: Arg, options?: Options], string | null>;
  /** The DECIMAL that a text stands for, by a format of digits (9, 0), separators (G D , .), signs (S MI PR) and $. */
  readonly toNumber: Fn<[expr: Arg, format: Text], unknown, '1'>;
  /** Reads a time: as a cast does, or by a pattern. */
  readonly toTime: Fn<[str: Arg, format?: Text], unknown, '1'>;
  /** Reads a timestamp from text: as a cast does, or by a pattern. */
  readonly toTimestamp: Fn<[arg1: Arg, arg2?: Text], unknown, '1'>;
  /** Reads a timestamp from text: as a cast does, or by a pattern. */
  readonly toTimestampLtz: Fn<[arg1: Arg, arg2?: Text], unknown, '1'>;
  /** Reads a timestamp_ntz from text: as a cast does, or by a pattern. */
  readonly toTimestampNtz: Fn<[arg1: Arg, arg2?: Text], unknown, '1'>;
  /** Seconds since 1970 of a date or time, or of text read by a pattern; cut toward zero. */
  readonly toUnixTimestamp: Fn<[arg1: Arg, arg2?: Text], bigint | null, '1'>;
  /** What a clock of UTC shows when one of the zone shows the time. */
  readonly toUtcTimestamp: Fn<[arg1: Arg, arg2: Text], Timestamp | null, '1'>;
  /** A number by a format of digits (9, 0), separators (G D , .), signs (S MI PR) and $; a date or time by a pattern of letters; bytes as hex, base64 or utf-8. */
  readonly toVarchar: Fn<[expr: Arg, format: Text], string | null, '1'>;
  /** A struct, map or array as a VARIANT: structs and maps become objects. */
  readonly toVariantObject: Fn<[arg1: Arg], unknown>;
  /** What a lambda makes of each element (and of its index, from 0). */
  readonly transform: Fn<[array: Arg, function_: Lambda], unknown>;
  /** The map with the keys that a lambda (key, value) gives. */
  readonly transformKeys: Fn<[map: Arg, function_: Lambda], unknown>;
  /** The map with the values that a lambda (key, value) gives. */
  readonly transformValues: Fn<[map: Arg, function_: Lambda], unknown>;
  /** The text with each character of the second argument replaced by the one in its place in the third, or dropped. */
  readonly translate: Fn<[arg1: Arg, arg2: Text, arg3: Text], string | null, '1' | '2'>;
  /** Takes blanks, or the characters of the first of two arguments, off both ends of the text. */
  readonly trim: Fn<[arg1: Arg, arg2?: Text], string | null, '1'>;
  /** The first day of the week, month, quarter or year; NULL for another unit. */
  readonly trunc: Fn<[arg1: Arg, arg2: Text], Date | null, '1'>;
  /** The sum, NULL on overflow. */
  readonly tryAdd: Fn<[arg1: Arg, arg2: Arg], unknown>;
  /** Bytes decrypted by AES, NULL where that fails. */
  readonly tryAesDecrypt: Fn<[arg1: Arg, key: Arg, mode?: Arg, padding?: Arg, aad?: Arg], Uint8Array | null>;
  /** As avg, but NULL where it does not fit. */
  readonly tryAvg: Fn<[expr: Arg], unknown>;
  /** The quotient, NULL if the divisor is zero. */
  readonly tryDivide: Fn<[arg1: Arg, arg2: Arg], unknown>;
  /** The element of an array at a position, counted from 1 or, negative, from the end; the value of a map's key. NULL past the ends. */
  readonly tryElementAt: Fn<[container: Arg, key: Arg], unknown>;
  /** As make_interval, NULL where it is too long. */
  readonly tryMakeInterval: Fn<[years: Arg, months?: Arg, weeks?: Arg, days?: Arg, hours?: Arg, mins?: Arg, secs?: Arg], unknown>;
  /** A timestamp of its parts (and of a zone), or of a date and a time; NULL where there is no such time. */
  readonly tryMakeTimestamp: Fn<[year?: Arg, month?: Arg, day?: Arg, hour?: Arg, min?: Arg, sec?: Arg, timezone?: Arg], Timestamp | null>;
  /** A timestamp of its parts (and of a zone), or of a date and a time; NULL where there is no such time. */
  readonly tryMakeTimestampLtz: Fn<[year?: Arg, month?: Arg, day?: Arg, hour?: Arg, min?: Arg, sec?: Arg, timezone?: Arg], Timestamp | null>;
  /** A timestamp_ntz of its parts, or of a date and a time; NULL where there is no such time. */
  readonly tryMakeTimestampNtz: Fn<[year?: Arg, month?: Arg, day?: Arg, hour?: Arg, min?: Arg, sec?: Arg], Timestamp | null>;
  /** The remainder, NULL if the divisor is zero. */
  readonly tryMod: Fn<[arg1: Arg, arg2: Arg], unknown>;
  /** The product, NULL on overflow. */
  readonly tryMultiply: Fn<[arg1: Arg, arg2: Arg], unknown>;
  /** A JSON text as a VARIANT; NULL if it is none. */
  readonly tryParseJson: Fn<[json: Arg], unknown>;
  /** A part of a URL (HOST, PATH, QUERY, REF, PROTOCOL, FILE, AUTHORITY, USERINFO), or a value of its query; NULL if it is no URL. */
  readonly tryParseUrl: Fn<[arg1: Arg, arg2: Text, key?: Text], string | null, '1' | '2'>;
  /** The difference, NULL on overflow. */
  readonly trySubtract: Fn<[arg1: Arg, arg2: Arg], unknown>;
  /** As sum, but NULL where the total does not fit. */
  readonly trySum: Fn<[expr: Arg], unknown>;
  /** The bytes that a text stands for: 'hex' (which goes without saying), 'utf-8' or 'base64'; NULL where it stands for none. */
  readonly tryToBinary: Fn<[expr: Arg, fmt?: Text], Uint8Array | null, '1'>;
  /** Reads a date from text, NULL where it is none: as a cast does, or by a pattern. */
  readonly tryToDate: Fn<[arg1: Arg, arg2?: Text], unknown, '1'>;
  /** The DECIMAL that a text stands for, by a format of digits (9, 0), separators (G D , .), signs (S MI PR) and $; NULL where it does not fit. */
  readonly tryToNumber: Fn<[expr: Arg, format: Text], unknown, '1'>;
  /** Reads a time, NULL where the text is none: as a cast does, or by a pattern. */
  readonly tryToTime: Fn<[str: Arg, format?: Text], unknown, '1'>;
  /** Reads a timestamp from text, NULL where it is none: as a cast does, or by a pattern. */
  readonly tryToTimestamp: Fn<[arg1: Arg, arg2?: Text], unknown, '1'>;
  /** As url_decode, NULL for text that is none. */
  readonly tryUrlDecode: Fn<[arg1: Arg], string | null>;
  /** The text, if its bytes are well-formed UTF-8, else NULL. */
  readonly tryValidateUtf8: Fn<[str: Arg], string | null>;
  /** A VARIANT with one more element at the end of the array at a path. */
  readonly tryVariantArrayAppend: Fn<[v: Arg, path: Arg, val: Arg], unknown>;
  /** What stands at a path of a VARIANT, as a type; NULL if nothing does or it does not fit. */
  readonly tryVariantGet: Fn<[input: Arg, path: Text, type?: Text], unknown, '1' | '2'>;
  /** A VARIANT with one more field, or element before the one at an index. */
  readonly tryVariantInsert: Fn<[v: Arg, path: Arg, val: Arg], unknown>;
  /** A VARIANT with what stands at a path replaced, or made. */
  readonly tryVariantSet: Fn<[v: Arg, path: Arg, val: Arg, createIfMissing?: Arg], unknown>;
  /** The type of the argument, which is not evaluated. */
  readonly typeof: Fn<[arg1: Arg], string | null>;
  /** The text in upper case. */
  readonly ucase: Fn<[arg1: Arg], string | null>;
  /** The bytes of a text in base 64. */
  readonly unbase64: Fn<[arg1: Arg], Uint8Array | null>;
  /** The bytes of hexadecimal digits, NULL for anything else. */
  readonly unhex: Fn<[arg1: Arg], Uint8Array | null>;
  /** A random number between two constants. */
  readonly uniform: Fn<[min: Arg, max: Arg, seed?: Arg], unknown>;
  /** Days since 1970-01-01. */
  readonly unixDate: Fn<[arg1: Arg], Int | null>;
  /** The microseconds since 1970, rounded down. */
  readonly unixMicros: Fn<[time: Arg], bigint | null>;
  /** The milliseconds since 1970, rounded down. */
  readonly unixMillis: Fn<[time: Arg], bigint | null>;
  /** Nanoseconds since 1970, of timestamps of that precision; there are none here. */
  readonly unixNanos: Fn<[arg1: Arg], Decimal | null>;
  /** The seconds since 1970, rounded down. */
  readonly unixSeconds: Fn<[time: Arg], bigint | null>;
  /** Seconds since 1970 of a date or time, or of text read by a pattern; cut toward zero. */
  readonly unixTimestamp: Fn<[arg1?: Arg, arg2?: Text], bigint | null, '1'>;
  /** The text in upper case. */
  readonly upper: Fn<[arg1: Arg], string | null>;
  /** The text of a part of a form URL. */
  readonly urlDecode: Fn<[arg1: Arg], string | null>;
  /** The text as a part of a form URL. */
  readonly urlEncode: Fn<[arg1: Arg], string | null>;
  /** The name of the user: there is one only. */
  readonly user: Fn<[], string | null>;
  /** A random UUID. */
  readonly uuid: Fn<[], string | null>;
  /** The text, if its bytes are well-formed UTF-8, else an error. */
  readonly validateUtf8: Fn<[str: Arg], string | null>;
  /** Variance of the population. */
  readonly varPop: Fn<[arg1: Arg], Double | null>;
  /** Variance of the sample; NULL for one value. */
  readonly varSamp: Fn<[arg1: Arg], Double | null>;
  /** Variance of the sample; NULL for one value. */
  readonly variance: Fn<[arg1: Arg], Double | null>;
  /** A VARIANT with one more element at the end of the array at a path. */
  readonly variantArrayAppend: Fn<[v: Arg, path: Arg, val: Arg], unknown>;
  /** A VARIANT without what stands at the paths; a path that is NULL or leads nowhere changes nothing. */
  readonly variantDelete: Fn<[input: Arg, ...rest: Arg[]], unknown>;
  /** A row for each element or field of a VARIANT: position, key, value. */
  readonly variantExplode: Fn<[input: Arg], unknown>;
  /** A row for each element or field of a VARIANT: position, key, value; one row of NULLs for none. */
  readonly variantExplodeOuter: Fn<[input: Arg], unknown>;
  /** What stands at a path of a VARIANT, as a type; NULL if nothing does. */
  readonly variantGet: Fn<[input: Arg, path: Text, type?: Text], unknown, '1' | '2'>;
  /** A VARIANT with one more field, or element before the one at an index. */
  readonly variantInsert: Fn<[v: Arg, path: Arg, val: Arg], unknown>;
  /** A VARIANT with what stands at a path replaced, or made. */
  readonly variantSet: Fn<[v: Arg, path: Arg, val: Arg, createIfMissing?: Arg], unknown>;
  /** A VARIANT without fields, and elements of arrays, that are null. */
  readonly variantStripNulls: Fn<[v: Arg, arrays?: Arg], unknown>;
  /** The average of vectors. */
  readonly vectorAvg: Fn<[vector: Arg], readonly (Double | null)[] | null>;
  /** The cosine of the angle between two vectors; NULL if one has no length. */
  readonly vectorCosineSimilarity: Fn<[left: Arg, right: Arg], Double | null>;
  /** The sum of the products of two vectors. */
  readonly vectorInnerProduct: Fn<[left: Arg, right: Arg], Double | null>;
  /** The distance of two vectors. */
  readonly vectorL2Distance: Fn<[left: Arg, right: Arg], Double | null>;
  /** The length of a vector: of degree 2, 1 or infinity. */
  readonly vectorNorm: Fn<[vector: Arg, degree?: Arg], Double | null>;
  /** A vector of the same direction and of length 1; NULL for one without length. */
  readonly vectorNormalize: Fn<[vector: Arg, degree?: Arg], readonly (Double | null)[] | null>;
  /** The sum of vectors. */
  readonly vectorSum: Fn<[vector: Arg], readonly (Double | null)[] | null>;
  /** The version of Spark whose behaviour this is. */
  readonly version: Fn<[], string | null>;
  /** The day of the week, Monday is 0. */
  readonly weekday: Fn<[arg1: Arg], Int | null>;
  /** The ISO week of the year. */
  readonly weekofyear: Fn<[arg1: Arg], Int | null>;
  /** CASE: the value of the first condition that holds, else the last one, else NULL. */
  readonly when: Fn<[...rest: Arg[]], unknown>;
  /** The number of the bucket that a value falls into, among equal ones between two bounds. */
  readonly widthBucket: Fn<[arg1: Arg, arg2: Arg, arg3: Arg, arg4: Arg], bigint | null>;
  /** The end of a window. It keeps the watermark: a stream may be grouped by it in append mode. */
  readonly windowEnd: Fn<[windowColumn: Arg], unknown>;
  /** The event time of a window: its end less a microsecond. */
  readonly windowTime: Fn<[windowColumn: Arg], unknown>;
  /** The xxHash64 of all arguments. */
  readonly xxhash64: Fn<[...rest: Arg[]], bigint | null>;
  /** The year. */
  readonly year: Fn<[arg1: Arg], Int | null>;
  /** Zero for NULL, else the argument. */
  readonly zeroifnull: Fn<[arg1: Arg], unknown>;
  /** What a lambda makes of the elements at the same positions; the shorter array is filled up with NULL. */
  readonly zipWith: Fn<[left: Arg, right: Arg, function_: Lambda], unknown>;
}
