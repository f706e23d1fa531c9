import {
  type IncreaseStep,
  type KeptIncrease,
  stateOfIncrease,
} from '../../shared/domain/policy/increase.ts';
import { type IncreaseContext, waitsFor } from '../../shared/formats/increaseBody.ts';
import { amountText, minuteText } from './amount.ts';
import { formatTable } from './table.ts';

export function formatIncreases(increases: readonly KeptIncrease[], context: IncreaseContext): string {
  if (increases.length === 0) return 'Nobody has asked for an increase.';
  const rows = increases.map((increase) => [
    increase.id,
    increase.budgetId,
    increase.scopeId,
    amountOf(increase),
    stateText(increase, context),
    increase.asked.by,
    minuteText(increase.untilMs),
    increase.reason,
  ]);
  const heads = ['ID', 'BUDGET', 'SCOPE', 'AMOUNT', 'STATE', 'ASKED BY', 'UNTIL (UTC)', 'REASON'];
  return formatTable(
    heads.map((head) => ({ head })),
    rows,
  );
}

/** What became of an increase, in a sentence. */
export function formatOutcome(increase: KeptIncrease, context: IncreaseContext): string {
  const { id, budgetId, scopeId, untilMs, isAutomatic } = increase;
  const what = `${amountOf(increase)} more for ${scopeId} in ${budgetId}`;
  const state = stateOfIncrease(increase, context.nowMs);
  switch (state) {
    case 'granted': {
      const how = isAutomatic ? ', within what needs no approval' : '';
      return `Increase ${id} is granted${how}: ${what} until ${minuteText(untilMs)} UTC.`;
    }
    case 'requested': {
      const waiting = waitsFor(increase, context).join(', ');
      return `Increase ${id} waits for ${waiting}: ${what}.\nEach of them: tollbook budgets approve ${id}`;
    }
    case 'denied':
      return `Increase ${id} is denied by ${increase.denied?.by ?? 'somebody'}: ${what}.`;
    case 'expired':
      return `Increase ${id} is over since ${minuteText(untilMs)} UTC.`;
    default:
      return state satisfies never;
  }
}

export function formatSteps(steps: readonly IncreaseStep[]): string {
  const heads = [{ head: 'WHEN (UTC)' }, { head: 'WHAT' }, { head: 'BY' }];
  return formatTable(
    heads,
    steps.map(({ atMs, kind, by }) => [minuteText(atMs), kind, by]),
  );
}

function stateText(increase: KeptIncrease, context: IncreaseContext): string {
  const state = stateOfIncrease(increase, context.nowMs);
  return state === 'requested' ? `waits for ${waitsFor(increase, context).join(', ')}` : state;
}

function amountOf({ measure, amount }: KeptIncrease): string {
  return measure === 'usd' ? amountText(measure, amount) : `${amountText(measure, amount)} ${measure}`;
}
