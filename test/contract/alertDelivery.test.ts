import { beforeAll, expect, it } from 'vitest';
import { evaluateBudgets } from '../../functions/evaluateBudgets.ts';
import { notify } from '../../functions/notify.ts';
import { sweepAlerts } from '../../functions/sweepAlerts.ts';
import { type Alert, makeAlert } from '../../shared/domain/alerts/alert.ts';
import { makeAlertMessage } from '../../shared/notify/alertMessage.ts';
import { logger } from '../../shared/runtime/handler.ts';
import { outboxKey } from '../../shared/store/alertKeys.ts';
import type { ItemKey } from '../../shared/store/keys.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { makeChannel } from '../support/deliveries.ts';
import { spend } from '../support/evaluating.ts';
import { makeSenderOf } from '../support/fakeSender.ts';
import { applyBudgets, MARKS_ALONE, makeCrossing, teamMonth } from '../support/policies.ts';
import { onBothStores } from './bothStores.ts';
import { ring } from './doorbells.ts';

const NOW = new Date('2026-07-14T12:00:00.000Z');
const ID = 'budget:team:blue:month:usd:blue:2026-07:80';
const TWO_CHANNELS = { ...MARKS_ALONE, channels: [makeChannel(), makeChannel({ name: 'audit' })] };

beforeAll(() => logger.setLogLevel('SILENT'));

function after(ms: number): Date {
  return new Date(NOW.getTime() + ms);
}

function snsEvent(alert: Alert) {
  return { Records: [{ Sns: { Message: JSON.stringify(makeAlertMessage(alert)) } }] };
}

onBothStores(({ openLedger }) => {
  /** Team blue at 80% of its budget, with two channels; `topic` stands between the publisher and `notify`. */
  const open = async ({ isTopicDeaf = false, repeats = 1, notifyAheadMs = 0 } = {}) => {
    const ledger = await openLedger();
    const { sent, sender } = makeSenderOf();
    const { stores } = ledger;
    await applyBudgets(stores.policies, [teamMonth('blue', 100n)], { alerts: TWO_CHANNELS });
    const key = await spend(80n, stores, { scope: { kind: 'team', id: 'blue' }, day: '2026-07-14' });
    const dependenciesOf = (own: Stores, now: Date) => ({
      ...{ ...own, sender, random: () => 0, now },
      publisher: {
        async publish(alert: Alert) {
          if (isTopicDeaf) return;
          for (let time = 0; time < repeats; time += 1) {
            const itsNow = new Date(now.getTime() + notifyAheadMs);
            await notify(snsEvent(alert), { ...own, sender, random: () => 0, now: itsNow });
          }
        },
      },
    });
    const evaluate = (now = NOW, own = stores, keys: ItemKey[] = [key]) =>
      evaluateBudgets(ring(keys), dependenciesOf(own, now));
    const sweep = (now: Date, own = stores) => sweepAlerts(dependenciesOf(own, now));
    const channels = () => sent.map(({ channel }) => channel).sort();
    return { ...ledger, sent, evaluate, sweep, channels, dependenciesOf };
  };

  it('makes one alert and one message for each channel of a crossing that 100 find at once', async () => {
    const { stores, evaluate, channels, joinLedger, sweep } = await open();
    await Promise.all(Array.from({ length: 100 }, () => evaluate(NOW, joinLedger())));
    expect((await stores.alerts.ofMonth('2026-07')).map(({ id }) => id)).toEqual([ID]);
    expect(channels()).toEqual(['audit', 'ops']);
    await sweep(after(600_000));
    expect(channels()).toEqual(['audit', 'ops']);
  });

  it('tells nothing twice when SNS repeats itself, at once or later', async () => {
    const { stores, evaluate, channels, dependenciesOf } = await open({ repeats: 3 });
    await evaluate();
    const [alert] = await stores.alerts.ofMonth('2026-07');
    if (alert === undefined) throw new Error('there is no alert');
    const again = await notify(snsEvent(alert), dependenciesOf(stores, after(86_400_000)));
    expect(again.messages).toHaveLength(1);
    expect(channels()).toEqual(['audit', 'ops']);
  });

  it.each([
    [60_000, []],
    [60_001, ['audit', 'ops']],
  ])('tells what was published and never arrived: %i ms later, %j', async (ms, told) => {
    const { evaluate, sweep, channels } = await open({ isTopicDeaf: true });
    await evaluate();
    const { planned } = await sweep(after(ms));
    expect(planned).toBe(told.length === 0 ? 0 : 1);
    expect(channels()).toEqual(told);
    await sweep(after(600_000));
    expect(channels()).toEqual(told.length === 0 ? ['audit', 'ops'] : told);
  });

  it.each([-5, -1, 1, 5])(
    'tells once when the clock of notify is %i minutes ahead of all others',
    async (minutes) => {
      const notifyAheadMs = minutes * 60_000;
      const { stores, evaluate, sweep, channels } = await open({ notifyAheadMs, repeats: 2 });
      await evaluate();
      expect(channels()).toEqual(['audit', 'ops']);
      for (const ms of [-600_000, -60_000, 0, 60_001, 600_000]) await sweep(after(ms));
      expect(channels()).toEqual(['audit', 'ops']);
      expect(await stores.deliveries.waiting()).toEqual([]);
    },
  );

  it('waits, and tells once, when the clock of the sweep goes back between two of them', async () => {
    const { evaluate, sweep, channels } = await open({ isTopicDeaf: true });
    await evaluate();
    for (const ms of [60_001, -300_000, 60_002, 0, 600_000]) await sweep(after(ms));
    expect(channels()).toEqual(['audit', 'ops']);
  });

  it('drops what waits in the outbox when its budget is deleted before anybody is told, and says so', async () => {
    const { stores, evaluate, sweep, channels } = await open({ isTopicDeaf: true });
    await evaluate();
    await applyBudgets(stores.policies, [teamMonth('red', 100n)], { alerts: TWO_CHANNELS });
    await sweep(after(60_001));
    expect(channels()).toEqual([]);
    const ends = await stores.deliveries.ofAlert('2026-07', ID);
    const lastError = 'budget team:blue:month:usd is no longer in the policy';
    expect(ends.map((each) => [each.state, each.lastError])).toEqual([
      ['dropped', lastError],
      ['dropped', lastError],
    ]);
  });

  it('publishes at once what another function put into the outbox, and nothing twice', async () => {
    const { stores, evaluate, channels } = await open();
    await stores.alerts.create(makeAlert(makeCrossing(), NOW.toISOString()));
    for (let time = 0; time < 2; time += 1) await evaluate(NOW, stores, [outboxKey(ID)]);
    expect(channels()).toEqual(['audit', 'ops']);
    expect(await stores.alerts.pending()).toEqual([]);
    expect(await stores.alerts.untold()).toEqual([]);
  });

  it('passes over a message about an alert that is not in the ledger', async () => {
    const { stores, channels, dependenciesOf } = await open();
    const alert = makeAlert(makeCrossing(), NOW.toISOString());
    expect(await notify(snsEvent(alert), dependenciesOf(stores, NOW))).toEqual({ messages: [] });
    expect(channels()).toEqual([]);
  });

  it('does all other work of a sweep when one part fails, and says that it did', async () => {
    const { stores, evaluate, sweep, channels } = await open({ isTopicDeaf: true });
    await evaluate();
    const alerts = { ...stores.alerts, pending: () => Promise.reject(new Error('the store is down')) };
    await expect(sweep(after(60_001), { ...stores, alerts })).rejects.toThrow('1 parts of the sweep failed');
    expect(channels()).toEqual(['audit', 'ops']);
  });

  it('tells of a crossing wherever its worker dies, once if it died before sending', async () => {
    let calls = 0;
    for (let at = 0; at === 0 || calls >= at; at += 1) {
      calls = 0;
      const { stores, evaluate, sweep, sent } = await open();
      const dying = dyingAt(stores, at, () => {
        calls += 1;
      });
      await evaluate(NOW, dying);
      const sentBefore = sent.length;
      for (const minute of [2, 4, 6, 8]) await sweep(after(minute * 60_000 + 1));
      await evaluate(after(600_000));
      await sweep(after(720_001));
      const told = Map.groupBy(sent, ({ channel }) => channel);
      expect([...told.keys()].sort(), `died at call ${at}`).toEqual(['audit', 'ops']);
      expect(sent.length, `died at call ${at}`).toBeLessThanOrEqual(2 + sentBefore);
      expect(new Set(sent.flatMap(({ alertIds }) => alertIds))).toEqual(new Set([ID]));
      expect(await stores.deliveries.waiting()).toEqual([]);
    }
    expect(calls).toBeGreaterThan(8);
  });
});

/** Stores of a worker whose `at`th write of an alert or a delivery, and all after it, never happen. */
function dyingAt(stores: Stores, at: number, onCall: () => void): Stores {
  let calls = 0;
  const step = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    onCall();
    calls += 1;
    if (calls > at) throw new Error('killed');
    return work();
  };
  const { alerts, deliveries } = stores;
  return {
    ...stores,
    alerts: {
      ...alerts,
      create: (alert) => step(() => alerts.create(alert)),
      claim: (alert, now) => step(() => alerts.claim(alert, now)),
      markPublished: (alert, now) => step(() => alerts.markPublished(alert, now)),
      markTold: (alert) => step(() => alerts.markTold(alert)),
    },
    deliveries: {
      ...deliveries,
      plan: (planned) => step(() => deliveries.plan(planned)),
      claim: (delivery, now) => step(() => deliveries.claim(delivery, now)),
      takeSlot: (slot) => step(() => deliveries.takeSlot(slot)),
      end: (delivery) => step(() => deliveries.end(delivery)),
    },
  };
}
