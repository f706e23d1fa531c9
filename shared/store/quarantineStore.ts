import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { QUARANTINE_DAYS_PARTITION, quarantineKey, quarantinePartition } from './keys.ts';
import { getAll, queryPartition, type TotalsTable } from './table.ts';

/** A line that is no usage record: why, where it was logged, and what may be kept of its bytes. */
export type QuarantinedLine = Readonly<{
  /** Names the log event; the same event is kept once. */
  eventId: string;
  /** UTC day of the log event. */
  day: string;
  reason: string;
  detail: string;
  logGroup: string;
  logStream: string;
  line: string;
  /** When it was read after all and left the quarantine, in ISO 8601; absent while it is in it. */
  replayedAt?: string;
}>;

export interface QuarantineStore {
  /** Keeps a line; `known` when this event is in quarantine already. */
  put(line: QuarantinedLine, posting: { now: Date; retentionDays: number }): Promise<'kept' | 'known'>;
  /** Days with quarantined lines, ascending. */
  days(): Promise<string[]>;
  find(day: string, eventId: string): Promise<QuarantinedLine | undefined>;
  /** At most `limit` lines of a day. */
  ofDay(day: string, limit: number): Promise<QuarantinedLine[]>;
  /** All lines of a day, as they are read. */
  allOfDay(day: string): AsyncGenerator<QuarantinedLine>;
  /** Notes that a line left the quarantine; the first time counts, and a line that has expired is let be. */
  markReplayed(line: { day: string; eventId: string }, now: Date): Promise<void>;
}

const lineItem = z.object({
  sk: z.string(),
  day: z.string(),
  reason: z.string(),
  detail: z.string(),
  logGroup: z.string(),
  logStream: z.string(),
  line: z.string(),
  replayedAt: z.string().optional(),
});

export function dynamoQuarantineStore({ client, totalsTable }: TotalsTable): QuarantineStore {
  const indexed = new Set<string>();
  const openDay = async (sk: string) => {
    if (indexed.has(sk)) return;
    const Item = { pk: QUARANTINE_DAYS_PARTITION, sk };
    await client.send(new PutCommand({ TableName: totalsTable, Item }));
    indexed.add(sk);
  };
  return {
    async put({ eventId, ...line }, { now, retentionDays }) {
      await openDay(line.day);
      const ttl = Math.floor(now.getTime() / 1000) + retentionDays * 86_400;
      const Item = { ...quarantineKey(line.day, eventId), ...line, quarantinedAt: now.toISOString(), ttl };
      try {
        const ConditionExpression = 'attribute_not_exists(pk)';
        await client.send(new PutCommand({ TableName: totalsTable, Item, ConditionExpression }));
        return 'kept';
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return 'known';
        throw error;
      }
    },
    days: () =>
      Array.fromAsync(queryPartition(client, totalsTable, QUARANTINE_DAYS_PARTITION), ({ sk }) => String(sk)),
    async find(day, eventId) {
      const [item] = await getAll(client, totalsTable, [quarantineKey(day, eventId)]);
      return item === undefined ? undefined : itemToLine(item);
    },
    async ofDay(day, limit) {
      const lines: QuarantinedLine[] = [];
      for await (const item of queryPartition(client, totalsTable, quarantinePartition(day))) {
        if (lines.length === limit) break;
        lines.push(itemToLine(item));
      }
      return lines;
    },
    async *allOfDay(day) {
      for await (const item of queryPartition(client, totalsTable, quarantinePartition(day)))
        yield itemToLine(item);
    },
    async markReplayed({ day, eventId }, now) {
      const update = {
        TableName: totalsTable,
        Key: quarantineKey(day, eventId),
        UpdateExpression: 'SET replayedAt = if_not_exists(replayedAt, :now)',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':now': now.toISOString() },
      };
      try {
        await client.send(new UpdateCommand(update));
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}

function itemToLine(item: unknown): QuarantinedLine {
  const { sk, replayedAt, ...line } = lineItem.parse(item);
  return { eventId: sk, ...line, ...(replayedAt === undefined ? {} : { replayedAt }) };
}
