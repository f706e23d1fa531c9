import { addDays, isDay } from './period.ts';

const INSTANT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * When something ends, in milliseconds since 1970: a time with a zone, or a UTC day, which is meant with all of
 * it. `undefined` for any other text.
 */
export function parseUntil(text: string): number | undefined {
  if (isDay(text)) return Date.parse(`${addDays(text, 1)}T00:00:00Z`);
  const ms = isDay(INSTANT.exec(text)?.[1] ?? '') ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
