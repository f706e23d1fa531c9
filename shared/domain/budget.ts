import type { Aim } from './policy/asker.ts';
import { type Period, periodAt } from './policy/budgetPeriod.ts';
import { modelFamily } from './policy/modelFamily.ts';
import type { BudgetPeriod, BudgetRule, Limit, Rung, UsageFilter } from './policy/policy.ts';
import { wallTimeAt } from './zone.ts';

/** What a budget's scope has used in a period; `n` counts the changes of the lines below, as in `Total`. */
export type Use = Readonly<{ used: bigint; n: number }>;

/**
 * What a budget's scope has used of its limit in a period. Amounts are in the unit of the measure, the limit with
 * what was granted on top.
 */
export type BudgetFigures = Readonly<{
  budgetId: string;
  scopeKind: Aim['kind'];
  /** `*` for the organisation. */
  scopeId: string;
  period: BudgetPeriod;
  /** Name of the period, such as `2026-11` or `2026-W48`. */
  periodKey: string;
  /** The month `YYYY-MM` in which the period begins, on its own clocks. */
  month: string;
  /** When the next period begins, ISO 8601 in UTC. */
  resetAt: string;
  measure: Limit['measure'];
  filter: UsageFilter;
  limit: bigint;
  used: bigint;
}>;

/** A budget's scope passing a rung of its ladder within a period; it happens once, whatever the limit was then. */
export type Crossing = BudgetFigures &
  Readonly<{
    /** Whole percent of the limit. */
    threshold: number;
    action: Rung['action']['kind'];
    notify: Rung['notify'];
    /** `policy` when the mark came to lie below what had been used already. */
    cause: 'use' | 'policy';
  }>;

/** A rule, whose use it counts, and the instant that names the period. */
export type BudgetState = Readonly<{ rule: BudgetRule; aim: Aim; atMs: number }>;

/** A share of a limit is reached at exactly its percentage; integers only, so 80% of any limit is exact. */
export function isPassed(used: bigint, limit: bigint, percent: number): boolean {
  return used * 100n >= limit * BigInt(percent);
}

/** The rungs that this use has reached, from the lowest. */
export function passedRungs(ladder: readonly Rung[], used: bigint, limit: bigint): Rung[] {
  return ladder.filter(({ percent }) => isPassed(used, limit, percent));
}

export function makeCrossing(
  state: BudgetState,
  { percent, action, notify }: Rung,
  { cause, ...amounts }: Pick<Crossing, 'limit' | 'used' | 'cause'>,
): Crossing {
  return {
    ...makeBudgetFigures(state, amounts),
    ...{ threshold: percent, action: action.kind, notify, cause },
  };
}

export function makeBudgetFigures(
  { rule, aim, atMs }: BudgetState,
  { limit, used }: Pick<BudgetFigures, 'limit' | 'used'>,
): BudgetFigures {
  const period = periodAt(rule.period, atMs);
  return {
    budgetId: rule.id,
    scopeKind: aim.kind,
    scopeId: aim.id,
    period: rule.period,
    periodKey: period.key,
    month: monthOfPeriod(rule.period, period),
    resetAt: period.endsAt,
    measure: rule.limit.measure,
    filter: rule.filter,
    ...{ limit, used },
  };
}

function monthOfPeriod({ timeZone }: BudgetPeriod, { startMs }: Pick<Period, 'startMs'>): string {
  return wallTimeAt(timeZone, startMs).day.slice(0, 7);
}

/** Whole percent of the limit that is used, rounded down, so that 100 is never shown too early. */
export function percentUsed(used: bigint, limit: bigint): bigint {
  return limit <= 0n ? 0n : (used * 100n) / limit;
}

/** True for the models that a filter lets count; all without a family. */
export function countsModel({ modelFamily: family }: UsageFilter, model: string): boolean {
  return family === undefined || modelFamily(model) === family;
}
