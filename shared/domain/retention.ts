import type { Seal } from './seal.ts';

/** How long things are kept, as a posting says it. */
export type Retention = Readonly<{ recordRetentionDays: number; lineRetentionDays: number }>;

/** The finest thing that is still whole of a day: its records, else its daily lines, else its totals. */
export type Kept = 'records' | 'lines' | 'totals';

const DAY_MS = 86_400_000;

/**
 * `closePeriods` looks every hour, so a day is first seen at most that long after its first posting; a day
 * covers one that did not run for a while.
 */
const FIRST_SEEN_LAG_MS = DAY_MS;

/**
 * When the first record of a day expires, at the earliest: records live from their posting, and none was
 * posted before the day began or long before it was first seen. An import of old logs thus has its full time.
 */
export function firstExpiryMs(
  day: string,
  { firstSeenAt }: Pick<Seal, 'firstSeenAt'>,
  { recordRetentionDays }: Pick<Retention, 'recordRetentionDays'>,
): number {
  const firstPostingMs = Math.max(startMs(day), Date.parse(firstSeenAt) - FIRST_SEEN_LAG_MS);
  return firstPostingMs + recordRetentionDays * DAY_MS;
}

/**
 * What is kept of a day. One that was never seen, as in a ledger on one machine that only ran commands, has
 * its records: nothing tells when they were posted, and nothing there deletes them.
 */
export function whatIsKept(
  day: string,
  seal: Pick<Seal, 'firstSeenAt'> | undefined,
  { now, ...retention }: Retention & Readonly<{ now: Date }>,
): Kept {
  if (now.getTime() >= startMs(day) + retention.lineRetentionDays * DAY_MS) return 'totals';
  if (seal === undefined || now.getTime() < firstExpiryMs(day, seal, retention)) return 'records';
  return 'lines';
}

function startMs(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}
