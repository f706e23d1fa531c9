import type { Alert } from '../domain/alerts/alert.ts';
import { alertRulesOf } from '../domain/alerts/alertPolicy.ts';
import { monthOfDay } from '../domain/period.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { type RaiseDependencies, raiseAlert } from './raiseAlert.ts';
import type { ReconcileReport } from './reconcile.ts';

/** Tells once of each day of which lines or totals did not hold what the records say; amounts add up without sign. */
export async function tellDrifts(
  { drifts }: Pick<ReconcileReport, 'drifts'>,
  policy: Policy,
  dependencies: RaiseDependencies,
): Promise<Alert[]> {
  if (!alertRulesOf(policy).drift) return [];
  const alerts: Alert[] = [];
  for (const [day, ofDay] of Map.groupBy(drifts, (drift) => drift.day)) {
    const driftPicoUsd = ofDay.reduce(
      (sum, drift) => sum + (drift.driftPicoUsd < 0n ? -drift.driftPicoUsd : drift.driftPicoUsd),
      0n,
    );
    const place = { scopeKind: 'org', scopeId: '*', month: monthOfDay(day) } as const;
    const alert = await raiseAlert(
      { rule: 'drift', ...place, day, scopes: ofDay.length, driftPicoUsd },
      policy,
      dependencies,
    );
    if (alert !== undefined) alerts.push(alert);
  }
  return alerts;
}
