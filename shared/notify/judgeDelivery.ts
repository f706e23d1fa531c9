import { type Alert, alertSeverity, threadKey } from '../domain/alerts/alert.ts';
import type { AlertChannel, AlertPolicy } from '../domain/alerts/alertPolicy.ts';
import type { Delivery } from '../domain/alerts/delivery.ts';
import { type Hold, holdOf } from '../domain/alerts/holdDelivery.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { AlertStore } from '../store/alertStore.ts';
import type { DeliveryStore } from '../store/deliveryStore.ts';

export type JudgeDeliveryDependencies = Readonly<{
  alerts: Pick<AlertStore, 'find'>;
  deliveries: Pick<DeliveryStore, 'findSnooze'>;
  now: Date;
}>;

/** Whether a delivery that is due goes, waits longer, or is of no use to anybody any more. */
export type DeliveryVerdict =
  | Readonly<{ kind: 'send'; alert: Alert; channel: AlertChannel }>
  | Readonly<{ kind: 'hold'; hold: Hold }>
  | Readonly<{ kind: 'drop'; why: string }>;

export async function judgeDelivery(
  delivery: Delivery,
  { policy, alertPolicy }: Readonly<{ policy: Policy; alertPolicy: AlertPolicy }>,
  { alerts, deliveries, now }: JudgeDeliveryDependencies,
): Promise<DeliveryVerdict> {
  const channel = alertPolicy.channels.find(({ name }) => name === delivery.channel);
  if (channel === undefined) return drop(`channel ${delivery.channel} is no longer in the policy`);
  const alert = await alerts.find(delivery.month, delivery.alertId);
  if (alert === undefined) return drop('the alert is no longer there');
  const budgetId = budgetOf(alert);
  if (budgetId !== undefined && !policy.budgets.some(({ id }) => id === budgetId)) {
    return drop(`budget ${budgetId} is no longer in the policy`);
  }
  const snooze = await deliveries.findSnooze(threadKey(alert.subject), now);
  if (snooze?.kind === 'mute') return drop(`muted by ${snooze.by} until ${snooze.until}`);
  const hold = holdOf({ channel, severity: alertSeverity(alert), now, snooze, held: delivery.held });
  return hold === undefined ? { kind: 'send', alert, channel } : { kind: 'hold', hold };
}

function drop(why: string): DeliveryVerdict {
  return { kind: 'drop', why };
}

function budgetOf({ subject }: Alert): string | undefined {
  switch (subject.rule) {
    case 'budget':
    case 'projection':
    case 'resolved':
    case 'increase':
      return subject.budgetId;
    case 'breaker':
    case 'highSpend':
    case 'expensiveRequest':
    case 'burn':
    case 'throttled':
    case 'unpricedModel':
    case 'silence':
    case 'resumed':
    case 'drift':
      return undefined;
    default:
      return subject satisfies never;
  }
}
