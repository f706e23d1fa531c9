import type { Fields } from './fields.ts';
import { readTimestamp } from './timestamp.ts';

/** Seconds since 1970 have fewer than 12 digits for the next 3,000 years, milliseconds have more since 1973. */
const FIRST_MS = 100_000_000_000;

/** The farthest time that a `Date` can hold, in milliseconds. */
const LAST_MS = 8_640_000_000_000_000;

const NUMBER = /^\d{9,16}(?:\.\d{1,9})?$/;
const WITHOUT_ZONE = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)([+-]\d{2}:\d{2}|Z)?$/;

/** How a format writes times: a text or number as ISO 8601, or `undefined` for what is neither. */
type ReadTime = (value: unknown) => string | undefined;

/**
 * The first time that a line has under one of the keys, as ISO 8601 text for `readTimestamp` to judge. A line
 * without any has a bad timestamp.
 */
export function requiredTime(line: Fields, keys: readonly string[], read: ReadTime): string {
  for (const key of keys) {
    const value = line.raw(key);
    if (value === undefined || value === null || value === '') continue;
    const time = read(value);
    if (time === undefined) line.fail('bad_timestamp', key, 'neither text nor number');
    return time ?? '';
  }
  line.fail('bad_timestamp', keys[0] ?? '', 'missing');
  return '';
}

/** Numbers are seconds or milliseconds since 1970, told apart by their size; a text is left as it is. */
export function zonedTime(value: unknown): string | undefined {
  if (typeof value === 'number') return isoOfEpoch(value);
  return typeof value === 'string' ? value : undefined;
}

/** As `zonedTime`, for gateways that write numbers in quotes, and times in UTC without saying so. */
export function utcTime(value: unknown): string | undefined {
  if (typeof value !== 'string') return zonedTime(value);
  if (NUMBER.test(value)) return isoOfEpoch(Number(value));
  const [, day, time, zone = 'Z'] = WITHOUT_ZONE.exec(value) ?? [];
  return day === undefined ? value : `${day}T${time}${zone}`;
}

/** Seconds are rounded to the microsecond that was meant before they are cut to milliseconds. */
function isoOfEpoch(epoch: number): string {
  const ms = epoch < FIRST_MS ? Math.floor(Math.round(epoch * 1_000_000) / 1_000) : Math.floor(epoch);
  return Math.abs(ms) <= LAST_MS ? new Date(ms).toISOString() : String(epoch);
}

/** No request runs for longer than a day; a longer duration is a fault of the log. */
const LONGEST_MS = 86_400_000;

/**
 * The start of a request whose log tells its end, as ISO 8601, and under `key` the milliseconds it took, which
 * may be digits in quotes. Without these the end stands for the start; an end that is no time stays as it is,
 * for `readTimestamp` to judge.
 */
export function startOf(line: Fields, key: string, { end, now }: { end: string; now: Date }): string {
  const value = line.raw(key);
  if (value === undefined || value === null || value === '') return end;
  const durationMs = typeof value === 'string' && DURATION.test(value) ? Number(value) : value;
  if (typeof durationMs !== 'number' || !(durationMs >= 0 && durationMs <= LONGEST_MS)) {
    line.fail('bad_field', key, 'no duration of up to a day');
    return end;
  }
  const read = readTimestamp(end, now);
  if (read.kind !== 'read') return end;
  return new Date(Date.parse(read.iso) - Math.round(durationMs)).toISOString();
}

const DURATION = /^\d{1,8}(?:\.\d{1,9})?$/;
