import type { Alert } from '../domain/alerts/alert.ts';
import type { AlertStore } from '../store/alertStore.ts';
import type { AlertPublisher } from './alertPublisher.ts';

export type PublishDependencies = Readonly<{ alerts: AlertStore; publisher: AlertPublisher; now: Date }>;

/**
 * Publishes a pending alert unless another worker is at it. A death between publishing and marking leads
 * to a repeat with the same alert id, never to silence.
 */
export async function publishAlert(
  alert: Alert,
  { alerts, publisher, now }: PublishDependencies,
): Promise<'published' | 'taken'> {
  if ((await alerts.claim(alert, now)) === 'taken') return 'taken';
  await publisher.publish(alert);
  await alerts.markPublished(alert, now);
  return 'published';
}
