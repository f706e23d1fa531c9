import type { Delivery } from '../../domain/alerts/delivery.ts';
import {
  deliveriesPartition,
  deliveryKey,
  slotKey,
  slotName,
  snoozeKey,
  threadRowKey,
  WAITING_PARTITION,
  waitingKey,
} from '../alertKeys.ts';
import { DELIVERY_CLAIM_MS, type DeliveryStore } from '../deliveryStore.ts';
import type { World } from './world.ts';

export function memoryDeliveryStore({ deliveries, waiting, slots, threads, snoozes }: World): DeliveryStore {
  const find = (delivery: Delivery) => deliveries.get(deliveryKey(delivery));
  /** What was put off or ended meanwhile is left as it is. */
  const moveWaiting = async (before: Delivery, after: Delivery) => {
    const kept = find(before)?.delivery;
    if (kept?.state !== 'waiting' || kept.dueAt !== before.dueAt) return;
    deliveries.put(deliveryKey(after), { delivery: after });
    waiting.delete(waitingKey(before));
    if (after.state === 'waiting') waiting.put(waitingKey(after), after);
  };
  return {
    async plan(planned) {
      for (const delivery of planned) {
        if (find(delivery) !== undefined) continue;
        deliveries.put(deliveryKey(delivery), { delivery });
        waiting.put(waitingKey(delivery), delivery);
      }
    },
    async waiting(dueBy) {
      const isDue = ({ dueAt }: Delivery) => dueBy === undefined || dueAt <= dueBy.toISOString();
      return waiting.values(WAITING_PARTITION).filter(isDue);
    },
    async claim(delivery, now) {
      const kept = find(delivery);
      if (kept?.delivery.state !== 'waiting' || kept.delivery.dueAt !== delivery.dueAt) return 'taken';
      const isFresh = kept.claimedAtMs !== undefined && kept.claimedAtMs >= now.getTime() - DELIVERY_CLAIM_MS;
      if (isFresh) return 'taken';
      deliveries.put(deliveryKey(delivery), { ...kept, claimedAtMs: now.getTime() });
      return 'claimed';
    },
    postpone: moveWaiting,
    end: (delivery) => moveWaiting(delivery, delivery),
    async ofAlert(month, alertId) {
      const ofMonth = deliveries.values(deliveriesPartition(month)).map(({ delivery }) => delivery);
      return ofMonth.filter((delivery) => delivery.alertId === alertId);
    },
    async takeSlot({ channel, hour, delivery, maxPerHour }) {
      const key = slotKey(channel, hour);
      const taken = slots.get(key) ?? new Set();
      const name = slotName(delivery);
      if (taken.has(name)) return 'taken';
      if (taken.size >= maxPerHour) return 'full';
      slots.put(key, new Set([...taken, name]));
      return 'taken';
    },
    async findThread(place) {
      return threads.get(threadRowKey(place));
    },
    async keepThread(place, receipt) {
      const key = threadRowKey(place);
      if (threads.get(key) === undefined) threads.put(key, receipt);
    },
    async snooze(snooze) {
      snoozes.put(snoozeKey(snooze.thread), snooze);
    },
    async findSnooze(thread, now) {
      const snooze = snoozes.get(snoozeKey(thread));
      return snooze !== undefined && now.getTime() < Date.parse(snooze.until) ? snooze : undefined;
    },
  };
}
