import { totalCost } from '../../shared/domain/metrics.ts';
import { type ObservedLimit, suggestLimits } from '../../shared/domain/policy/observedLimits.ts';
import type { Scope } from '../../shared/domain/total.ts';
import { UNATTRIBUTED } from '../../shared/domain/usage.ts';
import { linesOf } from '../../shared/store/costReport.ts';
import type { DayRange, TotalStore } from '../../shared/store/totalStore.ts';
import type { LedgerOptions } from '../openLedger.ts';
import { formatSuggestion, suggestionJson } from '../output/budgetSuggestion.ts';
import { readDayRange } from './dayRange.ts';
import { printFromLedger } from './withLedger.ts';

export const SUGGEST_BY = ['user', 'team'] as const;
export type SuggestBy = (typeof SUGGEST_BY)[number];

type SuggestOptions = LedgerOptions &
  Readonly<{ by: SuggestBy; percentile: number; from?: string; to?: string; json?: boolean }>;

/** `tollbook budgets suggest`: limits of a day that most days of each user or team would have fitted in. */
export async function suggestCommand(options: SuggestOptions): Promise<void> {
  const { by, percentile } = options;
  const range = readDayRange(options);
  await printFromLedger(options, async ({ stores: { totals } }) => {
    const days = await totals.days(range);
    const costs = await dailyCosts(by, days, totals);
    const limits: ObservedLimit[] = suggestLimits(costs, percentile);
    const suggestion = { by, percentile, limits, span: { from: days[0], to: days.at(-1) } };
    return options.json === true ? JSON.stringify(suggestionJson(suggestion)) : formatSuggestion(suggestion);
  });
}

/** What each user or team spent on each day, a day at a time; what nobody is named for has no limit. */
async function dailyCosts(
  by: SuggestBy,
  days: readonly string[],
  totals: TotalStore,
): Promise<Map<string, bigint[]>> {
  const costs = new Map<string, bigint[]>();
  for (const day of days) {
    for (const [id, cost] of await costsOfDay(by, { from: day, to: day }, totals)) {
      if (id === UNATTRIBUTED) continue;
      const known = costs.get(id);
      if (known === undefined) costs.set(id, [cost]);
      else known.push(cost);
    }
  }
  return costs;
}

async function costsOfDay(by: SuggestBy, day: DayRange, totals: TotalStore): Promise<Map<string, bigint>> {
  const costs = new Map<string, bigint>();
  if (by === 'team') {
    const scopes = (await totals.teamsOfDay(day.from)).map((id): Scope => ({ kind: 'team', id }));
    for (const { scope, metrics } of await totals.dayTotalsOf(scopes, day.from)) {
      if (scope.kind !== 'org') costs.set(scope.id, totalCost(metrics.costPicoUsd));
    }
    return costs;
  }
  for (const line of await linesOf(totals, day)) {
    costs.set(line.user, (costs.get(line.user) ?? 0n) + totalCost(line.costPicoUsd));
  }
  return costs;
}
