import type { DynamoDBBatchResponse } from 'aws-lambda';
import { makeAlert } from '../shared/domain/alert.ts';
import { findCrossings } from '../shared/domain/budget.ts';
import { totalCost } from '../shared/domain/metrics.ts';
import type { Total } from '../shared/domain/total.ts';
import { snsAlertPublisher } from '../shared/notify/alertPublisher.ts';
import { type PublishDependencies, publishAlert } from '../shared/notify/publishAlert.ts';
import { documentClient, snsClient } from '../shared/runtime/clients.ts';
import { readEnvironment } from '../shared/runtime/environment.ts';
import { logger, makeHandler } from '../shared/runtime/handler.ts';
import { dynamoAlertStore } from '../shared/store/alertStore.ts';
import { type DirectoryStore, dynamoDirectoryStore } from '../shared/store/directoryStore.ts';
import { readDoorbells } from '../shared/store/doorbell.ts';
import { type ItemKey, parseBudgetKey, parseTotalKey } from '../shared/store/keys.ts';
import { dynamoTotalStore, type TotalStore } from '../shared/store/totalStore.ts';

export type EvaluateDependencies = PublishDependencies &
  Readonly<{ totals: TotalStore; directory: Pick<DirectoryStore, 'findBudget'> }>;

/**
 * Compares every team's month that changed with the team's budget; when it is the budget that changed, the
 * team's latest month. A crossing gets one alert record, whoever finds it first, and that record is
 * published. What fails is given back to the stream.
 */
export async function evaluateBudgets(
  event: unknown,
  dependencies: EvaluateDependencies,
): Promise<DynamoDBBatchResponse> {
  const failures: { itemIdentifier: string }[] = [];
  for (const { key, sequenceNumber } of readDoorbells(event)) {
    try {
      await evaluateChange(key, dependencies);
    } catch (error) {
      logger.warn('budget evaluation failed', { key, error });
      failures.push({ itemIdentifier: sequenceNumber });
    }
  }
  return { batchItemFailures: failures };
}

async function evaluateChange(key: ItemKey, dependencies: EvaluateDependencies): Promise<void> {
  const total = await findChangedMonth(key, dependencies.totals);
  if (total?.scope.kind !== 'team' || total.period.kind !== 'month') return;
  const budget = await dependencies.directory.findBudget(total.scope.id);
  if (budget === undefined) return;
  const crossings = findCrossings(budget, total.period.month, totalCost(total.metrics.costPicoUsd));
  for (const crossing of crossings) {
    const alert = makeAlert(crossing, dependencies.now.toISOString());
    if ((await dependencies.alerts.create(alert)) === 'created') await publishAlert(alert, dependencies);
  }
}

async function findChangedMonth(key: ItemKey, totals: TotalStore): Promise<Total | undefined> {
  const team = parseBudgetKey(key);
  if (team !== undefined) return totals.findLastMonth({ kind: 'team', id: team });
  const named = parseTotalKey(key);
  if (named?.scope.kind !== 'team' || named.period.kind !== 'month') return undefined;
  return totals.find(named.scope, named.period);
}

export const handler = makeHandler('evaluateBudgets', async (event) => {
  const { USAGE_TOTALS_TABLE, ALERT_TOPIC_ARN } = readEnvironment('USAGE_TOTALS_TABLE', 'ALERT_TOPIC_ARN');
  const table = { client: documentClient(), totalsTable: USAGE_TOTALS_TABLE };
  return evaluateBudgets(event, {
    totals: dynamoTotalStore(table),
    directory: dynamoDirectoryStore(table),
    alerts: dynamoAlertStore(table),
    publisher: snsAlertPublisher(snsClient(), ALERT_TOPIC_ARN),
    now: new Date(),
  });
});
