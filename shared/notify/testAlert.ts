import { type Alert, makeAlert } from '../domain/alerts/alert.ts';
import { monthEnd, monthOfDay, toDay } from '../domain/period.ts';

const PREFIX = 'test:';
const USD = 1_000_000_000_000n;

export function isTestAlert(id: string): boolean {
  return id.startsWith(PREFIX);
}

/**
 * An alert as a channel would get it, of a team that nobody has. It is in no ledger: nothing can be done about it,
 * and its id says what it is.
 */
export function makeTestAlert(now: Date): Alert {
  const createdAt = now.toISOString();
  const month = monthOfDay(toDay(now));
  const alert = makeAlert(
    {
      ...{ rule: 'budget', scopeKind: 'team', scopeId: 'example', month, budgetId: 'example' },
      ...{ period: { unit: 'month', timeZone: 'UTC' }, periodKey: month, resetAt: monthEnd(month) },
      ...{ measure: 'usd', filter: {}, limit: 500n * USD, used: 410n * USD },
      ...{ threshold: 80, action: 'warn', notify: [], cause: 'use' },
    },
    createdAt,
    {
      ...{ normalDayPicoUsd: 22n * USD, todayPicoUsd: 61n * USD },
      drivers: [
        { dimension: 'user', id: 'alice', costPicoUsd: 210n * USD },
        { dimension: 'user', id: 'bob', costPicoUsd: 120n * USD },
      ],
      next: { percent: 100, action: 'requests are slowed by 2 s' },
    },
  );
  return { ...alert, id: `${PREFIX}${createdAt}` };
}
