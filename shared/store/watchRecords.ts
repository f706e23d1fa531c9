import type { Alert } from '../domain/alerts/alert.ts';
import { alertRulesOf } from '../domain/alerts/alertPolicy.ts';
import { totalCost } from '../domain/metrics.ts';
import { monthOfDay } from '../domain/period.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { UsageRecord } from '../domain/usageRecord.ts';
import { type RaiseDependencies, raiseAlert } from './raiseAlert.ts';

const DAY_MS = 86_400_000;

/**
 * Tells of single requests that cost more than is usual, each once: the alert has the request's id, so a batch that
 * is posted again repeats nothing, and one whose process died before the alert makes up for it. Requests that
 * started more than a day ago are no news.
 */
export async function watchRecords(
  records: readonly UsageRecord[],
  policy: Policy,
  dependencies: RaiseDependencies,
): Promise<Alert[]> {
  const { expensiveRequestPicoUsd: limitPicoUsd } = alertRulesOf(policy);
  if (limitPicoUsd === undefined) return [];
  const sinceMs = dependencies.now.getTime() - DAY_MS;
  const alerts: Alert[] = [];
  for (const { source, requestId, startedAt, day, user, team, model, costPicoUsd: cost } of records) {
    const costPicoUsd = totalCost(cost);
    if (costPicoUsd < limitPicoUsd || Date.parse(startedAt) < sinceMs) continue;
    const alert = await raiseAlert(
      {
        ...{ rule: 'expensiveRequest', scopeKind: 'user', scopeId: user, month: monthOfDay(day) },
        ...{ source, requestId, startedAt, team, model, costPicoUsd, limitPicoUsd },
      },
      policy,
      dependencies,
    );
    if (alert !== undefined) alerts.push(alert);
  }
  return alerts;
}
