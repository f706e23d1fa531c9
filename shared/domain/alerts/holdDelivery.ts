import { addDays } from '../period.ts';
import { instantOf, wallTimeAt } from '../zone.ts';
import { type AlertSeverity, SEVERITIES } from './alert.ts';
import type { AlertChannel, Digest, QuietHours } from './alertPolicy.ts';
import type { HoldReason, Snooze } from './delivery.ts';

/** Until when a message is held back, and why. */
export type Hold = Readonly<{ until: Date; reason: HoldReason }>;

export type HoldQuestion = Readonly<{
  channel: Pick<AlertChannel, 'quietHours' | 'digest'>;
  severity: AlertSeverity;
  now: Date;
  snooze?: Snooze | undefined;
  /** Why the delivery waited until now: what was held back once is told with the next digest no more. */
  held?: HoldReason | undefined;
}>;

const DAYS_PER_WEEK = 7;
const MINUTES_PER_DAY = 1_440;
const MINUTES_PER_HOUR = 60;

/**
 * Whether a message waits, by the strongest reason: its conversation is snoozed, the channel has quiet hours, or it
 * gathers messages of this severity. Whoever comes back at the end asks again, for the next reason may hold then.
 */
export function holdOf({ channel, severity, now, snooze, held }: HoldQuestion): Hold | undefined {
  const nowMs = now.getTime();
  if (snooze?.kind === 'snooze' && nowMs < Date.parse(snooze.until)) {
    return { until: new Date(snooze.until), reason: 'snoozed' };
  }
  const { quietHours, digest } = channel;
  if (quietHours !== undefined && !isAtLeast(severity, quietHours.exceptFrom)) {
    const endMs = endOfQuiet(quietHours, nowMs);
    if (endMs !== undefined) return { until: new Date(endMs), reason: 'quietHours' };
  }
  if (digest !== undefined && held === undefined && isAtLeast(digest.upTo, severity)) {
    return { until: new Date(nextDigest(digest, nowMs)), reason: 'digest' };
  }
  return undefined;
}

/** The messages that are too many for an hour are told at its end. */
export function endOfHour(now: Date): Date {
  const end = new Date(now);
  end.setUTCMinutes(MINUTES_PER_HOUR, 0, 0);
  return end;
}

function isAtLeast(severity: AlertSeverity, least: AlertSeverity): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least);
}

/** When the quiet time of this moment ends; it begins with its first minute and ends before its last one. */
function endOfQuiet(
  { timeZone, days, startMinute, endMinute }: QuietHours,
  nowMs: number,
): number | undefined {
  if (startMinute === endMinute) return undefined;
  const today = wallTimeAt(timeZone, nowMs).day;
  for (const day of [addDays(today, -1), today]) {
    if (!days.includes(weekdayOf(day))) continue;
    const startMs = instantOf(timeZone, day, startMinute);
    const lastDay = endMinute < startMinute ? addDays(day, 1) : day;
    const endMs = instantOf(timeZone, lastDay, endMinute);
    if (startMs <= nowMs && nowMs < endMs) return endMs;
  }
  return undefined;
}

function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || DAYS_PER_WEEK;
}

/** The first digest after this moment, by the clocks of its zone. */
function nextDigest({ everyHours, atMinute, timeZone }: Digest, nowMs: number): number {
  const today = wallTimeAt(timeZone, nowMs).day;
  const step = everyHours * MINUTES_PER_HOUR;
  const first = step >= MINUTES_PER_DAY ? atMinute : 0;
  for (const day of [today, addDays(today, 1)]) {
    for (let minute = first; minute < MINUTES_PER_DAY; minute += step) {
      const atMs = instantOf(timeZone, day, minute);
      if (atMs > nowMs) return atMs;
    }
  }
  // Only where clocks stand still for a day; then it is worth no more waiting.
  return nowMs;
}
