import { z } from 'zod';
import { type LogSender, REMEMBERED_DAYS } from '../domain/alerts/logSender.ts';
import { definedOnly } from '../domain/definedOnly.ts';
import { logSenderKey, SENDERS_PARTITION } from './alertKeys.ts';
import { storedCount } from './metricsItem.ts';
import { getAll, queryPartition, type TotalsTable } from './table.ts';
import { putVersion } from './versionedItem.ts';

/** A sender, and the number of times that its row was written. */
export type FoundLogSender = Readonly<{ sender: LogSender; n: number }>;

/** Log groups that send lines; one that has not for two weeks is forgotten. */
export interface LogSenderStore {
  find(logGroup: string): Promise<FoundLogSender | undefined>;
  all(): Promise<FoundLogSender[]>;
  /** Writes a sender if it was written exactly `n` times before, 0 for a new one. */
  put(found: FoundLogSender): Promise<'written' | 'taken'>;
}

const DAY_MS = 86_400_000;

const senderItem = z
  .object({
    sk: z.string(),
    n: storedCount,
    lastLineAtMs: storedCount,
    hours: z.record(z.string(), storedCount),
    silentSinceMs: storedCount.optional(),
    resumedAtMs: storedCount.optional(),
  })
  .transform(({ sk, n, lastLineAtMs, hours, silentSinceMs: sinceMs, resumedAtMs }): FoundLogSender => {
    const sender = { logGroup: sk, lastLineAtMs, hours: new Map(Object.entries(hours)) };
    if (sinceMs === undefined) return { n, sender };
    return { n, sender: { ...sender, silence: { sinceMs, ...definedOnly({ resumedAtMs }) } } };
  });

export function dynamoLogSenderStore(tables: TotalsTable): LogSenderStore {
  const { client, totalsTable } = tables;
  return {
    async find(logGroup) {
      const [item] = await getAll(client, totalsTable, [logSenderKey(logGroup)]);
      return item === undefined ? undefined : senderItem.parse(item);
    },
    all: () =>
      Array.fromAsync(queryPartition(client, totalsTable, SENDERS_PARTITION), (item) =>
        senderItem.parse(item),
      ),
    put: ({ sender: { logGroup, lastLineAtMs, hours, silence }, n }) => {
      const marks = definedOnly({ silentSinceMs: silence?.sinceMs, resumedAtMs: silence?.resumedAtMs });
      const item = { ...logSenderKey(logGroup), lastLineAtMs, hours: Object.fromEntries(hours), ...marks };
      const expiresAt = new Date(lastLineAtMs + (REMEMBERED_DAYS + 1) * DAY_MS);
      return putVersion(tables, item, { n, expiresAt });
    },
  };
}
