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

/** The same crossing always gives the same id: team, month and threshold name it. */
export function alertId(crossing: Pick<Crossing, 'team' | 'month' | 'threshold'>): string {
  return `budget:team:${crossing.team}:${crossing.month}:${crossing.threshold}`;
}

export function makeAlert(crossing: Crossing, createdAt: string): Alert {
  return { id: alertId(crossing), state: 'pending', createdAt, crossing };
}

/** A spent budget is critical; anything before it is a warning. */
export function alertSeverity(alert: Alert): AlertSeverity {
  return alert.crossing.threshold >= 100 ? 'critical' : 'warning';
}
