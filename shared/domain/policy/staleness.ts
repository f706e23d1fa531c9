import type { Snapshot } from './decision.ts';
import type { Finding } from './finding.ts';
import type { FailureRule } from './policy.ts';

export type Staleness = Readonly<{ ageMs: number; isStale: boolean }>;

/** A gateway asks the ledger every second or two; its callers need not ask more often than this. */
const RETRY_MS = 5_000;

/** A snapshot from the future of a clock that goes slow is of age 0. */
export function stalenessOf(snapshot: Snapshot, { maxAgeSeconds }: FailureRule, nowMs: number): Staleness {
  const ageMs = Math.max(0, nowMs - snapshot.takenAtMs);
  return { ageMs, isStale: ageMs > maxAgeSeconds * 1_000 };
}

/**
 * With figures that are too old: fail-closed refuses everything, and fail-open lets go what figures alone
 * would stop. Rules that need no figures (models, hours, local bursts, a budget that is required) hold in
 * both, and what the old figures say is still told, as a warning.
 */
export function withStaleFigures(
  findings: readonly Finding[],
  { mode }: FailureRule,
  { ageMs }: Staleness,
  nowMs: number,
): Finding[] {
  const seconds = Math.floor(ageMs / 1_000);
  const figures = `the figures of the ledger are ${seconds} s old`;
  if (mode === 'closed') {
    return [
      ...findings,
      {
        verdict: { action: 'reject', status: 429 },
        reason: staleReason('reject', `Requests are refused while ${figures}.`),
        endsAtMs: nowMs + RETRY_MS,
        isByFigures: true,
      },
    ];
  }
  return [
    ...findings.map((finding) => (finding.isByFigures ? softened(finding) : finding)),
    {
      verdict: { action: 'allow' },
      reason: staleReason('allow', `Budgets are not enforced while ${figures}.`),
      isByFigures: true,
    },
  ];
}

function staleReason(action: 'allow' | 'reject', message: string): Finding['reason'] {
  return { kind: 'stale', action, rule: 'failure', scope: 'org', message };
}

/** What would refuse or slow becomes a warning. Its header would tell of something that does not happen. */
function softened(finding: Finding): Finding {
  const { action } = finding.verdict;
  if (action === 'allow' || action === 'warn') return finding;
  const { header: _, ...rest } = finding;
  return { ...rest, verdict: { action: 'warn' }, reason: { ...finding.reason, action: 'warn' } };
}
