import { expect, it } from 'vitest';
import { evaluateBudgets } from '../../functions/evaluateBudgets.ts';
import { sweepAlerts } from '../../functions/sweepAlerts.ts';
import { type Alert, makeAlert } from '../../shared/domain/alerts/alert.ts';
import { NO_METRICS } from '../../shared/domain/metrics.ts';
import { CURRENT_POLICY_KEY } from '../../shared/store/budgetKeys.ts';
import { NO_CHANNELS } from '../support/fakeSender.ts';
import { applyBudgets, crossingOf, makeCrossing, teamMonth } from '../support/policies.ts';
import { costOf } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';
import { ring } from './doorbells.ts';

const START = Date.UTC(2026, 6, 1);

onBothStores(({ openLedger }) => {
  it('publishes the other alerts when one cannot be published', async () => {
    const { stores } = await openLedger();
    const { alerts } = stores;
    for (const team of ['a', 'b', 'c']) {
      await alerts.create(makeAlert(makeCrossing({ scopeId: team }), '2026-07-01T00:00:00.000Z'));
    }
    const published: string[] = [];
    const publish = async ({ subject }: Alert) => {
      if (subject.scopeId === 'a') throw new Error('refused');
      published.push(subject.scopeId);
    };
    for (let minute = 0; minute < 15; minute += 5) {
      const now = new Date(START + minute * 60_000);
      const sweeping = sweepAlerts({ ...stores, ...NO_CHANNELS, publisher: { publish }, now });
      await expect(sweeping).rejects.toThrow('1 parts of the sweep failed');
    }
    expect(published).toEqual(['b', 'c']);
  });

  it('alerts when a budget is set below what the latest month has spent, says so, and of no other month', async () => {
    const { stores } = await openLedger();
    for (const [n, day] of ['2026-06-03', '2026-07-02'].entries()) {
      const metrics = { ...NO_METRICS, requests: 1, costPicoUsd: costOf({ input: 90n }) };
      const total = {
        scope: { kind: 'team', id: 'blue' },
        period: { kind: 'day', day },
        n: n + 1,
      } as const;
      await stores.totals.put({ ...total, metrics, byModel: new Map() });
      await stores.totals.openDays([{ user: 'ann', team: 'blue', day }]);
    }
    const published: string[] = [];
    const publish = async (alert: Alert) => void published.push(`${alert.id} by ${crossingOf(alert).cause}`);
    const dependencies = { ...stores, publisher: { publish }, now: new Date('2026-07-04T00:00:00.000Z') };
    await applyBudgets(stores.policies, [teamMonth('blue', 100n)]);
    await evaluateBudgets(ring([CURRENT_POLICY_KEY]), dependencies);
    await evaluateBudgets(ring([CURRENT_POLICY_KEY]), dependencies);
    expect(published).toEqual(['budget:team:blue:month:usd:blue:2026-07:80 by policy']);
  });
});
