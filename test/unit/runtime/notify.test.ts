import { describe, expect, it } from 'vitest';
import { notify } from '../../../functions/notify.ts';
import { makeAlert } from '../../../shared/domain/alerts/alert.ts';
import { memoryStores } from '../../../shared/store/memory/memoryStores.ts';
import { recordedEvent } from '../../fixtures/bedrockShapes.ts';
import { makeChannel } from '../../support/deliveries.ts';
import { makeSenderOf } from '../../support/fakeSender.ts';
import { applyBudgets, MARKS_ALONE, makeCrossing, teamMonth } from '../../support/policies.ts';

const NOW = new Date('2026-11-22T09:05:50.000Z');
const CHESS = makeCrossing({
  ...{ budgetId: 'team:chess:month:usd', scopeId: 'chess', periodKey: '2026-11', month: '2026-11' },
  resetAt: '2026-12-01T00:00:00.000Z',
  ...{ limit: 2_000_000_000_000_000n, used: 1_612_083_104_500_000n },
});

describe('notify', () => {
  const open = async () => {
    const stores = memoryStores();
    const alerts = { ...MARKS_ALONE, channels: [makeChannel()] };
    await applyBudgets(stores.policies, [teamMonth('chess', CHESS.limit)], { alerts });
    const { sent, sender } = makeSenderOf();
    return { stores, sent, dependencies: { ...stores, sender, random: () => 0, now: NOW } };
  };

  it('tells the alert of the recorded event, and gives it as a person reads it', async () => {
    const { stores, sent, dependencies } = await open();
    await stores.alerts.create(makeAlert(CHESS, '2026-11-22T09:05:49.210Z'));
    const { messages } = await notify(recordedEvent('notify'), dependencies);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(
      /^Warning: Team chess has used 80% of its monthly budget \(2026-11\)\n80% of \$2,000\.00 \(spent \$1,612\.08\)/,
    );
    expect(sent).toEqual([
      {
        channel: 'ops',
        receiver: '',
        alertIds: ['budget:team:chess:month:usd:chess:2026-11:80'],
        deliveryId: 'budget:team:chess:month:usd:chess:2026-11:80|ops|',
      },
    ]);
  });

  it.each(['schedule', 'evaluateBudgets', 'decisions'])('refuses the event of %s', async (name) => {
    const { dependencies } = await open();
    await expect(notify(recordedEvent(name), dependencies)).rejects.toThrow();
  });

  it('refuses a message that names no alert', async () => {
    const { dependencies } = await open();
    const event = { Records: [{ Sns: { Message: '{"alertId":"x"}' } }] };
    await expect(notify(event, dependencies)).rejects.toThrow('month');
  });
});
