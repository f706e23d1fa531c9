import type { Alert, SubjectOf } from '../domain/alerts/alert.ts';
import { type AlertRules, alertRulesOf } from '../domain/alerts/alertPolicy.ts';
import { addReading, isDue, isStale, type Reading, spentWithin } from '../domain/alerts/readings.ts';
import { totalCost } from '../domain/metrics.ts';
import { monthOfDay, toDay } from '../domain/period.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { type RaiseDependencies, raiseAlert } from './raiseAlert.ts';
import type { FoundReadings, ReadingStore } from './readingStore.ts';

export type JudgeScopeDependencies = RaiseDependencies & Readonly<{ readings: ReadingStore }>;

type WatchedScope = Readonly<{ kind: 'org' }> | Readonly<{ kind: 'team'; id: string }>;
type Burn = AlertRules['burns'][number];

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A model without a price in logs older than this is no news: the import itself tells of it. */
const UNPRICED_DAYS_BACK = 3;
/** Readings are of use for an hour and a window. */
const READINGS_LIVE_MS = 2 * DAY_MS;

/**
 * Looks at how fast the present UTC day of the organisation or a team grows, by the time of posting: logs of other
 * days that come now are no burn. Without a rule about it nothing is read, and nothing written.
 */
export async function judgeBurns(
  { scope, day }: Readonly<{ scope: WatchedScope; day: string }>,
  policy: Policy,
  dependencies: JudgeScopeDependencies,
): Promise<Alert[]> {
  const { totals, readings, now } = dependencies;
  const burns = alertRulesOf(policy).burns.filter((burn) => burn.scope === scope.kind);
  if (burns.length === 0 || day !== toDay(now)) return [];
  const place = { scope, measure: 'cost' } as const;
  const [[total], found] = await Promise.all([
    totals.findAll([{ scope, period: { kind: 'day', day } }]),
    readings.find(place),
  ]);
  if (total === undefined) return [];
  const { n, metrics } = total;
  const current: Reading = { atMs: now.getTime(), day, amount: totalCost(metrics.costPicoUsd), n };
  if (isStale(found.readings, current)) return [];
  const alerts: Alert[] = [];
  for (const burn of burns) {
    const subject = burnOf(scope, burn, { found, current });
    const alert = subject && (await raiseAlert(subject, policy, dependencies));
    if (alert !== undefined) alerts.push(alert);
  }
  await keepReading({ burns, found, current }, (next) =>
    readings.put(place, next, new Date(current.atMs + READINGS_LIVE_MS)),
  );
  return alerts;
}

type Read = Readonly<{ found: FoundReadings; current: Reading }>;

function burnOf(
  scope: WatchedScope,
  { amountPicoUsd, windowMinutes }: Burn,
  { found, current }: Read,
): SubjectOf<'burn'> | undefined {
  const usedPicoUsd = spentWithin(found.readings, current, windowMinutes * MINUTE_MS);
  if (usedPicoUsd < amountPicoUsd) return undefined;
  return {
    ...{ rule: 'burn', scopeKind: scope.kind, scopeId: scope.kind === 'org' ? '*' : scope.id },
    ...{ month: monthOfDay(current.day), hour: new Date(current.atMs).toISOString().slice(0, 13) },
    ...{ windowMinutes, usedPicoUsd, limitPicoUsd: amountPicoUsd },
  };
}

async function keepReading(
  { burns, found, current }: Read & Readonly<{ burns: readonly Burn[] }>,
  put: (next: FoundReadings) => Promise<unknown>,
): Promise<void> {
  const smallest = burns.reduce(
    (least, { amountPicoUsd }) => (amountPicoUsd < least ? amountPicoUsd : least),
    burns[0]?.amountPicoUsd ?? 0n,
  );
  if (!isDue(found.readings, current, smallest)) return;
  const windowMs = Math.max(...burns.map(({ windowMinutes }) => windowMinutes)) * MINUTE_MS;
  await put({ readings: addReading(found.readings, current, windowMs), n: found.n });
}

/** Tells once a month of each model whose requests count without a cost, from the organisation's month. */
export async function judgeUnpriced(
  month: string,
  policy: Policy,
  dependencies: RaiseDependencies,
): Promise<Alert[]> {
  const { totals, now } = dependencies;
  const oldest = monthOfDay(toDay(new Date(now.getTime() - UNPRICED_DAYS_BACK * DAY_MS)));
  if (!alertRulesOf(policy).unpricedModel || month < oldest) return [];
  const [total] = await totals.findAll([{ scope: { kind: 'org' }, period: { kind: 'month', month } }]);
  const alerts: Alert[] = [];
  for (const [model, { unpriced }] of total?.byModel ?? []) {
    if (unpriced <= 0) continue;
    const alert = await raiseAlert(
      { rule: 'unpricedModel', scopeKind: 'org', scopeId: '*', month, model, requests: unpriced },
      policy,
      dependencies,
    );
    if (alert !== undefined) alerts.push(alert);
  }
  return alerts;
}
