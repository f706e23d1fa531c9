import { expect, it } from 'vitest';
import { type Alert, makeAlert } from '../../shared/domain/alerts/alert.ts';
import type { Crossing } from '../../shared/domain/budget.ts';
import { crossingOf, makeCrossing } from '../support/policies.ts';
import { onBothStores } from './bothStores.ts';

const NOW = new Date('2026-07-14T12:00:00.000Z');

function after(ms: number): Date {
  return new Date(NOW.getTime() + ms);
}

function alertOf(crossing: Partial<Crossing> = {}): Alert {
  return makeAlert(makeCrossing(crossing), NOW.toISOString());
}

onBothStores(({ openLedger }) => {
  it('creates one alert for a crossing and puts it into the outbox, exactly as it is', async () => {
    const { alerts } = (await openLedger()).stores;
    const alert = alertOf({
      limit: 10n ** 24n,
      used: 2n ** 53n + 1n,
      filter: { modelFamily: 'opus', operation: 'chat' },
      notify: ['lead', 'managers'],
    });
    expect(await alerts.create(alert)).toBe('created');
    expect(await alerts.pending()).toStrictEqual([alert]);
    expect(await alerts.ofMonth('2026-07')).toStrictEqual([alert]);
  });

  it('keeps the first alert of a crossing, whatever a later one says', async () => {
    const { alerts } = (await openLedger()).stores;
    const first = alertOf();
    await alerts.create(first);
    const later = { ...alertOf({ used: 99n }), createdAt: after(1).toISOString() };
    expect(await alerts.create(later)).toBe('known');
    expect(await alerts.ofMonth('2026-07')).toStrictEqual([first]);
    expect(await alerts.pending()).toStrictEqual([first]);
  });

  it('creates one of 100 alerts that are created at once', async () => {
    const { alerts } = (await openLedger()).stores;
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => alerts.create(alertOf())));
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
    expect(await alerts.pending()).toHaveLength(1);
  });

  it('tells crossings of another budget, scope, period or threshold apart', async () => {
    const { alerts } = (await openLedger()).stores;
    const all = [
      alertOf(),
      alertOf({ scopeId: 'a/b 🚀' }),
      alertOf({ budgetId: 'team:blue:month:tokens' }),
      alertOf({ month: '2026-08', periodKey: '2026-08' }),
      alertOf({ threshold: 100 }),
    ];
    for (const alert of all) expect(await alerts.create(alert)).toBe('created');
    expect(await alerts.pending()).toHaveLength(5);
    expect((await alerts.ofMonth('2026-07')).map((alert) => crossingOf(alert).threshold).sort()).toEqual([
      100, 80, 80, 80,
    ]);
    expect(await alerts.ofMonth('2026-08')).toStrictEqual([
      alertOf({ month: '2026-08', periodKey: '2026-08' }),
    ]);
    expect(await alerts.ofMonth('2026-09')).toEqual([]);
  });

  it.each<[number, 'claimed' | 'taken']>([
    [0, 'taken'],
    [59_999, 'taken'],
    [60_000, 'taken'],
    [60_001, 'claimed'],
  ])('%i ms after a claim, the next worker finds the alert %s', async (ms, outcome) => {
    const { alerts } = (await openLedger()).stores;
    await alerts.create(alertOf());
    expect(await alerts.claim(alertOf(), NOW)).toBe('claimed');
    expect(await alerts.claim(alertOf(), after(ms))).toBe(outcome);
  });

  it('counts the minute from the last claim that was granted', async () => {
    const { alerts } = (await openLedger()).stores;
    await alerts.create(alertOf());
    const outcomes: string[] = [];
    for (const ms of [0, 59_000, 60_001, 120_001, 120_002]) {
      outcomes.push(await alerts.claim(alertOf(), after(ms)));
    }
    expect(outcomes).toEqual(['claimed', 'taken', 'claimed', 'taken', 'claimed']);
  });

  it('grants one of many claims at once', async () => {
    const { alerts } = (await openLedger()).stores;
    await alerts.create(alertOf());
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => alerts.claim(alertOf(), NOW)));
    expect(outcomes.filter((outcome) => outcome === 'claimed')).toHaveLength(1);
  });

  it('keeps a claimed alert pending', async () => {
    const { alerts } = (await openLedger()).stores;
    await alerts.create(alertOf());
    await alerts.claim(alertOf(), NOW);
    expect(await alerts.pending()).toStrictEqual([alertOf()]);
  });

  it('marks an alert as published, however often, and takes it out of the outbox for good', async () => {
    const { alerts } = (await openLedger()).stores;
    const other = alertOf({ threshold: 100 });
    for (const alert of [alertOf(), other]) await alerts.create(alert);
    for (let time = 0; time < 2; time += 1) {
      await alerts.markPublished(alertOf(), after(5));
      expect(await alerts.pending()).toStrictEqual([other]);
      expect(await alerts.ofMonth('2026-07')).toStrictEqual([
        other,
        { ...alertOf(), state: 'published', publishedAt: after(5).toISOString() },
      ]);
    }
    expect(await alerts.claim(alertOf(), after(600_000))).toBe('taken');
    expect(await alerts.create(alertOf())).toBe('known');
    expect(await alerts.pending()).toStrictEqual([other]);
  });

  it('grants no claim of an alert that was never created', async () => {
    const { alerts } = (await openLedger()).stores;
    expect(await alerts.claim(alertOf(), NOW)).toBe('taken');
    expect(await alerts.pending()).toEqual([]);
  });

  it('finds an alert by its month and id, and tells cheaply whether there is one', async () => {
    const { alerts } = (await openLedger()).stores;
    await alerts.create(alertOf());
    const { id } = alertOf();
    expect(await alerts.find('2026-07', id)).toStrictEqual(alertOf());
    expect(await alerts.isKnown('2026-07', id)).toBe(true);
    expect(await alerts.find('2026-08', id)).toBeUndefined();
    expect(await alerts.isKnown('2026-07', `${id}0`)).toBe(false);
  });

  it('finds a pending alert by its id until it is published', async () => {
    const { alerts } = (await openLedger()).stores;
    await alerts.create(alertOf());
    expect(await alerts.findPending(alertOf().id)).toStrictEqual(alertOf());
    await alerts.markPublished(alertOf(), after(5));
    expect(await alerts.findPending(alertOf().id)).toBeUndefined();
  });

  it('remembers of an alert that its deliveries are to be planned, until they are', async () => {
    const { alerts } = (await openLedger()).stores;
    await alerts.create(alertOf());
    await alerts.markPublished(alertOf(), after(5));
    expect(await alerts.untold()).toStrictEqual([alertOf()]);
    for (let time = 0; time < 2; time += 1) await alerts.markTold(alertOf());
    expect(await alerts.untold()).toEqual([]);
  });

  it('keeps who was the first to deal with an alert', async () => {
    const { alerts } = (await openLedger()).stores;
    const { id } = alertOf();
    const [ann, bob] = ['ann', 'bob'].map((by, index) => ({ by, at: after(index).toISOString() }));
    if (ann === undefined || bob === undefined) throw new Error('nobody is there');
    expect(await alerts.acknowledge('2026-07', id, ann)).toBe('unknown');
    await alerts.create(alertOf());
    expect(await alerts.acknowledge('2026-07', id, ann)).toBe('acknowledged');
    expect(await alerts.acknowledge('2026-07', id, bob)).toBe('known');
    await alerts.markPublished(alertOf(), after(5));
    expect((await alerts.find('2026-07', id))?.acknowledged).toEqual(ann);
  });
});
