import { snsAlertPublisher } from '../shared/notify/alertPublisher.ts';
import { type DeliverDependencies, type DeliveryCounts, makeDue } from '../shared/notify/deliverAlerts.ts';
import { openSender } from '../shared/notify/openSender.ts';
import { type PlanDependencies, planDeliveries } from '../shared/notify/planDeliveries.ts';
import { type PublishDependencies, publishAlert } from '../shared/notify/publishAlert.ts';
import { documentClient, snsClient } from '../shared/runtime/clients.ts';
import { logDeliveries } from '../shared/runtime/deliveryMetrics.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { logger, makeHandler } from '../shared/runtime/handler.ts';
import { openSecrets } from '../shared/runtime/secrets.ts';
import { dynamoAlertStore } from '../shared/store/alertStore.ts';
import { dynamoDeliveryStore } from '../shared/store/deliveryStore.ts';
import { dynamoDirectoryStore } from '../shared/store/directoryStore.ts';
import { dynamoIncreaseStore } from '../shared/store/increaseStore.ts';
import { dynamoLogSenderStore } from '../shared/store/logSenderStore.ts';
import { dynamoOpenAlertStore } from '../shared/store/openAlertStore.ts';
import { dynamoPolicyStore } from '../shared/store/policyStore.ts';
import { type SweepRulesDependencies, sweepRules } from '../shared/store/sweepRules.ts';
import { dynamoTotalStore } from '../shared/store/totalStore.ts';

export type SweepDependencies = PublishDependencies &
  Omit<PlanDependencies, 'alerts' | 'deliveries'> &
  Omit<DeliverDependencies, 'alerts'> &
  Omit<SweepRulesDependencies, 'alerts'>;

/** `planned`: alerts whose deliveries nobody had planned; `deliveries` says what became of those that were due. */
export type SweepCounts = Readonly<{
  published: number;
  taken: number;
  planned: number;
  deliveries: DeliveryCounts;
}>;

/** An alert is published and planned by `notify` within seconds; after this long it is left over. */
const LEFT_OVER_AFTER_MS = 60_000;
/** More are left to the next minute; a sweep must end before its claims do. */
const MAX_DELIVERIES = 200;

/**
 * Does what only time brings about, and what a crash or an outage left undone: makes the alerts that time sets off,
 * publishes what lies in the outbox, plans what `notify` never planned, and makes the deliveries that are due. What fails holds up nothing else: failures are thrown when all is done.
 */
export async function sweepAlerts(dependencies: SweepDependencies): Promise<SweepCounts> {
  const { alerts, deliveries, now } = dependencies;
  const failures: unknown[] = [];
  const attempt = <Result>(work: () => Promise<Result>): Promise<Result | undefined> =>
    work().catch((error: unknown) => void failures.push(error));

  const counts = { published: 0, taken: 0, planned: 0 };
  await attempt(() => sweepRules(dependencies));
  for (const alert of (await attempt(() => alerts.pending())) ?? []) {
    const outcome = await attempt(() => publishAlert(alert, dependencies));
    if (outcome !== undefined) counts[outcome] += 1;
  }
  for (const alert of (await attempt(() => alerts.untold())) ?? []) {
    if (Date.parse(alert.createdAt) >= now.getTime() - LEFT_OVER_AFTER_MS) continue;
    const planned = await attempt(() => planDeliveries(alert, dependencies));
    if (planned !== undefined) counts.planned += 1;
  }
  const due = (await attempt(() => deliveries.waiting(now))) ?? [];
  const made = await attempt(() => makeDue(due.slice(0, MAX_DELIVERIES), dependencies));
  if (failures.length > 0 || made === undefined) {
    throw new AggregateError(failures, `${failures.length} parts of the sweep failed`);
  }
  return { ...counts, deliveries: made };
}

let opened: Omit<SweepDependencies, 'now' | 'onMade'> | undefined;

function open(): Omit<SweepDependencies, 'now' | 'onMade'> {
  const { USAGE_TOTALS_TABLE, ALERT_TOPIC_ARN, SECRETS_FILE } = readEnvironment(
    'USAGE_TOTALS_TABLE',
    'ALERT_TOPIC_ARN',
    'SECRETS_FILE',
  );
  const table = { client: documentClient(), totalsTable: USAGE_TOTALS_TABLE };
  const secrets = openSecrets({ SECRETS_FILE });
  return {
    alerts: dynamoAlertStore(table),
    openAlerts: dynamoOpenAlertStore(table),
    logSenders: dynamoLogSenderStore(table),
    deliveries: dynamoDeliveryStore(table),
    policies: dynamoPolicyStore(table),
    directory: dynamoDirectoryStore(table),
    increases: dynamoIncreaseStore(table),
    totals: dynamoTotalStore(table),
    publisher: snsAlertPublisher(snsClient(), ALERT_TOPIC_ARN),
    sender: openSender({ secrets, isOneMachine: SECRETS_FILE !== undefined }),
    random: Math.random,
    onMissingFacts: (error) => logger.warn('an alert goes without facts', { error }),
  };
}

export const handler = makeHandler('sweepAlerts', async (_event, { functionName }) => {
  opened ??= open();
  const onMade = (counts: DeliveryCounts) => logDeliveries(functionName, counts);
  return sweepAlerts({ ...opened, now: new Date(), onMade });
});
