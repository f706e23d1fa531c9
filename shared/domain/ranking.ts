import { addMetrics, type Metrics, NO_METRICS, totalCost } from './metrics.ts';
import type { Dimension, Period, Scope } from './total.ts';

/** A name of a dimension with what it had. */
export type NamedMetrics = Readonly<{ name: string; metrics: Metrics }>;

/** Which ranking: the names of a dimension within a scope's period. */
export type RankingName = Readonly<{ scope: Scope; dimension: Dimension; period: Period }>;

/**
 * The dearest names first, and the others together, so that all of it adds up to the scope's total, in the
 * figures of `splitFigures`. `n` is that of the total it splits, and says whether it is still what the total holds.
 */
export type Ranking = RankingName &
  Readonly<{
    n: number;
    rows: readonly NamedMetrics[];
    rest: Readonly<{ names: number; metrics: Metrics }>;
  }>;

export const RANKED_NAMES = 100;

/** Ranks names by cost; `parts` has each name once. */
export function rankNames(name: RankingName, n: number, parts: readonly NamedMetrics[]): Ranking {
  const sorted = [...parts].sort(byCost);
  const others = sorted.slice(RANKED_NAMES);
  return {
    ...name,
    n,
    rows: sorted.slice(0, RANKED_NAMES),
    rest: {
      names: others.length,
      metrics: others.reduce((sum, { metrics }) => addMetrics(sum, metrics), NO_METRICS),
    },
  };
}

/** Dearest first, then by name. */
export function byCost(a: NamedMetrics, b: NamedMetrics): number {
  const [costA, costB] = [totalCost(a.metrics.costPicoUsd), totalCost(b.metrics.costPicoUsd)];
  if (costA !== costB) return costA > costB ? -1 : 1;
  return byName(a, b);
}

export function byName(a: NamedMetrics, b: NamedMetrics): number {
  return a.name < b.name ? -1 : 1;
}
