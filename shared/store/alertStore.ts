import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Alert } from '../domain/alerts/alert.ts';
import { itemToAlert } from './alertItem.ts';
import {
  alertKey,
  alertsPartition,
  OUTBOX_PARTITION,
  outboxKey,
  UNTOLD_PARTITION,
  untoldKey,
} from './alertKeys.ts';
import type { ItemKey } from './keys.ts';
import { newAlertItems } from './newAlertItems.ts';
import { getAll, queryPartition, type TotalsTable } from './table.ts';

/** A worker that claims an alert has this long to publish it before another may try. */
export const CLAIM_MS = 60_000;

/** One record per crossing, and an outbox of those not yet published. */
export interface AlertStore {
  /** Writes a new alert, puts it into the outbox and notes that it is to be told; `known` when the crossing has its alert already. */
  create(alert: Alert): Promise<'created' | 'known'>;
  /** Reserves the publishing of a pending alert; `taken` while another worker's claim is fresh. */
  claim(alert: Alert, now: Date): Promise<'claimed' | 'taken'>;
  /** Marks an alert as published and takes it out of the outbox. */
  markPublished(alert: Alert, now: Date): Promise<void>;
  /** Notes that all deliveries of an alert are planned. */
  markTold(alert: Pick<Alert, 'id'>): Promise<void>;
  /** Alerts whose message has not been published. */
  pending(): Promise<Alert[]>;
  /** One of them; `undefined` for one that is published. */
  findPending(id: string): Promise<Alert | undefined>;
  /** Alerts whose deliveries are not planned, whether or not they are published. */
  untold(): Promise<Alert[]>;
  ofMonth(month: string): Promise<Alert[]>;
  find(month: string, id: string): Promise<Alert | undefined>;
  /** Whether there is an alert: a small read, for those who would only make it once more. */
  isKnown(month: string, id: string): Promise<boolean>;
  /** Keeps who deals with an alert; the first one stays, and who comes later finds it `known`. */
  acknowledge(
    month: string,
    id: string,
    acknowledged: Readonly<{ by: string; at: string }>,
  ): Promise<'acknowledged' | 'known' | 'unknown'>;
}

export function dynamoAlertStore({ client, totalsTable }: TotalsTable): AlertStore {
  const findAt = async (key: ItemKey) => {
    const [item] = await getAll(client, totalsTable, [key]);
    return item === undefined ? undefined : itemToAlert(item);
  };
  const isKnown = async (month: string, id: string) =>
    (await getAll(client, totalsTable, [alertKey(month, id)])).length > 0;
  const ofPartition = (pk: string) => Array.fromAsync(queryPartition(client, totalsTable, pk), itemToAlert);
  return {
    async create(alert) {
      const items = newAlertItems(alert).map((Item) => ({
        Put: { TableName: totalsTable, Item, ConditionExpression: 'attribute_not_exists(pk)' },
      }));
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
    async markTold({ id }) {
      await client.send(new DeleteCommand({ TableName: totalsTable, Key: untoldKey(id) }));
    },
    pending: () => ofPartition(OUTBOX_PARTITION),
    findPending: (id) => findAt(outboxKey(id)),
    untold: () => ofPartition(UNTOLD_PARTITION),
    ofMonth: (month) => ofPartition(alertsPartition(month)),
    find: (month, id) => findAt(alertKey(month, id)),
    isKnown,
    async acknowledge(month, id, acknowledged) {
      try {
        await client.send(
          new UpdateCommand({
            TableName: totalsTable,
            Key: alertKey(month, id),
            UpdateExpression: 'SET acknowledged = :acknowledged',
            ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(acknowledged)',
            ExpressionAttributeValues: { ':acknowledged': acknowledged },
          }),
        );
        return 'acknowledged';
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return (await isKnown(month, id)) ? 'known' : 'unknown';
      }
    },
  };
}

function isConditionFailure(error: unknown): boolean {
  return (
    error instanceof TransactionCanceledException &&
    (error.CancellationReasons ?? []).some((reason) => reason.Code === 'ConditionalCheckFailed')
  );
}
