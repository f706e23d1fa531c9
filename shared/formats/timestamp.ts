const ISO = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** Clocks of gateways and log services may run ahead by this much; more is a wrong date. */
export const MAX_AHEAD_MS = 86_400_000;

/** No gateway logged an LLM request before this. */
const EARLIEST_MS = Date.UTC(2020, 0, 1);

export type ReadTimestamp =
  | Readonly<{ kind: 'read'; iso: string }>
  | Readonly<{ kind: 'bad_timestamp' | 'future_date'; detail: string }>;

/**
 * Reads an ISO 8601 time with zone as UTC with milliseconds. Refuses a day that is not in the calendar
 * (the parser of the language would roll it over), a time before 2020, and one over a day ahead of `now`.
 */
export function readTimestamp(text: string, now: Date): ReadTimestamp {
  const match = ISO.exec(text);
  const ms = match === null ? Number.NaN : Date.parse(text);
  const day = match?.[1] ?? '';
  if (Number.isNaN(ms) || (Number(day.slice(8)) > 28 && !isCalendarDay(day))) {
    return { kind: 'bad_timestamp', detail: `${text.slice(0, 40)} is no ISO 8601 time with a zone` };
  }
  if (ms < EARLIEST_MS) return { kind: 'bad_timestamp', detail: `${text} is before 2020` };
  if (ms > now.getTime() + MAX_AHEAD_MS) {
    return { kind: 'future_date', detail: `${text} is more than a day ahead of the clock` };
  }
  if (text.length === 20 && text.endsWith('Z')) return { kind: 'read', iso: `${text.slice(0, 19)}.000Z` };
  return { kind: 'read', iso: new Date(ms).toISOString() };
}

function isCalendarDay(day: string): boolean {
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}
