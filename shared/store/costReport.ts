import { type CostFigures, costFigures } from '../domain/costFigures.ts';
import type { DailyLine } from '../domain/dailyLine.ts';
import { addMetrics, type Metrics, NO_METRICS, totalCost } from '../domain/metrics.ts';
import { addDays, daysOfMonth, daysOfWeek, monthOfDay, weekOfDay } from '../domain/period.ts';
import { byCost, byName, type NamedMetrics, RANKED_NAMES, type Ranking } from '../domain/ranking.ts';
import { DIMENSIONS, type Dimension, type Period, type Scope } from '../domain/total.ts';
import { inParallel } from './inParallel.ts';
import { ALL_DAYS, type DayRange, type TotalStore } from './totalStore.ts';

export const COST_DIMENSIONS = [...DIMENSIONS, 'day', 'week', 'month'] as const;
export type CostDimension = (typeof COST_DIMENSIONS)[number];

/** Whose costs of which days: the organisation's, or one team's. */
export type CostSelection = DayRange & Readonly<{ team?: string | undefined }>;

/** Costs by one dimension. Whatever the dimension, the rows and `others` add up to `total`. */
export type CostReport = Readonly<{
  by: CostDimension;
  rows: readonly NamedMetrics[];
  /** Names that were left out as they are not among the dearest, and their figures. */
  others?: Readonly<{ names: number; metrics: Metrics }>;
  total: Metrics;
}>;

const DAYS_AT_ONCE = 8;
const MAX_PERIOD_DAYS = 31;

/**
 * Costs by day, week, month and model come from day totals, by team from the teams' day totals, by anything else
 * from the daily lines. Dearest first, then by name; days, weeks and months in their order.
 */
export async function reportCosts(
  by: CostDimension,
  totals: TotalStore,
  selection: CostSelection = ALL_DAYS,
): Promise<CostReport> {
  const sums = new Map<string, Metrics>();
  for (const [name, metrics] of await gather(by, totals, selection)) {
    sums.set(name, addMetrics(sums.get(name) ?? NO_METRICS, metrics));
  }
  const rows = [...sums].map(([name, metrics]) => ({ name, metrics })).filter(hasAnything);
  rows.sort(isTime(by) ? byName : byCost);
  return { by, rows, total: sumOf(rows) };
}

/**
 * The dearest names alone. Where the days are one day, ISO week or month that was ranked when it was sealed, and
 * nothing has changed since, that is two reads; else it is the whole report, cut.
 */
export async function reportTopCosts(
  by: Dimension,
  totals: TotalStore,
  { top, ...selection }: CostSelection & Readonly<{ top: number }>,
): Promise<CostReport> {
  const ranking = top > RANKED_NAMES ? undefined : await findFreshRanking(by, totals, selection);
  const { rows, others } =
    ranking === undefined
      ? { rows: (await reportCosts(by, totals, selection)).rows, others: undefined }
      : { rows: ranking.rows.filter(hasAnything), others: ranking.rest };
  const left = rows.slice(top);
  const names = left.length + (others?.names ?? 0);
  const metrics = addMetrics(sumOf(left), others?.metrics ?? NO_METRICS);
  const total = addMetrics(sumOf(rows.slice(0, top)), metrics);
  return { by, rows: rows.slice(0, top), total, ...(names === 0 ? {} : { others: { names, metrics } }) };
}

/** A ranking counts what its `n` says; the day totals tell whether that is everything. */
async function findFreshRanking(
  dimension: Dimension,
  totals: TotalStore,
  selection: CostSelection,
): Promise<Ranking | undefined> {
  const period = periodOfRange(selection);
  if (period === undefined) return undefined;
  const scope = scopeOf(selection);
  const ranking = await totals.findRanking({ scope, dimension, period });
  if (ranking === undefined) return undefined;
  const days = await totals.dayTotals(scope, selection);
  return days.reduce((sum, { n }) => sum + n, 0) === ranking.n ? ranking : undefined;
}

function periodOfRange({ from, to }: DayRange): Period | undefined {
  if (from === to) return { kind: 'day', day: from };
  // No period is longer, and `ALL_DAYS` begins before the weeks that can be counted.
  if (to > addDays(from, MAX_PERIOD_DAYS)) return undefined;
  const isWhole = (days: DayRange) => days.from === from && days.to === to;
  if (isWhole(daysOfMonth(monthOfDay(from)))) return { kind: 'month', month: monthOfDay(from) };
  return isWhole(daysOfWeek(weekOfDay(from))) ? { kind: 'week', week: weekOfDay(from) } : undefined;
}

type Part = readonly [name: string, metrics: Metrics];

async function gather(by: CostDimension, totals: TotalStore, selection: CostSelection): Promise<Part[]> {
  switch (by) {
    case 'day':
      return gatherDayTotals(totals, selection, (day) => day);
    case 'week':
      return gatherDayTotals(totals, selection, weekOfDay);
    case 'month':
      return gatherDayTotals(totals, selection, monthOfDay);
    case 'model':
      return (await totals.dayTotals(scopeOf(selection), selection)).flatMap(({ byModel }) => [...byModel]);
    case 'team':
      return gatherTeams(totals, selection);
    default:
      return (await linesOf(totals, selection)).map((line) => [line[by], line]);
  }
}

async function gatherDayTotals(
  totals: TotalStore,
  selection: CostSelection,
  nameOf: (day: string) => string,
): Promise<Part[]> {
  const days = await totals.dayTotals(scopeOf(selection), selection);
  return days.flatMap(({ period, metrics }) =>
    period.kind === 'day' ? [[nameOf(period.day), metrics] as const] : [],
  );
}

async function gatherTeams(totals: TotalStore, selection: CostSelection): Promise<Part[]> {
  const days = await inParallel(await totals.days(selection), DAYS_AT_ONCE, async (day) => {
    const teams = selection.team === undefined ? await totals.teamsOfDay(day) : [selection.team];
    const scopes = teams.map((id): Scope => ({ kind: 'team', id }));
    return totals.dayTotalsOf(scopes, day);
  });
  return days.flat().flatMap(({ scope, metrics }) => (scope.kind === 'org' ? [] : [[scope.id, metrics]]));
}

/** All lines of the selected days. */
export async function linesOf(totals: TotalStore, selection: CostSelection): Promise<DailyLine[]> {
  const days = await inParallel(await totals.days(selection), DAYS_AT_ONCE, async (day) => {
    const teams = selection.team === undefined ? await totals.teamsOfDay(day) : [selection.team];
    const lines = await inParallel(teams, DAYS_AT_ONCE, (team) => totals.linesOfTeamDay(team, day));
    return lines.flat();
  });
  return days.flat();
}

/** All lines of the days of a range that have any, a day at a time. */
export async function* linesByDay(totals: TotalStore, range: DayRange): AsyncGenerator<DailyLine[]> {
  for (const day of await totals.days(range)) yield linesOf(totals, { from: day, to: day });
}

export function scopeOf({ team }: Pick<CostSelection, 'team'>): Scope {
  return team === undefined ? { kind: 'org' } : { kind: 'team', id: team };
}

export function isTime(by: string): by is 'hour' | 'day' | 'week' | 'month' {
  return ['hour', 'day', 'week', 'month'].includes(by);
}

/**
 * A report as JSON: `{currency, rows: [{<dimension>, costUsd, requests, …tokens}], total}`, with how many of
 * the requests have no price, which the costs leave out, and of how many a token class was guessed. `others` is
 * there where rows were left out.
 */
export function costReportJson({ by, rows, others, total }: CostReport) {
  return {
    currency: 'USD',
    rows: rows.map(({ name, metrics }): Record<string, unknown> & CostFigures => ({
      [by]: name,
      ...costFigures(metrics),
    })),
    ...(others === undefined ? {} : { others: { names: others.names, ...costFigures(others.metrics) } }),
    total: costFigures(total),
    unpricedRequests: total.unpriced,
    estimatedRequests: total.estimated,
  };
}

/** A name that all requests have left, by a revision of what they are, is not worth a row. */
function hasAnything({ metrics }: NamedMetrics): boolean {
  return metrics.requests !== 0 || totalCost(metrics.costPicoUsd) !== 0n;
}

function sumOf(rows: readonly NamedMetrics[]): Metrics {
  return rows.reduce((sum, { metrics }) => addMetrics(sum, metrics), NO_METRICS);
}
