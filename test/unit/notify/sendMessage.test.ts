import { describe, expect, it } from 'vitest';
import { makeAlert } from '../../../shared/domain/alerts/alert.ts';
import { DEFAULT_ALERT_POLICY } from '../../../shared/domain/alerts/alertPolicy.ts';
import type { Delivery } from '../../../shared/domain/alerts/delivery.ts';
import { sendMessage } from '../../../shared/notify/sendMessage.ts';
import { memoryStores } from '../../../shared/store/memory/memoryStores.ts';
import { makeChannel, makeDelivery } from '../../support/deliveries.ts';
import { makeSenderOf } from '../../support/fakeSender.ts';
import { makeCrossing } from '../../support/policies.ts';

const NOW = new Date('2026-07-14T13:00:00.000Z');
const CHANNEL = makeChannel({ maxPerHour: 1 });

/** One alert, and its delivery as `parts` says. */
function partOf(threshold: number, parts: Partial<Delivery> = {}, createdAt = '2026-07-14T12:00:00.000Z') {
  const alert = makeAlert(makeCrossing({ threshold }), createdAt);
  return { alert, delivery: makeDelivery({ alertId: alert.id, ...parts }) };
}

describe('a message in an hour that is full', () => {
  const open = async () => {
    const { deliveries } = memoryStores();
    await deliveries.takeSlot({ channel: 'ops', hour: '2026-07-14T13', delivery: 'another', maxPerHour: 1 });
    const { sent, sender } = makeSenderOf();
    const settings = { alertPolicy: DEFAULT_ALERT_POLICY, now: NOW, random: () => 0 };
    return { deliveries, sent, dependencies: { ...settings, deliveries, sender } };
  };

  it.each<[string, Partial<Delivery>, string]>([
    ['waits, when it is new', {}, 'held'],
    ['waits, when it comes from a digest', { held: 'digest' }, 'held'],
    ['goes all the same, when it waited for the end of a full hour', { held: 'maximum' }, 'delivered'],
  ])('%s', async (_name, parts, fate) => {
    const { deliveries, sent, dependencies } = await open();
    const part = partOf(80, parts);
    await deliveries.plan([part.delivery]);
    expect(await sendMessage({ channel: CHANNEL, parts: [part] }, dependencies)).toBe(fate);
    expect(sent).toHaveLength(fate === 'held' ? 0 : 1);
    const waiting = { ...part.delivery, dueAt: '2026-07-14T14:00:00.000Z', held: 'maximum' };
    expect(await deliveries.waiting()).toEqual(fate === 'held' ? [waiting] : []);
  });
});

it('tells the most severe first, then the oldest', async () => {
  const { deliveries } = memoryStores();
  const { sent, sender } = makeSenderOf();
  const parts = [
    partOf(90, { held: 'digest' }, '2026-07-14T12:30:00.000Z'),
    partOf(95, { held: 'digest' }, '2026-07-14T12:20:00.000Z'),
    partOf(100, { held: 'digest' }, '2026-07-14T12:40:00.000Z'),
  ];
  const settings = { alertPolicy: DEFAULT_ALERT_POLICY, now: NOW, random: () => 0 };
  await sendMessage({ channel: CHANNEL, parts }, { ...settings, deliveries, sender });
  expect(sent[0]?.alertIds.map((id) => id.split(':').at(-1))).toEqual(['100', '95', '90']);
});
