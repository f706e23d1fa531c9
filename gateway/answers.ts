import type { Aim } from '../shared/domain/policy/asker.ts';
import type { Period } from '../shared/domain/policy/budgetPeriod.ts';
import type { Decision, Reason } from '../shared/domain/policy/decision.ts';
import type { BudgetRule } from '../shared/domain/policy/policy.ts';
import type { SlotState } from './leaseSlot.ts';

/** Decisions that the rules alone do not make: without a snapshot, without a lease, without the ledger. */

const RETRY_SECONDS = { open: 1, taken: 1, spent: 5, unreachable: 5 } as const satisfies Record<
  SlotState,
  number
>;

/** Before the first snapshot nothing is known, not even whether the policy would rather refuse. */
export function blindDecision(mode: 'open' | 'closed'): Decision {
  const isOpen = mode === 'open';
  const message = isOpen
    ? 'Budgets are not enforced before the first figures of the ledger came.'
    : 'Requests are refused before the first figures of the ledger came.';
  return {
    action: isOpen ? 'allow' : 'reject',
    delayMs: 0,
    status: isOpen ? 200 : 429,
    message,
    headers: isOpen ? {} : { 'Retry-After': String(RETRY_SECONDS.unreachable) },
    reasons: [staleReason(isOpen ? 'allow' : 'reject', message)],
    remaining: {},
    isDegraded: true,
    snapshotAgeMs: 0,
  };
}

export type Exhausted = Readonly<{
  rule: BudgetRule;
  aim: Aim;
  period: Period;
  used: bigint;
  limit: bigint;
  state: SlotState;
}>;

/** A hard budget of which this gateway holds no slice that is large enough. */
export function leaseRefusal(decision: Decision, exhausted: Exhausted): Decision {
  const { rule, aim, period, used, limit, state } = exhausted;
  const message = refusalText(exhausted);
  const reason: Reason = {
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
  return refusal(decision, reason, RETRY_SECONDS[state]);
}

function refusalText({ rule, aim, state }: Exhausted): string {
  switch (state) {
    case 'spent':
      return (
        rule.ladder.find(({ action }) => action.kind === 'reject')?.message ??
        `What is left of the budget of ${aim.scope} is less than this request may use.`
      );
    case 'open':
    case 'taken':
      return `What is left of the budget of ${aim.scope} is reserved for requests on the way. Try again soon.`;
    case 'unreachable':
      return `The ledger cannot be asked for what is left of the budget of ${aim.scope}. Try again soon.`;
    default:
      return state satisfies never;
  }
}

/** A shared burst rule whose ledger does not answer, where the policy rather refuses. */
export function burstRefusal(decision: Decision, rule: string): Decision {
  const message = 'Requests are refused while the ledger does not answer.';
  const reason = { ...staleReason('reject', message), rule };
  return { ...refusal(decision, reason, RETRY_SECONDS.unreachable), isDegraded: true };
}

/** Let go although the ledger should have been asked, because the policy would rather let go. */
export function degraded(decision: Decision, message: string): Decision {
  const reason = staleReason('allow', message);
  return { ...decision, reasons: [...decision.reasons, reason], isDegraded: true };
}

function refusal(decision: Decision, reason: Reason, retrySeconds: number): Decision {
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

function staleReason(action: 'allow' | 'reject', message: string): Reason {
  return { kind: 'stale', action, rule: 'failure', scope: 'org', message };
}
