import { z } from 'zod';
import { describeAlert } from '../shared/domain/alerts/describeAlert.ts';
import { alertText } from '../shared/notify/alertText.ts';
import { type DeliverDependencies, type DeliveryCounts, makeDue } from '../shared/notify/deliverAlerts.ts';
import { openSender } from '../shared/notify/openSender.ts';
import { type PlanDependencies, planDeliveries } from '../shared/notify/planDeliveries.ts';
import { documentClient } from '../shared/runtime/clients.ts';
import { logDeliveries } from '../shared/runtime/deliveryMetrics.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { logger, makeHandler } from '../shared/runtime/handler.ts';
import { openSecrets } from '../shared/runtime/secrets.ts';
import { type AlertStore, dynamoAlertStore } from '../shared/store/alertStore.ts';
import { dynamoDeliveryStore } from '../shared/store/deliveryStore.ts';
import { dynamoDirectoryStore } from '../shared/store/directoryStore.ts';
import { dynamoIncreaseStore } from '../shared/store/increaseStore.ts';
import { dynamoPolicyStore } from '../shared/store/policyStore.ts';

export type NotifyDependencies = Omit<PlanDependencies, 'deliveries' | 'alerts'> &
  DeliverDependencies &
  Readonly<{ alerts: Pick<AlertStore, 'find' | 'markTold'> }>;

const eventSchema = z.object({ Records: z.array(z.object({ Sns: z.object({ Message: z.string() }) })) });
/** All that is needed of a message: what it tells is read from the record, which nobody can forge. */
const messageSchema = z.object({ alertId: z.string(), month: z.string() });

/**
 * Tells people of the alerts that were published, each channel and receiver once: a message that comes again finds
 * its deliveries. Given are the alerts as a person reads them, whether or not there is any channel.
 */
export async function notify(
  event: unknown,
  dependencies: NotifyDependencies,
): Promise<{ messages: string[] }> {
  const messages: string[] = [];
  for (const { Sns } of eventSchema.parse(event).Records) {
    const { alertId, month } = messageSchema.parse(JSON.parse(Sns.Message));
    const alert = await dependencies.alerts.find(month, alertId);
    if (alert === undefined) {
      logger.warn('an alert was published that is not in the ledger', { alertId, month });
      continue;
    }
    messages.push(alertText(describeAlert(alert)));
    await makeDue(await planDeliveries(alert, dependencies), dependencies);
  }
  return { messages };
}

let opened: Omit<NotifyDependencies, 'now' | 'onMade'> | undefined;

function open(): Omit<NotifyDependencies, 'now' | 'onMade'> {
  const { USAGE_TOTALS_TABLE, SECRETS_FILE } = readEnvironment('USAGE_TOTALS_TABLE', 'SECRETS_FILE');
  const table = { client: documentClient(), totalsTable: USAGE_TOTALS_TABLE };
  const secrets = openSecrets({ SECRETS_FILE });
  return {
    alerts: dynamoAlertStore(table),
    deliveries: dynamoDeliveryStore(table),
    policies: dynamoPolicyStore(table),
    directory: dynamoDirectoryStore(table),
    increases: dynamoIncreaseStore(table),
    sender: openSender({ secrets, isOneMachine: SECRETS_FILE !== undefined }),
    random: Math.random,
  };
}

export const handler = makeHandler('notify', async (event, { functionName }) => {
  opened ??= open();
  const onMade = (counts: DeliveryCounts) => logDeliveries(functionName, counts);
  return notify(event, { ...opened, now: new Date(), onMade });
});
