import type { Snapshot } from './decision.ts';
import { type Finding, verdictOf } from './finding.ts';
import type { BurstRule } from './policy.ts';
import type { Aimed } from './rulesOfAsker.ts';

/** Says so when this request is one too many within the rule's window. */
export function findBurst(
  { rule, aim }: Aimed<BurstRule>,
  snapshot: Snapshot,
  nowMs: number,
): Finding | undefined {
  const { count, freesAtMs } = snapshot.recentRequests(rule.id, aim.id, nowMs);
  if (count + 1 <= rule.limit) return undefined;
  const endsAtMs = freesAtMs ?? nowMs + rule.windowSeconds * 1_000;
  const verdict = verdictOf(rule.action);
  return {
    verdict,
    reason: {
      kind: 'burst',
      action: verdict.action,
      rule: rule.id,
      scope: aim.scope,
      measure: 'requests',
      used: BigInt(count + 1),
      limit: BigInt(rule.limit),
      ...(rule.limit > 0 ? { percent: Math.floor(((count + 1) * 100) / rule.limit) } : {}),
      resetAt: new Date(endsAtMs).toISOString(),
      message: rule.message ?? `Rate limit exceeded: ${rule.limit} requests per ${rule.windowSeconds}s`,
    },
    endsAtMs,
    isByFigures: rule.counting === 'shared',
  };
}
