import { replaceEmails } from '../domain/emailAddress.ts';
import { isDay, toDay } from '../domain/period.ts';
import type { PseudonymOf } from '../domain/pseudonym.ts';
import type { QuarantineReason } from '../formats/decoded.ts';
import { type LogEvent, logEventId } from '../formats/envelope.ts';
import { redactLine } from '../formats/redactLine.ts';
import { inParallel } from './inParallel.ts';
import type { QuarantineStore } from './quarantineStore.ts';
import type { Posting } from './recordStore.ts';

/** A log event, or one part of it, that is no usage record, and why. */
export type Unreadable = Readonly<{
  event: LogEvent;
  part: number;
  reason: QuarantineReason;
  detail: string;
}>;

const LINES_AT_ONCE = 8;
const MAX_DETAIL_LENGTH = 300;

/**
 * Puts lines into quarantine with what may be kept of them; one that is there already stays as it is. The
 * bad records of one event share an entry, which tells the first of them. Where users are kept under
 * pseudonyms, no e-mail address is kept.
 */
export async function quarantineAll(
  unreadable: readonly Unreadable[],
  { logGroup, logStream }: { logGroup: string; logStream: string },
  {
    stores,
    posting,
    pseudonymOf,
  }: {
    stores: { quarantine: QuarantineStore };
    posting: Posting;
    pseudonymOf?: PseudonymOf | undefined;
  },
): Promise<void> {
  const isWithoutEmails = pseudonymOf !== undefined;
  const hide = (text: string) => (isWithoutEmails ? replaceEmails(text, pseudonymOf) : text);
  const retention = { now: posting.now, retentionDays: posting.recordRetentionDays };
  const events = Map.groupBy(unreadable, ({ event }) => event);
  await inParallel([...events], LINES_AT_ONCE, async ([event, [first, ...more]]) => {
    if (first === undefined) return;
    const place = first.part === 0 && more.length === 0 ? '' : `record ${first.part}: `;
    const others = more.length === 0 ? '' : ` (and ${more.length} more records)`;
    const detail = `${place}${first.detail.slice(0, MAX_DETAIL_LENGTH)}${others}`;
    const line = {
      eventId: logEventId(logGroup, logStream, event.id),
      day: dayOfEvent(event.timestamp, posting.now),
      reason: first.reason,
      detail: hide(detail.toWellFormed()),
      logGroup,
      logStream: hide(logStream),
      line: redactLine(event.message, { isWithoutEmails }).toWellFormed(),
    };
    await stores.quarantine.put(line, retention);
  });
}

/** The day of the log event, so that a redelivery finds it; today where its time makes no sense. */
function dayOfEvent(timestampMs: number, now: Date): string {
  const at = new Date(timestampMs);
  const day = Number.isNaN(at.getTime()) ? '' : toDay(at);
  return isDay(day) ? day : toDay(now);
}
