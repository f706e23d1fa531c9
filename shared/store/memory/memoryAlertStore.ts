import { type AlertStore, CLAIM_MS } from '../alertStore.ts';
import { alertKey, alertsPartition, OUTBOX_PARTITION, outboxKey } from '../keys.ts';
import type { World } from './world.ts';

export function memoryAlertStore({ alerts, outbox }: World): AlertStore {
  return {
    async create(alert) {
      const key = alertKey(alert.subject.month, alert.id);
      if (alerts.get(key) !== undefined) return 'known';
      alerts.put(key, alert);
      outbox.put(outboxKey(alert.id), { alert });
      return 'created';
    },
    async claim({ id }, now) {
      const entry = outbox.get(outboxKey(id));
      if (entry === undefined) return 'taken';
      const isFresh = entry.claimedAtMs !== undefined && entry.claimedAtMs >= now.getTime() - CLAIM_MS;
      if (isFresh) return 'taken';
      outbox.put(outboxKey(id), { ...entry, claimedAtMs: now.getTime() });
      return 'claimed';
    },
    async markPublished(alert, now) {
      const key = alertKey(alert.subject.month, alert.id);
      alerts.put(key, {
        ...(alerts.get(key) ?? alert),
        state: 'published',
        publishedAt: now.toISOString(),
      });
      outbox.delete(outboxKey(alert.id));
    },
    async pending() {
      return outbox.values(OUTBOX_PARTITION).map(({ alert }) => alert);
    },
    async ofMonth(month) {
      return alerts.values(alertsPartition(month));
    },
  };
}
