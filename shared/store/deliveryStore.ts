import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { Delivery, Snooze } from '../domain/alerts/delivery.ts';
import {
  deliveriesPartition,
  deliveryBounds,
  deliveryKey,
  slotKey,
  slotName,
  snoozeKey,
  threadRowKey,
  WAITING_PARTITION,
  waitingBounds,
  waitingKey,
} from './alertKeys.ts';
import { deliveryToItem, itemToDelivery, itemToSnooze, slotLifeSeconds } from './deliveryItem.ts';
import { getAll, queryBetween, queryPartition, type TotalsTable } from './table.ts';

/**
 * A worker that claims a delivery has this long to make it before another may try: longer than any function that
 * delivers may run, so that nobody is at it any more when the next one begins.
 */
export const DELIVERY_CLAIM_MS = 120_000;

/** Where a conversation is held. */
export type ThreadPlace = Readonly<{ channel: string; receiver: string; thread: string }>;

/** One of a channel's messages of a UTC hour `YYYY-MM-DDTHH`. */
export type Slot = Readonly<{ channel: string; hour: string; delivery: string; maxPerHour: number }>;

/** What is still to be told to whom, what became of the rest, and which conversations are left alone. */
export interface DeliveryStore {
  /** Puts deliveries that are not known yet; what is there already, waiting or ended, stays as it is. */
  plan(deliveries: readonly Delivery[]): Promise<void>;
  /** Deliveries that wait, those due first; all of them, or those due by now. */
  waiting(dueBy?: Date): Promise<Delivery[]>;
  /**
   * Reserves a waiting delivery; `taken` while another worker's claim is fresh, when it has ended, or when it was
   * put off since it was read.
   */
  claim(delivery: Delivery, now: Date): Promise<'claimed' | 'taken'>;
  /** Keeps a later `dueAt` of a delivery, with why it waits or what failed, and frees the claim. One that ended stays so. */
  postpone(before: Delivery, after: Delivery): Promise<void>;
  /** Keeps how a delivery ended; it waits no more. The first end stays. `dueAt` is the one that it was read with. */
  end(delivery: Delivery): Promise<void>;
  /** All deliveries of an alert, waiting or ended. */
  ofAlert(month: string, alertId: string): Promise<Delivery[]>;
  /** Asked again for the same delivery, it is the same slot. */
  takeSlot(slot: Slot): Promise<'taken' | 'full'>;
  /** What a channel calls the first message of a conversation. */
  findThread(place: ThreadPlace): Promise<string | undefined>;
  /** Keeps it; the first one stays. */
  keepThread(place: ThreadPlace, receipt: string): Promise<void>;
  /** Leaves a conversation alone for a while; a later word replaces an earlier one. */
  snooze(snooze: Snooze): Promise<void>;
  /** The word that holds for a conversation now, if any. */
  findSnooze(thread: string, now: Date): Promise<Snooze | undefined>;
}

export function dynamoDeliveryStore({ client, totalsTable }: TotalsTable): DeliveryStore {
  const rowsOf = (delivery: Delivery) => {
    const fields = deliveryToItem(delivery);
    const [row, index] = [deliveryKey(delivery), waitingKey(delivery)];
    return {
      putRow: { TableName: totalsTable, Item: { ...fields, ...row } },
      putIndex: { Put: { TableName: totalsTable, Item: { ...fields, ...index } } },
      deleteIndex: { Delete: { TableName: totalsTable, Key: index } },
    };
  };
  /** What was put off or ended meanwhile is left as it is. */
  const moveWaiting = async (before: Delivery, after: Delivery) => {
    const stillThere = {
      ConditionExpression: '#state = :waiting AND dueAt = :dueAt',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':waiting': 'waiting', ':dueAt': before.dueAt },
    };
    const { putRow, putIndex } = rowsOf(after);
    const isSamePlace = after.state === 'waiting' && after.dueAt === before.dueAt;
    const TransactItems = [
      { Put: { ...putRow, ...stillThere } },
      ...(isSamePlace ? [] : [rowsOf(before).deleteIndex]),
      ...(after.state === 'waiting' ? [putIndex] : []),
    ];
    await unlessRefused(client.send(new TransactWriteCommand({ TransactItems })));
  };
  return {
    async plan(deliveries) {
      for (const delivery of deliveries) {
        const { putRow, putIndex } = rowsOf(delivery);
        const isNew = { ConditionExpression: 'attribute_not_exists(pk)' };
        const TransactItems = [{ Put: { ...putRow, ...isNew } }, putIndex];
        await unlessRefused(client.send(new TransactWriteCommand({ TransactItems })));
      }
    },
    waiting(dueBy) {
      const rows =
        dueBy === undefined
          ? queryPartition(client, totalsTable, WAITING_PARTITION)
          : queryBetween(client, totalsTable, WAITING_PARTITION, waitingBounds(dueBy));
      return Array.fromAsync(rows, itemToDelivery);
    },
    async claim(delivery, now) {
      const update = new UpdateCommand({
        TableName: totalsTable,
        Key: deliveryKey(delivery),
        UpdateExpression: 'SET claimedAt = :now',
        ConditionExpression:
          '#state = :waiting AND dueAt = :dueAt AND (attribute_not_exists(claimedAt) OR claimedAt < :stale)',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':waiting': 'waiting',
          ':dueAt': delivery.dueAt,
          ':now': now.toISOString(),
          ':stale': new Date(now.getTime() - DELIVERY_CLAIM_MS).toISOString(),
        },
      });
      return (await unlessRefused(client.send(update))) === 'done' ? 'claimed' : 'taken';
    },
    postpone: moveWaiting,
    end: (delivery) => moveWaiting(delivery, delivery),
    async ofAlert(month, alertId) {
      const bounds = deliveryBounds(alertId);
      const rows = queryBetween(client, totalsTable, deliveriesPartition(month), bounds);
      // An id may go on with `#` in that of another alert: log groups have it in their names.
      return (await Array.fromAsync(rows, itemToDelivery)).filter((each) => each.alertId === alertId);
    },
    ...dynamoConversations({ client, totalsTable }),
  };
}

/** Slots, threads and snoozes: what is known of channels and conversations rather than of a delivery. */
function dynamoConversations({
  client,
  totalsTable,
}: TotalsTable): Pick<DeliveryStore, 'takeSlot' | 'findThread' | 'keepThread' | 'snooze' | 'findSnooze'> {
  return {
    async takeSlot({ channel, hour, delivery, maxPerHour }) {
      const key = slotKey(channel, hour);
      const name = slotName(delivery);
      const update = new UpdateCommand({
        TableName: totalsTable,
        Key: key,
        UpdateExpression: 'SET #name = :one, #ttl = :ttl ADD taken :one',
        ConditionExpression: 'attribute_not_exists(#name) AND (attribute_not_exists(taken) OR taken < :max)',
        ExpressionAttributeNames: { '#name': name, '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':one': 1, ':max': maxPerHour, ':ttl': slotLifeSeconds(hour) },
      });
      if ((await unlessRefused(client.send(update))) === 'done') return 'taken';
      const [row] = await getAll(client, totalsTable, [key]);
      return row !== undefined && Object.hasOwn(row, name) ? 'taken' : 'full';
    },
    async findThread(place) {
      const [item] = await getAll(client, totalsTable, [threadRowKey(place)]);
      return item === undefined ? undefined : threadItem.parse(item).receipt;
    },
    async keepThread(place, receipt) {
      const put = new PutCommand({
        TableName: totalsTable,
        Item: { ...threadRowKey(place), receipt },
        ConditionExpression: 'attribute_not_exists(pk)',
      });
      await unlessRefused(client.send(put));
    },
    async snooze(snooze) {
      const ttl = Math.ceil(Date.parse(snooze.until) / 1_000);
      const Item = { ...snoozeKey(snooze.thread), ...snooze, ttl };
      await client.send(new PutCommand({ TableName: totalsTable, Item }));
    },
    async findSnooze(thread, now) {
      const [item] = await getAll(client, totalsTable, [snoozeKey(thread)]);
      const snooze = item === undefined ? undefined : itemToSnooze(item);
      return snooze !== undefined && now.getTime() < Date.parse(snooze.until) ? snooze : undefined;
    },
  };
}

const threadItem = z.object({ receipt: z.string() });

/** A condition that does not hold is an answer here, no failure. */
async function unlessRefused(write: Promise<unknown>): Promise<'done' | 'refused'> {
  try {
    await write;
    return 'done';
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException || isCondition(error)) return 'refused';
    throw error;
  }
}

function isCondition(error: unknown): boolean {
  return (
    error instanceof TransactionCanceledException &&
    (error.CancellationReasons ?? []).some(({ Code }) => Code === 'ConditionalCheckFailed')
  );
}
