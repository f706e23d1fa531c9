import { expect, it } from 'vitest';
import type { Snooze } from '../../shared/domain/alerts/delivery.ts';
import { makeDelivery } from '../support/deliveries.ts';
import { onBothStores } from './bothStores.ts';

const NOW = new Date('2026-07-14T12:00:00.000Z');
const HOUR = '2026-07-14T12';
const PLACE = { channel: 'ops', receiver: '', thread: 'budget:team:blue:month:usd:blue:2026-07' };

function after(ms: number): Date {
  return new Date(NOW.getTime() + ms);
}

onBothStores(({ openLedger }) => {
  const open = async () => (await openLedger()).stores.deliveries;

  it('plans a delivery once, and leaves what is there as it is', async () => {
    const deliveries = await open();
    const first = makeDelivery();
    await deliveries.plan([first]);
    await deliveries.plan([{ ...first, dueAt: '2026-07-15T00:00:00.000Z' }, makeDelivery({ channel: 'b' })]);
    expect(await deliveries.waiting()).toStrictEqual(
      expect.arrayContaining([first, makeDelivery({ channel: 'b' })]),
    );
    expect(await deliveries.waiting()).toHaveLength(2);
  });

  it('plans once when 100 plan at once', async () => {
    const deliveries = await open();
    await Promise.all(Array.from({ length: 100 }, () => deliveries.plan([makeDelivery()])));
    expect(await deliveries.waiting()).toStrictEqual([makeDelivery()]);
  });

  it.each([
    ['2026-07-14T11:59:59.999Z', 0],
    ['2026-07-14T12:00:00.000Z', 1],
    ['2026-07-14T12:00:00.001Z', 1],
  ])('gives what is due by %s', async (dueBy, count) => {
    const deliveries = await open();
    await deliveries.plan([makeDelivery()]);
    expect(await deliveries.waiting(new Date(dueBy))).toHaveLength(count);
  });

  it('gives what was due first first', async () => {
    const deliveries = await open();
    const dueAts = ['2026-07-15T08:00:00.000Z', '2026-07-14T12:00:00.000Z', '2026-07-14T23:59:59.999Z'];
    await deliveries.plan(dueAts.map((dueAt, index) => makeDelivery({ dueAt, channel: `c${index}` })));
    expect((await deliveries.waiting()).map(({ dueAt }) => dueAt)).toEqual(dueAts.toSorted());
  });

  it('keeps every part of a delivery', async () => {
    const deliveries = await open();
    const failing = { lastError: 'HTTP 503', failingSince: NOW.toISOString(), attempts: 2 };
    const whole = makeDelivery({ receiver: 'ann|a@example.com', held: 'digest', ...failing });
    await deliveries.plan([whole]);
    expect(await deliveries.waiting()).toStrictEqual([whole]);
    const ended = { ...whole, state: 'delivered', endedAt: NOW.toISOString(), receipt: '1.2' } as const;
    await deliveries.end(ended);
    expect(await deliveries.ofAlert('2026-07', whole.alertId)).toStrictEqual([ended]);
  });

  it('grants one of 100 claims at once', async () => {
    const deliveries = await open();
    await deliveries.plan([makeDelivery()]);
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, () => deliveries.claim(makeDelivery(), NOW)),
    );
    expect(outcomes.filter((outcome) => outcome === 'claimed')).toHaveLength(1);
  });

  it.each<[number, 'claimed' | 'taken']>([
    [-3_600_000, 'taken'],
    [0, 'taken'],
    [119_999, 'taken'],
    [120_000, 'taken'],
    [120_001, 'claimed'],
  ])('%i ms after a claim, the next worker finds the delivery %s', async (ms, outcome) => {
    const deliveries = await open();
    await deliveries.plan([makeDelivery()]);
    expect(await deliveries.claim(makeDelivery(), NOW)).toBe('claimed');
    expect(await deliveries.claim(makeDelivery(), after(ms))).toBe(outcome);
  });

  it('grants no claim of what was never planned', async () => {
    expect(await (await open()).claim(makeDelivery(), NOW)).toBe('taken');
  });

  it('puts a delivery off and frees the claim; who read it before gets it no more', async () => {
    const deliveries = await open();
    const [before, later] = [makeDelivery(), after(3_600_000)];
    const held = makeDelivery({ dueAt: later.toISOString(), held: 'quietHours', attempts: 1 });
    await deliveries.plan([before]);
    await deliveries.claim(before, NOW);
    await deliveries.postpone(before, held);
    expect(await deliveries.waiting()).toStrictEqual([held]);
    expect(await deliveries.waiting(after(3_599_999))).toEqual([]);
    expect(await deliveries.claim(before, later)).toBe('taken');
    expect(await deliveries.claim(held, later)).toBe('claimed');
  });

  it('leaves what was put off meanwhile as it is, whoever comes with what he read before', async () => {
    const deliveries = await open();
    const [before, held] = [makeDelivery(), makeDelivery({ dueAt: after(5).toISOString() })];
    await deliveries.plan([before]);
    await deliveries.postpone(before, held);
    await deliveries.postpone(before, makeDelivery({ dueAt: after(9).toISOString() }));
    await deliveries.end({ ...before, state: 'failed' });
    expect(await deliveries.waiting()).toStrictEqual([held]);
  });

  it('keeps the same time when a delivery is put off to it', async () => {
    const deliveries = await open();
    await deliveries.plan([makeDelivery()]);
    const failed = makeDelivery({ attempts: 1, lastError: 'HTTP 503' });
    await deliveries.postpone(makeDelivery(), failed);
    expect(await deliveries.waiting()).toStrictEqual([failed]);
  });

  it('ends a delivery once: it waits no more, is claimed no more, and is not planned again', async () => {
    const deliveries = await open();
    const delivery = makeDelivery();
    const delivered = { ...delivery, state: 'delivered', endedAt: NOW.toISOString() } as const;
    await deliveries.plan([delivery]);
    await deliveries.claim(delivery, NOW);
    await deliveries.end(delivered);
    await deliveries.end({ ...delivery, state: 'failed', endedAt: after(1).toISOString() });
    await deliveries.postpone(delivery, { ...delivery, dueAt: after(1).toISOString() });
    await deliveries.plan([delivery]);
    expect(await deliveries.waiting()).toEqual([]);
    expect(await deliveries.claim(delivery, after(600_000))).toBe('taken');
    expect(await deliveries.ofAlert('2026-07', delivery.alertId)).toStrictEqual([delivered]);
  });

  it('tells the deliveries of an alert from those of others, also where one id goes on in another', async () => {
    const deliveries = await open();
    const mine = ['ann@example.com', 'bob@example.com'].map((receiver) => makeDelivery({ receiver }));
    const others = [
      makeDelivery({ alertId: 'budget:team:blue:month:usd:blue:2026-07:100' }),
      makeDelivery({ alertId: `${mine[0]?.alertId}#1` }),
      makeDelivery({ month: '2026-08' }),
    ];
    await deliveries.plan([...others, ...mine]);
    expect(await deliveries.ofAlert('2026-07', makeDelivery().alertId)).toStrictEqual(mine);
    expect(await deliveries.ofAlert('2026-09', makeDelivery().alertId)).toEqual([]);
  });

  it('leaves the alerts of the month alone', async () => {
    const { stores } = await openLedger();
    await stores.deliveries.plan([makeDelivery()]);
    expect(await stores.alerts.ofMonth('2026-07')).toEqual([]);
  });

  it('gives as many slots of an hour as there are, and the same one again', async () => {
    const deliveries = await open();
    const take = (delivery: string, hour = HOUR, channel = 'ops') =>
      deliveries.takeSlot({ channel, hour, delivery, maxPerHour: 2 });
    const outcomes: string[] = [];
    for (const delivery of ['a', 'b', 'c', 'a', 'b']) outcomes.push(await take(delivery));
    expect(outcomes).toEqual(['taken', 'taken', 'full', 'taken', 'taken']);
    expect(await take('c', '2026-07-14T13')).toBe('taken');
    expect(await take('c', HOUR, 'leads')).toBe('taken');
  });

  it('gives no more slots than there are to many at once', async () => {
    const deliveries = await open();
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        deliveries.takeSlot({ channel: 'ops', hour: HOUR, delivery: `${index}`, maxPerHour: 20 }),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(20);
  });

  it('keeps the first name of a conversation, for each channel and receiver', async () => {
    const deliveries = await open();
    expect(await deliveries.findThread(PLACE)).toBeUndefined();
    await deliveries.keepThread(PLACE, '1.1');
    await deliveries.keepThread(PLACE, '2.2');
    expect(await deliveries.findThread(PLACE)).toBe('1.1');
    for (const other of [{ channel: 'b' }, { receiver: 'U1' }, { thread: 'x' }])
      expect(await deliveries.findThread({ ...PLACE, ...other })).toBeUndefined();
  });

  it('keeps the last word about a conversation until it is over', async () => {
    const deliveries = await open();
    const snooze: Snooze = { thread: 't', kind: 'snooze', until: after(1_000).toISOString(), by: 'ann' };
    await deliveries.snooze({ ...snooze, kind: 'mute', until: after(90_000_000).toISOString() });
    await deliveries.snooze(snooze);
    expect(await deliveries.findSnooze('t', after(999))).toStrictEqual(snooze);
    expect(await deliveries.findSnooze('t', after(1_000))).toBeUndefined();
    expect(await deliveries.findSnooze('u', NOW)).toBeUndefined();
  });
});
