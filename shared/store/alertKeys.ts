import { createHash } from 'node:crypto';
import { type AlertSubject, threadKey } from '../domain/alerts/alert.ts';
import { type Delivery, deliveryId } from '../domain/alerts/delivery.ts';
import type { Scope } from '../domain/total.ts';
import { boundsOf, type ItemKey, scopePartition } from './keys.ts';

/** The keys of alerts and of their deliveries in UsageTotals; `keys.ts` lists them with all others. */

export function alertKey(month: string, alertId: string): ItemKey {
  return { pk: alertsPartition(month), sk: alertId };
}

export function alertsPartition(month: string): string {
  return `ALERTS#${month}`;
}

/** evaluateBudgets is rung by what is new in this partition. */
export const OUTBOX_PARTITION = 'OUTBOX';

export function outboxKey(alertId: string): ItemKey {
  return { pk: OUTBOX_PARTITION, sk: alertId };
}

/** The alert that a row of the outbox is of; `undefined` for any other item's key. */
export function parseOutboxKey({ pk, sk }: ItemKey): string | undefined {
  return pk === OUTBOX_PARTITION ? sk : undefined;
}

export const UNTOLD_PARTITION = 'UNTOLD';

export function untoldKey(alertId: string): ItemKey {
  return { pk: UNTOLD_PARTITION, sk: alertId };
}

type DeliveryName = Pick<Delivery, 'alertId' | 'month' | 'channel' | 'receiver'>;

/** A delivery keeps this key for good, whatever becomes of it, so it is planned once. */
export function deliveryKey({ alertId, month, channel, receiver }: DeliveryName): ItemKey {
  return { pk: deliveriesPartition(month), sk: `${alertId}#${channel}#${receiver}` };
}

export function deliveriesPartition(month: string): string {
  return `DELIVERIES#${month}`;
}

/** Sort keys of all deliveries of an alert, and of alerts whose ids begin with its id and `#`. */
export function deliveryBounds(alertId: string): readonly [from: string, to: string] {
  return boundsOf(alertId);
}

export const WAITING_PARTITION = 'WAITING';

/** Under it a delivery waits until it is due: text order is time order. It moves when the delivery is put off. */
export function waitingKey(delivery: DeliveryName & Pick<Delivery, 'dueAt'>): ItemKey {
  return { pk: WAITING_PARTITION, sk: `${delivery.dueAt}#${digestOf(deliveryId(delivery))}` };
}

/** Sort keys of all that is due by an instant. */
export function waitingBounds(dueBy: Date): readonly [from: string, to: string] {
  return ['0', boundsOf(dueBy.toISOString())[1]];
}

/** The messages of a channel in a UTC hour `YYYY-MM-DDTHH`. */
export function slotKey(channel: string, hour: string): ItemKey {
  return { pk: `SLOTS#${channel}`, sk: hour };
}

/** The attribute that stands for a delivery in its channel's hour: short, for a busy hour has many. */
export function slotName(delivery: string): string {
  return `slot${digestOf(delivery).slice(0, SLOT_NAME_LENGTH)}`;
}

export function threadRowKey({
  channel,
  receiver,
  thread,
}: Readonly<{ channel: string; receiver: string; thread: string }>): ItemKey {
  return { pk: `THREADS#${channel}`, sk: `${thread}#${receiver}` };
}

export const SNOOZES_PARTITION = 'SNOOZES';

export function snoozeKey(thread: string): ItemKey {
  return { pk: SNOOZES_PARTITION, sk: thread };
}

/** Alerts of budgets and of the breaker by the end of their period, those of one conversation together. */
export const OPEN_PARTITION = 'OPEN';

/** `undefined` for an alert whose end is told to nobody. */
export function openAlertKey(subject: AlertSubject): ItemKey | undefined {
  const mark = openMark(subject);
  if (mark === undefined || !('resetAt' in subject)) return undefined;
  return { pk: OPEN_PARTITION, sk: `${subject.resetAt}#${threadKey(subject)}#${mark}` };
}

/** What tells the alerts of one conversation apart. */
function openMark(subject: AlertSubject): string | undefined {
  if (subject.rule === 'budget') return String(subject.threshold);
  if (subject.rule === 'projection') return subject.rule;
  return subject.rule === 'breaker' && subject.state !== 'closed' ? subject.state : undefined;
}

/** Sort keys of all whose period was over by an instant. */
export function openBounds(by: Date): readonly [from: string, to: string] {
  return ['0', boundsOf(by.toISOString())[1]];
}

/** What was read of a scope's day lately, in the measure of a rule. */
export function readingsKey(scope: Scope, measure: 'cost' | 'throttled'): ItemKey {
  return { pk: `READINGS#${scopePartition(scope)}`, sk: measure };
}

/** Log groups that send lines. */
export const SENDERS_PARTITION = 'SENDERS';

export function logSenderKey(logGroup: string): ItemKey {
  return { pk: SENDERS_PARTITION, sk: logGroup };
}

const DIGEST_LENGTH = 32;
const SLOT_NAME_LENGTH = 16;

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, DIGEST_LENGTH);
}
