import type { Aim } from './asker.ts';
import type { Period } from './budgetPeriod.ts';
import type { Decision, Reason } from './decision.ts';
import type { BudgetRule } from './policy.ts';

/** A decision turned into a refusal that may be tried again; its reason comes before all others. */
export function refusal(decision: Decision, reason: Reason, retrySeconds: number): Decision {
  return {
    ...decision,
    action: 'reject',
    delayMs: 0,
    status: 429,
    message: reason.message,
    headers: { ...decision.headers, 'Retry-After': String(retrySeconds) },
    reasons: [reason, ...decision.reasons],
    ...(reason.resetAt === undefined ? {} : { resetAt: reason.resetAt }),
  };
}

/** A hard budget of which a request may not have what it needs; amounts in the unit of its measure. */
export type ExhaustedBudget = Readonly<{
  rule: BudgetRule;
  aim: Aim;
  period: Period;
  used: bigint;
  limit: bigint;
}>;

export function exhaustedReason(
  { rule, aim, period, used, limit }: ExhaustedBudget,
  message: string,
): Reason {
  return {
    kind: 'budget',
    action: 'reject',
    rule: rule.id,
    scope: aim.scope,
    measure: rule.limit.measure,
    used,
    limit,
    ...(limit > 0n ? { percent: Number((used * 100n) / limit) } : {}),
    resetAt: period.endsAt,
    message,
  };
}

/** Less is left than the request needs: the words of the rung that refuses, if it has any. */
export function spentText({ rule, aim }: Pick<ExhaustedBudget, 'rule' | 'aim'>): string {
  const own = rule.ladder.find(({ action }) => action.kind === 'reject')?.message;
  return own ?? `What is left of the budget of ${aim.scope} is less than this request may use.`;
}

/** Others hold what is left, for now. */
export function reservedText({ aim }: Pick<ExhaustedBudget, 'aim'>): string {
  return `What is left of the budget of ${aim.scope} is reserved for requests on the way. Try again soon.`;
}
