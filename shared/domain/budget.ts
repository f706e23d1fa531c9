/** A team's limit for a calendar month (UTC), in pico-USD, with the percentages at which it alerts. */
export type Budget = Readonly<{
  team: string;
  limitPicoUsd: bigint;
  /** Whole percentages of the limit, ascending: by default 80 and 100. */
  thresholds: readonly number[];
}>;

export const DEFAULT_THRESHOLDS: readonly number[] = [80, 100];

/** A budget passing one of its thresholds within a month; it happens once. */
export type Crossing = Readonly<{
  team: string;
  month: string;
  threshold: number;
  limitPicoUsd: bigint;
  spentPicoUsd: bigint;
}>;

/**
 * The thresholds that a month's spend has reached. A threshold is reached at exactly its share of the
 * limit; integers only, so 80% of any limit is exact.
 */
export function findCrossings(budget: Budget, month: string, spentPicoUsd: bigint): Crossing[] {
  return budget.thresholds
    .filter((threshold) => spentPicoUsd * 100n >= budget.limitPicoUsd * BigInt(threshold))
    .map((threshold) => ({
      team: budget.team,
      month,
      threshold,
      limitPicoUsd: budget.limitPicoUsd,
      spentPicoUsd,
    }));
}

/** Whole percent of the limit that is spent, rounded down, so that 100 is never shown too early. */
export function percentSpent(spentPicoUsd: bigint, limitPicoUsd: bigint): bigint {
  return limitPicoUsd <= 0n ? 0n : (spentPicoUsd * 100n) / limitPicoUsd;
}
