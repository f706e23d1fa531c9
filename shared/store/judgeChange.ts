import type { Alert } from '../domain/alerts/alert.ts';
import { addDays, type DaySpan, monthOfDay, toDay } from '../domain/period.ts';
import { periodAt } from '../domain/policy/budgetPeriod.ts';
import { personOn } from '../domain/policy/personOn.ts';
import type { BudgetRule } from '../domain/policy/policy.ts';
import type { Aimed } from '../domain/policy/rulesOfAsker.ts';
import { budgetsOfScope, isOfUsers } from '../domain/policy/scopeRules.ts';
import type { BudgetChange } from './changedScopes.ts';
import type { DirectoryStore } from './directoryStore.ts';
import { inParallel } from './inParallel.ts';
import { type JudgeDependencies, judgeBudgets } from './judgeBudgets.ts';
import { type JudgeScopeDependencies, judgeBurns, judgeUnpriced } from './judgeScopeDay.ts';
import { judgeUserDay, judgeUserDays } from './judgeUserDay.ts';
import { type KnownScopesDependencies, knownScopes } from './knownScopes.ts';
import type { PolicyVersion } from './policyStore.ts';
import { isLong } from './standings.ts';

export type JudgeChangeDependencies = JudgeDependencies &
  KnownScopesDependencies &
  JudgeScopeDependencies &
  Readonly<{ directory: Pick<DirectoryStore, 'findUsers'> }>;

const SCOPES_AT_ONCE = 8;
const DAY_MS = 86_400_000;
/** Of users, only this late a period is judged: an import of old logs is no news to anybody. */
const USER_DAYS_BACK = 3;

/** The rules, and the number of the policy that they are of: 0 where none was ever applied. */
export type PolicyInForce = Pick<PolicyVersion, 'number' | 'policy'>;

/** Judges the budgets that a change concerns and no other, and a user's day; gives the alerts that are new. */
export async function judgeChange(
  change: Exclude<BudgetChange, { kind: 'outbox' }>,
  policy: PolicyInForce,
  dependencies: JudgeChangeDependencies,
): Promise<Alert[]> {
  switch (change.kind) {
    case 'all':
      return judgeAll({ policy, trigger: change.trigger }, dependencies);
    case 'user':
      return judgeUser(change, policy, dependencies);
    case 'scope': {
      const { scope, days, isMonth } = change;
      const budgets = budgetsOfScope(policy.policy, scope).filter(({ rule }) => isLong(rule) === isMonth);
      const ofBudgets = await judgeDays({ budgets, days, trigger: 'use', policy }, dependencies);
      return [...ofBudgets, ...(await judgeWatched(change, policy, dependencies))];
    }
    default:
      return change satisfies never;
  }
}

/** What is watched besides budgets: how fast days grow, and whether all that a month has is priced. */
async function judgeWatched(
  { scope, days, isMonth }: Extract<BudgetChange, { kind: 'scope' }>,
  { policy }: PolicyInForce,
  dependencies: JudgeChangeDependencies,
): Promise<Alert[]> {
  if (isMonth) return scope.kind === 'org' ? judgeUnpriced(monthOfDay(days.from), policy, dependencies) : [];
  const day = days.to;
  if (scope.kind === 'org') return judgeBurns({ scope: { kind: 'org' }, day }, policy, dependencies);
  return scope.kind === 'team'
    ? judgeBurns({ scope: { kind: 'team', id: scope.id }, day }, policy, dependencies)
    : [];
}

type Wanted = Readonly<{
  budgets: readonly Aimed<BudgetRule>[];
  days: DaySpan;
  policy: PolicyInForce;
  trigger: 'use' | 'policy';
}>;

/** A UTC day may lie in two days of another zone, so both its ends are looked at. */
async function judgeDays({ days, ...judging }: Wanted, dependencies: JudgeDependencies): Promise<Alert[]> {
  if (judging.budgets.length === 0) return [];
  const atMs = [Date.parse(`${days.from}T00:00:00Z`), Date.parse(`${addDays(days.to, 1)}T00:00:00Z`) - 1];
  return judgeBudgets({ ...judging, atMs }, dependencies);
}

async function judgeUser(
  { user, days }: Extract<BudgetChange, { kind: 'user' }>,
  policy: PolicyInForce,
  dependencies: JudgeChangeDependencies,
): Promise<Alert[]> {
  const sinceMs = dependencies.now.getTime() - USER_DAYS_BACK * DAY_MS;
  const lastMs = Date.parse(`${addDays(days.to, 1)}T00:00:00Z`) - 1;
  const budgets = await budgetsOfUser(user, policy, dependencies);
  const present = budgets.filter(({ rule }) => periodAt(rule.period, lastMs).endMs > sinceMs);
  const ofBudgets = await judgeDays({ budgets: present, days, trigger: 'use', policy }, dependencies);
  if (lastMs < sinceMs) return ofBudgets;
  return [...ofBudgets, ...(await judgeUserDay({ user, day: days.to }, policy.policy, dependencies))];
}

/** Nobody is looked up for a policy without budgets of users. */
async function budgetsOfUser(
  user: string,
  { policy }: PolicyInForce,
  { directory, now }: JudgeChangeDependencies,
): Promise<Aimed<BudgetRule>[]> {
  if (!policy.budgets.some(isOfUsers)) return [];
  const known = await directory.findUsers([user], now);
  const person = personOn(user, known.get(user), toDay(now));
  return budgetsOfScope(policy, { kind: 'user', person });
}

/**
 * All scopes that budgets may concern, in the present period and in that of the last day with any use.
 * Of users these are the ones whom the policy names or who have a standing; when the policy is another one, also
 * those of whom it is the first to say something. The hourly look leaves these to their next request: it would
 * read every line of the open periods for a doorbell that is hardly ever lost.
 */
async function judgeAll(
  { policy, trigger }: Pick<Wanted, 'policy' | 'trigger'>,
  dependencies: JudgeChangeDependencies,
): Promise<Alert[]> {
  const { totals, now } = dependencies;
  const ofUserDays = await judgeUserDays(policy.policy, dependencies);
  if (policy.policy.budgets.length === 0 && policy.policy.breaker === undefined) return ofUserDays;
  const days = await totals.days();
  const today = toDay(now);
  const lastDay = days.filter((day) => day <= today).at(-1) ?? today;
  const wanted = { lastDay, days, isByUse: trigger === 'policy' };
  const scopes = await knownScopes(policy.policy, wanted, dependencies);
  const atMs = [...new Set([Date.parse(`${lastDay}T00:00:00Z`), now.getTime()])];
  const alerts = await inParallel(scopes, SCOPES_AT_ONCE, async (scope) => {
    const budgets = budgetsOfScope(policy.policy, scope);
    if (budgets.length === 0) return [];
    return judgeBudgets({ budgets, atMs, policy, trigger }, dependencies);
  });
  return [...ofUserDays, ...alerts.flat()];
}
