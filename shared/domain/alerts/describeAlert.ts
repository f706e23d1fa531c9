import { type Alert, alertSeverity, threadKey } from './alert.ts';
import {
  describeCrossing,
  describeIncrease,
  describeProjection,
  describeResolved,
  type Words,
} from './describeBudget.ts';
import { describeDrift, describeResumed, describeSilence, describeUnpricedModel } from './describeLedger.ts';
import {
  describeBreaker,
  describeBurn,
  describeExpensiveRequest,
  describeHighSpend,
  describeThrottled,
} from './describeSpend.ts';
import { driverWords } from './factWords.ts';
import type { Notice, NoticeAction } from './notice.ts';

/**
 * An alert in words. Every channel shows these sentences, so that people who talk about an alert mean the
 * same; `viewUrl` is where they look at costs.
 */
export function describeAlert(alert: Alert, { viewUrl }: Readonly<{ viewUrl?: string }> = {}): Notice {
  const { actions, ...words } = wordsOf(alert);
  const whole = spentPicoUsd(alert);
  const view: NoticeAction[] = viewUrl === undefined ? [] : ['view'];
  return {
    alertId: alert.id,
    alert,
    rule: alert.subject.rule,
    severity: alertSeverity(alert),
    thread: threadKey(alert.subject),
    ...words,
    drivers: (alert.facts?.drivers ?? []).map((driver) => driverWords(driver, whole)),
    actions: [...view, ...actions],
    ...(viewUrl === undefined ? {} : { viewUrl }),
    createdAt: alert.createdAt,
  };
}

function wordsOf(alert: Alert): Words {
  const { subject } = alert;
  switch (subject.rule) {
    case 'budget':
      return describeCrossing(subject, alert);
    case 'projection':
      return describeProjection(subject, alert);
    case 'resolved':
      return describeResolved(subject, alert);
    case 'breaker':
      return describeBreaker(subject, alert);
    case 'highSpend':
      return describeHighSpend(subject, alert);
    case 'expensiveRequest':
      return describeExpensiveRequest(subject, alert);
    case 'burn':
      return describeBurn(subject, alert);
    case 'throttled':
      return describeThrottled(subject, alert);
    case 'unpricedModel':
      return describeUnpricedModel(subject);
    case 'silence':
      return describeSilence(subject, alert);
    case 'resumed':
      return describeResumed(subject, alert);
    case 'drift':
      return describeDrift(subject);
    case 'increase':
      return describeIncrease(subject, alert);
    default:
      return subject satisfies never;
  }
}

/** What the drivers are parts of; nothing where the alert is of no money that was spent by several. */
function spentPicoUsd({ subject }: Alert): bigint | undefined {
  switch (subject.rule) {
    case 'budget':
    case 'projection':
    case 'resolved':
      return subject.measure === 'usd' ? subject.used : undefined;
    case 'breaker':
    case 'highSpend':
    case 'burn':
      return subject.usedPicoUsd;
    case 'expensiveRequest':
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
