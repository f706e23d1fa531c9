import type { Alert } from '../domain/alerts/alert.ts';
import { addDays, monthEnd, monthOfDay, toDay } from '../domain/period.ts';
import type { AlertStore } from './alertStore.ts';

const MONTHS_BACK = 12;

/**
 * Months under which an alert of the last year may be kept, the most likely first: an alert of a year's budget is in
 * its January, and where a budget's zone is ahead of UTC the next month has begun there.
 */
export function monthsOfAlerts(now: Date): string[] {
  const months = [monthOfDay(toDay(now))];
  for (let back = 0; back < MONTHS_BACK; back += 1) {
    const first = `${months.at(-1)}-01`;
    months.push(monthOfDay(addDays(first, -1)));
  }
  const next = monthEnd(monthOfDay(toDay(now))).slice(0, 'YYYY-MM'.length);
  return [...months, next];
}

/** An alert of the last year whose month is not known. */
export async function findAlert(
  id: string,
  { alerts, now }: Readonly<{ alerts: Pick<AlertStore, 'find'>; now: Date }>,
): Promise<Alert | undefined> {
  for (const month of monthsOfAlerts(now)) {
    const found = await alerts.find(month, id);
    if (found !== undefined) return found;
  }
  return undefined;
}
