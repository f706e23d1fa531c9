import { expect, it } from 'vitest';
import { type Alert, makeAlert } from '../../shared/domain/alerts/alert.ts';
import { type AlertPolicy, DEFAULT_ALERT_POLICY } from '../../shared/domain/alerts/alertPolicy.ts';
import type { SendOutcome } from '../../shared/domain/alerts/delivery.ts';
import { makeDue } from '../../shared/notify/deliverAlerts.ts';
import { planDeliveries } from '../../shared/notify/planDeliveries.ts';
import type { DeliveryStore } from '../../shared/store/deliveryStore.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { makeChannel } from '../support/deliveries.ts';
import { makeSenderOf, type Sent } from '../support/fakeSender.ts';
import { applyBudgets, makeCrossing, teamMonth } from '../support/policies.ts';
import { onBothStores } from './bothStores.ts';

const NOW = new Date('2026-07-14T12:00:00.000Z');
const MINUTE_MS = 60_000;
const OPS = makeChannel();
const THREAD = 'budget:team:blue:month:usd:blue:2026-07';
const BOT = makeChannel({ target: { kind: 'slackBot', secret: 'ssm:/bot', conversation: 'C1' } });

function after(ms: number): Date {
  return new Date(NOW.getTime() + ms);
}

function alertAt(threshold: number, team = 'blue'): Alert {
  return makeAlert(
    makeCrossing({ threshold, scopeId: team, budgetId: `team:${team}:month:usd` }),
    NOW.toISOString(),
  );
}

onBothStores(({ openLedger }) => {
  const open = async (alertPolicy: Partial<AlertPolicy>, answer?: (sent: Sent) => SendOutcome) => {
    const { stores } = await openLedger();
    const apply = (parts: Partial<AlertPolicy>, teams = ['blue', 'red']) =>
      applyBudgets(
        stores.policies,
        teams.map((team) => teamMonth(team, 100n)),
        { alerts: { ...DEFAULT_ALERT_POLICY, ...parts } },
      );
    await apply(alertPolicy);
    const { sent, sender } = makeSenderOf(answer);
    const at = (now: Date, deliveries: DeliveryStore = stores.deliveries) => ({
      ...{ ...stores, deliveries, sender, now, random: () => 0 },
    });
    const tell = async (alert: Alert, now = NOW) => {
      await stores.alerts.create(alert);
      return makeDue(await planDeliveries(alert, at(now)), at(now));
    };
    const sweep = async (now: Date) => makeDue(await stores.deliveries.waiting(now), at(now));
    return { stores, sent, at, tell, sweep, apply };
  };
  const endsOf = async ({ deliveries }: Stores, alert: Alert) =>
    (await deliveries.ofAlert('2026-07', alert.id)).map(({ state, held, attempts, lastError }) => ({
      ...{ state, attempts, ...(held && { held }), ...(lastError && { lastError }) },
    }));

  it('sends one message for each channel and receiver, and none again', async () => {
    const to = ['ann@example.com', 'bob@example.com'].map(
      (address) => ({ kind: 'address', address }) as const,
    );
    const mail = makeChannel({ name: 'mail', target: { kind: 'email', from: 't@example.com', to } });
    const { stores, sent, tell, sweep } = await open({ channels: [OPS, mail] });
    expect(await tell(alertAt(80))).toMatchObject({ delivered: 3 });
    for (const again of [tell(alertAt(80), after(MINUTE_MS)), sweep(after(MINUTE_MS))])
      expect(await again).toMatchObject({ delivered: 0, taken: 0 });
    expect(sent.map(({ channel, receiver }) => [channel, receiver]).sort()).toEqual([
      ['mail', 'ann@example.com'],
      ['mail', 'bob@example.com'],
      ['ops', ''],
    ]);
    const delivered = { state: 'delivered', attempts: 1 };
    expect(await endsOf(stores, alertAt(80))).toEqual([delivered, delivered, delivered]);
  });

  it('plans nothing where no channel is, and notes that it did', async () => {
    const { stores, at } = await open({});
    await stores.alerts.create(alertAt(80));
    expect(await planDeliveries(alertAt(80), at(NOW))).toEqual([]);
    expect(await stores.alerts.untold()).toEqual([]);
  });

  it('sends once when 100 make the same delivery at once', async () => {
    const { sent, stores, at } = await open({ channels: [OPS] });
    await stores.alerts.create(alertAt(80));
    const planned = await planDeliveries(alertAt(80), at(NOW));
    await Promise.all(Array.from({ length: 100 }, () => makeDue(planned, at(NOW))));
    expect(sent).toHaveLength(1);
  });

  it('tries again after 15 s, twice as long each time, and tells then', async () => {
    let failures = 3;
    const { sent, stores, tell, sweep } = await open({ channels: [OPS] }, () => {
      failures -= 1;
      return failures >= 0 ? { kind: 'retry', error: 'HTTP 503' } : { kind: 'sent', receipt: '7' };
    });
    expect(await tell(alertAt(80))).toMatchObject({ retried: 1 });
    const seen: number[] = [];
    for (const ms of [14_999, 15_000, 44_999, 45_000, 104_999, 105_000, 999_000]) {
      await sweep(after(ms));
      seen.push(sent.length);
    }
    expect(seen).toEqual([1, 2, 2, 3, 3, 4, 4]);
    expect(new Set(sent.map(({ deliveryId }) => deliveryId)).size).toBe(1);
    expect(await endsOf(stores, alertAt(80))).toEqual([
      { state: 'delivered', attempts: 4, lastError: 'HTTP 503' },
    ]);
  });

  it('waits as long as the channel asks for', async () => {
    const fail = () => ({ kind: 'retry', error: 'HTTP 429', afterMs: 600_000 }) as const;
    const { sent, tell, sweep } = await open({ channels: [OPS] }, fail);
    await tell(alertAt(80));
    await sweep(after(599_999));
    expect(sent).toHaveLength(1);
    await sweep(after(600_000));
    expect(sent).toHaveLength(2);
  });

  it('gives up after a day of failures, and says what the last one was', async () => {
    const fail = () => ({ kind: 'retry', error: 'HTTP 503' }) as const;
    const { sent, stores, tell, sweep } = await open({ channels: [OPS] }, fail);
    await tell(alertAt(80));
    for (let hour = 1; hour <= 30; hour += 1) await sweep(after(hour * 3_600_000));
    expect(await endsOf(stores, alertAt(80))).toEqual([
      { state: 'failed', attempts: sent.length, lastError: 'HTTP 503' },
    ]);
    expect(sent).toHaveLength(25);
  });

  it('ends what the channel refuses for good', async () => {
    const refuse = () => ({ kind: 'refused', error: 'the token was revoked' }) as const;
    const { sent, stores, tell, sweep } = await open({ channels: [OPS] }, refuse);
    expect(await tell(alertAt(80))).toMatchObject({ failed: 1 });
    await sweep(after(3_600_000));
    expect(sent).toHaveLength(1);
    expect(await endsOf(stores, alertAt(80))).toEqual([
      { state: 'failed', attempts: 1, lastError: 'the token was revoked' },
    ]);
  });

  it('asks a channel that is down once in a run, and the others all the same', async () => {
    const channels = [OPS, makeChannel({ name: 'audit' })];
    const { sent, at, stores } = await open({ channels }, ({ channel }) =>
      channel === 'ops' ? { kind: 'retry', error: 'HTTP 503' } : { kind: 'sent' },
    );
    for (const alert of [alertAt(80), alertAt(100), alertAt(80, 'red')]) {
      await stores.alerts.create(alert);
      await planDeliveries(alert, at(NOW));
    }
    const counts = await makeDue(await stores.deliveries.waiting(NOW), at(NOW));
    expect(counts).toMatchObject({ retried: 1, left: 2, delivered: 3 });
    expect(sent.filter(({ channel }) => channel === 'ops')).toHaveLength(1);
  });

  it('sends again with the same id after a death between sending and noting it', async () => {
    const { sent, stores, at, sweep } = await open({ channels: [OPS] });
    await stores.alerts.create(alertAt(80));
    const planned = await planDeliveries(alertAt(80), at(NOW));
    const dying = { ...stores.deliveries, end: () => Promise.reject(new Error('killed')) };
    await expect(makeDue(planned, at(NOW, dying))).rejects.toThrow('1 deliveries were not made');
    const seen: number[] = [];
    for (const ms of [60_000, 120_000, 120_001, 300_000]) {
      await sweep(after(ms));
      seen.push(sent.length);
    }
    expect(seen).toEqual([1, 1, 2, 2]);
    expect(sent[1]).toEqual(sent[0]);
  });

  it('sends nothing twice when the clock jumps back, and goes on when it is right again', async () => {
    const { sent, tell, sweep } = await open({ channels: [OPS] });
    await tell(alertAt(80));
    await tell(alertAt(80), after(-3_600_000));
    await tell(alertAt(100), after(-3_600_000));
    await sweep(after(-7_200_000));
    await sweep(after(MINUTE_MS));
    expect(sent.map(({ alertIds }) => alertIds)).toEqual([[alertAt(80).id], [alertAt(100).id]]);
  });

  it('tells what comes in quiet hours in one message at their end, and what is critical at once', async () => {
    const quietHours = {
      ...{ timeZone: 'UTC', days: [2], startMinute: 720, endMinute: 780 },
      exceptFrom: 'critical',
    } as const;
    const { sent, stores, tell, sweep } = await open({ channels: [makeChannel({ quietHours })] });
    expect(await tell(alertAt(80))).toMatchObject({ held: 1 });
    await tell(alertAt(80, 'red'), after(MINUTE_MS));
    await tell(alertAt(100), after(MINUTE_MS));
    expect(sent.map(({ alertIds }) => alertIds)).toEqual([[alertAt(100).id]]);
    await sweep(after(3_599_999));
    expect(sent).toHaveLength(1);
    expect(await sweep(after(3_600_000))).toMatchObject({ delivered: 2 });
    expect(sent[1]?.alertIds).toEqual([alertAt(80).id, alertAt(80, 'red').id]);
    expect(await endsOf(stores, alertAt(80))).toEqual([
      { state: 'delivered', attempts: 1, held: 'quietHours' },
    ]);
  });

  it('gathers a digest and tells it once, also when its first try fails', async () => {
    const digest = { upTo: 'warning', everyHours: 1, atMinute: 0, timeZone: 'UTC' } as const;
    let failures = 1;
    const { sent, tell, sweep } = await open({ channels: [makeChannel({ digest })] }, () => {
      failures -= 1;
      return failures >= 0 ? { kind: 'retry', error: 'HTTP 503' } : { kind: 'sent', receipt: 'r1' };
    });
    for (const team of ['blue', 'red']) await tell(alertAt(80, team));
    expect(sent).toHaveLength(0);
    expect(await sweep(after(3_600_000))).toMatchObject({ retried: 2 });
    expect(await sweep(after(3_615_000))).toMatchObject({ delivered: 2 });
    await sweep(after(7_200_000));
    const both = [alertAt(80).id, alertAt(80, 'red').id];
    expect(sent.map(({ alertIds }) => alertIds)).toEqual([both, both]);
  });

  it('holds what is too much for an hour, and tells all of it in one message at the end', async () => {
    const { sent, tell, sweep } = await open({ channels: [makeChannel({ maxPerHour: 2 })] });
    const told = [80, 85, 90, 95].map((threshold) => alertAt(threshold));
    const counts = [];
    for (const alert of told) counts.push((await tell(alert)).held);
    expect(counts).toEqual([0, 0, 1, 1]);
    await sweep(after(3_599_999));
    expect(sent).toHaveLength(2);
    await sweep(after(3_600_000));
    expect(sent[2]?.alertIds).toEqual(told.slice(2).map(({ id }) => id));
    await sweep(after(7_200_000));
    expect(sent).toHaveLength(3);
  });

  it('counts the maximum of each receiver by itself', async () => {
    const to = ['ann@example.com', 'bob@example.com'].map(
      (address) => ({ kind: 'address', address }) as const,
    );
    const target = { kind: 'email', from: 't@example.com', to } as const;
    const { tell } = await open({ channels: [makeChannel({ maxPerHour: 1, target })] });
    expect(await tell(alertAt(80))).toMatchObject({ delivered: 2 });
    expect(await tell(alertAt(100))).toMatchObject({ held: 2 });
  });

  it('tells what was snoozed at the end of it, and drops what is muted', async () => {
    const { sent, stores, tell, sweep } = await open({ channels: [OPS] });
    const until = after(MINUTE_MS).toISOString();
    await stores.deliveries.snooze({ thread: THREAD, kind: 'snooze', until, by: 'ann' });
    expect(await tell(alertAt(80))).toMatchObject({ held: 1 });
    expect(await tell(alertAt(80, 'red'))).toMatchObject({ delivered: 1 });
    await sweep(after(MINUTE_MS));
    expect(sent.map(({ alertIds }) => alertIds)).toEqual([[alertAt(80, 'red').id], [alertAt(80).id]]);

    await stores.deliveries.snooze({
      thread: THREAD,
      kind: 'mute',
      until: '2026-08-01T00:00:00.000Z',
      by: 'ann',
    });
    expect(await tell(alertAt(100))).toMatchObject({ dropped: 1 });
    expect(await endsOf(stores, alertAt(100))).toEqual([
      { state: 'dropped', attempts: 0, lastError: 'muted by ann until 2026-08-01T00:00:00.000Z' },
    ]);
  });

  it.each<
    [string, (apply: (parts: Partial<AlertPolicy>, teams?: string[]) => Promise<unknown>) => Promise<unknown>]
  >([
    ['budget team:blue:month:usd is no longer in the policy', (apply) => apply({ channels: [OPS] }, ['red'])],
    ['channel ops is no longer in the policy', (apply) => apply({ channels: [] })],
  ])('drops what waits when %s', async (lastError, change) => {
    const { sent, stores, at, sweep, apply } = await open({ channels: [OPS] });
    await stores.alerts.create(alertAt(80));
    await planDeliveries(alertAt(80), at(NOW));
    await change(apply);
    expect(await sweep(after(MINUTE_MS))).toMatchObject({ dropped: 1 });
    expect(await endsOf(stores, alertAt(80))).toEqual([{ state: 'dropped', attempts: 0, lastError }]);
    expect(sent).toEqual([]);
  });

  it('puts the messages of a conversation under the first one', async () => {
    let ts = 0;
    const { sent, tell } = await open({ channels: [BOT] }, () => {
      ts += 1;
      return { kind: 'sent', receipt: `${ts}.0` };
    });
    for (const alert of [alertAt(80), alertAt(90), alertAt(80, 'red'), alertAt(100)]) await tell(alert);
    expect(sent.map(({ thread }) => thread)).toEqual([undefined, '1.0', undefined, '1.0']);
  });

  it('tries again what a broken sender did not send, and lets its failure be seen', async () => {
    let isBroken = true;
    const { sent, stores, tell, sweep } = await open({ channels: [OPS] }, () => {
      if (isBroken) throw new TypeError('no such thing');
      return { kind: 'sent' };
    });
    await expect(tell(alertAt(80))).rejects.toThrow('1 deliveries were not made');
    expect((await stores.deliveries.waiting())[0]?.lastError).toBe('the sender broke: TypeError');
    isBroken = false;
    await sweep(after(15_000));
    expect(sent).toHaveLength(2);
    expect(await stores.deliveries.waiting()).toEqual([]);
  });
});
