import { NO_DIMENSION } from '../dailyLine.ts';
import type { DecisionRequest, Person } from './decision.ts';
import type { BreakerRule, BUDGET_SCOPES, BudgetRule, Policy, Rung } from './policy.ts';
import { type Aimed, rulesOf } from './rulesOfAsker.ts';

/** A scope that budgets can be about. */
export type BudgetedScope = Readonly<
  | { kind: 'org' }
  | { kind: Exclude<(typeof BUDGET_SCOPES)[number], 'user'>; id: string }
  | { kind: 'user'; person: Person }
>;

/**
 * The budgets whose use a scope's requests count, as `rulesOf` finds them for somebody who asks: what a more
 * specific budget replaces is left out here too. With the organisation come the two amounts of the breaker.
 */
export function budgetsOfScope(policy: Policy, scope: BudgetedScope): Aimed<BudgetRule>[] {
  if (scope.kind !== 'org' && scope.kind !== 'user' && scope.id === NO_DIMENSION) return [];
  const { request, person } = askerOfScope(scope);
  const { budgets } = rulesOf(policy, request, person);
  const ofScope = budgets.filter(({ aim }) => aim.kind === scope.kind);
  return scope.kind === 'org' ? [...ofScope, ...budgetsOfBreaker(policy)] : ofScope;
}

/** Whether a budget is each user's own; one of a tier or a role is of each of its users. */
export function isOfUsers({ target }: Pick<BudgetRule, 'target'>): boolean {
  if (target.kind === 'one' || target.kind === 'each') return target.scope === 'user';
  return target.kind === 'tier' || target.kind === 'role';
}

/** Nobody is called that: ids hold no `#`. */
const NOBODY = '#';

function askerOfScope(scope: BudgetedScope): { request: DecisionRequest; person: Person } {
  if (scope.kind === 'user') return { request: requestOf(scope.person.user), person: scope.person };
  const request = requestOf(NOBODY);
  if (scope.kind === 'org') return { request, person: { user: NOBODY } };
  // A project is stated by the request; all else is known of the person.
  if (scope.kind === 'project')
    return { request: { ...request, project: scope.id }, person: { user: NOBODY } };
  return { request, person: { user: NOBODY, [scope.kind]: scope.id } };
}

function requestOf(user: string): DecisionRequest {
  return { user, model: NOBODY, priority: 'normal' };
}

export const EMERGENCY_BUDGET = 'breaker:emergency';
export const OPEN_BUDGET = 'breaker:open';

/**
 * The breaker as two budgets of the organisation's day, so that it stands, lags and alerts as all budgets do:
 * an alert at each change of its state. It decides by itself; the rungs only say what then happens.
 */
export function budgetsOfBreaker({ breaker }: Pick<Policy, 'breaker'>): Aimed<BudgetRule>[] {
  if (breaker === undefined) return [];
  const aim = { kind: 'org', id: '*', scope: 'org' } as const;
  return [
    { rule: budgetOf(EMERGENCY_BUDGET, breaker.emergencyPicoUsd, breaker), aim },
    { rule: budgetOf(OPEN_BUDGET, breaker.openPicoUsd, breaker), aim },
  ];
}

const FULL: Rung = {
  percent: 100,
  action: { kind: 'reject', status: 429 },
  notify: ['managers'],
  raisesMonitoring: true,
};

function budgetOf(id: string, amount: bigint, { timeZone }: BreakerRule): BudgetRule {
  return {
    id,
    target: { kind: 'org' },
    period: { unit: 'day', timeZone },
    limit: { measure: 'usd', amount },
    filter: {},
    ladder: [FULL],
    isHard: false,
  };
}
