import type { Stores } from '../../shared/store/stores.ts';
import type { Sums } from './figures.ts';
import { type Expected, spentOf } from './model.ts';
import type { Violations } from './violation.ts';
import type { Watch } from './watch.ts';

/** What a team may spend in a month, and the percentages at which its ladder has rungs. */
export type TeamBudget = Readonly<{ team: string; limitPicoUsd: bigint; thresholds: readonly number[] }>;

export type AlertsUnderTest = Readonly<{ stores: Stores; watch: Watch; violations: Violations }>;

/** What was spent in the end by the ledger's totals, and what can have been by the events alone. */
export type Spent = Readonly<{ totals: Sums; expected: Expected; budgets: readonly TeamBudget[] }>;

/**
 * Each crossing has one alert, made once and published, perhaps twice but always under one id. A budget that is
 * spent in the end must have its alert; one that can never have been spent, whatever was known at a time, must not.
 */
export async function checkAlerts(
  { stores, watch, violations }: AlertsUnderTest,
  spent: Spent,
): Promise<number> {
  const wrong = (detail: string) => violations.add('8 one alert', detail);
  const { months, due, possible } = findCrossings(spent);
  const alerts = (await Promise.all(months.map((month) => stores.alerts.ofMonth(month)))).flat();
  const found = new Set(alerts.map(({ id }) => id));
  for (const id of due) if (!found.has(id)) wrong(`${id} was crossed and has no alert`);
  for (const { id, state } of alerts) {
    if (!possible.has(id)) wrong(`${id} cannot have been crossed and has an alert`);
    if (state !== 'published' || !watch.published.has(id)) wrong(`${id} was not published`);
    if (watch.created.get(id) !== 1) wrong(`${id} was made ${watch.created.get(id) ?? 0} times`);
  }
  for (const id of watch.published.keys()) if (!found.has(id)) wrong(`${id} was published and has no record`);
  return alerts.length;
}

/** Alerts that must be there, and those that may: a correction counts in the month it is posted in, a later one. */
function findCrossings({ totals, expected, budgets }: Spent) {
  const [due, possible] = [new Set<string>(), new Set<string>()];
  const months = [...new Set([...totals.entries()].flatMap(([name]) => MONTH.exec(name)?.[1] ?? []))];
  for (const { team, limitPicoUsd, thresholds } of budgets) {
    for (const month of months) {
      const [inTheEnd, most] = [spentOf(totals, team, month), mostSpentBy(expected, team, month)];
      for (const threshold of thresholds) {
        const id = `budget:team:${team}:month:usd:${team}:${month}:${threshold}`;
        const isPassed = (spent: bigint) => spent * 100n >= limitPicoUsd * BigInt(threshold);
        if (isPassed(inTheEnd)) due.add(id);
        if (isPassed(most)) possible.add(id);
      }
    }
  }
  return { months, due, possible };
}

function mostSpentBy({ mostSpent }: Expected, team: string, month: string): bigint {
  let most = 0n;
  for (const [key, spent] of mostSpent) {
    const [owner = '', of = ''] = key.split('|');
    if (owner === team && of <= month) most += spent;
  }
  return most;
}

/** The name of the organisation's total of a month. */
const MONTH = /^org (\d{4}-\d{2})$/;
