import { compareVerdicts, type Verdict, verdictOf } from './finding.ts';
import type { Rung } from './policy.ts';

/**
 * How full a limit is, in hundredths of a percent: `used` rounded down, and `withRequest`, which counts
 * what the request will use, rounded up. Both are exact for comparing with whole percentages.
 */
export type Fill = Readonly<{ used: number; withRequest: number }>;

/** A restriction in force: since when, and that of this period it is not over yet. */
export type Restriction = Readonly<{ sinceMs: number }>;

export type ReachedRung = Readonly<{
  rung: Rung;
  verdict: Verdict;
  /** Of a restriction that still lets requests go: when it no longer will. */
  graceEndsMs?: number;
}>;

const PERCENT = 100;
const HOUR_MS = 3_600_000;

/** `amount` is what the request will use and not negative; a limit of nothing is always full. */
export function fillOf(used: bigint, amount: bigint, limit: bigint): Fill {
  if (limit <= 0n) return { used: Number.POSITIVE_INFINITY, withRequest: Number.POSITIVE_INFINITY };
  const scaled = used * 10_000n;
  const down = Number(scaled / limit);
  if (amount === 0n) return { used: down, withRequest: down };
  return { used: down, withRequest: Number((scaled + amount * 10_000n + limit - 1n) / limit) };
}

/**
 * A share of a limit is reached when it is used up, or when the request would pass it: what fits exactly
 * still goes, so of 50 requests the fiftieth does. `hundredths` are of a percent.
 */
export function isReached(fill: Fill, hundredths: number): boolean {
  return fill.used >= hundredths || fill.withRequest > hundredths;
}

export type Climb = Readonly<{
  fill: Fill;
  /** Percentage of their own share at which rungs that do not refuse are met; 100 without scrutiny. */
  scrutinyPercent: number;
  /** A restriction that began earlier and that nobody lifted. */
  restriction: Restriction | undefined;
  nowMs: number;
}>;

/** The strictest rung that is reached, the higher of equals: more use never has a milder answer. */
export function strictestRung(ladder: readonly Rung[], climb: Climb): ReachedRung | undefined {
  let strictest: ReachedRung | undefined;
  for (const rung of ladder) {
    const reached = reach(rung, climb);
    if (reached === undefined) continue;
    if (strictest === undefined || compareVerdicts(reached.verdict, strictest.verdict) >= 0) {
      strictest = reached;
    }
  }
  return strictest;
}

function reach(rung: Rung, { fill, scrutinyPercent, restriction, nowMs }: Climb): ReachedRung | undefined {
  const { action, percent } = rung;
  if (action.kind === 'restrict') {
    // A restriction stays until somebody approves, also when the limit was raised meanwhile.
    if (restriction === undefined && !isReached(fill, percent * PERCENT)) return undefined;
    const graceEndsMs = (restriction?.sinceMs ?? nowMs) + action.graceHours * HOUR_MS;
    return nowMs >= graceEndsMs
      ? { rung, verdict: { action: 'reject', status: 403 } }
      : { rung, verdict: { action: 'warn' }, graceEndsMs };
  }
  const share = percent * (action.kind === 'reject' ? PERCENT : scrutinyPercent);
  return isReached(fill, share) ? { rung, verdict: verdictOf(action) } : undefined;
}
