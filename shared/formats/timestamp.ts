const ISO = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** Clocks of gateways and log services may run ahead by this much; more is a wrong date. */
export const MAX_AHEAD_MS = 86_400_000;

/** No gateway logged an LLM request before this. */
const EARLIEST = '2020-01-01T00:00:00.000Z';

export type ReadTimestamp =
  | Readonly<{ kind: 'read'; iso: string }>
  | Readonly<{ kind: 'bad_timestamp' | 'future_date'; detail: string }>;

/** The form that nearly all logs use, with a day that every month has: its text says all, it needs no parsing. */
const PLAIN =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z$/;
const PLAIN_SECONDS_LENGTH = 20;

/**
 * Reads an ISO 8601 time with zone as UTC with milliseconds. Refuses a day that is not in the calendar
 * (the parser of the language would roll it over), a time before 2020, and one over a day ahead of `now`.
 */
export function readTimestamp(text: string, now: Date): ReadTimestamp {
  const iso = PLAIN.test(text) ? plainIso(text) : parsedIso(text);
  if (iso === undefined) {
    return { kind: 'bad_timestamp', detail: `${text.slice(0, 40)} is no ISO 8601 time with a zone` };
  }
  // A year of five digits is written with a sign, and text order ends there.
  if (iso.startsWith('+') || iso > latestIso(now)) {
    return { kind: 'future_date', detail: `${text} is more than a day ahead of the clock` };
  }
  if (iso < EARLIEST) return { kind: 'bad_timestamp', detail: `${text} is before 2020` };
  return { kind: 'read', iso };
}

function plainIso(text: string): string {
  return text.length === PLAIN_SECONDS_LENGTH ? `${text.slice(0, -1)}.000Z` : text;
}

function parsedIso(text: string): string | undefined {
  const day = ISO.exec(text)?.[1];
  const ms = day === undefined ? Number.NaN : Date.parse(text);
  return day === undefined || Number.isNaN(ms) || !isCalendarDay(day)
    ? undefined
    : new Date(ms).toISOString();
}

let latest = { nowMs: Number.NaN, iso: '' };

/** Texts of times in this form compare as the times do. A batch has one `now`, so its limit is made once. */
function latestIso(now: Date): string {
  const nowMs = now.getTime();
  if (latest.nowMs !== nowMs) latest = { nowMs, iso: new Date(nowMs + MAX_AHEAD_MS).toISOString() };
  return latest.iso;
}

function isCalendarDay(day: string): boolean {
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}
