import { periodAt } from './budgetPeriod.ts';
import type { DecisionRequest, Snapshot } from './decision.ts';
import { estimatedPicoUsd } from './estimate.ts';
import type { Finding, Verdict } from './finding.ts';
import type { BreakerRule } from './policy.ts';

/** `closed` lets all go, `emergency` only critical requests, `open` none. */
export type BreakerState = 'closed' | 'emergency' | 'open';

/**
 * The state of the breaker for a request of this cost: an amount is reached when it is spent, or when the
 * request would pass it, so that no single request runs far beyond.
 */
export function breakerState(rule: BreakerRule, spentPicoUsd: bigint, requestPicoUsd: bigint): BreakerState {
  const reaches = (amount: bigint) => spentPicoUsd >= amount || spentPicoUsd + requestPicoUsd > amount;
  if (reaches(rule.openPicoUsd)) return 'open';
  return reaches(rule.emergencyPicoUsd) ? 'emergency' : 'closed';
}

/** What people are told while the breaker is not closed. */
export const BREAKER_TEXTS = {
  emergency: 'Daily limit reached - only critical requests allowed',
  open: 'Emergency limit reached - all requests blocked',
};

/** What the breaker says: nothing while it is closed, and to critical requests in an emergency a warning. */
export function findBreaker(
  rule: BreakerRule,
  snapshot: Snapshot,
  request: DecisionRequest,
  nowMs: number,
): Finding | undefined {
  const day = periodAt({ unit: 'day', timeZone: rule.timeZone }, nowMs);
  const spent = snapshot.spentOnDay(day.startMs);
  const cost = estimatedPicoUsd(request.estimate);
  const state = breakerState(rule, spent, cost);
  if (state === 'closed') return undefined;
  const limit = state === 'open' ? rule.openPicoUsd : rule.emergencyPicoUsd;
  const mayGo = state === 'emergency' && request.priority === 'critical';
  const verdict: Verdict = mayGo ? { action: 'warn' } : { action: 'reject', status: 429 };
  return {
    verdict,
    reason: {
      kind: 'breaker',
      action: verdict.action,
      rule: 'breaker',
      scope: 'org',
      measure: 'usd',
      used: spent + cost,
      limit,
      ...(limit > 0n ? { percent: Number(((spent + cost) * 100n) / limit) } : {}),
      resetAt: day.endsAt,
      message: BREAKER_TEXTS[state],
    },
    endsAtMs: day.endMs,
    isByFigures: true,
  };
}
