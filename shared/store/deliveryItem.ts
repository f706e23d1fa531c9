import { z } from 'zod';
import type { Delivery, Snooze } from '../domain/alerts/delivery.ts';
import { storedCount } from './metricsItem.ts';
import type { Item } from './table.ts';

const text = z.string();

const deliveryItem: z.ZodType<Delivery> = z.object({
  alertId: text,
  month: text,
  channel: text,
  receiver: text,
  state: z.enum(['waiting', 'delivered', 'failed', 'dropped']),
  dueAt: text,
  attempts: storedCount,
  failingSince: text.exactOptional(),
  held: z.enum(['quietHours', 'digest', 'maximum', 'snoozed']).exactOptional(),
  lastError: text.exactOptional(),
  endedAt: text.exactOptional(),
  receipt: text.exactOptional(),
});

const snoozeItem: z.ZodType<Snooze> = z.object({
  thread: text,
  kind: z.enum(['snooze', 'mute']),
  until: text,
  by: text,
});

/** A delivery as its item's attributes, without key. */
export function deliveryToItem(delivery: Delivery): Item {
  return { ...delivery };
}

/** Reads a delivery back. Throws on an item that is none. */
export function itemToDelivery(item: unknown): Delivery {
  return deliveryItem.parse(item);
}

export function itemToSnooze(item: unknown): Snooze {
  return snoozeItem.parse(item);
}

const SLOT_LIFE_SECONDS = 2 * 86_400;

/** When the row of an hour `YYYY-MM-DDTHH` may go, in seconds since 1970. */
export function slotLifeSeconds(hour: string): number {
  return Date.parse(`${hour}:00:00Z`) / 1_000 + SLOT_LIFE_SECONDS;
}
