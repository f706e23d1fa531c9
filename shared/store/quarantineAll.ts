import { isDay, toDay } from '../domain/period.ts';
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

/** Puts lines into quarantine with what may be kept of them; a line that is there already stays as it is. */
export async function quarantineAll(
  lines: readonly Unreadable[],
  { logGroup, logStream }: { logGroup: string; logStream: string },
  { stores, posting }: { stores: { quarantine: QuarantineStore }; posting: Posting },
): Promise<void> {
  const retention = { now: posting.now, retentionDays: posting.recordRetentionDays };
  await inParallel(lines, LINES_AT_ONCE, ({ event, part, reason, detail }) =>
    stores.quarantine.put(
      {
        eventId: logEventId(logGroup, logStream, part === 0 ? event.id : `${event.id}/${part}`),
        day: dayOfEvent(event.timestamp, posting.now),
        reason,
        detail: detail.slice(0, MAX_DETAIL_LENGTH).toWellFormed(),
        logGroup,
        logStream,
        line: redactLine(event.message).toWellFormed(),
      },
      retention,
    ),
  );
}

/** The day of the log event, so that a redelivery finds it; today where its time makes no sense. */
function dayOfEvent(timestampMs: number, now: Date): string {
  const at = new Date(timestampMs);
  const day = Number.isNaN(at.getTime()) ? '' : toDay(at);
  return isDay(day) ? day : toDay(now);
}
