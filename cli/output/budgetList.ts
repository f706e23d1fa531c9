import { type KeptIncrease, stateOfIncrease } from '../../shared/domain/policy/increase.ts';
import type { Policy } from '../../shared/domain/policy/policy.ts';
import { actionText } from '../../shared/domain/policy/policyText.ts';
import type { BudgetStateNow, BudgetStates } from '../../shared/store/findBudgetStates.ts';
import { amountJson, amountText, minuteText } from './amount.ts';
import { formatIncreases } from './budgetIncreases.ts';
import { formatCount, formatTable } from './table.ts';

/** Where the budgets of a version of the policy stand, with its increases. */
export type BudgetList = BudgetStates &
  Readonly<{ number: number; policy: Policy; increases: readonly KeptIncrease[]; nowMs: number }>;

export function formatBudgets(list: BudgetList): string {
  const { number, states, hidden, increases, nowMs } = list;
  const title = `Version ${number} of the policy, ${minuteText(nowMs)} UTC`;
  if (states.length === 0) return `${title}\n  (no budget is used yet)`;
  const table = formatTable(
    [
      { head: 'BUDGET' },
      { head: 'SCOPE' },
      { head: 'USED', align: 'right' },
      { head: 'LIMIT', align: 'right' },
      { head: '%', align: 'right' },
      { head: 'REACHED' },
      { head: 'RESETS (UTC)' },
    ],
    states.map(budgetRow),
  );
  const left = [...hidden].map(
    ([budget, count]) => `\n  (${formatCount(count)} more scopes of ${budget} used less)`,
  );
  const waiting = increases.filter((increase) =>
    ['requested', 'granted'].includes(stateOfIncrease(increase, nowMs)),
  );
  const asked = waiting.length === 0 ? '' : `\n\nIncreases\n${formatIncreases(waiting, list)}`;
  return `${title}\n${table}${left.join('')}${asked}`;
}

function budgetRow(state: BudgetStateNow): string[] {
  const { rule, scope, used, limit, percent, resetAt } = state;
  const { measure } = rule.limit;
  const unit = measure === 'usd' ? '' : ` ${measure}`;
  return [
    rule.id,
    scope,
    amountText(measure, used),
    `${amountText(measure, limit)}${unit}`,
    percent === undefined ? '' : String(percent),
    reachedText(state),
    minuteText(Date.parse(resetAt)),
  ];
}

function reachedText({ rung, restrictedSinceMs, isMonitoredClosely }: BudgetStateNow): string {
  const reached = rung === undefined ? '' : `${rung.percent}% ${actionText(rung.action)}`;
  const since = restrictedSinceMs === undefined ? '' : ` (since ${minuteText(restrictedSinceMs)})`;
  return `${reached}${since}${isMonitoredClosely ? ', monitored closely' : ''}`.trim();
}

export function budgetsJson({ number, states, nowMs }: BudgetList) {
  return {
    version: number,
    at: new Date(nowMs).toISOString(),
    budgets: states.map(
      ({ rule, scope, used, limit, granted, percent, rung, isMonitoredClosely, ...rest }) => {
        const { restrictedSinceMs, resetAt } = rest;
        const { measure } = rule.limit;
        return {
          budget: rule.id,
          scope,
          measure,
          used: amountJson(measure, used),
          limit: amountJson(measure, limit),
          granted: amountJson(measure, granted),
          percent,
          reached: rung && { percent: rung.percent, action: actionText(rung.action) },
          isMonitoredClosely,
          restrictedSince: restrictedSinceMs && new Date(restrictedSinceMs).toISOString(),
          resetAt,
        };
      },
    ),
  };
}
