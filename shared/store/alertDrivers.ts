import { type Driver, MAX_DRIVERS } from '../domain/alerts/alertFacts.ts';
import { countsModel } from '../domain/budget.ts';
import { addMetrics, type Metrics, NO_METRICS, totalCost } from '../domain/metrics.ts';
import type { UsageFilter } from '../domain/policy/policy.ts';
import { byCost } from '../domain/ranking.ts';
import type { Scope, Total } from '../domain/total.ts';
import { linesOf, reportTopCosts } from './costReport.ts';
import { isCounted } from './standings.ts';
import type { DayRange, TotalStore } from './totalStore.ts';

/** Whose cost of which days; `ofDays` are the scope's own totals of these days. */
export type Driven = Readonly<{
  scope: Scope;
  days: DayRange;
  filter: UsageFilter;
  ofDays: readonly Total[];
}>;

/**
 * Who made a scope's cost, the dearest first: teams of the organisation, users of a team, models of anything
 * else, for which days' totals tell no more. Only what a budget's filter lets count is counted; where totals
 * cannot tell what that is, there is nobody.
 */
export async function findDrivers(driven: Driven, totals: TotalStore): Promise<Driver[]> {
  const { scope, days, filter } = driven;
  if (scope.kind === 'team') {
    const lines = await linesOf(totals, { ...days, team: scope.id });
    const counted = lines.filter((line) => isCounted(line, filter));
    return dearest(
      'user',
      counted.map((line) => [line.user, line]),
    );
  }
  const isFiltered = Object.keys(filter).length > 0;
  if (scope.kind === 'org' && !isFiltered) {
    const { rows } = await reportTopCosts('team', totals, { ...days, top: MAX_DRIVERS });
    return dearest(
      'team',
      rows.map(({ name, metrics }) => [name, metrics]),
    );
  }
  return modelsOf(driven);
}

function modelsOf({ filter, ofDays }: Driven): Driver[] {
  if (filter.operation !== undefined || filter.entrypoint !== undefined) return [];
  const parts = ofDays.flatMap(({ byModel }) => [...byModel]);
  return dearest(
    'model',
    parts.filter(([model]) => countsModel(filter, model)),
  );
}

/** Names that cost nothing drive nothing. */
function dearest(dimension: Driver['dimension'], parts: readonly (readonly [string, Metrics])[]): Driver[] {
  const sums = new Map<string, Metrics>();
  for (const [name, metrics] of parts) sums.set(name, addMetrics(sums.get(name) ?? NO_METRICS, metrics));
  return [...sums]
    .map(([name, metrics]) => ({ name, metrics }))
    .sort(byCost)
    .map(({ name, metrics }) => ({ dimension, id: name, costPicoUsd: totalCost(metrics.costPicoUsd) }))
    .filter(({ costPicoUsd }) => costPicoUsd > 0n)
    .slice(0, MAX_DRIVERS);
}
