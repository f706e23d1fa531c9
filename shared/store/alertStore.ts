import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Alert } from '../domain/alerts/alert.ts';
import { alertToItem, itemToAlert } from './alertItem.ts';
import { alertKey, alertsPartition, OUTBOX_PARTITION, outboxKey } from './keys.ts';
import { type Item, queryPartition, type TotalsTable } from './table.ts';

/** A worker that claims an alert has this long to publish it before another may try. */
export const CLAIM_MS = 60_000;

/** One record per crossing, and an outbox of those not yet published. */
export interface AlertStore {
  /** Writes a new alert and puts it into the outbox; `known` when the crossing has its alert already. */
  create(alert: Alert): Promise<'created' | 'known'>;
  /** Reserves the publishing of a pending alert; `taken` while another worker's claim is fresh. */
  claim(alert: Alert, now: Date): Promise<'claimed' | 'taken'>;
  /** Marks an alert as published and takes it out of the outbox. */
  markPublished(alert: Alert, now: Date): Promise<void>;
  /** Alerts whose message has not been published. */
  pending(): Promise<Alert[]>;
  ofMonth(month: string): Promise<Alert[]>;
}

export function dynamoAlertStore({ client, totalsTable }: TotalsTable): AlertStore {
  return {
    async create(alert) {
      const fields = alertToItem(alert);
      const put = (key: Item) => ({
        Put: {
          TableName: totalsTable,
          Item: { ...fields, ...key },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      });
      const items = [put(alertKey(alert.subject.month, alert.id)), put(outboxKey(alert.id))];
      try {
        await client.send(new TransactWriteCommand({ TransactItems: items }));
        return 'created';
      } catch (error) {
        if (isConditionFailure(error)) return 'known';
        throw error;
      }
    },
    async claim(alert, now) {
      try {
        await client.send(
          new UpdateCommand({
            TableName: totalsTable,
            Key: outboxKey(alert.id),
            UpdateExpression: 'SET claimedAt = :now',
            ConditionExpression:
              'attribute_exists(pk) AND (attribute_not_exists(claimedAt) OR claimedAt < :stale)',
            ExpressionAttributeValues: {
              ':now': now.toISOString(),
              ':stale': new Date(now.getTime() - CLAIM_MS).toISOString(),
            },
          }),
        );
        return 'claimed';
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return 'taken';
        throw error;
      }
    },
    async markPublished(alert, now) {
      await client.send(
        new TransactWriteCommand({
          TransactItems: [
            {
              Update: {
                TableName: totalsTable,
                Key: alertKey(alert.subject.month, alert.id),
                UpdateExpression: 'SET #state = :published, publishedAt = :now',
                ExpressionAttributeNames: { '#state': 'state' },
                ExpressionAttributeValues: { ':published': 'published', ':now': now.toISOString() },
              },
            },
            { Delete: { TableName: totalsTable, Key: outboxKey(alert.id) } },
          ],
        }),
      );
    },
    pending: () => Array.fromAsync(queryPartition(client, totalsTable, OUTBOX_PARTITION), itemToAlert),
    ofMonth: (month) =>
      Array.fromAsync(queryPartition(client, totalsTable, alertsPartition(month)), itemToAlert),
  };
}

function isConditionFailure(error: unknown): boolean {
  return (
    error instanceof TransactionCanceledException &&
    (error.CancellationReasons ?? []).some((reason) => reason.Code === 'ConditionalCheckFailed')
  );
}
