import type { Crossing } from './budget.ts';

/**
 * One crossing, to be told once. `pending` until its message is published; the id is the same in every
 * message about it, so a receiver can drop a repeat.
 */
export type Alert = Readonly<{
  id: string;
  state: 'pending' | 'published';
  createdAt: string;
  publishedAt?: string;
  crossing: Crossing;
}>;

export type AlertSeverity = 'warning' | 'critical';

/** The same crossing always gives the same id: budget, scope, period and threshold name it. */
export function alertId(
  crossing: Pick<Crossing, 'budgetId' | 'scopeId' | 'periodKey' | 'threshold'>,
): string {
  const { budgetId, scopeId, periodKey, threshold } = crossing;
  return `budget:${budgetId}:${scopeId}:${periodKey}:${threshold}`;
}

export function makeAlert(crossing: Crossing, createdAt: string): Alert {
  return { id: alertId(crossing), state: 'pending', createdAt, crossing };
}

/** A spent budget is critical, and so is one that stops requests; anything before is a warning. */
export function alertSeverity({ crossing: { threshold, action } }: Alert): AlertSeverity {
  return threshold >= 100 || action === 'reject' || action === 'restrict' ? 'critical' : 'warning';
}
