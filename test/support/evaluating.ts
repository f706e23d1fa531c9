import { evaluateBudgets } from '../../functions/evaluateBudgets.ts';
import type { Alert } from '../../shared/domain/alerts/alert.ts';
import { NO_METRICS } from '../../shared/domain/metrics.ts';
import type { Scope } from '../../shared/domain/total.ts';
import { type ItemKey, totalKey } from '../../shared/store/keys.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { ring } from '../contract/doorbells.ts';
import { costOf } from './records.ts';

/** `evaluateBudgets` over these stores, with what it published so far and how often it asked for an alert. */
export function openEvaluation(stores: Stores) {
  const published: Alert[] = [];
  const asked = { known: 0, created: 0 };
  const alerts: Stores['alerts'] = {
    ...stores.alerts,
    isKnown: (month, id) => {
      asked.known += 1;
      return stores.alerts.isKnown(month, id);
    },
    create: (alert) => {
      asked.created += 1;
      return stores.alerts.create(alert);
    },
  };
  const publisher = { publish: async (alert: Alert) => void published.push(alert) };
  return {
    published,
    asked,
    ids: () => published.map(({ id }) => id),
    /** Rings for these keys. */
    at: (now: Date, ...keys: ItemKey[]) => evaluateBudgets(ring(keys), { ...stores, alerts, publisher, now }),
    event: (event: unknown, now: Date) => evaluateBudgets(event, { ...stores, alerts, publisher, now }),
  };
}

let changes = 0;

/** Sets the total of a scope's day; every call counts as a change, so the newest stands. Gives the total's key. */
export async function spend(
  picoUsd: bigint,
  stores: Stores,
  { scope, day }: Readonly<{ scope: Scope; day: string }>,
): Promise<ItemKey> {
  changes += 1;
  const metrics = { ...NO_METRICS, requests: 1, costPicoUsd: costOf({ input: picoUsd }) };
  const period = { kind: 'day', day } as const;
  await stores.totals.put({ scope, period, n: changes, metrics, byModel: new Map() });
  return totalKey(scope, period);
}
