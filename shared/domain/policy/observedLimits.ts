import { PICO_USD_PER_USD } from '../money.ts';

/** What one user or team spent on days on which it was active, and the limit for a day that it suggests. */
export type ObservedLimit = Readonly<{
  id: string;
  activeDays: number;
  /** The day's cost that this percentage of active days did not exceed, in pico-USD. */
  observedPicoUsd: bigint;
  highestPicoUsd: bigint;
  limitPicoUsd: bigint;
}>;

/**
 * The value that at least `percentile` percent of all values do not exceed (nearest rank): one that did
 * occur, never one in between.
 */
export function percentileOf(values: readonly bigint[], percentile: number): bigint | undefined {
  const sorted = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted[Math.max(1, Math.ceil((percentile * sorted.length) / 100)) - 1];
}

const CENT = PICO_USD_PER_USD / 100n;
/** Steps of a limit that a person would write down, in tenths of its leading power of ten. */
const HUMAN_TENTHS = [10n, 12n, 15n, 20n, 25n, 30n, 40n, 50n, 60n, 75n, 80n, 100n];

/** Up to the next amount that a person would write: 1.20, 15, 250, 4000 USD; at least a cent. */
export function roundUpHuman(picoUsd: bigint): bigint {
  if (picoUsd <= CENT) return CENT;
  let power = CENT / 10n;
  while (power * 100n < picoUsd) power *= 10n;
  for (const tenths of HUMAN_TENTHS) {
    const step = power * tenths;
    // Below ten cents the steps in between would be parts of a cent.
    if (step >= picoUsd && step % CENT === 0n) return step;
  }
  return power * 100n;
}

/** Limits from the cost of each active day of each user or team; dearest first, then by name. */
export function suggestLimits(
  costsById: ReadonlyMap<string, readonly bigint[]>,
  percentile: number,
): ObservedLimit[] {
  const limits = [...costsById].flatMap(([id, costs]): ObservedLimit[] => {
    const active = costs.filter((cost) => cost > 0n);
    const observedPicoUsd = percentileOf(active, percentile);
    if (observedPicoUsd === undefined) return [];
    const highestPicoUsd = active.reduce((highest, cost) => (cost > highest ? cost : highest));
    const limitPicoUsd = roundUpHuman(observedPicoUsd);
    return [{ id, activeDays: active.length, observedPicoUsd, highestPicoUsd, limitPicoUsd }];
  });
  return limits.sort((a, b) =>
    a.limitPicoUsd === b.limitPicoUsd ? (a.id < b.id ? -1 : 1) : a.limitPicoUsd < b.limitPicoUsd ? 1 : -1,
  );
}
