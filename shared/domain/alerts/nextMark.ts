import { isPassed } from '../budget.ts';
import type { Policy, RungAction } from '../policy/policy.ts';
import type { AlertSubject } from './alert.ts';
import type { AlertFacts } from './alertFacts.ts';
import { markWords } from './alertWords.ts';

/**
 * The next mark above what is used, with what happens from there on; of the breaker the amount from which nothing
 * goes, as a share of the one that was reached. `undefined` where no mark is left, or the budget is gone.
 */
export function nextMark(subject: AlertSubject, policy: Policy): AlertFacts['next'] {
  switch (subject.rule) {
    case 'budget':
    case 'projection': {
      const { budgetId, used, limit } = subject;
      const rule = policy.budgets.find(({ id }) => id === budgetId);
      const rung = rule?.ladder.find(({ percent }) => !isPassed(used, limit, percent));
      return rung === undefined ? undefined : { percent: rung.percent, action: actionWords(rung.action) };
    }
    case 'breaker': {
      const { state, limitPicoUsd, usedPicoUsd } = subject;
      const open = policy.breaker?.openPicoUsd ?? 0n;
      if (state !== 'emergency' || limitPicoUsd <= 0n || usedPicoUsd >= open) return undefined;
      return { percent: Number((open * 100n) / limitPicoUsd), action: 'all requests are refused' };
    }
    case 'resolved':
    case 'highSpend':
    case 'expensiveRequest':
    case 'burn':
    case 'throttled':
    case 'unpricedModel':
    case 'silence':
    case 'resumed':
    case 'drift':
    case 'increase':
      return undefined;
    default:
      return subject satisfies never;
  }
}

const MS_PER_SECOND = 1_000;

/** What happens to requests, as the end of a sentence: what `markWords` says, with its delay or hours of grace. */
export function actionWords(action: RungAction): string {
  switch (action.kind) {
    case 'throttle':
      return `requests are slowed by ${action.delayMs / MS_PER_SECOND} s`;
    case 'restrict':
      return action.graceHours === 0
        ? 'requests are refused until an approver agrees'
        : `requests are refused ${action.graceHours} h later unless an approver agrees`;
    case 'notify':
    case 'warn':
    case 'reject':
      return markWords(action.kind);
    default:
      return action satisfies never;
  }
}
