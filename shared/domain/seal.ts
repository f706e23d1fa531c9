import { addDays, monthEnd, monthOfDay } from './period.ts';
import type { Period } from './total.ts';

/** When periods are sealed. */
export type SealRules = Readonly<{
  /** A day is sealed this many hours after its end, and after it was first seen if that was later. */
  sealDayAfterHours: number;
  /** A month is sealed at the start of this day of the next month. */
  sealMonthOnDay: number;
}>;

export const DEFAULT_SEAL_RULES: SealRules = { sealDayAfterHours: 48, sealMonthOnDay: 3 };

/** What a sealed period held when it was sealed; `digest` is a SHA-256 in hex. */
export type SealedBooks = Readonly<{
  requests: number;
  costPicoUsd: bigint;
  n: number;
  digest: string;
}>;

/**
 * What is known of a period's end. From `sealingAt` on nothing is posted to it any more; from `sealedAt` on
 * its totals are final.
 */
export type Seal = Readonly<{
  period: Period;
  firstSeenAt: string;
  sealingAt?: string;
  sealedAt?: string;
  books?: SealedBooks;
}>;

const HOUR_MS = 3_600_000;

/**
 * True when a posting to this day must look at its seal; one to a day that is not over need not pay for that. Days
 * are sealed hours after their end, two days by default, and by so much a poster's clock may be behind.
 */
export function mayBeSealed(day: string, now: Date): boolean {
  return now.getTime() >= dayEndMs(day);
}

/** True when a day is due for its seal. A first import of old logs has as long as a new day has. */
export function isDayDue(
  { day, firstSeenAt }: { day: string; firstSeenAt: string },
  now: Date,
  rules: SealRules,
): boolean {
  const openUntilMs = Math.max(dayEndMs(day), Date.parse(firstSeenAt)) + rules.sealDayAfterHours * HOUR_MS;
  return now.getTime() >= openUntilMs;
}

/** True when a month is due for its seal; it waits for those of its days that are still open. */
export function isMonthDue(month: string, now: Date, { sealMonthOnDay }: SealRules): boolean {
  const firstOfNext = monthEnd(month).slice(0, 10);
  return now.getTime() >= Date.parse(`${addDays(firstOfNext, sealMonthOnDay - 1)}T00:00:00Z`);
}

/** The periods whose seals decide whether a day still takes postings. */
export function periodsOfDay(day: string): readonly [Period, Period] {
  return [
    { kind: 'day', day },
    { kind: 'month', month: monthOfDay(day) },
  ];
}

function dayEndMs(day: string): number {
  return Date.parse(`${addDays(day, 1)}T00:00:00Z`);
}
