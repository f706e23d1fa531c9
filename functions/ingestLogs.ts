import { z } from 'zod';
import { attributeUsage } from '../shared/domain/attribution.ts';
import type { Usage } from '../shared/domain/usage.ts';
import { makeUsageRecord, type UsageRecord } from '../shared/domain/usageRecord.ts';
import { decodeLine } from '../shared/formats/decodeLine.ts';
import { logEventId, readPayload } from '../shared/formats/envelope.ts';
import { bundledPriceBook, type PriceBook } from '../shared/pricing/priceBook.ts';
import { priceRecord } from '../shared/pricing/priceRecord.ts';
import { documentClient } from '../shared/runtime/clients.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { makeHandler } from '../shared/runtime/handler.ts';
import { pauseAfterContention } from '../shared/runtime/pause.ts';
import {
  NOTHING_POSTED,
  type PostCounts,
  type PostDependencies,
  postUsage,
} from '../shared/store/postUsage.ts';
import { quarantineAll, type Unreadable } from '../shared/store/quarantineAll.ts';
import type { Posting } from '../shared/store/recordStore.ts';
import { dynamoStores, type Stores } from '../shared/store/stores.ts';

export type IngestDependencies = Readonly<{
  stores: Stores;
  priceBook: PriceBook;
  pause: PostDependencies['pause'];
  posting: Posting;
}>;

/**
 * What became of a batch: `lines` = posted + duplicates + revised + ignored + quarantined. A log event
 * that holds several records counts as that many lines.
 */
export type IngestCounts = PostCounts &
  Readonly<{
    lines: number;
    ignored: number;
    quarantined: number;
    /** Quarantined lines by reason. */
    reasons: Readonly<Record<string, number>>;
  }>;

const NOTHING_READ: IngestCounts = { ...NOTHING_POSTED, lines: 0, ignored: 0, quarantined: 0, reasons: {} };

const eventSchema = z.object({ awslogs: z.object({ data: z.string() }) });

/** Reads one delivery of a log subscription and posts every request in it exactly once. */
export async function ingestLogs(event: unknown, dependencies: IngestDependencies): Promise<IngestCounts> {
  const { data } = eventSchema.parse(event).awslogs;
  const payload = readPayload(data);
  switch (payload.kind) {
    case 'control':
      return NOTHING_READ;
    case 'quarantined': {
      const whole = { id: data, timestamp: dependencies.posting.now.getTime(), message: '' };
      await quarantineAll(
        [{ ...payload, event: whole, part: 0 }],
        { logGroup: '-', logStream: '-' },
        dependencies,
      );
      return { ...NOTHING_READ, lines: 1, quarantined: 1, reasons: { [payload.reason]: 1 } };
    }
    case 'data': {
      const { usages, unreadable, ignored, lines } = sortLines(payload, dependencies.posting.now);
      await quarantineAll(unreadable, payload, dependencies);
      const records = await makeRecords(usages, dependencies);
      const posted = await postUsage(records, dependencies.posting, {
        ...dependencies.stores,
        ...dependencies,
      });
      const reasons: Record<string, number> = {};
      for (const { reason } of unreadable) reasons[reason] = (reasons[reason] ?? 0) + 1;
      return { ...posted, lines, ignored, quarantined: unreadable.length, reasons };
    }
    default:
      return payload satisfies never;
  }
}

function sortLines(payload: Extract<ReturnType<typeof readPayload>, { kind: 'data' }>, now: Date) {
  const usages: Usage[] = [];
  const unreadable: Unreadable[] = [];
  let ignored = 0;
  let lines = 0;
  for (const event of payload.events) {
    const eventId = () => logEventId(payload.logGroup, payload.logStream, event.id);
    for (const [part, decoded] of decodeLine(event.message, { now, eventId }).entries()) {
      lines += 1;
      switch (decoded.kind) {
        case 'usage':
          usages.push(decoded.usage);
          break;
        case 'quarantined':
          unreadable.push({ ...decoded, event, part });
          break;
        case 'ignored':
          ignored += 1;
          break;
        default:
          decoded satisfies never;
      }
    }
  }
  return { usages, unreadable, ignored, lines };
}

/** Attributes and prices what was read. */
async function makeRecords(
  usages: readonly Usage[],
  { stores, priceBook, posting }: IngestDependencies,
): Promise<UsageRecord[]> {
  const users = usages.flatMap(({ user }) => (user === undefined ? [] : [user]));
  const directory = await stores.directory.findUsers(users, posting.now);
  return usages.map((usage) => {
    const attribution = attributeUsage(usage, directory.get(usage.user ?? ''));
    return makeUsageRecord(usage, attribution, priceRecord(priceBook, usage));
  });
}

/** Kept for the life of the process: the stores remember which index rows and directory entries they know. */
let stores: Stores | undefined;

export const handler = makeHandler('ingestLogs', async (event) => {
  const environment = readEnvironment(
    'USAGE_RECORDS_TABLE',
    'USAGE_TOTALS_TABLE',
    'RECORD_RETENTION_DAYS',
    'LINE_RETENTION_DAYS',
  );
  stores ??= dynamoStores({
    client: documentClient(),
    recordsTable: environment.USAGE_RECORDS_TABLE,
    totalsTable: environment.USAGE_TOTALS_TABLE,
  });
  return ingestLogs(event, {
    stores,
    priceBook: bundledPriceBook(),
    pause: pauseAfterContention,
    posting: {
      now: new Date(),
      recordRetentionDays: environment.RECORD_RETENTION_DAYS,
      lineRetentionDays: environment.LINE_RETENTION_DAYS,
    },
  });
});
