import { addDays, toDay } from '../domain/period.ts';
import { periodAt } from '../domain/policy/budgetPeriod.ts';
import { consumptionsOfLine } from '../domain/policy/consumption.ts';
import type { Person } from '../domain/policy/decision.ts';
import { Meter } from '../domain/policy/meter.ts';
import { EMPTY_POLICY, type Policy } from '../domain/policy/policy.ts';
import { budgetsOfScope, isOfUsers } from '../domain/policy/scopeRules.ts';
import { NO_STEP, standingStep } from '../domain/policy/standingStep.ts';
import { linesByDay } from './costReport.ts';
import { firstDayOf } from './replayDays.ts';
import type { TotalStore } from './totalStore.ts';

/** The longest month: of a quarter or a year, whoever asked nothing for longer is judged at the next request. */
const MAX_DAYS_BACK = 31;

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
  const meter = new Meter(policy);
  const met = new Map<string, Person>();
  for await (const lines of linesByDay(totals, { from, to: today })) {
    for (const line of lines) {
      const person = met.get(line.user) ?? persons.get(line.user) ?? { user: line.user };
      met.set(line.user, person);
      for (const consumption of consumptionsOfLine(line)) meter.count(consumption, person);
    }
  }
  const fromMs = Date.parse(`${from}T00:00:00Z`);
  const isNear = (person: Person) =>
    budgetsOfScope(policy, { kind: 'user', person }).some(({ rule, aim }) => {
      const { startMs } = periodAt(rule.period, now.getTime());
      if (startMs < fromMs) return true;
      // What was granted on top raises the limit, so nobody is left out for it.
      const { used } = meter.standing(rule.id, aim.id, startMs);
      return standingStep(used, { limit: rule.limit.amount, ladder: rule.ladder }) !== NO_STEP;
    });
  return [...met.values()].filter(isNear).map(({ user }) => user);
}
