import { expect, it } from 'vitest';
import { evaluateBudgets } from '../../functions/evaluateBudgets.ts';
import { sweepAlerts } from '../../functions/sweepAlerts.ts';
import { type Alert, makeAlert } from '../../shared/domain/alert.ts';
import { NO_METRICS } from '../../shared/domain/metrics.ts';
import { budgetKey } from '../../shared/store/keys.ts';
import { costOf } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';
import { ring } from './doorbells.ts';

const JULY = { month: '2026-07', threshold: 80, limitPicoUsd: 1n, spentPicoUsd: 1n };
const START = Date.UTC(2026, 6, 1);

onBothStores(({ openLedger }) => {
  it('publishes the other alerts when one cannot be published', async () => {
    const { alerts } = (await openLedger()).stores;
    for (const team of ['a', 'b', 'c']) {
      await alerts.create(makeAlert({ team, ...JULY }, '2026-07-01T00:00:00.000Z'));
    }
    const published: string[] = [];
    const publish = async ({ crossing }: Alert) => {
      if (crossing.team === 'a') throw new Error('refused');
      published.push(crossing.team);
    };
    for (let minute = 0; minute < 15; minute += 5) {
      const now = new Date(START + minute * 60_000);
      await expect(sweepAlerts({ alerts, publisher: { publish }, now })).rejects.toThrow('1 alerts were not');
    }
    expect(published).toEqual(['b', 'c']);
  });

  it('alerts when a budget is set below what the latest month has spent, and of no other month', async () => {
    const { stores } = await openLedger();
    for (const [n, month] of ['2026-06', '2026-07'].entries()) {
      const metrics = { ...NO_METRICS, requests: 1, costPicoUsd: costOf({ input: 90n }) };
      const total = {
        scope: { kind: 'team', id: 'blue' },
        period: { kind: 'month', month },
        n: n + 1,
      } as const;
      await stores.totals.put({ ...total, metrics, byModel: new Map() });
    }
    const published: string[] = [];
    const publish = async ({ id }: Alert) => void published.push(id);
    const dependencies = { ...stores, publisher: { publish }, now: new Date(START) };
    await stores.directory.putBudget({ team: 'blue', limitPicoUsd: 100n, thresholds: [80, 100] });
    await evaluateBudgets(ring([budgetKey('blue')]), dependencies);
    await evaluateBudgets(ring([budgetKey('blue')]), dependencies);
    expect(published).toEqual(['budget:team:blue:2026-07:80']);
  });
});
