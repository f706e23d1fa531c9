import { type Period, type Scope, totalOfTotals } from '../domain/total.ts';
import { compareTotals, nameOf, type TotalDrift } from './proveDay.ts';
import type { TotalStore } from './totalStore.ts';

export type MonthProof = Readonly<{ month: string; totalDrifts: readonly TotalDrift[]; behind: number }>;

/** Proves a month: the totals of the organisation and of every team against those of their days. */
export async function proveMonth(month: string, totals: TotalStore): Promise<MonthProof> {
  const range = { from: `${month}-01`, to: `${month}-31` };
  const period: Period = { kind: 'month', month };
  const teams = new Set<string>();
  for (const day of await totals.days(range)) {
    for (const team of await totals.teamsOfDay(day)) teams.add(team);
  }
  const scopes: Scope[] = [{ kind: 'org' }, ...[...teams].map((id): Scope => ({ kind: 'team', id }))];
  let totalDrifts: TotalDrift[] = [];
  let behind = 0;
  for (const scope of scopes) {
    // Read before its days, the month may be behind them and never ahead.
    const found = await totals.find(scope, period);
    const wanted = totalOfTotals(scope, period, await totals.dayTotals(scope, range));
    if (wanted.n === 0) continue;
    const proof = compareTotals([wanted], new Map(found === undefined ? [] : [[nameOf(scope), found]]));
    totalDrifts = [...totalDrifts, ...proof.totalDrifts];
    behind += proof.behind;
  }
  return { month, totalDrifts, behind };
}
