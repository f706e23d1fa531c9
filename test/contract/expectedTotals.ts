import type { DailyLine } from '../../shared/domain/dailyLine.ts';
import { monthOfDay } from '../../shared/domain/period.ts';
import { type Period, periodName, type Scope, type Total, totalOfLines } from '../../shared/domain/total.ts';
import type { TotalStore } from '../../shared/store/totalStore.ts';
import { readLines } from './readLedger.ts';

const ORG: Scope = { kind: 'org' };

/** Every total that these lines ask for, each summed straight from the lines. */
export function expectedTotals(lines: readonly DailyLine[]): Total[] {
  const scopes = [ORG, ...distinct(lines, 'team').map((id): Scope => ({ kind: 'team', id }))];
  const days = distinct(lines, 'day');
  const periods = [
    ...days.map((day): Period => ({ kind: 'day', day })),
    ...[...new Set(days.map(monthOfDay))].map((month): Period => ({ kind: 'month', month })),
  ];
  return scopes
    .flatMap((scope) => periods.map((period) => totalOfLines(scope, period, linesIn(scope, period, lines))))
    .filter(({ n }) => n > 0);
}

/** The totals of the same scopes and periods as they are stored. */
export async function readTotals(totals: TotalStore): Promise<(Total | undefined)[]> {
  const expected = expectedTotals(await readLines(totals));
  return Promise.all(expected.map(({ scope, period }) => totals.find(scope, period)));
}

function linesIn(scope: Scope, period: Period, lines: readonly DailyLine[]): DailyLine[] {
  const isInScope = ({ team }: DailyLine) => scope.kind === 'org' || scope.id === team;
  const isInPeriod = ({ day }: DailyLine) =>
    period.kind === 'day' ? period.day === day : periodName(period) === monthOfDay(day);
  return lines.filter((line) => isInScope(line) && isInPeriod(line));
}

function distinct(lines: readonly DailyLine[], part: 'team' | 'day'): string[] {
  return [...new Set(lines.map((line) => line[part]))];
}
