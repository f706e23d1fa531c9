import type { Aim } from './asker.ts';
import { countsRequest } from './budgetFindings.ts';
import { type Period, periodAt } from './budgetPeriod.ts';
import type { Decision, DecisionRequest, Snapshot } from './decision.ts';
import { estimatedUse } from './estimate.ts';
import { hardCap } from './lease.ts';
import { modelFamily } from './modelFamily.ts';
import type { BudgetRule } from './policy.ts';
import { exhaustedReason, refusal, reservedText, spentText } from './refusal.ts';
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
  const message = why === 'spent' ? spentText(budget) : reservedText(budget);
  return refusal(decision, exhaustedReason({ ...budget, limit: budget.cap }, message), RETRY_SECONDS[why]);
}
