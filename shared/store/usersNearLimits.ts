import type { Use } from '../domain/budget.ts';
import type { DailyLine } from '../domain/dailyLine.ts';
import { addDays, type DaySpan, toDay } from '../domain/period.ts';
import { type Period, periodAt } from '../domain/policy/budgetPeriod.ts';
import { daysTouched, useWithin } from '../domain/policy/budgetUse.ts';
import type { Person } from '../domain/policy/decision.ts';
import { type BudgetRule, EMPTY_POLICY, type Policy } from '../domain/policy/policy.ts';
import { budgetsOfScope, isOfUsers } from '../domain/policy/scopeRules.ts';
import { NO_STEP, standingStep } from '../domain/policy/standingStep.ts';
import { linesByDay } from './costReport.ts';
import { firstDayOf } from './replayDays.ts';
import { isCounted } from './standings.ts';
import type { TotalStore } from './totalStore.ts';

/** The longest month: of a quarter or a year, whoever asked nothing for longer is judged at the next request. */
const MAX_DAYS_BACK = 31;

/** What a user has used of one budget in its open period, as far as the lines that were read tell. */
type Tally = { used: Use['used'] } & Readonly<{ rule: BudgetRule; period: Period; days: DaySpan }>;

/**
 * Users who have used so much in an open period of a budget of theirs that its standing is worth writing, from
 * the lines of its days, one day held at a time. Where a period began before the days that are read, everybody
 * who used anything on these is among them: how much it is in all, only a closer look can tell.
 */
export async function usersNearLimits(
  { budgets }: Pick<Policy, 'budgets'>,
  persons: ReadonlyMap<string, Person>,
  { totals, now }: Readonly<{ totals: TotalStore; now: Date }>,
): Promise<string[]> {
  const policy: Policy = { ...EMPTY_POLICY, budgets: budgets.filter(isOfUsers) };
  if (policy.budgets.length === 0) return [];
  const today = toDay(now);
  const [begun, earliest] = [firstDayOf(policy, today), addDays(today, -MAX_DAYS_BACK)];
  const from = begun < earliest ? earliest : begun;
  const talliesByUser = new Map<string, Tally[]>();
  for await (const lines of linesByDay(totals, { from, to: today })) {
    for (const line of lines) {
      const person = persons.get(line.user) ?? { user: line.user };
      const known = talliesByUser.get(line.user);
      const tallies = known ?? openTallies(policy, person, now);
      if (known === undefined) talliesByUser.set(line.user, tallies);
      for (const tally of tallies) addLine(tally, line);
    }
  }
  const fromMs = Date.parse(`${from}T00:00:00Z`);
  // What was granted on top raises the limit, so nobody is left out for it.
  const isNear = ({ rule, period, used }: Tally) =>
    period.startMs < fromMs ||
    standingStep(used, { limit: rule.limit.amount, ladder: rule.ladder }) !== NO_STEP;
  return [...talliesByUser].flatMap(([user, tallies]) => (tallies.some(isNear) ? [user] : []));
}

function openTallies(policy: Policy, person: Person, now: Date): Tally[] {
  return budgetsOfScope(policy, { kind: 'user', person }).map(({ rule }) => {
    const period = periodAt(rule.period, now.getTime());
    return { rule, period, days: daysTouched(period), used: 0n };
  });
}

function addLine(tally: Tally, line: DailyLine): void {
  const { rule, period, days } = tally;
  if (line.day < days.from || line.day > days.to || !isCounted(line, rule.filter)) return;
  tally.used += useWithin(period, rule.limit, [{ day: line.day, metrics: line, n: line.n }]).used;
}
