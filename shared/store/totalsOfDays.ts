import { type Scope, type Total, totalOfLines } from '../domain/total.ts';
import { inParallel } from './inParallel.ts';
import type { DayRange, TotalStore } from './totalStore.ts';

const READS_AT_ONCE = 8;

/**
 * A scope's totals of the days of a range that have any, as of now, in no particular order. A user's days have a
 * total once they are sealed; the others are summed from the lines.
 */
export async function totalsOfDays(scope: Scope, range: DayRange, totals: TotalStore): Promise<Total[]> {
  if (scope.kind !== 'user') return totals.dayTotals(scope, range);
  const user = scope.id;
  const [sealed, teamDays] = await Promise.all([
    totals.dayTotals(scope, range),
    totals.userDays(user, range),
  ]);
  const done = new Set(sealed.map(({ period }) => (period.kind === 'day' ? period.day : '')));
  const open = teamDays.filter(({ day }) => !done.has(day));
  const lines = await inParallel(open, READS_AT_ONCE, (teamDay) =>
    totals.linesOfUserDay({ user, ...teamDay }),
  );
  const byDay = Map.groupBy(lines.flat(), ({ day }) => day);
  return [...sealed, ...[...byDay].map(([day, ofDay]) => totalOfLines(scope, { kind: 'day', day }, ofDay))];
}
