import { isTimeZone, wallTimeAt } from './zone.ts';

const HOUR_MS = 3_600_000;
const MINUTES_PER_HOUR = 60;

/** A day and an hour, 0 to 23, on the clocks of a place. */
export type LocalHour = Readonly<{ day: string; hour: number }>;

/** Where a UTC hour lies on the clocks of a place. */
export type LocalClock = Readonly<{ timeZone: string; at(day: string, hour: number): LocalHour }>;

/**
 * `unknown`: no zone of this name. `part_hour`: its clocks are not whole hours from UTC, so that a UTC hour lies
 * in two of its hours.
 */
export class TimeZoneError extends Error {
  readonly code: 'unknown' | 'part_hour';

  constructor(code: TimeZoneError['code'], message: string) {
    super(message);
    this.name = 'TimeZoneError';
    this.code = code;
  }
}

/**
 * The clock of an IANA time zone such as `Europe/Berlin`, summer time included. Throws a `TimeZoneError` for a zone that
 * does not exist and, when it is asked, for one that is not whole hours from UTC.
 */
export function openLocalClock(timeZone: string): LocalClock {
  if (!isTimeZone(timeZone)) throw new TimeZoneError('unknown', `there is no time zone "${timeZone}"`);
  const known = new Map<string, LocalHour>();
  return {
    timeZone,
    at(day, hour) {
      const name = `${day} ${hour}`;
      const local = known.get(name) ?? readClock(timeZone, Date.parse(`${day}T00:00:00Z`) + hour * HOUR_MS);
      known.set(name, local);
      return local;
    },
  };
}

function readClock(timeZone: string, atMs: number): LocalHour {
  const { day, minute } = wallTimeAt(timeZone, atMs);
  if (minute % MINUTES_PER_HOUR !== 0) {
    throw new TimeZoneError(
      'part_hour',
      `clocks of ${timeZone} are not whole hours from UTC, and the ledger keeps whole UTC hours`,
    );
  }
  return { day, hour: minute / MINUTES_PER_HOUR };
}
