import { type BudgetState, countsModel, type Use } from '../domain/budget.ts';
import type { DailyLine } from '../domain/dailyLine.ts';
import { addMetrics, NO_METRICS } from '../domain/metrics.ts';
import type { Aim } from '../domain/policy/asker.ts';
import { type Period, periodAt } from '../domain/policy/budgetPeriod.ts';
import {
  type DayFigures,
  daysTouched,
  isOfWholeDays,
  useWithin,
  wholeMonths,
} from '../domain/policy/budgetUse.ts';
import type { BudgetRule, UsageFilter } from '../domain/policy/policy.ts';
import type { Scope, Total } from '../domain/total.ts';
import { inParallel } from './inParallel.ts';
import type { TotalStore } from './totalStore.ts';

const READS_AT_ONCE = 8;

/**
 * What a budget's scope has used in the period of an instant: a pure function of lines and totals, read
 * anew each time. From the cheapest source that can tell:
 *
 * - totals of days, for a quarter or a year of months: teams and the organisation within seconds, business
 *   units, departments, cost centres and projects as `closePeriods` last left them;
 * - a user's lines, and totals of the days that are sealed;
 * - lines where a filter names an operation or an entrypoint, or a model in a zone other than UTC: totals
 *   split by model do not split it by hour.
 */
export async function useOfBudget({ rule, aim, atMs }: BudgetState, totals: TotalStore): Promise<Use> {
  const period = periodAt(rule.period, atMs);
  const figures = await figuresOf({ rule, aim, period }, totals);
  return useWithin(period, rule.limit, figures);
}

type Asked = Readonly<{ rule: BudgetRule; aim: Aim; period: Period }>;

async function figuresOf(asked: Asked, totals: TotalStore): Promise<DayFigures[]> {
  const { rule, aim, period } = asked;
  if (needsLines(asked)) return figuresOfLines(await linesOfAim(aim, period, totals), rule.filter);
  if (aim.kind === 'user') return figuresOfUser(asked, totals);
  return isLong(rule) ? figuresOfMonths(asked, totals) : figuresOfDays(asked, totals);
}

function needsLines({ rule: { filter }, period }: Asked): boolean {
  const { modelFamily, operation, entrypoint } = filter;
  if (operation !== undefined || entrypoint !== undefined) return true;
  return modelFamily !== undefined && !isOfWholeDays(period);
}

/** Longer periods are summed from months, so that a year is not 366 rows each time. */
export function isLong({ period: { unit } }: Pick<BudgetRule, 'period'>): boolean {
  return unit === 'quarter' || unit === 'year';
}

async function figuresOfDays({ rule, aim, period }: Asked, totals: TotalStore): Promise<DayFigures[]> {
  const days = await totals.dayTotals(scopeOfAim(aim), daysTouched(period));
  return days.map((total) => figuresOfTotal(total, rule.filter));
}

async function figuresOfMonths({ rule, aim, period }: Asked, totals: TotalStore): Promise<DayFigures[]> {
  const scope = scopeOfAim(aim);
  const { months, edges } = wholeMonths(period);
  const [ofMonths, ...ofEdges] = await Promise.all([
    totals.findAll(months.map((month) => ({ scope, period: { kind: 'month', month } }))),
    ...edges.map((edge) => totals.dayTotals(scope, edge)),
  ]);
  return [...ofMonths, ...ofEdges.flat()].map((total) => figuresOfTotal(total, rule.filter));
}

/** A user's day has a total from the moment on at which it takes no postings any more. */
async function figuresOfUser({ rule, aim, period }: Asked, totals: TotalStore): Promise<DayFigures[]> {
  const range = daysTouched(period);
  const [sealed, teamDays] = await Promise.all([
    totals.dayTotals(scopeOfAim(aim), range),
    totals.userDays(aim.id, range),
  ]);
  const done = new Set(sealed.map(({ period: day }) => (day.kind === 'day' ? day.day : '')));
  const open = teamDays.filter(({ day }) => !done.has(day));
  const lines = await inParallel(open, READS_AT_ONCE, (teamDay) =>
    totals.linesOfUserDay({ user: aim.id, ...teamDay }),
  );
  return [
    ...sealed.map((total) => figuresOfTotal(total, rule.filter)),
    ...figuresOfLines(lines.flat(), rule.filter),
  ];
}

async function linesOfAim(aim: Aim, period: Period, totals: TotalStore): Promise<DailyLine[]> {
  const range = daysTouched(period);
  if (aim.kind === 'user') {
    const teamDays = await totals.userDays(aim.id, range);
    const lines = await inParallel(teamDays, READS_AT_ONCE, (teamDay) =>
      totals.linesOfUserDay({ user: aim.id, ...teamDay }),
    );
    return lines.flat();
  }
  const days = await inParallel(await totals.days(range), READS_AT_ONCE, async (day) => {
    const teams = aim.kind === 'team' ? [aim.id] : await totals.teamsOfDay(day);
    return inParallel(teams, READS_AT_ONCE, (team) => totals.linesOfTeamDay(team, day));
  });
  const { kind } = aim;
  return days.flat(2).filter((line) => kind === 'org' || line[kind] === aim.id);
}

/** A line that is not counted still counts as a change: requests may move from one line to another. */
function figuresOfLines(lines: readonly DailyLine[], filter: UsageFilter): DayFigures[] {
  return lines.map((line) => ({
    day: line.day,
    metrics: isCounted(line, filter) ? line : NO_METRICS,
    n: line.n,
  }));
}

export function isCounted(line: DailyLine, filter: UsageFilter): boolean {
  const { operation, entrypoint } = filter;
  return (
    countsModel(filter, line.model) &&
    (operation === undefined || operation === line.operation) &&
    (entrypoint === undefined || entrypoint === line.entrypoint)
  );
}

function figuresOfTotal({ period, metrics, byModel, n }: Total, filter: UsageFilter): DayFigures {
  const day = period.kind === 'day' ? { day: period.day } : {};
  if (filter.modelFamily === undefined) return { ...day, metrics, n };
  const counted = [...byModel].filter(([model]) => countsModel(filter, model));
  return { ...day, metrics: counted.reduce((sum, [, figures]) => addMetrics(sum, figures), NO_METRICS), n };
}

function scopeOfAim({ kind, id }: Aim): Scope {
  return kind === 'org' ? { kind } : { kind, id };
}
