import type { BudgetFigures } from '../budget.ts';
import { periodAt } from '../policy/budgetPeriod.ts';

/** Where a budget's use leads if it goes on as in the period so far; `projected` is in the budget's measure. */
export type Pace = Readonly<{
  projected: bigint;
  /** When the limit is reached; absent where it is reached already, or not before the reset. */
  exhaustedAtMs?: number;
}>;

type Figures = Pick<BudgetFigures, 'period' | 'resetAt' | 'limit' | 'used'>;

/**
 * The pace of a period that is under way: what was used, spread evenly over the time that is over. Nights and
 * weekends count as any other time, so the pace of a few days says little: before `fromPercent` of the
 * period there is none. There is none either where nothing was used, and outside the period.
 */
export function paceOf(
  { period, resetAt, limit, used }: Figures,
  nowMs: number,
  fromPercent: number,
): Pace | undefined {
  const endMs = Date.parse(resetAt);
  const { startMs } = periodAt(period, endMs - 1);
  const [elapsedMs, lengthMs] = [nowMs - startMs, endMs - startMs];
  if (elapsedMs <= 0 || nowMs >= endMs || used <= 0n) return undefined;
  if (elapsedMs * 100 < fromPercent * lengthMs) return undefined;
  const projected = (used * BigInt(lengthMs)) / BigInt(elapsedMs);
  if (used >= limit) return { projected };
  const untilLimitMs = roundedUp(limit * BigInt(elapsedMs), used);
  return untilLimitMs < BigInt(lengthMs)
    ? { projected, exhaustedAtMs: startMs + Number(untilLimitMs) }
    : { projected };
}

/** The first whole millisecond at which the limit is reached. */
function roundedUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}
