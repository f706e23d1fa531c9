import type { Alert, SubjectOf } from '../../shared/domain/alerts/alert.ts';
import {
  type AlertPolicy,
  type AlertRules,
  DEFAULT_ALERT_POLICY,
} from '../../shared/domain/alerts/alertPolicy.ts';
import type { Crossing } from '../../shared/domain/budget.ts';
import { type BudgetRule, EMPTY_POLICY, type Policy, type Rung } from '../../shared/domain/policy/policy.ts';
import type { PolicyStore } from '../../shared/store/policyStore.ts';

export function warnAt(percent: number): Rung {
  return { percent, action: { kind: 'warn' }, notify: [], raisesMonitoring: false };
}

/** A budget of the organisation's month in USD that warns at 80% and 100%; `parts` says what is special about it. */
export function makeBudget(parts: Partial<BudgetRule> = {}): BudgetRule {
  return {
    id: 'org:month:usd',
    target: { kind: 'org' },
    period: { unit: 'month', timeZone: 'UTC' },
    limit: { measure: 'usd', amount: 100n },
    filter: {},
    ladder: [warnAt(80), warnAt(100)],
    isHard: false,
    ...parts,
  };
}

/** A team's month in USD, under the id that a policy file gives it. */
export function teamMonth(team: string, limitPicoUsd: bigint, percents: readonly number[] = [80, 100]) {
  return makeBudget({
    id: `team:${team}:month:usd`,
    target: { kind: 'one', scope: 'team', id: team },
    limit: { measure: 'usd', amount: limitPicoUsd },
    ladder: percents.map(warnAt),
  });
}

/** Each user's day in USD. */
export function eachUserDay(limitPicoUsd: bigint, percents: readonly number[] = [80, 100]) {
  return makeBudget({
    id: 'user:*:day:usd',
    target: { kind: 'each', scope: 'user' },
    period: { unit: 'day', timeZone: 'UTC' },
    limit: { measure: 'usd', amount: limitPicoUsd },
    ladder: percents.map(warnAt),
  });
}

export function policyOf(budgets: readonly BudgetRule[], parts: Partial<Policy> = {}): Policy {
  return { ...EMPTY_POLICY, budgets, ...parts };
}

/** Alerts of the marks of budgets and of nothing else, for tests that count them. */
export const MARKS_ALONE: AlertPolicy = {
  ...DEFAULT_ALERT_POLICY,
  rules: {
    projection: { isOn: false, fromPercentOfPeriod: 10 },
    ...{ resolved: false, breaker: false, unpricedModel: false, drift: false, burns: [] },
  },
};

/** Puts these rules in force, in the place of those that are. */
export async function applyBudgets(
  policies: PolicyStore,
  budgets: readonly BudgetRule[],
  parts: Partial<Policy> = {},
): Promise<number> {
  const replaces = await policies.currentNumber();
  const at = new Date('2026-07-01T00:00:00.000Z');
  const outcome = await policies.apply({
    policy: policyOf(budgets, parts),
    text: '',
    by: 'test',
    at,
    replaces,
  });
  if (outcome.kind !== 'applied') throw new Error(`the policy is ${outcome.kind}`);
  return outcome.number;
}

/** Team blue passing 80% of its month of July; `parts` says what is special about it. */
export function makeCrossing(parts: Partial<Crossing> = {}): SubjectOf<'budget'> {
  return {
    rule: 'budget',
    budgetId: 'team:blue:month:usd',
    scopeKind: 'team',
    scopeId: 'blue',
    period: { unit: 'month', timeZone: 'UTC' },
    periodKey: '2026-07',
    month: '2026-07',
    resetAt: '2026-08-01T00:00:00.000Z',
    measure: 'usd',
    filter: {},
    threshold: 80,
    action: 'warn',
    notify: [],
    limit: 100n,
    used: 80n,
    cause: 'use',
    ...parts,
  };
}

/** What an alert of a budget is about; throws on any other alert. */
export function crossingOf({ id, subject }: Alert): SubjectOf<'budget'> {
  if (subject.rule !== 'budget') throw new Error(`${id} is of no budget`);
  return subject;
}

/** The same with these rules too. */
export function withRules(rules: Partial<AlertRules>): AlertPolicy {
  return { ...MARKS_ALONE, rules: { ...MARKS_ALONE.rules, ...rules } };
}
