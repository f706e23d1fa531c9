import { type BudgetRule, PERIOD_UNITS } from './policy.ts';
import { limitText } from './policyText.ts';
import { targetName } from './ruleNames.ts';

export type UnreachedBudget = Readonly<{ index: number; part: readonly string[]; message: string }>;

/**
 * Budgets of a shorter period that are above that of a longer one: both are evaluated, and the longer one
 * always binds. Usually one of the two figures is a slip.
 */
export function findUnreachedBudgets(budgets: readonly BudgetRule[]): UnreachedBudget[] {
  const numbered = budgets.map((rule, index) => ({ rule, index }));
  const unreached: UnreachedBudget[] = [];
  for (const alike of Map.groupBy(numbered, ({ rule }) => whatIsCounted(rule)).values()) {
    const byPeriod = alike.toSorted((a, b) => lengthOf(a.rule) - lengthOf(b.rule));
    // The lowest of the longer periods' budgets is the first that a shorter one meets.
    let lowest: BudgetRule | undefined;
    for (const { rule, index } of byPeriod.toReversed()) {
      if (
        lowest !== undefined &&
        lengthOf(rule) < lengthOf(lowest) &&
        rule.limit.amount > lowest.limit.amount
      ) {
        const [long, short] = [lowest, rule].map(
          ({ period, limit }) => `the ${period.unit}'s ${limitText(limit)}`,
        );
        unreached.push({
          index,
          part: [rule.period.unit],
          message: `${short} is never reached: ${long} binds`,
        });
      }
      if (lowest === undefined || rule.limit.amount <= lowest.limit.amount) lowest = rule;
    }
  }
  return unreached.sort((a, b) => a.index - b.index);
}

function lengthOf({ period }: BudgetRule): number {
  return PERIOD_UNITS.indexOf(period.unit);
}

function whatIsCounted({ target, filter, limit }: BudgetRule): string {
  const { modelFamily, operation, entrypoint } = filter;
  const counted = limit.measure === 'tokens' ? limit.counted : [];
  return JSON.stringify([targetName(target), modelFamily, operation, entrypoint, limit.measure, counted]);
}
