import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { notify } from '../../../functions/notify.ts';
import { makeAlert } from '../../../shared/domain/alert.ts';
import type { Crossing } from '../../../shared/domain/budget.ts';
import { PICO_USD_PER_USD, parseUsd } from '../../../shared/domain/money.ts';
import {
  type AlertMessage,
  alertMessageSchema,
  alertText,
  makeAlertMessage,
} from '../../../shared/notify/alertMessage.ts';
import { recordedEvent } from '../../fixtures/bedrockShapes.ts';

const AT = '2026-11-22T09:05:49.210Z';
const WARNING: Crossing = {
  team: 'chess',
  month: '2026-11',
  threshold: 80,
  limitPicoUsd: 2_000n * PICO_USD_PER_USD,
  spentPicoUsd: 1_612_083_104_500_000n,
};
const SPENT: Crossing = {
  ...WARNING,
  month: '2026-12',
  threshold: 100,
  spentPicoUsd: 2_000_005n * 10n ** 9n,
};

function messageOf(crossing: Crossing): AlertMessage {
  return makeAlertMessage(makeAlert(crossing, AT));
}

describe('makeAlertMessage', () => {
  it('states a crossing of 80% exactly', () => {
    expect(messageOf(WARNING)).toStrictEqual({
      alertId: 'budget:team:chess:2026-11:80',
      event: 'budget_crossed',
      severity: 'warning',
      team: 'chess',
      period: '2026-11',
      threshold: 80,
      spendUsd: '1612.0831045',
      budgetUsd: '2000',
      percent: 80,
      resetAt: '2026-12-01T00:00:00.000Z',
      createdAt: AT,
    });
  });

  it('states a crossing of 100% as critical, in December until the next year', () => {
    expect(messageOf(SPENT)).toMatchObject({
      alertId: 'budget:team:chess:2026-12:100',
      severity: 'critical',
      spendUsd: '2000.005',
      percent: 100,
      resetAt: '2027-01-01T00:00:00.000Z',
    });
  });

  it.each([
    [2_000n * PICO_USD_PER_USD - 1n, 99],
    [2_000n * PICO_USD_PER_USD, 100],
    [2_020n * PICO_USD_PER_USD - 1n, 100],
    [2_020n * PICO_USD_PER_USD, 101],
  ])('rounds the percentage down: %i pico-USD are %i%', (spentPicoUsd, percent) => {
    expect(messageOf({ ...WARNING, spentPicoUsd }).percent).toBe(percent);
  });

  it('goes through JSON and its schema unchanged, amounts to the last digit', () => {
    const crossings = fc.record({
      team: fc.string({ minLength: 1 }),
      month: fc.constantFrom('2026-01', '2026-12', '2028-02'),
      threshold: fc.integer({ min: 1, max: 500 }),
      limitPicoUsd: fc.bigInt({ min: 1n, max: 10n ** 27n }),
      spentPicoUsd: fc.bigInt({ min: 0n, max: 10n ** 27n }),
    });
    fc.assert(
      fc.property(crossings, (crossing) => {
        const message = messageOf(crossing);
        const received = alertMessageSchema.parse(JSON.parse(JSON.stringify(message)));
        expect(received).toStrictEqual(message);
        expect(parseUsd(received.spendUsd)).toBe(crossing.spentPicoUsd);
        expect(parseUsd(received.budgetUsd)).toBe(crossing.limitPicoUsd);
      }),
    );
  });
});

describe('alertMessageSchema', () => {
  it.each([
    ['an amount that is a number', { spendUsd: 12.5 }],
    ['an amount with an exponent', { spendUsd: '1e3' }],
    ['an amount with a separator', { budgetUsd: '2,000' }],
    ['another event', { event: 'budget_reset' }],
    ['another severity', { severity: 'info' }],
    ['no alert id', { alertId: undefined }],
    ['a threshold that is text', { threshold: '80' }],
  ])('refuses %s', (_what, change) => {
    expect(alertMessageSchema.safeParse({ ...messageOf(WARNING), ...change }).success).toBe(false);
  });

  it('drops fields that it does not know yet', () => {
    expect(alertMessageSchema.parse({ ...messageOf(WARNING), later: 1 })).toStrictEqual(messageOf(WARNING));
  });
});

describe('alertText', () => {
  it('warns in three lines that 80% are spent', () => {
    expect(alertText(messageOf(WARNING)).split('\n')).toEqual([
      'Warning: team chess has used 80% of its budget for 2026-11',
      '$1,612.08 of $2,000.00 spent, past the 80% mark. Starts anew 2026-12-01 (UTC).',
      'Alert budget:team:chess:2026-11:80',
    ]);
  });

  it('calls a spent budget critical', () => {
    expect(alertText(messageOf(SPENT)).split('\n')).toEqual([
      'CRITICAL: team chess has used 100% of its budget for 2026-12',
      '$2,000.01 of $2,000.00 spent, past the 100% mark. Starts anew 2027-01-01 (UTC).',
      'Alert budget:team:chess:2026-12:100',
    ]);
  });
});

describe('notify', () => {
  it('reads the recorded event as a person would', async () => {
    const { messages } = await notify(recordedEvent('notify'));
    expect(messages).toEqual([alertText(messageOf(WARNING))]);
  });

  it('gives one message for each alert, in their order', async () => {
    const record = (crossing: Crossing) => ({ Sns: { Message: JSON.stringify(messageOf(crossing)) } });
    const { messages } = await notify({ Records: [record(SPENT), record(WARNING)] });
    expect(messages).toEqual([alertText(messageOf(SPENT)), alertText(messageOf(WARNING))]);
  });

  it.each([
    ['another event', { awslogs: { data: '' } }],
    ['a message that is no JSON', { Records: [{ Sns: { Message: 'hello' } }] }],
    ['a message that is no alert', { Records: [{ Sns: { Message: '{}' } }] }],
  ])('refuses %s', async (_what, event) => {
    await expect(notify(event)).rejects.toThrow();
  });
});
