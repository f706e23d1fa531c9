import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { quarantineKey, quarantinePartition } from './keys.ts';
import { queryPartition, type TotalsTable } from './table.ts';

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
}>;

export interface QuarantineStore {
  /** Keeps a line; `known` when this event is in quarantine already. */
  put(line: QuarantinedLine, posting: { now: Date; retentionDays: number }): Promise<'kept' | 'known'>;
  ofDay(day: string): Promise<QuarantinedLine[]>;
}

const lineItem = z.object({
  sk: z.string(),
  day: z.string(),
  reason: z.string(),
  detail: z.string(),
  logGroup: z.string(),
  logStream: z.string(),
  line: z.string(),
});

export function dynamoQuarantineStore({ client, totalsTable }: TotalsTable): QuarantineStore {
  return {
    async put({ eventId, ...line }, { now, retentionDays }) {
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
    async ofDay(day) {
      return Array.fromAsync(queryPartition(client, totalsTable, quarantinePartition(day)), (item) => {
        const { sk, ...line } = lineItem.parse(item);
        return { eventId: sk, ...line };
      });
    },
  };
}
