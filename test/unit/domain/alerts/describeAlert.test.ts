import { describe, expect, it } from 'vitest';
import { ALERT_RULES, type SubjectOf } from '../../../../shared/domain/alerts/alert.ts';
import type { AlertFacts } from '../../../../shared/domain/alerts/alertFacts.ts';
import { describeAlert } from '../../../../shared/domain/alerts/describeAlert.ts';
import type { NoticeAction } from '../../../../shared/domain/alerts/notice.ts';
import { alertOf, sampleAlert, sampleSubject, USD, VIEW_URL } from '../../../support/alerts.ts';

function budgetWords(parts: Partial<SubjectOf<'budget'>>, facts?: AlertFacts) {
  const { title, summary, percent, details } = describeAlert(alertOf(sampleSubject('budget', parts), facts));
  return { title, summary, percent, details: details.map(({ label, value }) => `${label}: ${value}`) };
}

function detail(label: string, facts: Partial<AlertFacts>, parts: Partial<SubjectOf<'budget'>> = {}) {
  const { details } = describeAlert(alertOf(sampleSubject('budget', parts), { drivers: [], ...facts }));
  return details.find((each) => each.label === label)?.value;
}

describe('describeAlert of a budget', () => {
  it('tells of tokens of a model family in a user’s day', () => {
    const period = { unit: 'day', timeZone: 'UTC' } as const;
    const parts = { period, periodKey: '2026-11-22', resetAt: '2026-11-23T00:00:00.000Z' };
    const whose = {
      scopeKind: 'user',
      scopeId: 'ada',
      measure: 'tokens',
      filter: { modelFamily: 'opus' },
    } as const;
    const amounts = { limit: 500_000n, used: 450_000n, threshold: 90, action: 'throttle' } as const;
    expect(budgetWords({ ...parts, ...whose, ...amounts })).toEqual({
      title: 'User ada has used 90% of their daily token budget for opus (2026-11-22)',
      summary: '90% of 500,000 tokens (used 450,000)',
      percent: 90,
      details: ['Now: Past 90%: requests are slowed down', 'Resets: Mon 23 Nov 00:00 UTC'],
    });
  });

  it('tells of requests of the organisation in a week of another zone, with a mark that came down', () => {
    const period = { unit: 'week', timeZone: 'Europe/Berlin' } as const;
    const parts = {
      period,
      periodKey: '2026-W48',
      resetAt: '2026-11-29T23:00:00.000Z',
      cause: 'policy',
    } as const;
    const whose = { scopeKind: 'org', scopeId: '*', measure: 'requests' } as const;
    const filter = { operation: 'chat', entrypoint: 'cli' };
    const amounts = { limit: 1_000n, used: 1_234n, threshold: 100, action: 'reject' } as const;
    expect(budgetWords({ ...parts, ...whose, filter, ...amounts })).toEqual({
      title: 'The organisation has used 123% of its weekly request budget for chat, cli (2026-W48)',
      summary: '123% of 1,000 requests (used 1,234)',
      percent: 123,
      details: [
        'Now: Past 100%: requests are refused',
        'Cause: the mark was lowered below what had been used',
        'Resets: Mon 30 Nov 00:00 Europe/Berlin',
      ],
    });
  });

  it('tells of a quarter that ends next year, and of cents', () => {
    const period = { unit: 'quarter', timeZone: 'UTC' } as const;
    const parts = { period, periodKey: '2026-Q4', resetAt: '2027-01-01T00:00:00.000Z' };
    const amounts = { limit: USD / 2n, used: 475_300_000_000n, threshold: 95, action: 'restrict' } as const;
    expect(budgetWords({ ...parts, scopeKind: 'businessUnit', scopeId: 'research', ...amounts })).toEqual({
      title: 'Business unit research has used 95% of its quarterly budget (2026-Q4)',
      summary: '95% of $0.50 (spent $0.4753)',
      percent: 95,
      details: [
        'Now: Past 95%: requests are refused after the grace unless an approver agrees',
        'Resets: Fri 1 Jan 2027 00:00 UTC',
      ],
    });
  });

  it('has no share of a budget of nothing', () => {
    expect(budgetWords({ limit: 0n, used: USD, threshold: 100, action: 'reject' })).toMatchObject({
      title: 'The monthly budget of team payments is nothing (2026-11)',
      summary: 'limit $0.00 (spent $1.00)',
      percent: undefined,
    });
  });

  it('says that a lowered mark is of money', () => {
    expect(budgetWords({ cause: 'policy' }).details).toContain(
      'Cause: the mark was lowered below what had been spent',
    );
  });

  it.each<[bigint, number]>([
    [399_999_999_999_999n, 79],
    [400n * USD, 80],
    [499_999_999_999_999n, 99],
    [500n * USD, 100],
  ])('%i pico-USD of 500 USD are %i%%', (used, percent) => {
    expect(budgetWords({ used }).percent).toBe(percent);
  });
});

describe('the facts of an alert', () => {
  // November has 30 days: 600 USD in the end are 20 USD a day.
  const projected = 600n * USD;
  it.each<[string, Partial<AlertFacts>, string]>([
    [
      'whole days before the reset',
      { projected, exhaustedAt: '2026-11-26T00:00:00.000Z' },
      '$20.00 a day; at this pace the budget is spent on Thu 26 Nov 00:00 UTC, 5 days before it starts anew',
    ],
    [
      'a day before it',
      { projected, exhaustedAt: '2026-11-30T00:00:00.000Z' },
      '$20.00 a day; at this pace the budget is spent on Mon 30 Nov 00:00 UTC, 1 day before it starts anew',
    ],
    [
      'a millisecond less than a day before it',
      { projected, exhaustedAt: '2026-11-30T00:00:00.001Z' },
      '$20.00 a day; at this pace the budget is spent on Mon 30 Nov 00:00 UTC, 23 hours before it starts anew',
    ],
    [
      'minutes before it',
      { projected, exhaustedAt: '2026-11-30T23:35:00.000Z' },
      '$20.00 a day; at this pace the budget is spent on Mon 30 Nov 23:35 UTC, 25 minutes before it starts anew',
    ],
    [
      'a budget that lasts',
      { projected: 480n * USD },
      '$16.00 a day; at this pace it ends at $480.00, 96% of the budget',
    ],
    [
      'a budget that is spent',
      { projected },
      '$20.00 a day; at this pace it ends at $600.00, 120% of the budget',
    ],
  ])('tell the pace of %s', (_what, facts, value) => {
    expect(detail('Pace', facts)).toBe(value);
  });

  it('tell the pace of a day by the hour', () => {
    const period = { unit: 'day', timeZone: 'UTC' } as const;
    const day = { period, resetAt: '2026-11-23T00:00:00.000Z', measure: 'tokens', limit: 100_000n } as const;
    expect(detail('Pace', { projected: 240_000n, exhaustedAt: '2026-11-22T18:00:00.000Z' }, day)).toBe(
      '10,000 tokens an hour; at this pace the budget is used up on Sun 22 Nov 18:00 UTC, 6 hours before it starts anew',
    );
  });

  it.each<[bigint, bigint, string]>([
    [61n, 22n, 'today $61.00, a normal day is $22.00 (2.8 times)'],
    [125n, 100n, 'today $125.00, a normal day is $100.00 (1.3 times)'],
    [124n, 100n, 'today $124.00, a normal day is $100.00 (1.2 times)'],
    [5n, 0n, 'today $5.00, a normal day is $0.00'],
  ])('compare a day of %i USD with a normal one of %i', (today, normal, value) => {
    expect(detail('Change', { todayPicoUsd: today * USD, normalDayPicoUsd: normal * USD })).toBe(value);
  });

  it('leave out what is not known', () => {
    const { details, drivers } = describeAlert(
      alertOf(sampleSubject('budget'), { drivers: [], todayPicoUsd: USD }),
    );
    expect([details.map(({ label }) => label), drivers]).toEqual([['Now', 'Resets'], []]);
  });

  it('tell no share of drivers where the budget is not of money', () => {
    const facts: AlertFacts = { drivers: [{ dimension: 'user', id: 'ada', costPicoUsd: USD }] };
    expect(describeAlert(alertOf(sampleSubject('budget', { measure: 'tokens' }), facts)).drivers).toEqual([
      'ada: $1.00',
    ]);
  });
});

describe('what can be done about an alert', () => {
  const ACTIONS: Record<string, NoticeAction[]> = {
    budget: ['view', 'approve', 'snooze'],
    projection: ['view', 'approve', 'snooze'],
    breaker: ['view', 'snooze'],
    silence: ['view', 'snooze'],
    increase: ['view', 'approve', 'deny'],
  };
  it.each(ALERT_RULES)('%s', (rule) => {
    const { actions, viewUrl } = describeAlert(sampleAlert(rule), { viewUrl: VIEW_URL });
    expect([actions, viewUrl]).toEqual([ACTIONS[rule] ?? ['view'], VIEW_URL]);
  });

  it('is no look where nobody said at what, and no tenth of nothing', () => {
    const notice = describeAlert(alertOf(sampleSubject('budget', { limit: 0n })));
    expect(notice.actions).toEqual(['snooze']);
    expect(notice).not.toHaveProperty('viewUrl');
  });
});

describe('an increase and the breaker', () => {
  it.each([
    ['requested', 'dana asks for $50.00 more for team payments', 'Asked by', ['approve', 'deny']],
    ['granted', 'Team payments has $50.00 more', 'By', []],
    ['denied', 'Denied: $50.00 more for team payments', 'Denied by', []],
  ] as const)('that is %s', (state, title, label, actions) => {
    const notice = describeAlert(alertOf(sampleSubject('increase', { state })));
    expect([notice.title, notice.details[0]?.label, notice.actions]).toEqual([title, label, actions]);
  });

  it.each([
    ['requested', 'dana asks for an end of the restriction of team payments'],
    ['granted', 'The restriction of team payments is lifted'],
    ['denied', 'Denied: an end of the restriction of team payments'],
  ] as const)('of nothing, which ends a restriction, %s', (state, title) => {
    expect(describeAlert(alertOf(sampleSubject('increase', { state, amount: 0n }))).title).toBe(title);
  });

  it.each([
    ['emergency', 'Daily limit reached - only critical requests allowed (2026-11-22)', ['snooze']],
    ['open', 'Emergency limit reached - all requests blocked (2026-11-22)', ['snooze']],
    ['closed', 'The daily limit is off again - all requests allowed (2026-11-22)', []],
  ] as const)('that is %s', (state, title, actions) => {
    const notice = describeAlert(alertOf(sampleSubject('breaker', { state })));
    expect([notice.title, notice.actions]).toEqual([title, actions]);
  });

  it.each([
    [1, '1 request of user dana was refused within an hour'],
    [2, '2 requests of user dana were refused within an hour'],
  ])('counts %i refused requests in good English', (requests, title) => {
    expect(describeAlert(alertOf(sampleSubject('throttled', { requests }))).title).toBe(title);
  });
});
