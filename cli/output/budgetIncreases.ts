import {
  approversFor,
  type IncreaseStep,
  type KeptIncrease,
  stateOfIncrease,
} from '../../shared/domain/policy/increase.ts';
import type { Policy } from '../../shared/domain/policy/policy.ts';
import { increaseJson } from '../../shared/formats/increaseBody.ts';
import { amountText, minuteText } from './amount.ts';
import { formatTable } from './table.ts';

/** What states depend on. */
export type IncreaseContext = Readonly<{ policy: Policy | undefined; nowMs: number }>;

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
      const waiting = missingApprovers(increase, context).join(', ');
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

/** As the API answers, with whom it still waits for. */
export function waitingJson(increase: KeptIncrease, context: IncreaseContext) {
  const isWaiting = stateOfIncrease(increase, context.nowMs) === 'requested';
  return {
    ...increaseJson(increase, context.nowMs),
    waitsFor: isWaiting ? missingApprovers(increase, context) : [],
  };
}

function stateText(increase: KeptIncrease, context: IncreaseContext): string {
  const state = stateOfIncrease(increase, context.nowMs);
  return state === 'requested' ? `waits for ${missingApprovers(increase, context).join(', ')}` : state;
}

function missingApprovers({ asked, approvals }: KeptIncrease, { policy }: IncreaseContext): string[] {
  if (policy === undefined) return [];
  const agreed = new Set(approvals.map(({ by }) => by));
  return approversFor(asked.by, policy.overflow).filter((approver) => !agreed.has(approver));
}

function amountOf({ measure, amount }: KeptIncrease): string {
  return measure === 'usd' ? amountText(measure, amount) : `${amountText(measure, amount)} ${measure}`;
}
