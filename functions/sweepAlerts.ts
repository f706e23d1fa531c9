import { snsAlertPublisher } from '../shared/notify/alertPublisher.ts';
import { type PublishDependencies, publishAlert } from '../shared/notify/publishAlert.ts';
import { documentClient, snsClient } from '../shared/runtime/clients.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { makeHandler } from '../shared/runtime/handler.ts';
import { dynamoAlertStore } from '../shared/store/alertStore.ts';

/**
 * Publishes what a crash or an outage left in the outbox. An alert that another worker holds is left to it,
 * and one that cannot be published holds up no other: the failures are thrown when all have had their try.
 */
export async function sweepAlerts(
  dependencies: PublishDependencies,
): Promise<{ published: number; taken: number }> {
  const counts = { published: 0, taken: 0 };
  const failures: unknown[] = [];
  for (const alert of await dependencies.alerts.pending()) {
    try {
      counts[await publishAlert(alert, dependencies)] += 1;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} alerts were not published`);
  return counts;
}

export const handler = makeHandler('sweepAlerts', async () => {
  const { USAGE_TOTALS_TABLE, ALERT_TOPIC_ARN } = readEnvironment('USAGE_TOTALS_TABLE', 'ALERT_TOPIC_ARN');
  return sweepAlerts({
    alerts: dynamoAlertStore({ client: documentClient(), totalsTable: USAGE_TOTALS_TABLE }),
    publisher: snsAlertPublisher(snsClient(), ALERT_TOPIC_ARN),
    now: new Date(),
  });
});
