import type { Alert } from '../../shared/domain/alerts/alert.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { findWrong } from './checkOtherAlerts.ts';
import { costOf, type Sums } from './figures.ts';
import { type Expected, spentOf, userName } from './model.ts';
import type { Violations } from './violation.ts';
import type { Watch } from './watch.ts';

type Allowance = Readonly<{ limitPicoUsd: bigint; thresholds: readonly number[] }>;

/** What a team may spend in a month, and the percentages at which its ladder has rungs. */
export type TeamBudget = Readonly<{ team: string }> & Allowance;

/** What each user may spend in a day, for himself. */
export type UserBudget = Allowance;

export type Budgets = Readonly<{ teams: readonly TeamBudget[]; eachUser: UserBudget }>;

export type AlertsUnderTest = Readonly<{ stores: Stores; watch: Watch; violations: Violations }>;

/** What was spent in the end by the ledger's totals and lines, and what can have been by the events alone. */
export type Spent = Readonly<{
  totals: Sums;
  lines: Sums;
  expected: Expected;
  budgets: Budgets;
  /** Days of users before this one may have changed too late for an alert. */
  judgedFrom: string;
  nowMs: number;
}>;

/**
 * Each crossing has one alert, made once and published, perhaps twice but always under one id. A budget that is
 * spent in the end must have its alert; one that can never have been spent, whatever was known at a time, must not.
 * Alerts of other rules are checked by what they say themselves.
 */
export async function checkAlerts(
  { stores, watch, violations }: AlertsUnderTest,
  spent: Spent,
): Promise<number> {
  const { months, due, possible } = findCrossings(spent);
  const alerts = (await Promise.all(months.map((month) => stores.alerts.ofMonth(month)))).flat();
  const found = new Set(alerts.map(({ id }) => id));
  const isMissing = (id: string) => !found.has(id);
  const wrong = [
    ...findWrong(alerts, spent.nowMs),
    ...[...due].filter(isMissing).map((id) => `${id} was crossed and has no alert`),
    ...alerts
      .filter(({ id, subject }) => subject.rule === 'budget' && !possible.has(id))
      .map(({ id }) => `${id} cannot have been crossed and has an alert`),
    ...alerts.flatMap((alert) => wrongWithTelling(alert, watch)),
    ...[...watch.published.keys()].filter(isMissing).map((id) => `${id} was published and has no record`),
  ];
  for (const detail of wrong) violations.add('8 one alert', detail);
  return alerts.length;
}

function wrongWithTelling({ id, state }: Alert, { published, created, delivered }: Watch): string[] {
  const isTold = state === 'published' && published.has(id);
  const times = created.get(id) ?? 0;
  return [
    ...(isTold ? [] : [`${id} was not published`]),
    ...(delivered.has(id) ? [] : [`${id} was told to nobody`]),
    ...(times === 1 ? [] : [`${id} was made ${times} times`]),
  ];
}

/** One budget of one scope in one period: what was spent of it in the end, and what may have been at any moment. */
type Watched = Allowance & Readonly<{ name: string; spent: bigint; most: bigint }>;

/** Alerts that must be there, and those that may: a correction counts in the month it is posted in, a later one. */
function findCrossings(spent: Spent) {
  const [due, possible] = [new Set<string>(), new Set<string>()];
  const months = [...new Set([...spent.totals.entries()].flatMap(([name]) => MONTH.exec(name)?.[1] ?? []))];
  for (const { name, limitPicoUsd, thresholds, ...amounts } of [
    ...teamMonths(spent, months),
    ...userDays(spent),
  ]) {
    for (const threshold of thresholds) {
      const id = `budget:${name}:${threshold}`;
      const isPassed = (amount: bigint) => amount * 100n >= limitPicoUsd * BigInt(threshold);
      if (isPassed(amounts.spent)) due.add(id);
      if (isPassed(amounts.most)) possible.add(id);
    }
  }
  return { months, due, possible };
}

function teamMonths({ totals, expected, budgets }: Spent, months: readonly string[]): Watched[] {
  return budgets.teams.flatMap(({ team, ...allowance }) =>
    months.map((month) => ({
      ...allowance,
      name: `team:${team}:month:usd:${team}:${month}`,
      spent: spentOf(totals, team, month),
      most: mostSpentBy(expected, team, month),
    })),
  );
}

/** Old days of people are judged no more, so what came late may have passed a limit without an alert. */
function userDays({ lines, expected, budgets, judgedFrom }: Spent): Watched[] {
  // Somebody of whom requests were only thought to be has nothing in the end, and may have an alert.
  const spent = new Map([...expected.mostSpent.keys()].filter(isOfUser).map((key) => [key, 0n]));
  for (const [name, figures] of lines.entries()) {
    const [day = '', , user = ''] = name.split('|');
    const key = `${userName(user)}|${day}`;
    if (!name.includes('@@')) spent.set(key, (spent.get(key) ?? 0n) + costOf(figures));
  }
  return [...spent].map(([key, amount]) => {
    const [owner = '', day = ''] = key.split('|');
    return {
      ...budgets.eachUser,
      name: `user:*:day:usd:${owner.slice(userName('').length)}:${day}`,
      spent: day < judgedFrom ? 0n : amount,
      most: mostSpentBy(expected, owner, day),
    };
  });
}

function isOfUser(key: string): boolean {
  return key.startsWith(userName(''));
}

function mostSpentBy({ mostSpent }: Expected, owner: string, period: string): bigint {
  let most = 0n;
  for (const [key, spent] of mostSpent) {
    const [name = '', of = ''] = key.split('|');
    if (name === owner && of <= period) most += spent;
  }
  return most;
}

/** The name of the organisation's total of a month. */
const MONTH = /^org (\d{4}-\d{2})$/;
