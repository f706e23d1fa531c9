import { type CostFigures, costFigures } from '../domain/costFigures.ts';
import { addMetrics, type Metrics, NO_METRICS, totalCost } from '../domain/metrics.ts';
import type { Scope } from '../domain/total.ts';
import { inParallel } from './inParallel.ts';
import { ALL_DAYS, type DayRange, type TotalStore } from './totalStore.ts';

export const COST_DIMENSIONS = ['user', 'team', 'model', 'day'] as const;
export type CostDimension = (typeof COST_DIMENSIONS)[number];

/** Costs of a range of days by one dimension. Whatever the dimension, the rows add up to `total`. */
export type CostReport = Readonly<{
  by: CostDimension;
  rows: readonly Readonly<{ name: string; metrics: Metrics }>[];
  total: Metrics;
}>;

const DAYS_AT_ONCE = 8;

/**
 * Costs by day and by model come from the organisation's day totals, by team from the teams' day totals,
 * by user from the daily lines. Dearest first, then by name; days in their order.
 */
export async function reportCosts(
  by: CostDimension,
  totals: TotalStore,
  range: DayRange = ALL_DAYS,
): Promise<CostReport> {
  const sums = new Map<string, Metrics>();
  for (const [name, metrics] of await GATHER[by](totals, range)) {
    sums.set(name, addMetrics(sums.get(name) ?? NO_METRICS, metrics));
  }
  const rows = [...sums].map(([name, metrics]) => ({ name, metrics })).filter(hasAnything);
  rows.sort(by === 'day' ? byName : byCost);
  return { by, rows, total: rows.reduce((sum, { metrics }) => addMetrics(sum, metrics), NO_METRICS) };
}

type Part = readonly [name: string, metrics: Metrics];

const GATHER: Readonly<Record<CostDimension, (totals: TotalStore, range: DayRange) => Promise<Part[]>>> = {
  async day(totals, range) {
    const days = await totals.dayTotals({ kind: 'org' }, range);
    return days.flatMap(({ period, metrics }) => (period.kind === 'day' ? [[period.day, metrics]] : []));
  },
  async model(totals, range) {
    return (await totals.dayTotals({ kind: 'org' }, range)).flatMap(({ byModel }) => [...byModel]);
  },
  team: (totals, range) =>
    gatherDays(totals, range, async (day, teams) => {
      const scopes = teams.map((id): Scope => ({ kind: 'team', id }));
      const parts = await totals.dayTotalsOf(scopes, day);
      return parts.flatMap(({ scope, metrics }) => (scope.kind === 'team' ? [[scope.id, metrics]] : []));
    }),
  user: (totals, range) =>
    gatherDays(totals, range, async (day, teams) => {
      const lines = await inParallel(teams, DAYS_AT_ONCE, (team) => totals.linesOfTeamDay(team, day));
      return lines.flat().map((line) => [line.user, line]);
    }),
};

async function gatherDays(
  totals: TotalStore,
  range: DayRange,
  partsOf: (day: string, teams: string[]) => Promise<Part[]>,
): Promise<Part[]> {
  const days = await totals.days(range);
  const gathered = await inParallel(days, DAYS_AT_ONCE, async (day) =>
    partsOf(day, await totals.teamsOfDay(day)),
  );
  return gathered.flat();
}

/**
 * A report as JSON: `{currency, rows: [{<dimension>, costUsd, requests, …tokens}], total}`, with how many of
 * the requests have no price, which the costs leave out, and of how many a token class was guessed.
 */
export function costReportJson({ by, rows, total }: CostReport) {
  return {
    currency: 'USD',
    rows: rows.map(({ name, metrics }): Record<string, unknown> & CostFigures => ({
      [by]: name,
      ...costFigures(metrics),
    })),
    total: costFigures(total),
    unpricedRequests: total.unpriced,
    estimatedRequests: total.estimated,
  };
}

type Row = CostReport['rows'][number];

/** A name that all requests have left, by a revision of what they are, is not worth a row. */
function hasAnything({ metrics }: Row): boolean {
  return metrics.requests !== 0 || totalCost(metrics.costPicoUsd) !== 0n;
}

function byCost(a: Row, b: Row): number {
  const [costA, costB] = [totalCost(a.metrics.costPicoUsd), totalCost(b.metrics.costPicoUsd)];
  if (costA !== costB) return costA > costB ? -1 : 1;
  return byName(a, b);
}

function byName(a: Row, b: Row): number {
  return a.name < b.name ? -1 : 1;
}
