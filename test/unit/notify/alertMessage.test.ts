import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { notify } from '../../../functions/notify.ts';
import { makeAlert, type SubjectOf } from '../../../shared/domain/alerts/alert.ts';

import { PICO_USD_PER_USD, parseUsd } from '../../../shared/domain/money.ts';
import {
  type AlertMessage,
  alertMessageSchema,
  alertText,
  makeAlertMessage,
} from '../../../shared/notify/alertMessage.ts';
import { recordedEvent } from '../../fixtures/bedrockShapes.ts';
import { makeCrossing } from '../../support/policies.ts';

const AT = '2026-11-22T09:05:49.210Z';
const WARNING: SubjectOf<'budget'> = makeCrossing({
  budgetId: 'team:chess:month:usd',
  scopeId: 'chess',
  ...{ periodKey: '2026-11', month: '2026-11', resetAt: '2026-12-01T00:00:00.000Z' },
  limit: 2_000n * PICO_USD_PER_USD,
  used: 1_612_083_104_500_000n,
});
const SPENT: SubjectOf<'budget'> = {
  ...WARNING,
  ...{ periodKey: '2026-12', month: '2026-12', resetAt: '2027-01-01T00:00:00.000Z' },
  threshold: 100,
  used: 2_000_005n * 10n ** 9n,
};

function messageOf(crossing: SubjectOf<'budget'>): AlertMessage {
  return makeAlertMessage(makeAlert(crossing, AT));
}

describe('makeAlertMessage', () => {
  it('states a crossing of 80% exactly', () => {
    expect(messageOf(WARNING)).toStrictEqual({
      alertId: 'budget:team:chess:month:usd:chess:2026-11:80',
      event: 'budget_crossed',
      severity: 'warning',
      budgetId: 'team:chess:month:usd',
      scope: 'team',
      scopeId: 'chess',
      period: '2026-11',
      timeZone: 'UTC',
      threshold: 80,
      measure: 'usd',
      only: {},
      used: '1612.0831045',
      limit: '2000',
      percent: 80,
      cause: 'use',
      resetAt: '2026-12-01T00:00:00.000Z',
      createdAt: AT,
    });
  });

  it('states a crossing of 100% as critical, in December until the next year', () => {
    expect(messageOf(SPENT)).toMatchObject({
      alertId: 'budget:team:chess:month:usd:chess:2026-12:100',
      severity: 'critical',
      used: '2000.005',
      percent: 100,
      resetAt: '2027-01-01T00:00:00.000Z',
    });
  });

  it.each([
    [2_000n * PICO_USD_PER_USD - 1n, 99],
    [2_000n * PICO_USD_PER_USD, 100],
    [2_020n * PICO_USD_PER_USD - 1n, 100],
    [2_020n * PICO_USD_PER_USD, 101],
  ])('rounds the percentage down: %i pico-USD are %i%', (used, percent) => {
    expect(messageOf({ ...WARNING, used }).percent).toBe(percent);
  });

  it('goes through JSON and its schema unchanged, amounts to the last digit', () => {
    const crossings = fc.record({
      scopeId: fc.string({ minLength: 1 }),
      periodKey: fc.constantFrom('2026-01', '2026-W48', '2028-Q1'),
      threshold: fc.integer({ min: 1, max: 500 }),
      limit: fc.bigInt({ min: 1n, max: 10n ** 27n }),
      used: fc.bigInt({ min: -(10n ** 27n), max: 10n ** 27n }),
      cause: fc.constantFrom('use' as const, 'policy' as const),
      filter: fc.constantFrom({}, { modelFamily: 'opus' }, { operation: 'chat', entrypoint: 'cli' }),
    });
    fc.assert(
      fc.property(crossings, (parts) => {
        const crossing = makeCrossing(parts);
        const message = messageOf(crossing);
        const received = alertMessageSchema.parse(JSON.parse(JSON.stringify(message)));
        expect(received).toStrictEqual(message);
        expect(parseUsd(received.used)).toBe(crossing.used);
        expect(parseUsd(received.limit)).toBe(crossing.limit);
      }),
    );
  });
});

describe('alertMessageSchema', () => {
  it.each([
    ['an amount that is a number', { used: 12.5 }],
    ['an amount with an exponent', { used: '1e3' }],
    ['an amount with a separator', { limit: '2,000' }],
    ['another event', { event: 'budget_reset' }],
    ['another severity', { severity: 'info' }],
    ['no alert id', { alertId: undefined }],
    ['a threshold that is text', { threshold: '80' }],
    ['another kind of scope', { scope: 'planet' }],
    ['a zone that is none', { timeZone: 'Mars/North' }],
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
      'Alert budget:team:chess:month:usd:chess:2026-11:80',
    ]);
  });

  it('calls a spent budget critical', () => {
    expect(alertText(messageOf(SPENT)).split('\n')).toEqual([
      'CRITICAL: team chess has used 100% of its budget for 2026-12',
      '$2,000.01 of $2,000.00 spent, past the 100% mark. Starts anew 2027-01-01 (UTC).',
      'Alert budget:team:chess:month:usd:chess:2026-12:100',
    ]);
  });

  it.each<[string, Partial<SubjectOf<'budget'>>, string, string]>([
    [
      'tokens of a model family in a day, by name of whom',
      {
        scopeKind: 'user',
        scopeId: 'ada',
        measure: 'tokens',
        filter: { modelFamily: 'opus' },
        ...{ periodKey: '2026-11-24', limit: 500_000n, used: 450_000n, threshold: 90 },
        resetAt: '2026-11-25T00:00:00.000Z',
      },
      'Warning: user ada has used 90% of its token budget of opus for 2026-11-24',
      '450,000 of 500,000 tokens used, past the 90% mark. Starts anew 2026-11-25 (UTC).',
    ],
    [
      'requests of the organisation in a week of another zone',
      {
        scopeKind: 'org',
        scopeId: '*',
        measure: 'requests',
        filter: { operation: 'chat', entrypoint: 'cli' },
        period: { unit: 'week', timeZone: 'Europe/Berlin' },
        ...{ periodKey: '2026-W48', limit: 1_000n, used: 1_234n, threshold: 100, cause: 'policy' },
        resetAt: '2026-11-29T23:00:00.000Z',
      },
      'CRITICAL: the organisation has used 123% of its request budget of chat, cli for 2026-W48',
      '1,234 of 1,000 requests used, past the 100% mark since the policy changed. Starts anew 2026-11-30 (Europe/Berlin).',
    ],
    [
      'a unit that will be restricted',
      {
        scopeKind: 'businessUnit',
        scopeId: 'research',
        ...{ periodKey: '2026-Q4', threshold: 95, action: 'restrict' },
        ...{ limit: PICO_USD_PER_USD, used: 950_000_000_000n, resetAt: '2027-01-01T00:00:00.000Z' },
      },
      'CRITICAL: business unit research has used 95% of its budget for 2026-Q4',
      '$0.95 of $1.00 spent, past the 95% mark. Starts anew 2027-01-01 (UTC).',
    ],
  ])('tells of %s', (_what, parts, first, second) => {
    const [one, two] = alertText(messageOf(makeCrossing(parts))).split('\n');
    expect([one, two]).toEqual([first, second]);
  });
});

describe('notify', () => {
  it('reads the recorded event as a person would', async () => {
    const { messages } = await notify(recordedEvent('notify'));
    expect(messages).toEqual([alertText(messageOf(WARNING))]);
  });

  it('gives one message for each alert, in their order', async () => {
    const record = (crossing: SubjectOf<'budget'>) => ({
      Sns: { Message: JSON.stringify(messageOf(crossing)) },
    });
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
