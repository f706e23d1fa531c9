import type { Aim } from './asker.ts';
import { countsRequest } from './budgetFindings.ts';
import { type Period, periodAt } from './budgetPeriod.ts';
import type { Decision, DecisionRequest, Reason, Snapshot } from './decision.ts';
import { estimatedUse } from './estimate.ts';
import { hardCap } from './lease.ts';
import { modelFamily } from './modelFamily.ts';
import type { BudgetRule } from './policy.ts';
import { rulesOf } from './rulesOfAsker.ts';

/** A hard budget that a request comes near to, and what the request will use of it: at least 1. */
export type NearBudget = Readonly<{
  rule: BudgetRule;
  aim: Aim;
  period: Period;
  used: bigint;
  cap: bigint;
  amount: bigint;
}>;

/** From this share of a hard budget on, requests are reserved before they go. */
const NEAR_PERCENT = 80n;

/** The hard budgets of a request of which what is left is shared out, one request after the other. */
export function hardBudgetsNear(snapshot: Snapshot, request: DecisionRequest, nowMs: number): NearBudget[] {
  const family = modelFamily(request.model);
  const { budgets } = rulesOf(snapshot.policy, request, snapshot.person(request.user));
  return budgets
    .filter(({ rule }) => rule.isHard && countsRequest(rule.filter, { request, family }))
    .map(({ rule, aim }) => {
      const period = periodAt(rule.period, nowMs);
      const estimated = estimatedUse(rule.limit, request.estimate);
      return {
        ...{ rule, aim, period },
        used: snapshot.standing(rule.id, aim.id, period.startMs).used,
        cap: hardCap(rule, snapshot.increases(rule.id, aim.id), nowMs),
        amount: estimated > 0n ? estimated : 1n,
      };
    })
    .filter(({ used, cap, amount }) => (used + amount) * 100n >= cap * NEAR_PERCENT);
}

/** What is left is `spent`, `taken` by requests on the way, or was asked for by too many at once. */
export type HardRefusal = Readonly<{ budget: NearBudget; why: 'spent' | 'taken' | 'busy' }>;

/** What others hold comes free within minutes; what is spent stays so unless somebody raises the limit. */
const RETRY_SECONDS = { spent: 60, taken: 5, busy: 1 } as const;

/** The decision about a request that would have gone, had a hard budget enough left for it. */
export function refuseForHardBudget(decision: Decision, { budget, why }: HardRefusal): Decision {
  const { rule, aim, period, used, cap } = budget;
  const own = rule.ladder.find(({ action }) => action.kind === 'reject')?.message;
  const message =
    why === 'spent'
      ? (own ?? `What is left of the budget of ${aim.scope} is less than this request may use.`)
      : `What is left of the budget of ${aim.scope} is reserved for requests on the way. Try again soon.`;
  const reason: Reason = {
    kind: 'budget',
    action: 'reject',
    rule: rule.id,
    scope: aim.scope,
    measure: rule.limit.measure,
    used,
    limit: cap,
    ...(cap > 0n ? { percent: Number((used * 100n) / cap) } : {}),
    resetAt: period.endsAt,
    message,
  };
  return {
    ...decision,
    action: 'reject',
    delayMs: 0,
    status: 429,
    message,
    headers: { ...decision.headers, 'Retry-After': String(RETRY_SECONDS[why]) },
    reasons: [reason, ...decision.reasons],
    resetAt: period.endsAt,
  };
}
