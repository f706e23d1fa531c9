import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import type { Alert } from '../domain/alerts/alert.ts';
import { itemToAlert } from './alertItem.ts';
import { OPEN_PARTITION, openAlertKey, openBounds } from './alertKeys.ts';
import { inParallel } from './inParallel.ts';
import { queryBetween, type TotalsTable } from './table.ts';

/**
 * Alerts whose period has an end of which people are told: those of budgets and of the breaker. Each is put here in
 * the transaction that creates it, and taken away once its end was dealt with.
 */
export interface OpenAlertStore {
  /**
   * The first alerts whose period was over by an instant, at most `limit`: those of one conversation follow
   * each other, the earliest end comes first.
   */
  ended(by: Date, limit: number): Promise<Alert[]>;
  close(alerts: readonly Alert[]): Promise<void>;
}

const DELETES_AT_ONCE = 8;

export function dynamoOpenAlertStore({ client, totalsTable }: TotalsTable): OpenAlertStore {
  return {
    async ended(by, limit) {
      const alerts: Alert[] = [];
      for await (const item of queryBetween(client, totalsTable, OPEN_PARTITION, openBounds(by))) {
        if (alerts.length === limit) break;
        alerts.push(itemToAlert(item));
      }
      return alerts;
    },
    async close(alerts) {
      await inParallel(alerts.flatMap(openKeysOf), DELETES_AT_ONCE, (Key) =>
        client.send(new DeleteCommand({ TableName: totalsTable, Key })),
      );
    },
  };
}

function openKeysOf({ subject }: Alert) {
  const key = openAlertKey(subject);
  return key === undefined ? [] : [key];
}
