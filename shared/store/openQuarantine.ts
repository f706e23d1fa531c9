import { toDay } from '../domain/period.ts';
import type { LineContext } from '../formats/decoded.ts';
import { decodeLine } from '../formats/decodeLine.ts';
import { type LogEvent, logEventId } from '../formats/envelope.ts';
import type { QuarantineStore } from './quarantineStore.ts';

type StreamEvent = LogEvent & Readonly<{ logStream: string }>;

/** More than these are not remembered; the rest stays in quarantine until it expires. */
const MAX_LINES = 100_000;

/** The lines of one log group that lie in quarantine: those that a backfill posts after all leave it. */
export class OpenQuarantine {
  readonly #dayOfEvent = new Map<string, string>();
  readonly #quarantine: QuarantineStore;
  readonly #logGroup: string;

  private constructor(quarantine: QuarantineStore, logGroup: string) {
    this.#quarantine = quarantine;
    this.#logGroup = logGroup;
  }

  /** Reads what is in quarantine of a span, whose times are ms since 1970. */
  static async read(
    quarantine: QuarantineStore,
    { logGroup, fromMs, toMs }: { logGroup: string; fromMs: number; toMs: number },
  ): Promise<OpenQuarantine> {
    const open = new OpenQuarantine(quarantine, logGroup);
    const [from, to] = [toDay(new Date(fromMs)), toDay(new Date(toMs))];
    for (const day of await quarantine.days()) {
      if (day < from || day > to) continue;
      for await (const line of quarantine.allOfDay(day)) {
        const isOpen = line.logGroup === logGroup && line.replayedAt === undefined;
        if (isOpen && open.#dayOfEvent.size < MAX_LINES) open.#dayOfEvent.set(line.eventId, day);
      }
    }
    return open;
  }

  /** Marks those of posted events that were in quarantine and can be read by now; gives their number. */
  async settle(events: readonly StreamEvent[], context: Omit<LineContext, 'eventId'>): Promise<number> {
    let settled = 0;
    for (const { id, logStream, message } of events) {
      if (this.#dayOfEvent.size === 0) break;
      const eventId = logEventId(this.#logGroup, logStream, id);
      const day = this.#dayOfEvent.get(eventId);
      if (day === undefined) continue;
      const decoded = decodeLine(message, { ...context, eventId: () => eventId });
      if (decoded.some(({ kind }) => kind === 'quarantined')) continue;
      await this.#quarantine.markReplayed({ day, eventId }, context.now);
      this.#dayOfEvent.delete(eventId);
      settled += 1;
    }
    return settled;
  }
}
