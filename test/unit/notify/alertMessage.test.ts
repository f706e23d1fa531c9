import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ALERT_RULES,
  type AlertRule,
  makeAlert,
  type SubjectOf,
} from '../../../shared/domain/alerts/alert.ts';
import { parseUsd } from '../../../shared/domain/money.ts';
import { alertMessageSchema, makeAlertMessage } from '../../../shared/notify/alertMessage.ts';
import { ALERT_TIME, alertOf, sampleAlert, sampleSubject, USD } from '../../support/alerts.ts';
import { makeCrossing } from '../../support/policies.ts';

const WARNING: SubjectOf<'budget'> = makeCrossing({
  budgetId: 'team:chess:month:usd',
  scopeId: 'chess',
  ...{ periodKey: '2026-11', month: '2026-11', resetAt: '2026-12-01T00:00:00.000Z' },
  limit: 2_000n * USD,
  used: 1_612_083_104_500_000n,
});

describe('makeAlertMessage', () => {
  it('states a crossing of 80% exactly, in our fields and in those of LiteLLM', () => {
    expect(makeAlertMessage(makeAlert(WARNING, ALERT_TIME))).toStrictEqual({
      alertId: 'budget:team:chess:month:usd:chess:2026-11:80',
      month: '2026-11',
      thread: 'budget:team:chess:month:usd:chess:2026-11',
      severity: 'warning',
      scope: 'team',
      scopeId: 'chess',
      team: 'chess',
      summary: '80% of $2,000.00 (spent $1,612.08)',
      drivers: [],
      createdAt: ALERT_TIME,
      spend: '1612.0831045',
      max_budget: '2000',
      user_id: null,
      team_id: 'chess',
      user_email: null,
      key_alias: null,
      projected_exceeded_date: null,
      projected_spend: null,
      event: 'threshold_crossed',
      event_group: 'team',
      event_message: 'Warning: Team chess has used 80% of its monthly budget (2026-11)',
      rule: 'budget',
      budgetId: 'team:chess:month:usd',
      period: '2026-11',
      periodUnit: 'month',
      timeZone: 'UTC',
      resetAt: '2026-12-01T00:00:00.000Z',
      only: {},
      measure: 'usd',
      used: '1612.0831045',
      limit: '2000',
      percent: 80,
      threshold: 80,
      action: 'warn',
      cause: 'use',
    });
  });

  it('brings along who had a part in it, who answers for it, and where it leads', () => {
    expect(makeAlertMessage(sampleAlert('budget'))).toMatchObject({
      owner: 'dana',
      drivers: [
        { dimension: 'user', id: 'alice', costUsd: '210' },
        { dimension: 'user', id: 'bob', costUsd: '120' },
        { dimension: 'user', id: 'dana', costUsd: '40.5' },
      ],
      projected_exceeded_date: '2026-11-26',
      projected_spend: '559.2',
    });
  });

  it.each<[AlertRule, object]>([
    ['budget', { severity: 'warning', event: 'threshold_crossed', event_group: 'team', threshold: 80 }],
    [
      'projection',
      { event: 'projected_limit_exceeded', projected: '559.2', exhaustedAt: '2026-11-26T14:00:00.000Z' },
    ],
    ['resolved', { severity: 'info', event: 'resolved', highestThreshold: 100, spend: '520', percent: 104 }],
    [
      'breaker',
      { severity: 'critical', event_group: 'proxy', state: 'emergency', used: '1012.4', scopeId: '*' },
    ],
    [
      'highSpend',
      { event_group: 'internal_user', user_id: 'dana', user_email: null, used: '63.1', percent: 126 },
    ],
    [
      'expensiveRequest',
      { team: 'payments', team_id: 'payments', user_id: 'dana', spend: '4.31', percent: 431 },
    ],
    [
      'burn',
      { severity: 'critical', hour: '2026-11-22T14', windowMinutes: 5, spend: '6.2', max_budget: '5' },
    ],
    [
      'throttled',
      { measure: 'requests', used: '34', limit: '20', percent: 170, spend: null, max_budget: null },
    ],
    ['unpricedModel', { model: 'acme.giant-v9', requests: 1_203, spend: null }],
    ['silence', { severity: 'critical', logGroup: '/aws/bedrock/invocations', silentMinutes: 55 }],
    ['resumed', { event: 'resumed', silentSince: '2026-11-22T11:10:00.000Z' }],
    ['drift', { day: '2026-11-21', scopes: 3, driftUsd: '0.42', spend: null }],
    [
      'increase',
      { state: 'requested', amount: '50', by: 'dana', until: '2026-11-30T17:00:00.000Z', spend: null },
    ],
  ])('tells programs of %s', (rule, fields) => {
    expect(makeAlertMessage(sampleAlert(rule))).toMatchObject({ rule, ...fields });
  });

  it.each([
    [99, 'threshold_crossed'],
    [100, 'budget_crossed'],
  ])('names a mark of %i%% as LiteLLM does: %s', (threshold, event) => {
    expect(makeAlertMessage(alertOf({ ...WARNING, threshold })).event).toBe(event);
  });

  it('has no money for a budget of tokens, and the amounts as counts', () => {
    const message = makeAlertMessage(
      alertOf({ ...WARNING, measure: 'tokens', limit: 500_000n, used: 450_000n }),
    );
    expect(message).toMatchObject({
      spend: null,
      max_budget: null,
      used: '450000',
      limit: '500000',
      percent: 90,
    });
  });

  it('knows the address of a user whose id is one', () => {
    const message = makeAlertMessage(alertOf(sampleSubject('highSpend', { scopeId: 'dana@example.com' })));
    expect(message).toMatchObject({ user_id: 'dana@example.com', user_email: 'dana@example.com' });
  });

  it('dates a projection on the clocks of the budget', () => {
    const period = { unit: 'month', timeZone: 'Asia/Tokyo' } as const;
    const message = makeAlertMessage(
      alertOf(sampleSubject('projection', { period, exhaustedAt: '2026-11-26T15:00:00.000Z' })),
    );
    expect(message.projected_exceeded_date).toBe('2026-11-27');
  });

  it('has no percentage of a limit of nothing', () => {
    expect(makeAlertMessage(alertOf({ ...WARNING, limit: 0n }))).not.toHaveProperty('percent');
  });

  it.each([
    [2_000n * USD - 1n, 99],
    [2_000n * USD, 100],
    [2_020n * USD - 1n, 100],
    [2_020n * USD, 101],
  ])('rounds the percentage down: %i pico-USD are %i%', (used, percent) => {
    expect(makeAlertMessage(alertOf({ ...WARNING, used }))).toMatchObject({ percent });
  });
});

describe('alertMessageSchema', () => {
  it.each(ALERT_RULES)('reads back what was made of %s, through JSON', (rule) => {
    const message = makeAlertMessage(sampleAlert(rule));
    expect(alertMessageSchema.parse(JSON.parse(JSON.stringify(message)))).toStrictEqual(message);
  });

  it('reads back any amount to the last digit', () => {
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
        const message = makeAlertMessage(alertOf(makeCrossing(parts)));
        const received = alertMessageSchema.parse(JSON.parse(JSON.stringify(message)));
        expect(received).toStrictEqual(message);
        expect(parseUsd(received.spend ?? '')).toBe(parts.used);
        expect(parseUsd(received.max_budget ?? '')).toBe(parts.limit);
      }),
    );
  });

  it.each([
    ['an amount that is a number', { used: 12.5 }],
    ['an amount with an exponent', { used: '1e3' }],
    ['an amount with a separator', { limit: '2,000' }],
    ['another rule', { rule: 'weather' }],
    ['the figures of another rule', { rule: 'silence' }],
    ['another severity', { severity: 'fatal' }],
    ['no alert id', { alertId: undefined }],
    ['no month', { month: undefined }],
    ['a threshold that is text', { threshold: '80' }],
    ['another kind of scope', { scope: 'planet' }],
    ['a zone that is none', { timeZone: 'Mars/North' }],
  ])('refuses %s', (_what, change) => {
    const message = makeAlertMessage(sampleAlert('budget'));
    expect(alertMessageSchema.safeParse({ ...message, ...change }).success).toBe(false);
  });

  it('drops fields that it does not know yet', () => {
    const message = makeAlertMessage(sampleAlert('budget'));
    expect(alertMessageSchema.parse({ ...message, later: 1 })).toStrictEqual(message);
  });
});
