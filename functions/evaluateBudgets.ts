import type { DynamoDBBatchResponse } from 'aws-lambda';
import { z } from 'zod';
import type { Alert } from '../shared/domain/alerts/alert.ts';
import { EMPTY_POLICY } from '../shared/domain/policy/policy.ts';
import { snsAlertPublisher } from '../shared/notify/alertPublisher.ts';
import { type PublishDependencies, publishAlert } from '../shared/notify/publishAlert.ts';
import { documentClient, snsClient } from '../shared/runtime/clients.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { logger, makeHandler } from '../shared/runtime/handler.ts';
import { dynamoAlertStore } from '../shared/store/alertStore.ts';
import { type BudgetChange, nameOfChange, readBudgetChange } from '../shared/store/changedScopes.ts';
import { dynamoDirectoryStore } from '../shared/store/directoryStore.ts';
import { readDoorbells } from '../shared/store/doorbell.ts';
import { dynamoIncreaseStore } from '../shared/store/increaseStore.ts';
import { inParallel } from '../shared/store/inParallel.ts';
import {
  type JudgeChangeDependencies,
  judgeChange,
  type PolicyInForce,
} from '../shared/store/judgeChange.ts';
import { dynamoPolicyStore, type PolicyStore } from '../shared/store/policyStore.ts';
import { dynamoReadingStore } from '../shared/store/readingStore.ts';
import { dynamoStandingStore } from '../shared/store/standingStore.ts';
import { dynamoTotalStore } from '../shared/store/totalStore.ts';

export type EvaluateDependencies = PublishDependencies &
  JudgeChangeDependencies &
  Readonly<{ policies: Pick<PolicyStore, 'current'> }>;

const CHANGES_AT_ONCE = 8;

/**
 * Looks at the budgets of every scope that changed, and at all of them when the policy did, and every hour in case a
 * doorbell was lost; at a user's day where lines changed. Works out where budgets stand and makes one alert of each
 * thing that is worth one, whoever finds it first. Alerts are published when all is
 * judged, so that a topic that is down holds up no decision. What fails is given back to the stream.
 */
export async function evaluateBudgets(
  event: unknown,
  dependencies: EvaluateDependencies,
): Promise<DynamoDBBatchResponse> {
  const changes = isSchedule(event) ? [LOOK_AT_ALL] : readChanges(event);
  if (changes.length === 0) return { batchItemFailures: [] };
  const policy = (await dependencies.policies.current()) ?? NO_POLICY;
  const failed = await inParallel(changes, CHANGES_AT_ONCE, async ({ change, sequenceNumbers }) => {
    try {
      const alerts =
        change.kind === 'outbox'
          ? await findPending(change.alertId, dependencies)
          : await judgeChange(change, policy, dependencies);
      await publishAll(alerts, dependencies);
      return [];
    } catch (error) {
      logger.warn('budget evaluation failed', { change: nameOfChange(change), error });
      return sequenceNumbers;
    }
  });
  return { batchItemFailures: failed.flat().map((itemIdentifier) => ({ itemIdentifier })) };
}

/** The rules of alerts that need no policy hold all the same. */
const NO_POLICY: PolicyInForce = { number: 0, policy: EMPTY_POLICY };

const LOOK_AT_ALL: Change = { change: { kind: 'all', trigger: 'use' }, sequenceNumbers: [] };

/** A failure of the hourly look is not given back: the next hour looks again. */
function isSchedule(event: unknown): boolean {
  return z.object({ source: z.literal('aws.events') }).safeParse(event).success;
}

type Change = Readonly<{ change: BudgetChange; sequenceNumbers: string[] }>;

/** What changed, each once with all doorbells that rang for it. */
function readChanges(event: unknown): Change[] {
  const byName = new Map<string, Change>();
  for (const { key, sequenceNumber } of readDoorbells(event)) {
    const change = readBudgetChange(key);
    if (change === undefined) continue;
    const known = byName.get(nameOfChange(change));
    if (known === undefined) byName.set(nameOfChange(change), { change, sequenceNumbers: [sequenceNumber] });
    else known.sequenceNumbers.push(sequenceNumber);
  }
  return [...byName.values()];
}

/** An alert that another function made; nothing when it is published already, by this one at most times. */
async function findPending(alertId: string, { alerts }: PublishDependencies): Promise<Alert[]> {
  const alert = await alerts.findPending(alertId);
  return alert === undefined ? [] : [alert];
}

/** One that cannot be published waits in the outbox for the sweeper and holds up no other. */
async function publishAll(alerts: readonly Alert[], dependencies: PublishDependencies): Promise<void> {
  const failures: unknown[] = [];
  for (const alert of alerts) {
    await publishAlert(alert, dependencies).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} alerts were not published`);
}

let stores: Omit<EvaluateDependencies, 'now'> | undefined;

/** Kept from one event to the next: the policy and the directory are not read anew each time. */
function openStores(): Omit<EvaluateDependencies, 'now'> {
  const { USAGE_TOTALS_TABLE, ALERT_TOPIC_ARN } = readEnvironment('USAGE_TOTALS_TABLE', 'ALERT_TOPIC_ARN');
  const table = { client: documentClient(), totalsTable: USAGE_TOTALS_TABLE };
  return {
    totals: dynamoTotalStore(table),
    directory: dynamoDirectoryStore(table),
    policies: dynamoPolicyStore(table),
    standings: dynamoStandingStore(table),
    increases: dynamoIncreaseStore(table),
    alerts: dynamoAlertStore(table),
    readings: dynamoReadingStore(table),
    publisher: snsAlertPublisher(snsClient(), ALERT_TOPIC_ARN),
    onMissingFacts: (error) => logger.warn('an alert goes without facts', { error }),
  };
}

export const handler = makeHandler('evaluateBudgets', async (event) => {
  stores ??= openStores();
  return evaluateBudgets(event, { ...stores, now: new Date() });
});
