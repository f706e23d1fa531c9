import type { Decision, Reason } from '../shared/domain/policy/decision.ts';
import {
  type ExhaustedBudget,
  exhaustedReason,
  refusal,
  reservedText,
  spentText,
} from '../shared/domain/policy/refusal.ts';
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

export type Exhausted = ExhaustedBudget & Readonly<{ state: SlotState }>;

/** A hard budget of which this gateway holds no slice that is large enough. */
export function leaseRefusal(decision: Decision, exhausted: Exhausted): Decision {
  const reason = exhaustedReason(exhausted, refusalText(exhausted));
  return refusal(decision, reason, RETRY_SECONDS[exhausted.state]);
}

function refusalText(exhausted: Exhausted): string {
  const { aim, state } = exhausted;
  switch (state) {
    case 'spent':
      return spentText(exhausted);
    case 'open':
    case 'taken':
      return reservedText(exhausted);
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

function staleReason(action: 'allow' | 'reject', message: string): Reason {
  return { kind: 'stale', action, rule: 'failure', scope: 'org', message };
}
