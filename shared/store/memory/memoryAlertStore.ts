import type { Alert } from '../../domain/alerts/alert.ts';
import {
  alertKey,
  alertsPartition,
  OUTBOX_PARTITION,
  openAlertKey,
  outboxKey,
  UNTOLD_PARTITION,
  untoldKey,
} from '../alertKeys.ts';
import { type AlertStore, CLAIM_MS } from '../alertStore.ts';
import type { World } from './world.ts';

export function memoryAlertStore(world: World): AlertStore {
  const { alerts, outbox, untold } = world;
  return {
    async create(alert) {
      const key = alertKey(alert.subject.month, alert.id);
      if (alerts.get(key) !== undefined) return 'known';
      putNewAlert(alert, world);
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
      const published = { state: 'published', publishedAt: now.toISOString() } as const;
      alerts.put(key, { ...(alerts.get(key) ?? alert), ...published });
      outbox.delete(outboxKey(alert.id));
    },
    async markTold({ id }) {
      untold.delete(untoldKey(id));
    },
    async pending() {
      return outbox.values(OUTBOX_PARTITION).map(({ alert }) => alert);
    },
    async findPending(id) {
      return outbox.get(outboxKey(id))?.alert;
    },
    async untold() {
      return untold.values(UNTOLD_PARTITION);
    },
    async ofMonth(month) {
      return alerts.values(alertsPartition(month));
    },
    async find(month, id) {
      return alerts.get(alertKey(month, id));
    },
    async isKnown(month, id) {
      return alerts.get(alertKey(month, id)) !== undefined;
    },
    async acknowledge(month, id, acknowledged) {
      const key = alertKey(month, id);
      const alert = alerts.get(key);
      if (alert === undefined) return 'unknown';
      if (alert.acknowledged !== undefined) return 'known';
      alerts.put(key, { ...alert, acknowledged });
      return 'acknowledged';
    },
  };
}

/** What a new alert puts beside its record, as `newAlertItems` has it. */
export function putNewAlert(alert: Alert, { alerts, outbox, untold, openAlerts }: World): void {
  const openKey = openAlertKey(alert.subject);
  alerts.put(alertKey(alert.subject.month, alert.id), alert);
  outbox.put(outboxKey(alert.id), { alert });
  untold.put(untoldKey(alert.id), alert);
  const { facts: _, ...withoutFacts } = alert;
  if (openKey !== undefined) openAlerts.put(openKey, withoutFacts);
}
