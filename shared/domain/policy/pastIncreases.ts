import type { Increase } from './decision.ts';
import { increaseThroughTime, type KeptIncrease } from './increase.ts';
import type { Policy } from './policy.ts';

/**
 * What was ever granted, as far as a policy can count it: its budgets are known by their ids, and one that has
 * the id of another measure's is another budget.
 */
export function pastIncreases(
  increases: readonly KeptIncrease[],
  { budgets }: Pick<Policy, 'budgets'>,
): Increase[] {
  const measures = new Map(budgets.map(({ id, limit }) => [id, limit.measure]));
  return increases.flatMap((increase) =>
    measures.get(increase.budgetId) === increase.measure ? (increaseThroughTime(increase) ?? []) : [],
  );
}

/** How many of them counted at any time from one instant to just before another. */
export function countActive(increases: readonly Increase[], startMs: number, endMs: number): number {
  return increases.filter(({ fromMs, untilMs }) => fromMs < endMs && startMs < untilMs).length;
}
