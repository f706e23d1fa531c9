import type { DailyLine } from '../domain/dailyLine.ts';
import {
  daysOfPeriod,
  type Period,
  type Scope,
  type Total,
  totalOfLines,
  totalOfTotals,
} from '../domain/total.ts';
import { isLive } from './closeScopes.ts';
import { inParallel } from './inParallel.ts';
import type { TotalStore } from './totalStore.ts';

const READS_AT_ONCE = 8;

/**
 * A scope's whole figures for a day, ISO week or month, as of now: of the organisation and of teams from their days'
 * totals, of a user and every other scope from the daily lines, which are never late.
 */
export async function readTotal(scope: Scope, period: Period, totals: TotalStore): Promise<Total> {
  const range = daysOfPeriod(period);
  if (isLive(scope)) return totalOfTotals(scope, period, await totals.dayTotals(scope, range));
  if (scope.kind === 'user') {
    const touched = await totals.userDays(scope.id, range);
    const lines = await inParallel(touched, READS_AT_ONCE, ({ team, day }) =>
      totals.linesOfUserDay({ user: scope.id, team, day }),
    );
    return totalOfLines(scope, period, lines.flat());
  }
  const lines: DailyLine[] = [];
  for (const day of await totals.days(range)) {
    for (const team of await totals.teamsOfDay(day)) {
      lines.push(...(await totals.linesOfTeamDay(team, day)).filter((line) => isOf(line, scope)));
    }
  }
  return totalOfLines(scope, period, lines);
}

function isOf(line: DailyLine, scope: Scope): boolean {
  return scope.kind === 'org' || line[scope.kind] === scope.id;
}
