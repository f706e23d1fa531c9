import { wallTimeAt } from '../zone.ts';

const MINUTES_PER_HOUR = 60;
/** Winter and summer of the years that a budget may live to see. */
const SAMPLES_MS = Array.from({ length: 16 }, (_, index) => Date.UTC(2024 + index, 0, 1)).flatMap((year) => [
  year,
  year + 182 * 86_400_000,
]);

/**
 * True where clocks are whole hours from UTC, all year: the ledger keeps cost and requests by UTC hours, and
 * none of these would lie within one day of India. The zone must be one that exists.
 */
export function keepsWholeHours(timeZone: string): boolean {
  return SAMPLES_MS.every((atMs) => wallTimeAt(timeZone, atMs).minute % MINUTES_PER_HOUR === 0);
}
