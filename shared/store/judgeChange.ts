import type { Alert } from '../domain/alerts/alert.ts';
import { addDays, type DaySpan, toDay } from '../domain/period.ts';
import { periodAt } from '../domain/policy/budgetPeriod.ts';
import { personOn } from '../domain/policy/personOn.ts';
import type { BudgetRule, Policy } from '../domain/policy/policy.ts';
import type { Aimed } from '../domain/policy/rulesOfAsker.ts';
import { budgetsOfScope } from '../domain/policy/scopeRules.ts';
import type { BudgetChange } from './changedScopes.ts';
import type { DirectoryStore } from './directoryStore.ts';
import { inParallel } from './inParallel.ts';
import { type JudgeDependencies, judgeBudgets } from './judgeBudgets.ts';
import { type KnownScopesDependencies, knownScopes } from './knownScopes.ts';
import type { PolicyVersion } from './policyStore.ts';
import { isLong } from './standings.ts';

export type JudgeChangeDependencies = JudgeDependencies &
  KnownScopesDependencies &
  Readonly<{ directory: Pick<DirectoryStore, 'findUsers'> }>;

const SCOPES_AT_ONCE = 8;
const DAY_MS = 86_400_000;
/** Of users, only this late a period is judged: an import of old logs is no news to anybody. */
const USER_DAYS_BACK = 3;

/** Judges the budgets that a change concerns and no other; gives the alerts that are new. */
export async function judgeChange(
  change: BudgetChange,
  policy: PolicyVersion,
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
      return judgeDays({ budgets, days, trigger: 'use', policy }, dependencies);
    }
    default:
      return change satisfies never;
  }
}

type Wanted = Readonly<{
  budgets: readonly Aimed<BudgetRule>[];
  days: DaySpan;
  policy: PolicyVersion;
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
  policy: PolicyVersion,
  dependencies: JudgeChangeDependencies,
): Promise<Alert[]> {
  const { now, directory } = dependencies;
  const since = now.getTime() - USER_DAYS_BACK * DAY_MS;
  const lastMs = Date.parse(`${addDays(days.to, 1)}T00:00:00Z`) - 1;
  if (!hasUserBudgets(policy.policy)) return [];
  const known = await directory.findUsers([user], now);
  const person = personOn(user, known.get(user), toDay(now));
  const budgets = budgetsOfScope(policy.policy, { kind: 'user', person }).filter(
    ({ rule }) => periodAt(rule.period, lastMs).endMs > since,
  );
  return judgeDays({ budgets, days, trigger: 'use', policy }, dependencies);
}

function hasUserBudgets({ budgets }: Policy): boolean {
  return budgets.some(({ target }) => {
    if (target.kind === 'one' || target.kind === 'each') return target.scope === 'user';
    return target.kind === 'tier' || target.kind === 'role';
  });
}

/**
 * All scopes that budgets may concern, in the present period and in that of the last day with any use.
 * Of users these are the ones whom the policy names or who have a standing; the others are judged at their
 * next request.
 */
async function judgeAll(
  { policy, trigger }: Pick<Wanted, 'policy' | 'trigger'>,
  dependencies: JudgeChangeDependencies,
): Promise<Alert[]> {
  const { totals, now } = dependencies;
  const days = await totals.days();
  const today = toDay(now);
  const lastDay = days.filter((day) => day <= today).at(-1) ?? today;
  const scopes = await knownScopes(policy.policy, { lastDay, days }, dependencies);
  const atMs = [...new Set([Date.parse(`${lastDay}T00:00:00Z`), now.getTime()])];
  const alerts = await inParallel(scopes, SCOPES_AT_ONCE, async (scope) => {
    const budgets = budgetsOfScope(policy.policy, scope);
    if (budgets.length === 0) return [];
    return judgeBudgets({ budgets, atMs, policy, trigger }, dependencies);
  });
  return alerts.flat();
}
