import { expect, it } from 'vitest';
import { makeAlert } from '../../shared/domain/alerts/alert.ts';
import { type DeliveryCounts, makeDue } from '../../shared/notify/deliverAlerts.ts';
import { planDeliveries } from '../../shared/notify/planDeliveries.ts';
import { makeChannel } from '../support/deliveries.ts';
import { makeSenderOf } from '../support/fakeSender.ts';
import { applyBudgets, MARKS_ALONE, makeCrossing, teamMonth } from '../support/policies.ts';
import { onBothStores } from './bothStores.ts';

const NOW = new Date('2026-07-14T12:00:00.000Z');
const NONE = { delivered: 0, failed: 0, dropped: 0, held: 0, retried: 0, taken: 0, left: 0 };
const CHANNELS = ['ops', 'audit', 'gone'].map((name) => makeChannel({ name }));

onBothStores(({ openLedger }) => {
  /** An alert for three channels, of which one refuses it for good, and a list of what was counted. */
  const open = async () => {
    const { stores } = await openLedger();
    await applyBudgets(stores.policies, [teamMonth('blue', 100n)], {
      alerts: { ...MARKS_ALONE, channels: CHANNELS },
    });
    const { sender } = makeSenderOf(({ channel }) =>
      channel === 'gone' ? { kind: 'refused', error: 'no_service' } : { kind: 'sent' },
    );
    const counted: DeliveryCounts[] = [];
    const onMade = (counts: DeliveryCounts) => void counted.push(counts);
    const dependencies = { ...stores, sender, onMade, random: () => 0, now: NOW };
    const alert = makeAlert(makeCrossing(), NOW.toISOString());
    await stores.alerts.create(alert);
    return { stores, counted, dependencies, planned: await planDeliveries(alert, dependencies) };
  };

  it('counts what was delivered and what never will be, once', async () => {
    const { counted, dependencies, planned } = await open();
    await makeDue(planned, dependencies);
    expect(counted).toEqual([{ ...NONE, delivered: 2, failed: 1 }]);
    await makeDue(planned, dependencies);
    expect(counted.slice(1)).toEqual([{ ...NONE, taken: 3 }]);
  });

  it('counts them also where another could not be made', async () => {
    const { stores, counted, dependencies, planned } = await open();
    const { claim } = stores.deliveries;
    const deliveries: typeof stores.deliveries = {
      ...stores.deliveries,
      claim: (delivery, now) =>
        delivery.channel === 'ops' ? Promise.reject(new Error('the store is down')) : claim(delivery, now),
    };
    await expect(makeDue(planned, { ...dependencies, deliveries })).rejects.toThrow('1 deliveries');
    expect(counted).toEqual([{ ...NONE, delivered: 1, failed: 1 }]);
  });

  it('counts nothing where nothing is due', async () => {
    const { counted, dependencies } = await open();
    await makeDue([], dependencies);
    expect(counted).toEqual([]);
  });
});
